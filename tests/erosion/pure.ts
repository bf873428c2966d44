/**
 * Unusual falls over order lines in memory, line by line, by the domain alone: what the columns are held against, and quick
 * enough for many seeds. Only rows are read that `generateDemo` gives.
 */
import { addMonths } from '#domain/calendar.ts';
import {
  dominantPart,
  type FallPart,
  type FallPartSum,
  groupReference,
  isErosion,
  type GroupTotals,
  partsOfFall,
} from '#domain/pricing/erosion/cause.ts';
import { type Erosion, erosionsOf, type ErosionLevel, PART_WIDTH } from '#domain/pricing/erosion/tellOnce.ts';
import { HISTORY_MONTHS, leastFallMinor, type MonthSums } from '#domain/pricing/erosion/unusual.ts';
import {
  addBridgeLine,
  type BridgeLine,
  bridgeReference,
  LEAF_WIDTH,
  noEffects,
  PARTS,
} from '#domain/kpi/priceVolumeMix.ts';
import { generateDemo } from '#server/demo/generate.ts';
import type { DemoRow } from '#server/demo/rows.ts';
import { STORIES } from '#server/demo/stories/stories.ts';
import type { DemoOptions } from '#server/demo/size.ts';

type Dimension = 'channel' | 'category' | 'supplier' | 'salesperson' | 'customer' | 'item';

/** An order line, a credit note or what a claim cost, with its groups. */
interface Row {
  readonly kind: 'line' | 'credit' | 'claim';
  readonly company_id: number;
  readonly month: number;
  readonly groups: Readonly<Record<Dimension, string>>;
  readonly net_minor: number;
  readonly margin_minor: number;
  readonly line: BridgeLine | null;
}

export interface PureFall extends Erosion {
  readonly parts: readonly FallPartSum[];
  readonly dominant: FallPart;
}

export interface DemoRowsOfMargin {
  readonly rows: readonly Row[];
  readonly companies: ReadonlyMap<string, number>;
  /** Codes of parties and items by id. */
  readonly codes: ReadonlyMap<number, string>;
  /** Of items, by id. */
  readonly suppliers: ReadonlyMap<number, number | null>;
  /** The item that a story made dearer, and the channel that erodes; 0 = none. */
  readonly dearer_item: number;
  readonly portal: number;
}

/** `alone`: of the first company. */
export function demoMargins(options: DemoOptions, from_month: number, alone = false): DemoRowsOfMargin {
  const companies = new Map<string, number>();
  const codes = new Map<number, string>();
  const items = new Map<number, DemoRow<'item'>>();
  const salespeople = new Map<number, string>();
  const costs = new Map<number, DemoRow<'order_line_cost'>>();
  const bought = new Map<number, number>();
  const prices = new Map<number, DemoRow<'supplier_item_price'>[]>();
  let portal = 0;
  const lines: DemoRow<'order_line'>[] = [];
  const documents: (DemoRow<'credit_note'> | DemoRow<'claim_cost'>)[] = [];
  for (const { table, rows } of generateDemo(options)) {
    // the second company's rows begin with its suppliers, when the first one's orders are all there
    if (alone && table === 'party' && lines.length > 0) break;
    if (table === 'company') for (const row of rows) companies.set(row.code, row.id);
    if (table === 'channel') for (const row of rows) if (row.kind === STORIES.eroding_channel_kind) portal ||= row.id;
    if (table === 'supplier_item') for (const row of rows) bought.set(row.id, row.item_id);
    if (table === 'supplier_item_price') {
      for (const row of rows) prices.set(row.supplier_item_id, [...(prices.get(row.supplier_item_id) ?? []), row]);
    }
    if (table === 'party') {
      for (const row of rows) {
        codes.set(row.id, row.code);
        if (row.salesperson !== null) salespeople.set(row.id, row.salesperson);
      }
    }
    if (table === 'item') {
      for (const row of rows) {
        items.set(row.id, row);
        codes.set(row.id, row.code);
      }
    }
    if (table === 'order_line') lines.push(...rows.filter(({ month }) => month >= from_month));
    if (table === 'order_line_cost') for (const row of rows) if (row.month >= from_month) costs.set(row.id, row);
    if (table === 'credit_note' || table === 'claim_cost') documents.push(...rows);
  }
  const groupsOf = (row: {
    readonly channel_id: number | null;
    readonly party_id: number | null;
    readonly item_id: number | null;
  }) => {
    const item = row.item_id === null ? undefined : items.get(row.item_id);
    const text = (id: number | null | undefined): string => (id === null || id === undefined ? '' : String(id));
    return {
      channel: text(row.channel_id),
      category: item?.category ?? '',
      supplier: text(item?.supplier_id),
      salesperson: (row.party_id === null ? undefined : salespeople.get(row.party_id)) ?? '',
      customer: text(row.party_id),
      item: text(row.item_id),
    };
  };
  const rows: Row[] = lines.flatMap((line): Row[] => {
    const { kind, gross_minor, discount_minor, net_minor } = line;
    if (kind !== 'goods' && kind !== 'return' && kind !== 'discount') return [];
    const cost = costs.get(line.id);
    const known = cost ?? { cost_minor: null, freight_minor: null, rebate_minor: null, fee_minor: null };
    const amounts = [known.cost_minor, known.freight_minor, known.rebate_minor, known.fee_minor];
    if (kind === 'goods' && amounts.includes(null)) return [];
    const less = kind === 'discount' ? 0 : amounts.reduce<number>((sum, amount) => sum + (amount ?? 0), 0);
    return [
      {
        kind: 'line',
        company_id: line.company_id,
        month: line.month,
        groups: groupsOf(line),
        net_minor,
        margin_minor: net_minor - less,
        line: {
          kind,
          gross_minor,
          discount_minor,
          net_minor,
          qty_milli: line.ordered_qty_milli - line.cancelled_qty_milli,
          cost_minor: known.cost_minor,
          freight_minor: known.freight_minor,
          rebate_minor: known.rebate_minor,
          fee_minor: known.fee_minor,
        },
      },
    ];
  });
  for (const row of documents) {
    const claim = 'booked_on' in row || row.claim_id !== null;
    const { company_id, month, amount_minor } = row;
    rows.push({
      kind: claim ? 'claim' : 'credit',
      company_id,
      month,
      groups: groupsOf(row),
      net_minor: claim ? 0 : -amount_minor,
      margin_minor: -amount_minor,
      line: null,
    });
  }
  const suppliers = new Map([...items].map(([id, { supplier_id }]) => [id, supplier_id]));
  return { rows, companies, codes, suppliers, dearer_item: dearerOf(bought, prices), portal };
}

