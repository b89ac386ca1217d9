import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '@millwright/shared/clock';
import {
  ConditionTracker,
  defaultStepOptions,
  type Outcome,
  type Rule,
  rebind,
} from '@millwright/shared/conditions';
import { MAX_STANDING, type Policy } from '@millwright/shared/protocol';
import { keyOf, type Reading } from '@millwright/shared/readings';
import type { Fact, NamedFact } from '@millwright/shared/runbook';
import {
  type CollectionSink,
  type Collector,
  collectorsFor,
  factsOf,
  keyBehind,
  LatestReadings,
  Scheduler,
} from '../collect/index.ts';
import type { Configuration } from '../config/index.ts';
import type { EventSink } from '../outbox/event-sink.ts';
import { diskProblemOf, transaction } from '../state/index.ts';
import { eventOf } from './event-of.ts';
import { StandingsStore } from './standings-store.ts';
import { WatchError } from './watch-error.ts';

export interface WatchPorts {
  readonly configuration: Configuration;
  readonly clock: Clock;
  readonly db: DatabaseSync;
  readonly sink: EventSink;
  /** Takes readings that are worth telling the controller, and keys that are gone. */
  readonly onChanged: (readings: readonly Reading[], gone: readonly string[]) => void;
  /** Takes what went wrong without stopping the watch. */
  readonly report: (problem: WatchError) => void;
  /** All collectors for this platform, where nothing else is given. */
  readonly collectors?: readonly Collector[];
}

/** A hold time is not counted over a silence of more than so many intervals of the collector. */
const intervalsInAGap = 3;
const retryMs = 1000;

/**
 * Collects, judges, and tells: readings become events as they come in. An event and the memory of it are one transaction, so that
 * a restart neither repeats nor loses one.
 */
export class Watch {
  readonly latest = new LatestReadings();
  private readonly ports: WatchPorts;
  private readonly store: StandingsStore;
  private readonly tracker: ConditionTracker;
  private readonly scheduler: Scheduler;
  /** Timers that ask a collector for a fresh reading when a hold time runs out, by the collector's name. */
  private readonly due = new Map<string, { at: number; timer: NodeJS.Timeout }>();
  private readonly collectors: readonly Collector[];
  /** Collectors that have neither answered nor failed since the start, by their names. */
  private readonly unheard: Map<string, PromiseWithResolvers<void>>;
  private rules: readonly Rule[];
  private retry: NodeJS.Timeout | undefined;

  constructor(ports: WatchPorts) {
    this.ports = ports;
    this.store = new StandingsStore(ports.db);
    this.rules = rebind({}, []).rules;
    const { standings, unreadable } = this.store.load();
    for (const key of unreadable)
      ports.report(
        new WatchError(
          'standing-unreadable',
          `what was remembered of ${key} cannot be read; it is judged anew`,
        ),
      );
    this.tracker = new ConditionTracker(this.rules, standings);
    this.collectors = ports.collectors ?? collectorsFor(ports.configuration, ports.clock);
    this.unheard = new Map(this.collectors.map(({ name }) => [name, Promise.withResolvers()]));
    this.scheduler = new Scheduler(this.collectors, ports.clock, this.collectionSink());
  }

  start(): void {
    this.clearUnwatched();
    this.scheduler.start();
  }

  /** Resolves once whoever could see these facts has answered, or failed, for the first time: before that, they may be missing. */
  async looked(facts: readonly NamedFact[]): Promise<void> {
    const keys = facts.map(keyBehind);
    const seeing = this.collectors.filter((collector) => keys.some((key) => collector.owns(key)));
    await Promise.all(seeing.map(({ name }) => this.unheard.get(name)?.promise));
  }

  stop(): void {
    this.scheduler.stop();
    for (const { timer } of this.due.values()) clearTimeout(timer);
    this.due.clear();
    clearTimeout(this.retry);
  }

  /** Binds the rules anew. A condition whose override is not valid keeps its rule, and is reported. */
  applyPolicy(policy: Policy): void {
    const { rules, problems } = rebind(policy.conditions, this.rules);
    for (const { condition, message } of problems)
      this.ports.report(
        new WatchError(
          'policy-invalid',
          `policy ${policy.version} for ${condition} is not valid and was not applied: ${message}`,
        ),
      );
    this.rules = rules;
    this.tracker.setRules(rules);
    this.clearUnwatched();
    // A condition may hold, or be over, under its new rule already.
    const readings = this.latest.confirmed();
    for (const collector of this.collectors)
      this.take(
        readings.filter((reading) => collector.owns(keyOf(reading))),
        [],
        collector,
      );
  }

  /** Takes readings from elsewhere (the link's round trip and loss). */
  publish(readings: readonly Reading[], gone: readonly string[] = []): void {
    this.take(readings, gone, undefined);
  }

  /** Collects once more at once: for whoever has just changed something that a collector sees. */
  refresh(): void {
    for (const collector of this.collectors) this.scheduler.runNow(collector.name);
  }

