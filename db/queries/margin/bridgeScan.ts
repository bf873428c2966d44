/** The effects of a margin bridge by row, over all lines, credit notes and claim costs of both times. */
import { monthOfDay, monthRange } from '#domain/calendar.ts';
import type { Months } from '#domain/kpi/change.ts';
import { minorDigits } from '#domain/money.ts';
import {
  addBridgeCredit,
  BRIDGE_EFFECTS,
  BRIDGE_PARTS,
  type BridgeEffect,
  bridgeReference,
  type BridgeStep,
  EFFECT,
  LEAF_WIDTH,
  noEffects,
  PARTS,
  PARTS_OF_STEP,
  type Reference,
} from '#domain/kpi/priceVolumeMix.ts';
import type { LineDimension, RowFilter } from '#contract/queries.ts';
import { createCellLayout, type Grouping } from '#db/analysis/cells.ts';
import type { FactPart } from '#db/analysis/factMemory.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { fillKeys, LEFT_OUT } from '#db/analysis/kernel.ts';
import { LINE_CLASS, LINE_CLASSES } from '#db/analysis/lineFacts.ts';
import { type CodeKey, scanFacts } from '#db/analysis/scan.ts';
import { codeColumn, valueColumn } from '#db/analysis/segment.ts';
import type { QueryContext } from '../context.ts';
import { keepCompanies, keepFiltered } from '../facts.ts';
import { remembered } from '../readCache.ts';
import type { RateBook } from '../reference/rates.ts';
import { addEffects, addLeaves, BRIDGE_WIDTH, type BridgeBasis, type BridgeColumns } from './bridgeKernel.ts';
import { creditKey, keepsCredit } from './credits.ts';
import type { Ask } from './marginGround.ts';

/** What a bridge is about, whatever its rows: both times, and what sold for how much before. */
export interface BridgeGround {
  readonly step: BridgeStep;
  readonly now: Months;
  readonly before: Months;
  readonly basis: BridgeBasis;
}

/** Effects of a row in the order of `BRIDGE_EFFECTS`, and of how many lines. */
export interface BridgeRow {
  readonly effects: Float64Array;
  readonly lines: number;
}

export async function bridgeGround(
  { context, view, args, book }: Ask,
  step: BridgeStep,
  { now, before }: { readonly now: Months; readonly before: Months },
): Promise<BridgeGround> {
  const { company_ids } = args;
  const { channels, sold, rates, growth } = await referenceOf(context, view, company_ids, now, before);
  const into_currency = shownOfMinor(book, company_ids, before);
  return { step, now, before, basis: { channels, sold, rates, growth, into_currency, parts: PARTS_OF_STEP[step] } };
}

/** What a minor unit of each company is in the currency shown: at the mean rate of these months. */
export function shownOfMinor(book: RateBook, company_ids: readonly number[], months: Months): Float64Array {
  return Float64Array.from(company_ids, (id) => {
    if (book.keepsIt(id)) return 1;
    const rates = monthRange(months.from_month, months.to_month).flatMap(
      (month) => book.rateOf(id, month, 'average') ?? [],
    );
    const [first] = rates;
    // without a rate no amount is shown at all
    if (first === undefined) return 1;
    const mean =
      rates.reduce((sum, { rate_micro, per_units }) => sum + rate_micro / per_units, 0) / rates.length / 1_000_000;
    return mean * 10 ** (minorDigits(first.to) - minorDigits(first.from));
  });
}

/** Effects of every group of `rows`, by slot. */
export function bridgeRows(
  { context, view, args, items, credits }: Ask,
  { step, now, before, basis }: BridgeGround,
  rows: Grouping,
  dimension: LineDimension | null,
  filter: RowFilter,
): readonly BridgeRow[] {
  const groups = Math.max(1, rows.keys.length);
  const { company_id, ...narrowed } = filter;
  const layout = createCellLayout(view);
  if (dimension !== null) layout.group(rows, groups);
  const company_bits = sidesAndCompanies(view, layout, args.company_ids, now, before);
  if (company_id !== undefined) keepCompanies(layout, [company_id]);
  keepFiltered(view, layout, { ...args, ...narrowed }, items, 'ordered_on');
  const out = new Float64Array(groups * BRIDGE_WIDTH);
  const leaves = leavesOf(view);
  scanFacts(view, {
    cells: layout.cells() * LINE_CLASSES,
    keys: layout.keys(),
    codes: [classes(layout.cells(), (line_class) => line_class !== LINE_CLASS.other)],
    sums: [],
    checkCancelled: context.checkCancelled,
    visit: (part, keys) =>
      addEffects(out, keys, leaves(part), columnsOf(part), part.general.rows, { groups, company_bits }, basis),
  });
  const slotOf = new Map(rows.keys.map((key, slot) => [key, slot]));
  for (const row of credits) {
    if (!keepsCredit(row, { ...args, ...filter }, items)) continue;
    const side = sideOf(monthOfDay(row.day), now, before);
    if (side < 0) continue;
    const slot = dimension === null ? 0 : (slotOf.get(creditKey(row, dimension, items)) ?? groups - 1);
    const at = slot * BRIDGE_WIDTH;
    const scale = basis.into_currency[args.company_ids.indexOf(row.company_id)];
    addBridgeCredit(out.subarray(at, at + BRIDGE_WIDTH), row, side === 1, step, scale);
    out[at + BRIDGE_EFFECTS.length] = (out[at + BRIDGE_EFFECTS.length] ?? 0) + 1;
  }
  return Array.from({ length: groups }, (_, slot) => {
    const at = slot * BRIDGE_WIDTH;
    const lines = out[at + BRIDGE_EFFECTS.length] ?? 0;
    return { effects: out.subarray(at, at + BRIDGE_EFFECTS.length), lines };
  });
}

