import { keyOf, type Reading } from '../readings/index.ts';
import { conditionTitle, flapping } from './catalogue.ts';
import type { Rule } from './definition.ts';
import { calm, partsOf, type Standing, standingKey } from './standing.ts';
import { defaultStepOptions, type StepOptions, step, type Transition } from './step.ts';

/** What a reading, or its absence, would change. Nothing has changed until it is accepted. */
export interface Outcome {
  readonly standings: readonly (readonly [string, Standing])[];
  readonly transitions: readonly Transition[];
  /** The earliest time at which a further reading would complete a hold time. */
  readonly dueAt: number | null;
}

const nothing: Outcome = { standings: [], transitions: [], dueAt: null };

/**
 * All standings of an endpoint, by condition and subject. Judging and accepting are two steps, so that the caller can make
 * a transition durable in between: what could not be written has not happened, and the next reading tells it again.
 */
export class ConditionTracker {
  private rules: readonly Rule[];
  private readonly standings: Map<string, Standing>;

  constructor(rules: readonly Rule[], remembered: Iterable<readonly [string, Standing]> = []) {
    this.rules = rules;
    this.standings = new Map(remembered);
  }

  /** Takes new rules; what stands raised stays raised until a reading clears it, or `withoutRule` does. */
  setRules(rules: readonly Rule[]): void {
    this.rules = rules;
  }

  /** Applies every rule to a reading. */
  judge(reading: Reading, now: number, options: StepOptions = defaultStepOptions): Outcome {
    const standings: [string, Standing][] = [];
    const transitions: Transition[] = [];
    let dueAt: number | null = null;
    for (const rule of this.rules) {
      if (rule.kind !== reading.kind) continue;
      const key = standingKey(rule.id, keyOf(reading));
      const before = this.standings.get(key) ?? calm;
      const result = step(rule, before, reading, now, options);
      if (result.dueAt !== null) dueAt = Math.min(dueAt ?? Number.POSITIVE_INFINITY, result.dueAt);
      standings.push([key, result.standing]);
      transitions.push(...result.transitions.filter((transition) => !this.isToldElsewhere(transition, key)));
    }
    return { standings, transitions, dueAt };
  }

  /** Clears all that stands on a reading's key, because its subject is no longer there. `last` is its last reading. */
  gone(readingKey: string, last: Reading | undefined, now: number): Outcome {
    const keys = [...this.standings.keys()].filter((key) => partsOf(key).readingKey === readingKey);
    return this.dismiss(keys, last, now, (subject) => `${subject} is no longer there`);
  }

  /** Clears what stands raised by a condition that has no rule any more: policy switched it off. */
  withoutRule(now: number): Outcome {
    const ids = new Set(this.rules.map((rule) => rule.id));
    const keys = [...this.standings.keys()].filter((key) => !ids.has(partsOf(key).condition));
    return this.dismiss(keys, undefined, now, () => 'the condition was switched off by policy');
  }

  /**
   * All that stands raised, as transitions: for whoever has forgotten what it was told. `latest` gives the newest reading of a key;
   * where there is none yet, it is told without readings.
   */
  standing(latest: (readingKey: string) => Reading | undefined, now: number): Transition[] {
    const found = new Map<string, Transition>();
    for (const [key, { raised, flapping: flaps }] of this.standings) {
      const { condition, readingKey, subject } = partsOf(key);
      const reading = latest(readingKey);
      for (const id of [...(flaps ? [flapping.id] : []), ...(raised ? [condition] : [])]) {
        const rule = this.rules.find((candidate) => candidate.id === id);
        found.set(`${id} ${subject}`, {
          change: 'raised',
          condition: id,
          ...conditionTitle(id),
          subject,
          description: (reading && rule?.describe(reading)) ?? `${subject} is still so`,
          at: now,
          readings: reading === undefined ? [] : [reading],
        });
      }
    }
    return [...found.values()];
  }

  /** Makes an outcome the state of things. */
  accept(outcome: Outcome): void {
    for (const [key, standing] of outcome.standings) {
      if (isCalm(standing)) this.standings.delete(key);
      else this.standings.set(key, standing);
    }
  }

  /** Whether a condition stands raised on the subject of a reading's key. */
  isRaised(condition: string, readingKey: string): boolean {
    return this.standings.get(standingKey(condition, readingKey))?.raised ?? false;
  }

  /** Keys of the readings on which something is remembered. */
  rememberedKeys(): Set<string> {
    return new Set([...this.standings.keys()].map((key) => partsOf(key).readingKey));
  }

  private dismiss(
    keys: readonly string[],
    last: Reading | undefined,
    now: number,
    reason: (subject: string) => string,
  ): Outcome {
    if (keys.length === 0) return nothing;
    const transitions: Transition[] = [];
    for (const key of keys) {
      const standing = this.standings.get(key) ?? calm;
      const { condition, subject } = partsOf(key);
      const cleared = (id: string, title: string, severity: Transition['severity']): void => {
        const transition: Transition = {
          change: 'cleared',
          condition: id,
          title,
          severity,
          subject,
          description: reason(subject),
          at: now,
          readings: last === undefined ? [] : [last],
        };
        if (!this.isToldElsewhere(transition, key)) transitions.push(transition);
      };
      const { title, severity } = conditionTitle(condition);
      if (standing.raised) cleared(condition, title, severity);
      if (standing.flapping) cleared(flapping.id, flapping.title, flapping.severity);
    }
    return { standings: keys.map((key) => [key, calm]), transitions, dueAt: null };
  }

  /**
   * A service and a declared process may bear one name. Their flapping is one condition on one subject, told once: raised by
   * the first and cleared by the last.
   */
  private isToldElsewhere(transition: Transition, key: string): boolean {
    if (transition.condition !== flapping.id) return false;
    for (const [other, standing] of this.standings)
      if (other !== key && standing.flapping && partsOf(other).subject === transition.subject) return true;
    return false;
  }
}

/** Nothing to remember: as if no reading had come. Keeps memory and table free of the many subjects that are well. */
export function isCalm(standing: Standing): boolean {
  return !standing.raised && !standing.flapping && standing.turning === null && standing.raises.length === 0;
}
