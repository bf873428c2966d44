/** Which answers the service's events make stale. Values stay on the screen until the newer ones are there. */
import type { QueryClient } from '@tanstack/react-query';
import type { OperationName } from '#contract/operations.ts';
import type { ContractClient } from './contractClient.ts';

/** Answers that do not come from the replica's rows. */
const APART: readonly OperationName[] = [
  'session',
  'signInState',
  'kpiDefinitions',
  'syncStatus',
  'outbox',
  'adminUsers',
  'adminCare',
  'auditTrail',
  'savedViews',
  'carrierCharges',
];
/** Answers that show this user's own undecided changes. */
const SHOWS_CHANGES: readonly OperationName[] = [
  'today',
  'exceptionDetail',
  'itemDetail',
  'orderDetail',
  'closeBoard',
  'closeTask',
  'closeNotes',
  'closeBinders',
  'closeEvidence',
  'reconciliation',
  'fluxTask',
  'trialBalance',
  'closeJournal',
  'journalDraft',
  'closePeriods',
  'replenishmentDesk',
  'transfers',
  'transferOffers',
  'fulfilmentLine',
  'claimDetail',
  'creditList',
  'customerCredit',
  'itemForecast',
  'orderApprovals',
  'orderApproval',
  'ruleChanges',
  'ruleChange',
  'ruleHistory',
  'ruleAbout',
  'scenarios',
  'scenario',
  'outbox',
  'syncStatus',
];

const SCENARIOS: readonly OperationName[] = ['scenarios', 'scenario', 'scenarioCompare'];

const includes = (names: readonly OperationName[], key: readonly unknown[]): boolean =>
  (names as readonly unknown[]).includes(key[0]);

/** Rows arrive in bursts while loading: screens follow at most this often. */
const FOLLOW_MS = 250;
/** The pill is pushed; what is only told on asking follows once a second. */
const STATUS_MS = 1000;

/** Keeps `queries` fresh by the client's events; returns the way to stop. */
export function followEvents(
  client: ContractClient,
  queries: QueryClient,
  delay: (ms: number, then: () => void) => () => void,
): () => void {
  let stopDelay: (() => void) | null = null;
  let stopStatusDelay: (() => void) | null = null;
  const stops = [
    client.on('changed', () => {
      stopDelay ??= delay(FOLLOW_MS, () => {
        stopDelay = null;
        void queries.invalidateQueries({ predicate: (query) => !includes(APART, query.queryKey) });
        void queries.invalidateQueries({ queryKey: ['syncStatus'] });
      });
    }),
    client.on('outbox', () => {
      void queries.invalidateQueries({ predicate: (query) => includes(SHOWS_CHANGES, query.queryKey) });
    }),
    client.on('views', ({ screen }) => {
      void queries.invalidateQueries({ queryKey: ['savedViews', { screen }] });
    }),
    client.on('scenarios', () => {
      void queries.invalidateQueries({ predicate: (query) => includes(SCENARIOS, query.queryKey) });
    }),
    client.on('status', (pill) => {
      queries.setQueryData(['pill'], pill);
      stopStatusDelay ??= delay(STATUS_MS, () => {
        stopStatusDelay = null;
        void queries.invalidateQueries({ queryKey: ['syncStatus'] });
        void queries.invalidateQueries({ queryKey: ['signInState'] });
      });
    }),
    client.on('session', ({ signed_in }) => {
      // Another person must never see a moment of the last one's answers.
      if (!signed_in) queries.removeQueries({ predicate: (query) => query.queryKey[0] !== 'signInState' });
      void queries.invalidateQueries();
    }),
    client.link.subscribe(() => {
      if (client.link.get() === 'open') void queries.invalidateQueries();
    }),
  ];
  return () => {
    stopDelay?.();
    stopStatusDelay?.();
    for (const stop of stops) stop();
  };
}