/** The item whose newest price is that much above the one before. */
function dearerOf(
  bought: ReadonlyMap<number, number>,
  prices: ReadonlyMap<number, readonly DemoRow<'supplier_item_price'>[]>,
): number {
  for (const [id, rows] of prices) {
    const [before, newest] = rows.toSorted((a, b) => a.valid_from - b.valid_from).slice(-2);
    if (before === undefined || newest === undefined) continue;
    const rise_bp = (newest.unit_price_micro / before.unit_price_micro - 1) * 10_000;
    if (Math.abs(rise_bp - STORIES.dearer_bp) < 5) return bought.get(id) ?? 0;
  }
  return 0;
}

const LEVELS: Readonly<Record<ErosionLevel, readonly Dimension[]>> = {
  channel: ['channel'],
  category: ['category'],
  supplier: ['supplier'],
  salesperson: ['salesperson'],
  customer: ['customer'],
  item: ['item'],
  customer_category: ['customer', 'category'],
};
const keyOf = (row: Row, level: ErosionLevel): string => LEVELS[level].map((each) => row.groups[each]).join('|');

export function pureFalls(all: readonly Row[], company_id: number, month: number): PureFall[] {
  const from_month = addMonths(month, -HISTORY_MONTHS);
  const own = all.filter((row) => row.company_id === company_id && row.month >= from_month && row.month <= month);
  const months = Array.from({ length: HISTORY_MONTHS + 1 }, (_, nth) => addMonths(from_month, nth));
  let left = own;
  const taken: (readonly Row[])[] = [];
  const before_minor = own.reduce((sum, row) => sum + (row.month < month ? row.net_minor : 0), 0);
  const least_minor = leastFallMinor(before_minor / HISTORY_MONTHS);
  const told = erosionsOf(
    {
      groups: (level) =>
        [...Map.groupBy(left, (row) => keyOf(row, level))]
          .filter(([key]) => level === 'channel' || !key.split('|').includes(''))
          .map(([key, rows]) => ({
            key,
            months: months.map((each) => sumsOf(rows.filter((row) => row.month === each))),
          })),
      partsOf: (level, key, of) => {
        const parts = [
          ...Map.groupBy(
            left.filter((row) => keyOf(row, level) === key),
            (row) => row.groups[of],
          ),
        ];
        const sums = new Float64Array(parts.length * PART_WIDTH);
        for (const [nth, [, rows]] of parts.entries()) {
          for (const row of rows) {
            const at = nth * PART_WIDTH + (row.month === month ? 2 : 0);
            sums[at] = (sums[at] ?? 0) + row.net_minor;
            sums[at + 1] = (sums[at + 1] ?? 0) + row.margin_minor;
          }
        }
        return { sums, crowd: parts.findIndex(([name]) => name === '') };
      },
      take: (level, key) => {
        taken.push(left.filter((row) => keyOf(row, level) === key));
        left = left.filter((row) => keyOf(row, level) !== key);
      },
    },
    least_minor,
  );
  return told.flatMap((fall, nth): PureFall[] => {
    const rows = taken[nth] ?? [];
    const parts = pureParts(fall, rows, own, month);
    const dominant = dominantPart(parts);
    const documents = rows.filter((row) => row.month === month && isDocument(row, dominant)).length;
    return isErosion(fall.level, dominant, documents) ? [{ ...fall, parts, dominant }] : [];
  });
}

