/** What the costs of orders are reckoned from: their lines, the terms of their days, what their items cost to bring in. */
import { sql } from 'kysely';
import { lineAmountOrNull } from '#domain/money.ts';
import {
  landedByLine,
  type LandedCharge,
  type ReceivedGoods,
  type UnitCost,
  unitCosts,
} from '#domain/pricing/landedUnitCost.ts';
import type { CostedLine, FeeTerms, RebateTerms } from '#domain/pricing/lineCosts.ts';
import { dayOf } from '#server/close/facts/days.ts';
import { integerArray } from '#server/imports/arrayText.ts';
import type { ImportTransaction } from '#server/imports/schema.ts';

/** What the server reckoned itself is marked so; what stands there from elsewhere is left as it is. */
export const RECKONED = 'reckoned';

export interface StoredLine extends CostedLine {
  readonly order_id: number;
  readonly site_id: number | null;
  readonly month: number;
  /** Months it was delivered in, YYYYMM with a space between; null = not yet. */
  readonly delivered_in: string | null;
  /** Whose cost row the line has; null = it has none. */
  readonly cost_source: string | null;
  readonly cost_site_id: number | null;
  readonly cost_channel_id: number | null;
  readonly cost_month: number | null;
  readonly cost_minor: number | null;
  readonly freight_minor: number | null;
  readonly rebate_minor: number | null;
  readonly fee_minor: number | null;
}

/** Lines that came in by a file: those have a content hash. */
export async function linesOf(
  tx: ImportTransaction,
  company_id: number,
  orders: Iterable<number>,
): Promise<readonly StoredLine[]> {
  const { rows } = await sql<StoredLine>`
    select l.id, l.order_id, l.kind, l.item_id, l.party_id, l.channel_id, l.site_id, l.month, l.net_minor,
      ${dayOf('l.ordered_on')} as ordered_on, l.ordered_qty_milli - l.cancelled_qty_milli as sold_qty_milli,
      c.source as cost_source, c.site_id as cost_site_id, c.channel_id as cost_channel_id, c.month as cost_month,
      c.cost_minor, c.freight_minor, c.rebate_minor, c.fee_minor, (select string_agg(distinct to_char(s.shipped_on, 'YYYYMM'), ' ')
        from shipment_line s where s.order_line_id = l.id) as delivered_in
    from unnest(${integerArray(orders)}::text::bigint[]) as o(id) join order_line l on l.order_id = o.id
      left join order_line_cost c on c.id = l.id
    where l.company_id = ${company_id}::bigint and l.row_hash is not null
    order by l.order_id, l.ordinal`.execute(tx);
  return rows;
}

export async function rebatesOf(
  tx: ImportTransaction,
  company_id: number,
  parties: Iterable<number>,
): Promise<readonly RebateTerms[]> {
  const { rows } = await sql<RebateTerms>`
    select party_id, channel_id, name, rate_bp, ${dayOf('valid_from')} as valid_from, ${dayOf('valid_to')} as valid_to
    from rebate_agreement
    where company_id = ${company_id}::bigint and party_id = any(${integerArray(parties)}::text::bigint[])
    order by id`.execute(tx);
  return rows;
}

export async function feesOf(tx: ImportTransaction, company_id: number): Promise<readonly FeeTerms[]> {
  const { rows } = await sql<FeeTerms>`
    select channel_id, name, rate_bp, ${dayOf('valid_from')} as valid_from, ${dayOf('valid_to')} as valid_to
    from channel_fee where company_id = ${company_id}::bigint order by id`.execute(tx);
  return rows;
}

export async function countersOf(tx: ImportTransaction, company_id: number): Promise<ReadonlySet<number>> {
  const { rows } = await sql<{ id: number }>`
    select id from channel where company_id = ${company_id}::bigint and kind = 'counter'`.execute(tx);
  return new Set(rows.map(({ id }) => id));
}

