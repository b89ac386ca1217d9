import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { noteStart, noteStop, openState, statePath, transaction } from '../../src/state/index.ts';

describe("the agent's state", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millwright-state-'));
    file = statePath(folder);
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const put = (db: DatabaseSync, key: string): void => {
    db.prepare('INSERT INTO meta VALUES (?, ?)').run(key, 'x');
  };
  const keys = (db: DatabaseSync): unknown[] =>
    db
      .prepare('SELECT key FROM meta ORDER BY key')
      .all()
      .map(({ key }) => key);

  it('is on the disk when a commit returns, in a journal that stays', () => {
    const db = openState(file);
    const pragma = (name: string): unknown => Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    assert.deepEqual(
      [pragma('synchronous'), pragma('journal_mode'), pragma('locking_mode')],
      [2, 'persist', 'normal'],
    );
    db.close();
  });

  it('can be read by another process while it is open', () => {
    const db = openState(file);
    put(db, 'a');
    const other = openState(file);
    assert.deepEqual(keys(other), ['a']);
    other.close();
    put(db, 'b');
    db.close();
  });

  it('keeps all or nothing of a transaction, and joins one that is open', () => {
    const db = openState(file);
    assert.throws(() =>
      transaction(db, () => {
        put(db, 'a');
        transaction(db, () => put(db, 'b'));
        throw new Error('the caller failed');
      }),
    );
    assert.deepEqual(keys(db), []);
    transaction(db, () => transaction(db, () => put(db, 'c')));
    assert.deepEqual(keys(db), ['c']);
    db.close();
  });

  it('of an agent that kept a write-ahead log is taken over with all that is in it', () => {
    const old = openState(file);
    old.exec('PRAGMA journal_mode = WAL');
    put(old, 'a');
    old.close();
    const db = openState(file);
    assert.equal(db.prepare('PRAGMA journal_mode').get()?.journal_mode, 'persist');
    assert.deepEqual(keys(db), ['a']);
    db.close();
  });

  it('of a newer agent is left alone', () => {
    openState(file).close();
    const newer = new DatabaseSync(file);
    newer.exec('PRAGMA user_version = 999');
    newer.close();
    assert.throws(() => openState(file), /written by a newer agent \(schema 999\)/);
  });

  it('tells how the process before ended', () => {
    const db = openState(file);
    assert.equal(noteStart(db), 'first-start');
    assert.equal(noteStart(db), 'killed');
    noteStop(db);
    assert.equal(noteStart(db), 'stopped');
    db.close();
  });
});
