/**
 * Claims, counts, suppliers, receivables, forecasts and stock value in SQL: the twins of the files of the same words in
 * domain/kpi. Every statement yields rows as domain/kpi/tally.ts describes them.
 */
import { type RawBuilder, sql } from 'kysely';
import { addMonths, firstDayOfMonth } from '#domain/calendar.ts';
import { minorDigits } from '#domain/money.ts';
import { boundsOf, type KpiQuestion, ofSlice } from './question.ts';
import { settledMinor, takenOffMinor } from './settled.ts';

/** Quantity (thousandths) at a price (millionths) in minor units, rounded once. */
export function amount(
  question: KpiQuestion,
  qty: RawBuilder<unknown>,
  price: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`round(${qty}::numeric * ${price} * ${10 ** minorDigits(question.currency)}::numeric / 1000000000)`;
}

/** The clock of each claim at a moment: time it ran, and its last event before it. */
function clock(question: KpiQuestion, at: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(
    select e.claim_id,
      round(coalesce(sum(extract(epoch from e.next_at - e.happened_at) * 1000)
        filter (where e.kind in ('opened', 'resumed', 'reopened')), 0) / 86400) as days_milli,
      (array_agg(e.kind order by e.happened_at desc, e.id desc))[1] as last_kind, max(e.happened_at) as last_at
    from (
      select v.id, v.claim_id, v.kind, v.happened_at,
        lead(v.happened_at, 1, ${at}) over (partition by v.claim_id order by v.happened_at, v.id) as next_at
      from claim_event v join claim c on c.id = v.claim_id
      where c.company_id = ${question.company_id} and v.happened_at < ${at} ${ofSlice(question, 'c', ['channel', 'site'])}) e
    group by e.claim_id)`;
}

export function claimsSql(question: KpiQuestion): RawBuilder<unknown> {
  const { first_on, last_on, snapshot_on, as_of } = boundsOf(question);
  const now = sql`${as_of}::timestamptz`;
  const end = sql`least((${snapshot_on}::date + 1)::timestamp at time zone ${question.time_zone}, ${now})`;
  return sql`
    select k.kpi, c.claim_id::text as id, c.days_milli as numerator, 1 as denominator, 0 as weight, 0 as known, false as unknown
    from ${clock(question, now)} c cross join (values ('claim_time_median'), ('claim_time_p90')) k(kpi)
    where c.last_kind = 'resolved'
      and (c.last_at at time zone ${question.time_zone})::date between ${first_on}::date and ${last_on}::date
    union all
    select 'claim_open_age', c.claim_id::text, c.days_milli, 1, 0, 0, false
    from ${clock(question, end)} c where c.last_kind <> 'resolved'`;
}

export function countsSql(question: KpiQuestion): RawBuilder<unknown> {
  const { first_on, last_on } = boundsOf(question);
  return sql`
    with line as (
      select n.*, abs(n.counted_qty_milli - n.book_qty_milli) as variance, k.unit_cost_micro as cost
      from stock_count h join stock_count_line n on n.stock_count_id = h.id left join stock_count_line_cost k on k.id = n.id
      where h.company_id = ${question.company_id} and h.state = 'posted'
        and h.counted_on between ${first_on}::date and ${last_on}::date ${ofSlice(question, 'n', ['site', 'item'])}),
    valued as (
      select id, cost is null as unknown, coalesce(${amount(question, sql`book_qty_milli`, sql`cost`)}, 0) as book,
        coalesce(${amount(question, sql`variance`, sql`cost`)}, 0) as variance
      from line)
    select 'stock_accuracy_locations' as kpi, stock_count_id || ':' || location as id,
      (variance <= tolerance_qty_milli)::int as numerator, 1 as denominator, 0 as weight, 0 as known, false as unknown
    from line
    union all
    select 'stock_accuracy_value', id::text, book - variance, book, 1, (not unknown)::int, unknown from valued`;
}

export function suppliersSql(question: KpiQuestion): RawBuilder<unknown> {
  const { first_on, last_on, as_of_on } = boundsOf(question);
  return sql`
    with line as (
      select p.id, p.promised_on, o.approved_on, (
        select min(r.received_on) from (
          select r.received_on, sum(r.qty_milli) over (order by r.received_on) as so_far
          from receipt_line r where r.po_line_id = p.id) r
        where r.so_far >= p.ordered_qty_milli) as complete_on
      from po_line p join purchase_order o on o.id = p.purchase_order_id
      where p.company_id = ${question.company_id} and o.state <> 'cancelled' and p.ordered_qty_milli > 0
        ${ofSlice(question, 'p', ['site', 'item'])})
    select 'supplier_otif' as kpi, id::text as id, coalesce(complete_on <= promised_on, false)::int as numerator,
      1 as denominator, 0 as weight, 0 as known, false as unknown
    from line where promised_on < ${as_of_on}::date and promised_on between ${first_on}::date and ${last_on}::date
    union all
    select k.kpi, id::text, complete_on - approved_on, 1, 0, 0, false
    from line cross join (values ('supplier_lead_time_mean'), ('supplier_lead_time_deviation')) k(kpi)
    where approved_on is not null and complete_on between ${first_on}::date and ${last_on}::date`;
}

export function receivablesSql(question: KpiQuestion): RawBuilder<unknown> {
  const { snapshot_on } = boundsOf(question);
  const on = sql`${snapshot_on}::date`;
  return sql`
    with bill as (
      select i.id, ${on} - i.due_on as overdue, i.amount_minor - coalesce((
        select sum(${settledMinor}) from payment p where p.invoice_id = i.id and p.settled_on <= ${on}), 0) as amount
      from invoice i where i.company_id = ${question.company_id} and i.kind = 'customer' and i.posted_on <= ${on})
    select k.kpi, id::text as id, amount as numerator, 1 as denominator, 0 as weight, 0 as known, false as unknown
    from bill cross join lateral (values ('ar_open'), ('credit_exposure'), (
      case when overdue <= 0 then 'ar_not_due' when overdue <= 30 then 'ar_overdue_1_30'
        when overdue <= 60 then 'ar_overdue_31_60' when overdue <= 90 then 'ar_overdue_61_90' else 'ar_overdue_over_90' end)) k(kpi)
    where amount <> 0
    union all
    select k.kpi, p.id::text, ${takenOffMinor(on)} * k.sign, 1, 0, 0, false
    from payment p left join invoice i on i.id = p.invoice_id
      cross join (values ('deposits', 1), ('credit_exposure', -1)) k(kpi, sign)
    where p.company_id = ${question.company_id} and p.paid_on <= ${on}
      and (p.invoice_id is null and p.kind = 'customer' or i.kind = 'customer' and (i.posted_on > ${on} or p.settled_on > ${on}))
      and ${takenOffMinor(on)} <> 0`;
}

/** The last forecast of each item, site and month made before a day. */
export function forecasts(question: KpiQuestion, from: number, to: number, before_on: string): RawBuilder<unknown> {
  return sql`(
    select distinct on (f.item_id, f.site_id, f.month) f.item_id, f.site_id, f.month, f.qty_milli from forecast_line f
    where f.company_id = ${question.company_id} and f.month between ${from} and ${to} and f.made_on < ${before_on}::date
      ${ofSlice(question, 'f', ['site', 'item'])}
    order by f.item_id, f.site_id, f.month, f.made_on desc)`;
}

/** Only of a month that has passed. */
export function forecastSql(question: KpiQuestion): RawBuilder<unknown> {
  const { company_id, month } = question;
  const { first_on } = boundsOf(question);
  const months_back = (count: RawBuilder<unknown>): RawBuilder<unknown> =>
    sql`to_char(${first_on}::date - make_interval(months => ${count}), 'YYYYMM')::int`;
  return sql`
    with demand as (
      select item_id, site_id, month, sum(ordered_qty_milli - cancelled_qty_milli) as qty from order_line
      where company_id = ${company_id} and kind = 'goods' and month between ${addMonths(month, -24)} and ${month}
      group by 1, 2, 3),
    said as (
      select f.*, coalesce(d.qty, 0) as actual, (
        select round(sum(abs(coalesce(y.qty, 0) - coalesce(b.qty, 0))) / 12)
        from generate_series(1, 12) k(n)
          left join demand y on y.item_id = f.item_id and y.site_id = f.site_id and y.month = ${months_back(sql`k.n`)}
          left join demand b on b.item_id = f.item_id and b.site_id = f.site_id and b.month = ${months_back(sql`k.n + 12`)}
      ) as naive
      from ${forecasts(question, month, month, first_on)} f
        left join demand d on d.item_id = f.item_id and d.site_id = f.site_id and d.month = f.month)
    select k.kpi, s.item_id || ':' || s.site_id as id, k.numerator, k.denominator, 0 as weight, 0 as known, false as unknown
    from said s cross join lateral (values
      ('wape', abs(s.qty_milli - s.actual), s.actual),
      ('forecast_bias', s.qty_milli - s.actual, s.actual),
      ('mase', abs(s.qty_milli - s.actual), s.naive)) k(kpi, numerator, denominator)`;
}

/** Σ mean stock at cost × days of the month so far. */
export function valueDaysSql(question: KpiQuestion): RawBuilder<{ readonly value_days_minor: number }> {
  const { snapshot } = boundsOf(question);
  const days = snapshot - firstDayOfMonth(question.month) + 1;
  return sql`
    select coalesce(sum(mean_value_minor) * ${days}::bigint, 0)::bigint as value_days_minor from inventory_month
    where company_id = ${question.company_id} and month = ${question.month} ${ofStock(question)}`;
}

/** Stock values carry their category themselves. */
function ofStock({ slice = {} }: KpiQuestion): RawBuilder<unknown> {
  const { site_id, category } = slice;
  return sql`${site_id === undefined ? sql`` : sql`and site_id = ${site_id}`}
    ${category === undefined ? sql`` : sql`and coalesce(category, '') = ${category}`}`;
}
