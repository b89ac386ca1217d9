import { Outcome } from '@millwright/shared/trust';
import { formatDuration } from '@millwright/shared/units';
import { WATCH_MS } from '../alerts/alerts.ts';
import type { Writer } from '../store/index.ts';
import { endpointActor, MILLWRIGHT } from '../tickets/index.ts';
import { closingOf, type LastRun } from './closing.ts';
import { escalate } from './escalation.ts';
import type { EngineParts } from './ports.ts';
import { type AlertBehind, alertBehind, moveTo, newestAlertOf, type Remediation } from './remediations.ts';

type Parts = Pick<EngineParts, 'tickets' | 'clock' | 'catalogue'>;

/** What ran is seen to be over in time: says what was wrong, what was done, how it was verified and how long it took. */
export async function resolve(
  tx: Writer,
  parts: Parts,
  work: Remediation,
  alert: AlertBehind,
): Promise<void> {
  const now = parts.clock.now();
  const run = await lastRun(tx, parts, { warrant: work.warrant }, true);
  const { fixed } = closingFor(run, alert, now);
  await moveTo(
    tx,
    work.id,
    fixed ? 'resolved' : 'withdrawn',
    now,
    fixed ? { watchedUntil: now + WATCH_MS } : {},
  );
  await parts.tickets.tell(tx, work.ticket, {
    kind: 'verified',
    actor: endpointActor(alert.hostname ?? work.endpoint),
    text: `The endpoint's own readings show that it is over, ${formatDuration(tookMs(alert, now))} after it was seen.`,
    detail: { raisedAt: alert.raisedAt, clearedAt: alert.resolvedAt },
  });
  await close(tx, parts, work.ticket, alert, run);
}

/** A fault is over that nobody waits for any more: says what the record shows of the last run for it. */
export async function closeLate(tx: Writer, parts: Parts, ticket: number, alertId: number): Promise<void> {
  const alert = await alertBehind(tx, alertId);
  await close(tx, parts, ticket, alert, await lastRun(tx, parts, { alert: alertId }, false));
}

/** A run did not fix its fault, for `reason`. Where the fault is over nevertheless, and came once only, no person need look. */
export async function endUnfixed(
  tx: Writer,
  parts: Parts,
  work: Remediation,
  reason: string,
  detail: Record<string, unknown> = {},
): Promise<void> {
  const { id, count } = await newestAlertOf(tx, work.ticket);
  if (count > 1 || (await alertBehind(tx, id)).state !== 'resolved')
    return escalate(tx, parts, work, reason, detail);
  await moveTo(tx, work.id, 'withdrawn', parts.clock.now());
  await closeLate(tx, parts, work.ticket, id);
}

async function close(
  tx: Writer,
  { tickets, clock }: Parts,
  ticket: number,
  alert: AlertBehind,
  run: (LastRun & { readonly warrant: string }) | null,
): Promise<void> {
  const now = clock.now();
  const { fixed, text } = closingFor(run, alert, now);
  const fixedInMs = fixed ? tookMs(alert, now) : null;
  await tickets.close(
    tx,
    ticket,
    {
      kind: 'closed',
      actor: MILLWRIGHT,
      text,
      detail: fixed
        ? { runbook: run?.runbook, warrant: run?.warrant, fixedInMs, watchedUntil: now + WATCH_MS }
        : { alert: alert.id, warrant: run?.warrant ?? null },
    },
    fixedInMs,
  );
}

const closingFor = (run: LastRun | null, alert: AlertBehind, now: number) =>
  closingOf(run, {
    description: alert.description,
    tookMs: tookMs(alert, now),
    watchedUntil: minuteOf(now + WATCH_MS),
  });

async function lastRun(
  tx: Writer,
  { catalogue }: Parts,
  of: { warrant: string | null } | { alert: number },
  verifiedInTime: boolean,
): Promise<(LastRun & { readonly warrant: string }) | null> {
  const runs = tx
    .selectFrom('runs')
    .innerJoin('remediations', 'remediations.id', 'runs.remediation')
    .select(['runs.warrant', 'runs.runbook', 'runs.result']);
  const row = await ('alert' in of
    ? runs.where('remediations.alert', '=', of.alert).orderBy('remediations.id', 'desc')
    : runs.where('runs.warrant', '=', of.warrant)
  ).executeTakeFirst();
  if (row === undefined) return null;
  const { warrant, runbook, result } = row;
  const manifest = catalogue.runbooks().find((published) => published.manifest.id === runbook)?.manifest;
  return {
    warrant,
    runbook,
    title: manifest?.title ?? runbook,
    result: result === null ? { outcome: 'unreported' } : Outcome.parse(JSON.parse(result)),
    verifiedInTime,
  };
}

const tookMs = ({ raisedAt, resolvedAt }: AlertBehind, now: number): number =>
  Math.max(0, (resolvedAt ?? now) - raisedAt);

/** A minute for a person, with its zone. */
const minuteOf = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
