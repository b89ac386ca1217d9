import { Decision, type TicketDetail, type TicketSummary, TimelineEntry } from '@millwright/shared/api';
import { sql } from 'kysely';
import type { Reader } from '../../store/index.ts';
import { alertsOf } from './alerts.ts';
import { endpointName } from './endpoints.ts';
import { runsOf } from './runs.ts';

function select(db: Reader) {
  return db
    .selectFrom('tickets')
    .innerJoin('clients', 'clients.id', 'tickets.client')
    .innerJoin('sites', 'sites.id', 'tickets.site')
    .leftJoin('endpoints', 'endpoints.id', 'tickets.endpoint')
    .select([
      'tickets.id',
      'tickets.subject',
      'tickets.state',
      'tickets.priority',
      'tickets.client',
      'clients.name as clientName',
      'tickets.site',
      'sites.name as siteName',
      'tickets.endpoint',
      'endpoints.hostname',
      'tickets.openedAt',
      'tickets.updatedAt',
      'tickets.closedAt',
      'tickets.fixedInMs',
    ]);
}
type Row = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

function fromRow({ endpoint, hostname, client, clientName, site, siteName, ...ticket }: Row): TicketSummary {
  return {
    ...ticket,
    endpoint: endpointName(endpoint, hostname),
    client: { id: client, name: clientName },
    site: { id: site, client, name: siteName },
  };
}

export interface TicketFilter {
  readonly state?: TicketSummary['state'] | undefined;
  readonly endpoint?: string | undefined;
  readonly limit: number;
}

/** Tickets: those that a person must act on first, closed ones last, each the latest change first. */
export async function tickets(
  db: Reader,
  { state, endpoint, limit }: TicketFilter,
): Promise<TicketSummary[]> {
  let query = select(db);
  if (state !== undefined) query = query.where('tickets.state', '=', state);
  if (endpoint !== undefined) query = query.where('tickets.endpoint', '=', endpoint);
  const rows = await query
    .orderBy(
      sql`CASE tickets.state WHEN 'escalated' THEN 0 WHEN 'waiting' THEN 1 WHEN 'open' THEN 2 ELSE 3 END`,
    )
    .orderBy('tickets.updatedAt', 'desc')
    .orderBy('tickets.id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(fromRow);
}

async function timelineOf(db: Reader, ticket: number): Promise<TimelineEntry[]> {
  const rows = await db
    .selectFrom('timeline')
    .select(['id', 'at', 'kind', 'actor', 'text', 'detail'])
    .where('ticket', '=', ticket)
    .orderBy('id')
    .execute();
  return rows.map((row) => TimelineEntry.parse({ ...row, detail: JSON.parse(row.detail) }));
}

async function decisionsOf(db: Reader, ticket: number): Promise<Decision[]> {
  const rows = await db
    .selectFrom('decisions')
    .selectAll()
    .where('ticket', '=', ticket)
    .orderBy('id')
    .execute();
  return rows.map((row) =>
    Decision.parse({
      ...row,
      candidates: JSON.parse(row.candidates),
      parameters: JSON.parse(row.parameters),
    }),
  );
}

/** One ticket with all that belongs to it; undefined where there is none. */
export async function ticket(db: Reader, id: number): Promise<TicketDetail | undefined> {
  const row = await select(db).where('tickets.id', '=', id).executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    ...fromRow(row),
    alerts: await alertsOf(db, id),
    timeline: await timelineOf(db, id),
    decisions: await decisionsOf(db, id),
    runs: await runsOf(db, id),
  };
}
