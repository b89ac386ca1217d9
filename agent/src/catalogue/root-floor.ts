import type { DatabaseSync } from 'node:sqlite';

/**
 * The highest root version ever trusted here. Should the trusted root be lost with its file, the chain starts again at
 * the pinned one, and a source that withholds the newer roots would bring revoked keys back.
 */
export class RootFloor {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** @throws RootRollback when an older root is offered than one that was trusted before. */
  check(version: number): void {
    const row = this.#db.prepare("SELECT value FROM meta WHERE key = 'catalogue-root-version'").get();
    const floor = Number(row?.value ?? 0);
    if (version < floor)
      throw new RootRollback(`root is at version ${version}; version ${floor} was trusted before`);
    if (version > floor)
      this.#db
        .prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('catalogue-root-version', ?)")
        .run(String(version));
  }
}

export class RootRollback extends Error {
  override readonly name = 'RootRollback';
}
