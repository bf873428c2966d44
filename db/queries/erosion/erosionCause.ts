/** What a fall is made of and why, of the group's own lines: parts, the dominant one, and its evidence. */
import { monthOfDay } from '#domain/calendar.ts';
import {
  dominantPart,
  type FallPart,
  type FallPartSum,
  groupReference,
  type GroupTotals,
  partsOfFall,
} from '#domain/pricing/erosion/cause.ts';
import { sinceWhen } from '#domain/pricing/erosion/changePoint.ts';
import type { ErosionEvidence, ErosionItem } from '#domain/pricing/erosion/explanation.ts';
import type { Erosion } from '#domain/pricing/erosion/tellOnce.ts';
import { BRIDGE_EFFECTS, EFFECT, LEAF_WIDTH, PARTS, type Reference } from '#domain/kpi/priceVolumeMix.ts';
import { createCellLayout } from '#db/analysis/cells.ts';
import { LINE_CLASS } from '#db/analysis/lineFacts.ts';
import { scanFacts, type SumColumn } from '#db/analysis/scan.ts';
import { valueColumn } from '#db/analysis/segment.ts';
import { GOODS_ONLY, keepCompanies } from '../facts.ts';
import { rowReader } from '../leakage/rowReader.ts';
import { addEffects, addLeaves, BRIDGE_WIDTH } from '../margin/bridgeKernel.ts';
import { columnsOf, isGoods, leavesOf } from '../margin/bridgeScan.ts';
import { creditsOf, type ErosionGround, type Group, MONTHS, scanGroup } from './erosionColumns.ts';

const NOW = MONTHS - 1;
const SUMS = [
  ...(['gross', 'discount'] as const).map((column): SumColumn => ({ column, from: 'general' })),
  ...(['cost', 'freight', 'rebate', 'fee'] as const).map((column): SumColumn => ({ column, from: 'cost' })),
];

export interface ErosionCause {
  readonly parts: readonly FallPartSum[];
  readonly evidence: ErosionEvidence;
  /** Of the month: lines and documents the fall is made of. */
  readonly lines: number;
  readonly net_minor: number;
  readonly margin_minor: number;
}

/** Net and margin beside what partsOfFall wants. */
interface Totals extends GroupTotals {
  readonly net_minor: number;
  readonly margin_minor: number;
  readonly lines: number;
  readonly return_lines: number;
  readonly credits: number;
  readonly claims: number;
}

/** `company`: what a unit came to before for all who bought it. */
export function erosionCause(
  ground: ErosionGround,
  erosion: Erosion,
  taken: readonly Group[],
  company: Reference,
): ErosionCause {
  const [before, now] = totalsOf(ground, erosion, taken);
  const found = effectsOf(ground, erosion, taken, company, before);
  const parts = partsOfFall(erosion, found.whole, before, now);
  return {
    parts,
    evidence: evidenceOf(dominantPart(parts), ground, erosion, before, now, found),
    lines: now.lines + now.credits + now.claims,
    net_minor: now.net_minor,
    margin_minor: now.margin_minor,
  };
}

function totalsOf(ground: ErosionGround, group: Group, taken: readonly Group[]): readonly [Totals, Totals] {
  const { values, width } = scanGroup(ground, group, taken, {
    slotOfMonth: (nth) => (nth === NOW ? 1 : 0),
    slots: 2,
    sums: SUMS,
  });
  const credits = creditsOf(ground, group, taken);
  const side = (is_now: 0 | 1): Totals => {
    const of = (line_class: number, column: number): number => values[(line_class * 2 + is_now) * width + column] ?? 0;
    const goods = (column: number): number => of(LINE_CLASS.goods, column) + of(LINE_CLASS.goods_below_zero, column);
    const costs = (column: (nth: number) => number): number => [3, 4, 5, 6].reduce((sum, nth) => sum + column(nth), 0);
    const own = credits.filter((row) => (monthOfDay(row.day) === ground.months[NOW] ? 1 : 0) === is_now);
    const amount = (of_claim: boolean): number =>
      own.reduce((sum, row) => sum + ((row.claim_id !== null) === of_claim ? row.amount_minor : 0), 0);
    const discount_lines = of(LINE_CLASS.discount, 1) - of(LINE_CLASS.discount, 2);
    const returned = of(LINE_CLASS.return, 1) - of(LINE_CLASS.return, 2);
    const returns_net_minor = returned - amount(false);
    const returns_margin_minor = returns_net_minor - costs((nth) => of(LINE_CLASS.return, nth));
    const sold = goods(1) - goods(2) + discount_lines;
    return {
      gross_minor: goods(1),
      discount_minor: goods(2) - discount_lines,
      freight_minor: goods(4),
      rebate_minor: goods(5),
      fee_minor: goods(6),
      returns_net_minor,
      returns_margin_minor,
      claims_minor: amount(true),
      net_minor: sold + returns_net_minor,
      margin_minor: sold - costs(goods) + returns_margin_minor - amount(true),
      lines: goods(0) + of(LINE_CLASS.discount, 0) + of(LINE_CLASS.return, 0),
      return_lines: of(LINE_CLASS.return, 0),
      credits: own.filter((row) => row.claim_id === null).length,
      claims: own.filter((row) => row.claim_id !== null).length,
    };
  };
  return [side(0), side(1)];
}

