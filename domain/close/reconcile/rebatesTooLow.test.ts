/** A bonus accrued at a lower rate than was agreed is told with that rate and its money; whole documents are another cause. */
import { NO_EVIDENCE } from './documentTesting.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayNumber } from '../../calendar.ts';
import { missingRebates } from './accruals.ts';
import type { Evidence, Posting, RebateLevel } from './facts.ts';
import { CellsLeft } from './cellsLeft.ts';
import { rebatesOfTwo } from './rebatesOfTwo.ts';
import { rebatesAtLowerRate } from './rebatesTooLow.ts';

const FIRST = dayNumber('2026-10-01') ?? 0;
const CUT_OFF = FIRST + 30;
const level = (party_id: number, rate_bp: number, more: Partial<RebateLevel> = {}): RebateLevel => ({
  party_id,
  channel_id: null,
  rate_bp,
  valid_from: 0,
  valid_to: null,
  ...more,
});
let documents = 0;
const posted = (party_id: number, day: number, amount_minor: number): Posting => ({
  role: 'rebate_accrual',
  day: FIRST + day,
  amount_minor: -amount_minor,
  document: { kind: 'shipment', id: (documents += 1), ref: `S-${documents}` },
  party_id,
  channel_id: 1,
  ordered_on: FIRST + day,
  missing: 'accrual_missing',
  takes_back: null,
  valued: null,
});
const evidence = (postings: readonly Posting[], rebates: readonly RebateLevel[]): Evidence => ({
  ...NO_EVIDENCE,
  postings,
  rebates: Map.groupBy(rebates, ({ party_id }) => party_id),
  parties: new Map([1, 2, 3].map((id) => [id, { id, code: `C-${id}`, name: `Customer ${id}` }])),
});
/** Ledger less documents by day. */
const lacking = (days: Readonly<Record<number, number>>): CellsLeft =>
  new CellsLeft(
    Object.entries(days).map(([day, amount_minor]) => ({
      role: 'rebate_accrual',
      day: FIRST + Number(day),
      amount_minor,
    })),
  );

test('3 % agreed, 2 % accrued: a third of each day’s documents is lacking', () => {
  const postings = [posted(1, 3, 30_000), posted(1, 3, 15_000), posted(1, 9, 60_000), posted(2, 9, 8_000)];
  const left = lacking({ 3: 15_000, 9: 20_000 });
  expect(rebatesAtLowerRate(left, evidence(postings, [level(1, 300), level(2, 300)]), CUT_OFF)).toMatchObject([
    { cause: 'accrued_at_old_rate', amount_minor: 35_000, ref: 'C-1 202610, 2 %', arose_on: CUT_OFF },
  ]);
  expect(left.all()).toEqual([]);
});

test('one day tells a rate only where the customer once had it', () => {
  const postings = [posted(1, 3, 30_000)];
  const once_had = [level(1, 200, { valid_to: FIRST - 1 }), level(1, 300, { valid_from: FIRST })];
  expect(rebatesAtLowerRate(lacking({ 3: 10_000 }), evidence(postings, [level(1, 300)]), CUT_OFF)).toEqual([]);
  expect(rebatesAtLowerRate(lacking({ 3: 10_000 }), evidence(postings, once_had), CUT_OFF)).toMatchObject([
    { ref: 'C-1 202610, 2 %', amount_minor: 10_000 },
  ]);
});

test('what is no rate is left: an entry by hand, whole documents, a customer without an agreement', () => {
  const postings = [posted(1, 3, 30_000), posted(1, 4, 60_000), posted(3, 3, 45_000), posted(3, 4, 90_000)];
  const agreed = [level(1, 300)];
  for (const days of [
    { 3: 10_000, 4: 777 },
    { 3: 30_000, 4: 60_000 },
    { 3: -10_000, 4: -20_000 },
  ]) {
    const left = lacking(days);
    expect(rebatesAtLowerRate(left, evidence(postings, agreed), CUT_OFF)).toEqual([]);
    expect(left.all()).toHaveLength(2);
  }
  // the same two days of another customer whose documents are lacking whole
  expect(rebatesAtLowerRate(lacking({ 3: 45_000, 4: 90_000 }), evidence(postings, agreed), CUT_OFF)).toEqual([]);
});

/** As a reconciliation looks: two on the same days, one, whole documents. */
function told(left: CellsLeft, of: Evidence) {
  const found = [rebatesOfTwo, rebatesAtLowerRate, missingRebates].flatMap((look) => look(left, of, CUT_OFF));
  return found.map(({ cause, ref, amount_minor }) => `${cause} ${ref} ${amount_minor}`).toSorted();
}

const OF_TWO = [
  posted(1, 3, 30_000),
  posted(1, 4, 90_000),
  posted(1, 9, 15_000),
  posted(1, 12, 60_000),
  posted(2, 3, 50_000),
  posted(2, 4, 20_000),
  posted(2, 9, 80_000),
  posted(2, 20, 40_000),
  posted(3, 3, 7_000),
  posted(3, 9, 21_000),
  posted(3, 25, 9_000),
];

test('two customers accrued too low on the same days are told apart, each with its rate and its money', () => {
  const of = evidence(OF_TWO, [level(1, 300), level(2, 400), level(3, 300)]);
  // 1 at 2 % instead of 3, 2 at 1 % instead of 4
  const left = lacking({ 3: 47_500, 4: 45_000, 9: 65_000, 12: 20_000, 20: 30_000 });
  expect(told(left, of)).toEqual([
    'accrued_at_old_rate C-1 202610, 2 % 65000',
    'accrued_at_old_rate C-2 202610, 1 % 142500',
  ]);
  expect(left.all()).toEqual([]);
});

