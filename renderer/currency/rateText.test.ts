import { expect, test } from 'vitest';
import type { RateUsed } from '#contract/queries.ts';
import { NBSP } from '#renderer/format/numbers.ts';
import { conversionWords, rateSentence } from './rateText.ts';

const rate = (part: Partial<RateUsed>): RateUsed => ({
  company_id: 2,
  company: 'Pennine',
  from: 'GBP',
  to: 'EUR',
  rate_micro: 1_165_501,
  per_units: 1,
  month: 202610,
  kind: 'average',
  on: '2026-10-31',
  ...part,
});

test('one rate is named, several are summed up', () => {
  expect(rateSentence(rate({}))).toBe('GBP 1 = EUR 1.165501');
  expect(conversionWords({ rates: [rate({})], lacking: [] })).toBe('GBP 1 = EUR 1.165501, average of the month');
  expect(conversionWords({ rates: [rate({ month: 202609 }), rate({})], lacking: [] })).toBe(
    `GBP at each month’s average rate, Sep–Oct${NBSP}2026`,
  );
  expect(conversionWords({ rates: [rate({}), rate({ kind: 'closing' })], lacking: [] })).toBe(
    `GBP at average and closing rates, Oct${NBSP}2026`,
  );
});
