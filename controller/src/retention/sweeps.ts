import { sql } from 'kysely';
import { CONSUMER_CURSOR } from '../alerts/index.ts';
import type { Writer } from '../store/index.ts';

/**
 * Deletes a batch of what is older than `before` (milliseconds since the epoch): `limit` rows at most, with what belongs
 * to them. @returns whether there may be more
 */
export type Sweep = (tx: Writer, before: number, limit: number) => Promise<boolean>;

/**
 * Events that were applied. How far each outbox was cleared is remembered, so that an event which is sent again is known
 * although its row is gone.
 */
export const sweepEvents: Sweep = async (tx, before, limit) => {
  const applied = tx.selectFrom('cursors').select('position').where('name', '=', CONSUMER_CURSOR);
  // The oldest stand first, and only those are looked at: a batch costs the same in a table of any length.
  const oldest = await tx
    .selectFrom('events')
    .select(['id', 'endpoint', 'stream', 'seq', 'receivedAt'])
    .where('id', '<=', (eb) => eb.fn.coalesce(applied, eb.lit(0)))
    .orderBy('id')
    .limit(limit)
    .execute();
  const due = oldest.filter(({ receivedAt }) => receivedAt < before);
  const last = due.at(-1);
  if (last === undefined) return false;
  const rows = JSON.stringify(due.map(({ endpoint, stream, seq }) => [endpoint, stream, seq]));
  await sql`
    INSERT INTO cleared_events (endpoint, stream, seq)
    SELECT value ->> 0, value ->> 1, max(value ->> 2) FROM json_each(${rows}) WHERE true GROUP BY 1, 2
    ON CONFLICT (endpoint, stream) DO UPDATE SET seq = max(cleared_events.seq, excluded.seq)
  `.execute(tx);
  await sql`DELETE FROM events WHERE id IN (SELECT value FROM json_each(${JSON.stringify(due.map(({ id }) => id))}))`.execute(
    tx,
  );
  return due.length === limit;
};

/** Closed tickets, with their lines, decisions, runs, remediations and alerts. */
export const sweepTickets: Sweep = async (tx, before, limit) => {
  const due = await tx
    .selectFrom('tickets')
    .select('id')
    .where('state', '=', 'closed')
    .where('closedAt', '<', before)
    .where(({ not, exists, selectFrom }) =>
      // A closed ticket whose fault still stands is the record of that fault.
      not(
        exists(
          selectFrom('alerts')
            .select('alerts.id')
            .whereRef('alerts.ticket', '=', 'tickets.id')
            .where('alerts.state', '<>', 'resolved'),
        ),
      ),
    )
    .orderBy('closedAt')
    .limit(limit)
    .execute();
  if (due.length === 0) return false;
  const tickets = due.map(({ id }) => id);
  const remediations = tx.selectFrom('remediations').select('id').where('ticket', 'in', tickets);
  await tx.deleteFrom('drafts').where('remediation', 'in', remediations).execute();
  await tx.deleteFrom('runs').where('ticket', 'in', tickets).execute();
  await tx.deleteFrom('decisions').where('ticket', 'in', tickets).execute();
  await tx.deleteFrom('remediations').where('ticket', 'in', tickets).execute();
  await tx.deleteFrom('timeline').where('ticket', 'in', tickets).execute();
  await tx.deleteFrom('alerts').where('ticket', 'in', tickets).execute();
  await tx.deleteFrom('tickets').where('id', 'in', tickets).execute();
  return due.length === limit;
};

/** Alerts that were over without ever having a ticket. */
export const sweepAlerts: Sweep = async (tx, before, limit) => {
  const due = tx
    .selectFrom('alerts')
    .select('id')
    .where('ticket', 'is', null)
    .where('resolvedAt', '<', before)
    .limit(limit);
  const gone = await tx.deleteFrom('alerts').where('id', 'in', due).returning('id').execute();
  return gone.length === limit;
};

/** Runs that somebody ordered by hand, outside any ticket. */
export const sweepRuns: Sweep = async (tx, before, limit) => {
  const due = tx
    .selectFrom('runs')
    .select('warrant')
    .where('ticket', 'is', null)
    .where('sentAt', '<', before)
    .where('state', 'in', ['ended', 'lost'])
    .limit(limit);
  const gone = await tx.deleteFrom('runs').where('warrant', 'in', due).returning('warrant').execute();
  return gone.length === limit;
};
