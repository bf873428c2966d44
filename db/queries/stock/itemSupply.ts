/** What suppliers ask for an item, what of it comes, and what was counted. */
import { isoDate } from '#domain/calendar.ts';
import { comesOn, takenOn } from '#domain/planning/overdueReceipts.ts';
import type { OverdueWaits } from '#domain/planning/overdueWaits.ts';
import type { ItemDetail } from '#contract/queries.ts';
import type { QueryContext } from '../context.ts';
import { isoDateOrNull } from '../provenance.ts';
import { overdueReceipt, overdueWaits } from '../purchases/overdueWaits.ts';
import { promisesOf } from '../purchases/promises.ts';
import type { StockQuestion } from './stockModel.ts';
import { type OpenPurchaseLine, openPurchaseLines } from './stockMovements.ts';

const INCOMING_LIMIT = 50;
const SUPPLIER_LIMIT = 20;
const COUNT_LIMIT = 12;

export async function incomingOf(
  context: QueryContext,
  question: StockQuestion,
  site_id: number | undefined,
  siteNames: ReadonlyMap<number, string>,
): Promise<{
  readonly lines: ItemDetail['incoming'];
  readonly total: number;
  readonly overdue: ItemDetail['overdue'];
}> {
  const all = await openPurchaseLines(context, question);
  const lines = all.filter((line) => site_id === undefined || line.site_id === site_id);
  const chosen = lines.slice(0, INCOMING_LIMIT);
  if (chosen.length === 0) return { lines: [], total: 0, overdue: NOTHING_OVERDUE };
  const waits = await overdueWaits(context, question);
  const suppliers = await context.db
    .selectFrom('party')
    .select(['id', 'name'])
    .where(
      'id',
      'in',
      chosen.map((line) => line.supplier_id),
    )
    .execute();
  const names = new Map(suppliers.map((row) => [row.id, row.name]));
  const promises = await promisesOf(
    context,
    chosen.map((line) => line.po_line_id),
  );
  return {
    total: lines.length,
    overdue: overdueOf(lines, question.as_of_on, waits),
    lines: chosen.map((line) => ({
      po_line_id: line.po_line_id,
      purchase_order_id: line.purchase_order_id,
      number: line.number,
      supplier: names.get(line.supplier_id) ?? `Supplier ${line.supplier_id}`,
      site: siteNames.get(line.site_id) ?? '',
      promised_on: isoDate(line.promised_on),
      expected_on: isoDate(line.expected_on),
      overdue: overdueReceipt(line, question.as_of_on, waits),
      open_qty_milli: line.open_qty_milli,
      promises: promises.get(line.po_line_id) ?? [],
    })),
  };
}

const NOTHING_OVERDUE: ItemDetail['overdue'] = {
  lines: 0,
  qty_milli: 0,
  first_on: null,
  last_on: null,
  left_out_lines: 0,
  left_out_qty_milli: 0,
};

function overdueOf(lines: readonly OpenPurchaseLine[], as_of_on: number, waits: OverdueWaits): ItemDetail['overdue'] {
  const days: number[] = [];
  let [qty_milli, left_out_lines, left_out_qty_milli] = [0, 0, 0];
  for (const line of lines) {
    const on = comesOn({ on: line.expected_on, taken_on: takenOn(line, as_of_on, waits) }, as_of_on);
    if (on === null) {
      left_out_lines += 1;
      left_out_qty_milli += line.open_qty_milli;
    } else if (on !== line.expected_on) {
      days.push(on);
      qty_milli += line.open_qty_milli;
    }
  }
  const sorted = days.toSorted((a, b) => a - b);
  return {
    lines: days.length,
    qty_milli,
    first_on: isoDateOrNull(sorted[0] ?? null),
    last_on: isoDateOrNull(sorted.at(-1) ?? null),
    left_out_lines,
    left_out_qty_milli,
  };
}

/** Terms of each supplier, the preferred first; prices of the day only for who sees costs. */
export async function suppliersOf(context: QueryContext, question: StockQuestion, item_id: number) {
  const terms = await context.db
    .selectFrom('supplier_item as t')
    .leftJoin('party as p', 'p.id', 't.supplier_id')
    .selectAll('t')
    .select('p.name')
    .where('t.item_id', '=', item_id)
    .orderBy('t.preferred', 'desc')
    .orderBy('t.id')
    .limit(SUPPLIER_LIMIT)
    .execute();
  const prices = new Map<number, number>();
  if (question.cost_visible && terms.length > 0) {
    const rows = await context.db
      .selectFrom('supplier_item_price')
      .select(['supplier_item_id', 'unit_price_micro'])
      .where(
        'supplier_item_id',
        'in',
        terms.map((each) => each.id),
      )
      .where('valid_from', '<=', question.as_of_on)
      .where(({ eb, or }) => or([eb('valid_to', 'is', null), eb('valid_to', '>=', question.as_of_on)]))
      .orderBy('valid_from')
      .execute();
    // the latest that holds today
    for (const row of rows) prices.set(row.supplier_item_id, row.unit_price_micro);
  }
  return terms.map((each) => ({
    supplier_id: each.supplier_id,
    supplier: each.name ?? `Supplier ${each.supplier_id}`,
    supplier_code: each.supplier_code,
    moq_qty_milli: each.moq_qty_milli,
    multiple_qty_milli: each.multiple_qty_milli,
    lead_time_days: each.lead_time_days,
    preferred: each.preferred === 1,
    unit_price_micro: prices.get(each.id) ?? null,
  }));
}

export async function countsOf(
  context: QueryContext,
  item_id: number,
  site_id: number | undefined,
  siteNames: ReadonlyMap<number, string>,
): Promise<ItemDetail['counts']> {
  let query = context.db
    .selectFrom('stock_count_line as l')
    .innerJoin('stock_count as c', 'c.id', 'l.stock_count_id')
    .selectAll('l')
    .select(['c.number', 'c.counted_on'])
    .where('l.item_id', '=', item_id)
    .where('c.state', '=', 'posted');
  if (site_id !== undefined) query = query.where('l.site_id', '=', site_id);
  const rows = await query.orderBy('c.counted_on', 'desc').orderBy('l.id', 'desc').limit(COUNT_LIMIT).execute();
  return rows.map((row) => ({
    number: row.number,
    site: siteNames.get(row.site_id) ?? '',
    location: row.location,
    counted_on: isoDate(row.counted_on),
    book_qty_milli: row.book_qty_milli,
    counted_qty_milli: row.counted_qty_milli,
    within_tolerance: Math.abs(row.counted_qty_milli - row.book_qty_milli) <= row.tolerance_qty_milli,
  }));
}
