import type { z } from 'zod';
import type { Reading } from '../readings/index.ts';

/** How much a condition matters before triage has looked. */
export type Severity = 'warning' | 'critical';

/** What one reading says about a condition: it holds, it is over, or it lies between (hysteresis). */
export type Verdict = 'raise' | 'clear' | 'between';

type ReadingOf<K extends Reading['kind']> = Extract<Reading, { kind: K }>;

/**
 * A named kind of fault with its rule. `thresholds` is a zod object whose every field has a default, so that
 * `thresholds.parse({})` is the default rule; policy overrides single fields per client, site or endpoint.
 */
export interface ConditionDefinition<K extends Reading['kind'], T extends z.ZodObject> {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly kind: K;
  readonly thresholds: T;
  /** Seconds that the rule must hold without a break before the condition is raised: the same for all readings, or by what one says. */
  readonly raiseAfterSeconds: number | ((reading: ReadingOf<K>) => number);
  /** The same before it clears. */
  readonly clearAfterSeconds: number;
  readonly judge: (reading: ReadingOf<K>, thresholds: z.infer<T>) => Verdict;
  /** One plain sentence for a person: what is wrong, with the figures. */
  readonly describe: (reading: ReadingOf<K>, thresholds: z.infer<T>) => string;
}

/** A condition bound to its thresholds, asked with any reading; `undefined` where the reading is of another kind. */
export interface Rule {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly kind: Reading['kind'];
  readonly clearAfterMs: number;
  /** How long readings must say so before it is raised, if they are like this one. */
  raiseAfterMs(reading: Reading): number;
  judge(reading: Reading): Verdict | undefined;
  describe(reading: Reading): string;
}

/** A definition with its types folded in, so that definitions of many kinds stand in one catalogue. */
export interface Condition {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly kind: Reading['kind'];
  /** @throws ZodError when an override names an unknown field or is out of bounds. */
  bind(overrides: ConditionOverride | undefined): Rule;
}

/** Policy's word on one condition: other thresholds, other hold times, or off. */
export interface ConditionOverride {
  readonly enabled?: boolean | undefined;
  readonly raiseAfterSeconds?: number | undefined;
  readonly clearAfterSeconds?: number | undefined;
  readonly thresholds?: Readonly<Record<string, unknown>> | undefined;
}

/** Makes a condition of its definition. */
export function defineCondition<K extends Reading['kind'], T extends z.ZodObject>(
  definition: ConditionDefinition<K, T>,
): Condition {
  const { id, title, severity, kind } = definition;
  const applies = (reading: Reading): reading is ReadingOf<K> => reading.kind === kind;
  const raiseAfterSeconds = (reading: Reading): number => {
    if (typeof definition.raiseAfterSeconds === 'number') return definition.raiseAfterSeconds;
    return applies(reading) ? definition.raiseAfterSeconds(reading) : 0;
  };
  return {
    id,
    title,
    severity,
    kind,
    bind(overrides) {
      const thresholds = definition.thresholds.parse(overrides?.thresholds ?? {});
      return {
        id,
        title,
        severity,
        kind,
        clearAfterMs: (overrides?.clearAfterSeconds ?? definition.clearAfterSeconds) * 1000,
        raiseAfterMs: (reading) => (overrides?.raiseAfterSeconds ?? raiseAfterSeconds(reading)) * 1000,
        judge: (reading) => (applies(reading) ? definition.judge(reading, thresholds) : undefined),
        describe: (reading) => (applies(reading) ? definition.describe(reading, thresholds) : title),
      };
    },
  };
}
