import { RunbookClass } from '@millwright/shared/runbook';
import { z } from 'zod';

/**
 * The endpoint's own policy: a file that only root or SYSTEM can write. The controller may tighten it, never loosen it.
 * Limits are finite integers, or the agent does not start.
 */
export const LocalPolicy = z.strictObject({
  /** Namespaces whose runbooks may run: a literal prefix and one `*`. */
  namespaces: z
    .array(z.string().regex(/^[a-z0-9/_-]*\*?$/))
    .max(64)
    .default(['*']),
  classes: z.array(RunbookClass).default(['L0', 'L1', 'L2']),
  /** Runs per runbook; the runbook's own signed limits hold as well. */
  perHour: z.number().int().min(0).max(1000).default(6),
  perDay: z.number().int().min(0).max(10_000).default(20),
  /** Runs of all runbooks together. */
  allPerHour: z.number().int().min(0).max(10_000).default(30),
  /** Failed verifications of one runbook after which it is quarantined here, until an operator lifts it. */
  quarantineAfter: z.number().int().min(1).max(100).default(2),
  killSwitch: z.boolean().default(false),
});
export type LocalPolicy = z.infer<typeof LocalPolicy>;
