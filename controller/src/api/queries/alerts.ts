import type { Alert } from '@millwright/shared/api';
import { sql } from 'kysely';
import type { Reader } from '../../store/index.ts';
import { endpointName } from './endpoints.ts';

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

export interface AlertFilter {
  readonly state?: Alert['state'] | undefined;
  readonly endpoint?: string | undefined;
  readonly limit: number;
}

/** Alerts: those that stand before those that are over, the newest first. */
export async function alerts(db: Reader, { state, endpoint, limit }: AlertFilter): Promise<Alert[]> {
  let query = select(db);
  if (state !== undefined) query = query.where('alerts.state', '=', state);
  if (endpoint !== undefined) query = query.where('alerts.endpoint', '=', endpoint);
  const rows = await query
    .orderBy(sql`alerts.state = 'resolved'`)
    .orderBy('alerts.raisedAt', 'desc')
    .orderBy('alerts.id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(fromRow);
}

/** The alerts of one ticket, in the order in which they were raised. */
export async function alertsOf(db: Reader, ticket: number): Promise<Alert[]> {
  const rows = await select(db).where('alerts.ticket', '=', ticket).orderBy('alerts.id').execute();
  return rows.map(fromRow);
}
