import { CamelCasePlugin, CompiledQuery, Kysely, type Transaction } from 'kysely';
import type sqlite3 from 'sqlite3';
import { migrations } from './migrations.ts';
import { closeSqlite, openSqlite, sqliteDialect } from './sqlite-dialect.ts';
import type { Tables } from './tables.ts';

export type Reader = Kysely<Tables>;
export type Writer = Transaction<Tables>;

/** The controller's data. Reads see what is committed; a write is on the disk when its promise resolves. */
export interface Store {
  readonly read: Reader;
  /** Runs `work` in one transaction, after those before it. Rolled back when it throws. */
  write<T>(work: (tx: Writer) => Promise<T>): Promise<T>;
  /** Whether another process (a command beside the controller) has committed since this was asked last. */
  changedElsewhere(): Promise<boolean>;
  close(): Promise<void>;
}

/** The store cannot be used; the message says why and what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: 'store-newer' | 'store-unusable';
  constructor(code: 'store-newer' | 'store-unusable', message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What SQLite answers when it cannot write or read now: not a fault of the statement, and tried again later. */
const storeFailures = new Set([
  'SQLITE_FULL',
  'SQLITE_IOERR',
  'SQLITE_BUSY',
  'SQLITE_CANTOPEN',
  'SQLITE_READONLY',
  'SQLITE_NOMEM',
]);

/** Whether an error is the store's own (a full disk), and none of what was asked of it. */
export function isStoreFailure(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    storeFailures.has(error.code)
  );
}

function run(db: sqlite3.Database, sql: string): Promise<void> {
  return new Promise((resolve, reject) => {
    db.exec(sql, (error) => (error === null ? resolve() : reject(error)));
  });
}

async function migrate(db: sqlite3.Database, writer: Kysely<Tables>, file: string): Promise<void> {
  const result = await writer.executeQuery<{ userVersion: number }>(CompiledQuery.raw('PRAGMA user_version'));
  const version = result.rows[0]?.userVersion ?? 0;
  if (version > migrations.length)
    throw new StoreError(
      'store-newer',
      `${file} was written by a newer controller (schema ${version}, this one knows ${migrations.length}); start that version or restore a backup`,
    );
  for (const [index, migration] of migrations.entries()) {
    if (index >= version)
      await run(db, `BEGIN IMMEDIATE; ${migration} PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
}

/**
 * The size that the write-ahead log is cut back to, once a reader that made it grow (a backup, say) is gone. Bytes: four
 * times what it grows to between two checkpoints.
 */
const logBytes = 16 * 1024 * 1024;

/**
 * Opens (and brings up to date) the SQLite store. WAL with synchronous FULL: a commit survives a power cut. Reads use a
 * connection of their own, so that a long list never holds up an acknowledgement.
 */
export async function openStore(file: string): Promise<Store> {
  const opened = new AsyncDisposableStack();
  const open = async (pragmas: string): Promise<[sqlite3.Database, Kysely<Tables>]> => {
    const db = await openSqlite(file);
    opened.defer(() => closeSqlite(db));
    const kysely = new Kysely<Tables>({ dialect: sqliteDialect(db), plugins: [new CamelCasePlugin()] });
    // Kysely destroys nothing of a connection that was never used.
    opened.defer(() => kysely.destroy());
    await run(db, pragmas);
    return [db, kysely];
  };
  try {
    const [db, writer] = await open(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000;',
    );
    await run(db, `PRAGMA journal_size_limit = ${logBytes}`);
    await migrate(db, writer, file);
    const [, read] = await open('PRAGMA query_only = ON; PRAGMA busy_timeout = 5000;');
    // Asked of the connection that writes: its own commits do not count.
    const version = async (): Promise<number> => {
      const { rows } = await writer.executeQuery<{ dataVersion: number }>(
        CompiledQuery.raw('PRAGMA data_version'),
      );
      return rows[0]?.dataVersion ?? 0;
    };
    let seen = await version();
    return {
      read,
      write: (work) => writer.transaction().execute(work),
      changedElsewhere: async () => {
        const before = seen;
        seen = await version();
        return seen !== before;
      },
      close: () => opened.disposeAsync(),
    };
  } catch (cause) {
    await opened.disposeAsync();
    if (cause instanceof StoreError) throw cause;
    throw new StoreError(
      'store-unusable',
      `cannot use the database ${file}: ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    );
  }
}
