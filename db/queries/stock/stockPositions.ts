/** What do we have, where, and where will it run out? */
import { columnFilterTest, type FilteredValue } from '#domain/columnFilters.ts';
import { daysOnHand } from '#domain/planning/daysOnHand.ts';
import { freeToPromiseMilli } from '#domain/planning/freeToPromise.ts';
import type { QueryArgs, STOCK_FILTER_COLUMNS, StockRow } from '#contract/queries.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { asOfDay, isoDateOrNull, provenance } from '../provenance.ts';
import { remembered } from '../readCache.ts';
import { companyById } from '../reference/companies.ts';
import { seesArea } from '../rights.ts';
import type { Position } from './position.ts';
import { type StockModel, type StockQuestion, stockModel } from './stockModel.ts';
import { type RowHead, stockRow, sumPositions } from './stockSums.ts';
import { rowOf, type StockNode, stockNodes } from './stockTree.ts';

/** The grid's rows in order, and their totals: the same for every block of one view. */
export interface StockView {
  readonly nodes: readonly StockNode[];
  readonly totals: StockRow;
  readonly items: number;
  readonly sites: number;
}

export const stockPositions: QueryHandler<'stockPositions'> = async (context, args) => {
  const company = await companyById(context, args.company_id);
  const cost_visible = seesArea(context.user, company.id, 'cost');
  const { offset, limit, ...question } = args;
  const as_of_on = asOfDay(context, company.time_zone);
  const view = await remembered(
    context,
    (cache) => cache.stockViews,
    JSON.stringify([Object.entries(question).toSorted(([a], [b]) => (a < b ? -1 : 1)), as_of_on, cost_visible]),
    () =>
      stockView(context, args, {
        company_id: company.id,
        currency: company.currency,
        as_of_on,
        cost_visible,
        item_id: null,
      }),
  );
  const expanded = new Set(args.expanded);
  return {
    rows: view.nodes.slice(offset, offset + limit).map((node) => rowOf(node, expanded, cost_visible)),
    total_rows: view.nodes.length,
    totals: view.totals,
    items: view.items,
    sites: view.sites,
    cost_visible,
    currency: company.currency,
    provenance: provenance(context, [
      'item',
      'site',
      'policy',
      'stock_balance',
      'purchase_order',
      'po_line',
      'sales_order',
      'order_line',
      'shipment_line',
      ...(cost_visible ? (['item_cost'] as const) : []),
    ]),
  };
};

async function stockView(
  context: QueryContext,
  args: QueryArgs<'stockPositions'>,
  question: StockQuestion,
): Promise<StockView> {
  const model = await stockModel(context, question);
  context.checkCancelled();
  const positions = model.positions.filter(wanted(args)).filter(seen(args, model, question.cost_visible));
  const items = new Set(positions.map((each) => each.item.id)).size;
  const head: RowHead = {
    key: 'total',
    level: 0,
    kind: 'group',
    label: 'All items',
    code: null,
    children: items,
    expanded: false,
    item_id: null,
    site_id: null,
  };
  return {
    nodes: stockNodes(model, positions, args),
    totals: stockRow(head, positions, sumPositions(positions), question.cost_visible),
    items,
    sites: new Set(positions.map((each) => each.site.id)).size,
  };
}

/** Every word of the text must be in the item's code or name; % and _ are letters like any other. */
function wanted(args: QueryArgs<'stockPositions'>): (position: Position) => boolean {
  const words = (args.text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const statuses = args.status && args.status.length > 0 ? new Set<string>(args.status) : null;
  return ({ item, site, status }) =>
    (args.site_id === undefined || site.id === args.site_id) &&
    (args.category === undefined || item.category === args.category) &&
    (statuses === null || statuses.has(status)) &&
    words.every((word) => item.search.includes(word));
}

type FilterColumn = (typeof STOCK_FILTER_COLUMNS)[number];

const FILTERED: Readonly<Record<FilterColumn, (position: Position, model: StockModel) => FilteredValue>> = {
  name: ({ item }) => item.search,
  site: ({ site }) => `${site.code} ${site.name}`,
  category: ({ item }) => item.category,
  supplier: ({ item }, { suppliers }) => suppliers.get(item.supplier_id) ?? '',
  uom: ({ item }) => item.uom,
  status: ({ status }) => status,
  on_hand: ({ on_hand_qty_milli }) => on_hand_qty_milli,
  reserved: ({ reserved_qty_milli }) => reserved_qty_milli,
  free: (position) => freeToPromiseMilli(position.on_hand_qty_milli, position.reserved_qty_milli),
  incoming: ({ incoming_qty_milli }) => incoming_qty_milli,
  next_in: ({ next_in_on }) => isoDateOrNull(next_in_on),
  days: (position) => daysOnHand(position.on_hand_qty_milli, position.usage_qty_milli),
  min: ({ min_qty_milli }) => min_qty_milli,
  max: ({ max_qty_milli }) => max_qty_milli,
  value: ({ value_minor }) => value_minor,
};

/** The columns' filters, asked of every position. Nothing may be learnt of a value by narrowing by it. */
function seen(
  args: QueryArgs<'stockPositions'>,
  model: StockModel,
  cost_visible: boolean,
): (position: Position) => boolean {
  if (args.filters.length === 0) return () => true;
  const holds = columnFilterTest<FilterColumn>(args.filters);
  return (position) =>
    holds((column) => (column === 'value' && !cost_visible ? null : FILTERED[column](position, model)));
}
