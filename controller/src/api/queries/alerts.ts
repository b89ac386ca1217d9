import type { Alert } from '@millwright/shared/api';
import { sql } from 'kysely';
import type { Reader } from '../../store/index.ts';
import { endpointName } from './endpoints.ts';
import { behind, mentions, type Order, type Page, type PageRequest, pageFrom } from './page.ts';

function select(db: Reader) {
  return db
    .selectFrom('alerts')
    .innerJoin('clients', 'clients.id', 'alerts.client')
    .innerJoin('sites', 'sites.id', 'alerts.site')
    .leftJoin('endpoints', 'endpoints.id', 'alerts.endpoint')
    .select([
      'alerts.id',
      'alerts.endpoint',
      'endpoints.hostname',
      'alerts.client',
      'clients.name as clientName',
      'alerts.site',
      'sites.name as siteName',
      'alerts.condition',
      'alerts.title',
      'alerts.severity',
      'alerts.subject',
      'alerts.description',
      'alerts.state',
      'alerts.suppressed',
      'alerts.raisedAt',
      'alerts.acknowledgedAt',
      'alerts.acknowledgedBy',
      'alerts.resolvedAt',
      'alerts.occurrences',
      'alerts.ticket',
    ]);
}
type Row = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

function fromRow({ endpoint, hostname, client, clientName, site, siteName, ...alert }: Row): Alert {
  return {
    ...alert,
    endpoint: endpointName(endpoint, hostname),
    client: { id: client, name: clientName },
    site: { id: site, client, name: siteName },
  };
}

export interface AlertFilter extends PageRequest {
  readonly state?: Alert['state'] | undefined;
  readonly severity?: Alert['severity'] | undefined;
  readonly endpoint?: string | undefined;
  readonly words?: string | undefined;
}

/** As the index `alerts_in_order` has it. */
const order: Order = [sql`alerts.state = 'resolved'`, sql`-alerts.raised_at`, sql`-alerts.id`];

/** Alerts: those that stand before those that are over, the newest first. */
export async function alerts(
  db: Reader,
  { state, severity, endpoint, words, after, limit }: AlertFilter,
): Promise<Page<Alert>> {
  let query = select(db).where(behind(order, after));
  if (state !== undefined) query = query.where('alerts.state', '=', state);
  if (endpoint !== undefined) query = query.where('alerts.endpoint', '=', endpoint);
  if (severity !== undefined) query = query.where('alerts.severity', '=', severity);
  if (words !== undefined)
    query = query.where(
      mentions(
        words,
        sql`alerts.title`,
        sql`alerts.subject`,
        sql`alerts.description`,
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
    placeOf: ({ state, raisedAt, id }) => [Number(state === 'resolved'), -raisedAt, -id],
  });
}

/** The alerts of one ticket, in the order in which they were raised. */
export async function alertsOf(db: Reader, ticket: number): Promise<Alert[]> {
  const rows = await select(db).where('alerts.ticket', '=', ticket).orderBy('alerts.id').execute();
  return rows.map(fromRow);
}
