import { expect, test } from 'vitest';
import { groupedFigure, shownValue } from './outcomeRows.ts';

test.each([
  ['on_hand_qty_milli', 1_248_300_500, 'EUR', '1,248,300.5'],
  ['credit_limit_minor', -218_050, 'EUR', '−2,180.50'],
  ['credit_limit_minor', 2_500_000, 'JPY', '2,500,000'],
  ['unit_cost_micro', 83_200, 'EUR', '0.0832'],
  ['max_discount_bp', 1250, 'EUR', '12.5'],
  ['payment_terms_days', 1000, 'EUR', '1,000'],
  ['code', '0123456', 'EUR', '0123456'],
  ['active', false, 'EUR', 'no'],
  ['valid_to', null, 'EUR', 'empty'],
])('%s %s in %s is shown as %s', (column, value, currency, shown) => {
  expect(shownValue(column, value, currency)).toBe(shown);
});

test('totals keep every digit', () => {
  expect(groupedFigure('9007199254740993.125', 0)).toBe('9,007,199,254,740,993.125');
  expect(groupedFigure('-0.5', 2)).toBe('−0.50');
});
