/**
 * What the server itself knows of positions, as the rules of replenishment ask for it: the same question the copy asks
 * of each of its positions, from the server's own rows, for a few items at a time.
 */
import { sql } from 'kysely';
import { dayNumber, isoDate } from '#domain/calendar.ts';
import { openQtyMilli } from '#domain/orders/openQuantity.ts';
import { USAGE_DAYS } from '#domain/planning/daysOnHand.ts';
import type { DatedQuantity } from '#domain/planning/projectedBalance.ts';
import { demandFromWeeks, HISTORY_WEEKS } from '#domain/planning/replenishment/demand.ts';
import { termsOfKnown } from '#domain/planning/replenishment/knownTerms.ts';
import { MEASURED_DAYS, measuredLeadTime } from '#domain/planning/replenishment/leadTime.ts';
import type { ReplenishmentQuestion } from '#domain/planning/replenishment/proposal.ts';
import { transferCounts } from '#domain/transfers/transfer.ts';
import type { CompanyDay } from '#server/commands/companyDay.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import { calendarsOf } from './calendars.ts';
import { storedTransfers } from './transferRows.ts';
import { ASKED_QTY } from './askedQty.ts';

export interface PositionsOfItems {
  /** Of any site of the company; one nothing is known of is empty. */
  of(item_id: number, site_id: number): ReplenishmentQuestion;
}

const keyOf = (item_id: number, site_id: number): string => `${item_id}:${site_id}`;

export async function positionsOf(
  tx: ServerTransaction,
  company: CompanyDay,
  item_ids: readonly number[],
): Promise<PositionsOfItems> {
  const ids = [...new Set(item_ids)];
  const { today_on } = company;
  const terms = await termsOfItems(tx, company.id, ids);
  const policies = byPosition(
    await tx
      .selectFrom('policy')
      .selectAll()
      .where('company_id', '=', company.id)
      .where('item_id', 'in', ids)
      .execute(),
  );
  const balances = byPosition(
    await tx
      .selectFrom('stock_balance')
      .select(['item_id', 'site_id', 'on_hand_qty_milli', 'reserved_qty_milli'])
      .where('company_id', '=', company.id)
      .where('item_id', 'in', ids)
      .execute(),
  );
  const demand = await openDemand(tx, company, ids);
  const receipts = await openReceipts(tx, company, ids);
  const usage = await usageOf(tx, company, ids);
  const taken = await takenDays(tx, company, ids);
  const calendars = await calendarsOf(tx, company);
  const leaving = new Map<string, number>();
  for (const { item_id, from_site_id, to_site_id, standing } of await storedTransfers(tx, company, { item_ids: ids })) {
    const { leaves, comes } = transferCounts(standing, today_on, calendars(null, to_site_id));
    const from = keyOf(item_id, from_site_id);
    if (leaves !== null) leaving.set(from, (leaving.get(from) ?? 0) + leaves.qty_milli);
    if (comes !== null) push(receipts, keyOf(item_id, to_site_id), comes);
  }
  return {
    of(item_id, site_id) {
      const key = keyOf(item_id, site_id);
      const item = terms.get(item_id);
      const supplier_id = item?.supplier_id ?? null;
      const open = demand.get(key) ?? [];
      const visible = open.reduce((sum, each) => sum + each.qty_milli, 0);
      // what is reserved beyond the open orders is asked for at once, and so is what is held back for other sites
      const beyond = Math.max(0, (balances.get(key)?.reserved_qty_milli ?? 0) - visible) + (leaving.get(key) ?? 0);
      const used = usage.get(key);
      return {
        ...termsOfKnown({
          as_of_on: today_on,
          item_active: item?.active ?? false,
          shelf_life_days: item?.shelf_life_days ?? null,
          most_days: item?.most_days ?? null,
          supplier_id,
          agreed: item?.agreed ?? null,
          review_days: item?.review_days ?? null,
          measured: supplier_id === null ? null : measuredLeadTime(taken.get(`${key}:${supplier_id}`) ?? []),
          policy: policies.get(key) ?? null,
        }),
        calendar: supplier_id === null ? null : calendars(supplier_id, site_id),
        ...demandFromWeeks(used?.window ?? 0, used?.weeks ?? null),
        on_hand_qty_milli: balances.get(key)?.on_hand_qty_milli ?? 0,
        demand: beyond > 0 ? [{ on: today_on, qty_milli: beyond }, ...open] : open,
        receipts: receipts.get(key) ?? [],
      };
    },
  };
}

/** Of each item who sells it, the preferred first, and on what terms. */
async function termsOfItems(tx: ServerTransaction, company_id: number, ids: readonly number[]) {
  const items = await tx
    .selectFrom('item as i')
    .leftJoin('item_keeping as k', 'k.id', 'i.id')
    .select(['i.id', 'i.active', 'i.supplier_id', 'k.shelf_life_days', 'k.most_days'])
    .where('i.company_id', '=', company_id)
    .where('i.id', 'in', ids)
    .execute();
  const sold = await tx
    .selectFrom('supplier_item')
    .select(['item_id', 'supplier_id', 'moq_qty_milli', 'multiple_qty_milli', 'lead_time_days'])
    .where('company_id', '=', company_id)
    .where('item_id', 'in', ids)
    .orderBy('preferred', 'desc')
    .orderBy('id')
    .execute();
  const reviews = new Map(
    (
      await tx
        .selectFrom('supplier_terms')
        .select(['supplier_id', 'review_days'])
        .where('company_id', '=', company_id)
        .execute()
    ).map((each) => [each.supplier_id, each.review_days]),
  );
  const first = new Map(sold.toReversed().map((each) => [each.item_id, each]));
  return new Map(
    items.map((item) => {
      const agreed = first.get(item.id);
      const supplier_id = agreed?.supplier_id ?? item.supplier_id;
      const review_days = supplier_id === null ? null : (reviews.get(supplier_id) ?? null);
      return [item.id, { ...item, agreed, supplier_id, review_days }];
    }),
  );
}

