import type { Writer } from '../store/index.ts';
import { MILLWRIGHT } from '../tickets/index.ts';
import type { EngineParts } from './ports.ts';
import { moveTo, type Remediation } from './remediations.ts';

/** Hands a fault to a person, and says why. */
export async function escalate(
  tx: Writer,
  { tickets, clock }: Pick<EngineParts, 'tickets' | 'clock'>,
  work: Pick<Remediation, 'id' | 'ticket'>,
  reason: string,
  detail: Record<string, unknown> = {},
  state: 'escalated' | 'abstained' | 'shadowed' = 'escalated',
): Promise<void> {
  await moveTo(tx, work.id, state, clock.now());
  await tickets.setState(tx, work.ticket, 'escalated');
  await tickets.tell(tx, work.ticket, {
    kind: 'escalated',
    actor: MILLWRIGHT,
    text: `For a person: ${reason}.`,
    detail,
  });
}
