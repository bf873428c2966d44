import { describe, expect, test } from 'vitest';
import { dayNumber } from '../../calendar.ts';
import { addBridgeLine, type BridgeLine, LEAF_WIDTH, noEffects, PARTS } from '../../kpi/priceVolumeMix.ts';
import { dominantPart, FALL_PARTS, groupReference, type GroupTotals, isErosion, partsOfFall } from './cause.ts';
import { sinceWhen } from './changePoint.ts';
import { causeWords } from './explanation.ts';
import { type ErosionSource, erosionsOf, fellTogether } from './tellOnce.ts';
import { atRate, leastFallMinor, median, type MonthSums, trendScore, unusualFall } from './unusual.ts';

/** Numbers between 0 and 1 of a seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

const month = (rate: number, net_minor = 100_000, lines = 40): MonthSums => ({
  net_minor,
  margin_minor: Math.round(net_minor * rate),
  lines,
});
const steady = [0.3, 0.31, 0.29, 0.3, 0.32, 0.3, 0.28, 0.3, 0.31, 0.29, 0.3, 0.3].map((rate) => month(rate));

describe('unusual', () => {
  test('a month far below its own twelve is sudden, and its money is what the usual rate would have given less what is', () => {
    expect(unusualFall(steady, month(0.2), 1_000)).toMatchObject({
      kind: 'sudden',
      usual_ppm: 300_000,
      now_ppm: 200_000,
      months: 12,
      fall_minor: 10_000,
    });
    expect(unusualFall(steady, month(0.29), 1)).toBeNull();
    expect(unusualFall(steady, month(0.2), 10_001)).toBeNull();
  });

  test('an odd month of the past moves nothing', () => {
    const odd = [...steady.slice(0, 11), month(-0.6)];
    expect(unusualFall(odd, month(0.2), 1_000)?.usual_ppm).toBe(300_000);
  });

  test('a little less every month is creeping', () => {
    const falling = Array.from({ length: 12 }, (_, nth) => month(0.34 - nth * 0.01));
    expect(unusualFall(falling, month(0.22), 1_000)).toMatchObject({ kind: 'creeping', usual_ppm: 285_000 });
    // 78 pairs, all falling: (78 − 1) ÷ √(13 · 12 · 31 ÷ 18)
    expect(trendScore(falling.concat(month(0.22)).map((each) => each.margin_minor))).toBeCloseTo(-4.6977, 4);
  });

  test('few lines, few months and thin months make no rate', () => {
    expect(unusualFall(steady, month(0.1, 100_000, 7), 1)).toBeNull();
    expect(unusualFall(steady.slice(0, 5), month(0.1), 1)).toBeNull();
    const thin = [...steady.slice(0, 5), month(0.3, 1_000), month(0.3, 1_000)];
    expect(unusualFall(thin, month(0.1), 1)).toBeNull();
    expect(unusualFall([...thin, month(0.3)], month(0.1), 1)?.months).toBe(6);
  });

  test('less than usual is sold: it may stray further', () => {
    expect(unusualFall(steady, month(0.25), 1)?.kind).toBe('sudden');
    expect(unusualFall(steady, month(0.25, 20_000), 1)).toBeNull();
  });

  test('of months that stray by chance alone about one in eighty is told', () => {
    const random = randomOf(20_261_127);
    let told = 0;
    const tries = 20_000;
    for (let nth = 0; nth < tries; nth++) {
      const rates = Array.from({ length: 13 }, () => month(0.3 + 0.03 * normal(random)));
      if (unusualFall(rates.slice(0, 12), rates[12] ?? month(0), 1) !== null) told += 1;
    }
    // twelve months tell their spread roughly, so it is more than the 0.02 % of a spread that is known
    expect(told / tries).toBeGreaterThan(0.005);
    expect(told / tries).toBeLessThan(0.02);
  });

  test('what is worth telling grows with the company', () => {
    expect(leastFallMinor(0)).toBe(10_000);
    expect(leastFallMinor(50_000_000)).toBe(25_000);
    expect(median([])).toBe(0);
    expect(median([3, 1, 2, 4])).toBe(2.5);
  });
});

describe('told once', () => {
  /** Cells of a customer and an item: net and margin before and now; the months before are all alike. */
  type Cell = { readonly customer: string; readonly item: string; readonly category: string; readonly rate: number };
  function sourceOf(cells: readonly Cell[]): ErosionSource {
    let left = [...cells];
    const keyOf = (cell: Cell, level: string): string | null =>
      level === 'channel'
        ? 'one'
        : level === 'customer'
          ? cell.customer
          : level === 'item'
            ? cell.item
            : level === 'customer_category'
              ? `${cell.customer}|${cell.category}`
              : null;
    return {
      groups: (level) =>
        [...Map.groupBy(left, (cell) => keyOf(cell, level))].flatMap(([key, own]) => {
          if (key === null) return [];
          const net_minor = own.length * 10_000;
          const now = own.reduce((sum, cell) => sum + 10_000 * cell.rate, 0);
          const before = { net_minor, margin_minor: net_minor * 0.3, lines: 50 };
          const months = [...Array.from({ length: 12 }, () => before), { net_minor, margin_minor: now, lines: 50 }];
          return [{ key, months }];
        }),
      partsOf: (level, key, of) => {
        const own = left.filter((cell) => keyOf(cell, level) === key);
        const parts = [...Map.groupBy(own, (cell) => cell[of]).values()];
        return {
          sums: Float64Array.from(
            parts.flatMap((part) => {
              const net = part.length * 10_000;
              return [net, net * 0.3, net, part.reduce((sum, cell) => sum + 10_000 * cell.rate, 0)];
            }),
          ),
          crowd: -1,
        };
      },
      take: (level, key) => {
        left = left.filter((cell) => keyOf(cell, level) !== key);
      },
    };
  }
  const grid = (rate: (customer: number, item: number) => number): Cell[] =>
    Array.from({ length: 100 }, (_, nth) => {
      const [customer, item] = [Math.floor(nth / 10), nth % 10];
      return { customer: `c${customer}`, item: `i${item}`, category: `g${item % 3}`, rate: rate(customer, item) };
    });
  const told = (cells: readonly Cell[]) => erosionsOf(sourceOf(cells), 100).map(({ level, key }) => `${level} ${key}`);

  test('what all fell by is told of the channel, once', () => {
    expect(told(grid(() => 0.25))).toEqual(['channel one']);
  });
  test('one customer’s fall is his, one item’s is the item’s', () => {
    expect(told(grid((customer) => (customer === 3 ? 0.1 : 0.3)))).toEqual(['customer c3']);
    expect(told(grid((_customer, item) => (item === 4 ? 0.1 : 0.3)))).toEqual(['item i4']);
  });
  test('both at once are two falls, and no line is in both', () => {
    const cells = grid((customer, item) => (customer === 3 || item === 4 ? 0.1 : 0.3));
    const falls = erosionsOf(sourceOf(cells), 100);
    expect(falls.map(({ level, key }) => `${level} ${key}`)).toEqual(['customer c3', 'item i4']);
    expect(falls.reduce((sum, { fall_minor }) => sum + fall_minor, 0)).toBe(19 * 2_000);
  });
  test('nothing fell: nothing is told', () => {
    expect(told(grid(() => 0.3))).toEqual([]);
  });
  test('never more than is asked for', () => {
    const cells = grid((customer) => (customer % 3 === 0 ? 0.1 : 0.3));
    expect(erosionsOf(sourceOf(cells), 100, 2)).toHaveLength(2);
  });
  test('two large parts are not the whole', () => {
    const part = (net: number, rate: number) => [net, net * 0.3, net, net * rate];
    const sums = Float64Array.from([
      ...part(500, 0.1),
      ...part(300, 0.1),
      ...Array.from({ length: 6 }, () => part(50, 0.3)).flat(),
    ]);
    expect(fellTogether({ sums, crowd: -1 }, { usual_ppm: 300_000, now_ppm: 150_000 })).toBe(false);
  });
});

