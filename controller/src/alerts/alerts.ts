import { createHash } from 'node:crypto';
import type { Clock } from '@millwright/shared/clock';
import type { Reading } from '@millwright/shared/readings';
import { formatDuration } from '@millwright/shared/units';
import type { Writer } from '../store/index.ts';
import { MILLWRIGHT, type Tickets } from '../tickets/index.ts';
import { inMaintenance } from './maintenance.ts';

/** A fault as it is told, by an endpoint or by the controller itself. `at` is when it was seen. */
export interface Fault {
  readonly endpoint: { id: string; hostname: string } | null;
  readonly client: string;
  readonly site: string;
  readonly condition: string;
  readonly title: string;
  readonly severity: 'warning' | 'critical';
  readonly subject: string;
  readonly description: string;
  readonly at: number;
  readonly evidence: { readonly readings: readonly Reading[]; readonly sha256: string } | null;
}

/** A fault that comes back so soon after it was over is the same story: its ticket goes on. Milliseconds. */
export const WATCH_MS = 300_000;

/** What became of a fault that was told. */
export type Raised =
  | { readonly kind: 'new'; readonly alert: number; readonly ticket: number }
  | {
      readonly kind: 'returned';
      readonly alert: number;
      readonly ticket: number;
      /** The alert that was over, for how long (milliseconds), and the state that its ticket was in. */
      readonly previous: number;
      readonly afterMs: number;
      readonly ticketWas: 'open' | 'waiting' | 'escalated' | 'closed';
    }
  | { readonly kind: 'suppressed'; readonly alert: number }
  | { readonly kind: 'repeated'; readonly alert: number; readonly ticket: number | null };

export interface Cleared {
  readonly alert: number;
  readonly ticket: number | null;
  readonly raisedAt: number;
}

/** The same fault on the same subject of the same endpoint has one fingerprint, and one standing alert. */
export function fingerprintOf(fault: Pick<Fault, 'endpoint' | 'site' | 'condition' | 'subject'>): string {
  const place = fault.endpoint === null ? `site ${fault.site}` : `endpoint ${fault.endpoint.id}`;
  return createHash('sha256').update(`${place}\n${fault.condition}\n${fault.subject}`).digest('hex');
}

/** The facts behind a ticket's line about a fault. */
function factsOf(
  fault: Pick<Fault, 'condition' | 'subject' | 'at'> & { evidence: { readonly sha256: string } | null },
): Record<string, unknown> {
  return {
    condition: fault.condition,
    subject: fault.subject,
    seenAt: fault.at,
    evidence: fault.evidence?.sha256 ?? null,
  };
}

/** Opens the ticket of a fault, with `text` as its first line. */
export function openTicket(
  tx: Writer,
  tickets: Tickets,
  fault: Omit<Fault, 'evidence'> & { readonly evidence: { readonly sha256: string } | null },
  text: string,
): Promise<number> {
  const { title, subject, severity, client, site, endpoint } = fault;
  return tickets.open(
    tx,
    {
      subject: `${title}: ${subject} on ${endpoint?.hostname ?? site}`,
      priority: severity === 'critical' ? 'P2' : 'P3',
      client,
      site,
      endpoint: endpoint?.id ?? null,
    },
    { kind: 'opened', actor: MILLWRIGHT, text, detail: factsOf(fault) },
  );
}

/** Alerts: raised, repeated, suppressed, acknowledged, resolved. Every method takes part in its caller's transaction. */
export class Alerts {
  readonly #clock: Clock;
  readonly #tickets: Tickets;

  constructor(clock: Clock, tickets: Tickets) {
    this.#clock = clock;
    this.#tickets = tickets;
  }

