import { z } from 'zod';
import { Instant } from '../readings/reading.ts';
import { RunbookId } from '../runbook/index.ts';
import { RefusalCode } from './refusal.ts';
import { Sha256 } from './warrant.ts';

export const REPORT_TYPE = 'application/vnd.millwright.report+json';

/** One executed step. `output` is the last part of what the script printed, both streams, cut to the signed limit. */
export const StepReport = z.strictObject({
  step: z.enum(['check', 'fix', 'verify', 'rollback']),
  ended: z.enum(['exited', 'timed-out', 'could-not-start', 'killed']),
  exitCode: z.number().int().nullable(),
  ms: z.number().nonnegative(),
  output: z.string().max(262_144),
  truncated: z.boolean(),
});
export type StepReport = z.infer<typeof StepReport>;

/** How a run ended. */
export const Outcome = z.discriminatedUnion('outcome', [
  /** The fix ran, and its own verification passed. */
  z.strictObject({ outcome: z.literal('fixed') }),
  /** The precheck found nothing to do. */
  z.strictObject({ outcome: z.literal('not-needed') }),
  /** The fix or its verification failed; `rolledBack` says whether a rollback ran and succeeded. */
  z.strictObject({
    outcome: z.literal('failed'),
    failedStep: z.enum(['fix', 'verify']),
    rolledBack: z.boolean(),
  }),
  /** Nothing ran. */
  z.strictObject({ outcome: z.literal('refused'), code: RefusalCode, reason: z.string().max(1024) }),
  /** The agent ended in the middle of the run; it is never started again by itself. */
  z.strictObject({ outcome: z.literal('interrupted'), lastStep: z.string().max(32) }),
]);
export type Outcome = z.infer<typeof Outcome>;

/** A run's report, signed by the endpoint's key. Times in milliseconds since the epoch, by the endpoint's clock. */
export const RunReport = z.strictObject({
  schema: z.literal(1),
  /** The warrant's id, or null where the warrant could not be read. */
  warrant: z.uuid().nullable(),
  /** SHA-256 of the envelope's bytes as received. */
  envelope: Sha256,
  endpoint: Sha256,
  runbook: z.strictObject({ id: RunbookId, sha256: Sha256, version: z.number().int() }).nullable(),
  receivedAt: Instant,
  endedAt: Instant,
  result: Outcome,
  steps: z.array(StepReport).max(4),
});
export type RunReport = z.infer<typeof RunReport>;
