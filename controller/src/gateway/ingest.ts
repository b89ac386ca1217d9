import type { Clock } from '@millwright/shared/clock';
import type { AgentEvent } from '@millwright/shared/protocol';
import { keyOf, type Reading } from '@millwright/shared/readings';
import { sql } from 'kysely';
import type { Store, Writer } from '../store/index.ts';

/** Where events come from: one outbox of one endpoint. */
export interface Origin {
  readonly endpoint: string;
  readonly stream: string;
}

interface SnapshotBatch {
  readonly full: boolean;
  readonly readings: readonly Reading[];
  readonly gone: readonly string[];
}

interface Waiting {
  readonly work:
    | { kind: 'events'; origin: Origin; events: readonly AgentEvent[] }
    | { kind: 'snapshot'; endpoint: string; snapshot: SnapshotBatch };
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Commits what agents send. All that arrives while one transaction is under way goes into the next: one flush to the
 * disk serves every connection. A promise resolves when its part is committed.
 */
export class Ingest {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #committed: () => void;
  #waiting: Waiting[] = [];
  #flushing = false;

  /** `committed` is called after each commit that brought events. */
  constructor(store: Store, clock: Clock, committed: () => void) {
    this.#store = store;
    this.#clock = clock;
    this.#committed = committed;
  }

  /** Whether something waits to be committed. */
  get busy(): boolean {
    return this.#flushing;
  }

  events(origin: Origin, events: readonly AgentEvent[]): Promise<void> {
    return this.#enqueue({ kind: 'events', origin, events });
  }

  snapshot(endpoint: string, snapshot: SnapshotBatch): Promise<void> {
    return this.#enqueue({ kind: 'snapshot', endpoint, snapshot });
  }

  #enqueue(work: Waiting['work']): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ work, resolve, reject });
    if (!this.#flushing) void this.#flush();
    return promise;
  }

  async #flush(): Promise<void> {
    this.#flushing = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await this.#store.write((tx) => this.#commit(tx, batch));
        for (const { resolve } of batch) resolve();
        if (batch.some(({ work }) => work.kind === 'events')) this.#committed();
      } catch (error) {
        // Nothing of the batch is committed, so nothing is acknowledged: agents keep and resend it. What waits behind it is
        // given up too, since a later event must not be acknowledged before an earlier one.
        for (const { reject } of [...batch, ...this.#waiting]) reject(error);
        this.#waiting = [];
      }
    }
    this.#flushing = false;
  }

  async #commit(tx: Writer, batch: readonly Waiting[]): Promise<void> {
    const rows: (string | number)[][] = [];
    const newest = new Map<string, { origin: Origin; seq: number }>();
    const receivedAt = this.#clock.now();
    for (const { work } of batch) {
      if (work.kind === 'snapshot') {
        await writeSnapshot(tx, work.endpoint, work.snapshot);
        continue;
      }
      const { origin, events } = work;
      for (const event of events) {
        rows.push([
          origin.endpoint,
          origin.stream,
          event.seq,
          event.at,
          receivedAt,
          JSON.stringify(event.body),
        ]);
        newest.set(`${origin.endpoint} ${origin.stream}`, { origin, seq: event.seq });
      }
    }
    if (rows.length === 0) return;
    // One parameter for all rows: far cheaper than a value list of thousands.
    await sql`
      INSERT OR IGNORE INTO events (endpoint, stream, seq, at, received_at, body)
      SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 FROM json_each(${JSON.stringify(rows)})
      WHERE NOT EXISTS (
        SELECT 1 FROM cleared_events
        WHERE endpoint = value ->> 0 AND stream = value ->> 1 AND cleared_events.seq >= value ->> 2
      )
    `.execute(tx);
    const heads = Array.from(newest.values(), ({ origin, seq }) => [origin.endpoint, origin.stream, seq]);
    await sql`
      UPDATE endpoints SET last_seq = max(last_seq, head.value ->> 2), last_seen_at = ${receivedAt}
      FROM json_each(${JSON.stringify(heads)}) AS head
      WHERE endpoints.id = head.value ->> 0 AND endpoints.stream = head.value ->> 1
    `.execute(tx);
  }
}

async function writeSnapshot(
  tx: Writer,
  endpoint: string,
  { full, readings, gone }: SnapshotBatch,
): Promise<void> {
  if (full) await tx.deleteFrom('readings').where('endpoint', '=', endpoint).execute();
  else if (gone.length > 0)
    await tx.deleteFrom('readings').where('endpoint', '=', endpoint).where('key', 'in', gone).execute();
  if (readings.length === 0) return;
  const rows = readings.map((reading) => [endpoint, keyOf(reading), reading.at, JSON.stringify(reading)]);
  await sql`
    INSERT INTO readings (endpoint, key, at, reading)
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(${JSON.stringify(rows)}) WHERE true
    ON CONFLICT (endpoint, key) DO UPDATE SET at = excluded.at, reading = excluded.reading
  `.execute(tx);
}
