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
import { keepPreviousData, type UseQueryResult, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import { type Key, keys } from './keys.ts';
import { pathWith, type Query, read } from './request.ts';

/** The most rows that the API gives at once. */
export const MOST_ROWS = 500;

type Items<T> = { readonly items: T[] };
type Page<T> = { readonly items: T[]; readonly next: string | null };

/** A question to the API, and how it stands. */
export interface Asked<T> {
  readonly data: T | undefined;
  readonly error: Error | null;
  readonly refetch: () => unknown;
}

/** A long list, as far as it was fetched. */
export interface Listing<T> extends Asked<readonly T[]> {
  readonly more: boolean;
  readonly fetching: boolean;
  readonly fetchMore: () => void;
}

/** Reads a list page by page. What changes makes all pages old that were fetched. */
function useListing<T>(key: Key, path: string, query: Query): Listing<T> {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: [...key, query],
    queryFn: ({ signal, pageParam }) =>
      read<Page<T>>(pathWith(path, pageParam === '' ? query : { ...query, after: pageParam }), signal),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
    placeholderData: keepPreviousData,
  });
  return {
    data,
    error,
    refetch,
    more: hasNextPage,
    fetching: isFetchingNextPage,
    fetchMore: () => void fetchNextPage(),
  };
}

/** Who is signed in. */
export function useMeQuery(): UseQueryResult<Me> {
  return useQuery({ queryKey: keys.me, queryFn: ({ signal }) => read<Me>('/me', signal), retry: false });
}

export function useFleet(): UseQueryResult<Fleet> {
  return useQuery({ queryKey: keys.fleet, queryFn: ({ signal }) => read<Fleet>('/fleet', signal) });
}

interface ListFilter {
  /** Text that a row must mention. */
  readonly words?: string | undefined;
  readonly limit?: number;
}

export interface EndpointFilter extends ListFilter {
  readonly status?: z.infer<typeof EndpointStatus> | undefined;
  readonly client?: string | undefined;
}

export function useEndpoints(filter: EndpointFilter): Listing<EndpointSummary> {
  return useListing(keys.endpoints, '/endpoints', { ...filter });
}

export type ClientName = EndpointSummary['client'];

export function useClients(): UseQueryResult<ClientName[]> {
  return useQuery({
    queryKey: keys.clients,
    queryFn: ({ signal }) => read<Items<ClientName>>('/clients', signal).then(({ items }) => items),
  });
}

export function useEndpoint(id: string): UseQueryResult<EndpointDetail> {
  return useQuery({
    queryKey: keys.endpoint(id),
    queryFn: ({ signal }) => read<EndpointDetail>(`/endpoints/${encodeURIComponent(id)}`, signal),
  });
}

export interface AlertFilter extends ListFilter {
  readonly state?: z.infer<typeof AlertState> | undefined;
  readonly severity?: Alert['severity'] | undefined;
}

export function useAlerts(filter: AlertFilter): Listing<Alert> {
  return useListing(keys.alerts, '/alerts', { ...filter });
}

export interface TicketFilter extends ListFilter {
  readonly state?: z.infer<typeof TicketState> | undefined;
  readonly endpoint?: string | undefined;
}

export function useTickets(filter: TicketFilter): Listing<TicketSummary> {
  return useListing(keys.tickets, '/tickets', { ...filter });
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
