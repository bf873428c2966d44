/** How long overdue receipts are waited for: what is learned, of whom, from what was known; and what is taken where nothing is. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { receiptsAsTheyCome, takenOn } from './overdueReceipts.ts';
import {
  LEAST_WAITS,
  learnWaits,
  MOST_DAYS_LATE,
  NOTHING_LEARNED,
  type PromisedLine,
  WAIT_DAYS_UNLEARNED,
} from './overdueWaits.ts';

const TODAY = 1_000;
const line = (more: Partial<PromisedLine>): PromisedLine => ({
  supplier_id: 1,
  ordered_on: 800,
  promised_on: 900,
  told: [],
  received_on: 910,
  ...more,
});
const lines = (count: number, more: Partial<PromisedLine>) => Array.from({ length: count }, () => line(more));

const history = fc.array(
  fc
    .record({
      supplier_id: fc.integer({ min: 1, max: 3 }),
      ordered_on: fc.integer({ min: 700, max: 940 }),
      promised: fc.integer({ min: 1, max: 40 }),
      took: fc.option(fc.integer({ min: 1, max: 80 })),
      told: fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 40 })), { maxLength: 3 }),
    })
    .map(({ supplier_id, ordered_on, promised, took, told }): PromisedLine => {
      const promised_on = ordered_on + promised;
      return {
        supplier_id,
        ordered_on,
        promised_on,
        received_on: took === null ? null : ordered_on + took,
        told: told.map(([after, later]) => ({ told_on: ordered_on + after, promised_on: promised_on + later })),
      };
    }),
  { maxLength: 60 },
);
const asked = fc.tuple(fc.option(fc.integer({ min: 1, max: 4 })), fc.integer({ min: 1, max: 90 }));

test('of a supplier whose lines came ten days late, one that is three days late comes in seven; of others as of all', () => {
  const waits = learnWaits(
    [...lines(LEAST_WAITS, {}), ...lines(LEAST_WAITS + 2, { supplier_id: 2, received_on: 904 })],
    TODAY,
  );
  expect(waits.waitOf(1, 3)).toEqual({ days: 7, by: 'supplier', lines: LEAST_WAITS });
  expect(waits.waitOf(1, 9).days).toBe(1);
  expect(waits.waitOf(2, 3)).toEqual({ days: 1, by: 'supplier', lines: LEAST_WAITS + 2 });
  expect(waits.waitOf(3, 3)).toEqual({ days: 1, by: 'company', lines: 2 * LEAST_WAITS + 2 });
  // none of the second was later than four days: as of all that were
  expect(waits.waitOf(2, 8)).toEqual({ days: 2, by: 'company', lines: LEAST_WAITS });
  // later than any: as the latest there were
  expect(waits.waitOf(1, 400)).toEqual({ days: 1, by: 'company', lines: LEAST_WAITS });
});

test('a day put off in time is none overdue; told too late it is, until then', () => {
  const told = (told_on: number) => lines(LEAST_WAITS, { told: [{ told_on, promised_on: 910 }] });
  expect(learnWaits(told(899), TODAY)).toBe(NOTHING_LEARNED);
  const waits = learnWaits(told(904), TODAY);
  expect(waits.waitOf(1, 4)).toMatchObject({ days: 6, by: 'supplier' });
  // nobody was five days late: what was four days late is all there is
  expect(waits.waitOf(1, 5)).toMatchObject({ days: 6, by: 'company' });
});

test('with few lines it is a week, and what is not late is not asked about', () => {
  expect(learnWaits(lines(LEAST_WAITS - 1, {}), TODAY).waitOf(1, 3)).toEqual({
    days: WAIT_DAYS_UNLEARNED,
    by: 'nothing',
    lines: 0,
  });
  expect(() => NOTHING_LEARNED.waitOf(1, 0)).toThrow(RangeError);
  expect(() => learnWaits(lines(9, {}), TODAY).waitOf(1, Number.NaN)).toThrow(RangeError);
});

test('what came or was told on the day or later teaches it nothing; the order of lines does not matter', () => {
  fc.assert(
    fc.property(history, fc.integer({ min: 720, max: 1_000 }), asked, (all, on, [supplier_id, late]) => {
      const wait = learnWaits(all, on).waitOf(supplier_id, late);
      const then = all
        .filter((each) => each.ordered_on < on)
        .map((each) => ({
          ...each,
          received_on: each.received_on !== null && each.received_on < on ? each.received_on : null,
          told: each.told.filter(({ told_on }) => told_on < on),
        }));
      expect(learnWaits(then.toReversed(), on).waitOf(supplier_id, late)).toEqual(wait);
      expect(Number.isSafeInteger(wait.days) && wait.days >= 1).toBe(true);
      expect(wait.by === 'nothing' ? wait.days === WAIT_DAYS_UNLEARNED : wait.lines >= LEAST_WAITS).toBe(true);
      expect(learnWaits(all, on).waitOf(supplier_id, MOST_DAYS_LATE + late)).toEqual(
        learnWaits(all, on).waitOf(supplier_id, MOST_DAYS_LATE),
      );
    }),
  );
});

/** The median of Kaplan and Meier line by line, as the textbook has it. */
function plainWait(all: readonly PromisedLine[], supplier_id: number | null, late: number): number | null {
  const seen = all.flatMap((each) => {
    if (supplier_id !== null && each.supplier_id !== supplier_id) return [];
    const came_on = each.received_on !== null && each.received_on < TODAY ? each.received_on : null;
    const told = [
      { told_on: each.ordered_on, promised_on: each.promised_on },
      ...each.told.filter(({ told_on }) => told_on < TODAY).toSorted((a, b) => a.told_on - b.told_on),
    ];
    return told.flatMap(({ told_on, promised_on }, at) => {
      const on = promised_on + late;
      const last = Math.min(told[at + 1]?.told_on ?? TODAY, came_on ?? TODAY);
      // it stood as late as that while this was its promise
      if (on <= told_on || on > last) return [];
      return [came_on === null ? { days: last - on, came: false } : { days: came_on - on, came: true }];
    });
  });
  if (seen.filter(({ came }) => came).length < LEAST_WAITS) return null;
  let share = 1;
  for (const days of [...new Set(seen.map((each) => each.days))].toSorted((a, b) => a - b)) {
    const at_risk = seen.filter((each) => each.days >= days).length;
    const ends = seen.filter((each) => each.days === days && each.came).length;
    share *= (at_risk - ends) / at_risk;
    if (ends > 0 && share <= 0.5 + 1e-9) return Math.max(1, days);
  }
  return null;
}

