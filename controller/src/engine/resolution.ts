import { formatDuration } from '@millwright/shared/units';
import { WATCH_MS } from '../alerts/alerts.ts';
import type { Writer } from '../store/index.ts';
import { MILLWRIGHT } from '../tickets/index.ts';
import type { EngineParts } from './ports.ts';
import { type AlertBehind, moveTo, type Remediation } from './remediations.ts';

/** The fault is fixed and seen to be gone: says what was wrong, what was done, how it was verified and how long it took. */
export async function resolve(
  tx: Writer,
  { tickets, clock, catalogue }: EngineParts,
  work: Remediation,
  alert: AlertBehind,
): Promise<void> {
  const fixedInMs = Math.max(0, (alert.resolvedAt ?? clock.now()) - alert.raisedAt);
  const title =
    catalogue.runbooks().find(({ manifest }) => manifest.id === work.runbook)?.manifest.title ??
    work.runbook ??
    'a runbook';
  const watchedUntil = clock.now() + WATCH_MS;
  await moveTo(tx, work.id, 'resolved', clock.now(), { watchedUntil });
  await tickets.tell(tx, work.ticket, {
    kind: 'verified',
    actor: alert.hostname ?? work.endpoint,
    text: `The endpoint's own readings show that it is over, ${formatDuration(fixedInMs)} after it was seen.`,
    detail: { raisedAt: alert.raisedAt, clearedAt: alert.resolvedAt },
  });
  await tickets.close(
    tx,
    work.ticket,
    {
      kind: 'closed',
      actor: MILLWRIGHT,
      text: `${alert.description}. Fixed by "${title}" (${work.runbook}): the endpoint's own readings showed it over ${formatDuration(fixedInMs)} after it was seen. Watched until ${minuteOf(watchedUntil)}: if it comes back before, this ticket opens again.`,
      detail: { runbook: work.runbook, warrant: work.warrant, fixedInMs, watchedUntil },
    },
    fixedInMs,
  );
}

/** The fault went without Millwright's doing. */
export async function closeUnfixed(
  tx: Writer,
  { tickets }: Pick<EngineParts, 'tickets'>,
  ticket: number,
  alert: number,
): Promise<void> {
  await tickets.close(
    tx,
    ticket,
    {
      kind: 'closed',
      actor: MILLWRIGHT,
      text: "The endpoint's own readings show that the fault is over. Millwright did not fix it.",
      detail: { alert },
    },
    null,
  );
}

/** A minute for a person, with its zone. */
const minuteOf = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
