import type { TimelineEntry } from '@millwright/shared/api';
import type { Clock } from '@millwright/shared/clock';
import type { Writer } from '../store/index.ts';

export interface NewTicket {
  readonly subject: string;
  readonly priority: 'P1' | 'P2' | 'P3' | 'P4';
  readonly client: string;
  readonly site: string;
  readonly endpoint: string | null;
}

export interface Entry {
  readonly kind: TimelineEntry['kind'];
  readonly actor: string;
  /** Plain words for a person. */
  readonly text: string;
  readonly detail?: Record<string, unknown>;
}

/** The name under which Millwright itself writes on a timeline. */
export const MILLWRIGHT = 'millwright';

/** The name under which an endpoint's own words are written: what it calls itself, which may be a person's name, marked as its. */
export const endpointActor = (hostname: string): string => `endpoint:${hostname}`;

/** Tickets and their timelines. Every method takes part in its caller's transaction. */
export class Tickets {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async open(tx: Writer, ticket: NewTicket, first: Entry): Promise<number> {
    const now = this.#clock.now();
    const { id } = await tx
      .insertInto('tickets')
      .values({ ...ticket, state: 'open', openedAt: now, updatedAt: now, closedAt: null, fixedInMs: null })
      .returning('id')
      .executeTakeFirstOrThrow();
    await this.tell(tx, id, first);
    return id;
  }

  /** Adds a line to the timeline. */
  async tell(tx: Writer, ticket: number, entry: Entry): Promise<void> {
    const now = this.#clock.now();
    await tx
      .insertInto('timeline')
      .values({
        ticket,
        at: now,
        kind: entry.kind,
        actor: entry.actor,
        text: entry.text,
        detail: JSON.stringify(entry.detail ?? {}),
      })
      .execute();
    await tx.updateTable('tickets').set({ updatedAt: now }).where('id', '=', ticket).execute();
  }

  async setState(tx: Writer, ticket: number, state: 'open' | 'waiting' | 'escalated'): Promise<void> {
    await tx
      .updateTable('tickets')
      .set({ state, updatedAt: this.#clock.now() })
      .where('id', '=', ticket)
      .where('state', '<>', 'closed')
      .execute();
  }

  /**
   * The fault of a ticket came back: a closed one is open again.
   * @returns the state that it was in
   */
  async reopen(
    tx: Writer,
    ticket: number,
    entry: Omit<Entry, 'kind'>,
  ): Promise<'open' | 'waiting' | 'escalated' | 'closed'> {
    const { state } = await tx
      .selectFrom('tickets')
      .select('state')
      .where('id', '=', ticket)
      .executeTakeFirstOrThrow();
    if (state === 'closed')
      await tx
        .updateTable('tickets')
        .set({ state: 'open', closedAt: null, fixedInMs: null })
        .where('id', '=', ticket)
        .execute();
    await this.tell(tx, ticket, { ...entry, kind: state === 'closed' ? 'reopened' : 'alert' });
    return state;
  }

  /** Closes with a last line. `fixedInMs` is set where Millwright fixed the fault. A closed ticket stays as it is. */
  async close(tx: Writer, ticket: number, last: Entry, fixedInMs: number | null): Promise<void> {
    const now = this.#clock.now();
    const closed = await tx
      .updateTable('tickets')
      .set({ state: 'closed', closedAt: now, updatedAt: now, fixedInMs })
      .where('id', '=', ticket)
      .where('state', '<>', 'closed')
      .returning('id')
      .executeTakeFirst();
    if (closed !== undefined) await this.tell(tx, ticket, last);
  }
}