async function openDemand(tx: ServerTransaction, { id, today_on }: CompanyDay, ids: readonly number[]) {
  const { rows } = await sql<{
    item_id: number;
    site_id: number;
    committed_on: string | null;
    ordered: number;
    cancelled: number;
    shipped: number;
  }>`
    select l.item_id, l.site_id, l.committed_on, l.ordered_qty_milli as ordered, l.cancelled_qty_milli as cancelled,
      (select coalesce(sum(s.qty_milli), 0)::int8 from shipment_line s where s.order_line_id = l.id) as shipped
    from order_line l join sales_order o on o.id = l.order_id
    where l.item_id = any(${ids}::int8[]) and l.company_id = ${id} and l.kind = 'goods' and l.site_id is not null
      and o.state = 'open' order by l.id`.execute(tx);
  const demand = new Map<string, DatedQuantity[]>();
  for (const { item_id, site_id, committed_on, ordered, cancelled, shipped } of rows) {
    const qty_milli = openQtyMilli(ordered, cancelled, shipped);
    const on = committed_on === null ? today_on : (dayNumber(committed_on) ?? today_on);
    if (qty_milli > 0) push(demand, keyOf(item_id, site_id), { on, qty_milli });
  }
  return demand;
}

async function openReceipts(tx: ServerTransaction, company: CompanyDay, ids: readonly number[]) {
  const rows = await tx
    .selectFrom('po_line as l')
    .innerJoin('purchase_order as p', 'p.id', 'l.purchase_order_id')
    .select(['l.item_id', 'l.site_id', 'l.expected_on', 'l.ordered_qty_milli', 'l.received_qty_milli'])
    .where('l.item_id', 'in', ids)
    .where('p.company_id', '=', company.id)
    .where('p.state', '=', 'open')
    .whereRef('l.ordered_qty_milli', '>', 'l.received_qty_milli')
    .orderBy('l.expected_on')
    .orderBy('l.id')
    .execute();
  const receipts = new Map<string, DatedQuantity[]>();
  // when what is overdue comes moves no quantity (domain/planning/overdueReceipts.test.ts), so nothing is learned of it here
  for (const { item_id, site_id, expected_on, ordered_qty_milli, received_qty_milli } of rows) {
    const qty_milli = ordered_qty_milli - received_qty_milli;
    push(receipts, keyOf(item_id, site_id), { on: dayNumber(expected_on) ?? 0, qty_milli });
  }
  return receipts;
}

/** Goods asked for: of the usage window, and by the weeks behind it, the oldest first. */
async function usageOf(tx: ServerTransaction, { id, today_on }: CompanyDay, ids: readonly number[]) {
  const first_on = isoDate(today_on - HISTORY_WEEKS * 7 + 1);
  const { rows } = await sql<{
    item_id: number;
    site_id: number;
    weeks_ago: number;
    qty_milli: number;
    window_milli: number;
  }>`
    select item_id, site_id, (${isoDate(today_on)}::date - ordered_on) / 7 as weeks_ago,
      sum(${ASKED_QTY})::int8 as qty_milli,
      coalesce(sum(${ASKED_QTY})
        filter (where ordered_on > ${isoDate(today_on - USAGE_DAYS)}::date), 0)::int8 as window_milli
    from order_line where item_id = any(${ids}::int8[]) and company_id = ${id} and kind = 'goods'
      and site_id is not null and ordered_on between ${first_on}::date and ${isoDate(today_on)}::date
    group by 1, 2, 3`.execute(tx);
  const usage = new Map<string, { window: number; readonly weeks: Float64Array }>();
  for (const { item_id, site_id, weeks_ago, qty_milli, window_milli } of rows) {
    const key = keyOf(item_id, site_id);
    const own = usage.get(key) ?? { window: 0, weeks: new Float64Array(HISTORY_WEEKS) };
    own.window += window_milli;
    own.weeks[HISTORY_WEEKS - 1 - weeks_ago] = qty_milli;
    usage.set(key, own);
  }
  return usage;
}

/** Days from approval to the receipt that made a line whole, by position and supplier. */
async function takenDays(tx: ServerTransaction, { id, today_on }: CompanyDay, ids: readonly number[]) {
  const { rows } = await sql<{ item_id: number; site_id: number; supplier_id: number; days: number }>`
    select l.item_id, l.site_id, p.supplier_id, l.received_on - p.approved_on as days
    from po_line l join purchase_order p on p.id = l.purchase_order_id
    where l.item_id = any(${ids}::int8[]) and p.company_id = ${id} and p.state <> 'cancelled'
      and p.approved_on is not null and l.received_on >= p.approved_on
      and l.received_qty_milli >= l.ordered_qty_milli
      and l.received_on >= ${isoDate(today_on - MEASURED_DAYS)}::date`.execute(tx);
  const taken = new Map<string, number[]>();
  for (const { item_id, site_id, supplier_id, days } of rows) {
    push(taken, `${keyOf(item_id, site_id)}:${supplier_id}`, days);
  }
  return taken;
}

function byPosition<Row extends { readonly item_id: number; readonly site_id: number }>(
  rows: readonly Row[],
): ReadonlyMap<string, Row> {
  return new Map(rows.map((row) => [keyOf(row.item_id, row.site_id), row]));
}

function push<Value>(target: Map<string, Value[]>, key: string, value: Value): void {
  const held = target.get(key);
  if (held) held.push(value);
  else target.set(key, [value]);
}
