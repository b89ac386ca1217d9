import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveChange } from '@millwright/shared/api';
import { controllerConditions } from '@millwright/shared/conditions';
import { AgentEvent } from '@millwright/shared/protocol';
import type { AuditLog } from '../audit/index.ts';
import type { LiveFeed } from '../live/index.ts';
import { isStoreFailure, type Store, type Writer } from '../store/index.ts';
import type { Tickets } from '../tickets/index.ts';
import type { Alerts, Cleared, Raised } from './alerts.ts';
import { setAside } from './set-aside.ts';

/** Who is told, inside the transaction, what an event came to. */
export interface EventFollower {
  raised(
    tx: Writer,
    raised: Raised,
    context: { endpoint: string; client: string; condition: string },
  ): Promise<void>;
  cleared(tx: Writer, cleared: Cleared): Promise<void>;
  runProgress(
    tx: Writer,
    endpoint: string,
    event: Extract<AgentEvent['body'], { type: 'run-progress' }>,
  ): Promise<LiveChange[]>;
  runEnded(
    tx: Writer,
    endpoint: string,
    event: Extract<AgentEvent['body'], { type: 'run-ended' }>,
  ): Promise<LiveChange[]>;
  /** After the commit: there may be work. */
  wake(): void;
}

const batchSize = 200;
/** How long one transaction may keep those that wait for their acknowledgement, and how long the pause after it is at most. Milliseconds. */
const turnMs = 20;
const longestRestMs = 200;
/** How long after the store failed (a full disk) it is tried again. Milliseconds. */
const retryMs = 1000;
/** The cursor that says how far events are applied. */
export const CONSUMER_CURSOR = 'alerts';

interface Row {
  readonly id: number;
  readonly endpoint: string;
  readonly seq: number;
  readonly at: number;
  readonly body: string;
}

/**
 * Reads committed events in their order and applies each once: what it changes and how far it has come are one
 * transaction. Killed at any line, it goes on where it was.
 */
