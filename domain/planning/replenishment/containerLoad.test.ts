import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  containerLoad,
  type ContainerTerms,
  FILL_DAYS,
  type FillCandidate,
  fillContainers,
  fillMostMilli,
} from './containerLoad.ts';
import { POSITION } from './testing/position.ts';

/** 1,000 litres and 500 kg, sent from four fifths on. */
const box: ContainerTerms = { volume_litres: 1_000, weight_kg: 500, least_fill_bp: 8_000 };
const item = (item_id: number, qty_milli: number, more: Partial<FillCandidate> = {}): FillCandidate => ({
  item_id,
  qty_milli,
  volume_ml: 10_000,
  weight_g: 1_000,
  step_qty_milli: 1_000,
  minimum_qty_milli: 0,
  most_qty_milli: 1_000_000,
  daily_demand_qty_milli: 1_000,
  cover_days: 0,
  ...more,
});
const added = (candidates: readonly FillCandidate[], terms = box) => {
  const filled = fillContainers(candidates, terms);
  return { ...filled, added: [...(filled?.added ?? [])] };
};

describe('how full it is', () => {
  test('by the measure that needs more containers: the last one, the others being full', () => {
    expect(containerLoad([item(1, 40_000)], box)).toEqual({
      containers: 1,
      by: 'volume',
      last_fill_bp: 4_000,
      volume_ml: 400_000,
      weight_g: 40_000,
      unmeasured_lines: 0,
    });
    expect(containerLoad([item(1, 100_000)], box)).toMatchObject({ containers: 1, last_fill_bp: 10_000 });
    expect(containerLoad([item(1, 130_000)], box)).toMatchObject({ containers: 2, last_fill_bp: 3_000 });
    const heavy = item(1, 40_000, { weight_g: 20_000 });
    expect(containerLoad([heavy], box)).toMatchObject({ containers: 2, by: 'weight', last_fill_bp: 6_000 });
    expect(containerLoad([heavy], { ...box, weight_kg: null })).toMatchObject({ containers: 1, by: 'volume' });
  });
  test('a line without a size is counted and takes no room; without any nothing is said', () => {
    const unknown = item(2, 5_000, { volume_ml: null });
    expect(containerLoad([item(1, 40_000), unknown], box)).toMatchObject({ last_fill_bp: 4_000, unmeasured_lines: 1 });
    expect(containerLoad([item(2, 5_000, { volume_ml: null, weight_g: null })], box)).toBeNull();
    expect(containerLoad([], box)).toBeNull();
    expect(() => containerLoad([], { ...box, weight_kg: 0 })).toThrow(RangeError);
  });
});

describe('what is added', () => {
  test('nothing where the last container is full enough', () => {
    expect(added([item(1, 80_000), item(2, 0)])).toMatchObject({ added: [], below: null, last_fill_bp: 8_000 });
  });
  test('what runs out soonest, until all last as long, and no more than is enough', () => {
    // 40 of 80 that are enough: the first lasts 40 days with them, the second 20, the third 0
    const filled = added([item(1, 40_000), item(2, 0, { cover_days: 20 }), item(3, 0)]);
    // raised to 40 days: 20 of the second, 40 would be of the third; 30 and 10 are lowest
    expect(filled.added).toEqual([
      [3, 30_000],
      [2, 10_000],
    ]);
    expect(filled).toMatchObject({ below: null, last_fill_bp: 8_000 });
  });
  test('in what the supplier sells, from its minimum on, and no longer than it may lie', () => {
    const dozens = added([item(1, 40_000, { most_qty_milli: 0 }), item(2, 0, { step_qty_milli: 12_000 })]);
    expect(dozens).toMatchObject({ added: [[2, 48_000]], last_fill_bp: 8_800, below: null });
    const least = item(2, 0, { minimum_qty_milli: 61_000 });
    expect(added([item(1, 40_000, { most_qty_milli: 0 }), least])).toMatchObject({ added: [], below: 'nothing_fits' });
    const short = added([item(1, 40_000, { most_qty_milli: 50_000 }), item(2, 0, { most_qty_milli: 5_000 })]);
    // 15 more do not make it full enough: it is not sent, and nothing is bought for it
    expect(short).toMatchObject({ added: [], below: 'lasts_too_long', last_fill_bp: 4_000 });
  });
  test('nothing nobody asks for, and nothing whose size is not known', () => {
    const idle = item(2, 0, { daily_demand_qty_milli: 0 });
    const unknown = item(3, 0, { volume_ml: null });
    const fixed = item(1, 40_000, { daily_demand_qty_milli: 0 });
    expect(added([fixed, idle, unknown])).toMatchObject({ added: [], below: 'nothing_else' });
  });
  test('the most is what it may lie after the wait for it, 120 days where nothing else is said', () => {
    // 5 a day, 10 days until it comes, 30 there
    expect(fillMostMilli(POSITION, 30_000)).toBe(5_000 * (FILL_DAYS + 10) - 30_000);
    expect(fillMostMilli({ ...POSITION, most_days: 20, shelf_life_days: 40 }, 30_000)).toBe(120_000);
    expect(fillMostMilli({ ...POSITION, shelf_life_days: 4 }, 100_000)).toBe(0);
  });
});

