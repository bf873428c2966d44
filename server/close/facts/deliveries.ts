/** What left and came back, with what is owed for it. */
import { sql } from 'kysely';
import type { FeeLevel, RebateLevel } from '#domain/close/reconcile/facts.ts';
import type {
  DeliveredLine,
  DeliveredPart,
  DeliveredWhole,
  ReturnedLine,
} from '#domain/close/reconcile/documentRows.ts';
import type { BilledOn } from '#domain/close/reconcile/billedDeliveries.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import type { DeliveriesInSum, Days } from '../source.ts';
import { billedInParts, TAKES_BACK } from './billedDeliveries.ts';
import { asIdText, dateOf, dayOf, idList, idsOf, onDays, PAGE_ROWS } from './days.ts';

/** Lines of one page: with their deliveries about as many rows as other pages have. */
const PAGE_LINES = 8_000;

interface PartRow extends Omit<DeliveredLine, 'parts'> {
  readonly part_id: number;
  readonly number: string;
  readonly shipped_on: number;
  readonly qty_milli: number;
  readonly billed_on: number | null;
}

const OWED = sql`coalesce(c.freight_minor, 0) as freight_minor, coalesce(c.rebate_minor, 0) as rebate_minor,
  coalesce(c.fee_minor, 0) as fee_minor`;

/**
 * First which lines (only their ids are held at once), then those page by page with all they ever delivered. A delivery that was
 * billed twice left once: the first bill counts, and what the second took from the account is a difference. Orders whose invoices do
 * not name their deliveries are billed by the rule.
 */
export async function* deliveriesOn(
  tx: ServerTransaction,
  company_id: number,
  days: Days,
  lines: readonly number[] | null,
): AsyncGenerator<readonly DeliveredLine[]> {
  const found = lines ?? (await linesOn(tx, company_id, days));
  for (let at = 0; at < found.length; at += PAGE_LINES) {
    const ids = found.slice(at, at + PAGE_LINES);
    const { rows } = await sql<PartRow>`
      select l.id, l.order_id, l.party_id, l.channel_id, ${dayOf('l.ordered_on')} as ordered_on,
        l.ordered_qty_milli - l.cancelled_qty_milli as sold_qty_milli, l.net_minor, ${OWED},
        s.id as part_id, s.number, ${dayOf('s.shipped_on')} as shipped_on, s.qty_milli, ${dayOf('i.posted_on')} as billed_on
      from shipment_line s join order_line l on l.id = s.order_line_id left join order_line_cost c on c.id = l.id
        left join lateral (
          select min(b.posted_on) as posted_on from invoice b
          where b.order_id = l.order_id and b.ref = s.number and b.kind = 'customer') i on true
      where s.order_line_id = any(${idList(ids)}) and l.kind = 'goods'
      order by l.id, s.shipped_on, s.id`.execute(tx);
    const page = linesOf(rows);
    const billed = await billedInParts(tx, company_id, page);
    yield billed === null ? page : page.map((line) => inParts(line, billed));
  }
}

function inParts(line: DeliveredLine, billed: ReadonlyMap<number, readonly BilledOn[]>): DeliveredLine {
  return { ...line, parts: line.parts.map((part) => ({ ...part, in_parts: billed.get(part.id) ?? null })) };
}

async function linesOn(tx: ServerTransaction, company_id: number, days: Days): Promise<readonly number[]> {
  const { rows } = await sql<{ ids: string | null }>`
    select ${asIdText('order_line_id')} as ids from (
      select distinct order_line_id from shipment_line
      where company_id = ${company_id} and ${onDays('shipped_on', days)}) s`.execute(tx);
  return idsOf(rows[0]?.ids);
}

interface SumRow extends DeliveredWhole {
  /** Null of a sum. */
  readonly ids: string | null;
}

/**
 * Of nearly all lines no part of an amount has to be rounded: their days are added up here. Tables are joined whole, once: looked
 * up line by line, five million lines took more than twice as long.
 */
