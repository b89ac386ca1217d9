import assert from 'node:assert/strict';
import { assertShape, scriptOf } from '../script-shape.ts';

const id = 'windows/disk/clean-temp';

describe(id, () => {
  it('has the shape of a runbook (there is no PowerShell here to run it)', () => assertShape(id));

  it('names two places, passes links by, and walks only the one that belongs to the system', () => {
    for (const file of ['check.ps1', 'fix.ps1']) {
      const text = scriptOf(id, file);
      assert.deepEqual(
        [...text.matchAll(/Get-OldFile "([^"]+)" (\$\w+)/g)].map((match) => [match[1], match[2]]),
        [
          ['$env:SystemRoot\\Temp', '$false'],
          ['$env:SystemRoot\\SoftwareDistribution\\Download', '$true'],
        ],
      );
      assert.match(text, /ReparsePoint\) \{ continue \}/);
    }
  });
});
