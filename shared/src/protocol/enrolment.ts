import { z } from 'zod';
import { Platform } from '../runbook/manifest.ts';

/** A one-time token: 128 bits in base64url. */
export const EnrolmentToken = z
  .string()
  .regex(/^[A-Za-z0-9_-]{22}$/, 'must be the 22-character token that was shown');

/** POST /enrol on the agents' port, the one request there that needs no client certificate. */
export const EnrolmentRequest = z.strictObject({
  token: EnrolmentToken,
  /** The Ed25519 key that the endpoint has made (SPKI, DER, base64). */
  publicKey: z.base64().max(256),
  /** Its signature over `enrolmentProof(token, publicKey)`: whoever enrols holds the private key. */
  proof: z.base64().max(256),
  hostname: z.string().min(1).max(255),
  platform: Platform,
  arch: z.string().max(32),
});
export type EnrolmentRequest = z.infer<typeof EnrolmentRequest>;

/** What an enrolling endpoint signs. */
export function enrolmentProof(token: string, publicKey: string): Buffer {
  return Buffer.from(`millwright-enrolment-1\n${token}\n${publicKey}`);
}

export const EnrolmentResponse = z.strictObject({
  endpoint: z.string().max(64),
  client: z.string().max(64),
  site: z.string().max(128),
  certificate: z.string().max(16_384),
});
export type EnrolmentResponse = z.infer<typeof EnrolmentResponse>;

/** What rides beside an installer: where the controller is, and what to trust. Written by `millwright token create`. */
export const EnrolmentBundle = z.strictObject({
  schema: z.literal(1),
  /** `host:port` of the agents' door. */
  controller: z.string().min(3).max(300),
  token: EnrolmentToken,
  /** The controller's CA in PEM. */
  ca: z.string().max(16_384),
  /** The catalogue's first root metadata, as JSON text. */
  root: z.string().max(65_536),
});
export type EnrolmentBundle = z.infer<typeof EnrolmentBundle>;
