/**
 * The groups of a company month by month, as domain/pricing/erosion asks for them. A first pass keeps four sums a group and
 * finds which may have fallen at all; only those get their months. What is told is taken out of the others' months by a pass
 * over its own lines.
 */
import { monthOfDay } from '#domain/calendar.ts';
import {
  EROSION_LEVELS,
  type ErosionLevel,
  type ErosionSource,
  type GroupParts,
  LEVEL_DIMENSIONS,
  PART_WIDTH,
} from '#domain/pricing/erosion/tellOnce.ts';
import { FEWEST_LINES, leastFallMinor, type MonthSums } from '#domain/pricing/erosion/unusual.ts';
import type { LineDimension } from '#contract/queries.ts';
import type { Grouping } from '#db/analysis/cells.ts';
import type { FactPart } from '#db/analysis/factMemory.ts';
import { groupingOf, type KnownFacts } from '../facts.ts';
import { columnsOf, isGoods } from '../margin/bridgeScan.ts';
import { creditKey, type CreditRow } from '../margin/credits.ts';
import { creditsOf, type ErosionGround, type Group, MONTHS, numbersOf, scanGroup } from './erosionColumns.ts';

const NOW = MONTHS - 1;

interface Side {
  readonly dimension: LineDimension;
  readonly grouping: Grouping;
  readonly slotOf: ReadonlyMap<string, number>;
}

/** A level's groups as numbers: those of one dimension, or of two. */
interface LevelGroups {
  readonly level: ErosionLevel;
  readonly first: Side;
  readonly second: Side | null;
  readonly count: number;
  readonly keyOf: (place: number) => string;
}

/** Net and margin before, net and margin now, goods lines now. */
const SIEVE_WIDTH = 5;
/** Net, margin and goods lines of a month. */
const SERIES_WIDTH = 3;

/** What was pooled may hide half of a fall that medians show. */
const MAY_HIDE = 0.5;

export function erosionSource(ground: ErosionGround): { readonly source: ErosionSource; readonly least_minor: number } {
  const groups = EROSION_LEVELS.map((level) => levelGroups(ground, level));
  const rows = rowAmounts(ground);
  const taken: Group[] = [];
  /** Every line of a group, with its place in each level. */
  const pass = (group: Group | null, add: (at: LevelGroups, nth: number, part: Places) => void): void => {
    scanGroup(ground, group, taken, {
      slotOfMonth: (nth) => nth,
      slots: MONTHS,
      visit: (part, keys) => {
        const { net, margin } = rows(part);
        for (const [nth, at] of groups.entries()) {
          add(at, nth, { rows: part.general.rows, keys, net, margin, places: placesOf(at, part) });
        }
      },
    });
  };

  const sieves = groups.map(({ count }) => new Float64Array(count * SIEVE_WIDTH));
  pass(null, (_at, nth, part) => addToSieve(sieves[nth] ?? new Float64Array(), part));
  for (const row of ground.credits) {
    const side = monthOfDay(row.day) === ground.months[NOW] ? 2 : 0;
    for (const [nth, at] of groups.entries()) {
      addCredit(sieves[nth], placeOfCredit(at, row, ground.items) * SIEVE_WIDTH + side, row, 1);
    }
  }
  const least_minor = leastFallMinor(usualMonth(ground, sieves[0] ?? new Float64Array()));
  const suspects = groups.map((at, nth) => suspectsOf(at, sieves[nth] ?? new Float64Array(), least_minor * MAY_HIDE));
  const addMonths = (group: Group | null, sign: 1 | -1): void => {
    pass(group, (_at, nth, part) => {
      const held = suspects[nth];
      if (held !== undefined && held.keys.length > 0) addToSeries(held, part, sign);
    });
    for (const row of creditsOf(ground, group, taken)) {
      const month = ground.months.indexOf(monthOfDay(row.day));
      for (const [nth, at] of groups.entries()) {
        const slot = suspects[nth]?.slotOf[placeOfCredit(at, row, ground.items)] ?? -1;
        if (slot >= 0 && month >= 0) addCredit(suspects[nth]?.sums, (slot * MONTHS + month) * SERIES_WIDTH, row, sign);
      }
    }
  };
  addMonths(null, 1);
  return {
    least_minor,
    source: {
      groups: (level) => {
        const held = suspects[EROSION_LEVELS.indexOf(level)];
        return (held?.keys ?? []).map((key, slot) => ({ key, months: monthsAt(held?.sums ?? [], slot) }));
      },
      partsOf: (level, key, of) => partsOf(ground, { level, key }, taken, of, rows),
      take: (level, key) => {
        addMonths({ level, key }, -1);
        taken.push({ level, key });
      },
    },
  };
}

