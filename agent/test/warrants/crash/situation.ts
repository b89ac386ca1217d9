import { z } from 'zod';

/** What an agent's process finds when it starts. */
export const Situation = z.strictObject({
  folder: z.string(),
  now: z.number(),
  /** What the controller serves, in base64. */
  files: z.array(z.tuple([z.string(), z.string()])),
  /** PKCS#8 in PEM. */
  endpointKey: z.string(),
  /** In base64. */
  envelope: z.string(),
  crash: z.strictObject({ commit: z.number(), moment: z.enum(['before', 'after']) }).nullable(),
});
export type Situation = z.infer<typeof Situation>;
