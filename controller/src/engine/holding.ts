import type { Writer } from '../store/index.ts';
import { MILLWRIGHT } from '../tickets/index.ts';
import { type Hold, holdReasons } from './policy.ts';
import type { EngineParts } from './ports.ts';
import { moveTo, type Remediation } from './remediations.ts';

const untilWhen: Readonly<Record<Hold, string>> = {
  'kill-switch': 'once it is off',
  maintenance: 'when it ends',
};

/** Holds work back for as long as nothing may run: `takeUp` takes it up again, unless a person has acknowledged the alert. */
export async function hold(
  tx: Writer,
  parts: Pick<EngineParts, 'tickets' | 'clock'>,
  work: Pick<Remediation, 'id' | 'ticket'>,
  by: Hold,
): Promise<void> {
  await moveTo(tx, work.id, 'held', parts.clock.now());
  await tellHeld(tx, parts, work.ticket, by);
}

/** While the kill switch is on a person must see to the fault. In a maintenance window people are there already. */
export async function tellHeld(
  tx: Writer,
  { tickets }: Pick<EngineParts, 'tickets'>,
  ticket: number,
  by: Hold,
): Promise<void> {
  const forPerson = by === 'kill-switch';
  await tickets.setState(tx, ticket, forPerson ? 'escalated' : 'open');
  await tickets.tell(tx, ticket, {
    kind: forPerson ? 'escalated' : 'decision',
    actor: MILLWRIGHT,
    text: `${forPerson ? 'For a person' : 'Held'}: ${holdReasons[by]}. If the fault still stands, it is taken up again ${untilWhen[by]}; acknowledge the alert to keep it in your hands.`,
    detail: { heldBy: by },
  });
}
