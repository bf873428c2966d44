/** The contract for components: ask a question, send a command, run an action. */
import {
  keepPreviousData,
  type QueryClient,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { createContext, useContext, useEffect, useSyncExternalStore } from 'react';
import type { ActionName } from '#contract/actions.ts';
import type { CommandName } from '#contract/commands.ts';
import type { ServiceEvents, SyncPill } from '#contract/events.ts';
import type { OperationInput, OperationResult } from '#contract/operations.ts';
import type { Provenance, QueryName } from '#contract/queries.ts';
import { CallError } from './callError.ts';
import type { ContractClient, LinkState } from './contractClient.ts';

export const ClientContext = createContext<ContractClient | null>(null);

export function useClient(): ContractClient {
  const client = useContext(ClientContext);
  if (!client) throw new Error('no contract client above this component');
  return client;
}

/** Actions that only read may be asked like queries. */
export type AskName = QueryName | 'signInState' | 'adminUsers' | 'adminCare' | 'importEarlier' | 'carrierCharges';

/**
 * Asks and stays fresh. The last answer stays until the next is there (`isPlaceholderData` says so); `enabled: false`
 * asks nothing yet.
 */
export function useAsk<N extends AskName>(
  name: N,
  args: OperationInput<N>,
  options: { readonly enabled?: boolean; readonly keepPrevious?: boolean; readonly every_ms?: number } = {},
): UseQueryResult<OperationResult<N>, CallError> {
  const client = useClient();
  return useQuery<OperationResult<N>, CallError>({
    queryKey: [name, args],
    queryFn: ({ signal }) => client.call(name, args, { signal }),
    enabled: options.enabled ?? true,
    // What changes by itself may have changed since it was last looked at.
    ...(options.every_ms === undefined ? {} : { refetchInterval: options.every_ms, refetchOnMount: 'always' as const }),
    ...(options.keepPrevious === false ? {} : { placeholderData: keepPreviousData }),
  });
}

/** `mutate(args)` queues a command or runs an action; screens that show it follow by the service's events. */
export function useRun<N extends CommandName | ActionName>(
  name: N,
): UseMutationResult<OperationResult<N>, CallError, OperationInput<N>> {
  const client = useClient();
  const queries = useQueryClient();
  return useMutation<OperationResult<N>, CallError, OperationInput<N>>({
    mutationFn: (args) => client.call(name, args, { change: true }),
    networkMode: 'always',
    onSettled: () => void queries.invalidateQueries({ queryKey: ['outbox'] }),
  });
}

/** How often the status is asked for when nothing happens, so that 'as of' moves on. */
const STATUS_EVERY_MS = 20_000;

/** The newest status, pushed or asked; null until the service said something. */
export function useSyncPill(): SyncPill | null {
  const pushed = useQuery<SyncPill | null>({
    queryKey: ['pill'],
    queryFn: () => null,
    enabled: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const asked = useAsk('syncStatus', {}, { every_ms: STATUS_EVERY_MS });
  if (!pushed.data) return asked.data?.pill ?? null;
  return asked.data && asked.dataUpdatedAt > pushed.dataUpdatedAt ? asked.data.pill : pushed.data;
}

/**
 * The moment a shown answer speaks of, epoch milliseconds. Screens follow every checkpoint, so an answer is as fresh
 * as the replica even when nothing changed since it was read; one figure, one date. `behind`: newer rows wait, and those
 * shown speak of their own moment.
 */
export function useAsOf(provenance: Provenance | null | undefined, behind = false): number | null {
  const pill = useSyncPill();
  if (!provenance) return null;
  if (behind || provenance.as_of_ms === null || pill?.as_of_ms == null) return provenance.as_of_ms;
  return Math.max(provenance.as_of_ms, pill.as_of_ms);
}

export function useLinkState(): LinkState {
  const { link } = useClient();
  return useSyncExternalStore(link.subscribe, link.get);
}

/** Calls `listener` at each event while the component lives. */
export function useServiceEvent<E extends keyof ServiceEvents>(
  event: E,
  listener: (data: ServiceEvents[E]) => void,
): void {
  const client = useClient();
  useEffect(() => client.on(event, listener), [client, event, listener]);
}

/** Query defaults: ask even when the browser believes it is offline, retry what can be retried, never on focus. */
export function queryDefaults(): ConstructorParameters<typeof QueryClient>[0] {
  return {
    defaultOptions: {
      queries: {
        networkMode: 'always',
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: 5 * 60_000,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        retry: (count, error) =>
          error instanceof CallError && error.code === 'offline' && error.retryable ? count < 20 : false,
        retryDelay: (attempt) => Math.min(3000, 200 * 2 ** attempt),
      },
      mutations: { networkMode: 'always', retry: false },
    },
  };
}
