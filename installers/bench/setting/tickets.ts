import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { BenchError } from '../bench-error.ts';
import { until } from '../until.ts';
import type { BenchController } from './bench-controller.ts';

const Ticket = z.object({ id: z.number(), state: z.enum(['open', 'waiting', 'escalated', 'closed']) });

/**
 * Waits until the ticket about a fault is closed: the script ran, its own check held, and the endpoint's readings show that the
 * fault is over. @throws BenchError where it was handed to a person.
 */
export async function ticketClosed(
  controller: BenchController,
  condition: string,
  subject: string,
): Promise<void> {
  const find = controller.database.prepare(
    `SELECT tickets.id, tickets.state FROM tickets JOIN alerts ON alerts.ticket = tickets.id
     WHERE alerts.condition = ? AND alerts.subject = ? AND tickets.state IN ('closed', 'escalated')`,
  );
  const row = await until(`the ticket about ${condition} on ${subject} ends`, () =>
    find.get(condition, subject),
  );
  const { id, state } = Ticket.parse(row);
  if (state === 'closed') return;
  const story = controller.database.prepare('SELECT text FROM timeline WHERE ticket = ? ORDER BY id').all(id);
  throw new BenchError(
    'went-wrong',
    `ticket ${id} was not closed: ${story.map(({ text }) => text).join(' | ')}`,
  );
}

/** How long things are left alone between two samples, so that none pays for the one before. Milliseconds. */
const restMs = 100;

export const rest = (): Promise<void> => sleep(restMs);
