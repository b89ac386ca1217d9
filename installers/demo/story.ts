import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import type { Controller } from '@millwright/controller/main';
import { formatDuration } from '@millwright/shared/units';

/** How long a fault may take from being made to its ticket's last line. Milliseconds. */
const patienceMs = 30_000;

/** What the demo prints: short lines, each with how long after the fault it came. */
export class Story {
  readonly #controller: Controller;
  readonly #write: (line: string) => void;

  constructor(controller: Controller, write: (line: string) => void) {
    this.#controller = controller;
    this.#write = write;
  }

  title(text: string): void {
    this.#write(`\n${styleText('bold', text)}`);
  }

  line(text: string, after?: number): void {
    const time = after === undefined ? '' : `+${(after / 1000).toFixed(2)} s`;
    this.#write(`  ${styleText('dim', time.padStart(8))}  ${text}`);
  }

  /** The newest ticket after `since` (an id). Waits for it. */
  async ticketAfter(since: number): Promise<number> {
    return this.#until(async () => {
      const row = await this.#controller.store.read
        .selectFrom('tickets')
        .select('id')
        .where('id', '>', since)
        .orderBy('id')
        .executeTakeFirst();
      return row?.id;
    }, 'no ticket was opened');
  }

  async lastTicket(): Promise<number> {
    const row = await this.#controller.store.read
      .selectFrom('tickets')
      .select((eb) => eb.fn.max<number | null>('id').as('id'))
      .executeTakeFirst();
    return row?.id ?? 0;
  }

  /** Whether a ticket's timeline holds a text among its facts. */
  async tells(ticket: number, text: string): Promise<boolean> {
    const rows = await this.#controller.store.read
      .selectFrom('timeline')
      .select('detail')
      .where('ticket', '=', ticket)
      .execute();
    return rows.some(({ detail }) => detail.includes(text));
  }

  /** Prints a ticket's timeline as it grows, until it is closed or handed to a person. Says which. */
  async follow(ticket: number, faultAt: number): Promise<'closed' | 'escalated'> {
    const { read } = this.#controller.store;
    let shown = 0;
    return this.#until(
      async () => {
        const { state } = await read
          .selectFrom('tickets')
          .select('state')
          .where('id', '=', ticket)
          .executeTakeFirstOrThrow();
        const lines = await read
          .selectFrom('timeline')
          .selectAll()
          .where('ticket', '=', ticket)
          .where('id', '>', shown)
          .orderBy('id')
          .execute();
        for (const entry of lines) {
          shown = entry.id;
          this.line(
            entry.kind === 'closed'
              ? styleText('green', `Ticket #${ticket} closed. ${entry.text}`)
              : entry.text,
            entry.at - faultAt,
          );
        }
        return state === 'closed' || state === 'escalated' ? state : undefined;
      },
      `ticket #${ticket} did not end within ${formatDuration(patienceMs)}`,
    );
  }

  async #until<T>(look: () => Promise<T | undefined>, otherwise: string): Promise<T> {
    for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(20)) {
      const found = await look();
      if (found !== undefined) return found;
    }
    throw new Error(otherwise);
  }
}
