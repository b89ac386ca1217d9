import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import sqlite3 from 'sqlite3';
import { KeptStatements } from './kept-statements.ts';

class Connection implements DatabaseConnection {
  readonly #statements: KeptStatements;

  constructor(statements: KeptStatements) {
    this.#statements = statements;
  }

  /** RETURNING tells ids and counts where one is needed. */
  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    return { rows: await this.#statements.all<R>(sql, parameters) };
  }

  // biome-ignore lint/correctness/useYield: streaming is part of the interface and not offered here
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new TypeError('streaming is not offered by the SQLite store; page through the rows');
  }
}

/** One connection, one user at a time: SQLite has one writer, and statements of two transactions must not mix. */
class SqliteDriver implements Driver {
  readonly #statements: KeptStatements;
  #last: Promise<void> = Promise.resolve();
  readonly #release = new Map<DatabaseConnection, () => void>();

  constructor(db: sqlite3.Database) {
    this.#statements = new KeptStatements(db);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    await before;
    const connection = new Connection(this.#statements);
    this.#release.set(connection, resolve);
    return connection;
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    this.#release.get(connection)?.();
    this.#release.delete(connection);
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('BEGIN IMMEDIATE'));
  }
  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('COMMIT'));
  }
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await connection.executeQuery(CompiledQuery.raw('ROLLBACK'));
    } catch (error) {
      // A full disk makes SQLite roll back by itself; the error to be told is the one that came first.
      if (!String(error).includes('no transaction is active')) throw error;
    }
  }

  async destroy(): Promise<void> {
    this.#statements.finalize();
  }
}

/** Opens a SQLite file with `sqlite3`. */
export function openSqlite(file: string): Promise<sqlite3.Database> {
  return new Promise((resolve, reject) => {
    const db = new sqlite3.Database(file, (error) => (error === null ? resolve(db) : reject(error)));
  });
}

export function closeSqlite(db: sqlite3.Database): Promise<void> {
  return new Promise((resolve, reject) => {
    db.close((error) => (error === null ? resolve() : reject(error)));
  });
}

/** Kysely over an open `sqlite3` database, which stays open when Kysely is destroyed. */
export function sqliteDialect(db: sqlite3.Database): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new SqliteDriver(db),
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}
