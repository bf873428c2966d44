import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NOTHING_LEARNED } from '../planning/overdueWaits.ts';
import { coverOn, dayLedger, type Position } from './cover.ts';
import { calibrationError, scoresOf } from './evaluate.ts';
import { RateHistory, shrunkRate } from './rates.ts';
import { countLooks, LOOK_EVERY_DAYS, looksAt, orderNumberBelow } from './sample.ts';

describe('rates as they were known', () => {
  test('count what was known before the day, and no more', () => {
    const history = new RateHistory(2, 100, 200);
    history.add(0, 120, true);
    history.add(0, 121, false);
    history.add(0, 150, true);
    history.add(1, 121, true);
    history.finish();
    expect(history.before(0, 121, 90)).toEqual({ lines: 1, late: 1 });
    expect(history.before(0, 122, 90)).toEqual({ lines: 2, late: 1 });
    expect(history.before(0, 150, 90)).toEqual({ lines: 2, late: 1 });
    expect(history.before(0, 151, 30)).toEqual({ lines: 2, late: 1 });
    expect(history.before(0, 151, 90)).toEqual({ lines: 3, late: 2 });
    expect(history.before(1, 200, 90)).toEqual({ lines: 1, late: 1 });
  });

  test('nothing that is added on a day or later changes what was known before it', () => {
    const entry = fc.tuple(fc.integer({ min: 0, max: 80 }), fc.boolean());
    fc.assert(
      fc.property(
        fc.array(entry),
        fc.array(entry),
        fc.integer({ min: 1, max: 80 }),
        fc.constantFrom(1, 7, 30),
        (some, more, on, bucket) => {
          const of = (entries: readonly (readonly [number, boolean])[]) => {
            const history = new RateHistory(1, 0, 80, bucket);
            for (const [day, late] of entries) history.add(0, day, late);
            history.finish();
            return history.before(0, on, 30);
          };
          expect(of([...some, ...more.filter(([day]) => day >= on)])).toEqual(of(some));
        },
      ),
    );
  });

  test('a rate of few lines is drawn to the usual one', () => {
    expect(shrunkRate({ lines: 0, late: 0 }, 0.1, 20)).toBeCloseTo(0.1);
    expect(shrunkRate({ lines: 20, late: 20 }, 0.1, 20)).toBeCloseTo(0.55);
  });
});

describe('what covers a line', () => {
  const position: Position = {
    free_now_qty_milli: -4_000,
    ordered: dayLedger([
      { on: 105, qty_milli: 6_000 },
      { on: 95, qty_milli: 2_000 },
    ]),
    came: dayLedger([{ on: 103, qty_milli: 1_000 }]),
    promised: [
      {
        supplier_id: 4,
        ordered_on: 90,
        ordered_qty_milli: 10_000,
        promised_on: 108,
        told: [{ told_on: 104, promised_on: 120 }],
        received: [{ on: 103, qty_milli: 1_000 }],
      },
    ],
  };

  test('goods not promised yet follow from today’s by what was ordered and came since', () => {
    // 110: −4; before the order of the 105th: +2; before the receipt of the 103rd: +1
    expect(coverOn(position, 110, 125, NOTHING_LEARNED).free_qty_milli).toBe(-4_000);
    expect(coverOn(position, 105, 125, NOTHING_LEARNED).free_qty_milli).toBe(2_000);
    expect(coverOn(position, 103, 125, NOTHING_LEARNED).free_qty_milli).toBe(1_000);
    expect(coverOn(position, 95, 125, NOTHING_LEARNED).free_qty_milli).toBe(3_000);
  });

  test('a receipt covers by the day that had been promised by then', () => {
    const short = { ...position, free_now_qty_milli: -9_000 };
    // the later promise of the 104th is known from the 105th on
    expect(coverOn(short, 104, 110, NOTHING_LEARNED)).toMatchObject({ cover: 'receipt', covered_on: 108 });
    expect(coverOn(short, 105, 110, NOTHING_LEARNED)).toMatchObject({ cover: 'none', covered_on: 120 });
    expect(coverOn(short, 105, 120, NOTHING_LEARNED)).toMatchObject({ cover: 'receipt', covered_on: 120 });
    // 9 are still to come; −9 at 110
    expect(coverOn({ ...short, free_now_qty_milli: -9_001 }, 110, 130, NOTHING_LEARNED)).toMatchObject({
      cover: 'none',
      covered_on: null,
    });
  });

  test('a receipt that should have come is overdue and taken to come in a week', () => {
    const late = { ...position, promised: position.promised.map((each) => ({ ...each, told: [] })) };
    expect(coverOn(late, 110, 125, NOTHING_LEARNED)).toEqual({
      cover: 'receipt',
      free_qty_milli: -4_000,
      covered_on: 117,
      overdue: true,
    });
    expect(coverOn(late, 108, 125, NOTHING_LEARNED).overdue).toBe(false);
  });

  test('what happens on a day or after it changes nothing of how the day began', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 90, max: 110 }),
        fc.integer({ min: 0, max: 9_000 }),
        fc.nat(20),
        (on, qty_milli, after) => {
          const later = on + after;
          // an order, a receipt and a promise of later days, and today's free goods as they are with them
          const changed: Position = {
            free_now_qty_milli: position.free_now_qty_milli - 500 + qty_milli,
            ordered: dayLedger([
              { on: later, qty_milli: 500 },
              { on: 105, qty_milli: 6_000 },
              { on: 95, qty_milli: 2_000 },
            ]),
            came: dayLedger([
              { on: later, qty_milli },
              { on: 103, qty_milli: 1_000 },
            ]),
            promised: position.promised.map((each) => ({
              ...each,
              told: [...each.told, { told_on: later, promised_on: 300 }],
              received: [...each.received, { on: later, qty_milli }],
            })),
          };
          expect(coverOn(changed, on, 125, NOTHING_LEARNED)).toEqual(coverOn(position, on, 125, NOTHING_LEARNED));
        },
      ),
    );
  });
});

