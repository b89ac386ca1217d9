import { z } from 'zod';
import { Instant, Reading } from '../readings/reading.ts';
import { Envelope } from '../trust/envelope-shape.ts';
import { Sha256 } from '../trust/warrant.ts';

/** A condition began: with the readings that raised it, frozen and hashed. */
export const ConditionRaised = z.strictObject({
  type: z.literal('condition-raised'),
  condition: z.string().max(64),
  title: z.string().max(80),
  severity: z.enum(['warning', 'critical']),
  subject: z.string().max(512),
  description: z.string().max(1024),
  evidence: z.strictObject({ readings: z.array(Reading).max(32), sha256: Sha256 }),
});

/** A condition ended, with the readings that show it. */
export const ConditionCleared = z.strictObject({
  type: z.literal('condition-cleared'),
  condition: z.string().max(64),
  subject: z.string().max(512),
  description: z.string().max(1024),
  evidence: z.strictObject({ readings: z.array(Reading).max(32), sha256: Sha256 }),
});

/** A run passed into a state (before its effect). */
export const RunProgress = z.strictObject({
  type: z.literal('run-progress'),
  warrant: z.uuid(),
  state: z.enum(['accepted', 'checking', 'fixing', 'verifying', 'rolling-back']),
});

/** A run ended, or its warrant was refused: the endpoint's signed report (a `RunReport` in DSSE). */
export const RunEnded = z.strictObject({ type: z.literal('run-ended'), report: Envelope });

/** The agent's process started. `previous` says how the last one ended. */
export const AgentStarted = z.strictObject({
  type: z.literal('agent-started'),
  version: z.string().max(64),
  previous: z.enum(['first-start', 'stopped', 'killed']),
});

/** The most that a `conditions-standing` can name. */
export const MAX_STANDING = 500;

/**
 * All conditions that stand on the endpoint: told to a controller that was set back to an earlier state, and has forgotten
 * what was told since. Each that is named is told as raised after it; what else stood there is over.
 */
export const ConditionsStanding = z.strictObject({
  type: z.literal('conditions-standing'),
  standing: z
    .array(z.strictObject({ condition: z.string().max(64), subject: z.string().max(512) }))
    .max(MAX_STANDING),
});

export const EventBody = z.discriminatedUnion('type', [
  ConditionRaised,
  ConditionCleared,
  ConditionsStanding,
  RunProgress,
  RunEnded,
  AgentStarted,
]);
export type EventBody = z.infer<typeof EventBody>;

/** Something that happened on the endpoint: sequenced without gaps, resent until it is acknowledged. */
export const AgentEvent = z.strictObject({ seq: z.number().int().min(1), at: Instant, body: EventBody });
export type AgentEvent = z.infer<typeof AgentEvent>;
