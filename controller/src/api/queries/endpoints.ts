import type { EndpointSummary } from '@millwright/shared/api';
import { Platform } from '@millwright/shared/runbook';
import { type ExpressionBuilder, sql } from 'kysely';
import type { Reader, Tables } from '../../store/index.ts';

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

export interface EndpointFilter {
  readonly client?: string | undefined;
  readonly status?: EndpointSummary['status'] | undefined;
  readonly limit: number;
}

/** Endpoints, those that need a person first. */
export async function endpoints(
  db: Reader,
  { client, status: wanted, limit }: EndpointFilter,
): Promise<EndpointSummary[]> {
  let query = select(db);
  if (client !== undefined) query = query.where('endpoints.client', '=', client);
  if (wanted !== undefined) query = query.where(status, '=', wanted);
  const rows = await query
    .orderBy('critical', 'desc')
    .orderBy('openAlerts', 'desc')
    .orderBy('endpoints.hostname')
    .orderBy('endpoints.id')
    .limit(limit)
    .execute();
  return rows.map(fromRow);
}

/** One endpoint, with what only its own page shows; undefined where there is none. */
export async function endpoint(db: Reader, id: string) {
  const row = await select(db).where('endpoints.id', '=', id).executeTakeFirst();
  return (
    row && { ...fromRow(row), bootAt: row.bootAt, enrolledAt: row.enrolledAt, thumbprint: row.thumbprint }
  );
}
