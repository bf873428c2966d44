/** What is going on with this item: where it is, who waits for it, what comes, and when it runs out? */
import { isoDate } from '#domain/calendar.ts';
import { daysOnHand } from '#domain/planning/daysOnHand.ts';
import { leftOutLines } from '#domain/exceptions/coverage.ts';
import { promiseByWeek } from '#domain/planning/promiseByWeek.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { ItemDetail, StockRow } from '#contract/queries.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { notesOnItem } from '../orders/notes.ts';
import { asOfDay, isoDateOrNull, provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { sitesOf } from '../reference/names.ts';
import { seesArea } from '../rights.ts';
import { countsOf, incomingOf, suppliersOf } from './itemSupply.ts';
import type { Position } from './position.ts';
import { freeOf, leftOutReservedOf, type StockQuestion, stockModel } from './stockModel.ts';
import { openOrderLines } from '../orders/openLines.ts';
import { stockRow, sumPositions, weeksOfPositions } from './stockSums.ts';

export const PROJECTED_WEEKS = 12;
const OPEN_ORDER_LIMIT = 50;

export const itemDetail: QueryHandler<'itemDetail'> = async (context, args) => {
  const item = await context.db
    .selectFrom('item as i')
    .leftJoin('party as p', 'p.id', 'i.supplier_id')
    .leftJoin('item_cost as c', 'c.id', 'i.id')
    .selectAll('i')
    .select(['p.name as supplier', 'c.unit_cost_micro'])
    .where('i.id', '=', args.item_id)
    .executeTakeFirst();
  if (!item) throw new BinnacleError('not_found', `There is no item ${args.item_id} among yours.`);
  const company = await companyById(context, item.company_id);
  const cost_visible = seesArea(context.user, company.id, 'cost');
  const as_of_on = asOfDay(context, company.time_zone);
  const question: StockQuestion = {
    company_id: company.id,
    currency: company.currency,
    as_of_on,
    cost_visible,
    item_id: item.id,
  };
  const model = await stockModel(context, question);
  const chosen = model.positions.filter((each) => args.site_id === undefined || each.site.id === args.site_id);
  const on_hand_qty_milli = chosen.reduce((sum, each) => sum + each.on_hand_qty_milli, 0);
  const minimums = chosen.flatMap((each) => (each.min_qty_milli === null ? [] : [each.min_qty_milli]));
  const counted = chosen.flatMap((each) => (each.counted_on === null ? [] : [each.counted_on]));
  const usage_qty_milli = chosen.reduce((sum, each) => sum + each.usage_qty_milli, 0);
  const plan = promiseByWeek(
    {
      as_of_on,
      on_hand_qty_milli,
      demand: chosen.flatMap((each) => each.demand),
      receipts: chosen.flatMap((each) => each.receipts),
      usage_qty_milli_in_window: usage_qty_milli,
    },
    PROJECTED_WEEKS,
  );
  const siteNames = new Map([...(await sitesOf(context.db, company.id))].map(([id, site]) => [id, site.code]));
  const incoming = await incomingOf(context, question, args.site_id, siteNames);
  const orders = await openOrders(context, question, args.site_id);
  return {
    item_id: item.id,
    company_id: company.id,
    code: item.code,
    name: item.name,
    category: item.category,
    uom: item.uom,
    supplier: item.supplier,
    currency: company.currency,
    unit_cost_micro: cost_visible ? item.unit_cost_micro : null,
    cost_visible,
    positions: model.positions.map((each) => siteRow(each, cost_visible)),
    free_to_promise: {
      on_hand_qty_milli,
      reserved_qty_milli: chosen.reduce((sum, each) => sum + each.reserved_qty_milli, 0),
      free_qty_milli: freeOf(chosen),
      left_out_reserved_qty_milli: leftOutReservedOf(chosen, as_of_on),
      // several sites together are as fresh as the oldest count
      counted_on: isoDateOrNull(counted.length === 0 ? null : Math.min(...counted)),
    },
    projected: plan.weeks.map(({ week_start_on, ...week }) => ({ week_start: isoDate(week_start_on), ...week })),
    uncovered_qty_milli: plan.uncovered_qty_milli,
    days_on_hand: daysOnHand(on_hand_qty_milli, usage_qty_milli),
    usage_qty_milli,
    min_qty_milli: minimums.length === 0 ? null : minimums.reduce((sum, each) => sum + each, 0),
    open_orders: orders.largest,
    open_orders_total: orders.total,
    left_out_orders: orders.left_out,
    incoming: incoming.lines,
    incoming_total: incoming.total,
    overdue: incoming.overdue,
    suppliers: await suppliersOf(context, question, item.id),
    counts: await countsOf(context, item.id, args.site_id, siteNames),
    notes: await notesOnItem(context, item.id),
    provenance: provenance(context, [
      'stock_balance',
      'policy',
      'purchase_order',
      'po_line',
      'sales_order',
      'order_line',
      'shipment_line',
      'item_note',
      'supplier_item',
      'promise_event',
      'stock_count',
      'stock_count_line',
    ]),
  };
};

/** The row of the item at one site, as the grid has it below the item. */
function siteRow(position: Position, cost_visible: boolean): StockRow {
  const { item, site } = position;
  return stockRow(
    {
      key: `s:${site.id}`,
      level: 0,
      kind: 'position',
      label: site.name,
      code: site.code,
      item_id: item.id,
      site_id: site.id,
      children: 0,
      expanded: false,
    },
    () => weeksOfPositions([position]),
    sumPositions([position]),
    cost_visible,
  );
}

/** Orders that wait for the item, the largest first; lines of one order are one row. */
async function openOrders(
  context: QueryContext,
  question: StockQuestion,
  site_id: number | undefined,
): Promise<{
  readonly largest: ItemDetail['open_orders'];
  readonly total: number;
  readonly left_out: ItemDetail['left_out_orders'];
}> {
  const byOrder = new Map<number, { order_id: number; committed_on: number | null; open_qty_milli: number }>();
  const lines = openOrderLines(context, question.company_id, question.item_id).filter(
    (line) => site_id === undefined || line.site_id === site_id,
  );
  const out = new Set(leftOutLines(lines, question.as_of_on));
  const left_out = { lines: out.size, qty_milli: [...out].reduce((sum, each) => sum + each.open_qty_milli, 0) };
  const counted = new Set(lines.filter((line) => !out.has(line)).map(({ order_id }) => order_id));
  for (const line of lines) {
    const held = byOrder.get(line.order_id);
    if (!held) {
      byOrder.set(line.order_id, { ...line });
      continue;
    }
    held.open_qty_milli += line.open_qty_milli;
    if (line.committed_on !== null && (held.committed_on === null || line.committed_on < held.committed_on)) {
      held.committed_on = line.committed_on;
    }
  }
  const largest = [...byOrder.values()]
    .toSorted((a, b) => b.open_qty_milli - a.open_qty_milli || a.order_id - b.order_id)
    .slice(0, OPEN_ORDER_LIMIT);
  if (largest.length === 0) return { largest: [], total: 0, left_out };
  const rows = await context.db
    .selectFrom('sales_order as o')
    .leftJoin('party as p', 'p.id', 'o.party_id')
    .leftJoin('channel as h', 'h.id', 'o.channel_id')
    .select(['o.id', 'o.number', 'p.name as party', 'h.name as channel', 'h.kind as channel_kind'])
    .where(
      'o.id',
      'in',
      largest.map((each) => each.order_id),
    )
    .execute();
  const names = new Map(rows.map((row) => [row.id, row]));
  return {
    total: byOrder.size,
    left_out,
    largest: largest.map(({ order_id, committed_on, open_qty_milli }) => {
      const order = names.get(order_id);
      return {
        order_id,
        number: order?.number ?? String(order_id),
        party: order?.party ?? null,
        channel_kind: order?.channel_kind ?? 'unmapped',
        channel: order?.channel ?? 'Unmapped',
        committed_on: isoDateOrNull(committed_on),
        open_qty_milli,
        left_out: !counted.has(order_id),
      };
    }),
  };
}