interface Found {
  /** In the order of `BRIDGE_EFFECTS`: of the month's lines against what they were before. */
  readonly whole: Float64Array;
  /** The same by item, `BRIDGE_WIDTH` numbers each. */
  readonly byItem: Float64Array;
  /** Sums by leaf: quantities before and now, parts before. */
  readonly leaves: Float64Array;
  readonly channels: number;
  readonly reference: Reference;
  /** Lines discounted beyond what is usual, by id. */
  readonly discounted: readonly number[];
}

/** Beyond the usual discount by so much of gross: a line worth counting. */
const BEYOND = 0.01;

function effectsOf(
  ground: ErosionGround,
  group: Group,
  taken: readonly Group[],
  company: Reference,
  before: GroupTotals,
): Found {
  const { view } = ground;
  const items = view.numbering('item').values.length;
  const channels = view.numbering('channel').values.length;
  const leafOf = leavesOf(view);
  const leaves = new Float64Array(items * channels * LEAF_WIDTH);
  const sides = { slotOfMonth: (nth: number) => (nth === NOW ? 1 : 0), slots: 2 };
  scanGroup(ground, group, taken, {
    ...sides,
    visit: (part, keys) => {
      const goods = Int32Array.from(keys, (key) => (key >= 0 && isGoods(key >> 1) ? key & 1 : -1));
      addLeaves(leaves, goods, leafOf(part), columnsOf(part), part.general.rows);
    },
  });
  const reference = groupReference({ items, channels, values: leaves }, company, before);
  const byItem = new Float64Array(items * BRIDGE_WIDTH);
  const discounted: number[] = [];
  const usual = before.gross_minor > 0 ? before.discount_minor / before.gross_minor : 0;
  const basis = { ...reference, growth: ONE, into_currency: ONE, parts: PARTS };
  scanGroup(ground, group, taken, {
    // the side bit stands where the bridge has it, and is always "now"
    slotOfMonth: (nth) => (nth === NOW ? 1 : -1),
    slots: 2,
    arrange: (layout) => {
      layout.group({ column: 'item', slots: Int32Array.from({ length: items }, (_, item) => item) }, items);
    },
    visit: (part, keys) => {
      const columns = columnsOf(part);
      const { rows } = part.general;
      addEffects(byItem, keys, leafOf(part), columns, rows, { groups: items, company_bits: 0 }, basis);
      const ids = valueColumn(part.general, 'line');
      for (let i = 0; i < rows; i++) {
        const key = keys[i] as number;
        if (key < 0 || !isGoods(Math.floor(key / (items * 2)))) continue;
        const gross = columns.gross[i] as number;
        if ((columns.discount[i] as number) > (usual + BEYOND) * gross) {
          discounted.push((ids.values?.[i] ?? 0) + ids.origin);
        }
      }
    },
  });
  const whole = new Float64Array(BRIDGE_EFFECTS.length);
  for (let at = 0; at < byItem.length; at += BRIDGE_WIDTH) {
    for (let nth = 0; nth < whole.length; nth++) whole[nth] = (whole[nth] ?? 0) + (byItem[at + nth] ?? 0);
  }
  return { whole, byItem, leaves, channels, reference, discounted };
}

const ONE = Float64Array.of(1);

