import { hashOf } from '@millwright/shared/trust';

/** One row of the audit log, without its hash. `detail` is canonical JSON text, hashed as it is stored. */
export interface ChainedEntry {
  readonly seq: number;
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: string;
}

/** What the first entry follows. */
export const GENESIS = '0'.repeat(64);

/** The newest entry of the log. `seq` 0 with the genesis hash: nothing is logged yet. */
export interface AuditHead {
  readonly seq: number;
  readonly hash: string;
}

/** The hash of an entry: it covers every field and, through the entry before it, everything before it. */
export function chainHash(
  { seq, at, actor, action, subject, detail }: ChainedEntry,
  previous: string,
): string {
  return hashOf({ seq, at, actor, action, subject, detail, previous });
}
