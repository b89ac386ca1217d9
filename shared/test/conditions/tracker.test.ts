import assert from 'node:assert/strict';
import {
  ConditionTracker,
  type Outcome,
  rulesUnder,
  type Standing,
  type StepOptions,
} from '../../src/conditions/index.ts';
import type { Reading } from '../../src/readings/index.ts';
import { filesystem, processReading, service } from './sample-readings.ts';

const full = filesystem({ freeBytes: 0 });
const well = filesystem();
const second = 1000;
const hour = 3_600_000;
const options: StepOptions = { gapMs: 60_000, flapLimit: { raises: 4, windowMs: hour } };

/** A tracker that accepts every outcome, and the short form of what it told. */
class Told {
  readonly tracker: ConditionTracker;
  constructor(remembered: Iterable<readonly [string, Standing]> = []) {
    this.tracker = new ConditionTracker(rulesUnder({}), remembered);
  }
  see(reading: Reading, now: number): string[] {
    return this.accept(this.tracker.judge(reading, now, options));
  }
  accept(outcome: Outcome): string[] {
    this.tracker.accept(outcome);
    return outcome.transitions.map(({ change, condition }) => `${condition} ${change}`);
  }
}

const down = service({ state: 'failed' });
const up = service();
/** Stops and starts again, a second each, so many times. */
function stops(told: Told, times: number, from: number): string[] {
  return Array.from({ length: times }, (_, index) => [
    ...told.see(down, from + 2 * index * second),
    ...told.see(up, from + (2 * index + 1) * second),
  ]).flat();
}

/** The same reading each half minute, until a time that is not included. */
function steady(told: Told, reading: Reading, from: number, until: number): string[] {
  const changes: string[] = [];
  for (let now = from; now < until; now += 30 * second) changes.push(...told.see(reading, now));
  return changes;
}

describe('condition tracker', () => {
  it('raises after the hold time and not before, and says when that will be', () => {
    const told = new Told();
    assert.deepEqual(told.see(full, 0), []);
    assert.equal(told.tracker.judge(full, 10 * second, options).dueAt, 30 * second);
    assert.deepEqual(told.see(full, 29.999 * second), []);
    assert.deepEqual(told.see(full, 30 * second), ['disk-filling raised', 'disk-critical raised']);
    assert.deepEqual(told.see(well, 31 * second), ['disk-filling cleared', 'disk-critical cleared']);
  });

  it('takes a service that failed for a fault at once, and one that was stopped when nobody starts it again', () => {
    const stopped = service({ state: 'stopped' });
    const told = new Told();
    assert.deepEqual(told.see(stopped, 0), []);
    assert.deepEqual(told.see(service({ state: 'transition' }), 9 * second), []);
    assert.deepEqual(told.see(up, 9.1 * second), []);
    assert.deepEqual(told.see(stopped, 20 * second), []);
    assert.deepEqual(told.see(stopped, 30 * second), ['service-stopped raised']);
    assert.deepEqual(told.see(up, 31 * second), ['service-stopped cleared']);
    assert.deepEqual(told.see(stopped, 40 * second), []);
    assert.deepEqual(told.see(down, 41 * second), ['service-stopped raised']);
  });

  it('starts the hold time again after one reading that says otherwise', () => {
    const told = new Told();
    told.see(full, 0);
    told.see(well, 20 * second);
    told.see(full, 25 * second);
    assert.deepEqual(told.see(full, 54 * second), []);
    assert.deepEqual(told.see(full, 55 * second), ['disk-filling raised', 'disk-critical raised']);
  });

  it('does not count a gap in the readings as holding', () => {
    const told = new Told();
    told.see(full, 0);
    assert.deepEqual(told.see(full, 61 * second), []);
    assert.deepEqual(told.see(full, 90 * second), []);
    assert.deepEqual(told.see(full, 91 * second), ['disk-filling raised', 'disk-critical raised']);
  });

  it('keeps a hold time whole over a clock that is set back, or leaps', () => {
    const told = new Told();
    told.see(full, 1000 * second);
    assert.deepEqual(told.see(full, 500 * second), []);
    assert.deepEqual(told.see(full, 529 * second), []);
    assert.deepEqual(told.see(full, 530 * second), ['disk-filling raised', 'disk-critical raised']);
    told.see(well, 531 * second);
    told.see(full, 532 * second);
    assert.deepEqual(told.see(full, 90_000 * second), []);
  });

  it('stays as it is between the two thresholds', () => {
    const told = new Told();
    const between = filesystem({ totalBytes: 100, freeBytes: 12 });
    told.see(between, 0);
    assert.deepEqual(told.see(between, 40 * second), []);
    told.see(full, 41 * second);
    told.see(full, 71 * second);
    assert.deepEqual(told.see(between, 72 * second), ['disk-critical cleared']);
    assert.ok(told.tracker.isRaised('disk-filling', 'filesystem:/var'));
  });

  it('tells nothing of an outcome that was not accepted, and tells it again', () => {
    const tracker = new ConditionTracker(rulesUnder({}));
    assert.equal(tracker.judge(down, 0, options).transitions.length, 1);
    assert.equal(tracker.judge(down, 1, options).transitions.length, 1);
  });

  it('clears what stands raised on a subject that is gone, with its last reading and the reason', () => {
    const told = new Told();
    told.see(full, 0);
    told.see(full, 30 * second);
    const outcome = told.tracker.gone('filesystem:/var', full, 40 * second);
    assert.deepEqual(
      outcome.transitions.map(({ change, condition, description }) => [change, condition, description]),
      [
        ['cleared', 'disk-filling', '/var is no longer there'],
        ['cleared', 'disk-critical', '/var is no longer there'],
      ],
    );
    assert.deepEqual(outcome.transitions[0]?.readings, [full]);
    told.accept(outcome);
    assert.deepEqual(told.accept(told.tracker.gone('filesystem:/var', full, 41 * second)), []);
    assert.equal(told.tracker.rememberedKeys().size, 0);
  });

  it('clears on another reading nothing that is gone elsewhere', () => {
    const told = new Told();
    told.see(down, 0);
    assert.deepEqual(told.accept(told.tracker.gone('service:other.service', undefined, 1)), []);
    assert.ok(told.tracker.isRaised('service-stopped', 'service:web.service'));
  });

  it('clears what policy switched off', () => {
    const told = new Told();
    told.see(down, 0);
    told.tracker.setRules(rulesUnder({ 'service-stopped': { enabled: false } }));
    assert.deepEqual(told.accept(told.tracker.withoutRule(1)), ['service-stopped cleared']);
    assert.deepEqual(told.see(down, 2), []);
  });

  it('keeps what is remembered, and clears it when the first reading says so', () => {
    const raised: Standing = { raised: true, turning: null, raises: [0], flapping: false };
    const remembered = [['service-stopped service:web.service', raised]] as const;
    assert.deepEqual(new Told(remembered).see(down, 1), []);
    assert.deepEqual(new Told(remembered).see(up, 1), ['service-stopped cleared']);
  });

  it('forgets subjects that are well', () => {
    const told = new Told();
    told.see(well, 0);
    assert.equal(told.tracker.rememberedKeys().size, 0);
  });
});