function evidenceOf(
  part: FallPart,
  ground: ErosionGround,
  { usual_ppm }: Erosion,
  before: Totals,
  now: Totals,
  found: Found,
): ErosionEvidence {
  const of = (amount_minor: number, whole_minor: number): number =>
    whole_minor > 0 ? Math.round((amount_minor * 10_000) / whole_minor) : 0;
  const ofNet = (amount: (totals: Totals) => number) => ({
    from_bp: of(amount(before), before.net_minor),
    to_bp: of(amount(now), now.net_minor),
  });
  switch (part) {
    case 'discount':
      return {
        part,
        from_bp: of(before.discount_minor, before.gross_minor),
        to_bp: of(now.discount_minor, now.gross_minor),
        lines: found.discounted.length,
        overrides: overridesOf(ground, found.discounted),
      };
    case 'cost':
    case 'price':
      return unitEvidence(part, ground, found);
    case 'freight':
      return { part, ...ofNet(({ freight_minor }) => freight_minor), lines: now.lines };
    case 'rebates':
      return { part, ...ofNet(({ rebate_minor }) => rebate_minor), lines: now.lines };
    case 'fees':
      return { part, ...ofNet(({ fee_minor }) => fee_minor), lines: now.lines };
    case 'returns':
      return { part, ...ofNet((totals) => -totals.returns_net_minor), lines: now.return_lines + now.credits };
    case 'claims':
      return { part, ...ofNet(({ claims_minor }) => claims_minor), lines: now.claims };
    case 'mix':
      return mixEvidence(ground, found, usual_ppm / 1_000_000, now);
  }
}

/** Who allowed the discounts of these lines. */
function overridesOf({ context }: ErosionGround, ids: readonly number[]): readonly { by: string; lines: number }[] {
  return context
    .scan<readonly [string, number]>(
      `SELECT l.approved_by, count(*) FROM json_each(?) j JOIN main.order_line l ON l.id = j.value
       WHERE l.approved_by IS NOT NULL GROUP BY l.approved_by ORDER BY 2 DESC, 1`,
      [JSON.stringify(ids)],
    )
    .map(([by, lines]) => ({ by, lines }));
}

/** An item's unit moved when it did by this much. */
const MOVED = 0.01;

function unitEvidence(part: 'cost' | 'price', ground: ErosionGround, found: Found): ErosionEvidence {
  const sign = part === 'cost' ? -1 : 1;
  const moved: { readonly item: number; readonly effect: number; readonly change: number; readonly unit: number }[] =
    [];
  const sums = { effect: 0, expected: 0, other: 0, other_expected: 0 };
  const items = found.byItem.length / BRIDGE_WIDTH;
  for (let item = 0; item < items; item++) {
    const expected = expectedOf(found, item);
    const own = {
      price: found.byItem[item * BRIDGE_WIDTH + EFFECT.price] ?? 0,
      cost: found.byItem[item * BRIDGE_WIDTH + EFFECT.cost] ?? 0,
    };
    const effect = own[part];
    const amount = expected[part];
    if (amount <= 0) continue;
    const change = (sign * effect) / amount;
    // what helped is not counted among what moved
    if (effect >= 0 || Math.abs(change) < MOVED) continue;
    moved.push({ item, effect, change, unit: expected.qty_milli > 0 ? amount / expected.qty_milli : 0 });
    sums.effect += sign * effect;
    sums.expected += amount;
    sums.other += part === 'cost' ? own.price : -own.cost;
    sums.other_expected += part === 'cost' ? expected.price : expected.cost;
  }
  moved.sort((a, b) => a.effect - b.effect);
  const [most] = moved;
  const bp = (change: number): number => Math.round(change * 10_000);
  const named = most === undefined ? null : itemAt(ground, most.item);
  return {
    part,
    change_bp: sums.expected > 0 ? bp(sums.effect / sums.expected) : 0,
    other_change_bp: sums.other_expected > 0 ? bp(sums.other / sums.other_expected) : 0,
    items: moved.length,
    most:
      most === undefined || named === null
        ? null
        : {
            ...named,
            change_bp: bp(most.change),
            since_on: sinceWhen(daysOf(ground, named.item_id, part), Math.abs(most.change) * most.unit),
          },
  };
}

