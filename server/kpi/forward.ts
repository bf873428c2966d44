/** Days on hand at forecast usage in SQL: the twin of domain/kpi/turnover.ts forwardPositionRow. */
import { type RawBuilder, sql } from 'kysely';
import { isoDate } from '#domain/calendar.ts';
import { forwardMonths } from '#domain/kpi/turnover.ts';
import { minorDigits } from '#domain/money.ts';
import { amount, forecasts } from './factRows.ts';
import { boundsOf, type KpiQuestion, ofSlice } from './question.ts';

export function forwardSql(question: KpiQuestion): RawBuilder<unknown> {
  const { company_id } = question;
  const { snapshot, snapshot_on } = boundsOf(question);
  const { from, to, days } = forwardMonths(snapshot);
  const minor = 10 ** minorDigits(question.currency);
  const first = sql`to_date(f.month::text, 'YYYYMM')`;
  return sql`
    with standing as (
      select m.item_id, m.site_id, greatest(0, sum(m.qty)) as qty from (
        select b.item_id, b.site_id, b.on_hand_qty_milli as qty from stock_balance b where b.company_id = ${company_id}
        union all
        select v.item_id, v.site_id, -v.qty_milli from stock_move v
          where v.company_id = ${company_id} and v.moved_on > ${snapshot_on}::date
        union all
        select p.item_id, r.site_id, -r.qty_milli from receipt_line r join po_line p on p.id = r.po_line_id
          where r.company_id = ${company_id} and r.received_on > ${snapshot_on}::date
        union all
        select l.item_id, s.site_id, s.qty_milli from shipment_line s join order_line l on l.id = s.order_line_id
          where s.company_id = ${company_id} and s.shipped_on > ${snapshot_on}::date) m
      where m.item_id is not null and m.site_id is not null ${ofSlice(question, 'm', ['site', 'item'])}
      group by 1, 2),
    said as (
      select f.item_id, f.site_id, sum(f.qty_milli) as qty,
        sum(((${first} + interval '1 month')::date - ${first})) as days
      from ${forecasts(question, from, to, isoDate(snapshot + 1))} f group by 1, 2),
    valued as (
      select coalesce(s.item_id, n.item_id) as item_id, coalesce(s.site_id, n.site_id) as site_id, n.qty is not null as foreseen,
        k.id is null as unknown, coalesce(${amount(question, sql`coalesce(s.qty, 0)`, sql`k.unit_cost_micro`)}, 0) as value,
        coalesce(round(n.qty::numeric * k.unit_cost_micro * ${minor}::numeric * ${days}::numeric / (1000000000::numeric * n.days)), 0) as usage
      from standing s full join said n on n.item_id = s.item_id and n.site_id = s.site_id
        left join item_cost k on k.id = coalesce(s.item_id, n.item_id))
    select 'days_on_hand_forward' as kpi, item_id || ':' || site_id as id, value * ${days}::bigint as numerator,
      usage as denominator, value as weight, value as known, unknown
    from valued where foreseen
    union all
    select 'days_on_hand_forward', site_id::text, 0, 0, sum(value), 0, false
    from valued where not foreseen and not unknown group by site_id`;
}
