/** Which positions a question is about: each filter is asked where its answer lies, of items, sites, days or positions. */
import { type ColumnFilter, columnFilterTest, type FilteredValue } from '#domain/columnFilters.ts';
import { isoDate } from '#domain/calendar.ts';
import { daysOnHand } from '#domain/planning/daysOnHand.ts';
import { freeToPromiseMilli } from '#domain/planning/freeToPromise.ts';
import { STOCK_STATUS_ORDER, type StockStatus } from '#domain/planning/stockStatus.ts';
import type { QueryArgs, STOCK_FILTER_COLUMNS } from '#contract/queries.ts';
import { NEVER, type StockColumns } from './stockColumns.ts';

type FilterColumn = (typeof STOCK_FILTER_COLUMNS)[number];
type Filter = ColumnFilter<FilterColumn>;

/** Ascending numbers of the positions that all filters let through. */
export function chosenPositions(
  columns: StockColumns,
  args: QueryArgs<'stockPositions'>,
  cost_visible: boolean,
): Int32Array {
  const { items, sites } = columns.ground;
  const itemStays = new Uint8Array(items.count).fill(1);
  const siteStays = new Uint8Array(sites.length).fill(1);
  const rankStays = new Uint8Array(STOCK_STATUS_ORDER.length).fill(1);
  const keepItems = (test: (item: number) => boolean) => {
    for (let item = 0; item < items.count; item++) if (itemStays[item] === 1 && !test(item)) itemStays[item] = 0;
  };
  keepByArguments(columns, args, keepItems, siteStays, rankStays);
  const others: ((position: number) => boolean)[] = [];
  for (const filter of args.filters) {
    const holds = holdsOf(filter);
    const ofItem = itemTest(columns, filter.column, holds);
    if (ofItem !== null) keepItems(ofItem);
    else if (filter.column === 'site') {
      for (const [place, { code, name }] of sites.entries()) if (!holds(`${code} ${name}`)) siteStays[place] = 0;
    } else if (filter.column === 'status') {
      for (const [rank, status] of STOCK_STATUS_ORDER.entries()) if (!holds(status)) rankStays[rank] = 0;
    } else if (filter.column === 'value' && !cost_visible) {
      // nothing may be learnt of a value by narrowing by it
      if (!holds(null)) rankStays.fill(0);
    } else {
      others.push(positionTest(columns, filter.column, holds));
    }
  }
  const chosen = new Int32Array(columns.count);
  let count = 0;
  for (let position = 0; position < columns.count; position++) {
    if (itemStays[columns.item[position] as number] === 0) continue;
    if (siteStays[columns.site[position] as number] === 0) continue;
    if (rankStays[columns.rank[position] as number] === 0) continue;
    if (others.every((test) => test(position))) chosen[count++] = position;
  }
  return chosen.slice(0, count);
}

/** Every word of the text must be in the item's code or name; % and _ are letters like any other. */
function keepByArguments(
  { ground: { items, sites } }: StockColumns,
  args: QueryArgs<'stockPositions'>,
  keepItems: (test: (item: number) => boolean) => void,
  siteStays: Uint8Array,
  rankStays: Uint8Array,
): void {
  const words = (args.text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length > 0) keepItems((item) => words.every((word) => items.search[item]?.includes(word) === true));
  const { category, supplier_id, site_id } = args;
  if (category !== undefined) {
    const code = items.categories.values.indexOf(category);
    keepItems((item) => items.categories.codes[item] === code);
  }
  if (supplier_id !== undefined) {
    const code = items.suppliers.values.indexOf(supplier_id);
    keepItems((item) => items.suppliers.codes[item] === code);
  }
  if (site_id !== undefined) for (const [place, { id }] of sites.entries()) if (id !== site_id) siteStays[place] = 0;
  if (args.status && args.status.length > 0) {
    const wanted = new Set<StockStatus>(args.status);
    for (const [rank, status] of STOCK_STATUS_ORDER.entries()) if (!wanted.has(status)) rankStays[rank] = 0;
  }
}

function holdsOf(filter: Filter): (value: FilteredValue) => boolean {
  const test = columnFilterTest<FilterColumn>([filter]);
  return (value) => test(() => value);
}

/** The test of an item; null when the column is none of an item's. Coded columns are asked once a value. */
function itemTest(
  { ground }: StockColumns,
  column: FilterColumn,
  holds: (value: FilteredValue) => boolean,
): ((item: number) => boolean) | null {
  const { items, supplierNames } = ground;
  const ofCodes = (codes: Int32Array, values: readonly FilteredValue[]) => {
    const stays = values.map(holds);
    return (item: number): boolean => stays[codes[item] as number] === true;
  };
  switch (column) {
    case 'name':
      return (item) => holds(items.search[item] ?? '');
    case 'category':
      return ofCodes(items.categories.codes, items.categories.values);
    case 'uom':
      return ofCodes(items.uoms.codes, items.uoms.values);
    case 'supplier':
      return ofCodes(
        items.suppliers.codes,
        items.suppliers.values.map((id) => supplierNames.get(id) ?? ''),
      );
    default:
      return null;
  }
}

function positionTest(
  columns: StockColumns,
  column: FilterColumn,
  holds: (value: FilteredValue) => boolean,
): (position: number) => boolean {
  const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
  switch (column) {
    case 'on_hand':
      return (position) => holds(columns.on_hand[position] as number);
    case 'reserved':
      return (position) => holds(columns.reserved[position] as number);
    case 'free':
      return (position) =>
        holds(freeToPromiseMilli(columns.on_hand[position] as number, columns.reserved[position] as number));
    case 'incoming':
      return (position) => holds(columns.incoming[position] as number);
    case 'days':
      return (position) => holds(daysOnHand(columns.on_hand[position] as number, columns.usage[position] as number));
    case 'min':
      return (position) => holds(orNull(columns.min[position] as number));
    case 'max':
      return (position) => holds(orNull(columns.max[position] as number));
    case 'value':
      return (position) => holds(orNull(columns.value[position] as number));
    case 'next_in': {
      const known = new Map<number, boolean>([[NEVER, holds(null)]]);
      return (position) => {
        const day = columns.next_in_on[position] as number;
        const before = known.get(day);
        if (before !== undefined) return before;
        const answer = holds(isoDate(day));
        known.set(day, answer);
        return answer;
      };
    }
    default:
      throw new Error(`${column} is no column of a position`);
  }
}
