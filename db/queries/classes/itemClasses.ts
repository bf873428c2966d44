/** Which items matter, how evenly are they asked for, what lies there of each class and how well is it served? */
import { columnFilterTest, type FilteredValue } from '#domain/columnFilters.ts';
import { MATRIX_CELLS, CLASS_MONTHS } from '#domain/planning/classMatrix.ts';
import type { CLASS_FILTER_COLUMNS, ItemClassRow, QueryArgs } from '#contract/queries.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { editionOf, questionKey } from '../editions.ts';
import { asOfDay, provenance } from '../provenance.ts';
import { keptOf } from '../readCache.ts';
import { companyById } from '../reference/companies.ts';
import { stableOrder } from '../stock/stableOrder.ts';
import { type ClassColumns, classColumns, turnsOf } from './classColumns.ts';

const TABLES = [
  'item',
  'item_cost',
  'site',
  'channel',
  'order_line',
  'order_line_cost',
  'sales_order',
  'shipment_line',
  'stock_balance',
  'policy',
] as const satisfies readonly WireTableName[];
/** Of a part of these a class would be another. */
const WHOLE: readonly WireTableName[] = ['order_line', 'shipment_line', 'stock_balance', 'item'];

const MOST_EDITIONS = 4;
const MOST_ARRANGEMENTS = 4;

export interface KeptClasses {
  readonly columns: ClassColumns;
  /** Places in order, by the question they answer. */
  readonly arrangements: Map<string, Int32Array>;
}

type Args = QueryArgs<'itemClasses'>;
type Column = (typeof CLASS_FILTER_COLUMNS)[number];

export const itemClasses: QueryHandler<'itemClasses'> = async (context, args) => {
  const company = await companyById(context, args.company_id);
  const { offset, limit, edition: wanted, locate, ...arrangement } = args;
  const { site_id, channel_id, category } = args;
  const scope = { site_id, channel_id, category };
  const { edition, newer } = await editionOf<KeptClasses>(
    context,
    context.cache?.classes ?? [],
    {
      of: ['classes', company.id, scope],
      tables: TABLES,
      as_of_on: asOfDay(context, company.time_zone),
      most: MOST_EDITIONS,
      make: async () => ({ columns: await classColumns(context, company, scope), arrangements: new Map() }),
    },
    wanted,
  );
  context.checkCancelled();
  const { columns, arrangements } = edition.value;
  const waiting = isWaiting({ ...context, replica: edition.standing });
  const order = waiting
    ? new Int32Array(0)
    : keptOf(arrangements, questionKey(arrangement), MOST_ARRANGEMENTS, () => arranged(columns, args));
  return {
    rows: Array.from(order.subarray(offset, offset + limit), (at) => rowOf(columns, at)),
    total_rows: order.length,
    cells: waiting ? [] : columns.cells,
    all: waiting ? NOTHING : columns.all,
    categories: columns.ground.items.categories.values.filter((each) => each !== '').toSorted(),
    from_month: columns.months[0] ?? 0,
    to_month: columns.months.at(-1) ?? 0,
    cost_visible: columns.cost_visible,
    currency: company.currency,
    waiting,
    edition: edition.id,
    newer,
    located: locate.map((key) => {
      const at = order.findIndex((each) => rowOf(columns, each).key === key);
      return at < 0 ? null : at;
    }),
    provenance: provenance({ ...context, replica: edition.standing }, TABLES),
  };
};

const NOTHING: ClassColumns['all'] = {
  items: 0,
  value_minor: 0,
  share_bp: null,
  stock_value_minor: null,
  turns_milli: null,
  service_bp: null,
  target_bp: null,
  policies: 0,
  with_target: 0,
};

function isWaiting(context: QueryContext): boolean {
  return WHOLE.some((table) => context.replica.loading_tables.has(table));
}

function arranged(columns: ClassColumns, args: Args): Int32Array {
  const { ground, items, classed } = columns;
  const words = (args.text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const holds = columnFilterTest<Column>(args.filters);
  const wanted = args.cell === undefined ? null : MATRIX_CELLS.indexOf(args.cell);
  const chosen: number[] = [];
  for (let at = 0; at < items.length; at++) {
    if (wanted !== null && classed.cell[at] !== wanted) continue;
    const search = ground.items.search[items[at] as number] ?? '';
    if (!words.every((word) => search.includes(word))) continue;
    if (args.filters.length > 0 && !holds((column) => valueOf(columns, at, column))) continue;
    chosen.push(at);
  }
  let order = Int32Array.from(chosen);
  const sorts = args.sort.length > 0 ? args.sort : [{ column: 'value' as const, descending: true }];
  for (const { column, descending } of sorts.toReversed()) {
    const keys = Float64Array.from(order, (at) => sortKey(columns, at, column));
    order = stableOrder(order, keys, descending) as Int32Array<ArrayBuffer>;
  }
  return order;
}

function sortKey(columns: ClassColumns, at: number, column: Args['sort'][number]['column']): number {
  // items lie in natural order of their codes, cells in that of the matrix
  if (column === 'name') return at;
  if (column === 'class') return columns.classed.cell[at] as number;
  const value = valueOf(columns, at, column);
  return typeof value === 'number' ? value : Number.NaN;
}

function valueOf(columns: ClassColumns, at: number, column: Column): FilteredValue {
  const row = rowOf(columns, at);
  switch (column) {
    case 'name':
      return `${row.code} ${row.name}`;
    case 'class':
      return row.cell;
    case 'value':
      return row.value_minor;
    case 'month':
      return row.month_qty_milli;
    case 'variation':
      return row.variation_milli;
    case 'on_hand':
      return row.on_hand_qty_milli;
    case 'stock_value':
      return row.stock_value_minor;
    case 'turns':
      return row.turns_milli;
    case 'target':
      return row.target_bp;
    case 'category':
      return row.category;
    case 'uom':
      return row.uom;
  }
}

function rowOf(columns: ClassColumns, at: number): ItemClassRow {
  const { ground, year, classed, cost_visible } = columns;
  const item = columns.items[at] as number;
  const { ids, codes, names, categories, uoms } = ground.items;
  const item_id = ids[item] as number;
  const value_minor = year.value[at] as number;
  const stock = columns.stock_value[at] as number;
  const stock_value_minor = cost_visible && !Number.isNaN(stock) ? stock : null;
  const variation = classed.variation[at] as number;
  const target = columns.target[at] as number;
  const months = year.monthly.subarray(at * CLASS_MONTHS, (at + 1) * CLASS_MONTHS);
  return {
    key: String(item_id),
    item_id,
    code: codes[item] ?? '',
    name: names[item] ?? '',
    category: categories.values[categories.codes[item] as number] ?? '',
    uom: uoms.values[uoms.codes[item] as number] ?? '',
    cell: MATRIX_CELLS[classed.cell[at] as number] ?? 'obsolete',
    value_minor,
    share_bp: columns.value_minor > 0 ? Math.round((value_minor / columns.value_minor) * 10_000) : null,
    month_qty_milli: Math.round(months.reduce((sum, each) => sum + each, 0) / CLASS_MONTHS),
    variation_milli: Number.isNaN(variation) ? null : Math.round(variation * 1000),
    on_hand_qty_milli: columns.on_hand[at] as number,
    stock_value_minor,
    turns_milli: turnsOf(year.cost[at] as number, stock_value_minor),
    target_bp: Number.isNaN(target) ? null : Math.round(target),
  };
}
