import { expect, test } from 'vitest';
import { unknownCostWords } from './unknownCosts.ts';

const money = (minor: number): string => `EUR ${(minor / 100).toFixed(2)}`;
const NONE = { lines: 0, net_minor: 0 };

test('each reconciliation says what it could not count, and of what sales', () => {
  const unknown = {
    cost: { lines: 2, net_minor: 10_300 },
    freight: { lines: 3, net_minor: 12_800 },
    owed: { lines: 1, net_minor: 300 },
  };
  expect(unknownCostWords('inventory_valuation', unknown, 202610, money)).toEqual([
    'Of 2 lines delivered in October 2026, net sales EUR 103.00, no cost is known: what they took from stock has no value. Import their items’ cost, or their purchases with receipts.',
  ]);
  expect(unknownCostWords('rebates_fees', unknown, 202610, money)).toEqual([
    'Of 3 lines delivered in October 2026, net sales EUR 128.00, no freight is known: none is counted as owed for them. Import what the carriers charged, 0 where they charged nothing.',
    'Of 1 line delivered in October 2026, net sales EUR 3.00, no rebate or channel fee is known: none is counted as owed for them.',
  ]);
  // what is not billed yet counts at its sales
  expect(unknownCostWords('shipped_not_billed', unknown, 202610, money)).toEqual([]);
});

test('where all is known, or nobody may say, there are no words', () => {
  expect(unknownCostWords('rebates_fees', { cost: NONE, freight: NONE, owed: NONE }, 202610, money)).toEqual([]);
  expect(unknownCostWords('rebates_fees', null, 202610, money)).toEqual([]);
});