/** What every item sold for before, of all the companies sold: a way down does not change what its rows are measured by. */
export async function referenceOf(
  context: QueryContext,
  view: FactView,
  company_ids: readonly number[],
  now: Months,
  before: Months,
): Promise<Reference> {
  const items = view.numbering('item').values;
  const channels = view.numbering('channel').values.length;
  return await remembered(
    context,
    (cache) => cache.bridges,
    JSON.stringify([company_ids, now, before, items.length, channels]),
    async () => {
      const layout = createCellLayout(view);
      sidesAndCompanies(view, layout, company_ids, now, before);
      const values = new Float64Array(items.length * channels * LEAF_WIDTH);
      const leaves = leavesOf(view);
      scanFacts(view, {
        cells: layout.cells(),
        keys: layout.keys(),
        codes: [classes(0, isGoods)],
        sums: [],
        checkCancelled: context.checkCancelled,
        visit: (part, keys) => addLeaves(values, keys, leaves(part), columnsOf(part), part.general.rows),
      });
      const owners = await context.db.selectFrom('item').select(['id', 'company_id']).execute();
      const companyOf = new Map(owners.map(({ id, company_id }) => [id, company_ids.indexOf(company_id)]));
      return bridgeReference(
        { items: items.length, channels, values },
        (item) => companyOf.get(Number(items[item])) ?? -1,
        company_ids.length,
      );
    },
  );
}

export const isGoods = (line_class: number): boolean =>
  line_class === LINE_CLASS.goods || line_class === LINE_CLASS.goods_below_zero;

export function classes(stride: number, keeps: (line_class: number) => boolean): CodeKey {
  const cellOf = (line_class: number): number => (keeps(line_class) ? line_class * stride : LEFT_OUT);
  return { column: 'class', from: 'general', cellOf, without: LEFT_OUT };
}

/** 1 = now, 0 = before, negative = neither. */
function sideOf(month: number, now: Months, before: Months): number {
  if (month >= now.from_month && month <= now.to_month) return 1;
  return month >= before.from_month && month <= before.to_month ? 0 : -1;
}

/** Lays side and company into the cells; answers how many bits the companies take. */
function sidesAndCompanies(
  view: FactView,
  layout: ReturnType<typeof createCellLayout>,
  company_ids: readonly number[],
  now: Months,
  before: Months,
): number {
  const months = view.numbering('month').values;
  layout.group({ column: 'month', slots: Int32Array.from(months, (month) => sideOf(Number(month), now, before)) }, 2);
  const companies = view.numbering('company').values;
  const company_bits = Math.ceil(Math.log2(company_ids.length));
  layout.group(
    { column: 'company', slots: Int32Array.from(companies, (id) => company_ids.indexOf(Number(id))) },
    1 << company_bits,
  );
  return company_bits;
}

/** The leaf of every row of a part, in memory that is used again for the next. */
export function leavesOf(view: FactView): (part: FactPart) => Int32Array {
  const longest = view.parts.reduce((most, part) => Math.max(most, part.general.rows), 0);
  const leaves = new Int32Array(longest);
  const channels = view.numbering('channel').values.length;
  return ({ general, numbering }) => {
    let base = 0;
    const tables = [['item', channels] as const, ['channel', 1] as const].flatMap(([column, stride]) => {
      const { codes } = codeColumn(general, column);
      const table = Int32Array.from(numbering(column), (number) => number * stride);
      if (codes !== null) return [{ codes, table }];
      base += table[0] ?? 0;
      return [];
    });
    fillKeys(leaves, tables, general.rows, base);
    return leaves;
  };
}

let zeros = new Int32Array(0);

