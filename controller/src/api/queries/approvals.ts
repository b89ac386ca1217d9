import type { Approval } from '@millwright/shared/api';
import { Parameters } from '@millwright/shared/runbook';
import type { Reader } from '../../store/index.ts';
import type { CataloguePort } from '../catalogue-port.ts';

/**
 * Fixes that wait for a person, the soonest to expire first. One whose runbook is no longer published exactly as it was
 * proposed is left out: what would run could not be shown.
 */
export async function approvals(db: Reader, catalogue: CataloguePort): Promise<Approval[]> {
  const rows = await db
    .selectFrom('remediations')
    .innerJoin('clients', 'clients.id', 'remediations.client')
    .leftJoin('endpoints', 'endpoints.id', 'remediations.endpoint')
    .leftJoin('decisions', 'decisions.id', 'remediations.decision')
    .select([
      'remediations.id as remediation',
      'remediations.ticket',
      'remediations.alert',
      'remediations.endpoint',
      'endpoints.hostname',
      'remediations.client',
      'clients.name as clientName',
      'remediations.runbook',
      'remediations.runbookSha256',
      'remediations.parameters',
      'remediations.deadlineAt',
      'remediations.updatedAt',
      'decisions.reason',
    ])
    .where('remediations.state', '=', 'proposed')
    .orderBy('remediations.deadlineAt')
    .orderBy('remediations.id')
    .execute();
  const published = new Map(catalogue.runbooks().map((runbook) => [runbook.sha256, runbook]));
  return rows.flatMap((row) => {
    const runbook = published.get(row.runbookSha256 ?? '');
    if (runbook === undefined || row.deadlineAt === null) return [];
    const { manifest, files } = runbook;
    return [
      {
        remediation: row.remediation,
        ticket: row.ticket,
        alert: row.alert,
        endpoint: { id: row.endpoint, hostname: row.hostname ?? row.endpoint },
        client: { id: row.client, name: row.clientName },
        runbook: manifest.id,
        runbookVersion: manifest.version,
        title: manifest.title,
        class: manifest.class,
        signaturesNeeded: manifest.technicians,
        parameters: Parameters.parse(JSON.parse(row.parameters)),
        reason: row.reason ?? '',
        files: { ...files },
        proposedAt: row.updatedAt,
        expiresAt: row.deadlineAt,
      },
    ];
  });
}
