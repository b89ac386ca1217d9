import { type Reading, subjectOf } from '../readings/index.ts';
import { flapping } from './catalogue.ts';
import type { Rule, Severity } from './definition.ts';
import type { Standing } from './standing.ts';

/** So many raises within the window: the subject is flapping, and restarting it again cures nothing. */
export interface FlapLimit {
  readonly raises: number;
  readonly windowMs: number;
}
export const defaultFlapLimit: FlapLimit = { raises: 4, windowMs: 3_600_000 };

/** A condition that began or ended on one subject. */
export interface Transition {
  readonly change: 'raised' | 'cleared';
  readonly condition: string;
  readonly title: string;
  readonly severity: Severity;
  readonly subject: string;
  readonly description: string;
  readonly at: number;
  readonly readings: readonly Reading[];
}

/** A standing after one reading, what changed, and when a hold time in progress runs out. */
export interface Step {
  readonly standing: Standing;
  readonly transitions: readonly Transition[];
  /** When a further reading would complete the hold time; `null` when nothing is being held. */
  readonly dueAt: number | null;
}

export interface StepOptions {
  /**
   * The longest time between two readings that still counts as "without a break", in milliseconds. After a longer one a
   * hold time starts again, since nobody knows what went on in between.
   */
  readonly gapMs: number;
  readonly flapLimit: FlapLimit;
}
export const defaultStepOptions: StepOptions = { gapMs: 600_000, flapLimit: defaultFlapLimit };

/** Applies one rule to one reading. Pure: the same standing, reading and time give the same answer. */
export function step(
  rule: Rule,
  before: Standing,
  reading: Reading,
  now: number,
  options: StepOptions = defaultStepOptions,
): Step {
  const verdict = rule.judge(reading);
  if (verdict === undefined) return { standing: before, transitions: [], dueAt: null };

  // A raise from the future was stamped by a clock that has been set back since: it counts from now, and so runs out.
  const raises = before.raises
    .map((at) => Math.min(at, now))
    .filter((at) => now - at < options.flapLimit.windowMs);
  const turns = before.raised ? verdict === 'clear' : verdict === 'raise';
  const held = hold(before, turns, holdMsOf(rule, before, reading, options.flapLimit), now, options.gapMs);
  if (!held.over) {
    const standing = { ...before, raises, turning: held.turning };
    return withFlapping(standing, [], held.dueAt, reading, now, options.flapLimit);
  }
  const raised = !before.raised;
  const turn: Transition = {
    change: raised ? 'raised' : 'cleared',
    condition: rule.id,
    title: rule.title,
    severity: rule.severity,
    subject: subjectOf(reading),
    description: rule.describe(reading),
    at: now,
    readings: [reading],
  };
  const standing = {
    ...before,
    raised,
    turning: null,
    raises: raised ? [...raises, now].slice(-32) : raises,
  };
  return withFlapping(standing, [turn], null, reading, now, options.flapLimit);
}

/** What flaps is one fault, not one for each time: it is over when the subject has been well for the whole window. */
function holdMsOf(rule: Rule, before: Standing, reading: Reading, limit: FlapLimit): number {
  if (!before.raised) return rule.raiseAfterMs(reading);
  return before.flapping ? Math.max(rule.clearAfterMs, limit.windowMs) : rule.clearAfterMs;
}

interface Hold {
  readonly over: boolean;
  readonly turning: Standing['turning'];
  readonly dueAt: number | null;
}

function hold(before: Standing, turns: boolean, holdMs: number, now: number, gapMs: number): Hold {
  if (!turns) return { over: false, turning: null, dueAt: null };
  const earlier = before.turning;
  // Broken by a gap, or by a clock that was set back: the hold starts again, so it is never shorter than it should be
  // and never stretched by the size of the jump.
  const unbroken = earlier !== null && now >= earlier.seen && now - earlier.seen <= gapMs;
  const since = unbroken ? earlier.since : now;
  if (now - since >= holdMs) return { over: true, turning: null, dueAt: null };
  return { over: false, turning: { since, seen: now }, dueAt: since + holdMs };
}

/** Flapping begins before the raise that completes it is told, so that whoever starts remedies knows it first. */
function withFlapping(
  standing: Standing,
  transitions: readonly Transition[],
  dueAt: number | null,
  reading: Reading,
  now: number,
  limit: FlapLimit,
): Step {
  const canFlap = reading.kind === 'service' || reading.kind === 'process';
  const began = canFlap && !standing.flapping && standing.raises.length >= limit.raises;
  const ended = standing.flapping && !standing.raised && standing.raises.length === 0;
  if (!began && !ended) return { standing, transitions, dueAt };
  const subject = subjectOf(reading);
  const flap: Transition = {
    change: began ? 'raised' : 'cleared',
    condition: flapping.id,
    title: flapping.title,
    severity: flapping.severity,
    subject,
    description: began
      ? `${subject} stopped ${standing.raises.length} times within ${limit.windowMs / 60_000} minutes`
      : `${subject} has been steady for ${limit.windowMs / 60_000} minutes`,
    at: now,
    readings: [reading],
  };
  return {
    standing: { ...standing, flapping: began },
    transitions: began ? [flap, ...transitions] : [...transitions, flap],
    dueAt,
  };
}
