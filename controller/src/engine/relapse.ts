import type { Writer } from '../store/index.ts';
import { MILLWRIGHT } from '../tickets/index.ts';
import type { EngineParts } from './ports.ts';
import { moveTo, type Remediation } from './remediations.ts';

/** A fix that did not hold: the fault came back while it was watched. Recorded, for whoever weighs how far it is trusted. */
export async function relapse(
  tx: Writer,
  { audit, clock }: Pick<EngineParts, 'audit' | 'clock'>,
  work: Remediation,
  afterMs: number,
): Promise<void> {
  await moveTo(tx, work.id, 'relapsed', clock.now());
  await audit.append(tx, {
    actor: MILLWRIGHT,
    action: 'fix-relapsed',
    subject: work.endpoint,
    detail: { runbook: work.runbook, warrant: work.warrant, ticket: work.ticket, afterMs },
  });
}