function sumsOf(rows: readonly Row[]): MonthSums {
  return {
    net_minor: rows.reduce((sum, row) => sum + row.net_minor, 0),
    margin_minor: rows.reduce((sum, row) => sum + row.margin_minor, 0),
    lines: rows.filter(({ line }) => line?.kind === 'goods').length,
  };
}

function pureParts(fall: Erosion, rows: readonly Row[], all: readonly Row[], month: number): FallPartSum[] {
  const items = [...new Set(all.map((row) => row.groups.item))];
  const channels = [...new Set(all.map((row) => row.groups.channel))];
  const leafOf = ({ groups }: Row): number =>
    items.indexOf(groups.item) * channels.length + channels.indexOf(groups.channel);
  const leaves = (of: readonly Row[]) => {
    const values = new Float64Array(items.length * channels.length * LEAF_WIDTH);
    for (const row of of) {
      const { line } = row;
      if (line?.kind !== 'goods') continue;
      const at = leafOf(row) * LEAF_WIDTH;
      const is_now = row.month === month;
      const parts = [line.gross_minor, -line.discount_minor, ...COSTS.map((name) => -(line[name] ?? 0))];
      const added = is_now ? [0, line.qty_milli] : [line.qty_milli, 0, ...parts];
      for (const [nth, value] of added.entries()) values[at + nth] = (values[at + nth] ?? 0) + value;
    }
    return { items: items.length, channels: channels.length, values };
  };
  const before = totalsOf(rows.filter((row) => row.month < month));
  const now = rows.filter((row) => row.month === month);
  const company = bridgeReference(leaves(all), () => -1, 1);
  const { sold, rates } = groupReference(leaves(rows), company, before);
  const effects = noEffects();
  for (const row of now) {
    if (row.line === null) continue;
    const leaf = leafOf(row);
    const unit = { sold: sold[Math.floor(leaf / channels.length)] ?? 0, rates, at: leaf * PARTS };
    addBridgeLine(effects, row.line, true, unit, 1, 'gm3');
  }
  return partsOfFall(fall, effects, before, totalsOf(now));
}

function isDocument({ kind, line }: Row, part: FallPart): boolean {
  return part === 'claims' ? kind === 'claim' : kind === 'credit' || line?.kind === 'return';
}

const COSTS = ['cost_minor', 'freight_minor', 'rebate_minor', 'fee_minor'] as const;

function totalsOf(rows: readonly Row[]): GroupTotals {
  const goods = rows.flatMap(({ line }) => (line?.kind === 'goods' ? [line] : []));
  const sum = (amounts: readonly number[]): number => amounts.reduce((all, each) => all + each, 0);
  const back = rows.filter(({ kind, line }) => kind === 'credit' || line?.kind === 'return');
  const order_discounts = rows.flatMap(({ line }) => (line?.kind === 'discount' ? [line.net_minor] : []));
  return {
    gross_minor: sum(goods.map((line) => line.gross_minor)),
    discount_minor: sum(goods.map((line) => line.discount_minor)) - sum(order_discounts),
    freight_minor: sum(goods.map((line) => line.freight_minor ?? 0)),
    rebate_minor: sum(goods.map((line) => line.rebate_minor ?? 0)),
    fee_minor: sum(goods.map((line) => line.fee_minor ?? 0)),
    returns_net_minor: sum(back.map((row) => row.net_minor)),
    returns_margin_minor: sum(back.map((row) => row.margin_minor)),
    claims_minor: -sum(rows.filter(({ kind }) => kind === 'claim').map((row) => row.margin_minor)),
  };
}
