import { expect, test } from 'vitest';
import { dayNumber } from '../calendar.ts';
import { accruedByDelivery, type AccruedRebate, giveBacksByMonth, type GivenTotal } from './giveBacks.ts';
import type { SoldOnDay, ThresholdTerms } from './thresholds.ts';

const day = (iso: string): number => dayNumber(iso) ?? Number.NaN;
const terms = (more: Partial<ThresholdTerms> = {}): ThresholdTerms => ({
  party_id: 1,
  channel_id: null,
  name: 'Bonus',
  rate_bp: 200,
  threshold_minor: 100_000,
  valid_from: day('2026-01-01'),
  valid_to: day('2026-11-30'),
  ...more,
});
const sold = (on: string, net_minor: number, more: Partial<SoldOnDay> = {}): SoldOnDay => ({
  party_id: 1,
  channel_id: null,
  day: day(on),
  net_minor,
  rebate_minor: 0,
  ...more,
});
const accrued = (ordered: string, month: number, rebate_minor: number, more: Partial<AccruedRebate> = {}) => ({
  party_id: 1,
  channel_id: null,
  ordered_on: day(ordered),
  month,
  rebate_minor,
  ...more,
});
const told = (
  agreements: readonly ThresholdTerms[],
  rows: { readonly sold: readonly SoldOnDay[]; readonly accrued: readonly AccruedRebate[] },
  months: readonly number[],
  before: readonly GivenTotal[] | null = [],
  today = day('2030-01-01'),
) => {
  const { given, totals } = giveBacksByMonth({ agreements, ...rows, months, today, before });
  return {
    given: given.map(({ month, name, amount_minor }) => [month, name, amount_minor]),
    totals: totals.map(({ name, amount_minor }) => [name, amount_minor]),
  };
};
const total = (amount_minor: number, name = 'Bonus'): GivenTotal => ({
  party_id: 1,
  channel_id: null,
  name,
  amount_minor,
});
/** 400.00 in March and 599.99 at the end of November, the latter delivered in December: 8.00 and 12.00. */
const ROWS = {
  sold: [sold('2026-03-04', 40_000), sold('2026-11-28', 59_999)],
  accrued: [accrued('2026-03-04', 202603, 800), accrued('2026-11-28', 202612, 1_200)],
};

test('what was delivered by the end of its month is given back in it, what is delivered later when it is, and nothing twice', () => {
  expect(told([terms()], ROWS, [202610])).toEqual({ given: [], totals: [] });
  // on its last day it may still be reached
  expect(told([terms()], ROWS, [202611], [], day('2026-11-30')).given).toEqual([]);
  expect(told([terms()], ROWS, [202611], [], day('2026-12-01')).given).toHaveLength(1);
  const november = told([terms()], ROWS, [202611]);
  expect(november).toEqual({ given: [[202611, 'Bonus', 800]], totals: [['Bonus', 800]] });
  const december = told([terms()], ROWS, [202612], [total(800)]);
  expect(december).toEqual({ given: [[202612, 'Bonus', 1_200]], totals: [['Bonus', 2_000]] });
  expect(told([terms()], ROWS, [202701], [total(2_000)])).toEqual({ given: [], totals: [['Bonus', 2_000]] });
  // all at once, month by month
  expect(told([terms()], ROWS, [202610, 202611, 202612]).given).toEqual([...november.given, ...december.given]);
  // a year and more after its end it stands as it was found, whatever came since
  expect(told([terms()], { sold: [], accrued: [] }, [202712], [total(2_000)]).given).toEqual([]);
});

test('at its threshold, without one or without an end nothing is given back', () => {
  const met = { ...ROWS, sold: [...ROWS.sold, sold('2026-11-30', 1)] };
  expect(told([terms()], met, [202611]).given).toEqual([]);
  expect(told([terms({ threshold_minor: 0 })], ROWS, [202611]).given).toEqual([]);
  expect(told([terms({ valid_to: null })], ROWS, [202611]).given).toEqual([]);
});

test('a return or a credit of its time that comes in after its month takes it below in the next; one after its end does not', () => {
  const met = { ...ROWS, sold: [...ROWS.sold, sold('2026-11-30', 1)] };
  const back = sold('2026-11-30', -1);
  expect(told([terms()], { ...met, sold: [...met.sold, back] }, [202612]).given).toEqual([[202612, 'Bonus', 2_000]]);
  // a return does not know its sale: it counts on its day
  const late = sold('2026-12-01', -50_000);
  expect(told([terms()], { ...met, sold: [...met.sold, late] }, [202612]).given).toEqual([]);
});

test('changed after its end, what was given back is owed after all in the next month', () => {
  for (const agreement of [terms({ threshold_minor: 99_999 }), terms({ valid_to: day('2027-06-30') })])
    expect(told([agreement], ROWS, [202612], [total(800)])).toEqual({ given: [[202612, 'Bonus', -800]], totals: [] });
  expect(told([], { sold: [], accrued: [] }, [202612], [total(800)]).given).toEqual([[202612, 'Bonus', -800]]);
  // by another name it owes what it did
  const renamed = { ...ROWS, accrued: ROWS.accrued.slice(0, 1) };
  expect(told([terms({ name: 'Year bonus' })], renamed, [202612], [total(800)])).toEqual({
    given: [],
    totals: [['Year bonus', 800]],
  });
  // a lower rate later: what came to the lines
  const lower = { ...ROWS, accrued: [accrued('2026-03-04', 202603, 700)] };
  expect(told([terms()], lower, [202612], [total(800)]).given).toEqual([[202612, 'Bonus', -100]]);
});

test('the channel’s own agreement, and two that follow each other, each have their own sales', () => {
  const agreements = [
    terms(),
    terms({ channel_id: 7, name: 'Portal' }),
    terms({ name: 'Next year', valid_from: day('2026-12-01'), valid_to: day('2026-12-31') }),
  ];
  const rows = {
    sold: [...ROWS.sold, sold('2026-05-01', 99_999, { channel_id: 7 }), sold('2026-12-01', 200_000)],
    accrued: [
      ...ROWS.accrued,
      accrued('2026-05-01', 202605, 500, { channel_id: 7 }),
      accrued('2026-12-01', 202612, 4_000),
    ],
  };
  expect(told(agreements, rows, [202611, 202612]).given).toEqual([
    [202611, 'Bonus', 800],
    [202611, 'Portal', 500],
    [202612, 'Bonus', 1_200],
  ]);
});

test('where no month ever asked, what ended before is taken as given back', () => {
  expect(told([terms()], ROWS, [202612], null)).toEqual({
    given: [[202612, 'Bonus', 1_200]],
    totals: [['Bonus', 2_000]],
  });
});

test('a line delivered in parts accrues each its part, and all of them its rebate', () => {
  const parts = [
    { month: 202610, qty_milli: 1_000 },
    { month: 202611, qty_milli: 1_000 },
    { month: 202612, qty_milli: 1_000 },
  ];
  expect(accruedByDelivery(100, 3_000, parts)).toEqual([
    { month: 202610, rebate_minor: 33 },
    { month: 202611, rebate_minor: 34 },
    { month: 202612, rebate_minor: 33 },
  ]);
});
