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
    }
  /** Acts of whoever administers this machine. Times in milliseconds since the epoch. */
  | { readonly kind: 'clock-reset'; readonly from: number; readonly to: number }
  | { readonly kind: 'quarantine-lifted'; readonly runbook: string }
  /** All up to an entry was deleted for its age; `hash` is that entry's, which the next one follows. */
  | { readonly kind: 'pruned'; readonly through: number; readonly hash: string };

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

/** What a walk along the chain has found. */
export interface AuditVerdict {
  /** That are still there. */
  readonly entries: number;
  /** That were deleted for their age, as the chain itself says. */
  readonly pruned: number;
  readonly head: string;
  /** The sequence number of the first entry that does not follow. */
  readonly brokenAt: number | null;
}

/** Walks the chain from its start, or from where its newest entry on pruning says that it begins. */
export function verifyAudit(db: DatabaseSync): AuditVerdict {
  const anchor = anchorOf(db);
  const pruned = anchor.through;
  let { hash: head } = anchor;
  let entries = 0;
  for (const row of db.prepare('SELECT seq, at, entry, hash FROM audit ORDER BY seq').iterate()) {
    const [seq, hash] = [Number(row.seq), String(row.hash)];
    const expected = pruned + entries + 1;
    if (seq !== expected || hash !== chained(head, Number(row.at), String(row.entry)))
      return { entries, pruned, head, brokenAt: expected };
    head = hash;
    entries += 1;
  }
  return { entries, pruned, head, brokenAt: null };
}

/** Entries younger than this stay, and the newest whatever a clock says; beyond the most, the oldest go. */
export const AUDIT_KEPT = { ms: 400 * 86_400_000, newest: 10_000, most: 100_000 } as const;
/** Deleted in one commit, and no fewer: each commit adds an entry. */
const PRUNED_AT_ONCE = 1000;

/** Deletes the oldest entries beyond what is kept. The chain says so itself, and can still be walked. */
export function pruneAudit(
  db: DatabaseSync,
  now: number,
  kept: Record<keyof typeof AUDIT_KEPT, number> = AUDIT_KEPT,
): void {
  for (;;) {
    const { first, last, young } =
      db
        .prepare(
          'SELECT min(seq) AS first, max(seq) AS last, min(seq) FILTER (WHERE at >= ?) AS young FROM audit',
        )
        .get(now - kept.ms) ?? {};
    const newest = Number(last ?? 0);
    const old = Math.min(Number(young ?? newest + 1) - 1, newest - kept.newest);
    const through = Math.min(Number(first ?? 1) - 1 + PRUNED_AT_ONCE, Math.max(old, newest - kept.most));
    if (through - Number(first ?? 1) + 1 < PRUNED_AT_ONCE) return;
    transaction(db, () => {
      const hash = String(db.prepare('SELECT hash FROM audit WHERE seq = ?').get(through)?.hash);
      appendAudit(db, now, { kind: 'pruned', through, hash });
      db.prepare('DELETE FROM audit WHERE seq <= ?').run(through);
    });
  }
}

/** Where the chain begins: after what was pruned. */
function anchorOf(db: DatabaseSync): { readonly through: number; readonly hash: string } {
  const row = db
    .prepare(
      `SELECT entry ->> 'through' AS through, entry ->> 'hash' AS hash FROM audit
       WHERE CASE WHEN json_valid(entry) THEN entry ->> 'kind' END = 'pruned' ORDER BY seq DESC LIMIT 1`,
    )
    .get();
  return row === undefined
    ? { through: 0, hash: EMPTY_HEAD }
    : { through: Number(row.through), hash: String(row.hash) };
}

function chained(previous: string, at: number, entry: string): string {
  return hashOf({ previous, at, entry });
}