  /** Tells all that stands once more: to a controller that has forgotten it. What cannot be told now is told at its next greeting. */
  tellStanding(): void {
    const { db, clock, sink } = this.ports;
    const standing = this.tracker.standing((key) => this.latest.get(key), clock.now());
    transaction(db, () => {
      // One list too long to be told would pass for one that is complete.
      if (standing.length <= MAX_STANDING)
        sink.append({
          type: 'conditions-standing',
          standing: standing.map(({ condition, subject }) => ({ condition, subject })),
        });
      for (const transition of standing) sink.append(eventOf(transition));
    });
  }

  /** What a warrant's parameters may be, by the last collection of each collector. */
  facts(): Fact[] {
    return factsOf(this.latest.confirmed(), this.ports.configuration, (condition, key) =>
      this.tracker.isRaised(condition, key),
    );
  }

  private collectionSink(): CollectionSink {
    return {
      collected: (collector, { readings, unread }) => {
        const present = new Set([...readings.map(keyOf), ...unread.map(({ key }) => key)]);
        const gone = this.keysOf(collector).filter((key) => !present.has(key));
        this.latest.doubt(unread.map(({ key }) => key));
        this.take(readings, gone, collector);
      },
      published: (collector, readings, gone) => this.take(readings, gone, collector),
      failed: (collector) => this.latest.doubt(this.keysOf(collector)),
      health: (reading) => {
        this.take([reading], [], undefined);
        this.unheard.get(reading.name)?.resolve();
        this.unheard.delete(reading.name);
      },
    };
  }

  /** Clears what nobody watches any more: a folder taken out of the configuration, a condition that policy switched off. */
  private clearUnwatched(): void {
    clearTimeout(this.retry);
    const now = this.ports.clock.now();
    const orphans = [...this.tracker.rememberedKeys()].filter(
      (key) => !this.collectors.some((collector) => collector.owns(key)),
    );
    const switchedOff = this.commit([this.tracker.withoutRule(now)]);
    const unwatched = this.commit(orphans.map((key) => this.tracker.gone(key, undefined, now)));
    if (!switchedOff || !unwatched) this.retry = setTimeout(() => this.clearUnwatched(), retryMs);
  }

  /** Keys of a collector that are known now, or remembered from before a restart. */
  private keysOf(collector: Collector): string[] {
    return [...new Set([...this.latest.keys(), ...this.tracker.rememberedKeys()])].filter((key) =>
      collector.owns(key),
    );
  }

  /** The one way that readings come in: judged and told first, then handed on. */
  private take(
    readings: readonly Reading[],
    gone: readonly string[],
    collector: Collector | undefined,
  ): void {
    const now = this.ports.clock.now();
    const gapMs =
      collector === undefined
        ? Number.POSITIVE_INFINITY
        : intervalsInAGap * collector.intervalMs + collector.timeoutMs;
    const outcomes = [
      ...gone.map((key) => this.tracker.gone(key, this.latest.get(key), now)),
      ...readings.map((reading) => this.tracker.judge(reading, now, { ...defaultStepOptions, gapMs })),
    ];
    const changed = this.latest.update(readings, now);
    const removed = this.latest.remove(gone);
    const written = this.commit(outcomes);
    if (collector !== undefined) this.askAgain(collector, outcomes, now, written);
    if (changed.length > 0 || removed.length > 0) this.ports.onChanged(changed, removed);
  }

  /** Makes transitions durable, and only then true. */
  private commit(outcomes: readonly Outcome[]): boolean {
    const turned = outcomes.filter((outcome) => outcome.transitions.length > 0);
    if (turned.length > 0) {
      try {
        transaction(this.ports.db, () => {
          for (const { transitions, standings } of turned) {
            for (const transition of transitions) this.ports.sink.append(eventOf(transition));
            for (const [key, standing] of standings) this.store.save(key, standing);
          }
        });
      } catch (cause) {
        const what = turned.flatMap(({ transitions }) =>
          transitions.map(({ change, condition, subject }) => `${condition} ${change} on ${subject}`),
        );
        this.ports.report(
          new WatchError(
            'transition-unwritten',
            `cannot write to the agent's state (${reasonOf(cause)}): ${what.join(', ')}; it is tried again until it can`,
            { cause },
          ),
        );
        return false;
      }
    }
    for (const outcome of outcomes) this.tracker.accept(outcome);
    return true;
  }

  /** Has the collector look again when a hold time runs out, or what could not be written is to be tried again. */
  private askAgain(collector: Collector, outcomes: readonly Outcome[], now: number, written: boolean): void {
    const times = outcomes.flatMap(({ dueAt }) => dueAt ?? []);
    if (!written) times.push(now + retryMs);
    if (times.length === 0) return;
    const at = Math.min(...times);
    const pending = this.due.get(collector.name);
    if (pending !== undefined && pending.at <= at && pending.at > now) return;
    clearTimeout(pending?.timer);
    const timer = setTimeout(
      () => {
        this.due.delete(collector.name);
        this.scheduler.runNow(collector.name);
      },
      Math.max(1, at - now),
    );
    this.due.set(collector.name, { at, timer });
  }
}

const reasonOf = (cause: unknown): string =>
  diskProblemOf(cause) ?? (cause instanceof Error ? cause.message : String(cause));