describe('cause', () => {
  const QTY = 10_000;
  const line = (over: Partial<BridgeLine> = {}): BridgeLine => {
    const { gross_minor = 10_000, discount_minor = 1_000 } = over;
    return {
      kind: 'goods',
      qty_milli: QTY,
      gross_minor,
      discount_minor,
      cost_minor: 5_000,
      freight_minor: 300,
      rebate_minor: 200,
      fee_minor: 100,
      ...over,
      net_minor: over.net_minor ?? gross_minor - discount_minor,
    };
  };
  const totals = (lines: readonly BridgeLine[], claims_minor = 0): GroupTotals => {
    const sum = (of: (each: BridgeLine) => number, kind = 'goods'): number =>
      lines.reduce((all, each) => all + (each.kind === kind ? of(each) : 0), 0);
    return {
      gross_minor: sum((each) => each.gross_minor),
      discount_minor: sum((each) => each.discount_minor),
      freight_minor: sum((each) => each.freight_minor ?? 0),
      rebate_minor: sum((each) => each.rebate_minor ?? 0),
      fee_minor: sum((each) => each.fee_minor ?? 0),
      returns_net_minor: sum((each) => each.net_minor, 'return'),
      returns_margin_minor: sum((each) => each.net_minor - (each.cost_minor ?? 0), 'return'),
      claims_minor,
    };
  };
  const marginOf = (each: BridgeLine): number =>
    each.net_minor -
    (each.cost_minor ?? 0) -
    (each.freight_minor ?? 0) -
    (each.rebate_minor ?? 0) -
    (each.fee_minor ?? 0);

  /** Twelve usual months against one, of one item in one channel. */
  function partsOf(now: readonly BridgeLine[], claims_minor = 0) {
    const before = Array.from({ length: 12 }, () => line());
    const values = new Float64Array(LEAF_WIDTH);
    for (const each of before) {
      const own = [
        each.qty_milli,
        0,
        each.gross_minor,
        -each.discount_minor,
        -(each.cost_minor ?? 0),
        -300,
        -200,
        -100,
      ];
      for (const [nth, value] of own.entries()) values[nth] = (values[nth] ?? 0) + value;
    }
    for (const each of now) if (each.kind === 'goods') values[1] = (values[1] ?? 0) + each.qty_milli;
    const leaves = { items: 1, channels: 1, values };
    const company = { channels: 1, sold: Uint8Array.of(0), rates: new Float64Array(PARTS), growth: Float64Array.of(1) };
    const reference = groupReference(leaves, company, totals(before));
    const effects = noEffects();
    for (const each of now) {
      addBridgeLine(effects, each, true, { sold: reference.sold[0] ?? 0, rates: reference.rates, at: 0 }, 1, 'gm3');
    }
    const usual_ppm = Math.round((marginOf(line()) / line().net_minor) * 1_000_000);
    const net_minor = now.reduce((sum, each) => sum + each.net_minor, 0);
    const margin_minor = now.reduce((sum, each) => sum + marginOf(each), 0) - claims_minor;
    const fall_minor = atRate(net_minor, usual_ppm) - margin_minor;
    return {
      fall_minor,
      parts: partsOfFall({ fall_minor, usual_ppm }, effects, totals(before), totals(now, claims_minor)),
    };
  }

  test.each([
    ['price', line({ gross_minor: 8_000, discount_minor: 800, freight_minor: 240, rebate_minor: 160, fee_minor: 80 })],
    ['discount', line({ discount_minor: 2_500 })],
    ['cost', line({ cost_minor: 6_200 })],
    ['freight', line({ freight_minor: 1_300 })],
    ['rebates', line({ rebate_minor: 1_200 })],
    ['fees', line({ fee_minor: 1_100 })],
  ] as const)('%s alone is told as that, and little of anything else', (name, changed) => {
    const { fall_minor, parts } = partsOf([changed, changed, changed]);
    expect(dominantPart(parts)).toBe(name);
    const own = parts.find(({ part }) => part === name)?.fall_minor ?? 0;
    // of a lower price all that is a share of it is less as well
    const others = parts.filter(({ part }) => part !== name && name !== 'price');
    expect(fall_minor).toBeGreaterThan(0);
    for (const { fall_minor: other } of others) expect(Math.abs(other)).toBeLessThanOrEqual(3);
    if (name !== 'price') expect(Math.abs(own - fall_minor)).toBeLessThanOrEqual(6);
  });

  test('returns and claims beyond the usual are theirs', () => {
    const back = line({
      kind: 'return',
      qty_milli: -5_000,
      gross_minor: -5_000,
      discount_minor: 0,
      cost_minor: 0,
      freight_minor: 0,
      rebate_minor: 0,
      fee_minor: 0,
    });
    expect(dominantPart(partsOf([line(), line(), back]).parts)).toBe('returns');
    expect(dominantPart(partsOf([line(), line()], 900).parts)).toBe('claims');
  });

  test('the parts add up to the fall, to the cent, whatever the lines', () => {
    const seed = 4_711;
    const random = randomOf(seed);
    for (let nth = 0; nth < 400; nth++) {
      const whole = (most: number): number => Math.round(random() * most);
      const lines = Array.from({ length: 1 + whole(6) }, () =>
        line({
          kind: random() < 0.2 ? 'return' : random() < 0.1 ? 'discount' : 'goods',
          qty_milli: whole(20_000) - 4_000,
          gross_minor: whole(30_000) - 3_000,
          discount_minor: whole(4_000),
          cost_minor: whole(20_000),
          freight_minor: whole(900),
          rebate_minor: whole(900),
          fee_minor: whole(900),
        }),
      );
      const { fall_minor, parts } = partsOf(lines, whole(500));
      expect(parts.map(({ part }) => part)).toEqual([...FALL_PARTS]);
      expect(
        parts.reduce((sum, each) => sum + each.fall_minor, 0),
        `seed ${seed}, case ${nth}`,
      ).toBe(fall_minor);
    }
  });

  test('one return is no erosion, nor is a customer who buys other things', () => {
    expect(isErosion('item', 'returns', 2)).toBe(false);
    expect(isErosion('item', 'returns', 3)).toBe(true);
    expect(isErosion('customer', 'mix', 0)).toBe(false);
    expect(isErosion('channel', 'mix', 0)).toBe(true);
  });
});

