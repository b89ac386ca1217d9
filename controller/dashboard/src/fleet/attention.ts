import type { Alert, Approval, Fleet, TicketSummary } from '@millwright/shared/api';
import type { Tone } from '../parts/tone.ts';
import { counted } from '../words/size.ts';

/** One thing that waits for a person. */
export interface Attention {
  readonly key: string;
  readonly tone: Tone;
  readonly title: string;
  /** Why it needs a person. */
  readonly why: string;
  readonly where: string;
  /** Since when it waits, in milliseconds since the epoch. */
  readonly since: number | null;
  readonly to: string;
}

/** A catalogue that ends within this time is told about (milliseconds): the offline ceremony takes people. */
const CATALOGUE_NOTICE_MS = 5 * 86_400_000;

interface Sources {
  readonly fleet: Fleet;
  readonly tickets: readonly TicketSummary[];
  readonly approvals: readonly Approval[];
  readonly alerts: readonly Alert[];
}

function ofCatalogue({ catalogue, endpoints }: Fleet, now: number): Attention[] {
  const items: Attention[] = [];
  const { expiresAt } = catalogue;
  if (expiresAt === null || expiresAt <= now) {
    items.push({
      key: 'catalogue',
      tone: 'critical',
      title: expiresAt === null ? 'No signed catalogue is published' : 'The catalogue has expired',
      why: 'Until the offline keys sign one, no endpoint runs anything',
      where: catalogue.runbooks === 0 ? '' : counted(catalogue.runbooks, 'runbook'),
      since: expiresAt,
      to: '/runbooks',
    });
  } else if (expiresAt - now < CATALOGUE_NOTICE_MS) {
    items.push({
      key: 'catalogue',
      tone: 'warning',
      title: 'The catalogue expires soon',
      why: 'Sign it again with the offline keys, or endpoints stop running fixes',
      where: counted(catalogue.runbooks, 'runbook'),
      since: expiresAt,
      to: '/runbooks',
    });
  }
  if (endpoints.waiting > 0) {
    items.push({
      key: 'waiting',
      tone: 'waiting',
      title: `${counted(endpoints.waiting, 'endpoint')} to approve`,
      why: 'Enrolled, and held until an operator approves',
      where: '',
      since: null,
      to: '/endpoints?status=waiting',
    });
  }
  return items;
}

const urgency: Readonly<Record<Tone, number>> = { critical: 0, waiting: 1, warning: 2, quiet: 3, ok: 4 };

/** All that waits for a person, most pressing first; within a kind the oldest first. */
export function attentionOf({ fleet, tickets, approvals, alerts }: Sources, now: number): Attention[] {
  const escalated = [...tickets]
    .sort((one, other) => one.priority.localeCompare(other.priority) || one.openedAt - other.openedAt)
    .map(
      (ticket): Attention => ({
        key: `ticket ${ticket.id}`,
        tone: 'critical',
        title: ticket.subject,
        why: `Millwright could not finish this: ${ticket.priority}`,
        where: [ticket.client.name, ticket.site.name].join(' / '),
        since: ticket.updatedAt,
        to: `/tickets/${ticket.id}`,
      }),
    );
  const waiting = [...approvals]
    .sort((one, other) => one.expiresAt - other.expiresAt)
    .map(
      (approval): Attention => ({
        key: `approval ${approval.remediation}`,
        tone: 'waiting',
        title: `${approval.title} on ${approval.endpoint.hostname}`,
        why:
          approval.signaturesNeeded > 0
            ? `Needs ${counted(approval.signaturesNeeded, approval.signedBy.length > 0 ? 'more signature' : 'signature')}`
            : 'Needs a yes or a no',
        where: approval.client.name,
        since: approval.proposedAt,
        to: `/approvals#remediation-${approval.remediation}`,
      }),
    );
  const unattended = alerts
    .filter((alert) => alert.ticket === null && alert.suppressed === null)
    .sort((one, other) => one.severity.localeCompare(other.severity) || one.raisedAt - other.raisedAt)
    .map(
      (alert): Attention => ({
        key: `alert ${alert.id}`,
        tone: alert.severity,
        title: `${alert.title}: ${alert.subject}`,
        why: 'An open alert without a ticket',
        where: [alert.endpoint?.hostname, alert.client.name].filter((part) => part !== undefined).join(', '),
        since: alert.raisedAt,
        to: alert.endpoint === null ? '/alerts' : `/endpoints/${alert.endpoint.id}`,
      }),
    );
  return [...escalated, ...waiting, ...ofCatalogue(fleet, now), ...unattended].sort(
    (one, other) => urgency[one.tone] - urgency[other.tone],
  );
}
