/** The oracles of claims, counts, suppliers, forecasts, turnover, receivables and targets. */
import { describe, expect, test } from 'vitest';
import { dayNumber, monthOfDay } from '../calendar.ts';
import { type ClaimEventFact, claimClock, claimTimeRows, openClaimRows } from './claimTime.ts';
import { naiveError } from '../forecast/metrics.ts';
import { forecastRows } from './forecastError.ts';
import { ageingKpi, depositRows, receivableRows } from './receivables.ts';
import { countRows } from './stockAccuracy.ts';
import { supplierRows } from './supplier.ts';
import { quotient, ratioFigure, sumFigure } from './tally.ts';
import { standing, targetOf } from './targets.ts';
import { collected, figureIn } from './testing/tallies.ts';
import { forwardMonths, forwardPositionRow, unforecastStockRow, valueDays, yearlyFigure } from './turnover.ts';

const day = (iso: string): number => {
  const value = dayNumber(iso);
  if (value === null) throw new Error(`${iso} is no date`);
  return value;
};
const DAY_MS = 86_400_000;

describe('claim resolution time', () => {
  const event = (kind: string, at_days: number, id = 0): ClaimEventFact => ({
    kind,
    happened_at_ms: at_days * DAY_MS,
    id,
  });
  // opened 0, waiting 2–5, resolved 8, reopened 10, resolved 12: 2 + 3 + 2 days
  const events = [
    event('resolved', 12),
    event('opened', 0),
    event('waiting', 2),
    event('resumed', 5),
    event('resolved', 8),
    event('reopened', 10),
  ];
  const claim = { id: 1, channel_id: null, events };

  test('leaves out waiting, and reopening continues the clock', () => {
    expect(claimClock(events, 20 * DAY_MS)).toEqual({
      running_ms: 7 * DAY_MS,
      state: 'resolved',
      resolved_at_ms: 12 * DAY_MS,
    });
    expect(claimClock(events, 4 * DAY_MS)).toMatchObject({ running_ms: 2 * DAY_MS, state: 'waiting' });
    expect(claimClock(events, 9 * DAY_MS)).toMatchObject({ running_ms: 5 * DAY_MS, state: 'resolved' });
    expect(claimClock(events, 11 * DAY_MS)).toMatchObject({
      running_ms: 6 * DAY_MS,
      state: 'running',
      resolved_at_ms: null,
    });
    expect(claimClock(events, 0)).toBeNull();
  });
  test('counts in the month of its last resolution; an open one by its age', () => {
    const monthOfInstant = (at_ms: number): number => monthOfDay(Math.floor(at_ms / DAY_MS));
    const found = collected((emit) => claimTimeRows(claim, 20 * DAY_MS, monthOfInstant, emit));
    expect(found).toMatchObject([
      { kpi: 'claim_time_median', month: 197001, numerator: 7000 },
      { kpi: 'claim_time_p90', numerator: 7000 },
    ]);
    expect(collected((emit) => claimTimeRows(claim, 11 * DAY_MS, monthOfInstant, emit))).toEqual([]);
    expect(collected((emit) => openClaimRows(claim, 11 * DAY_MS, 197001, emit))).toMatchObject([{ numerator: 6000 }]);
    expect(collected((emit) => openClaimRows(claim, 20 * DAY_MS, 197001, emit))).toEqual([]);
  });
});

describe('stock accuracy', () => {
  const line = (id: number, location: string, book: number, counted: number, unit_cost_micro: number | null) => ({
    id,
    count_id: 5,
    posted: true,
    counted_on: day('2026-10-20'),
    location,
    book_qty_milli: book * 1000,
    counted_qty_milli: counted * 1000,
    tolerance_qty_milli: 1000,
    unit_cost_micro,
  });
  const rows = (...lines: ReturnType<typeof line>[]) =>
    collected((emit) => {
      for (const each of lines) countRows(each, 'EUR', emit);
    });

  test('a location is right only if every line of it is; value is 1 − Σ|variance| / Σ book', () => {
    const found = rows(
      line(1, 'A-1', 10, 11, 2_000_000),
      line(2, 'A-1', 10, 8, 1_000_000),
      line(3, 'A-2', 5, 5, 10_000_000),
    );
    expect(figureIn(found, 'stock_accuracy_locations')).toMatchObject({ numerator: 1, denominator: 2, value: 5000 });
    // book 20 + 10 + 50, variance 2 + 2 + 0
    expect(figureIn(found, 'stock_accuracy_value')).toMatchObject({ numerator: 7600, denominator: 8000, value: 9500 });
  });
  test('an unknown cost is said, a count not yet posted is out, nothing counted is no data', () => {
    const found = rows(line(1, 'A-1', 10, 10, 2_000_000), line(2, 'A-2', 10, 10, null));
    expect(figureIn(found, 'stock_accuracy_value')).toMatchObject({ numerator: null, value: null, coverage_bp: 5000 });
    expect(rows({ ...line(1, 'A-1', 1, 1, 1), posted: false })).toEqual([]);
    expect(figureIn([], 'stock_accuracy_locations').value).toBeNull();
    const zero = rows(line(1, 'A-1', 0, 2, 2_000_000));
    expect(figureIn(zero, 'stock_accuracy_value')).toMatchObject({ numerator: -400, denominator: 0, value: null });
  });
});

