import type { DatabaseSync } from 'node:sqlite';
import { pruneAudit } from './audit.ts';
import { pruneWarrants } from './journal.ts';

/** Keeps what is remembered of warrants within its bounds. For the long run: hourly is often. @throws the disk's own error */
export function pruneRecords(db: DatabaseSync, now: number): void {
  pruneAudit(db, now);
  pruneWarrants(db);
}