/** What an item's goods of now would have cost and sold for before. */
function expectedOf({ leaves, channels, reference }: Found, item: number) {
  const sums = { price: 0, cost: 0, qty_milli: 0 };
  for (let channel = 0; channel < channels; channel++) {
    const leaf = item * channels + channel;
    const qty = leaves[leaf * LEAF_WIDTH + 1] ?? 0;
    sums.qty_milli += qty;
    sums.price += qty * (reference.rates[leaf * PARTS] ?? 0);
    sums.cost -= qty * (reference.rates[leaf * PARTS + 2] ?? 0);
  }
  return sums;
}

/** What the company's goods of an item cost or sold for by day; a price that fell is told as one that rose. */
function daysOf({ context, view, months, company_id }: ErosionGround, item_id: number, part: 'cost' | 'price') {
  const days = new Map<number, { qty_milli: number; amount_minor: number }>();
  const layout = createCellLayout(view);
  keepCompanies(layout, [company_id]);
  layout.keep('item', (item) => item === item_id);
  const [first = 0] = months;
  const last = months[NOW] ?? 0;
  layout.keep('month', (month) => Number(month) >= first && Number(month) <= last);
  scanFacts(view, {
    cells: 1,
    keys: layout.keys(),
    codes: [GOODS_ONLY],
    sums: [],
    checkCancelled: context.checkCancelled,
    visit: (each, keys) => {
      const row = rowReader(each);
      const columns = columnsOf(each);
      for (let i = 0; i < each.general.rows; i++) {
        if ((keys[i] as number) < 0) continue;
        const amount_minor = part === 'cost' ? (columns.cost[i] as number) : -(columns.gross[i] as number);
        // a line without a cost says nothing of it
        if (part === 'cost' && amount_minor === 0) continue;
        const held = days.get(row.ordered_on(i)) ?? { qty_milli: 0, amount_minor: 0 };
        held.qty_milli += columns.qty[i] as number;
        held.amount_minor += amount_minor;
        days.set(row.ordered_on(i), held);
      }
    },
  });
  return [...days].map(([day, sums]) => ({ day, ...sums })).toSorted((a, b) => a.day - b.day);
}

function mixEvidence(ground: ErosionGround, found: Found, usual: number, now: Totals): ErosionEvidence {
  const items = found.byItem.length / BRIDGE_WIDTH;
  const sold = Array.from({ length: items }, () => ({ before: 0, margin: 0, now: 0 }));
  let before = 0;
  let then = 0;
  for (let item = 0; item < items; item++) {
    const own = sold[item];
    if (own === undefined) continue;
    for (let channel = 0; channel < found.channels; channel++) {
      const leaf = item * found.channels + channel;
      const at = leaf * LEAF_WIDTH;
      for (let part = 0; part < PARTS; part++) {
        const amount = found.leaves[at + 2 + part] ?? 0;
        own.margin += amount;
        if (part < 2) own.before += amount;
      }
      const qty = found.leaves[at + 1] ?? 0;
      own.now += qty * ((found.reference.rates[leaf * PARTS] ?? 0) + (found.reference.rates[leaf * PARTS + 1] ?? 0));
    }
    before += own.before;
    then += own.now;
  }
  let most = -1;
  let lost = 0;
  for (const [item, own] of sold.entries()) {
    if (own.before <= 0 || own.now <= 0) continue;
    const grown = own.now / then - own.before / before;
    const less = grown * (usual - own.margin / own.before);
    if (grown > 0 && less > lost) {
      lost = less;
      most = item;
    }
  }
  const own = sold[most];
  const named = most < 0 ? null : itemAt(ground, most);
  const bp = (share: number): number => Math.round(share * 10_000);
  return {
    part: 'mix',
    most:
      own === undefined || named === null
        ? null
        : {
            ...named,
            from_bp: bp(own.before / before),
            to_bp: bp(own.now / then),
            rate_bp: bp(own.margin / own.before),
          },
    new_bp: now.net_minor > 0 ? bp((found.whole[EFFECT.new] ?? 0) / now.net_minor) : 0,
  };
}

/** An item by its number in the view; null = a line without one. */
function itemAt({ context, view }: ErosionGround, number: number): ErosionItem | null {
  const item_id = Number(view.numbering('item').values[number]);
  const [row] = context.scan<readonly [string, string]>('SELECT code, name FROM main.item WHERE id = ?', [item_id]);
  return row === undefined ? null : { item_id, code: row[0], name: row[1] };
}
