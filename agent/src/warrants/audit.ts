import type { DatabaseSync } from 'node:sqlite';
import { hashOf, type Outcome } from '@millwright/shared/trust';
import { transaction } from '../state/index.ts';

/** One line of what this endpoint was asked and did. */
export type AuditEntry =
  | {
      readonly kind: 'warrant';
      readonly warrant: string;
      readonly envelope: string;
      readonly runbook: string;
    }
  | { readonly kind: 'started'; readonly warrant: string; readonly runbook: string; readonly sha256: string }
  | {
      readonly kind: 'ended';
      readonly warrant: string | null;
      readonly envelope: string;
      readonly result: Outcome;
    };

/** What the first entry's hash follows. */
export const EMPTY_HEAD = '0'.repeat(64);

/** Appends to the chain: an entry's hash covers the one before it. Joins a transaction that is open. */
export function appendAudit(db: DatabaseSync, at: number, entry: AuditEntry): void {
  transaction(db, () => {
    const text = JSON.stringify(entry);
    db.prepare('INSERT INTO audit (at, entry, hash) VALUES (?, ?, ?)').run(
      at,
      text,
      chained(auditHead(db), at, text),
    );
  });
}

/** The hash of the newest entry, which covers all before it. */
export function auditHead(db: DatabaseSync): string {
  return String(db.prepare('SELECT hash FROM audit ORDER BY seq DESC LIMIT 1').get()?.hash ?? EMPTY_HEAD);
}

/** Walks the chain from its start. `brokenAt` is the sequence number of the first entry that does not follow. */
export function verifyAudit(db: DatabaseSync): {
  readonly entries: number;
  readonly head: string;
  readonly brokenAt: number | null;
} {
  let head = EMPTY_HEAD;
  let entries = 0;
  for (const row of db.prepare('SELECT seq, at, entry, hash FROM audit ORDER BY seq').iterate()) {
    const [seq, hash] = [Number(row.seq), String(row.hash)];
    if (seq !== entries + 1 || hash !== chained(head, Number(row.at), String(row.entry)))
      return { entries, head, brokenAt: entries + 1 };
    head = hash;
    entries += 1;
  }
  return { entries, head, brokenAt: null };
}

function chained(previous: string, at: number, entry: string): string {
  return hashOf({ previous, at, entry });
}
