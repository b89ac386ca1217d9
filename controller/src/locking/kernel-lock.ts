import { DatabaseSync } from 'node:sqlite';

/** SQLite's answer where another connection, of this process or another, holds the file. */
const SQLITE_BUSY = 5;

/** What is held: a connection that nobody refers to would be closed, and its lock let go of, by the garbage collector. */
const held = new Set<DatabaseSync>();

/**
 * Takes a file for this caller alone, without waiting. The kernel lets go of it when the process ends, however it ends:
 * it is SQLite's lock on an empty file of its own, so a number that a dead process left behind is never believed.
 * @returns a function that lets go; undefined where somebody else holds the file
 */
export function takeLock(file: string): (() => void) | undefined {
  const db = new DatabaseSync(file, { timeout: 0 });
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
  } catch (error) {
    db.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
  held.add(db);
  return () => {
    held.delete(db);
    db.close();
  };
}