describe('since when', () => {
  const days = (units: readonly number[]) =>
    units.map((unit, nth) => ({ day: 100 + nth, qty_milli: 1_000, amount_minor: Math.round(unit * 1_000) }));
  test('the day the level changed', () => {
    expect(sinceWhen(days([1, 1, 1.01, 1, 1.12, 1.12, 1.13]), 0.12)).toBe(104);
  });
  test('no day where it came little by little, or never', () => {
    expect(sinceWhen(days([1, 1, 1, 1]), 0.1)).toBeNull();
    expect(sinceWhen([], 0.1)).toBeNull();
  });
});

test('the cause in words', () => {
  const by = [{ by: 'sales', lines: 41 }];
  const discount = { part: 'discount', from_bp: 410, to_bp: 980, lines: 63 } as const;
  expect(causeWords({ ...discount, overrides: by })).toBe(
    'Discount 4.1 % → 9.8 % on 63 lines, 41 of them by override of sales',
  );
  expect(causeWords({ ...discount, overrides: [] })).toBe('Discount 4.1 % → 9.8 % on 63 lines, allowed by nobody');
  const since_on = dayNumber('2026-10-03') ?? 0;
  const most = { item_id: 7, code: 'FA-0007', name: 'Bolt', change_bp: 1_200, since_on };
  const cost = { part: 'cost', change_bp: 1_200, other_change_bp: 10, items: 1, most } as const;
  expect(causeWords(cost)).toBe('Landed cost of FA-0007 up 12.0 % since 3 Oct and price unchanged');
  expect(causeWords(cost, true)).toBe('Landed cost up 12.0 % since 3 Oct and price unchanged');
  expect(causeWords({ ...cost, items: 14, other_change_bp: 220 })).toBe(
    'Landed cost of 14 items up 12.0 %, most on FA-0007 since 3 Oct and price up 2.2 %',
  );
  expect(causeWords({ part: 'fees', from_bp: 740, to_bp: 850, lines: 1 })).toBe(
    'Channel fees 7.4 % → 8.5 % of net sales, 1 line',
  );
});
