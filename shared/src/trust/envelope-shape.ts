import { z } from 'zod';

/** A DSSE envelope (Dead Simple Signing Envelope v1.0): payload and signatures in base64. */
export const Envelope = z.strictObject({
  payloadType: z.string().max(128),
  payload: z.base64().max(65_536),
  signatures: z
    .array(z.strictObject({ keyid: z.string().regex(/^[0-9a-f]{64}$/), sig: z.base64().max(1024) }))
    .min(1)
    .max(8),
});
export type Envelope = z.infer<typeof Envelope>;
