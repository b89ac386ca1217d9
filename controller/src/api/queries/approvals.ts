import type { Approval } from '@millwright/shared/api';
import { type Manifest, Parameters } from '@millwright/shared/runbook';
import { draftOf, lapsed } from '../../engine/drafts.ts';
import { countedSigners } from '../../engine/signers.ts';
import type { Reader } from '../../store/index.ts';
import type { CataloguePort } from '../catalogue-port.ts';

/**
 * Fixes that wait for a person, the soonest to expire first. One whose runbook is no longer published exactly as it was
 * proposed is left out: what would run could not be shown.
 */
export async function approvals(db: Reader, catalogue: CataloguePort, now: number): Promise<Approval[]> {
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
  const shown = rows.map(async (row): Promise<Approval[]> => {
    const runbook = published.get(row.runbookSha256 ?? '');
    if (runbook === undefined || row.deadlineAt === null) return [];
    const { manifest, files, sha256 } = runbook;
    const signedBy = await signersOf(db, catalogue, { ...row, manifest, sha256 }, now);
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
        signaturesNeeded: Math.max(0, manifest.technicians - signedBy.length),
        signedBy: [...signedBy],
        parameters: Parameters.parse(JSON.parse(row.parameters)),
        reason: row.reason ?? '',
        files: { ...files },
        proposedAt: row.updatedAt,
        expiresAt: row.deadlineAt,
      },
    ];
  });
  return (await Promise.all(shown)).flat();
}

/** Who has signed the draft that stands, and still counts; nobody once it can no longer run. */
async function signersOf(
  db: Reader,
  catalogue: CataloguePort,
  work: { remediation: number; endpoint: string; client: string; manifest: Manifest; sha256: string },
  now: number,
): Promise<readonly string[]> {
  const { remediation, endpoint, sha256 } = work;
  if (work.manifest.technicians === 0) return [];
  const draft = await draftOf(db, remediation);
  if (draft === undefined || (await lapsed(db, draft, { endpoint, sha256, now })) !== undefined) return [];
  return countedSigners(catalogue.trust(), draft, work).people;
}
