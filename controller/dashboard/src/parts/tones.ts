import type { Alert, EndpointSummary, TicketSummary } from '@millwright/shared/api';
import type { Tone } from './tone.ts';

export const endpointTones: Readonly<Record<EndpointSummary['status'], Tone>> = {
  online: 'ok',
  offline: 'critical',
  waiting: 'waiting',
  revoked: 'quiet',
};

export const ticketTones: Readonly<Record<TicketSummary['state'], Tone>> = {
  open: 'warning',
  waiting: 'waiting',
  escalated: 'critical',
  closed: 'ok',
};

/** How loud an alert is: its severity while it is open and somebody should look. */
export function alertTone(alert: Alert): Tone {
  if (alert.state === 'resolved') return 'ok';
  return alert.suppressed === null && alert.state === 'open' ? alert.severity : 'quiet';
}
