import { expect, test } from 'vitest';
import type { DemandEvent } from '#contract/queries.ts';
import { EVENT_SIGNS, eventWords } from './eventWords.ts';

const words = (event: DemandEvent): string =>
  eventWords(event, { currency: 'EUR', uom: 'pcs' }).replaceAll('\u00A0', ' ');

test('an event says what changed, by how much, where and when', () => {
  const on = { month: 202603, on: '2026-03-01' };
  expect(words({ kind: 'list_price', ...on, channel: null, before_micro: 9_000_000, after_micro: 9_500_000 })).toBe(
    'List price 9.00 → 9.50 EUR, 1 Mar 2026',
  );
  const discount = { kind: 'discount', ...on, before_bp: null, after_bp: 1500 } as const;
  expect(words({ ...discount, channel: 'E-commerce', reach: 'channel' })).toBe(
    'Discount allowed in E-commerce none → 15.0 %, 1 Mar 2026',
  );
  expect(words({ ...discount, channel: null, reach: 'category' })).toContain('Discount allowed on its category none');
  const of_month = { month: 202603, on: null };
  expect(
    words({ kind: 'break', ...of_month, break: 'spike', actual_qty_milli: 500_000, expected_qty_milli: 101_400 }),
  ).toBe('Spike: 500 pcs came a month, 101 expected');
  expect(
    words({ kind: 'override', ...of_month, to_month: 202604, reason: 'Spring promotion', author: 'planner' }),
  ).toBe('planner until Apr 2026: Spring promotion');
});

test('no two kinds share a sign', () => {
  const signs = Object.values(EVENT_SIGNS).map(({ sign }) => sign);
  expect(new Set(signs).size).toBe(signs.length);
});
