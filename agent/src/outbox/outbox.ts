import { randomUUID } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Clock } from '@millwright/shared/clock';
import { AgentEvent, EventBody, MAX_EVENTS_PER_FRAME, MAX_FRAME_BYTES } from '@millwright/shared/protocol';
import { transaction } from '../state/index.ts';
import type { EventSink } from './event-sink.ts';

/** The most events that wait on the disk. Reached after months offline; then progress lines go first. */
export const MAX_WAITING = 100_000;

/**
 * Taken even beyond the limit, since they are as few as the agent's starts and the warrants it was sent: without the first
 * a full outbox would end every start, and so never be delivered; without the second a run would never end.
 */
const beyondLimit: ReadonlySet<EventBody['type']> = new Set(['agent-started', 'run-ended']);

/** More than what stands around an event in a frame, and its share of what stands around all. */
const AROUND_BYTES = 256;

/** Events that are forgotten in one commit. */
const AT_ONCE = 128;

/** The outbox is full of events that must not be lost; the agent stops taking new faults until some are delivered. */
export class OutboxFull extends Error {
  override readonly name = 'OutboxFull';
  readonly code = 'outbox-full';
}

/**
 * Events that the controller has not acknowledged: on the disk before `append` returns, in order, without gaps, resent
 * until acknowledged. Readings never stand here: the newest of each is sent when there is a link.
 */
export class Outbox implements EventSink {
  readonly #db: DatabaseSync;
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #insert: StatementSync;
  readonly #after: StatementSync;
  readonly #delete: StatementSync;
  readonly #count: StatementSync;
  #listener: () => void = () => {};
  #stream: string;

  constructor(db: DatabaseSync, clock: Clock, limit: number = MAX_WAITING) {
    this.#db = db;
    this.#clock = clock;
    this.#limit = limit;
    this.#insert = db.prepare('INSERT INTO outbox (at, body) VALUES (?, ?)');
    this.#after = db.prepare('SELECT seq, at, body FROM outbox WHERE seq > ? ORDER BY seq LIMIT ?');
    this.#delete = db.prepare(
      'DELETE FROM outbox WHERE seq IN (SELECT seq FROM outbox WHERE seq <= ? ORDER BY seq LIMIT ?)',
    );
    this.#count = db.prepare('SELECT count(*) AS waiting FROM outbox');
    const known = db.prepare("SELECT value FROM meta WHERE key = 'stream'").get();
    this.#stream = known === undefined ? this.#nameStream() : String(known.value);
  }

  /** Names this outbox; a new one when the endpoint's state was lost, or set back. */
  get stream(): string {
    return this.#stream;
  }

  /** Called after each append that is committed. */
  onAppend(listener: () => void): void {
    this.#listener = listener;
  }

  /**
   * Takes an event. In a caller's transaction it is committed with that.
   * @throws OutboxFull; ZodError where the controller could not read it, which would hold up all that follow it
   */
  append(event: EventBody): void {
    const body = EventBody.parse(event);
    transaction(this.#db, () => {
      if (this.waiting() >= this.#limit && !this.#makeRoom() && !beyondLimit.has(body.type))
        throw new OutboxFull(
          `${this.#limit} events wait for the controller and none can be spared; bring the link back`,
        );
      this.#insert.run(this.#clock.now(), JSON.stringify(body));
    });
    // After the caller's transaction too, which is synchronous.
    queueMicrotask(() => this.#listener());
  }

  /** The next events after `seq`, oldest first, as many as fit into one frame. */
  after(seq: number): AgentEvent[] {
    const events: AgentEvent[] = [];
    let bytes = 0;
    for (const row of this.#after.iterate(seq, MAX_EVENTS_PER_FRAME)) {
      const body = String(row.body);
      bytes += Buffer.byteLength(body) + AROUND_BYTES;
      if (events.length > 0 && bytes > MAX_FRAME_BYTES) break;
      events.push(AgentEvent.parse({ ...row, body: JSON.parse(body) }));
    }
    return events;
  }

  /** Everything up to `seq` is committed on the controller. In parts, so that no transaction outgrows the journal that is kept. */
  acknowledge(seq: number): void {
    for (let deleted = AT_ONCE; deleted === AT_ONCE; )
      deleted = transaction(this.#db, () => Number(this.#delete.run(seq, AT_ONCE).changes));
  }

  waiting(): number {
    return Number(this.#count.get()?.waiting);
  }

  /** The newest number that was ever given. */
  last(): number {
    return Number(this.#db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").get()?.seq ?? 0);
  }

  /** The last number that stands here no more: the controller has had all up to it. */
  forgotten(): number {
    const first = this.#db.prepare('SELECT min(seq) AS seq FROM outbox').get()?.seq;
    return typeof first === 'number' ? first - 1 : this.last();
  }

  /** Whether an event of this type waits. */
  holds(type: EventBody['type']): boolean {
    const held = this.#db.prepare("SELECT 1 FROM outbox WHERE json_extract(body, '$.type') = ? LIMIT 1");
    return held.get(type) !== undefined;
  }

  /** Gives this outbox another name: its numbers were given before to other events. */
  rename(): void {
    this.#stream = this.#nameStream();
  }

  /** A run's steps on the way are told again by its report, so they are what can be spared; sequence numbers keep their gaps. */
  #makeRoom(): boolean {
    const { changes } = this.#db
      .prepare("DELETE FROM outbox WHERE json_extract(body, '$.type') = 'run-progress'")
      .run();
    return Number(changes) > 0;
  }

  #nameStream(): string {
    const stream = randomUUID();
    this.#db
      .prepare(
        "INSERT INTO meta (key, value) VALUES ('stream', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      )
      .run(stream);
    return stream;
  }
}