function levelGroups({ view, items }: ErosionGround, level: ErosionLevel): LevelGroups {
  const [first, second] = LEVEL_DIMENSIONS[level].map((dimension): Side => {
    const grouping = groupingOf(view, dimension, items, 'ordered_on');
    return { dimension, grouping, slotOf: new Map(grouping.keys.map((key, slot) => [key, slot])) };
  });
  if (first === undefined) throw new Error(`${level} is of no dimension`);
  const wide = second?.grouping.keys.length ?? 1;
  const keyOf = (place: number): string => {
    const key = first.grouping.keys[Math.floor(place / wide)] ?? '';
    return second === undefined ? key : `${key}|${second.grouping.keys[place % wide] ?? ''}`;
  };
  return { level, first, second: second ?? null, count: first.grouping.keys.length * wide, keyOf };
}

/** Net sales and margin of each row, in memory that the next part's take. */
function rowAmounts({ view }: ErosionGround) {
  const longest = view.parts.reduce((most, part) => Math.max(most, part.general.rows), 0);
  const net = new Float64Array(longest);
  const margin = new Float64Array(longest);
  return (part: FactPart) => {
    const { gross, discount, cost, freight, rebate, fee } = columnsOf(part);
    for (let i = 0; i < part.general.rows; i++) {
      const sold = (gross[i] as number) - (discount[i] as number);
      net[i] = sold;
      margin[i] = sold - (cost[i] as number) - (freight[i] as number) - (rebate[i] as number) - (fee[i] as number);
    }
    return { net, margin };
  };
}

interface Places {
  readonly rows: number;
  /** Month, then class of the line; negative = left out. */
  readonly keys: Int32Array;
  readonly net: Float64Array;
  readonly margin: Float64Array;
  /** Group of each row in the level. */
  readonly places: Int32Array;
}

let placed = new Int32Array(0);

function placesOf({ first, second }: LevelGroups, part: FactPart): Int32Array {
  const { rows } = part.general;
  if (placed.length < rows) placed = new Int32Array(rows);
  const a = numbersOf(part, first.grouping.column);
  const { slots } = first.grouping;
  if (second === null) {
    for (let i = 0; i < rows; i++) placed[i] = slots[a[i] as number] as number;
    return placed;
  }
  const b = numbersOf(part, second.grouping.column);
  const wide = second.grouping.keys.length;
  const { slots: others } = second.grouping;
  for (let i = 0; i < rows; i++) {
    placed[i] = (slots[a[i] as number] as number) * wide + (others[b[i] as number] as number);
  }
  return placed;
}

function placeOfCredit({ first, second }: LevelGroups, row: CreditRow, items: KnownFacts): number {
  const a = first.slotOf.get(creditKey(row, first.dimension, items)) ?? -1;
  if (second === null || a < 0) return a;
  const b = second.slotOf.get(creditKey(row, second.dimension, items)) ?? -1;
  return b < 0 ? -1 : a * second.grouping.keys.length + b;
}

/** `at`: where its net lies, the margin beside it. A credit of a claim lowers the margin alone. */
function addCredit(sums: Float64Array | undefined, at: number, { claim_id, amount_minor }: CreditRow, sign: number) {
  if (sums === undefined || at < 0) return;
  if (claim_id === null) sums[at] = (sums[at] ?? 0) - sign * amount_minor;
  sums[at + 1] = (sums[at + 1] ?? 0) - sign * amount_minor;
}

function addToSieve(sums: Float64Array, { rows, keys, net, margin, places }: Places): void {
  for (let i = 0; i < rows; i++) {
    const key = keys[i] as number;
    if (key < 0) continue;
    const is_now = key % MONTHS === NOW;
    const at = (places[i] as number) * SIEVE_WIDTH + (is_now ? 2 : 0);
    sums[at] = (sums[at] as number) + (net[i] as number);
    sums[at + 1] = (sums[at + 1] as number) + (margin[i] as number);
    if (is_now && isGoods(Math.floor(key / MONTHS))) sums[at + 2] = (sums[at + 2] as number) + 1;
  }
}