  async raise(tx: Writer, fault: Fault): Promise<Raised> {
    const fingerprint = fingerprintOf(fault);
    const last = await tx
      .selectFrom('alerts')
      .select(['id', 'state', 'ticket', 'occurrences', 'resolvedAt'])
      .where('fingerprint', '=', fingerprint)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (last !== undefined && last.state !== 'resolved') {
      await tx
        .updateTable('alerts')
        .set({ occurrences: last.occurrences + 1 })
        .where('id', '=', last.id)
        .execute();
      return { kind: 'repeated', alert: last.id, ticket: last.ticket };
    }
    const suppressed = await this.#suppression(tx, fault);
    if (suppressed !== null)
      return {
        kind: 'suppressed',
        alert: await this.#insert(tx, fault, fingerprint, { suppressed, ticket: null }),
      };
    // Both times are the endpoint's own.
    const afterMs = fault.at - (last?.resolvedAt ?? Number.NEGATIVE_INFINITY);
    const ticket = last?.ticket ?? null;
    if (last === undefined || ticket === null || Math.abs(afterMs) > WATCH_MS) {
      const opened = await openTicket(tx, this.#tickets, fault, `${fault.description}.`);
      return {
        kind: 'new',
        alert: await this.#insert(tx, fault, fingerprint, { suppressed, ticket: opened }),
        ticket: opened,
      };
    }
    const ticketWas = await this.#tickets.reopen(tx, ticket, {
      actor: MILLWRIGHT,
      text: `It came back ${formatDuration(Math.max(0, afterMs))} after it was over: ${fault.description}.`,
      detail: factsOf(fault),
    });
    const alert = await this.#insert(tx, fault, fingerprint, { suppressed, ticket });
    return { kind: 'returned', alert, ticket, previous: last.id, afterMs, ticketWas };
  }

  async #insert(
    tx: Writer,
    fault: Fault,
    fingerprint: string,
    { suppressed, ticket }: { suppressed: 'maintenance' | 'site-offline' | null; ticket: number | null },
  ): Promise<number> {
    const { id } = await tx
      .insertInto('alerts')
      .values({
        fingerprint,
        endpoint: fault.endpoint?.id ?? null,
        client: fault.client,
        site: fault.site,
        condition: fault.condition,
        title: fault.title,
        severity: fault.severity,
        subject: fault.subject,
        description: fault.description,
        state: 'open',
        suppressed,
        raisedAt: fault.at,
        acknowledgedAt: null,
        acknowledgedBy: null,
        resolvedAt: null,
        occurrences: 1,
        ticket,
        evidence: JSON.stringify(fault.evidence?.readings ?? []),
        evidenceSha256: fault.evidence?.sha256 ?? null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  }

  /** The fault is over. Nothing where none stands. */
  async clear(
    tx: Writer,
    fault: Pick<Fault, 'endpoint' | 'site' | 'condition' | 'subject'>,
    at: number,
  ): Promise<Cleared | undefined> {
    const alert = await tx
      .updateTable('alerts')
      .set({ state: 'resolved', resolvedAt: at })
      .where('fingerprint', '=', fingerprintOf(fault))
      .where('state', '<>', 'resolved')
      .returning(['id', 'ticket', 'raisedAt'])
      .executeTakeFirst();
    return alert === undefined
      ? undefined
      : { alert: alert.id, ticket: alert.ticket, raisedAt: alert.raisedAt };
  }

  /** @returns false where the alert is not open. */
  async acknowledge(tx: Writer, alert: number, by: string): Promise<boolean> {
    const row = await tx
      .updateTable('alerts')
      .set({ state: 'acknowledged', acknowledgedAt: this.#clock.now(), acknowledgedBy: by })
      .where('id', '=', alert)
      .where('state', '=', 'open')
      .returning('ticket')
      .executeTakeFirst();
    if (row === undefined) return false;
    if (row.ticket !== null)
      await this.#tickets.tell(tx, row.ticket, {
        kind: 'alert',
        actor: by,
        text: `${by} acknowledged the alert.`,
      });
    return true;
  }

  async #suppression(tx: Writer, fault: Fault): Promise<'maintenance' | 'site-offline' | null> {
    const endpoint = fault.endpoint?.id ?? null;
    if (await inMaintenance(tx, { client: fault.client, site: fault.site, endpoint }, this.#clock.now()))
      return 'maintenance';
    if (fault.condition !== 'agent-offline') return null;
    // An offline site is one alert, not fifty.
    const outage = await tx
      .selectFrom('alerts')
      .select('id')
      .where('condition', '=', 'site-offline')
      .where('site', '=', fault.site)
      .where('state', '<>', 'resolved')
      .executeTakeFirst();
    return outage === undefined ? null : 'site-offline';
  }
}
