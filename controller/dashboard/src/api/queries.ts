import type {
  Alert,
  AlertState,
  Approval,
  EndpointDetail,
  EndpointStatus,
  EndpointSummary,
  Fleet,
  Me,
  RunbookSummary,
  TicketDetail,
  TicketState,
  TicketSummary,
} from '@millwright/shared/api';
import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import { keys } from './keys.ts';
import { pathWith, read } from './request.ts';

/** The most rows that the API gives at once. */
export const MOST_ROWS = 500;

type Items<T> = { readonly items: T[] };

/** Who is signed in. */
export function useMeQuery(): UseQueryResult<Me> {
  return useQuery({ queryKey: keys.me, queryFn: ({ signal }) => read<Me>('/me', signal), retry: false });
}

export function useFleet(): UseQueryResult<Fleet> {
  return useQuery({ queryKey: keys.fleet, queryFn: ({ signal }) => read<Fleet>('/fleet', signal) });
}

export interface EndpointFilter {
  readonly status?: z.infer<typeof EndpointStatus> | undefined;
  readonly client?: string | undefined;
}

export function useEndpoints(filter: EndpointFilter): UseQueryResult<EndpointSummary[]> {
  return useQuery({
    queryKey: [...keys.endpoints, filter],
    queryFn: ({ signal }) =>
      read<Items<EndpointSummary>>(pathWith('/endpoints', { ...filter, limit: MOST_ROWS }), signal).then(
        ({ items }) => items,
      ),
    placeholderData: keepPreviousData,
  });
}

export function useEndpoint(id: string): UseQueryResult<EndpointDetail> {
  return useQuery({
    queryKey: keys.endpoint(id),
    queryFn: ({ signal }) => read<EndpointDetail>(`/endpoints/${encodeURIComponent(id)}`, signal),
  });
}

export interface AlertFilter {
  readonly state?: z.infer<typeof AlertState> | undefined;
  readonly endpoint?: string | undefined;
  readonly limit?: number;
}

export function useAlerts({ limit = MOST_ROWS, ...filter }: AlertFilter): UseQueryResult<Alert[]> {
  return useQuery({
    queryKey: [...keys.alerts, filter, limit],
    queryFn: ({ signal }) =>
      read<Items<Alert>>(pathWith('/alerts', { ...filter, limit }), signal).then(({ items }) => items),
    placeholderData: keepPreviousData,
  });
}

export interface TicketFilter {
  readonly state?: z.infer<typeof TicketState> | undefined;
  readonly endpoint?: string | undefined;
  readonly limit?: number;
}

export function useTickets({ limit = MOST_ROWS, ...filter }: TicketFilter): UseQueryResult<TicketSummary[]> {
  return useQuery({
    queryKey: [...keys.tickets, filter, limit],
    queryFn: ({ signal }) =>
      read<Items<TicketSummary>>(pathWith('/tickets', { ...filter, limit }), signal).then(
        ({ items }) => items,
      ),
    placeholderData: keepPreviousData,
  });
}

export function useTicket(id: number): UseQueryResult<TicketDetail> {
  return useQuery({
    queryKey: keys.ticket(id),
    queryFn: ({ signal }) => read<TicketDetail>(`/tickets/${id}`, signal),
  });
}

export function useApprovals(): UseQueryResult<Approval[]> {
  return useQuery({
    queryKey: keys.approvals,
    queryFn: ({ signal }) => read<Items<Approval>>('/approvals', signal).then(({ items }) => items),
  });
}

export function useRunbooks(): UseQueryResult<RunbookSummary[]> {
  return useQuery({
    queryKey: keys.runbooks,
    queryFn: ({ signal }) => read<Items<RunbookSummary>>('/runbooks', signal).then(({ items }) => items),
  });
}
