import type { Clock } from '@millwright/shared/clock';
import { json } from '@sigstore/core';
import type { Writer } from '../store/index.ts';
import { type AuditHead, chainHash, GENESIS } from './chain.ts';

/** Where the newest entry's place and hash are kept beside the log, so that an end cut off is missed. */
export const AUDIT_HEAD_SETTING = 'audit-head';

/** What happened: who (`actor`: a person's name, or `millwright`) did what (`action`) to what (`subject`). */
export interface AuditEntry {
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Appends to the hash-chained audit log. */
export class AuditLog {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Appends one entry in the transaction of what it records: both are kept, or neither. */
  async append(tx: Writer, entry: AuditEntry): Promise<void> {
    const last = await tx
      .selectFrom('audit')
      .select(['seq', 'hash'])
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst();
    const row = {
      seq: (last?.seq ?? 0) + 1,
      at: this.#clock.now(),
      actor: entry.actor,
      action: entry.action,
      subject: entry.subject,
      // Through JSON once, so that what JSON cannot hold (undefined, dates) does not spoil the canonical form.
      detail: json.canonicalize(JSON.parse(JSON.stringify(entry.detail))),
    };
    const hash = chainHash(row, last?.hash ?? GENESIS);
    await tx
      .insertInto('audit')
      .values({ ...row, hash })
      .execute();
    const head: AuditHead = { seq: row.seq, hash };
    const value = JSON.stringify(head);
    await tx
      .insertInto('settings')
      .values({ key: AUDIT_HEAD_SETTING, value })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
      .execute();
  }
}
