import type { RefusalCode } from '@millwright/shared/trust';
import { formatDuration } from '@millwright/shared/units';
import type { Writer } from '../store/index.ts';
import { MILLWRIGHT } from '../tickets/index.ts';
import { killSwitchOn } from './circumstances.ts';
import { eligibleFor } from './eligible.ts';
import { escalate } from './escalation.ts';
import { tellHeld } from './holding.ts';
import type { EngineParts } from './ports.ts';
import { proposalMs } from './proposal.ts';
import { type Consequence, consequenceOf } from './refusals.ts';
import {
  type AlertBehind,
  alertBehind,
  begin,
  beginAnew,
  moveTo,
  newestAlertOf,
  type Remediation,
  withdrawBeforeRun,
} from './remediations.ts';
import { closeLate } from './resolution.ts';
import { slotMs } from './slot.ts';

/** An endpoint refused a warrant: what happens with the fault now. */
export function followRefusal(
  tx: Writer,
  parts: EngineParts,
  work: Remediation,
  alert: AlertBehind,
  { code, reason }: { code: RefusalCode; reason: string },
): Promise<void> {
  return follow(tx, parts, work, alert, consequenceOf(code), async (times = '') => {
    await withdrawBeforeRun(tx, work.ticket, parts.clock.now());
    await escalate(tx, parts, work, `the endpoint refused to run ${work.runbook}${times}: ${reason}`, {
      code,
    });
  });
}

/** The agent ended after it had taken a warrant, and before anything of it ran: that warrant is used up. */
export function followNotBegun(
  tx: Writer,
  parts: EngineParts,
  work: Remediation,
  alert: AlertBehind,
): Promise<void> {
  const consequence: Consequence = { kind: 'order-anew', waitsMs: [0, 5_000, 30_000] };
  return follow(tx, parts, work, alert, consequence, async (times = '') => {
    await withdrawBeforeRun(tx, work.ticket, parts.clock.now());
    await escalate(tx, parts, work, `the agent ended before it began ${work.runbook}${times}`);
  });
}

async function follow(
  tx: Writer,
  parts: EngineParts,
  work: Remediation,
  alert: AlertBehind,
  consequence: Consequence,
  handOver: (times?: string) => Promise<void>,
): Promise<void> {
  const published = parts.catalogue.runbooks().find(({ manifest }) => manifest.id === work.runbook);
  if (consequence.kind !== 'alarm' && alert.state === 'resolved') {
    // Over by itself; where it is back already, that alert has work of its own.
    await moveTo(tx, work.id, 'withdrawn', parts.clock.now());
    const newest = await alertBehind(tx, (await newestAlertOf(tx, work.ticket)).id);
    return newest.state === 'resolved' ? closeLate(tx, parts, work.ticket, newest.id) : undefined;
  }
  switch (consequence.kind) {
    case 'order-anew':
      return orderAnew(tx, parts, work, consequence.waitsMs, handOver);
    case 'order-anew-when-cool': {
      const coolMs = (published?.manifest.limits.cooldownSeconds ?? Number.POSITIVE_INFINITY) * 1000;
      return coolMs > slotMs ? handOver() : orderAnew(tx, parts, work, [coolMs, coolMs, coolMs], handOver);
    }
    case 'order-anew-if-republished': {
      const same = published === undefined || published.sha256 === work.runbookSha256;
      return same ? handOver() : orderAnew(tx, parts, work, [0, 5_000], handOver);
    }
    case 'try-another':
      return (await tryAnother(tx, parts, work, alert)) ? undefined : handOver();
    case 'hold-or-hand-over': {
      // It may have gone off just now, and the endpoint not have heard of it; else it is the endpoint's own.
      if (!(await killSwitchOn(tx))) return orderAnew(tx, parts, work, [2_000], handOver);
      const now = parts.clock.now();
      await moveTo(tx, work.id, 'postponed', now);
      await beginAnew(tx, work.id, { state: 'held', deadlineAt: null, notBefore: null }, now);
      return tellHeld(tx, parts, work.ticket, 'kill-switch');
    }
    case 'hand-over':
    case 'alarm':
      return handOver();
  }
}

/** A fresh warrant for what was decided, unless it was refused too often. Technicians sign each warrant by itself. */
async function orderAnew(
  tx: Writer,
  parts: EngineParts,
  work: Remediation,
  waitsMs: readonly number[],
  handOver: (times: string) => Promise<void>,
): Promise<void> {
  const { count: orders } = await tx
    .selectFrom('remediations')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('alert', '=', work.alert)
    .where('runbook', '=', work.runbook)
    .where('warrant', 'is not', null)
    .executeTakeFirstOrThrow();
  const waitMs = waitsMs[orders - 1];
  if (waitMs === undefined) return handOver(` ${orders} times`);
  const now = parts.clock.now();
  const manifest = parts.catalogue.runbooks().find((known) => known.manifest.id === work.runbook)?.manifest;
  const signed = manifest !== undefined && manifest.technicians > 0;
  await moveTo(tx, work.id, 'postponed', now);
  await beginAnew(
    tx,
    work.id,
    signed
      ? { state: 'proposed', deadlineAt: now + proposalMs, notBefore: null }
      : { state: 'authorised', deadlineAt: now + waitMs + slotMs, notBefore: now + waitMs },
    now,
  );
  if (signed) await parts.tickets.setState(tx, work.ticket, 'waiting');
  const when = waitMs === 0 ? 'at once' : `in ${formatDuration(waitMs)}`;
  await parts.tickets.tell(tx, work.ticket, {
    kind: 'decision',
    actor: MILLWRIGHT,
    text: signed
      ? `${work.runbook} changed nothing, and the reason passes: it must be signed again.`
      : `${work.runbook} changed nothing, and the reason passes: it is ordered anew ${when} (order ${orders + 1} of ${waitsMs.length + 1} at most).`,
  });
}

/**
 * Decides again without the runbook that changed nothing.
 * @returns false where no other is eligible: nothing was done
 */
export async function tryAnother(
  tx: Writer,
  parts: EngineParts,
  work: Remediation,
  alert: AlertBehind,
): Promise<boolean> {
  const others = (await eligibleFor(tx, parts.catalogue, alert))
    .map(({ manifest }) => manifest.id)
    .filter((id) => id !== work.runbook);
  if (others.length === 0) return false;
  const now = parts.clock.now();
  await moveTo(tx, work.id, 'unsuitable', now);
  await begin(tx, work, now);
  await parts.tickets.tell(tx, work.ticket, {
    kind: 'decision',
    actor: MILLWRIGHT,
    text: `${work.runbook} changed nothing here. It is decided again without it: ${others.join(', ')} ${others.length === 1 ? 'remains' : 'remain'}.`,
  });
  return true;
}
