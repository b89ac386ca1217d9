import type { Clock } from '@millwright/shared/clock';
import type { CollectorReading, Reading } from '@millwright/shared/readings';
import { CollectError } from './collect-error.ts';
import type { Collected, Collector, Stop } from './collector.ts';

/** Where the scheduler hands what collectors found. */
export interface CollectionSink {
  /** A whole collection: keys of this collector that are neither in it nor unread are gone. */
  collected(collector: Collector, collected: Collected): void;
  /** A part, between collections. */
  published(collector: Collector, readings: readonly Reading[], gone: readonly string[]): void;
  /** Nothing can be said of this collector's keys. */
  failed(collector: Collector): void;
  /** How a collector itself is doing. */
  health(reading: CollectorReading): void;
}

interface Slot {
  readonly collector: Collector;
  timer: NodeJS.Timeout | undefined;
  /** Set while a collection is under way, also one that was given up on. */
  running: boolean;
  again: boolean;
  stopWatch: Stop | undefined;
}

/**
 * Runs collectors, each at its own interval. One never runs twice at once; one that hangs is reported and blocks nobody else,
 * and is asked again once it has come back.
 */
export class Scheduler {
  private readonly slots: ReadonlyMap<string, Slot>;
  private readonly clock: Clock;
  private readonly sink: CollectionSink;
  private stopped = true;

  constructor(collectors: readonly Collector[], clock: Clock, sink: CollectionSink) {
    this.clock = clock;
    this.sink = sink;
    this.slots = new Map(
      collectors.map((collector) => [
        collector.name,
        { collector, timer: undefined, running: false, again: false, stopWatch: undefined },
      ]),
    );
    if (this.slots.size !== collectors.length) throw new TypeError('two collectors bear the same name');
  }

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    for (const slot of this.slots.values()) {
      const { collector } = slot;
      slot.stopWatch = collector.watch?.(
        (readings, gone = []) => {
          if (!this.stopped) this.sink.published(collector, readings, gone);
        },
        () => this.runNow(collector.name),
      );
      void this.run(slot);
    }
  }

  /** Ends all watches and timers. A collection under way is aborted as far as it listens; its result is dropped. */
  stop(): void {
    this.stopped = true;
    for (const slot of this.slots.values()) {
      slot.stopWatch?.();
      slot.stopWatch = undefined;
      clearTimeout(slot.timer);
    }
  }

  /** Collects at once, or as soon as the collection under way is over. */
  runNow(name: string): void {
    const slot = this.slots.get(name);
    if (slot === undefined || this.stopped) return;
    if (slot.running) {
      slot.again = true;
      return;
    }
    clearTimeout(slot.timer);
    void this.run(slot);
  }

  private async run(slot: Slot): Promise<void> {
    const { collector } = slot;
    slot.running = true;
    const started = performance.now();
    const abort = new AbortController();
    let late = false;
    const deadline = setTimeout(() => {
      late = true;
      const error = new CollectError('collector-timeout', `has not answered for ${collector.timeoutMs} ms`);
      abort.abort(error);
      this.fail(collector, collector.timeoutMs, error);
    }, collector.timeoutMs);
    try {
      const collected = await collector.collect(abort.signal);
      // What comes after its time is old news: dropped.
      if (!late && !this.stopped) this.succeed(collector, performance.now() - started, collected);
    } catch (error) {
      if (!late && !this.stopped) this.fail(collector, performance.now() - started, error);
    } finally {
      clearTimeout(deadline);
      slot.running = false;
      if (!this.stopped) {
        const took = performance.now() - started;
        // However slow it is, a collector works a fifth of the time at most.
        const rest = late ? collector.intervalMs : Math.max(collector.intervalMs - took, 4 * took, 1);
        slot.timer = setTimeout(() => void this.run(slot), slot.again ? 1 : rest);
        slot.again = false;
      }
    }
  }

  private succeed(collector: Collector, ms: number, collected: Collected): void {
    this.sink.collected(collector, collected);
    const [first] = collected.unread;
    const state = first !== undefined ? 'failing' : ms > collector.timeoutMs / 2 ? 'slow' : 'ok';
    const more = collected.unread.length > 1 ? ` (and ${collected.unread.length - 1} more)` : '';
    this.health(collector, state, ms, first === undefined ? '' : `${first.reason}${more}`);
  }

  private fail(collector: Collector, ms: number, error: unknown): void {
    if (this.stopped) return;
    this.sink.failed(collector);
    this.health(collector, 'failing', ms, error instanceof Error ? error.message : String(error));
  }

  private health({ name }: Collector, state: CollectorReading['state'], ms: number, detail: string): void {
    this.sink.health({
      kind: 'collector',
      at: this.clock.now(),
      name,
      state,
      ms: Math.round(ms * 10) / 10,
      detail: detail.slice(0, 512),
    });
  }
}
