import { Decision, type TicketDetail, type TicketSummary, TimelineEntry } from '@millwright/shared/api';
import { sql } from 'kysely';
import type { Reader } from '../../store/index.ts';
import { alertsOf } from './alerts.ts';
import { endpointName } from './endpoints.ts';
import { behind, mentions, type Order, type Page, type PageRequest, pageFrom } from './page.ts';
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

export interface TicketFilter extends PageRequest {
  readonly state?: TicketSummary['state'] | undefined;
  readonly endpoint?: string | undefined;
  readonly words?: string | undefined;
}

const need: Readonly<Record<TicketSummary['state'], number>> = {
  escalated: 0,
  waiting: 1,
  open: 2,
  closed: 3,
};
/** As the index `tickets_in_order` has it. */
const order: Order = [
  sql`CASE tickets.state WHEN 'escalated' THEN 0 WHEN 'waiting' THEN 1 WHEN 'open' THEN 2 ELSE 3 END`,
  sql`-tickets.updated_at`,
  sql`-tickets.id`,
];

/** Tickets: those that a person must act on first, closed ones last, each the latest change first. */
export async function tickets(
  db: Reader,
  { state, endpoint, words, after, limit }: TicketFilter,
): Promise<Page<TicketSummary>> {
  let query = select(db).where(behind(order, after));
  if (state !== undefined) query = query.where('tickets.state', '=', state);
  if (endpoint !== undefined) query = query.where('tickets.endpoint', '=', endpoint);
  if (words !== undefined)
    query = query.where(
      mentions(
        words,
        sql`tickets.subject`,
        sql`'#' || tickets.id`,
        sql`endpoints.hostname`,
        sql`clients.name`,
        sql`sites.name`,
      ),
    );
  const rows = await query
    .orderBy(sql.join(order))
    .limit(limit + 1)
    .execute();
  return pageFrom(rows, limit, {
    itemOf: fromRow,
    placeOf: ({ state, updatedAt, id }) => [need[state], -updatedAt, -id],
  });
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