export class EventConsumer {
  readonly #store: Store;
  readonly #alerts: Alerts;
  readonly #tickets: Tickets;
  readonly #audit: AuditLog;
  readonly #follower: EventFollower;
  readonly #live: LiveFeed;
  readonly #log: (message: string, facts: Record<string, unknown>) => void;
  readonly #othersWait: () => boolean;
  #running: Promise<void> | undefined;
  #again = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(parts: {
    store: Store;
    alerts: Alerts;
    tickets: Tickets;
    audit: AuditLog;
    follower: EventFollower;
    live: LiveFeed;
    log: (message: string, facts: Record<string, unknown>) => void;
    /** Whether events wait to be committed: in a flood, taking them in goes before applying them. */
    othersWait: () => boolean;
  }) {
    this.#store = parts.store;
    this.#alerts = parts.alerts;
    this.#tickets = parts.tickets;
    this.#audit = parts.audit;
    this.#follower = parts.follower;
    this.#live = parts.live;
    this.#log = parts.log;
    this.#othersWait = parts.othersWait;
  }

  /** There are new events. */
  wake(): void {
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#again) this.wake();
    });
  }

  /** Resolves when what was known at the call is applied, or the store has failed; nothing is tried again after it. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
    clearTimeout(this.#retry);
  }

  async #run(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      try {
        for (let began = performance.now(); await this.#batch(batchSize); began = performance.now()) {
          this.#follower.wake();
          // A fifth of the time at most, until the flood is over: nothing is lost by it, and nobody's outbox fills up.
          if (this.#othersWait()) await sleep(Math.min(4 * (performance.now() - began), longestRestMs));
        }
      } catch (error) {
        if (isStoreFailure(error)) return this.#waitForStore(error);
        this.#log('events not applied; trying one at a time', { error: String(error) });
        try {
          await this.#oneByOne();
        } catch (failure) {
          return this.#waitForStore(failure);
        }
        // Whatever is behind the bad one goes on in batches.
        this.#again = true;
      }
    }
  }

  /** A store that fails says nothing of the event: none is passed over, and the same ones are tried again. */
  #waitForStore(error: unknown): void {
    this.#log('events not applied: the store fails; they are tried again', { error: String(error) });
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.wake(), retryMs);
  }

  /** Applies events up to the bad one and sets that aside: it must not hold up those behind it. Rejects where the store fails. */
  async #oneByOne(): Promise<void> {
    for (let done = 0; done < batchSize; done += 1) {
      try {
        if (!(await this.#batch(1))) return;
        this.#follower.wake();
      } catch (error) {
        if (isStoreFailure(error)) throw error;
        await this.#store.write(async (tx) => {
          const [event] = await this.#next(tx, 1);
          if (event === undefined) return;
          this.#log('event could not be applied; it is kept in the events table and set aside', {
            event: event.id,
            endpoint: event.endpoint,
            seq: event.seq,
            error: error instanceof Error ? error.stack : String(error),
          });
          await setAside(tx, { audit: this.#audit, tickets: this.#tickets }, event, error);
          await this.#advance(tx, event.id);
        });
        return;
      }
    }
  }

  #next(tx: Writer, limit: number): Promise<Row[]> {
    const position = tx.selectFrom('cursors').select('position').where('name', '=', CONSUMER_CURSOR);
    return tx
      .selectFrom('events')
      .select(['id', 'endpoint', 'seq', 'at', 'body'])
      .where('id', '>', (eb) => eb.fn.coalesce(position, eb.lit(0)))
      .orderBy('id')
      .limit(limit)
      .execute();
  }

  async #advance(tx: Writer, position: number): Promise<void> {
    await tx
      .insertInto('cursors')
      .values({ name: CONSUMER_CURSOR, position })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ position }))
      .execute();
  }

  async #batch(limit: number): Promise<boolean> {
    const changes = await this.#store.write(async (tx) => {
      const rows = await this.#next(tx, limit);
      const [first] = rows;
      if (first === undefined) return undefined;
      const told: LiveChange[] = [];
      const began = performance.now();
      let applied = first.id;
      for (const row of rows) {
        told.push(...(await this.#apply(tx, row)));
        applied = row.id;
        if (performance.now() - began > turnMs) break;
      }
      await this.#advance(tx, applied);
      return told;
    });
    for (const change of changes ?? []) this.#live.publish(change);
    return changes !== undefined;
  }

  async #apply(tx: Writer, row: Row): Promise<LiveChange[]> {
    const { body, at } = AgentEvent.parse({ seq: row.seq, at: row.at, body: JSON.parse(row.body) });
    const endpoint = await tx
      .selectFrom('endpoints')
      .select(['id', 'hostname', 'client', 'site'])
      .where('id', '=', row.endpoint)
      .executeTakeFirstOrThrow();
    const place = { endpoint, client: endpoint.client, site: endpoint.site };
    switch (body.type) {
      case 'condition-raised': {
        const raised = await this.#alerts.raise(tx, { ...place, ...body, at });
        await this.#follower.raised(tx, raised, {
          endpoint: endpoint.id,
          client: endpoint.client,
          condition: body.condition,
        });
        return changesOf(endpoint.id, raised.alert, raised.kind === 'suppressed' ? null : raised.ticket);
      }
      case 'condition-cleared':
        return this.#clear(tx, { ...place, ...body }, at);
      case 'conditions-standing':
        return this.#standing(tx, place, body.standing, at);
      case 'run-progress':
        return this.#follower.runProgress(tx, endpoint.id, body);
      case 'run-ended':
        return this.#follower.runEnded(tx, endpoint.id, body);
      case 'agent-started':
        return [{ changed: 'endpoint', id: endpoint.id }];
    }
  }

  /** What is not among those that stand was over while this controller could not hear of it. */
  async #standing(
    tx: Writer,
    place: { readonly endpoint: { id: string; hostname: string }; readonly site: string },
    standing: readonly { readonly condition: string; readonly subject: string }[],
    at: number,
  ): Promise<LiveChange[]> {
    const told: LiveChange[] = [];
    const alerts = await tx
      .selectFrom('alerts')
      .select(['condition', 'subject'])
      .where('endpoint', '=', place.endpoint.id)
      .where('state', '<>', 'resolved')
      .execute();
    for (const { condition, subject } of alerts) {
      // What the controller sees by itself is not the endpoint's to tell.
      if (Object.hasOwn(controllerConditions, condition)) continue;
      if (standing.some((one) => one.condition === condition && one.subject === subject)) continue;
      told.push(...(await this.#clear(tx, { ...place, condition, subject }, at)));
    }
    return told;
  }

  async #clear(
    tx: Writer,
    fault: Parameters<Alerts['clear']>[1] & { readonly endpoint: { readonly id: string } },
    at: number,
  ): Promise<LiveChange[]> {
    const cleared = await this.#alerts.clear(tx, fault, at);
    if (cleared === undefined) return [];
    await this.#follower.cleared(tx, cleared);
    return changesOf(fault.endpoint.id, cleared.alert, cleared.ticket);
  }
}

/** What the live feed tells of an alert that changed. */
export function changesOf(endpoint: string | null, alert: number, ticket: number | null): LiveChange[] {
  return [
    { changed: 'fleet' },
    { changed: 'alert', id: alert },
    ...(endpoint === null ? [] : [{ changed: 'endpoint' as const, id: endpoint }]),
    ...(ticket === null ? [] : [{ changed: 'ticket' as const, id: ticket }]),
  ];
}
