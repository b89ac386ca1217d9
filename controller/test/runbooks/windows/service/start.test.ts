import assert from 'node:assert/strict';
import { assertShape, scriptOf } from '../script-shape.ts';

const id = 'windows/service/start';

describe(id, () => {
  it('has the shape of a runbook (there is no PowerShell here to run it)', () => assertShape(id));

  it('compares names whole, never as a pattern', () => {
    for (const file of ['check.ps1', 'fix.ps1', 'verify.ps1']) {
      const text = scriptOf(id, file);
      assert.match(text, /\$_\.Name -eq \$Service/);
      assert.doesNotMatch(text, /(?:Get|Start|Restart)-Service\s+(?:-Name\s+)?\$Service/);
    }
  });
});
