import type { Me, Mode, SignIn } from '@millwright/shared/api';
import { type QueryClient, type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { type Key, keys } from './keys.ts';
import { change, read } from './request.ts';

type Change<T> = UseMutationResult<void, Error, T>;

/** Makes a change, then fetches again what it made old, whether it succeeded or not: a refusal often means old data. */
function useChange<T>(make: (input: T) => Promise<void>, stale: (input: T) => readonly Key[]): Change<T> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: make,
    onSettled: (_answer, _error, input) =>
      Promise.all(stale(input).map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}

/**
 * Signs in, and learns as whom. The question who is signed in may still be under way with its old answer, so the new one
 * is put in its place.
 */
export function useSignIn(): UseMutationResult<Me, Error, SignIn> {
  const client = useQueryClient();
  return useMutation({
    mutationKey: keys.me,
    mutationFn: async (input: SignIn) => {
      await change('POST', '/session', input);
      return read<Me>('/me', new AbortController().signal);
    },
    onSuccess: async (me) => {
      await client.cancelQueries({ queryKey: keys.me });
      forgetAllButMe(client);
      client.setQueryData(keys.me, me);
    },
  });
}

function forgetAllButMe(client: QueryClient): void {
  client.removeQueries({ predicate: (query) => query.queryKey[0] !== keys.me[0] });
}

/** Signs out, and forgets everything that was read. */
export function useSignOut(): Change<void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => change('DELETE', '/session'),
    onSuccess: async () => {
      forgetAllButMe(client);
      await client.resetQueries({ queryKey: keys.me });
    },
  });
}

export function useAcknowledge(): Change<number> {
  return useChange(
    (alert) => change('POST', `/alerts/${alert}/acknowledge`),
    () => [keys.alerts, ['endpoint'], ['ticket'], keys.fleet],
  );
}

export interface TicketText {
  readonly ticket: number;
  readonly text: string;
}

export function useComment(): Change<TicketText> {
  return useChange(
    ({ ticket, text }) => change('POST', `/tickets/${ticket}/comments`, { text }),
    ({ ticket }) => [keys.ticket(ticket)],
  );
}

export function useCloseTicket(): Change<TicketText> {
  return useChange(
    ({ ticket, text }) => change('POST', `/tickets/${ticket}/close`, { text }),
    ({ ticket }) => [keys.ticket(ticket), keys.tickets, keys.alerts, keys.fleet],
  );
}

export type Answer =
  | { readonly remediation: number; readonly answer: 'approve' }
  | { readonly remediation: number; readonly answer: 'decline'; readonly reason: string };

export function useAnswerApproval(): Change<Answer> {
  return useChange(
    (input) =>
      input.answer === 'approve'
        ? change('POST', `/approvals/${input.remediation}/approve`)
        : change('POST', `/approvals/${input.remediation}/decline`, { reason: input.reason }),
    () => [keys.approvals, keys.tickets, ['ticket'], keys.fleet],
  );
}

export interface ModeChange {
  /** A runbook's id, `<platform>/<category>/<name>`: its slashes are part of the address. */
  readonly runbook: string;
  readonly client: string;
  readonly mode: Mode;
}

export function useSetMode(): Change<ModeChange> {
  return useChange(
    ({ runbook, client, mode }) =>
      change('PUT', `/runbooks/${runbook}/modes/${encodeURIComponent(client)}`, { mode }),
    () => [keys.runbooks],
  );
}

export function useUnsetMode(): Change<Omit<ModeChange, 'mode'>> {
  return useChange(
    ({ runbook, client }) => change('DELETE', `/runbooks/${runbook}/modes/${encodeURIComponent(client)}`),
    () => [keys.runbooks],
  );
}

export interface KillSwitch {
  readonly on: boolean;
  readonly reason: string;
}

export function useSetKillSwitch(): Change<KillSwitch> {
  return useChange(
    (input) => change('PUT', '/kill-switch', input),
    () => [keys.fleet, ['endpoint']],
  );
}
