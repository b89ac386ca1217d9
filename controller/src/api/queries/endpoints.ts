import type { EndpointSummary } from '@millwright/shared/api';
import { Platform } from '@millwright/shared/runbook';
import { type ExpressionBuilder, sql } from 'kysely';
import type { Reader, Tables } from '../../store/index.ts';
import { behind, mentions, type Order, type Page, type PageRequest, pageFrom } from './page.ts';

/** What an endpoint is called wherever something points to it. */
export interface EndpointName {
  readonly id: string;
  readonly hostname: string;
}

/** The `{id, hostname}` of a row that was joined with its endpoint; null where it has none. */
export function endpointName(id: string | null, hostname: string | null): EndpointName | null {
  return id === null ? null : { id, hostname: hostname ?? id };
}

const standingAlerts = (eb: ExpressionBuilder<Tables, 'endpoints'>, severity?: 'critical' | 'warning') => {
  const count = eb
    .selectFrom('alerts')
    .select((alerts) => alerts.fn.countAll<number>().as('count'))
    .whereRef('alerts.endpoint', '=', 'endpoints.id')
    .where('alerts.state', '<>', 'resolved');
  return severity === undefined ? count : count.where('alerts.severity', '=', severity);
};

const status = sql<EndpointSummary['status']>`
  CASE standing WHEN 'waiting' THEN 'waiting' WHEN 'revoked' THEN 'revoked'
  ELSE CASE connected WHEN 1 THEN 'online' ELSE 'offline' END END`;

function select(db: Reader) {
  return db
    .selectFrom('endpoints')
    .innerJoin('clients', 'clients.id', 'endpoints.client')
    .innerJoin('sites', 'sites.id', 'endpoints.site')
    .select((eb) => [
      'endpoints.id',
      'endpoints.hostname',
      'endpoints.client',
      'clients.name as clientName',
      'endpoints.site',
      'sites.name as siteName',
      'endpoints.platform',
      'endpoints.arch',
      'endpoints.agentVersion',
      'endpoints.lastSeenAt',
      'endpoints.bootAt',
      'endpoints.enrolledAt',
      'endpoints.thumbprint',
      status.as('status'),
      standingAlerts(eb).as('openAlerts'),
      standingAlerts(eb, 'critical').as('critical'),
    ]);
}
type Row = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

function fromRow(row: Row): EndpointSummary {
  const open = row.openAlerts ?? 0;
  return {
    id: row.id,
    hostname: row.hostname,
    client: { id: row.client, name: row.clientName },
    site: { id: row.site, client: row.client, name: row.siteName },
    platform: Platform.parse(row.platform),
    arch: row.arch,
    agentVersion: row.agentVersion,
    status: row.status,
    lastSeenAt: row.lastSeenAt,
    openAlerts: open,
    worst: (row.critical ?? 0) > 0 ? 'critical' : open > 0 ? 'warning' : null,
  };
}

export interface EndpointFilter extends PageRequest {
  readonly client?: string | undefined;
  readonly status?: EndpointSummary['status'] | undefined;
  readonly words?: string | undefined;
}

/** The worse it stands, the less: critical alerts, then warnings; within these the ones that are away. */
const need = sql<number>`
  - CASE WHEN critical > 0 THEN 20 WHEN open_alerts > 0 THEN 10 ELSE 0 END
  - CASE status WHEN 'offline' THEN 2 WHEN 'waiting' THEN 1 WHEN 'revoked' THEN -1 ELSE 0 END`;
const order: Order = [need, sql`hostname`, sql`id`];

/** Endpoints, those that need a person first. */
export async function endpoints(
  db: Reader,
  { client, status: wanted, words, after, limit }: EndpointFilter,
): Promise<Page<EndpointSummary>> {
  // What the order asks of an endpoint is worked out first.
  let query = db.selectFrom(select(db).as('listed')).selectAll().select(need.as('need'));
  query = query.where(behind(order, after));
  if (client !== undefined) query = query.where('client', '=', client);
  if (wanted !== undefined) query = query.where('status', '=', wanted);
  if (words !== undefined)
    query = query.where(mentions(words, sql`hostname`, sql`client_name`, sql`site_name`));
  const rows = await query
    .orderBy(sql.join(order))
    .limit(limit + 1)
    .execute();
  return pageFrom(rows, limit, {
    itemOf: fromRow,
    placeOf: ({ need, hostname, id }) => [need, hostname, id],
  });
}

/** One endpoint, with what only its own page shows; undefined where there is none. */
export async function endpoint(db: Reader, id: string) {
  const row = await select(db).where('endpoints.id', '=', id).executeTakeFirst();
  return (
    row && { ...fromRow(row), bootAt: row.bootAt, enrolledAt: row.enrolledAt, thumbprint: row.thumbprint }
  );
}