describe('suppliers', () => {
  const po = (id: number, promised: string, receipts: [string, number][], approved: string | null = '2026-09-01') => ({
    id,
    cancelled: false,
    approved_on: approved === null ? null : day(approved),
    ordered_qty_milli: 10_000,
    promised_on: day(promised),
    receipts: receipts.map(([iso, qty]) => ({ received_on: day(iso), qty_milli: qty * 1000 })),
  });
  const rows = (...lines: ReturnType<typeof po>[]) =>
    collected((emit) => {
      for (const each of lines) supplierRows(each, day('2026-11-05'), emit);
    });

  test('every line due counts, the unreceived too, against the first promise', () => {
    const found = rows(
      po(1, '2026-10-01', [['2026-09-30', 10]]),
      po(2, '2026-10-01', [
        ['2026-09-30', 6],
        ['2026-10-02', 4],
      ]),
      po(3, '2026-10-01', []),
      po(4, '2026-11-05', []),
    );
    expect(figureIn(found, 'supplier_otif')).toMatchObject({ numerator: 1, denominator: 3, value: 3333 });
  });
  test('lead time is approval to the completing receipt: mean and the sample’s deviation', () => {
    // 10, 20 and 30 days: mean 20, deviation 10
    const found = rows(
      po(1, '2026-12-01', [['2026-09-11', 10]]),
      po(2, '2026-12-01', [
        ['2026-09-21', 4],
        ['2026-09-05', 6],
      ]),
      po(3, '2026-12-01', [['2026-10-01', 12]]),
      po(4, '2026-12-01', [['2026-10-01', 10]], null),
      po(5, '2026-12-01', [['2026-10-01', 9]]),
    );
    expect(figureIn(found, 'supplier_lead_time_mean')).toMatchObject({ numerator: 60, denominator: 3, value: 20_000 });
    expect(figureIn(found, 'supplier_lead_time_deviation')).toMatchObject({
      numerator: 60,
      denominator: 3,
      value: 10_000,
    });
    expect(figureIn(found.slice(0, 2), 'supplier_lead_time_deviation').value).toBeNull();
    expect(rows({ ...po(1, '2026-10-01', [['2026-09-30', 10]]), cancelled: true })).toEqual([]);
  });
});

test('forecast error: y 10 12 8 0 14, f 11 10 9 2 12, train 9 11 10 12 8 → WAPE .1818, bias 0, MASE .7111', () => {
  const actual = [10, 12, 8, 0, 14];
  const forecast = [11, 10, 9, 2, 12];
  const found = collected((emit) => {
    for (const [at, value] of actual.entries()) {
      forecastRows(
        {
          id: '1:1',
          month: 202601 + at,
          forecast_qty_milli: (forecast[at] ?? 0) * 1000,
          actual_qty_milli: value * 1000,
          before_qty_milli: [],
        },
        emit,
      );
    }
  });
  expect(figureIn(found, 'wape')).toMatchObject({ numerator: 8000, denominator: 44_000, value: 1818 });
  expect(figureIn(found, 'forecast_bias')).toMatchObject({ numerator: 0, denominator: 44_000, value: 0 });
  // no year before to compare with
  expect(figureIn(found, 'mase')).toMatchObject({ denominator: 0, value: null });
  const naive = naiveError([9, 11, 10, 12, 8], 1);
  expect(naive).toEqual({ sum: 9, terms: 4 });
  expect(quotient(8 * naive.terms, 5 * naive.sum, 'times')).toBe(7111);
});

