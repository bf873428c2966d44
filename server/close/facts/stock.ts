/** What stock is worth at a month's end, what was counted and scrapped. */
import { sql } from 'kysely';
import { monthOfDay } from '#domain/calendar.ts';
import type { CountedDifference, OpenDocument } from '#domain/close/reconcile/facts.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import type { Days } from '../source.ts';
import { dayOf, onDays } from './days.ts';
import { scaleOf } from './purchases.ts';

interface Of {
  readonly company_id: number;
  readonly currency: string;
}

export async function stockValues(
  tx: ServerTransaction,
  company_id: number,
  cut_off: number,
): Promise<readonly OpenDocument[]> {
  const { rows } = await sql<{ ref: string; amount_minor: number }>`
    select s.code || coalesce(' ' || m.category, '') as ref, sum(m.closing_value_minor)::bigint as amount_minor
    from inventory_month m join site s on s.id = m.site_id
    where m.company_id = ${company_id} and m.month = ${monthOfDay(cut_off)}
    group by s.code, m.category order by s.code, m.category`.execute(tx);
  return rows.map(({ ref, amount_minor }) => ({ role: 'inventory', ref, booked_on: cut_off, amount_minor }));
}

export async function countsOn(
  tx: ServerTransaction,
  { company_id, currency }: Of,
  days: Days,
): Promise<readonly CountedDifference[]> {
  const { rows } = await sql<CountedDifference>`
    select * from (
      select l.id, n.number || ' ' || i.code as ref, ${dayOf('n.counted_on')} as counted_on,
        round((l.counted_qty_milli - l.book_qty_milli)::numeric * c.unit_cost_micro / ${scaleOf(currency)}::bigint)::bigint
          as amount_minor
      from stock_count n join stock_count_line l on l.stock_count_id = n.id
        join stock_count_line_cost c on c.id = l.id join item i on i.id = l.item_id
      where n.company_id = ${company_id} and n.state = 'posted' and l.counted_qty_milli <> l.book_qty_milli
        and ${onDays('n.counted_on', days)}) d
    where amount_minor <> 0 order by id`.execute(tx);
  return rows;
}

/** At today's costs: as near as it is known. */
export async function scrappedOn(
  tx: ServerTransaction,
  { company_id, currency }: Of,
  days: Days,
): Promise<ReadonlyMap<number, number>> {
  const { rows } = await sql<{ day: number; value: number }>`
    select ${dayOf('m.moved_on')} as day,
      sum(round(m.qty_milli::numeric * coalesce(c.unit_cost_micro, 0) / ${scaleOf(currency)}::bigint))::bigint as value
    from stock_move m left join item_cost c on c.id = m.item_id
    where m.company_id = ${company_id} and m.kind = 'scrap' and ${onDays('m.moved_on', days)}
    group by m.moved_on`.execute(tx);
  return new Map(rows.map(({ day, value }) => [day, value]));
}
