import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { CollectorReading, Reading } from '@millwright/shared/readings';
import {
  allOf,
  type Collected,
  type CollectionSink,
  type Collector,
  Scheduler,
} from '../../src/collect/index.ts';

const clock = { now: Date.now };
const reading: Reading = { kind: 'process', at: 1, name: 'web', state: 'running', pid: 1 };

/** Keeps what it is handed, and lets a test wait for it. */
class Recorder implements CollectionSink {
  readonly collections: string[] = [];
  readonly publications: string[] = [];
  readonly failures: string[] = [];
  readonly healths: CollectorReading[] = [];
  collected({ name }: Collector): void {
    this.collections.push(name);
  }
  published({ name }: Collector): void {
    this.publications.push(name);
  }
  failed({ name }: Collector): void {
    this.failures.push(name);
  }
  health(health: CollectorReading): void {
    this.healths.push(health);
  }
  async until(holds: (recorder: Recorder) => boolean): Promise<void> {
    while (!holds(this)) await wait(2);
  }
  of(name: string): CollectorReading[] {
    return this.healths.filter((health) => health.name === name);
  }
}

const collector = (
  name: string,
  collect: () => Promise<Collected>,
  fields: Partial<Collector> = {},
): Collector => ({
  name,
  intervalMs: 10,
  timeoutMs: 1000,
  owns: () => true,
  collect,
  ...fields,
});

describe('scheduler', () => {
  let scheduler: Scheduler | undefined;
  const start = (...collectors: Collector[]): Recorder => {
    const recorder = new Recorder();
    scheduler = new Scheduler(collectors, clock, recorder);
    scheduler.start();
    return recorder;
  };
  afterEach(() => scheduler?.stop());

  it('collects again and again, and reports the collector well', async () => {
    const recorder = start(collector('a', async () => allOf([reading])));
    await recorder.until(({ collections }) => collections.length >= 3);
    assert.equal(recorder.of('a')[0]?.state, 'ok');
  });

  it('reports a failing collector by its own words, and asks it again', async () => {
    let times = 0;
    const recorder = start(
      collector('a', async () => {
        times += 1;
        if (times === 1) throw new Error('no such device');
        return allOf([]);
      }),
    );
    await recorder.until(({ collections }) => collections.length >= 1);
    assert.deepEqual(recorder.failures, ['a']);
    assert.deepEqual(
      recorder
        .of('a')
        .map(({ state, detail }) => [state, detail])
        .slice(0, 2),
      [
        ['failing', 'no such device'],
        ['ok', ''],
      ],
    );
  });

  it('reports one that hangs, never asks it twice at once, and lets the others go on', async () => {
    let asked = 0;
    let answer: (() => void) | undefined;
    const hung = (): Promise<Collected> =>
      new Promise((resolve) => {
        asked += 1;
        answer = () => resolve(allOf([reading]));
      });
    const recorder = start(
      collector('hung', hung, { timeoutMs: 20 }),
      collector('well', async () => allOf([])),
    );
    await recorder.until(({ failures }) => failures.length === 1);
    scheduler?.runNow('hung');
    const before = recorder.collections.length;
    await recorder.until(({ collections }) => collections.length > before + 3);
    assert.equal(asked, 1);
    assert.match(recorder.of('hung')[0]?.detail ?? '', /has not answered for 20 ms/);
    answer?.();
    await recorder.until(() => asked === 2);
    assert.ok(!recorder.collections.includes('hung'), 'what came too late is dropped');
  });

  it('aborts a collection that takes too long', async () => {
    let reason: unknown;
    const recorder = start(
      collector('a', async () => allOf([]), {
        timeoutMs: 10,
        collect: (signal) =>
          new Promise((_, reject) =>
            signal.addEventListener('abort', () => {
              reason = signal.reason;
              reject(signal.reason);
            }),
          ),
      }),
    );
    await recorder.until(({ failures }) => failures.length > 1);
    assert.equal(
      recorder.of('a').every(({ state }) => state === 'failing'),
      true,
    );
    assert.equal(reason instanceof Error && 'code' in reason && reason.code, 'collector-timeout');
  });

  it('calls one slow that takes more than half its time', async () => {
    const recorder = start(
      collector(
        'a',
        async () => {
          await wait(60);
          return allOf([]);
        },
        { timeoutMs: 100 },
      ),
    );
    await recorder.until(({ healths }) => healths.length > 0);
    assert.notEqual(recorder.of('a')[0]?.state, 'ok');
  });

  it('reports what could not be read, and still takes the rest', async () => {
    const unread = [
      { key: 'filesystem:/nas', reason: '/nas does not answer' },
      { key: 'filesystem:/b', reason: '/b does not answer' },
    ];
    const recorder = start(collector('a', async () => ({ readings: [reading], unread })));
    await recorder.until(({ collections }) => collections.length > 0);
    assert.deepEqual(
      [recorder.of('a')[0]?.state, recorder.of('a')[0]?.detail],
      ['failing', '/nas does not answer (and 1 more)'],
    );
  });

  it('collects at once when asked to', async () => {
    const recorder = start(collector('a', async () => allOf([]), { intervalMs: 3_600_000 }));
    await recorder.until(({ collections }) => collections.length === 1);
    scheduler?.runNow('a');
    await recorder.until(({ collections }) => collections.length === 2);
  });

  it('hands on what a watch publishes, until it is stopped', async () => {
    let tell: (() => void) | undefined;
    let ended = false;
    const watch: Collector['watch'] = (publish) => {
      tell = () => publish([reading]);
      return () => {
        ended = true;
      };
    };
    const recorder = start(collector('a', async () => allOf([]), { watch }));
    tell?.();
    assert.deepEqual(recorder.publications, ['a']);
    scheduler?.stop();
    tell?.();
    assert.deepEqual([recorder.publications.length, ended], [1, true]);
  });

  it('refuses two collectors of one name', () => {
    const one = collector('a', async () => allOf([]));
    assert.throws(() => new Scheduler([one, one], clock, new Recorder()), TypeError);
  });
});
