import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import type sqlite3 from 'sqlite3';
import { killSwitchOf } from '../../src/engine/index.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { migrations } from '../../src/store/migrations.ts';
import { closeSqlite, openSqlite } from '../../src/store/sqlite-dialect.ts';

const run = (db: sqlite3.Database, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    db.exec(text, (error) => (error === null ? resolve() : reject(error)));
  });

/** The files of a database that this process holds open. */
const handlesOn = (file: string): string[] =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const held = readlinkSync(`/proc/self/fd/${fd}`);
      return held.startsWith(file) ? [held] : [];
    } catch {
      // The handle of this very listing.
      return [];
    }
  });

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

  it('leaves no handle behind, whether or not anything was read', async () => {
    const file = join(folder, 'handles.db');
    for (const use of [async () => {}, (store: Store) => sql`SELECT 1`.execute(store.read)]) {
      const store = await openStore(file);
      await use(store);
      assert.notDeepEqual(handlesOn(file), []);
      await store.close();
      assert.deepEqual(handlesOn(file), []);
    }
    const newer = await openSqlite(file);
    await run(newer, 'PRAGMA user_version = 10000');
    await closeSqlite(newer);
    await assert.rejects(openStore(file), { code: 'store-newer' });
    assert.deepEqual(handlesOn(file), []);
  });

  it('uses a statement again after it failed, after the schema changed, and after many others', async () => {
    const store = await openStore(join(folder, 'statements.db'));
    const insert = () =>
      store.write((tx) => tx.insertInto('settings').values({ key: 'one', value: '1' }).execute());
    await insert();
    await assert.rejects(insert(), { code: 'SQLITE_CONSTRAINT' });
    const later = () => store.write((tx) => sql<{ n: number }>`SELECT n FROM later`.execute(tx));
    await assert.rejects(later(), { code: 'SQLITE_ERROR' });
    await store.write((tx) => sql`CREATE TABLE later AS SELECT 7 AS n`.execute(tx));
    assert.deepEqual((await later()).rows, [{ n: 7 }]);
    for (let each = 0; each < 600; each += 1)
      await store.write((tx) => sql`SELECT ${sql.lit(each)} FROM later`.execute(tx));
    await store.write((tx) => sql`ALTER TABLE later ADD COLUMN m`.execute(tx));
    assert.deepEqual((await later()).rows, [{ n: 7 }]);
    await assert.rejects(insert(), { code: 'SQLITE_CONSTRAINT' });
    await store.close();
  });

  it('keeps who turned the kill switch on in an installation of before', async () => {
    for (const [name, was, expected] of [
      ['on', 'true', { by: 'mia', at: 17, reason: 'a drill' }],
      ['off', 'false', null],
    ] as const) {
      const file = join(folder, `${name}.db`);
      const old = await openSqlite(file);
      await run(old, migrations.slice(0, 2).join(''));
      await run(
        old,
        `PRAGMA user_version = 2;
        INSERT INTO settings VALUES ('kill-switch', '${was}');
        INSERT INTO audit VALUES (1, 17, 'mia', 'kill-switch-on', 'all', '{"reason":"a drill"}', '');`,
      );
      await closeSqlite(old);
      const store = await openStore(file);
      assert.deepEqual(await killSwitchOf(store.read), expected);
      await store.close();
    }
  });
});