describe('flapping', () => {
  it('is raised before the raise that completes it, once', () => {
    const told = new Told();
    stops(told, 3, 0);
    assert.deepEqual(told.see(down, 10 * second), ['service-flapping raised', 'service-stopped raised']);
  });

  it('is one fault, however often the subject stops and starts while it stands', () => {
    const told = new Told();
    stops(told, 4, 0);
    assert.deepEqual(stops(told, 5000, 10 * second), []);
    assert.ok(told.tracker.isRaised('service-stopped', 'service:web.service'));
  });

  it('ends, and the fault with it, when the subject has been steady for the whole window', () => {
    const told = new Told();
    stops(told, 4, 0);
    assert.deepEqual(steady(told, up, 7 * second, hour), []);
    assert.deepEqual(told.see(up, hour + 7 * second), [
      'service-stopped cleared',
      'service-flapping cleared',
    ]);
    assert.deepEqual(told.see(down, hour + 8 * second), ['service-stopped raised']);
  });

  it('goes on over a restart of the agent', () => {
    const told = new Told();
    stops(told, 4, 0);
    const again = new Told([
      [
        'service-stopped service:web.service',
        { raised: true, turning: null, raises: [0, 2000, 4000, 6000], flapping: true },
      ],
    ]);
    assert.deepEqual(again.see(up, 2 * hour), []);
    assert.deepEqual(again.see(down, 2 * hour + second), []);
  });

  it('does not end while the subject is down', () => {
    const told = new Told();
    stops(told, 4, 0);
    assert.deepEqual(steady(told, down, 20 * second, 2 * hour), []);
    assert.deepEqual(told.see(up, 2 * hour + second), []);
  });

  it('is no word on a filesystem', () => {
    const told = new Told();
    const changes = Array.from({ length: 8 }, (_, index) => {
      const from = index * 40 * second;
      return [
        told.see(full, from),
        told.see(full, from + 30 * second),
        told.see(well, from + 31 * second),
      ].flat();
    }).flat();
    assert.ok(changes.length >= 16);
    assert.ok(!changes.includes('service-flapping raised'));
  });

  it('of a service and a process of one name is one condition', () => {
    const told = new Told();
    const named = (state: 'running' | 'stopped'): Reading => processReading({ name: 'web.service', state });
    stops(told, 4, 0);
    const changes = Array.from({ length: 5 }, (_, index) => [
      ...told.see(named('stopped'), (20 + 2 * index) * second),
      ...told.see(named('running'), (21 + 2 * index) * second),
    ]).flat();
    assert.ok(!changes.includes('service-flapping raised'));
    steady(told, up, 7 * second, hour);
    assert.deepEqual(told.see(up, hour + 7 * second), ['service-stopped cleared']);
    steady(told, named('running'), 29 * second, hour);
    assert.deepEqual(told.see(named('running'), hour + 30 * second), [
      'process-stopped cleared',
      'service-flapping cleared',
    ]);
  });

  it('clears with a subject that is gone', () => {
    const told = new Told();
    stops(told, 4, 0);
    assert.deepEqual(told.accept(told.tracker.gone('service:web.service', up, 9 * second)), [
      'service-stopped cleared',
      'service-flapping cleared',
    ]);
  });

  it('runs out after the window also when the clock was set back', () => {
    const told = new Told();
    stops(told, 4, 1000 * hour);
    steady(told, up, hour, 2 * hour - second);
    assert.deepEqual(told.see(up, 2 * hour), ['service-stopped cleared', 'service-flapping cleared']);
  });
});
