import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
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

  it('say alike whether a place lies on the filesystem that fills', () => {
    const asked = readdirSync(stockRunbooks, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.sh'))
      .map((name) => readFileSync(join(stockRunbooks, name), 'utf8'))
      .flatMap((text) => /^mount=\$1\n[\s\S]*?^on_mount\(\) \{\n[\s\S]*?^\}/m.exec(text) ?? []);
    assert.ok(asked.length >= 8, String(asked.length));
    assert.equal(new Set(asked).size, 1);
  });

  for (const id of ids) {
    it(`${id} keeps the rules`, async () => assert.deepEqual(await lintRunbook(join(stockRunbooks, id)), []));
    it(`${id} has a test`, () => {
      const here = dirname(fileURLToPath(import.meta.url));
      const file = join(here, `${id}.test.ts`);
      assert.ok(existsSync(file), `${relative(here, file)} is missing`);
    });
  }
});
