import { z } from 'zod';

/** Policy for one condition. */
export const ConditionPolicy = z.strictObject({
  enabled: z.boolean().optional(),
  raiseAfterSeconds: z.number().min(0).max(86_400).optional(),
  clearAfterSeconds: z.number().min(0).max(86_400).optional(),
  thresholds: z
    .record(z.string().max(64), z.union([z.number(), z.string(), z.boolean(), z.array(z.string()).max(256)]))
    .optional(),
});

export type ConditionPolicy = z.infer<typeof ConditionPolicy>;

/** What the controller asks of an endpoint. It may tighten what the endpoint runs, never loosen it. */
export const Policy = z.strictObject({
  version: z.number().int().min(0),
  conditions: z.record(z.string().max(64), ConditionPolicy),
  /** Run nothing, whatever warrants say. */
  killSwitch: z.boolean(),
});
export type Policy = z.infer<typeof Policy>;

export const defaultPolicy: Policy = { version: 0, conditions: {}, killSwitch: false };
