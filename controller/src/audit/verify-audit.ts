import { Sha256 } from '@millwright/shared/trust';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Reader } from '../store/index.ts';
import { AUDIT_HEAD_SETTING } from './audit-log.ts';
import { type AuditHead, chainHash, GENESIS } from './chain.ts';

export type AuditVerdict =
  | { readonly ok: true; readonly entries: number; readonly head: AuditHead }
  | { readonly ok: false; readonly seq: number; readonly reason: string };

/** A head as it is kept in the settings, or noted by an operator outside the controller. */
export const AuditHeadRecord = z.object({ seq: z.number().int().nonnegative(), hash: Sha256 });

const pageSize = 1000;
const broken = (seq: number, reason: string): AuditVerdict => ({ ok: false, seq, reason });

function parseHead(value: string | null): AuditHead | null {
  if (value === null) return { seq: 0, hash: GENESIS };
  try {
    return AuditHeadRecord.parse(JSON.parse(value));
  } catch {
    // Only the log writes the head; one that does not read was changed by somebody else.
    return null;
  }
}

/** The newest entry's number and the recorded head, in one statement: entries appended meanwhile cannot part the two. */
async function ends(read: Reader): Promise<{ lastSeq: number; head: AuditHead | null }> {
  const result = await sql<{ lastSeq: number | null; head: string | null }>`
    SELECT (SELECT MAX(seq) FROM audit) AS last_seq, (SELECT value FROM settings WHERE key = ${AUDIT_HEAD_SETTING}) AS head
  `.execute(read);
  const row = result.rows[0];
  return { lastSeq: row?.lastSeq ?? 0, head: parseHead(row?.head ?? null) };
}

/**
 * Recomputes the whole chain and finds the first entry that was edited, removed, moved or put in. A thief of the whole
 * database can compute a new chain: pass `noted`, a head that was written down elsewhere, to find that too.
 */
export async function verifyAudit(read: Reader, noted?: AuditHead): Promise<AuditVerdict> {
  let last: AuditHead = { seq: 0, hash: GENESIS };
  for (;;) {
    const rows = await read
      .selectFrom('audit')
      .selectAll()
      .where('seq', '>', last.seq)
      .orderBy('seq')
      .limit(pageSize)
      .execute();
    for (const row of rows) {
      if (row.seq !== last.seq + 1)
        return broken(last.seq + 1, `entry ${last.seq + 1} is missing; the next one is ${row.seq}`);
      if (chainHash(row, last.hash) !== row.hash)
        return broken(
          row.seq,
          `entry ${row.seq} is not what was logged: its hash does not follow from its content and entry ${last.seq}`,
        );
      if (noted?.seq === row.seq && noted.hash !== row.hash)
        return broken(
          row.seq,
          `entry ${row.seq} is not the one whose hash was noted: the log was written anew`,
        );
      last = { seq: row.seq, hash: row.hash };
    }
    const { lastSeq, head } = await ends(read);
    if (lastSeq > last.seq) continue;
    if (head === null) return broken(last.seq + 1, 'the recorded head of the log cannot be read');
    if (head.seq !== last.seq || head.hash !== last.hash)
      return broken(
        Math.min(head.seq, last.seq) + 1,
        `the log ends at entry ${last.seq}, and its recorded head is entry ${head.seq}`,
      );
    if (noted !== undefined && noted.seq > last.seq)
      return broken(
        last.seq + 1,
        `the log ends at entry ${last.seq}, before entry ${noted.seq}, whose hash was noted`,
      );
    return { ok: true, entries: last.seq, head: last };
  }
}