test('MASE compares with the same month of the year before, over the twelve months before', () => {
  const before = [
    ...Array.from({ length: 12 }, () => 5000),
    ...Array.from({ length: 12 }, (_, at) => 5000 + at * 1000),
  ];
  const fact = {
    id: '1:1',
    month: 202610,
    forecast_qty_milli: 7000,
    actual_qty_milli: 10_000,
    before_qty_milli: before,
  };
  // Σ 0 … 11 = 66 over 12 = 5.5
  expect(
    figureIn(
      collected((emit) => forecastRows(fact, emit)),
      'mase',
    ),
  ).toMatchObject({ numerator: 3000, denominator: 5500, value: 5455 });
});

describe('turnover', () => {
  test('GMROI: sales 10,000, profit 1,000, inventory 900 over a year → 1.11', () => {
    const year_days = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].reduce(
      (sum, month) => sum + valueDays(90_000, 202500 + month, day('2026-11-05')),
      0,
    );
    expect(year_days).toBe(90_000 * 365);
    expect(yearlyFigure(sumFigure(100_000), year_days).value).toBe(11_111);
    // cost of goods sold 9,000 → 10 turns
    expect(yearlyFigure(sumFigure(900_000), year_days).value).toBe(100_000);
    expect(yearlyFigure(sumFigure(900_000), 0).value).toBeNull();
    expect(yearlyFigure({ ...sumFigure(0), value: null, numerator: null, coverage_bp: 9000 }, 1)).toMatchObject({
      value: null,
      coverage_bp: 9000,
    });
  });
  test('a running month weighs by its days so far', () => {
    expect(valueDays(100, 202611, day('2026-11-05'))).toBe(500);
    expect(valueDays(100, 202612, day('2026-11-05'))).toBe(0);
  });
  test('days on hand look at the forecast of the next three months', () => {
    const on = day('2026-10-31');
    expect(forwardMonths(on)).toEqual({ from: 202611, to: 202701, days: 92 });
    const position = { id: '1:1', forecast_qty_milli: 230_000, forecast_days: 92, unit_cost_micro: 10_000_000 };
    const found = collected((emit) => forwardPositionRow({ ...position, on_hand_qty_milli: 300_000 }, on, 'EUR', emit));
    // 3,000.00 at 2,300.00 in 92 days, 25.00 a day
    expect(figureIn(found, 'days_on_hand_forward')).toMatchObject({ value: 120_000, coverage_bp: 10_000 });
    // nobody spoke of what else lies there: the days stay, and the coverage says so
    unforecastStockRow(1, 900_000, on, (row) => found.push(row));
    expect(figureIn(found, 'days_on_hand_forward')).toMatchObject({ value: 120_000, coverage_bp: 2500 });
    forwardPositionRow({ ...position, unit_cost_micro: null, on_hand_qty_milli: 1 }, on, 'EUR', (row) =>
      found.push(row),
    );
    expect(figureIn(found, 'days_on_hand_forward').value).toBeNull();
  });
  test('a month nobody spoke of goes on as those somebody did, and below zero nothing lies there', () => {
    const on = day('2026-10-31');
    const position = { id: '1:1', forecast_qty_milli: 75_000, forecast_days: 30, unit_cost_micro: 10_000_000 };
    const days = (on_hand_qty_milli: number | null) =>
      figureIn(
        collected((emit) => forwardPositionRow({ ...position, on_hand_qty_milli }, on, 'EUR', emit)),
        'days_on_hand_forward',
      ).value;
    // 25.00 a day in November, so in December and January
    expect(days(300_000)).toBe(120_000);
    expect(days(-5000)).toBe(0);
    expect(days(null)).toBeNull();
  });
});

