import type { DatabaseSync } from 'node:sqlite';

/** How the process before this one ended. */
export type LastEnd = 'first-start' | 'stopped' | 'killed';

const read = (db: DatabaseSync): string | undefined => {
  const row = db.prepare("SELECT value FROM meta WHERE key = 'process'").get();
  return row === undefined ? undefined : String(row.value);
};

const write = (db: DatabaseSync, value: 'running' | 'stopped'): void => {
  db.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('process', ?)").run(value);
};

/** Notes that a process runs, and tells how the last one ended. */
export function noteStart(db: DatabaseSync): LastEnd {
  const before = read(db);
  write(db, 'running');
  if (before === undefined) return 'first-start';
  return before === 'stopped' ? 'stopped' : 'killed';
}

export function noteStop(db: DatabaseSync): void {
  write(db, 'stopped');
}
