import { setTimeout as sleep } from 'node:timers/promises';
import type { Controller } from '../../src/main.ts';

/** A ticket as it stands, with its timeline. */
export async function ticketOf({ store }: Controller, id: number) {
  const ticket = await store.read
    .selectFrom('tickets')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const timeline = await store.read
    .selectFrom('timeline')
    .selectAll()
    .where('ticket', '=', id)
    .orderBy('id')
    .execute();
  return { ...ticket, timeline, text: timeline.map((entry) => entry.text).join('\n') };
}

/** Waits until a ticket (the newest, where no id is given) is in a state. */
export async function ticketIn(
  controller: Controller,
  state: 'open' | 'waiting' | 'escalated' | 'closed',
  id?: number,
) {
  for (let tries = 0; tries < 500; tries += 1) {
    const query = controller.store.read
      .selectFrom('tickets')
      .select('id')
      .where('state', '=', state)
      .orderBy('id', 'desc');
    const found = await (id === undefined ? query : query.where('id', '=', id)).executeTakeFirst();
    if (found !== undefined) return ticketOf(controller, found.id);
    await sleep(20);
  }
  const all = await controller.store.read.selectFrom('tickets').select(['id', 'state', 'subject']).execute();
  throw new Error(`no ticket became ${state}; there are ${JSON.stringify(all)}`);
}

/** Waits until every event that was acknowledged is applied: that comes after, in a transaction of its own. */
export async function applied({ store }: Controller): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    const newest = await store.read
      .selectFrom('events')
      .select((eb) => eb.fn.max<number | null>('id').as('id'))
      .executeTakeFirst();
    const cursor = await store.read.selectFrom('cursors').select('position').executeTakeFirst();
    if ((newest?.id ?? 0) === (cursor?.position ?? 0)) return;
    await sleep(10);
  }
  throw new Error('events stay unapplied');
}
