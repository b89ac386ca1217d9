import assert from 'node:assert/strict';
import type { Controller } from '@millwright/controller/main';
import { EventBody } from '@millwright/shared/protocol';
import { Outcome } from '@millwright/shared/trust';
import { until } from './until.ts';

type Store = Controller['store'];

/** A ticket as a technician finds it. */
export interface ToldTicket {
  readonly id: number;
  readonly subject: string;
  readonly state: string;
  readonly timeline: readonly { readonly kind: string; readonly text: string }[];
  readonly runs: readonly {
    readonly state: string;
    readonly runbook: string;
    readonly result: Outcome | null;
  }[];
  readonly alerts: readonly {
    readonly condition: string;
    readonly subject: string;
    readonly state: string;
  }[];
}

/** What the controller knows and tells of its one endpoint. */
export class Told {
  private readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  async endpoint(): Promise<string> {
    const { id } = await this.store.read.selectFrom('endpoints').select('id').executeTakeFirstOrThrow();
    return id;
  }

  /** The tickets about a condition on a subject, oldest first. */
  async tickets(condition: string, subject: string): Promise<ToldTicket[]> {
    const rows = await this.store.read
      .selectFrom('alerts')
      .select('ticket')
      .distinct()
      .where('condition', '=', condition)
      .where('subject', '=', subject)
      .where('ticket', 'is not', null)
      .orderBy('ticket')
      .execute();
    return Promise.all(rows.flatMap(({ ticket }) => (ticket === null ? [] : [this.ticket(ticket)])));
  }

  /** The one ticket about a fault, once it is closed or in a person's hands. */
  async ended(condition: string, subject: string, seconds = 90): Promise<ToldTicket> {
    const ticket = await until(
      `the ticket about ${condition} on ${subject} ends`,
      async () =>
        (await this.tickets(condition, subject)).find(
          ({ state }) => state === 'closed' || state === 'escalated',
        ),
      seconds,
    );
    assert.equal((await this.tickets(condition, subject)).length, 1, 'one fault is one ticket');
    return ticket;
  }

  /** Every event that came in, in its order. @throws AssertionError when one is missing or came twice. */
  async events(): Promise<EventBody[]> {
    const rows = await this.store.read.selectFrom('events').selectAll().orderBy('id').execute();
    assert.deepEqual(
      rows.map(({ seq }) => seq),
      rows.map((_, index) => index + 1),
      'events are sequenced without a gap, each once',
    );
    assert.equal(new Set(rows.map(({ stream }) => stream)).size, 1);
    return rows.map(({ body }) => EventBody.parse(JSON.parse(body)));
  }

  private async ticket(id: number): Promise<ToldTicket> {
    const { read } = this.store;
    const ticket = await read
      .selectFrom('tickets')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const timeline = await read
      .selectFrom('timeline')
      .selectAll()
      .where('ticket', '=', id)
      .orderBy('id')
      .execute();
    const runs = await read
      .selectFrom('runs')
      .selectAll()
      .where('ticket', '=', id)
      .orderBy('sentAt')
      .execute();
    const alerts = await read.selectFrom('alerts').selectAll().where('ticket', '=', id).execute();
    return {
      id,
      subject: ticket.subject,
      state: ticket.state,
      timeline: timeline.map(({ kind, text }) => ({ kind, text })),
      runs: runs.map(({ state, runbook, result }) => ({
        state,
        runbook,
        result: result === null ? null : Outcome.parse(JSON.parse(result)),
      })),
      alerts: alerts.map(({ condition, subject, state }) => ({ condition, subject, state })),
    };
  }
}
