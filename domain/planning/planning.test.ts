import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { availableToPromise } from './availableToPromise.ts';
import { daysOnHand } from './daysOnHand.ts';
import { economicOrderQty } from './economicOrder.ts';
import { smoothedForecast } from './exponentialSmoothing.ts';
import { inventoryPositionMilli, minMaxOrderMilli, reorderLotsMilli, roundUpToSupplierMilli } from './orderQuantity.ts';
import { periodicReviewQty } from './periodicReview.ts';
import { reorderPoint, safetyStock } from './reorderPoint.ts';

describe('reorder point', () => {
  const question = {
    daily_demand_qty: 30,
    daily_deviation_qty: 5,
    lead_time_days: 10,
    lead_time_deviation_days: 0,
    service_factor: 1.65,
  };
  test('with a steady lead time', () => {
    expect(safetyStock(question)).toBeCloseTo(26.09, 2);
    expect(reorderPoint(question)).toBeCloseTo(326.09, 2);
  });
  test('with a lead time that varies', () => {
    expect(safetyStock({ ...question, lead_time_deviation_days: 3 })).toBeCloseTo(150.77, 2);
    expect(reorderPoint({ ...question, lead_time_deviation_days: 3 })).toBeCloseTo(450.77, 2);
  });
  test('refuses a negative lead time', () => {
    expect(() => safetyStock({ ...question, lead_time_days: -1 })).toThrow('negative');
  });
});

test('economic order quantity 25,000 / 50 / 5 is 707.11', () => {
  expect(economicOrderQty(25_000, 50, 5)).toBeCloseTo(707.11, 2);
  expect(() => economicOrderQty(1, 1, 0)).toThrow('positive');
});

test('periodic review orders up to demand over review and lead time plus safety', () => {
  const question = {
    daily_demand_qty: 30,
    daily_deviation_qty: 5,
    review_days: 7,
    lead_time_days: 9,
    service_factor: 2,
    inventory_position_qty: 120,
  };
  // 30 × 16 + 2 × 5 × 4 − 120
  expect(periodicReviewQty(question)).toBeCloseTo(400, 9);
  expect(periodicReviewQty({ ...question, inventory_position_qty: 900 })).toBe(0);
});

test('SES with α 0.2 on 10 12 11 13 is 11.016', () => {
  expect(smoothedForecast([10, 12, 11, 13], 0.2)).toBeCloseTo(11.016, 10);
  expect(smoothedForecast([], 0.2)).toBeNull();
  expect(() => smoothedForecast([1], 0)).toThrow('alpha');
});

describe('order quantity', () => {
  test('(s,S) orders up to S from s downwards', () => {
    const position = inventoryPositionMilli({
      on_hand_qty_milli: 50_000,
      on_order_qty_milli: 20_000,
      backorder_qty_milli: 10_000,
      reserved_beyond_qty_milli: 20_000,
    });
    expect(position).toBe(40_000);
    expect(minMaxOrderMilli(position, 40_000, 100_000)).toBe(60_000);
    expect(minMaxOrderMilli(40_001, 40_000, 100_000)).toBe(0);
  });

  test('(R,Q) is the smallest number of lots above R', () => {
    expect(reorderLotsMilli(10_000, 30_000, 8_000)).toBe(24_000);
    expect(reorderLotsMilli(30_000, 30_000, 8_000)).toBe(8_000);
    expect(reorderLotsMilli(30_001, 30_000, 8_000)).toBe(0);
    fc.assert(
      fc.property(
        fc.integer({ min: -1_000_000, max: 1_000_000 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.integer({ min: 1, max: 50_000 }),
        (position, reorder, lot) => {
          const quantity = reorderLotsMilli(position, reorder, lot);
          expect(quantity % lot).toBe(0);
          expect(position + quantity).toBeGreaterThan(reorder);
          if (quantity > 0) expect(position + quantity - lot).toBeLessThanOrEqual(reorder);
        },
      ),
    );
  });

  test('is rounded up to MOQ and multiple', () => {
    expect(roundUpToSupplierMilli(1_000, 200_000, 0)).toBe(200_000);
    expect(roundUpToSupplierMilli(201_000, 200_000, 50_000)).toBe(250_000);
    expect(roundUpToSupplierMilli(1_000, 120_000, 50_000)).toBe(150_000);
    expect(roundUpToSupplierMilli(0, 200_000, 50_000)).toBe(0);
  });
});

describe('available to promise', () => {
  const plan = (...pairs: [number, number][]) =>
    pairs.map(([receipts_qty_milli, committed_qty_milli]) => ({ receipts_qty_milli, committed_qty_milli }));

  test('each receipt serves until the next', () => {
    expect(availableToPromise(plan([100, 20], [0, 30], [60, 10], [0, 0]))).toEqual({
      available_qty_milli: [50, 0, 50, 0],
      uncovered_qty_milli: 0,
    });
  });
  test('a later shortage is taken from the latest earlier receipt, never from the future', () => {
    expect(availableToPromise(plan([100, 20], [50, 10], [10, 60]))).toEqual({
      available_qty_milli: [70, 0, 0],
      uncovered_qty_milli: 0,
    });
    expect(availableToPromise(plan([10, 30], [100, 0]))).toEqual({
      available_qty_milli: [0, 100],
      uncovered_qty_milli: 20,
    });
  });
  test('is conserved and never negative', () => {
    const period = fc.record({
      receipts_qty_milli: fc.integer({ min: 0, max: 500 }),
      committed_qty_milli: fc.integer({ min: 0, max: 500 }),
    });
    fc.assert(
      fc.property(fc.array(period, { maxLength: 12 }), (periods) => {
        const { available_qty_milli, uncovered_qty_milli } = availableToPromise(periods);
        expect(available_qty_milli.every((value) => value >= 0)).toBe(true);
        const net = periods.reduce((sum, each) => sum + each.receipts_qty_milli - each.committed_qty_milli, 0);
        expect(available_qty_milli.reduce((sum, value) => sum + value, 0) - uncovered_qty_milli).toBe(net);
      }),
    );
  });
});

test('days on hand: 900 at 10 a day last 90 days; without usage there is no number', () => {
  expect(daysOnHand(900_000, 900_000)).toBe(90);
  expect(daysOnHand(100_000, 270_000)).toBe(33.3);
  expect(daysOnHand(-5_000, 270_000)).toBe(0);
  expect(daysOnHand(5_000, 0)).toBeNull();
});
