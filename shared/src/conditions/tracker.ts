import { keyOf, type Reading, subjectOf } from '../readings/index.ts';
import { flapping } from './catalogue.ts';
import type { Rule, Severity } from './definition.ts';

/** Four transitions within an hour: the service is flapping, and restarting it again cures nothing. */
export interface FlapLimit {
  readonly transitions: number;
  readonly windowMs: number;
}
export const defaultFlapLimit: FlapLimit = { transitions: 4, windowMs: 3_600_000 };

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

/** What is remembered of one condition on one subject; plain data, so that it survives a restart. */
export interface Standing {
  readonly raised: boolean;
  /** Since when the reading has said the opposite of `raised` without a break. */
  readonly turningSince: number | null;
  /** When the condition was raised, within the flap window. */
  readonly raises: readonly number[];
  readonly flapping: boolean;
}

const calm: Standing = { raised: false, turningSince: null, raises: [], flapping: false };

/**
 * Applies one rule to one reading. Pure: the same standing, reading and time give the same answer.
 * A gap in readings does not count as holding: the first reading that says otherwise starts the count again.
 */
export function step(
  rule: Rule,
  standing: Standing,
  reading: Reading,
  now: number,
  flapLimit: FlapLimit = defaultFlapLimit,
): { standing: Standing; transitions: Transition[] } {
  const verdict = rule.judge(reading);
  if (verdict === undefined) return { standing, transitions: [] };
  const transition = (change: 'raised' | 'cleared'): Transition => ({
    change,
    condition: rule.id,
    title: rule.title,
    severity: rule.severity,
    subject: subjectOf(reading),
    description: rule.describe(reading),
    at: now,
    readings: [reading],
  });
  const flap = (change: 'raised' | 'cleared', raises: readonly number[]): Transition => ({
    ...transition(change),
    condition: flapping.id,
    title: flapping.title,
    severity: flapping.severity,
    description:
      change === 'raised'
        ? `${subjectOf(reading)} stopped ${raises.length} times within ${flapLimit.windowMs / 60_000} minutes`
        : `${subjectOf(reading)} has been steady`,
  });

  const raises = standing.raises.filter((at) => now - at < flapLimit.windowMs);
  const transitions: Transition[] = [];
  let next: Standing = { ...standing, raises };

  const turning = standing.raised ? verdict === 'clear' : verdict === 'raise';
  if (!turning) {
    next = { ...next, turningSince: null };
  } else {
    // A clock that was set back must not stretch a hold time.
    const since = Math.min(standing.turningSince ?? now, now);
    const holdMs = standing.raised ? rule.clearAfterMs : rule.raiseAfterMs;
    if (now - since < holdMs) {
      next = { ...next, turningSince: since };
    } else if (standing.raised) {
      next = { ...next, raised: false, turningSince: null };
      transitions.push(transition('cleared'));
    } else {
      next = { ...next, raised: true, turningSince: null, raises: [...raises, now] };
      transitions.push(transition('raised'));
    }
  }

  const flaps = reading.kind === 'service' || reading.kind === 'process';
  if (flaps && !next.flapping && next.raises.length >= flapLimit.transitions) {
    next = { ...next, flapping: true };
    transitions.unshift(flap('raised', next.raises));
  } else if (next.flapping && !next.raised && next.raises.length === 0) {
    next = { ...next, flapping: false };
    transitions.push(flap('cleared', []));
  }
  return { standing: next, transitions };
}

/** All standings of an endpoint, by condition and subject. */
export class ConditionTracker {
  private rules: readonly Rule[];
  private readonly standings: Map<string, Standing>;

  constructor(rules: readonly Rule[], remembered: Iterable<readonly [string, Standing]> = []) {
    this.rules = rules;
    this.standings = new Map(remembered);
  }

  /** Takes new rules; what stands raised stays raised until a reading clears it. */
  setRules(rules: readonly Rule[]): void {
    this.rules = rules;
  }

  /** Applies every rule to a reading, and tells what changed. */
  observe(reading: Reading, now: number): { changed: [string, Standing][]; transitions: Transition[] } {
    const changed: [string, Standing][] = [];
    const transitions: Transition[] = [];
    for (const rule of this.rules) {
      if (rule.kind !== reading.kind) continue;
      const key = `${rule.id} ${keyOf(reading)}`;
      const before = this.standings.get(key) ?? calm;
      const result = step(rule, before, reading, now);
      this.standings.set(key, result.standing);
      transitions.push(...result.transitions);
      if (result.transitions.length > 0) changed.push([key, result.standing]);
    }
    return { changed, transitions };
  }
}
