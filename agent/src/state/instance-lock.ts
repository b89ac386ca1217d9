import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { diskProblemOf } from './disk-failure.ts';

export const lockPath = (stateDir: string): string => join(stateDir, 'agent.lock');

/** Another agent uses the same state. */
export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning';
  readonly code = 'already-running';
}

/**
 * Holds a state folder for this process alone. The system lets go of it when the process ends, however it ends: it is
 * SQLite's lock on a file of its own.
 * @returns a function that lets go
 * @throws AlreadyRunning
 */
export function lockInstance(file: string): () => void {
  const db = new DatabaseSync(file);
  try {
    // Nothing is ever written, and a full disk would not give the file for a journal.
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE;');
  } catch (cause) {
    db.close();
    if (diskProblemOf(cause) !== 'state-locked') throw cause;
    throw new AlreadyRunning(`another agent holds ${file}; stop it first`, { cause });
  }
  return () => db.close();
}