test('the wait is the median of the product limit, of the supplier where enough came', () => {
  fc.assert(
    fc.property(history, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 40 }), (all, supplier_id, late) => {
      const wait = learnWaits(all, TODAY).waitOf(supplier_id, late);
      const own = plainWait(all, supplier_id, late);
      expect(wait.by === 'supplier').toBe(own !== null);
      if (own !== null) expect(wait.days).toBe(own);
      const lates = Array.from({ length: late }, (_, at) => late - at);
      const company = lates.map((each) => plainWait(all, null, each)).find((each) => each !== null);
      if (own === null) expect(wait.days).toBe(company ?? WAIT_DAYS_UNLEARNED);
    }),
    { seed: 20_261_127, numRuns: 300 },
  );
});

test('a supplier of whom nothing was ever so late asks no more than one of whom much was', () => {
  const all = Array.from({ length: 3_000 }, (_, at) => line({ supplier_id: at, received_on: 901 + (at % 9) }));
  const waits = learnWaits(all, TODAY);
  // a thousand suppliers of one line each, all of them later than anything that came
  for (let supplier_id = 0; supplier_id < 1_000; supplier_id++) {
    for (let late = 1; late <= MOST_DAYS_LATE; late++) {
      const wait = waits.waitOf(supplier_id, late);
      expect(wait === waits.waitOf(supplier_id + 1, late)).toBe(true);
    }
  }
});

test('lines that are still waited for make no wait shorter', () => {
  fc.assert(
    fc.property(history, fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 90 }), (all, late, waiting) => {
      const before = learnWaits(all, TODAY).waitOf(1, late);
      const open = line({ ordered_on: 900, promised_on: TODAY - waiting, received_on: null });
      const after = learnWaits([...all, open], TODAY).waitOf(1, late);
      if (before.by === after.by && before.lines === after.lines)
        expect(after.days).toBeGreaterThanOrEqual(before.days);
    }),
  );
});

test('an overdue receipt comes when it is taken to, the others on their day, the earliest first', () => {
  const waits = learnWaits(lines(LEAST_WAITS, {}), TODAY);
  const receipt = (expected_on: number, supplier_id: number | null = 1) => ({
    on: expected_on,
    qty_milli: 1,
    taken_on: takenOn({ supplier_id, expected_on }, TODAY, waits),
  });
  const coming = receiptsAsTheyCome(
    [receipt(TODAY + 6), receipt(TODAY - 3), receipt(TODAY), receipt(TODAY - 8)],
    TODAY,
  );
  expect(coming.map(({ on }) => on - TODAY)).toEqual([0, 2, 6, 7]);
  expect(receiptsAsTheyCome([{ on: TODAY - 3, qty_milli: 1 }], TODAY)[0]?.on).toBe(TODAY + WAIT_DAYS_UNLEARNED);
});