/** By item and day what a unit cost. Only the receipts that can count are read: the last priced ones by each day asked for. */
export async function unitCostsOf(
  tx: ImportTransaction,
  company: { readonly id: number; readonly currency: string },
  lines: readonly CostedLine[],
): Promise<(item_id: number, day: number) => UnitCost | null> {
  const asked = new Map<string, readonly [item_id: number, day: number]>();
  for (const { item_id, ordered_on } of lines) {
    if (item_id !== null) asked.set(`${item_id} ${ordered_on}`, [item_id, ordered_on]);
  }
  if (asked.size === 0) return () => null;
  const items = integerArray([...asked.values()].map(([item_id]) => item_id));
  const days = integerArray([...asked.values()].map(([, day]) => day));
  const { rows: receipts } = await sql<ReceivedGoods & { readonly purchase_order_id: number }>`
    with last as (
      select distinct n.item_id, r.received_on
      from unnest(${items}::text::bigint[], ${days}::text::int[]) as n(item_id, day)
        cross join lateral (
          select max(r.received_on) as received_on
          from po_line l join receipt_line r on r.po_line_id = l.id join po_line_price p on p.id = l.id
          where l.item_id = n.item_id and r.qty_milli > 0 and r.received_on <= date '1970-01-01' + n.day) r
      where r.received_on is not null)
    select l.id as po_line_id, l.item_id, l.purchase_order_id, o.number || ' · ' || r.number as ref,
      ${dayOf('r.received_on')} as received_on, r.qty_milli, p.unit_price_micro, l.received_qty_milli
    from last join po_line l on l.item_id = last.item_id
      join receipt_line r on r.po_line_id = l.id and r.received_on = last.received_on
      join po_line_price p on p.id = l.id join purchase_order o on o.id = l.purchase_order_id
    where l.company_id = ${company.id}::bigint
    order by r.id`.execute(tx);
  const charges = await chargesOf(tx, company, new Set(receipts.map(({ purchase_order_id }) => purchase_order_id)));
  const { rows: kept } = await sql<{ id: number; unit_cost_micro: number }>`
    select c.id, c.unit_cost_micro from item_cost c
    where c.company_id = ${company.id}::bigint and c.id = any(${items}::text::bigint[])`.execute(tx);
  const kept_micro = new Map(kept.map(({ id, unit_cost_micro }) => [id, unit_cost_micro]));
  return unitCosts(receipts, landedByLine(charges), kept_micro, company.currency);
}

interface ChargeRow {
  readonly id: number;
  readonly purchase_order_id: number;
  readonly amount_minor: number;
  readonly split_by: string;
}

interface OrderedLine {
  readonly id: number;
  readonly purchase_order_id: number;
  readonly code: string;
  readonly uom: string;
  readonly weight_g: number | null;
  readonly volume_ml: number | null;
  readonly qty_milli: number;
  readonly unit_price_micro: number | null;
}

/** What it cost to bring some purchases in, with how it was split or what it would be split over. */
export async function chargesOf(
  tx: ImportTransaction,
  company: { readonly id: number; readonly currency: string },
  purchases: ReadonlySet<number>,
): Promise<readonly (LandedCharge & ChargeRow)[]> {
  if (purchases.size === 0) return [];
  const { rows: charges } = await sql<ChargeRow>`
    select c.id, c.purchase_order_id, c.amount_minor, c.split_by from landed_cost c
    where c.company_id = ${company.id}::bigint and c.purchase_order_id = any(${integerArray(purchases)}::text::bigint[])
    order by c.id`.execute(tx);
  if (charges.length === 0) return [];
  const { rows: posted } = await sql<{ landed_cost_id: number; po_line_id: number; amount_minor: number }>`
    select l.landed_cost_id, l.po_line_id, l.amount_minor from landed_cost_line l
    where l.landed_cost_id = any(${integerArray(charges.map(({ id }) => id))}::text::bigint[]) order by l.id`.execute(
    tx,
  );
  const parts = Map.groupBy(posted, ({ landed_cost_id }) => landed_cost_id);
  const lines = await purchaseLines(tx, company.currency, new Set(charges.map((charge) => charge.purchase_order_id)));
  return charges.map((charge) => ({
    ...charge,
    posted: parts.get(charge.id) ?? [],
    lines: lines.get(charge.purchase_order_id) ?? [],
  }));
}

export async function purchaseLines(
  tx: ImportTransaction,
  currency: string,
  purchases: ReadonlySet<number>,
): Promise<ReadonlyMap<number, readonly (OrderedLine & { readonly amount_minor: number | null })[]>> {
  const { rows } = await sql<OrderedLine>`
    select l.id, l.purchase_order_id, i.code, i.uom, i.weight_g, i.volume_ml, l.ordered_qty_milli as qty_milli,
      p.unit_price_micro
    from po_line l join item i on i.id = l.item_id left join po_line_price p on p.id = l.id
    where l.purchase_order_id = any(${integerArray(purchases)}::text::bigint[]) order by l.id`.execute(tx);
  const lines = rows.map((line) => ({
    ...line,
    amount_minor:
      line.unit_price_micro === null ? null : lineAmountOrNull(line.qty_milli, line.unit_price_micro, currency),
  }));
  return Map.groupBy(lines, ({ purchase_order_id }) => purchase_order_id);
}

/** Minor units by order; of an order that is not here no carrier charged anything yet. */
export async function freightOf(tx: ImportTransaction, orders: Iterable<number>): Promise<ReadonlyMap<number, number>> {
  const { rows } = await sql<{ order_id: number; amount_minor: number }>`
    select order_id, sum(amount_minor)::bigint as amount_minor from carrier_charge
    where order_id = any(${integerArray(orders)}::text::bigint[]) group by order_id`.execute(tx);
  return new Map(rows.map(({ order_id, amount_minor }) => [order_id, amount_minor]));
}