export async function deliveriesInSum(
  tx: ServerTransaction,
  company_id: number,
  days: Days,
  cut_off: number,
): Promise<DeliveriesInSum> {
  const { rows } = await sql<SumRow>`
    with line as materialized (
      select s.order_line_id as id, min(l.order_id) as order_id, min(s.shipped_on) as shipped_on, min(b.posted_on) as billed_on, min(b.id::bigint) as bill_id,
        min(l.net_minor::bigint) as net_minor, coalesce(min(c.freight_minor::bigint), 0) as freight_minor,
        coalesce(min(c.rebate_minor::bigint), 0) as rebate_minor, coalesce(min(c.fee_minor::bigint), 0) as fee_minor,
        min(b.posted_on) is not null and min(s.id::bigint) = max(s.id::bigint) and min(s.qty_milli::bigint) > 0
          and min(s.qty_milli::bigint) = min(l.ordered_qty_milli::bigint - l.cancelled_qty_milli::bigint) as at_once
      from shipment_line s join order_line l on l.id = s.order_line_id and l.kind = 'goods'
        left join order_line_cost c on c.id = l.id
        left join invoice b on b.order_id = l.order_id and b.ref = s.number and b.kind = 'customer'
          and b.posted_on <= ${dateOf(cut_off)}
      where s.company_id = ${company_id} and ${onDays('s.shipped_on', days)} group by s.order_line_id
    ), more as (
      select distinct l.id from line l join shipment_line s on s.order_line_id = l.id where not ${onDays('s.shipped_on', days)}
    ), otherwise as materialized (
      -- those that name a delivery before these days or a second one of a line are looked at with them: page by page it is told exactly
      select i.order_id from invoice i
      where i.company_id = ${company_id} and i.kind = 'customer' and i.amount_minor > 0 and i.posted_on <= ${dateOf(cut_off)}
        and i.order_id in (select order_id from line) and not exists (select from line n where n.bill_id = i.id)
      union all
      select i.order_id from invoice i
      where i.company_id = ${company_id} and i.kind = 'customer' and i.order_id is not null and ${TAKES_BACK}
    ), told as materialized (
      select line.*, at_once and more.id is null and not exists (
          select 1 from otherwise o where o.order_id = line.order_id) as whole
      from line left join more on more.id = line.id
    )
    select null as ids, ${dayOf('shipped_on')} as shipped_on, ${dayOf('billed_on')} as billed_on,
      sum(net_minor)::bigint as net_minor, sum(freight_minor)::bigint as freight_minor,
      sum(rebate_minor)::bigint as rebate_minor, sum(fee_minor)::bigint as fee_minor
    from told where whole group by 2, 3
    union all
    select coalesce(${asIdText('id')}, '{}'), 0, 0, 0, 0, 0, 0 from told where not whole
    order by 2, 3`.execute(tx);
  return {
    whole: rows.filter(({ ids }) => ids === null),
    other_lines: rows.flatMap(({ ids }) => idsOf(ids)),
  };
}

function linesOf(rows: readonly PartRow[]): readonly DeliveredLine[] {
  const lines: (DeliveredLine & { readonly parts: DeliveredPart[] })[] = [];
  for (const { part_id: id, number, shipped_on, qty_milli, billed_on, ...line } of rows) {
    const part = { id, number, shipped_on, qty_milli, billed_on, in_parts: null };
    const last = lines.at(-1);
    if (last?.id === line.id) last.parts.push(part);
    else lines.push({ ...line, parts: [part] });
  }
  return lines;
}

export async function* returnsOn(
  tx: ServerTransaction,
  company_id: number,
  days: Days,
): AsyncGenerator<readonly ReturnedLine[]> {
  for (let after = 0; ; ) {
    const { rows } = await sql<ReturnedLine>`
      select l.id, l.party_id, l.channel_id, ${dayOf('l.ordered_on')} as ordered_on, ${OWED}, o.number
      from order_line l join sales_order o on o.id = l.order_id left join order_line_cost c on c.id = l.id
      where l.company_id = ${company_id} and l.kind = 'return' and ${onDays('l.ordered_on', days)} and l.id > ${after}
      order by l.id limit ${PAGE_ROWS}`.execute(tx);
    yield rows;
    if (rows.length < PAGE_ROWS) return;
    after = rows.at(-1)?.id ?? 0;
  }
}

export async function feesOf(tx: ServerTransaction, company_id: number): Promise<readonly FeeLevel[]> {
  const { rows } = await sql<FeeLevel>`
    select channel_id, name, rate_bp, ${dayOf('valid_from')} as valid_from, ${dayOf('valid_to')} as valid_to
    from channel_fee where company_id = ${company_id} order by id`.execute(tx);
  return rows;
}

export async function rebatesOf(tx: ServerTransaction, company_id: number): Promise<readonly RebateLevel[]> {
  const { rows } = await sql<RebateLevel>`
    select party_id, channel_id, rate_bp, ${dayOf('valid_from')} as valid_from, ${dayOf('valid_to')} as valid_to
    from rebate_agreement where company_id = ${company_id} order by id`.execute(tx);
  return rows;
}
