import { z } from 'zod';
import type { AuditLog } from '../audit/index.ts';
import type { Writer } from '../store/index.ts';
import { MILLWRIGHT, type Tickets } from '../tickets/index.ts';

const Named = z.object({ type: z.string() });

/** What an event says it is, as far as that can be read. */
function nameOf(body: string): string {
  try {
    return Named.parse(JSON.parse(body)).type.slice(0, 64);
  } catch {
    return 'unreadable';
  }
}

/**
 * Passes over an event that could not be applied, by name: it stays in the events table, stands in the audit log, and a person
 * is told, by one ticket for each endpoint. Trying it again would end the same way and hold up those behind it.
 */
export async function setAside(
  tx: Writer,
  { audit, tickets }: { readonly audit: AuditLog; readonly tickets: Tickets },
  event: { readonly id: number; readonly endpoint: string; readonly seq: number; readonly body: string },
  error: unknown,
): Promise<void> {
  const { id, endpoint, seq } = event;
  const reason = (error instanceof Error ? error.message : String(error)).slice(0, 1024);
  const detail = { event: id, seq, type: nameOf(event.body), reason };
  await audit.append(tx, { actor: MILLWRIGHT, action: 'event-set-aside', subject: endpoint, detail });
  const known = await tx
    .selectFrom('endpoints')
    .select(['hostname', 'client', 'site'])
    .where('id', '=', endpoint)
    .executeTakeFirst();
  // Nobody's event is nobody's ticket.
  if (known === undefined) return;
  const subject = `Events of ${known.hostname} could not be applied`;
  const standing = await tx
    .selectFrom('tickets')
    .select('id')
    .where('endpoint', '=', endpoint)
    .where('subject', '=', subject)
    .where('state', '<>', 'closed')
    .executeTakeFirst();
  if (standing !== undefined) return;
  const { client, site } = known;
  const ticket = await tickets.open(
    tx,
    { subject, priority: 'P3', client, site, endpoint },
    {
      kind: 'opened',
      actor: MILLWRIGHT,
      text: `Event ${seq} of ${known.hostname} (${detail.type}) could not be applied, and was set aside: ${reason}`,
      detail,
    },
  );
  await tickets.setState(tx, ticket, 'escalated');
  await tickets.tell(tx, ticket, {
    kind: 'escalated',
    actor: MILLWRIGHT,
    text: 'For a person: see whether the agent and the controller are of versions that fit. What the event told is not in any alert or ticket; the audit log (event-set-aside) names each.',
  });
}
