import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isDiskFailure } from './disk-failure.ts';

export const statePath = (stateDir: string): string => join(stateDir, 'state.db');

/** How long the rollback journal stays, in bytes: more than any transaction of the agent's needs. */
export const JOURNAL_BYTES: number = 1024 * 1024;

/** Each entry brings the schema from one version to the next; what stands here is never edited, only added to. */
const migrations: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

  -- Events that the controller has not acknowledged. seq is never reused (AUTOINCREMENT).
  CREATE TABLE outbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT;

  -- What is remembered of a condition on a subject, as JSON.
  CREATE TABLE standings (key TEXT PRIMARY KEY, standing TEXT NOT NULL) STRICT;

  -- Every warrant that passed the cheap checks, before anything else was done with it.
  CREATE TABLE warrants (
    id TEXT PRIMARY KEY,
    nonce TEXT NOT NULL UNIQUE,
    sequence INTEGER NOT NULL UNIQUE,
    envelope_sha256 TEXT NOT NULL,
    runbook TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    -- journalled, checking, fixing, verifying, rolling-back, ended
    state TEXT NOT NULL,
    ended_at INTEGER
  ) STRICT;

  -- Runs that count against budgets: one row for each that got past the checks.
  CREATE TABLE attempts (runbook TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
  CREATE INDEX attempts_by_runbook ON attempts (runbook, at);

  CREATE TABLE failures (runbook TEXT PRIMARY KEY, failed_verifications INTEGER NOT NULL) STRICT;

  -- Hash-chained log of what this endpoint was asked and did.
  CREATE TABLE audit (seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, entry TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
  `,
  `
  -- Empty but while room is made: see reserve.ts.
  CREATE TABLE reserve (filler BLOB NOT NULL) STRICT;

  -- The catalogue's files as last verified: metadata, and targets by the hash of their path.
  CREATE TABLE catalogue (name TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
  `,
  `
  -- What a run was about: its facts, as JSON. Runs of before this was written are about everything ('').
  ALTER TABLE attempts ADD COLUMN subject TEXT NOT NULL DEFAULT '';
  `,
  `
  -- When the step that a state is about has used up its time; null before the first.
  ALTER TABLE warrants ADD COLUMN step_ends INTEGER;
  `,
];

/**
 * Opens the agent's state: one SQLite file. A commit is on the disk when it returns (synchronous FULL), so that what was
 * journalled is known after a power cut. The rollback journal is overwritten and never deleted (PERSIST), not a
 * write-ahead log: that one is a new file at every start, which a full disk does not give. Exclusive while it opens: the
 * journal that a crash has left is then emptied, where otherwise SQLite would delete it.
 */
export function openState(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 5000 });
  try {
    db.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = PERSIST; PRAGMA locking_mode = NORMAL;
             PRAGMA journal_size_limit = ${JOURNAL_BYTES}; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;`);
    migrate(db, file);
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

function migrate(db: DatabaseSync, file: string): void {
  const version = Number(db.prepare('PRAGMA user_version').get()?.user_version ?? 0);
  if (version > migrations.length)
    throw new Error(
      `${file} was written by a newer agent (schema ${version}); install that version or a later one`,
    );
  for (const [index, migration] of migrations.entries()) {
    if (index < version) continue;
    transaction(db, () => db.exec(`${migration}; PRAGMA user_version = ${index + 1}`));
  }
}

/** The disk's last refusal of a commit to each state, until a commit succeeds. */
const refusals = new WeakMap<DatabaseSync, unknown>();

/** Why nothing can be committed at the moment. Undefined where the last commit succeeded. */
export const lastRefusal = (db: DatabaseSync): unknown => refusals.get(db);

/** Runs `work` in one transaction; nested calls join the outer one. Rolled back when it throws. */
export function transaction<T>(db: DatabaseSync, work: () => T): T {
  if (db.isTransaction) return work();
  try {
    db.exec('BEGIN IMMEDIATE');
    const result = work();
    db.exec('COMMIT');
    refusals.delete(db);
    return result;
  } catch (error) {
    if (isDiskFailure(error)) refusals.set(db, error);
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
