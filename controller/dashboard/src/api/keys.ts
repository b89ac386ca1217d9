import type { LiveChange } from '@millwright/shared/api';

export type Key = readonly unknown[];

/** The names under which answers are kept. A key covers every longer key that begins with it. */
export const keys = {
  me: ['me'],
  fleet: ['fleet'],
  clients: ['clients'],
  endpoints: ['endpoints'],
  endpoint: (id: string): Key => ['endpoint', id],
  alerts: ['alerts'],
  tickets: ['tickets'],
  ticket: (id: number): Key => ['ticket', id],
  approvals: ['approvals'],
  runbooks: ['runbooks'],
} as const;

/** The answers that a change on the live feed makes old. */
export function staleAfter(change: LiveChange): readonly Key[] {
  switch (change.changed) {
    case 'endpoint':
      return [keys.endpoint(change.id), keys.endpoints, keys.clients, keys.fleet];
    case 'alert':
      // An alert is shown inside its endpoint and its ticket, and the feed does not say which they are.
      return [keys.alerts, keys.endpoints, ['endpoint'], ['ticket'], keys.fleet];
    case 'ticket':
      return [keys.ticket(change.id), keys.tickets, keys.fleet];
    case 'approvals':
      return [keys.approvals, keys.fleet];
    case 'fleet':
      return [keys.fleet, keys.endpoints, keys.runbooks];
    case 'everything':
      return [[]];
  }
}

const kinds = new Set(['endpoint', 'alert', 'ticket', 'approvals', 'fleet', 'everything']);

/** Reads one message of the live feed; `undefined` for a kind that this page does not know. */
export function readChange(data: string): LiveChange | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(data);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || !('changed' in parsed)) return undefined;
  return typeof parsed.changed === 'string' && kinds.has(parsed.changed) ? (parsed as LiveChange) : undefined;
}