describe('scores', () => {
  test('of four lines, by hand', () => {
    const scores = scoresOf([0.9, 0.2, 0.6, 0.1], [1, 0, 0, 0]);
    expect(scores.brier).toBeCloseTo((0.01 + 0.04 + 0.36 + 0.01) / 4);
    expect(scores.log_loss).toBeCloseTo(-(Math.log(0.9) + Math.log(0.8) + Math.log(0.4) + Math.log(0.9)) / 4);
    expect(scores.auc).toBe(1);
    expect(scores).toMatchObject({ top_lines: 4, top_late: 1 });
  });

  test('lines held alike are among the most at risk by their share, in whatever order they come', () => {
    const late = Array.from({ length: 400 }, (_, at) => (at >= 320 ? 1 : 0));
    const rate = late.map(() => 0.2);
    expect(scoresOf(rate, late)).toMatchObject({ top_lines: 50, top_late: 10 });
    expect(scoresOf(rate, late.toReversed())).toMatchObject({ top_lines: 50, top_late: 10 });
    const known = late.map((_, at) => (at >= 390 ? 0.9 : 0.2));
    expect(scoresOf(known, late)).toMatchObject({ top_lines: 50, top_late: 10 + Math.round((40 * 70) / 390) });
  });

  test('area under the curve counts pairs, ties as half', () => {
    const line = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(line, { minLength: 2, maxLength: 40 }), (lines) => {
        let [pairs, right] = [0, 0];
        for (const [p, late] of lines) {
          for (const [q, other] of lines) {
            if (!late || other) continue;
            pairs += 1;
            right += p > q ? 1 : p === q ? 0.5 : 0;
          }
        }
        const { auc } = scoresOf(
          lines.map(([p]) => p / 5),
          lines.map(([, late]) => (late ? 1 : 0)),
        );
        if (pairs === 0) expect(auc).toBeNull();
        else expect(auc).toBeCloseTo(right / pairs, 10);
      }),
    );
  });

  test('groups hold every line once, and lie off by nothing where what was said came', () => {
    const { bins } = scoresOf(
      Array.from({ length: 95 }, (_, at) => at / 95),
      Array.from({ length: 95 }, (_, at) => at % 2),
    );
    expect(bins).toHaveLength(10);
    expect(bins.reduce((sum, bin) => sum + bin.lines, 0)).toBe(95);
    expect(calibrationError([{ lines: 10, mean_p: 0.3, late: 3 }])).toBeCloseTo(0);
    expect(
      calibrationError([
        { lines: 10, mean_p: 0.5, late: 3 },
        { lines: 10, mean_p: 0.3, late: 3 },
      ]),
    ).toBeCloseTo(0.1);
  });
});

describe('looks', () => {
  test('fall between the day after the order and the last day in time, the latest first', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 990 }),
        fc.nat(60),
        fc.integer({ min: 0, max: 900 }),
        (ordered_on, days, first_on) => {
          const cut_off_on = Math.min(999, ordered_on + days);
          const looks = looksAt(ordered_on, cut_off_on, first_on, 1_000);
          const every = Array.from({ length: 90 }, (_, nth) => 1_000 - LOOK_EVERY_DAYS * (nth + 1));
          expect(looks).toEqual(every.filter((on) => on > ordered_on && on <= cut_off_on && on >= first_on));
          expect(countLooks(ordered_on, cut_off_on, first_on, 1_000)).toBe(looks.length);
        },
      ),
    );
  });

  test('take about one order in so many, always the same', () => {
    const taken = Array.from({ length: 20_000 }, (_, order) => order + 1_001).filter(
      (order) => orderNumberBelow(order, 7) === 0,
    );
    expect(taken.length).toBeGreaterThan(2_650);
    expect(taken.length).toBeLessThan(3_070);
    expect(orderNumberBelow(4_711, 7)).toBe(orderNumberBelow(4_711, 7));
    expect(orderNumberBelow(4_711, 1)).toBe(0);
  });
});