export function columnsOf({ general, cost }: FactPart): BridgeColumns {
  if (zeros.length < general.rows) zeros = new Int32Array(general.rows);
  const of = (segment: FactPart['cost'], name: string) =>
    segment === null ? zeros : (valueColumn(segment, name).values ?? zeros);
  return {
    qty: of(general, 'qty'),
    gross: of(general, 'gross'),
    discount: of(general, 'discount'),
    cost: of(cost, 'cost'),
    freight: of(cost, 'freight'),
    rebate: of(cost, 'rebate'),
    fee: of(cost, 'fee'),
  };
}

/** What did something to an effect. */
export interface BridgeLine {
  readonly source: 'line' | 'credit' | 'claim';
  readonly id: number;
  readonly is_now: boolean;
  readonly effect_minor: number;
  /** Minor units a thousandth of the item's unit: of the effect's part, of volume and mix the margin. null = has no quantity. */
  readonly before_rate: number | null;
}

export interface BridgeLines {
  /** The largest, up or down. */
  readonly lines: readonly BridgeLine[];
  readonly total_lines: number;
  readonly total_minor: number;
}

/** The lines and documents behind one effect: every row of the scan is a group of its own. */
export function bridgeLines(
  { context, view, args, items, credits }: Ask,
  { step, now, before, basis }: BridgeGround,
  effect: BridgeEffect,
  limit: number,
): BridgeLines {
  const layout = createCellLayout(view);
  const company_bits = sidesAndCompanies(view, layout, args.company_ids, now, before);
  keepFiltered(view, layout, args, items, 'ordered_on');
  const longest = view.parts.reduce((most, part) => Math.max(most, part.general.rows), 0);
  const out = new Float64Array(longest * BRIDGE_WIDTH);
  const own = new Int32Array(longest);
  const leaves = leavesOf(view);
  const at = EFFECT[effect];
  const parts = BRIDGE_PARTS.findIndex((part) => part === effect);
  const rateOf = (leaf: number): number => {
    if (parts >= 0) return Math.abs(basis.rates[leaf * PARTS + parts] ?? 0);
    return basis.rates.subarray(leaf * PARTS, leaf * PARTS + basis.parts).reduce((sum, rate) => sum + rate, 0);
  };
  const by_unit = parts >= 0 || effect === 'volume' || effect === 'mix';
  let kept: BridgeLine[] = [];
  let total_lines = 0;
  let total_minor = 0;
  const take = (line: BridgeLine): void => {
    total_lines += 1;
    total_minor += line.effect_minor;
    kept.push(line);
    if (kept.length >= 8 * limit) kept = largest(kept, limit);
  };
  scanFacts(view, {
    cells: layout.cells() * LINE_CLASSES,
    keys: layout.keys(),
    codes: [classes(layout.cells(), (line_class) => line_class !== LINE_CLASS.other)],
    sums: [],
    checkCancelled: context.checkCancelled,
    visit: (part, keys) => {
      const { rows } = part.general;
      out.fill(0, 0, rows * BRIDGE_WIDTH);
      for (let i = 0; i < rows; i++) own[i] = (keys[i] as number) < 0 ? LEFT_OUT : (keys[i] as number) * rows + i;
      const columns = columnsOf(part);
      const leaf = leaves(part);
      addEffects(out, own, leaf, columns, rows, { groups: rows, company_bits }, basis);
      const ids = valueColumn(part.general, 'line');
      for (let i = 0; i < rows; i++) {
        const effect_minor = (out[i * BRIDGE_WIDTH + at] as number) + 0;
        if (effect_minor === 0) continue;
        const cell = keys[i] as number;
        const line_class = cell >> (1 + company_bits);
        take({
          source: 'line',
          id: (ids.values?.[i] ?? 0) + ids.origin,
          is_now: (cell & 1) === 1,
          effect_minor,
          before_rate: by_unit && isGoods(line_class) ? rateOf(leaf[i] as number) : null,
        });
      }
    },
  });
  for (const row of credits) {
    const side = sideOf(monthOfDay(row.day), now, before);
    if (side < 0 || !keepsCredit(row, args, items)) continue;
    const effects = noEffects();
    addBridgeCredit(effects, row, side === 1, step);
    const effect_minor = (effects[at] ?? 0) + 0;
    const source = row.source === 'credit_note' ? 'credit' : 'claim';
    if (effect_minor !== 0) take({ source, id: row.id, is_now: side === 1, effect_minor, before_rate: null });
  }
  return { lines: largest(kept, limit), total_lines, total_minor };
}

function largest(lines: readonly BridgeLine[], limit: number): BridgeLine[] {
  return lines.toSorted((a, b) => Math.abs(b.effect_minor) - Math.abs(a.effect_minor) || a.id - b.id).slice(0, limit);
}
