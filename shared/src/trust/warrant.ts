import { z } from 'zod';
import { Instant } from '../readings/reading.ts';
import { Parameters, RunbookId } from '../runbook/index.ts';

export const WARRANT_TYPE = 'application/vnd.millwright.warrant+json';
/** The longest a warrant may be valid, in milliseconds (10 minutes). */
export const MAX_WARRANT_MS = 600_000;
/** The largest envelope that an agent reads, in bytes. */
export const MAX_WARRANT_BYTES = 32_768;

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex');

/** Who decided that this runbook should run. */
export const DecidedBy = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('builtin') }),
  z.strictObject({ kind: z.literal('openai'), model: z.string().max(128), promptSha256: Sha256 }),
  z.strictObject({ kind: z.literal('technician'), name: z.string().max(128) }),
]);
export type DecidedBy = z.infer<typeof DecidedBy>;

/** The order to run one runbook on one endpoint once. Times in milliseconds since the epoch. */
export const Warrant = z.strictObject({
  schema: z.literal(1),
  id: z.uuid(),
  /** SHA-256 of the endpoint's public key (SPKI, DER). */
  endpoint: Sha256,
  runbook: z.strictObject({ id: RunbookId, sha256: Sha256, version: z.number().int().min(1) }),
  parameters: Parameters,
  /** Grows with every warrant for this endpoint. */
  sequence: z.number().int().min(1),
  nonce: z.string().regex(/^[0-9a-f]{32}$/),
  notBefore: Instant,
  expires: Instant,
  decidedBy: DecidedBy,
  ticket: z.number().int().min(1).nullable(),
  alert: z.number().int().min(1).nullable(),
  /** SHA-256 of the frozen evidence. */
  evidence: Sha256.nullable(),
});
export type Warrant = z.infer<typeof Warrant>;
