import type { EndpointSummary } from '@millwright/shared/api';

export type ClientName = EndpointSummary['client'];

/** The clients that have endpoints, by name. */
export function clientsOf(endpoints: readonly EndpointSummary[]): readonly ClientName[] {
  const byId = new Map(endpoints.map(({ client }) => [client.id, client]));
  return [...byId.values()].sort((one, other) => one.name.localeCompare(other.name));
}
