import { z } from 'zod';

/** What changed, on the live feed (server-sent events at `/api/v1/live`): fetch it again. */
export const LiveChange = z.discriminatedUnion('changed', [
  z.object({ changed: z.literal('endpoint'), id: z.string() }),
  z.object({ changed: z.literal('alert'), id: z.number().int() }),
  z.object({ changed: z.literal('ticket'), id: z.number().int() }),
  z.object({ changed: z.literal('approvals') }),
  z.object({ changed: z.literal('fleet') }),
  /** Something was changed from beside the controller, which does not know what. */
  z.object({ changed: z.literal('everything') }),
]);
export type LiveChange = z.infer<typeof LiveChange>;
