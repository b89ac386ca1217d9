import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lintRunbook } from '../../src/ceremony/index.ts';
import { stockRunbooks } from './run-step.ts';

const ids = readdirSync(stockRunbooks, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('runbook.json'))
  .map(dirname)
  .sort();

describe('the stock runbooks', () => {
  it('are there', () => assert.ok(ids.includes('posix/process/start') && ids.length >= 16, ids.join(', ')));

  for (const id of ids) {
    it(`${id} keeps the rules`, async () => assert.deepEqual(await lintRunbook(join(stockRunbooks, id)), []));
    it(`${id} has a test`, () => {
      const here = dirname(fileURLToPath(import.meta.url));
      const file = join(here, `${id}.test.ts`);
      assert.ok(existsSync(file), `${relative(here, file)} is missing`);
    });
  }
});
