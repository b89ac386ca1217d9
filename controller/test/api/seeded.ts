import { randomUUID } from 'node:crypto';
import type { Store } from '../../src/store/index.ts';

/** Ids of what `seed` made. */
export interface Seeded {
  readonly endpoint: string;
  readonly alert: number;
  readonly ticket: number;
  readonly remediation: number;
  readonly warrant: string;
}

/** A client with one endpoint whose stopped service was fixed, and two more endpoints: one waits, one is revoked. */
export async function seed(store: Store, now: number, runbookSha256: string): Promise<Seeded> {
  const endpoint = randomUUID();
  const warrant = randomUUID();
  return store.write(async (tx) => {
    await tx.insertInto('clients').values({ id: 'hill', name: 'Hill & Sons' }).execute();
    await tx.insertInto('sites').values({ id: 'hill/main', client: 'hill', name: 'Main' }).execute();
    const machine = (id: string, hostname: string, thumbprint: string) => ({
      id,
      client: 'hill',
      site: 'hill/main',
      hostname,
      platform: 'linux',
      arch: 'x64',
      agentVersion: '0.1.0',
      standing: 'enrolled' as const,
      connected: 1 as const,
      thumbprint: thumbprint.repeat(32),
      publicKey: '',
      enrolledAt: now - 1000,
      lastSeenAt: now,
      bootAt: now - 5000,
      stream: null,
      lastSeq: 0,
      auditHead: '',
      warrantSequence: 0,
    });
    await tx
      .insertInto('endpoints')
      .values([
        machine(endpoint, 'web-1', 'ab'),
        { ...machine('waiting', 'a-new', 'cd'), standing: 'waiting', connected: 0 },
        { ...machine('revoked', 'b-old', 'ef'), standing: 'revoked', connected: 0 },
        { ...machine('away', 'c-away', '01'), connected: 0 },
      ])
      .execute();
    const reading = {
      kind: 'service',
      at: now,
      name: 'nginx.service',
      manager: 'systemd',
      state: 'failed',
      wanted: true,
      detail: 'failed',
    };
    await tx
      .insertInto('readings')
      .values({ endpoint, key: 'service nginx.service', at: now, reading: JSON.stringify(reading) })
      .execute();
    const ticket = {
      client: 'hill',
      site: 'hill/main',
      endpoint,
      priority: 'P2' as const,
      openedAt: now - 900,
    };
    const open = await tx
      .insertInto('tickets')
      .values({
        ...ticket,
        subject: 'nginx is down',
        state: 'waiting',
        updatedAt: now,
        closedAt: null,
        fixedInMs: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const alert = await tx
      .insertInto('alerts')
      .values({
        fingerprint: 'f1',
        endpoint,
        client: 'hill',
        site: 'hill/main',
        condition: 'service-stopped',
        title: 'Service stopped',
        severity: 'critical',
        subject: 'nginx.service',
        description: 'nginx.service is failed',
        state: 'open',
        suppressed: null,
        raisedAt: now - 900,
        acknowledgedAt: null,
        acknowledgedBy: null,
        resolvedAt: null,
        occurrences: 2,
        ticket: open.id,
        evidence: '[]',
        evidenceSha256: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const remediation = await tx
      .insertInto('remediations')
      .values({
        alert: alert.id,
        ticket: open.id,
        endpoint,
        client: 'hill',
        condition: 'service-stopped',
        state: 'proposed',
        runbook: 'linux/service/restart',
        runbookVersion: 3,
        runbookSha256,
        parameters: JSON.stringify({ service: 'nginx.service' }),
        decision: null,
        authorisedBy: null,
        warrant: null,
        deadlineAt: now + 60_000,
        createdAt: now - 800,
        updatedAt: now - 700,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const decision = await tx
      .insertInto('decisions')
      .values({
        remediation: remediation.id,
        ticket: open.id,
        at: now - 800,
        chooser: 'builtin',
        model: null,
        promptSha256: null,
        fellBackFrom: null,
        candidates: '["linux/service/restart"]',
        runbook: 'linux/service/restart',
        parameters: JSON.stringify({ service: 'nginx.service' }),
        reason: 'it is stopped and meant to run',
        ms: 1.5,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await tx
      .updateTable('remediations')
      .set({ decision: decision.id })
      .where('id', '=', remediation.id)
      .execute();
    await tx
      .insertInto('timeline')
      .values({
        ticket: open.id,
        at: now - 900,
        kind: 'opened',
        actor: 'millwright',
        text: 'nginx is down',
        detail: '{"alert":1}',
      })
      .execute();
    await tx
      .insertInto('runs')
      .values({
        warrant,
        remediation: null,
        ticket: open.id,
        endpoint,
        runbook: 'linux/service/restart',
        runbookVersion: 3,
        envelope: 'secret-envelope',
        expiresAt: now,
        state: 'ended',
        sentAt: now - 600,
        endedAt: now - 100,
        report: null,
        result: '{"outcome":"fixed"}',
        steps: JSON.stringify([
          { step: 'fix', ended: 'exited', exitCode: 0, ms: 12, output: 'ok', truncated: false },
        ]),
      })
      .execute();
    await closed(tx, { ...ticket, subject: 'fixed alone' }, now, 400, 'millwright');
    await closed(tx, { ...ticket, subject: 'fixed alone too' }, now, 800, 'millwright');
    await closed(tx, { ...ticket, subject: 'closed by a person' }, now, null, 'mia');
    await closed(tx, { ...ticket, subject: 'long ago' }, now - 2 * 86_400_000, 9000, 'millwright');
    return { endpoint, alert: alert.id, ticket: open.id, remediation: remediation.id, warrant };
  });
}

async function closed(
  tx: Parameters<Parameters<Store['write']>[0]>[0],
  ticket: {
    client: string;
    site: string;
    endpoint: string;
    priority: 'P2';
    openedAt: number;
    subject: string;
  },
  at: number,
  fixedInMs: number | null,
  actor: string,
): Promise<void> {
  const { id } = await tx
    .insertInto('tickets')
    .values({ ...ticket, state: 'closed', updatedAt: at, closedAt: at, fixedInMs })
    .returning('id')
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('timeline')
    .values({ ticket: id, at, kind: 'closed', actor, text: 'closed', detail: '{}' })
    .execute();
}