test('whatever is ordered: no line is lowered, none lasts too long, no container holds more, full enough or said why', () => {
  const sizes = fc.option(fc.integer({ min: 1, max: 40_000 }));
  const candidates = fc
    .array(
      fc.record({
        qty: fc.integer({ min: 0, max: 90 }),
        volume_ml: sizes,
        weight_g: sizes,
        step: fc.integer({ min: 1, max: 30 }),
        minimum: fc.integer({ min: 0, max: 60 }),
        most: fc.integer({ min: 0, max: 300 }),
        daily: fc.integer({ min: 0, max: 40 }),
        cover_days: fc.integer({ min: -20, max: 200 }),
      }),
      { minLength: 1, maxLength: 12 },
    )
    .map((rows) =>
      rows.map(({ qty, step, minimum, most, daily, ...more }, at) =>
        item(at + 1, qty * 1_000, {
          ...more,
          step_qty_milli: step * 1_000,
          minimum_qty_milli: minimum * 1_000,
          most_qty_milli: most * 1_000,
          daily_demand_qty_milli: daily * 100,
        }),
      ),
    );
  const bounds = fc.option(fc.integer({ min: 100, max: 3_000 }));
  const terms = fc
    .record({ volume_litres: bounds, weight_kg: bounds, least_fill_bp: fc.integer({ min: 0, max: 10_000 }) })
    .filter(({ volume_litres, weight_kg }) => volume_litres !== null || weight_kg !== null);
  const seen = { filled: 0, lasts_too_long: 0, nothing_fits: 0, nothing_else: 0 };
  fc.assert(
    fc.property(candidates, terms, (lines, container) => {
      const before = containerLoad(lines, container);
      const filled = fillContainers(lines, container);
      if (before === null || filled === null) {
        expect(filled).toBe(before);
        return;
      }
      expect(filled.containers).toBe(before.containers);
      const { volume_litres, weight_kg, least_fill_bp } = container;
      const holds = (size: number, each: number | null): boolean =>
        each === null || size <= filled.containers * each * 1_000 + 1;
      expect(holds(filled.volume_ml, volume_litres) && holds(filled.weight_g, weight_kg)).toBe(true);
      for (const each of lines) {
        const more = filled.added.get(each.item_id) ?? 0;
        expect(more).toBeGreaterThanOrEqual(0);
        if (more === 0) continue;
        const qty_milli = each.qty_milli + more;
        expect(qty_milli).toBeLessThanOrEqual(each.most_qty_milli);
        expect(each.daily_demand_qty_milli).toBeGreaterThan(0);
        if (each.qty_milli === 0) expect(qty_milli).toBeGreaterThanOrEqual(each.minimum_qty_milli);
        expect((each.qty_milli === 0 ? qty_milli : more) % each.step_qty_milli).toBe(0);
      }
      if (filled.below === null) expect(filled.last_fill_bp).toBeGreaterThanOrEqual(least_fill_bp);
      else {
        expect(filled.last_fill_bp).toBeLessThan(least_fill_bp);
        expect(filled.added.size).toBe(0);
      }
      if (before.last_fill_bp >= least_fill_bp) expect(filled.added.size).toBe(0);
      seen[filled.below ?? 'filled'] += filled.added.size > 0 || filled.below !== null ? 1 : 0;
    }),
    { seed: 20_261_126, numRuns: 2_000 },
  );
  for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(10);
});
