import { Envelope, Warrant } from '@millwright/shared/trust';
import { z } from 'zod';
import type { Reader, Writer } from '../store/index.ts';

/** A warrant that technicians are asked to sign, with the signatures that it has. */
export interface Draft {
  readonly warrant: Warrant;
  /** The warrant's bytes: what is signed, and what is sent. */
  readonly payload: Buffer;
  readonly signatures: Envelope['signatures'];
  readonly createdAt: number;
}

const Signatures = z.array(Envelope.shape.signatures.element);

/** The newest draft of a remediation. */
export async function draftOf(db: Reader | Writer, remediation: number): Promise<Draft | undefined> {
  const row = await db
    .selectFrom('drafts')
    .selectAll()
    .where('remediation', '=', remediation)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const payload = Buffer.from(row.payload, 'base64');
  return {
    warrant: readPayload(payload),
    payload,
    signatures: Signatures.parse(JSON.parse(row.signatures)),
    createdAt: row.createdAt,
  };
}

/** Keeps a draft in the place of the one before it, whose signatures are worth nothing any more. */
export async function keepDraft(
  tx: Writer,
  remediation: number,
  { warrant, payload, signatures, createdAt }: Draft,
): Promise<void> {
  const columns = {
    warrant: warrant.id,
    payload: payload.toString('base64'),
    signatures: JSON.stringify(signatures),
    createdAt,
    expiresAt: warrant.expires,
  };
  await tx
    .insertInto('drafts')
    .values({ remediation, ...columns })
    .onConflict((conflict) => conflict.column('remediation').doUpdateSet(columns))
    .execute();
}

/**
 * Why a draft can no longer run, or undefined while it can: an endpoint takes warrants in the order of their sequence
 * only, and only the runbook that is published.
 */
export async function lapsed(
  db: Reader | Writer,
  { warrant, createdAt }: Draft,
  { endpoint, sha256, now }: { endpoint: string; sha256: string; now: number },
): Promise<string | undefined> {
  if (warrant.expires <= now) return 'the order that was signed has expired';
  if (warrant.runbook.sha256 !== sha256) return `${warrant.runbook.id} was published anew since`;
  const since = await db
    .selectFrom('runs')
    .select('envelope')
    .where('endpoint', '=', endpoint)
    .where('sentAt', '>=', createdAt)
    .execute();
  const overtaken = since.some(({ envelope }) => sequenceOf(envelope) > warrant.sequence);
  return overtaken ? 'the endpoint got a later order first, and takes them in turn only' : undefined;
}

function sequenceOf(envelope: string): number {
  const { payload } = Envelope.parse(JSON.parse(Buffer.from(envelope, 'base64').toString('utf8')));
  return readPayload(Buffer.from(payload, 'base64')).sequence;
}

function readPayload(payload: Buffer): Warrant {
  return Warrant.parse(JSON.parse(payload.toString('utf8')));
}
