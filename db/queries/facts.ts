/** What questions about order lines have in common when columns answer them: filters, groups, and the look-ups behind. */
import { isoWeekOfDay, monthOfDay } from '#domain/calendar.ts';
import type { LineDimension } from '#contract/queries.ts';
import { type CellLayout, type Grouping, groupBy, valueKey } from '#db/analysis/cells.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { LEFT_OUT } from '#db/analysis/kernel.ts';
import { LINE_CLASS } from '#db/analysis/lineFacts.ts';
import type { CodeKey } from '#db/analysis/scan.ts';
import type { QueryContext } from './context.ts';
import { type DayColumn, dayOf, type LineFilter } from './orders/linePredicate.ts';
import { remembered } from './readCache.ts';

export type FactDimension = LineDimension | 'month' | 'week';

/** SQL of what of `l`, a goods line, was asked for: what `demandOfLine` says of it. */
export const ASKED_QTY_SQL = `(l.ordered_qty_milli
  - CASE WHEN l.cancelled_by = 'customer' OR l.committed_on IS NULL THEN l.cancelled_qty_milli ELSE 0 END)`;

/** What is known of an item; looked up by id after the scan or once a value, never within it. */
export interface ItemFacts {
  readonly category: string;
  readonly supplier_id: number | null;
}

/** Every item of the replica by id, and who looks after each customer. */
export interface KnownFacts extends ReadonlyMap<number, ItemFacts> {
  /** '' = nobody. */
  readonly salespersonOf: (party_id: number) => string;
}

/** Where nothing is looked up. */
export const NOTHING_KNOWN: KnownFacts = Object.assign(new Map<number, ItemFacts>(), { salespersonOf: () => '' });

export function itemFacts(context: QueryContext): Promise<KnownFacts> {
  return remembered(
    context,
    (cache) => cache.items,
    '',
    async () => {
      const rows = await context.db.selectFrom('item').select(['id', 'category', 'supplier_id']).execute();
      const parties = await context.db
        .selectFrom('party')
        .select(['id', 'salesperson'])
        .where('salesperson', 'is not', null)
        .execute();
      const salespeople = new Map(parties.map(({ id, salesperson }) => [id, salesperson ?? '']));
      return Object.assign(
        new Map(rows.map((row) => [row.id, { category: row.category ?? '', supplier_id: row.supplier_id }])),
        { salespersonOf: (party_id: number) => salespeople.get(party_id) ?? '' },
      );
    },
  );
}

/** How lines fall into groups of a dimension. Items are of the view's moment, so that a grouping may be kept with it. */
export function groupingOf(view: FactView, dimension: FactDimension, items: KnownFacts, days: DayColumn): Grouping {
  const name = `${dimension} ${days}`;
  const kept = view.groupings.get(name) ?? newGrouping(view, dimension, items, days);
  view.groupings.set(name, kept);
  return kept;
}

function newGrouping(view: FactView, dimension: FactDimension, items: KnownFacts, days: DayColumn): Grouping {
  const column = COLUMN[dimension];
  if (dimension === 'category') {
    return groupBy(view, column, (item) => items.get(Number(item))?.category ?? '');
  }
  if (dimension === 'supplier') {
    return groupBy(view, column, (item) => supplierKey(items.get(Number(item))));
  }
  if (dimension === 'salesperson') return groupBy(view, column, (party) => items.salespersonOf(Number(party)));
  if (dimension === 'week') return groupBy(view, days, (day) => ofDay(day, isoWeekOfDay));
  if (dimension === 'month') {
    return days === 'ordered_on'
      ? groupBy(view, 'month', valueKey)
      : groupBy(view, days, (day) => ofDay(day, monthOfDay));
  }
  return groupBy(view, column, valueKey);
}

function ofDay(day: number | string, periodOf: (day: number) => number): string | null {
  return typeof day === 'number' && !Number.isNaN(day) ? String(periodOf(day)) : null;
}

const COLUMN: Readonly<Record<FactDimension, string>> = {
  company: 'company',
  channel: 'channel',
  site: 'site',
  country: 'country',
  category: 'item',
  supplier: 'item',
  customer: 'party',
  salesperson: 'party',
  item: 'item',
  month: 'month',
  week: 'ordered_on',
};

function supplierKey(item: ItemFacts | undefined): string {
  return item?.supplier_id === null || item === undefined ? '' : String(item.supplier_id);
}

/**
 * The twin of orders/linePredicate.ts, the company apart: random data holds the two together. `days`: the column the
 * figure's dates lie in; margin goes by the order's day, the fill rate by the committed one.
 */
export function keepFiltered(
  view: FactView,
  layout: CellLayout,
  filter: Omit<LineFilter, 'company_id'>,
  items: KnownFacts,
  days: DayColumn,
): void {
  const byId: readonly (readonly [string, number | undefined])[] = [
    ['channel', filter.channel_id],
    ['item', filter.item_id],
    ['party', filter.party_id],
    ['site', filter.site_id],
  ];
  for (const [column, id] of byId) {
    if (id === undefined) continue;
    layout.keep(column, (value) => (id === 0 ? Number.isNaN(value) : value === id));
  }
  const { country, category, supplier_id, salesperson, from_on, to_on } = filter;
  if (country !== undefined) layout.keep('country', (value) => value === country);
  if (category !== undefined) layout.keep('item', (value) => (items.get(Number(value))?.category ?? '') === category);
  if (supplier_id !== undefined) {
    layout.keep('item', (value) => (items.get(Number(value))?.supplier_id ?? 0) === supplier_id);
  }
  if (salesperson !== undefined) {
    layout.keep('party', (value) => items.salespersonOf(Number(value)) === salesperson);
  }
  const first = from_on === undefined ? Number.NEGATIVE_INFINITY : dayOf(from_on);
  const last = to_on === undefined ? Number.POSITIVE_INFINITY : dayOf(to_on);
  if (from_on !== undefined || to_on !== undefined) {
    layout.keep(days, (day) => Number(day) >= first && Number(day) <= last);
  }
  for (const { dimension, keys } of filter.others ?? []) {
    const named = new Set(keys);
    const { column, keys: groups, slots } = groupingOf(view, dimension, items, days);
    layout.keepNumbers(column, (number) => !named.has(groups[slots[number] ?? -1] ?? ''));
  }
}

export function keepCompanies(layout: CellLayout, company_ids: readonly number[]): void {
  const wanted = new Set(company_ids);
  layout.keep('company', (value) => wanted.has(Number(value)));
}

/** Goods lines only. */
export const GOODS_ONLY: CodeKey = {
  column: 'class',
  from: 'general',
  cellOf: (entry) => (entry === LINE_CLASS.goods || entry === LINE_CLASS.goods_below_zero ? 0 : LEFT_OUT),
  without: LEFT_OUT,
};

/** By code of the column: the place of what it stands for; -1 = not here. */
export function placesOf(view: FactView, column: string, placeOf: ReadonlyMap<number, number>): Int32Array {
  return Int32Array.from(view.numbering(column).values, (value) =>
    typeof value === 'number' ? (placeOf.get(value) ?? -1) : -1,
  );
}

/** Months of the range (margin's). */
export function keepMonths(layout: CellLayout, from_month: number, to_month: number): void {
  layout.keep('month', (value) => Number(value) >= from_month && Number(value) <= to_month);
}
