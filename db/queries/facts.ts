/** What questions about order lines have in common when columns answer them: filters, groups, and the look-ups behind. */
import { isoWeekOfDay, monthOfDay } from '#domain/calendar.ts';
import { type CellLayout, type Grouping, groupBy, valueKey } from '#db/analysis/cells.ts';
import type { FactView } from '#db/analysis/factView.ts';
import type { QueryContext } from './context.ts';
import type { LineFilter } from './orders/linePredicate.ts';
import { remembered } from './readCache.ts';

export const FACT_DIMENSIONS = [
  'company',
  'channel',
  'site',
  'country',
  'category',
  'supplier',
  'customer',
  'item',
  'month',
  'week',
] as const;
export type FactDimension = (typeof FACT_DIMENSIONS)[number];

/** What is known of an item; looked up by id after the scan or once a value, never within it. */
export interface ItemFacts {
  readonly category: string;
  readonly supplier_id: number | null;
}

/** Every item of the replica by id. */
export function itemFacts(context: QueryContext): Promise<ReadonlyMap<number, ItemFacts>> {
  return remembered(
    context,
    (cache) => cache.items,
    '',
    async () => {
      const rows = await context.db.selectFrom('item').select(['id', 'category', 'supplier_id']).execute();
      return new Map(rows.map((row) => [row.id, { category: row.category ?? '', supplier_id: row.supplier_id }]));
    },
  );
}

/** The column a figure's dates lie in: margin goes by the order's day, the fill rate by the committed one. */
export type DayColumn = 'ordered_on' | 'committed_on';

/** How lines fall into groups of a dimension. */
export function groupingOf(
  view: FactView,
  dimension: FactDimension,
  items: ReadonlyMap<number, ItemFacts>,
  days: DayColumn,
): Grouping {
  const column = COLUMN[dimension];
  if (dimension === 'category') {
    return groupBy(view, column, (item) => items.get(Number(item))?.category ?? '');
  }
  if (dimension === 'supplier') {
    return groupBy(view, column, (item) => valueKey(items.get(Number(item))?.supplier_id ?? ''));
  }
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
  item: 'item',
  month: 'month',
  week: 'ordered_on',
};

/** The twin of orders/linePredicate.ts: random data holds the two together. */
export function keepFiltered(layout: CellLayout, filter: LineFilter, items: ReadonlyMap<number, ItemFacts>): void {
  layout.keep('company', (value) => value === filter.company_id);
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
  const { country, category } = filter;
  if (country !== undefined) layout.keep('country', (value) => value === country);
  if (category !== undefined) layout.keep('item', (value) => (items.get(Number(value))?.category ?? '') === category);
}

/** Months of the range (margin's). */
export function keepMonths(layout: CellLayout, from_month: number, to_month: number): void {
  layout.keep('month', (value) => Number(value) >= from_month && Number(value) <= to_month);
}