interface Suspects {
  readonly keys: readonly string[];
  /** Of each group of the level; -1 = none. */
  readonly slotOf: Int32Array;
  readonly sums: Float64Array;
}

function suspectsOf(groups: LevelGroups, sieve: Float64Array, least_minor: number): Suspects {
  const slotOf = new Int32Array(groups.count).fill(-1);
  const keys: string[] = [];
  for (let place = 0; place < groups.count; place++) {
    const at = place * SIEVE_WIDTH;
    const net_before = sieve[at] ?? 0;
    if (net_before <= 0 || (sieve[at + 4] ?? 0) < FEWEST_LINES) continue;
    const as_before = ((sieve[at + 1] ?? 0) / net_before) * (sieve[at + 2] ?? 0);
    if (as_before - (sieve[at + 3] ?? 0) < least_minor) continue;
    // sales of no channel are a channel's as any; sales to nobody known are no customer's
    const key = groups.keyOf(place);
    if (groups.level !== 'channel' && key.split('|').includes('')) continue;
    slotOf[place] = keys.length;
    keys.push(key);
  }
  return { keys, slotOf, sums: new Float64Array(keys.length * MONTHS * SERIES_WIDTH) };
}

function addToSeries({ slotOf, sums }: Suspects, { rows, keys, net, margin, places }: Places, sign: number): void {
  for (let i = 0; i < rows; i++) {
    const key = keys[i] as number;
    if (key < 0) continue;
    const slot = slotOf[places[i] as number] as number;
    if (slot < 0) continue;
    const at = (slot * MONTHS + (key % MONTHS)) * SERIES_WIDTH;
    sums[at] = (sums[at] as number) + sign * (net[i] as number);
    sums[at + 1] = (sums[at + 1] as number) + sign * (margin[i] as number);
    if (isGoods(Math.floor(key / MONTHS))) sums[at + 2] = (sums[at + 2] as number) + sign;
  }
}

function monthsAt(sums: ArrayLike<number>, slot: number): MonthSums[] {
  return Array.from({ length: MONTHS }, (_, month) => {
    const at = (slot * MONTHS + month) * SERIES_WIDTH;
    return { net_minor: sums[at] ?? 0, margin_minor: sums[at + 1] ?? 0, lines: sums[at + 2] ?? 0 };
  });
}

function usualMonth({ months, since_month }: ErosionGround, sieve: Float64Array): number {
  let net_minor = 0;
  for (let at = 0; at < sieve.length; at += SIEVE_WIDTH) net_minor += sieve[at] ?? 0;
  return net_minor / Math.max(1, months.filter((month) => month >= since_month).length - 1);
}

/** The customers or items of a group, each with what it came to before and now. */
function partsOf(
  ground: ErosionGround,
  group: Group,
  taken: readonly Group[],
  of: 'customer' | 'category' | 'item',
  rowsOf: ReturnType<typeof rowAmounts>,
): GroupParts {
  const { column, keys: names, slots } = groupingOf(ground.view, of, ground.items, 'ordered_on');
  const sums = new Float64Array(names.length * PART_WIDTH);
  scanGroup(ground, group, taken, {
    slotOfMonth: (nth) => (nth === NOW ? 1 : 0),
    slots: 2,
    visit: (part, keys) => {
      const { net, margin } = rowsOf(part);
      const numbers = numbersOf(part, column);
      for (let i = 0; i < part.general.rows; i++) {
        const key = keys[i] as number;
        if (key < 0) continue;
        const at = (slots[numbers[i] as number] as number) * PART_WIDTH + (key & 1) * 2;
        sums[at] = (sums[at] as number) + (net[i] as number);
        sums[at + 1] = (sums[at + 1] as number) + (margin[i] as number);
      }
    },
  });
  const slotOf = new Map(names.map((key, slot) => [key, slot]));
  for (const row of creditsOf(ground, group, taken)) {
    const slot = slotOf.get(creditKey(row, of, ground.items)) ?? -1;
    const side = monthOfDay(row.day) === ground.months[NOW] ? 2 : 0;
    addCredit(sums, slot * PART_WIDTH + side, row, 1);
  }
  return { sums, crowd: names.indexOf('') };
}
