import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayNumber } from '../../calendar.ts';
import { demandAhead } from './demandAhead.ts';

const day = (iso: string): number => dayNumber(iso) ?? 0;
const forecast = {
  first_month: 202611,
  months: 3,
  point: [999, 30_000, 62_000, 31_000],
  sum_deviation: [999, 3_000, 5_000, 6_000],
  at: 1,
};

test('each day has its month’s share', () => {
  // five days of November at 1,000 and five of December at 2,000
  expect(demandAhead(forecast, day('2026-11-26'), 10).daily_demand_qty_milli).toBe(1_500);
  // beyond the last month it goes on as that one
  expect(demandAhead(forecast, day('2027-03-01'), 31).daily_demand_qty_milli).toBe(1_000);
  expect(demandAhead(forecast, day('2026-11-01'), 0.2).daily_demand_qty_milli).toBe(1_000);
});

test('over whole months the deviation is that of their sum', () => {
  for (const [days, sum] of [
    [365.25 / 12, 3_000],
    [365.25 / 6, 5_000],
    [365.25 / 4, 6_000],
  ] as const) {
    const whole = Math.ceil(days);
    const { daily_deviation_qty_milli } = demandAhead(forecast, day('2026-11-01'), days);
    // days are whole, months are not
    expect(Math.abs(daily_deviation_qty_milli * Math.sqrt(whole) - sum)).toBeLessThan(80);
  }
});

test('never negative, and surer of fewer days than of more', () => {
  const quantity = fc.integer({ min: -1_000, max: 1_000_000 });
  fc.assert(
    fc.property(
      fc.array(quantity, { minLength: 3, maxLength: 3 }),
      fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 3, maxLength: 3 }),
      fc.integer({ min: 0, max: 400 }),
      fc.integer({ min: 1, max: 300 }),
      (point, steps, later, days) => {
        const sum_deviation = steps.map((_, at) => steps.slice(0, at + 1).reduce((sum, each) => sum + each, 0));
        const asked = { first_month: 202611, months: 3, point, sum_deviation, at: 0 };
        const from_on = day('2026-11-01') + later;
        const short = demandAhead(asked, from_on, days);
        const long = demandAhead(asked, from_on, days + 7);
        expect(short.daily_demand_qty_milli).toBeGreaterThanOrEqual(0);
        expect(short.daily_deviation_qty_milli * Math.sqrt(days)).toBeLessThanOrEqual(
          long.daily_deviation_qty_milli * Math.sqrt(days + 7) + 1e-6,
        );
      },
    ),
  );
});