test('of two on the same days one may lack the bonus whole', () => {
  const of = evidence(OF_TWO, [level(1, 300), level(2, 400), level(3, 300)]);
  expect(told(lacking({ 3: 60_000, 4: 50_000, 9: 85_000, 12: 20_000, 20: 40_000 }), of)).toEqual([
    'accrual_missing C-2 202610 190000',
    'accrued_at_old_rate C-1 202610, 2 % 65000',
  ]);
});

test('what one customer explains on every day is not shared with another', () => {
  const own = [posted(1, 3, 30_000), posted(1, 4, 90_000), posted(1, 9, 15_000)];
  const others = [posted(2, 3, 300), posted(2, 4, 900), posted(2, 9, 150)];
  const of = evidence([...own, ...others], [level(1, 300), level(2, 400)]);
  expect(told(lacking({ 3: 30_000, 4: 90_000, 9: 15_000 }), of)).toEqual(['accrual_missing C-1 202610 135000']);
});

test('two customers that bought in step: whose bonus it is cannot be said, and both are named', () => {
  const step = [posted(1, 3, 30_000), posted(1, 9, 60_000), posted(2, 3, 30_000), posted(2, 9, 60_000)];
  expect(told(lacking({ 3: 10_000, 9: 20_000 }), evidence(step, [level(1, 300), level(2, 300)]))).toEqual([
    'accrued_at_old_rate C-1 202610, 2 % or C-2 202610, 2 % 30000',
  ]);
});

test('whatever two customers bought: both are found with their money, and nothing is lost', () => {
  const day_of = fc.record({
    one: fc.integer({ min: 20_000, max: 900_000 }),
    two: fc.integer({ min: 20_000, max: 900_000 }),
  });
  const rates = fc.record({ one_bp: fc.integer({ min: 50, max: 250 }), two_bp: fc.integer({ min: 50, max: 350 }) });
  fc.assert(
    fc.property(fc.array(day_of, { minLength: 5, maxLength: 12 }), rates, (bought, { one_bp, two_bp }) => {
      const postings = bought.flatMap(({ one, two }, day) => [posted(1, day, one), posted(2, day, two)]);
      const lacks = bought.map(
        ({ one, two }) => Math.round((one * (300 - one_bp)) / 300) + Math.round((two * (400 - two_bp)) / 400),
      );
      const left = lacking(Object.fromEntries(lacks.entries()));
      const found = rebatesOfTwo(left, evidence(postings, [level(1, 300), level(2, 400)]), CUT_OFF);
      const rest = left.all().reduce((sum, each) => sum + each.amount_minor, 0);
      const amount = lacks.reduce((sum, each) => sum + each, 0);
      expect(found.reduce((sum, each) => sum + each.amount_minor, 0) + rest).toBe(amount);
      // one rate of one customer may come to most of the days by chance
      if (found.length === 0) return;
      const of_one = bought.reduce((sum, { one }) => sum + (one * (300 - one_bp)) / 300, 0);
      expect(found.map(({ ref }) => ref.slice(0, 10))).toEqual(['C-1 202610', 'C-2 202610']);
      // a basis point of either rate is the least that can be told
      const step = bought.reduce((sum, { one, two }) => sum + one / 300 + two / 400, 0);
      expect(Math.abs((found[0]?.amount_minor ?? 0) - of_one)).toBeLessThan(2 * step);
    }),
    { numRuns: 40 },
  );
});

test('whatever customers bought: the one accrued too low is found with its rate to the cent, and nothing is lost', () => {
  const sales = fc.array(
    fc.record({
      party_id: fc.integer({ min: 1, max: 3 }),
      day: fc.nat(29),
      net_minor: fc.integer({ min: 50_000, max: 9_000_000 }),
    }),
    { minLength: 6, maxLength: 60 },
  );
  fc.assert(
    fc.property(
      sales,
      fc.integer({ min: 100, max: 600 }),
      fc.integer({ min: 20, max: 80 }),
      (drawn, agreed_bp, percent) => {
        const lower_bp = Math.floor((agreed_bp * percent) / 100);
        const worth = (net_minor: number, bp: number): number => Math.round((net_minor * bp) / 10_000);
        const days = new Map<number, number>();
        const postings = drawn.map(({ party_id, day, net_minor }) => {
          const rebate = worth(net_minor, agreed_bp);
          if (party_id === 1) days.set(day, (days.get(day) ?? 0) + rebate - worth(net_minor, lower_bp));
          return posted(party_id, day, rebate);
        });
        fc.pre(days.size >= 3);
        const rebates = [1, 2, 3].map((id) => level(id, agreed_bp));
        const left = lacking(Object.fromEntries(days));
        const sum = [...days.values()].reduce((all, each) => all + each, 0);
        const found = rebatesAtLowerRate(left, evidence(postings, rebates), CUT_OFF);
        const rest = left.all().reduce((all, each) => all + each.amount_minor, 0);
        expect(found.reduce((all, each) => all + each.amount_minor, 0) + rest).toBe(sum);
        // unless somebody's whole documents happen to come to as many days
        const whole = missingRebates(lacking(Object.fromEntries(days)), evidence(postings, rebates), CUT_OFF);
        if (whole.length > 0) return;
        expect([found.length, found[0]?.amount_minor]).toEqual([1, sum]);
        expect(found[0]?.ref).toMatch(/^C-1 202610, /);
        expect(Math.abs(Number(/, ([\d.]+) %/.exec(found[0]?.ref ?? '')?.[1]) * 100 - lower_bp)).toBeLessThanOrEqual(1);
      },
    ),
    { numRuns: 60 },
  );
});