describe('receivables', () => {
  test('buckets by due date', () => {
    const bucket = [-1, 0, 1, 30, 31, 60, 61, 90, 91].map(ageingKpi);
    expect(bucket.map((each) => each.replace('ar_', ''))).toEqual([
      'not_due',
      'not_due',
      'overdue_1_30',
      'overdue_1_30',
      'overdue_31_60',
      'overdue_31_60',
      'overdue_61_90',
      'overdue_61_90',
      'overdue_over_90',
    ]);
  });
  test('as of a day: later postings and payments do not count; unmatched payments, and those of later postings, are deposits', () => {
    const on = day('2026-10-31');
    const invoice = {
      id: 1,
      posted_on: day('2026-10-01'),
      due_on: day('2026-10-15'),
      amount_minor: 10_000,
      payments: [
        // 250 more came than it takes off the invoice: the rate rose since
        { id: 11, paid_on: day('2026-10-20'), settled_on: day('2026-10-20'), amount_minor: 4250, exchange_minor: 250 },
        { id: 12, paid_on: day('2026-11-02'), settled_on: day('2026-11-02'), amount_minor: 5900, exchange_minor: -100 },
      ],
    };
    const found = collected((emit) => {
      receivableRows(invoice, on, emit);
      receivableRows({ ...invoice, id: 2, posted_on: day('2026-11-01') }, on, emit);
      receivableRows({ ...invoice, id: 3, amount_minor: 4000 }, on, emit);
      receivableRows({ ...invoice, id: 4, amount_minor: -500, payments: [], due_on: on }, on, emit);
      depositRows({ id: 5, paid_on: on, settled_on: null, amount_minor: 700, exchange_minor: 0 }, on, emit);
      depositRows({ id: 6, paid_on: on + 1, settled_on: null, amount_minor: 700, exchange_minor: 0 }, on, emit);
    });
    expect(figureIn(found, 'ar_open').value).toBe(5500);
    expect(figureIn(found, 'ar_overdue_1_30').value).toBe(6000);
    expect(figureIn(found, 'ar_not_due').value).toBe(-500);
    expect(figureIn(found, 'deposits').value).toBe(4700);
    expect(figureIn(found, 'credit_exposure').value).toBe(800);
  });
  test('what is matched after its month was locked is paid ahead in it, and what came stands at its own amount until then', () => {
    const on = day('2026-10-31');
    const paid = { id: 11, paid_on: day('2026-10-20'), amount_minor: 4250, exchange_minor: 250 };
    const posted = { id: 1, posted_on: day('2026-10-25'), due_on: on, amount_minor: 4000 };
    const later = { ...paid, settled_on: day('2026-11-01') };
    const found = (at: number) => collected((emit) => receivableRows({ ...posted, payments: [later] }, at, emit));
    expect(figureIn(found(on), 'ar_open').value).toBe(4000);
    expect(figureIn(found(on), 'deposits').value).toBe(4250);
    expect(figureIn(found(on), 'credit_exposure').value).toBe(-250);
    expect(figureIn(found(on + 1), 'ar_open').value).toBe(0);
    expect(figureIn(found(day('2026-10-22')), 'deposits').value).toBe(4250);
  });
});

describe('targets', () => {
  const targets = [
    { kpi: 'gm1_rate', channel_id: null, from_month: 202501, target: 3000 },
    { kpi: 'gm1_rate', channel_id: null, from_month: 202609, target: 3200 },
    { kpi: 'gm1_rate', channel_id: 11, from_month: 202601, target: 4000 },
  ];
  test('the newest not later than the month, the channel’s before that of all', () => {
    expect(targetOf(targets, 'gm1_rate', 202608)).toBe(3000);
    expect(targetOf(targets, 'gm1_rate', 202610)).toBe(3200);
    expect(targetOf(targets, 'gm1_rate', 202610, 11)).toBe(4000);
    expect(targetOf(targets, 'gm1_rate', 202512, 11)).toBe(3000);
    expect(targetOf(targets, 'gm1_rate', 202412)).toBeNull();
    expect(targetOf(targets, 'gm2_rate', 202610)).toBeNull();
  });
  test('meets it on the side the KPI is better on; no figure and no side have no standing', () => {
    const rate = ratioFigure(9, 10, 'rate');
    expect(standing('higher', rate, 9000)).toBe('met');
    expect(standing('higher', rate, 9001)).toBe('missed');
    expect(standing('lower', rate, 9000)).toBe('met');
    expect(standing('lower', rate, 8999)).toBe('missed');
    expect(standing(null, rate, 9000)).toBeNull();
    expect(standing('higher', ratioFigure(0, 0, 'rate'), 9000)).toBeNull();
    // "longer than 5 days" misses a target of 5; of a target of 6 it says nothing yet
    expect(standing('lower', { value: 5000, beyond: true }, 5000)).toBe('missed');
    expect(standing('lower', { value: 5000, beyond: true }, 6000)).toBeNull();
  });
});
