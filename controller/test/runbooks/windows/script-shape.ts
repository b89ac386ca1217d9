import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Manifest } from '@millwright/shared/runbook';
import { lintRunbook } from '../../../src/ceremony/index.ts';
import { stockRunbooks } from '../run-step.ts';

/**
 * What can be said of a PowerShell runbook without PowerShell: it keeps the rules, its brackets and strings close, each
 * step takes the parameters that it is given, and each ends with a status of its own choosing.
 */
export async function assertShape(id: string): Promise<void> {
  const folder = join(stockRunbooks, id);
  assert.deepEqual(await lintRunbook(folder), []);
  const manifest = Manifest.parse(JSON.parse(readFileSync(join(folder, 'runbook.json'), 'utf8')));
  for (const [step, definition] of Object.entries(manifest.steps)) {
    if (definition === undefined) continue;
    const text = readFileSync(join(folder, definition.file), 'utf8');
    const taken = [...(/^param\((.*)\)$/m.exec(text)?.[1] ?? '').matchAll(/\$([A-Z]\w*)/g)].map((match) =>
      match[1]?.toLowerCase(),
    );
    const given = definition.arguments.map((argument) => (argument.split('.')[1] ?? argument).toLowerCase());
    assert.deepEqual(taken, given, `${id} ${step}`);
    assert.match(text, /\nexit 0\n$/, `${id} ${step} ends with a status`);
    for (const [, status] of text.matchAll(/\bexit (\d+)/g))
      assert.ok(
        (step === 'check' ? ['0', '3', '10'] : ['0', '1']).includes(String(status)),
        `${id} ${step}: exit ${status}`,
      );
  }
}

export const scriptOf = (id: string, file: string): string =>
  readFileSync(join(stockRunbooks, id, file), 'utf8');
