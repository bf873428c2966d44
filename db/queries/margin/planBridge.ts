/**
 * A margin against its plan. A plan has net sales and GM3 by channel and category and no quantities: what of the difference
 * is sales, their mix and their rate can be told, price and cost apart cannot. Rows are whole channels and categories, so
 * each of these is rounded by itself and rows add up.
 */
import { addPlannedEffects, noEffects, planGrowth, type PlannedLeaf } from '#domain/kpi/priceVolumeMix.ts';
import type { LineDimension, RowFilter } from '#contract/queries.ts';
import { createCellLayout, type Grouping } from '#db/analysis/cells.ts';
import { LEFT_OUT } from '#db/analysis/kernel.ts';
import { LINE_CLASS } from '#db/analysis/lineFacts.ts';
import { scanFacts, type SumColumn } from '#db/analysis/scan.ts';
import { groupingOf, keepCompanies, keepMonths } from '../facts.ts';
import { type BridgeRow, shownOfMinor } from './bridgeScan.ts';
import { creditKey } from './credits.ts';
import type { Ask } from './marginGround.ts';
import { keepsPlan, planKey, planRows, type PlanRow } from './planned.ts';

/** `row` names it as a plan line names itself, so that one test keeps both. */
interface Leaf extends PlannedLeaf {
  readonly row: PlanRow;
  readonly lines: number;
}

export interface PlanGround {
  readonly leaves: readonly Leaf[];
  readonly growth: ReadonlyMap<number, number>;
}

const SUMS: readonly SumColumn[] = [
  ...(['gross', 'discount'] as const).map((column): SumColumn => ({ column, from: 'general' })),
  ...(['cost', 'freight', 'rebate', 'fee'] as const).map((column): SumColumn => ({ column, from: 'cost' })),
];

/** Every channel's categories of all the companies: a way down does not change what its rows are measured by. */
export async function planGround(ask: Ask): Promise<PlanGround> {
  const { context, view, args, items, credits, book, compares } = ask;
  const { from_month, to_month } = compares?.now ?? args;
  const { company_ids } = args;
  const channels = groupingOf(view, 'channel', items, 'ordered_on');
  const categories = groupingOf(view, 'category', items, 'ordered_on');
  const layout = createCellLayout(view);
  const companies = view.numbering('company').values;
  const slots = Int32Array.from(companies, (id) => company_ids.indexOf(Number(id)));
  layout.group({ column: 'company', slots }, company_ids.length);
  layout.group(channels, Math.max(1, channels.keys.length));
  layout.group(categories, Math.max(1, categories.keys.length));
  keepCompanies(layout, company_ids);
  keepMonths(layout, from_month, to_month);
  const cells = layout.cells();
  const { values, width } = scanFacts(view, {
    cells: cells * 2,
    keys: layout.keys(),
    // a discount line has no costs
    codes: [
      {
        column: 'class',
        from: 'general',
        cellOf: (entry) => (entry === LINE_CLASS.other ? LEFT_OUT : entry === LINE_CLASS.discount ? cells : 0),
        without: LEFT_OUT,
      },
    ],
    sums: SUMS,
    checkCancelled: context.checkCancelled,
  });
  const plans = await planRows(context, company_ids, from_month, to_month);
  // a plan of all channels has none of any: what is beside it is all of them, too
  const coarse = (dimension: 'channel' | 'category') =>
    new Set(plans.filter((row) => planKey(row, dimension) === null).map((row) => row.company_id));
  const without = { channel: coarse('channel'), category: coarse('category') };
  const found = new Map<string, { lines: number; net: number; margin: number; planned: PlannedLeaf['planned'] }>();
  const at = (company_id: number, channel: string, category: string) => {
    const key = JSON.stringify([
      company_id,
      without.channel.has(company_id) ? '' : channel,
      without.category.has(company_id) ? '' : category,
    ]);
    const sums = found.get(key) ?? { lines: 0, net: 0, margin: 0, planned: null };
    found.set(key, sums);
    return sums;
  };
  const into_currency = shownOfMinor(book, company_ids, { from_month, to_month });
  const shown = (company_id: number, amount_minor: number): number =>
    Math.round(amount_minor * (into_currency[company_ids.indexOf(company_id)] ?? 1));
  for (let cell = 0; cell < cells * 2; cell++) {
    const [lines = 0, gross = 0, discount = 0, ...costs] = values.subarray(cell * width, (cell + 1) * width);
    if (lines === 0) continue;
    const group = cell % cells;
    const company_id = company_ids[group % company_ids.length] ?? 0;
    const rest = Math.floor(group / company_ids.length);
    const size = Math.max(1, channels.keys.length);
    const sums = at(company_id, channels.keys[rest % size] ?? '', categories.keys[Math.floor(rest / size)] ?? '');
    const net = gross - discount;
    sums.lines += lines;
    sums.net += net;
    sums.margin += cell < cells ? net - costs.reduce((sum, cost) => sum + cost, 0) : net;
  }
  for (const row of credits) {
    const sums = at(row.company_id, creditKey(row, 'channel', items), creditKey(row, 'category', items));
    sums.lines += 1;
    sums.margin -= row.amount_minor;
    if (row.claim_id === null) sums.net -= row.amount_minor;
  }
  for (const row of plans) {
    const sums = at(row.company_id, planKey(row, 'channel') ?? '', planKey(row, 'category') ?? '');
    const { net_minor = 0, margin_minor = 0 } = sums.planned ?? {};
    sums.planned = { net_minor: net_minor + row.net_minor, margin_minor: margin_minor + row.gm3_minor };
  }
  const leaves = [...found].map(([key, { lines, net, margin, planned }]): Leaf => {
    const [company_id, channel, category]: [number, string, string] = JSON.parse(key);
    const channel_id = channel === '' ? null : Number(channel);
    return {
      company_id,
      lines,
      net_minor: shown(company_id, net),
      margin_minor: shown(company_id, margin),
      planned: planned && {
        net_minor: shown(company_id, planned.net_minor),
        margin_minor: shown(company_id, planned.margin_minor),
      },
      row: { company_id, channel_id, category, month: to_month, net_minor: 0, gm3_minor: 0 },
    };
  });
  return { leaves, growth: planGrowth(leaves) };
}

/** Effects of every group of `rows`, by slot: groups the plan tells apart, or everything. */
export function planBridgeRows(
  { args }: Ask,
  { leaves, growth }: PlanGround,
  rows: Grouping,
  dimension: LineDimension | null,
  filter: RowFilter,
): readonly BridgeRow[] {
  const groups = Math.max(1, rows.keys.length);
  const sums = Array.from({ length: groups }, () => ({ effects: noEffects(), lines: 0 }));
  const slotOf = new Map(rows.keys.map((key, slot) => [key, slot]));
  for (const leaf of leaves) {
    if (!keepsPlan(leaf.row, args) || !keepsPlan(leaf.row, filter)) continue;
    const key = dimension === null ? null : (planKey(leaf.row, dimension) ?? '');
    const sum = sums[key === null ? 0 : (slotOf.get(key) ?? groups - 1)];
    if (!sum) continue;
    addPlannedEffects(sum.effects, leaf, growth.get(leaf.company_id) ?? 1);
    sum.lines += leaf.lines;
  }
  return sums.map(({ effects, lines }) => ({ effects: Float64Array.from(effects, (effect) => effect + 0), lines }));
}
