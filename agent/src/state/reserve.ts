import { statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { JOURNAL_BYTES, transaction } from './database.ts';

/**
 * What the state keeps for itself on the disk: pages of `state.db` that are written once and then free, and a rollback journal that
 * is never cut below its size. No other process can take them, so that with not one byte left on the filesystem events,
 * warrants and reports are still committed: into blocks that are the agent's already. (Not so where a filesystem copies
 * on write: btrfs, ZFS, APFS.)
 */
export const RESERVE_BYTES = 4 * 1024 * 1024;

/** Below this the free pages are topped up; above, nothing is written for it. */
const LOW_BYTES = (RESERVE_BYTES * 3) / 4;

/** Room for the state, in bytes: its own free pages, and what the filesystem would still give. */
export interface Room {
  readonly reserveBytes: number;
  readonly diskBytes: number;
}

export function roomOf(db: DatabaseSync): Room {
  const file = db.location();
  if (file === null) return { reserveBytes: 0, diskBytes: Number.POSITIVE_INFINITY };
  const { bavail, bsize } = statfsSync(dirname(file));
  return { reserveBytes: freePages(db) * pageBytes(db), diskBytes: bavail * bsize };
}

/**
 * Tops the reserve up where it is low and the disk has twice of what is missing: the agent never takes the last of it.
 * @throws the disk's own error; what was there of the reserve stays.
 */
export function keepReserve(db: DatabaseSync): void {
  const file = db.location();
  if (file === null) return;
  giveBack(db);
  const { reserveBytes, diskBytes } = roomOf(db);
  const journalMissing = Math.max(0, JOURNAL_BYTES - journalBytes(file));
  const missing = Math.max(0, RESERVE_BYTES - reserveBytes) + journalMissing;
  if ((reserveBytes >= LOW_BYTES && journalMissing === 0) || diskBytes < 2 * missing) return;
  try {
    writeFiller(db, RESERVE_BYTES);
    // The journal holds what pages were before a change: it is as long as its longest transaction.
    db.prepare('UPDATE reserve SET filler = randomblob(?) WHERE rowid <= ?').run(
      fillerBytes(db),
      JOURNAL_BYTES / pageBytes(db),
    );
  } finally {
    giveBack(db);
    // The pages that went through SQLite's cache are not needed there.
    db.exec('PRAGMA shrink_memory');
  }
}

/** Writes as much as a warrant needs, and frees it: whether that can be done again. @throws the disk's own error */
export function tryToWrite(db: DatabaseSync): void {
  try {
    transaction(db, () => writeFiller(db, 64 * 1024));
  } finally {
    giveBack(db);
  }
}

/** In a commit of its own: pages that are made and freed in one commit are never written, and would be holes in the file. */
function giveBack(db: DatabaseSync): void {
  if (db.prepare('SELECT 1 FROM reserve LIMIT 1').get() !== undefined) db.exec('DELETE FROM reserve');
}

/** One row fills one page. Random, so that no filesystem compresses it to nothing. */
function writeFiller(db: DatabaseSync, bytes: number): void {
  db.prepare(
    `WITH RECURSIVE page(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM page WHERE n < ?)
     INSERT INTO reserve SELECT randomblob(?) FROM page`,
  ).run(Math.ceil(bytes / pageBytes(db)), fillerBytes(db));
}

const fillerBytes = (db: DatabaseSync): number => pageBytes(db) - 96;

const pageBytes = (db: DatabaseSync): number => Number(db.prepare('PRAGMA page_size').get()?.page_size);

const freePages = (db: DatabaseSync): number =>
  Number(db.prepare('PRAGMA freelist_count').get()?.freelist_count);

const journalBytes = (file: string): number =>
  statSync(`${file}-journal`, { throwIfNoEntry: false })?.size ?? 0;
