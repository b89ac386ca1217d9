import type sqlite3 from 'sqlite3';
import { closeSqlite, openSqlite } from './sqlite-dialect.ts';

/**
 * Copies a database, as it stands at one moment, while others go on writing to it. The copy is compact, and looked through.
 * `to` must not exist.
 * @throws Error where it cannot be read or written, or the copy is not sound
 */
export async function copyDatabase(from: string, to: string): Promise<void> {
  await withDatabase(from, (db) => ask(db, 'VACUUM INTO ?', to));
  const found = await withDatabase(to, (db) => ask(db, 'PRAGMA quick_check(1)'));
  const [verdict] = found.flatMap((row) => Object.values(row));
  if (verdict !== 'ok') throw new Error(`the copy ${to} is not sound: ${verdict}`);
}

async function withDatabase<T>(file: string, work: (db: sqlite3.Database) => Promise<T>): Promise<T> {
  const db = await openSqlite(file);
  try {
    return await work(db);
  } finally {
    await closeSqlite(db);
  }
}

function ask(db: sqlite3.Database, sql: string, ...parameters: string[]): Promise<object[]> {
  return new Promise((resolve, reject) => {
    db.all<object>(sql, parameters, (error, rows) => (error === null ? resolve(rows) : reject(error)));
  });
}
