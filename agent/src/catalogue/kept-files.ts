import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { diskProblemOf, remedies } from '../state/index.ts';

/** The disk did not give or take a file of the catalogue: nothing is said of the catalogue itself. */
export class KeepFailure extends Error {
  override readonly name = 'KeepFailure';
}

/**
 * The catalogue's files as last verified. They stand in the agent's state, where a crash leaves the old bytes or the new ones,
 * and where a full disk still takes them.
 */
export class KeptFiles {
  readonly #get: StatementSync;
  readonly #put: StatementSync;

  constructor(db: DatabaseSync) {
    this.#get = db.prepare('SELECT bytes FROM catalogue WHERE name = ?');
    this.#put = db.prepare('INSERT OR REPLACE INTO catalogue (name, bytes) VALUES (?, ?)');
  }

  /** @throws KeepFailure */
  read(name: string): Buffer | undefined {
    const bytes = named(name, () => this.#get.get(name)?.bytes);
    return bytes instanceof Uint8Array
      ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
      : undefined;
  }

  /** On the disk when it returns; nothing is written where nothing changes. @throws KeepFailure */
  write(name: string, bytes: Buffer): void {
    if (this.read(name)?.equals(bytes)) return;
    named(name, () => this.#put.run(name, bytes));
  }
}

function named<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const problem = diskProblemOf(cause);
    if (problem === undefined) throw cause;
    throw new KeepFailure(`the catalogue's ${name} cannot be kept here (${problem}): ${remedies[problem]}`, {
      cause,
    });
  }
}
