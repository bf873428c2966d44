import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import type { ContractClient } from './contractClient.ts';
import { followEvents } from './freshness.ts';

test.each([
  'transfers',
  'transferOffers',
  'fulfilmentLine',
  'creditList',
  'customerCredit',
  'itemForecast',
  'orderApprovals',
  'ruleChanges',
  'ruleHistory',
])('one’s own decision is seen in %s before the server answers', (name) => {
  const listeners = new Map<string, () => void>();
  const client = {
    on: (event: string, then: () => void) => {
      listeners.set(event, then);
      return () => {};
    },
    link: { subscribe: () => () => {}, get: () => 'open' },
  } as unknown as ContractClient;
  const queries = new QueryClient();
  queries.setQueryData([name, {}], 'as it was');
  queries.setQueryData(['stockPositions', {}], 'nobody changed it');
  const stop = followEvents(client, queries, () => () => {});
  listeners.get('outbox')?.();
  expect(queries.getQueryState([name, {}])?.isInvalidated).toBe(true);
  expect(queries.getQueryState(['stockPositions', {}])?.isInvalidated).toBe(false);
  stop();
});
