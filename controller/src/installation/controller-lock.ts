import { join } from 'node:path';
import { takeLock } from '../locking/index.ts';

/** Another controller serves the same data folder. */
export class AlreadyServing extends Error {
  override readonly name = 'AlreadyServing';
  readonly code = 'already-serving';
}

/**
 * Holds a data folder for one controller: two would each answer endpoints, renew the catalogue and order fixes. Commands
 * beside it take no part in this; what they write, the database itself keeps apart.
 * @returns a function that lets go
 * @throws AlreadyServing
 */
export function lockDataFolder(dataDir: string): () => void {
  const release = takeLock(join(dataDir, 'serving.lock'));
  if (release === undefined)
    throw new AlreadyServing(
      `another controller serves ${dataDir}; stop it first, or name another folder with --data`,
    );
  return release;
}
