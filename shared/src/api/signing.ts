import { z } from 'zod';
import { Instant } from '../readings/reading.ts';
import { Envelope } from '../trust/envelope-shape.ts';
import { Client } from './resources.ts';

/** Files of a catalogue by their names below its folder, in base64. Nothing in them is believed without its signatures. */
export const CarriedFiles = z.record(
  z.string().regex(/^(?:lifetimes\.json|(?:metadata|staged|targets)(?:\/[a-z0-9][a-z0-9._-]*)+)$/),
  z.base64(),
);
export type CarriedFiles = z.infer<typeof CarriedFiles>;

/** POST /api/v1/approvals/:remediation/draft: what a technician is asked to sign, and what it would run. */
export const WarrantDraft = z.object({
  /** A warrant, in base64: exactly these bytes are signed. */
  payload: z.base64(),
  payloadType: z.string(),
  /** When the draft, and every signature over it, stops counting. */
  expiresAt: Instant,
  /** The runbook as it is published, in base64: the bytes whose hash stands in the warrant. */
  bundle: z.base64(),
  /** The catalogue's metadata, which shows on the technician's machine that the runbook was signed offline. */
  catalogue: CarriedFiles,
  endpoint: z.object({ id: z.string(), hostname: z.string() }),
  client: Client,
  ticket: z.number().int(),
  /** Technicians' signatures that the runbook needs, and who has signed this draft. */
  signaturesNeeded: z.number().int(),
  signedBy: z.array(z.string()),
});
export type WarrantDraft = z.infer<typeof WarrantDraft>;

/** POST /api/v1/approvals/:remediation/signature: the draft's payload with a technician's signature over it. */
export const SignatureRequest = z.strictObject({ envelope: Envelope });

/** What became of a signature. `ordered`: all are there, and the endpoint gets the warrant as soon as it is free. */
export const SignatureTaken = z.object({
  warrant: z.uuid(),
  ordered: z.boolean(),
  signaturesNeeded: z.number().int(),
  signedBy: z.array(z.string()),
  expiresAt: Instant,
});
export type SignatureTaken = z.infer<typeof SignatureTaken>;
