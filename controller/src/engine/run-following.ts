import { createPublicKey } from 'node:crypto';
import type { LiveChange } from '@millwright/shared/api';
import type { RunEnded, RunProgress } from '@millwright/shared/protocol';
import { Outcome, REPORT_TYPE, RunReport, sha256, verifyEnvelope } from '@millwright/shared/trust';
import { formatDuration } from '@millwright/shared/units';
import type { z } from 'zod';
import type { Writer } from '../store/index.ts';
import { endpointActor, MILLWRIGHT } from '../tickets/index.ts';
import { TAKEN } from './closing.ts';
import type { EngineParts } from './ports.ts';
import { relapse } from './relapse.ts';
import {
  alertBehind,
  moveTo,
  newestAlertOf,
  type Remediation,
  remediationByWarrant,
  withdrawBeforeRun,
} from './remediations.ts';
import { endUnfixed, resolve } from './resolution.ts';
import { followNotBegun, followRefusal } from './trying-again.ts';

/** An agent went into a state of a run. A run that ended stays ended. */
export async function followProgress(
  tx: Writer,
  parts: EngineParts,
  endpoint: string,
  event: z.infer<typeof RunProgress>,
): Promise<LiveChange[]> {
  const run = await tx
    .updateTable('runs')
    .set({ state: event.state })
    .where('warrant', '=', event.warrant)
    .where('endpoint', '=', endpoint)
    .where('state', 'not in', ['ended', 'lost'])
    .returning(['ticket', 'remediation', 'expiresAt'])
    .executeTakeFirst();
  if (run === undefined) return [];
  const work = run.remediation === null ? undefined : await remediationByWarrant(tx, event.warrant);
  if (work?.state === 'dispatched')
    await moveTo(tx, work.id, 'running', parts.clock.now(), {
      deadlineAt: await longestEnd(tx, parts, event.warrant),
    });
  return run.ticket === null ? [] : [{ changed: 'ticket', id: run.ticket }];
}

/** When even the longest run of this runbook must have ended. */
async function longestEnd(tx: Writer, { catalogue, clock }: EngineParts, warrant: string): Promise<number> {
  const { runbook } = await tx
    .selectFrom('runs')
    .select('runbook')
    .where('warrant', '=', warrant)
    .executeTakeFirstOrThrow();
  const manifest = catalogue.runbooks().find((published) => published.manifest.id === runbook)?.manifest;
  const steps = manifest === undefined ? [] : Object.values(manifest.steps);
  const seconds = steps.reduce((sum, step) => sum + (step?.timeoutSeconds ?? 0), 0);
  return clock.now() + (seconds + 120) * 1000;
}

/** An agent reported the end of a run, or the refusal of a warrant. Only what its own key has signed counts. */
export async function followEnd(
  tx: Writer,
  parts: EngineParts,
  endpoint: string,
  event: z.infer<typeof RunEnded>,
): Promise<LiveChange[]> {
  const { publicKey, thumbprint, hostname, client, site } = await tx
    .selectFrom('endpoints')
    .selectAll()
    .where('id', '=', endpoint)
    .executeTakeFirstOrThrow();
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
  const { payload, signers } = verifyEnvelope(event.report, REPORT_TYPE, new Map([[thumbprint, key]]));
  const report = signers.has(thumbprint) ? readReport(payload) : undefined;
  if (report === undefined || report.endpoint !== thumbprint) {
    await parts.audit.append(tx, {
      actor: MILLWRIGHT,
      action: 'report-refused',
      subject: endpoint,
      detail: { reason: 'not a report signed by this endpoint' },
    });
    return [];
  }
  const run = await runOf(tx, endpoint, report);
  if (run === undefined) return strangeWarrant(tx, parts, { id: endpoint, hostname, client, site }, report);
  // A warrant that was sent twice is refused once: that says nothing of the first.
  if (report.result.outcome === 'refused' && report.result.code === 'nonce-replayed') return [];
  if (run.state === 'ended') return [];

  await tx
    .updateTable('runs')
    .set({
      state: 'ended',
      endedAt: report.endedAt,
      report: JSON.stringify(event.report),
      result: JSON.stringify(report.result),
      steps: JSON.stringify(report.steps),
    })
    .where('warrant', '=', run.warrant)
    .execute();
  await parts.audit.append(tx, {
    actor: endpointActor(hostname),
    action: 'run-ended',
    subject: run.warrant,
    detail: { runbook: run.runbook, result: report.result },
  });
  const work = run.remediation === null ? undefined : await remediationByWarrant(tx, run.warrant);
  if (work !== undefined)
    await (work.state === 'dispatched' || work.state === 'running'
      ? conclude(tx, parts, work, report)
      : tellOfRun(tx, parts, work, hostname, report, 'Reported late, and nothing follows from it: '));
  return [
    { changed: 'fleet' },
    ...(run.ticket === null ? [] : [{ changed: 'ticket' as const, id: run.ticket }]),
  ];
}

/** Among how many of an endpoint's newest warrants one that it could not read is looked for. */
const rememberedBytes = 200;

/** The run that a report is about: by its warrant, or, where the agent could not read that, by the bytes that were sent. */
async function runOf(tx: Writer, endpoint: string, { warrant, envelope }: RunReport) {
  const runs = tx.selectFrom('runs').selectAll().where('endpoint', '=', endpoint);
  if (warrant !== null) return runs.where('warrant', '=', warrant).executeTakeFirst();
  // Whatever became of it: what was sent twice may be refused twice, and the second report come when the first has ended it.
  const sent = await runs.orderBy('sentAt', 'desc').limit(rememberedBytes).execute();
  return sent.find((run) => sha256(Buffer.from(run.envelope, 'base64')) === envelope);
}

