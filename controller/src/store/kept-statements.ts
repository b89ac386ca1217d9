import type { Database, Statement } from 'sqlite3';

/** More than the controller's code has, counting lists of different lengths as different statements. */
const MOST = 256;

/**
 * A connection's statements, compiled once each: `sqlite3` otherwise compiles a text at each use, by a trip to another
 * thread that costs about as much as what most statements do. One user at a time.
 */
export class KeptStatements {
  readonly #db: Database;
  /** The longest unused comes first. */
  readonly #kept = new Map<string, Statement>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** Runs a statement to its end. Serves those that return rows and those that do not. Rejects with SQLite's own error. */
  all<R>(sql: string, parameters: readonly unknown[]): Promise<R[]> {
    return new Promise((resolve, reject) => {
      this.#statement(sql, reject).all<R>(parameters, (error, rows) =>
        error === null ? resolve(rows) : reject(error),
      );
    });
  }

  /** Lets all of them go: SQLite closes no connection that has any. */
  finalize(): void {
    for (const statement of this.#kept.values()) statement.finalize();
    this.#kept.clear();
  }

  #statement(sql: string, failed: (error: Error) => void): Statement {
    const known = this.#kept.get(sql);
    const statement =
      known ??
      this.#db.prepare(sql, (error: Error | null) => {
        if (error === null) return;
        // What does not compile now may do so later; `all` is not called back.
        this.#kept.delete(sql);
        failed(error);
      });
    this.#kept.delete(sql);
    this.#kept.set(sql, statement);
    if (this.#kept.size > MOST) this.#forgetOldest();
    return statement;
  }

  #forgetOldest(): void {
    for (const [sql, statement] of this.#kept) {
      this.#kept.delete(sql);
      statement.finalize();
      return;
    }
  }
}
