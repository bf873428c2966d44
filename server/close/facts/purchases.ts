/** Receipts with what bills them, bills without goods or twice, and what it cost to bring goods in. */
import { sql } from 'kysely';
import type {
  LandedRow,
  LooseBillRow,
  PriceVarianceRow,
  PurchaseRows,
  ReceiptRow,
} from '#domain/close/reconcile/documentRows.ts';
import { countsIn, purchaseRows, type ReceivedGoods, type SupplierBill } from '#domain/close/reconcile/purchases.ts';
import { minorDigits } from '#domain/money.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import type { Days } from '../source.ts';
import { dayOf, idList, onDays } from './days.ts';

/** Quantity in thousandths × price in millionths, as minor units of the currency. */
export const scaleOf = (currency: string): number => 10 ** (9 - minorDigits(currency));

/** Receipts of one page: with their bills about as many rows as other pages have. */
const PAGE_RECEIPTS = 10_000;

type Of = { readonly company_id: number; readonly currency: string };

/** Supplier by supplier, as many at once as fill a page: which bill bills what is decided among one's documents. */
export async function purchasesOf(
  tx: ServerTransaction,
  of: Of,
  { from, until, cut_off }: { readonly from: number; readonly until: number; readonly cut_off: number },
): Promise<PurchaseRows> {
  const receipts: ReceiptRow[] = [];
  const loose: LooseBillRow[] = [];
  const variances: PriceVarianceRow[] = [];
  for (const suppliers of await pagesOfSuppliers(tx, of.company_id)) {
    const rows = purchaseRows(await goodsOf(tx, of, suppliers), await billsOf(tx, of.company_id, suppliers));
    for (const row of rows.receipts) if (countsIn(row, from, until, cut_off)) receipts.push(row);
    for (const row of rows.loose) loose.push(row);
    for (const row of rows.variances) variances.push(row);
  }
  const byId = (a: { readonly id: number }, b: { readonly id: number }): number => a.id - b.id;
  return { receipts: receipts.toSorted(byId), loose: loose.toSorted(byId), variances: variances.toSorted(byId) };
}

async function pagesOfSuppliers(tx: ServerTransaction, company_id: number): Promise<readonly (readonly number[])[]> {
  const { rows } = await sql<{ supplier_id: number; documents: number }>`
    select supplier_id, sum(documents)::bigint as documents from (
      select o.supplier_id, count(*) as documents from purchase_order o join po_line l on l.purchase_order_id = o.id
      where o.company_id = ${company_id} group by 1
      union all
      select party_id, 1 from invoice where company_id = ${company_id} and kind = 'supplier' and purchase_order_id is null
        and ref is not null) d
    group by 1 order by 1`.execute(tx);
  const pages: number[][] = [];
  let held = Number.POSITIVE_INFINITY;
  for (const { supplier_id, documents } of rows) {
    if (held + documents > PAGE_RECEIPTS) {
      pages.push([]);
      held = 0;
    }
    pages.at(-1)?.push(supplier_id);
    held += documents;
  }
  return pages;
}

/** Rounded half away from zero a line, as `lineAmountMinor` does. */
async function goodsOf(
  tx: ServerTransaction,
  { company_id, currency }: Of,
  suppliers: readonly number[],
): Promise<readonly ReceivedGoods[]> {
  const { rows } = await sql<ReceivedGoods>`
    with goods as materialized (
      select o.supplier_id, o.id as "order", o.number as order_number, r.number, min(r.id) as id, min(r.received_on) as received_on,
        sum(round(r.qty_milli::numeric * coalesce(p.unit_price_micro, 0) / ${scaleOf(currency)}::bigint))::bigint as amount_minor
      from purchase_order o join po_line l on l.purchase_order_id = o.id join receipt_line r on r.po_line_id = l.id
        left join po_line_price p on p.id = l.id
      where o.company_id = ${company_id} and o.supplier_id = any(${idList(suppliers)}) group by o.id, r.number)
    select g.id, g."order", g.number, ${dayOf('g.received_on')} as day, g.amount_minor, g.order_number, g.supplier_id,
      s.name as supplier_name
    from goods g join party s on s.id = g.supplier_id order by g.id`.execute(tx);
  return rows;
}

async function billsOf(
  tx: ServerTransaction,
  company_id: number,
  suppliers: readonly number[],
): Promise<readonly SupplierBill[]> {
  const { rows } = await sql<SupplierBill>`
    select b.id, b.number, b.purchase_order_id as "order", b.ref as names, ${dayOf('b.posted_on')} as day, b.amount_minor,
      b.party_id, s.id as supplier_id, s.name as supplier_name, o.number as order_number
    from invoice b left join purchase_order o on o.id = b.purchase_order_id
      join party s on s.id = coalesce(o.supplier_id, b.party_id)
    where b.company_id = ${company_id} and b.kind = 'supplier' and s.id = any(${idList(suppliers)})
      and (b.purchase_order_id is not null or b.ref is not null)
    order by b.id`.execute(tx);
  return rows;
}

export async function* landedOn(
  tx: ServerTransaction,
  company_id: number,
  days: Days,
): AsyncGenerator<readonly LandedRow[]> {
  const { rows } = await sql<LandedRow>`
    select c.id, o.number || ' ' || c.kind as ref, ${dayOf('c.booked_on')} as booked_on, c.amount_minor,
      s.code || ' ' || s.name as site
    from landed_cost c join purchase_order o on o.id = c.purchase_order_id join site s on s.id = c.site_id
    where c.company_id = ${company_id} and ${onDays('c.booked_on', days)} order by c.id`.execute(tx);
  yield rows;
}

/** What receipts put on stock at today's costs: as near as it is known. */
export async function receiptValues(
  tx: ServerTransaction,
  { company_id, currency }: { readonly company_id: number; readonly currency: string },
  numbers: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (numbers.length === 0) return new Map();
  const { rows } = await sql<{ number: string; value: number }>`
    select r.number,
      sum(round(r.qty_milli::numeric * coalesce(c.unit_cost_micro, 0) / ${scaleOf(currency)}::bigint))::bigint as value
    from receipt_line r join po_line l on l.id = r.po_line_id left join item_cost c on c.id = l.item_id
    where r.company_id = ${company_id} and r.number = any(${[...numbers]}) group by r.number`.execute(tx);
  return new Map(rows.map(({ number, value }) => [number, value]));
}

export async function orderNumbers(
  tx: ServerTransaction,
  ids: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ id: number; number: string }>`
    select id, number from sales_order where id = any(${idList(ids)})`.execute(tx);
  return new Map(rows.map(({ id, number }) => [id, number]));
}
