import { describe, expect, test } from 'vitest';
import { notLookedFor, summary, tabLabel } from './tabs.ts';

const coverage = 'still loading: orders';
const answer = {
  counts: { stock: 3, supply: 0 },
  awake: 3,
  snoozed: 0,
  escalated: 0,
  provenance: { coverage: 'complete' },
} as const;
const everything = { ...answer, counts: { ...answer.counts, price: 0, credit: 0, close: 0, service: 0 } };

describe('while data is still on its way', () => {
  test('no tab says 0: what is not here may hold something', () => {
    expect(tabLabel('supply', everything)).toBe('Supply 0');
    expect(tabLabel('supply', { ...everything, provenance: { coverage } })).toBe('Supply');
    expect(tabLabel('stock', { ...everything, provenance: { coverage } })).toBe('Stock 3');
    expect(tabLabel('all', undefined)).toBe('All');
  });
  test('the summary does not say that nothing is at stake', () => {
    const none = { total_rows: 0, total_stake_minor: 0, currency: 'EUR', provenance: { coverage } };
    expect(summary(none, null)).toBe('still loading: orders');
    expect(summary({ ...none, provenance: { coverage: 'complete' } }, null)).toMatch(/^0 decisions, .+ at stake$/);
    expect(summary({ ...none, total_rows: 2, total_stake_minor: 500_000 }, null)).toMatch(
      /^2 decisions, .+ at stake, still loading: orders$/,
    );
  });
  test('what was not looked for is named', () => {
    expect(notLookedFor({ waiting: ['credit'], still_looking: false })).toBe(
      'Not all looked for yet: credit. Their rows are still loading.',
    );
    expect(notLookedFor({ waiting: ['stock', 'supply', 'price'], still_looking: false })).toMatch(
      /^Not all looked for yet: stock, supply and price\. /,
    );
    expect(notLookedFor({ waiting: ['credit'], still_looking: true })).toBe('Still looking: credit.');
  });
});
