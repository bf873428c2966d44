/** Receipts with their first bill, bills without goods or twice, and what it cost to bring goods in. */
import { sql } from 'kysely';
import type { LandedRow, LooseBillRow, ReceiptRow } from '#domain/close/reconcile/postings.ts';
import { minorDigits } from '#domain/money.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import type { Days } from '../source.ts';
import { dateOf, dayOf, idList, onDays } from './days.ts';

/** Quantity in thousandths × price in millionths, as minor units of the currency. */
export const scaleOf = (currency: string): number => 10 ** (9 - minorDigits(currency));

/** Rounded half away from zero a line, as `lineAmountMinor` does. */
export async function* receiptsOn(
  tx: ServerTransaction,
  { company_id, currency }: { readonly company_id: number; readonly currency: string },
  days: Days,
  cut_off: number,
): AsyncGenerator<readonly ReceiptRow[]> {
  const { rows } = await sql<ReceiptRow>`
    with bill as materialized (
      select distinct on (ref) ref, id, posted_on, amount_minor from invoice
      where company_id = ${company_id} and kind = 'supplier' and purchase_order_id is not null and ref is not null
      order by ref, posted_on, id),
    goods as materialized (
      select r.number, min(r.id) as id, min(r.received_on) as received_on, min(l.purchase_order_id) as purchase_order_id,
        sum(round(r.qty_milli::numeric * coalesce(p.unit_price_micro, 0) / ${scaleOf(currency)}::bigint))::bigint as amount_minor
      from receipt_line r join po_line l on l.id = r.po_line_id left join po_line_price p on p.id = l.id
      where r.company_id = ${company_id} group by r.number)
    select g.id, g.number, ${dayOf('g.received_on')} as received_on, g.amount_minor, o.number as order_number, o.supplier_id,
      s.name as supplier_name, b.id as bill_id, ${dayOf('b.posted_on')} as bill_posted_on, b.amount_minor as bill_minor
    from goods g join purchase_order o on o.id = g.purchase_order_id join party s on s.id = o.supplier_id
      left join bill b on b.ref = g.number
    where ${onDays('g.received_on', days)} or ${onDays('b.posted_on', days)}
      or (g.received_on <= ${dateOf(cut_off)} and (b.id is null or b.posted_on > ${dateOf(cut_off)}))
      or (b.posted_on <= ${dateOf(cut_off)} and g.received_on > ${dateOf(cut_off)})
    order by g.id`.execute(tx);
  yield rows;
}

type LooseRow = Omit<LooseBillRow, 'repeats'> & {
  readonly first_id: number | null;
  readonly first_number: string | null;
};

export async function* looseBillsOn(
  tx: ServerTransaction,
  company_id: number,
  days: Days,
): AsyncGenerator<readonly LooseBillRow[]> {
  const { rows } = await sql<LooseRow>`
    with bill as materialized (
      select i.*, first_value(i.id) over w as first_id, first_value(i.number) over w as first_number
      from invoice i
      where i.company_id = ${company_id} and i.kind = 'supplier' and i.purchase_order_id is not null
      window w as (partition by i.ref order by i.posted_on, i.id))
    select b.id, b.kind, b.number, b.party_id, ${dayOf('b.posted_on')} as posted_on, b.amount_minor,
      o.number as order_number, s.name as supplier_name, case when b.ref is not null and b.first_id <> b.id then b.first_id end as first_id,
      b.first_number
    from bill b join purchase_order o on o.id = b.purchase_order_id join party s on s.id = o.supplier_id
    where (b.ref is null or b.first_id <> b.id
        or not exists (select from receipt_line r where r.company_id = ${company_id} and r.number = b.ref)) and ${onDays('b.posted_on', days)}
    order by b.id`.execute(tx);
  yield rows.map(({ first_id, first_number, ...row }) => ({
    ...row,
    repeats: first_id === null ? null : { kind: 'invoice', id: first_id, ref: first_number ?? '' },
  }));
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
