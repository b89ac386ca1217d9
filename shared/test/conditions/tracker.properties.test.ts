import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  ConditionTracker,
  type Outcome,
  partsOf,
  rulesUnder,
  type Standing,
  type Transition,
} from '../../src/conditions/index.ts';
import type { Reading } from '../../src/readings/index.ts';
import { filesystem, processReading, service } from './sample-readings.ts';

/** What may happen: a reading, a subject that goes, a restart, a policy; after some time, which may run backwards. */
type Happening = { readonly wait: number } & (
  | { readonly what: 'reading'; readonly reading: Reading }
  | { readonly what: 'gone'; readonly key: string }
  | { readonly what: 'restart' }
  | { readonly what: 'refused' }
);

const readings = fc.oneof(
  fc.constantFrom(0, 12, 50, 90).map((freeBytes) => filesystem({ totalBytes: 100, freeBytes })),
  fc
    .constantFrom('running', 'stopped', 'failed', 'transition')
    .map((state) => service({ name: 'web', state: state as 'running' })),
  fc
    .constantFrom('running', 'stopped')
    .map((state) => processReading({ name: 'web', state: state as 'running' })),
);
const waits = (least: number) =>
  fc.oneof(fc.integer({ min: least, max: 20_000 }), fc.constantFrom(0, 30_000, 700_000, 3_600_000));
const happenings = (least: number): fc.Arbitrary<Happening[]> =>
  fc.array(
    fc.oneof(
      {
        weight: 12,
        arbitrary: fc.record({
          wait: waits(least),
          what: fc.constant('reading' as const),
          reading: readings,
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          wait: waits(least),
          what: fc.constant('gone' as const),
          key: fc.constantFrom('filesystem:/var', 'service:web', 'process:web'),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          wait: waits(least),
          what: fc.constantFrom('restart' as const, 'refused' as const),
        }),
      },
    ),
    { minLength: 1, maxLength: 120 },
  );

/** Lives through it all; what could not be written is neither accepted nor told. */
function live(list: readonly Happening[]): {
  told: Transition[];
  steps: { at: number; happening: Happening; told: readonly Transition[] }[];
} {
  const rules = rulesUnder({});
  let kept = new Map<string, Standing>();
  let tracker = new ConditionTracker(rules);
  let now = 10_000_000;
  let refuse = false;
  const steps: { at: number; happening: Happening; told: readonly Transition[] }[] = [];
  const take = (outcome: Outcome): readonly Transition[] => {
    if (outcome.transitions.length > 0) {
      if (refuse) {
        refuse = false;
        return [];
      }
      for (const [key, standing] of outcome.standings) kept.set(key, { ...standing, turning: null });
    }
    tracker.accept(outcome);
    return outcome.transitions;
  };
  for (const happening of list) {
    now = Math.max(1, now + happening.wait);
    let told: readonly Transition[] = [];
    switch (happening.what) {
      case 'reading':
        told = take(tracker.judge(happening.reading, now));
        break;
      case 'gone':
        told = take(tracker.gone(happening.key, undefined, now));
        break;
      case 'restart':
        kept = new Map(kept);
        tracker = new ConditionTracker(rules, kept);
        break;
      case 'refused':
        refuse = true;
        break;
    }
    steps.push({ at: now, happening, told });
  }
  return { told: steps.flatMap((step) => step.told), steps };
}

describe('condition tracker, whatever happens', () => {
  it('never raises twice without a clear between, and clears only what was raised', () => {
    fc.assert(
      fc.property(happenings(-30_000), (list) => {
        const raised = new Set<string>();
        for (const { change, condition, subject } of live(list).told) {
          const name = `${condition} ${subject}`;
          assert.equal(raised.has(name), change === 'cleared', `${name} ${change}`);
          if (change === 'raised') raised.add(name);
          else raised.delete(name);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('raises a full disk only when every reading of the hold time said so', () => {
    fc.assert(
      fc.property(happenings(0), (list) => {
        const { steps } = live(list);
        for (const [index, { at, told }] of steps.entries()) {
          if (!told.some(({ change, condition }) => change === 'raised' && condition === 'disk-filling'))
            continue;
          const before = steps.slice(0, index + 1).reverse();
          const firstOther = before.findIndex(
            ({ happening }) =>
              happening.what === 'restart' ||
              (happening.what === 'gone' && happening.key === 'filesystem:/var') ||
              (happening.what === 'reading' &&
                happening.reading.kind === 'filesystem' &&
                happening.reading.freeBytes > 10),
          );
          const run = firstOther < 0 ? before : before.slice(0, firstOther);
          const full = run.filter(
            ({ happening }) => happening.what === 'reading' && happening.reading.kind === 'filesystem',
          );
          const first = full.at(-1);
          assert.ok(first !== undefined && at - first.at >= 30_000);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('tells flapping before the raise that completes it', () => {
    fc.assert(
      fc.property(happenings(0), (list) => {
        for (const { told } of live(list).steps) {
          const flap = told.findIndex(
            ({ condition, change }) => condition === 'service-flapping' && change === 'raised',
          );
          if (flap >= 0) assert.ok(told.slice(flap + 1).some(({ change }) => change === 'raised'));
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('finds the parts of any key again', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (mount) => {
        assert.equal(partsOf(`disk-filling filesystem:${mount}`).subject, mount);
      }),
    );
  });
});
