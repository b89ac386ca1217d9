import assert from 'node:assert/strict';
import type { ProcessReading, Reading } from '@millwright/shared/readings';
import { processCollector } from '../../../src/collect/processes/process-collector.ts';
import type { ProcessHandle, ProcessTable } from '../../../src/collect/processes/process-table.ts';
import { DeclaredProcess } from '../../../src/config/index.ts';

const clock = { now: () => 9 };
const never = new AbortController().signal;

/** Processes that live and die at a word. */
class Table implements ProcessTable {
  readonly living = new Set<number>();
  answer: number | undefined;
  closed = 0;
  slow = false;
  fromPidFile(): ProcessHandle | undefined {
    return this.open();
  }
  matching(): ProcessHandle | undefined | Promise<ProcessHandle | undefined> {
    return this.slow ? Promise.resolve(this.open()) : this.open();
  }
  private open(): ProcessHandle | undefined {
    const pid = this.answer;
    if (pid === undefined || !this.living.has(pid)) return undefined;
    return {
      pid,
      isAlive: () => this.living.has(pid),
      close: () => {
        this.closed += 1;
      },
    };
  }
}

describe('declared processes', () => {
  let stop: (() => void) | undefined;
  afterEach(() => stop?.());

  const watch = (table: Table, how: 'pidFile' | 'matches' = 'pidFile') => {
    const place = how === 'pidFile' ? { pidFile: '/run/webd.pid' } : { matches: 'webd --serve' };
    const declared = DeclaredProcess.parse({ name: 'web', ...place, command: ['webd'], intervalMs: 10 });
    const collector = processCollector([declared], table, clock);
    const told: ProcessReading[] = [];
    const waiting: (() => void)[] = [];
    stop = collector.watch?.(
      (readings: readonly Reading[]) => {
        told.push(...readings.filter((reading) => reading.kind === 'process'));
        for (const go of waiting.splice(0)) go();
      },
      () => {},
    );
    const next = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));
    return { collector, told, next };
  };
  const short = (told: readonly ProcessReading[]): unknown[] =>
    told.map(({ state, pid }) => (state === 'running' ? pid : state));

  for (const how of ['pidFile', 'matches'] as const)
    it(`are told when they die, come back or are replaced (${how})`, async () => {
      const table = new Table();
      table.living.add(7);
      table.answer = 7;
      const { told, next } = watch(table, how);
      assert.deepEqual(short(told), [7], 'at once');
      table.living.delete(7);
      await next();
      table.living.add(8);
      table.answer = 8;
      await next();
      table.living.add(9);
      table.answer = 9;
      table.living.delete(8);
      await next();
      assert.deepEqual(short(told), [7, 'stopped', 8, 9]);
      stop?.();
      assert.equal(table.closed, 3);
    });

  it('are all told by a collection', async () => {
    const table = new Table();
    const { collector } = watch(table);
    const { readings, unread } = await collector.collect(never);
    assert.deepEqual(readings, [{ kind: 'process', at: 9, name: 'web', state: 'stopped', pid: null }]);
    assert.deepEqual(unread, []);
  });

  it('are neither there nor gone while a search is under way', async () => {
    const table = new Table();
    table.slow = true;
    const { collector, next } = watch(table, 'matches');
    const found = next();
    const { readings, unread } = await collector.collect(never);
    assert.deepEqual([readings, unread.map(({ key }) => key)], [[], ['process:web']]);
    await found;
    assert.equal((await collector.collect(never)).readings.length, 1);
  });

  it('report a search that failed, once', async () => {
    const table = new Table();
    table.matching = () => Promise.reject(new Error('ps is not there'));
    const { collector } = watch(table, 'matches');
    await new Promise((resolve) => setImmediate(resolve));
    await assert.rejects(collector.collect(never), /ps is not there/);
  });
});
