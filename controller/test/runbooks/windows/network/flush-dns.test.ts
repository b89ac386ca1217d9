import assert from 'node:assert/strict';
import { assertShape, scriptOf } from '../script-shape.ts';

const id = 'windows/network/flush-dns';

describe(id, () => {
  it('has the shape of a runbook (there is no PowerShell here to run it)', () => assertShape(id));

  it('is for the probe of name resolution alone', () => {
    assert.match(scriptOf(id, 'check.ps1'), /if \(\$Probe -ne 'dns'\) \{ .*; exit 3 \}/);
  });
});
