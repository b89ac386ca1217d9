import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killSwitchOf } from '../../src/engine/index.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { migrations } from '../../src/store/migrations.ts';
import { openSqlite } from '../../src/store/sqlite-dialect.ts';

describe('the store', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-store-'));
  after(() => rmSync(folder, { recursive: true }));

  it('knows what others have committed from what it committed itself', async () => {
    const file = join(folder, 'millwright.db');
    const own = await openStore(file);
    const other = await openStore(file);
    const write = (store: Store, key: string) =>
      store.write((tx) => tx.insertInto('settings').values({ key, value: '1' }).execute());
    assert.equal(await own.changedElsewhere(), false);
    await write(own, 'own');
    assert.equal(await own.changedElsewhere(), false);
    await write(other, 'other');
    await write(own, 'own too');
    assert.equal(await own.changedElsewhere(), true);
    assert.equal(await own.changedElsewhere(), false);
    await other.close();
    await own.close();
  });

  it('keeps who turned the kill switch on in an installation of before', async () => {
    for (const [name, was, expected] of [
      ['on', 'true', { by: 'mia', at: 17, reason: 'a drill' }],
      ['off', 'false', null],
    ] as const) {
      const file = join(folder, `${name}.db`);
      const old = await openSqlite(file);
      const run = (text: string) =>
        new Promise<void>((resolve, reject) =>
          old.exec(text, (error) => (error === null ? resolve() : reject(error))),
        );
      await run(migrations.slice(0, 2).join(''));
      await run(`PRAGMA user_version = 2;
        INSERT INTO settings VALUES ('kill-switch', '${was}');
        INSERT INTO audit VALUES (1, 17, 'mia', 'kill-switch-on', 'all', '{"reason":"a drill"}', '');`);
      await new Promise((resolve) => old.close(resolve));
      const store = await openStore(file);
      assert.deepEqual(await killSwitchOf(store.read), expected);
      await store.close();
    }
  });
});