function readReport(payload: Buffer): RunReport | undefined {
  try {
    return RunReport.parse(JSON.parse(payload.toString('utf8')));
  } catch {
    // Recorded by the caller as a refused report.
    return undefined;
  }
}

async function conclude(tx: Writer, parts: EngineParts, work: Remediation, report: RunReport): Promise<void> {
  const alert = await alertBehind(tx, work.alert);
  await tellOfRun(tx, parts, work, alert.hostname ?? work.endpoint, report);
  switch (report.result.outcome) {
    case 'fixed':
    case 'not-needed': {
      // The last word is the endpoint's own readings: the condition must be seen to clear, and not to be back already.
      const newest = await alertBehind(tx, (await newestAlertOf(tx, work.ticket)).id);
      if (newest.state === 'resolved') return resolve(tx, parts, work, newest);
      if (newest.id !== alert.id)
        return relapse(tx, parts, work, newest.raisedAt - (alert.resolvedAt ?? newest.raisedAt));
      const within =
        parts.catalogue.runbooks().find(({ manifest }) => manifest.id === work.runbook)?.manifest
          .verifyWithinSeconds ?? 60;
      return moveTo(tx, work.id, 'verifying', parts.clock.now(), {
        deadlineAt: parts.clock.now() + within * 1000,
      });
    }
    case 'failed':
      await withdrawBeforeRun(tx, work.ticket, parts.clock.now());
      return endUnfixed(
        tx,
        parts,
        work,
        `${work.runbook} did not fix it (${report.result.failedStep} failed${report.result.rolledBack ? '; rolled back' : ''})`,
      );
    case 'refused':
      return followRefusal(tx, parts, work, alert, report.result);
    case 'interrupted':
      if (report.result.lastStep === TAKEN) return followNotBegun(tx, parts, work, alert);
      await withdrawBeforeRun(tx, work.ticket, parts.clock.now());
      return endUnfixed(
        tx,
        parts,
        work,
        `the agent ended in the middle of ${work.runbook} (${report.result.lastStep}); it is never started again by itself`,
      );
  }
}

/** Puts a report on the ticket, also one that came after the run was given up as lost. */
async function tellOfRun(
  tx: Writer,
  { tickets }: EngineParts,
  { ticket }: Remediation,
  hostname: string,
  report: RunReport,
  before = '',
): Promise<void> {
  const took = formatDuration(report.endedAt - report.receivedAt);
  await tickets.tell(tx, ticket, {
    kind: 'run',
    actor: endpointActor(hostname),
    text: `${before}${describe(report.result)} (${took}).`,
    detail: {
      warrant: report.warrant,
      result: report.result,
      steps: report.steps.map(({ step, exitCode, ended, ms }) => ({ step, exitCode, ended, ms })),
    },
  });
}

/** A run's result in plain words. */
function describe(result: Outcome): string {
  switch (result.outcome) {
    case 'fixed':
      return 'The script ran, and its own check says that it is fixed';
    case 'not-needed':
      return 'The script looked, and found nothing left to do';
    case 'failed':
      return `The ${result.failedStep} step failed${result.rolledBack ? ', and the change was rolled back' : ''}`;
    case 'refused':
      return `Refused (${result.code}): ${result.reason}; nothing was run`;
    case 'interrupted':
      return result.lastStep === TAKEN
        ? 'The agent ended before anything was run'
        : `Interrupted during ${result.lastStep}`;
  }
}

const dayMs = 86_400_000;

/** A warrant in this controller's name that this controller did not make: its key may be in other hands. */
async function strangeWarrant(
  tx: Writer,
  { audit, tickets, clock }: EngineParts,
  endpoint: { id: string; hostname: string; client: string; site: string },
  report: RunReport,
): Promise<LiveChange[]> {
  await audit.append(tx, {
    actor: endpointActor(endpoint.hostname),
    action: 'unknown-warrant',
    subject: endpoint.id,
    detail: { warrant: report.warrant, envelope: report.envelope, result: report.result },
  });
  const strange = `${report.result.outcome === 'refused' ? 'refused' : 'ran'} a warrant that this controller has no record of`;
  // An endpoint may make up as many as it likes: the audit log has each, a person is told once a day.
  const known = await tx
    .selectFrom('tickets')
    .select('id')
    .where('endpoint', '=', endpoint.id)
    .where('subject', 'like', `% ${strange}`)
    .where('openedAt', '>', clock.now() - dayMs)
    .executeTakeFirst();
  if (known !== undefined) return [];
  const ticket = await tickets.open(
    tx,
    {
      subject: `${endpoint.hostname} ${strange}`,
      priority: 'P1',
      client: endpoint.client,
      site: endpoint.site,
      endpoint: endpoint.id,
    },
    {
      kind: 'opened',
      actor: MILLWRIGHT,
      text: `${describe(report.result)}.`,
      detail: { warrant: report.warrant, envelope: report.envelope, result: report.result },
    },
  );
  await tickets.setState(tx, ticket, 'escalated');
  await tickets.tell(tx, ticket, {
    kind: 'escalated',
    actor: MILLWRIGHT,
    text: "For a person: find out who made it. If nobody here did, the controller's warrant key may be stolen: revoke it in the trust document and publish.",
  });
  return [{ changed: 'fleet' }, { changed: 'ticket', id: ticket }, { changed: 'endpoint', id: endpoint.id }];
}

/** Whether a remediation's run ended because its script saw nothing to do. */
export async function wasNotNeeded(tx: Writer, { warrant }: Remediation): Promise<boolean> {
  const run = await tx.selectFrom('runs').select('result').where('warrant', '=', warrant).executeTakeFirst();
  return run?.result != null && Outcome.parse(JSON.parse(run.result)).outcome === 'not-needed';
}
