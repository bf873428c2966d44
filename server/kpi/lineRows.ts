/**
 * Fill rate, OTIF, cycle time, backorder and exposure of order lines in SQL: the twin of domain/kpi fillRate.ts, otif.ts,
 * cycleTime.ts and backorder.ts. Every statement yields rows as domain/kpi/tally.ts describes them.
 */
import { type RawBuilder, sql } from 'kysely';
import { minorDigits } from '#domain/money.ts';
import type { BilledPart } from './billing.ts';
import { boundsOf, type KpiQuestion, ofSlice } from './question.ts';

/** Goods lines of the company, and their shipments: rows of one number and day are one. Goods that came back are none. */
function lines(question: KpiQuestion): RawBuilder<unknown> {
  return sql`
    goods as (
      select l.id, l.order_id, l.ordered_on, l.requested_on, l.committed_on, l.cancelled_by, l.net_minor, l.unit_price_micro,
        l.ordered_qty_milli as ordered, l.cancelled_qty_milli as cancelled, o.state <> 'open' as closed,
        coalesce((select r.grace_days from channel_rule r where r.channel_id = l.channel_id
          and (r.valid_from is null or r.valid_from <= l.committed_on) and (r.valid_to is null or r.valid_to >= l.committed_on)
          order by r.valid_from desc nulls last limit 1), h.grace_days, 0) as grace_days,
        l.ordered_qty_milli - case when l.cancelled_by = 'customer' then l.cancelled_qty_milli else 0 end as due
      from order_line l join sales_order o on o.id = l.order_id left join channel h on h.id = l.channel_id
      where l.company_id = ${question.company_id} and l.kind = 'goods' ${ofSlice(question, 'l')}),
    shipped as (
      select s.order_line_id as line_id, s.number collate "C" as number, s.shipped_on, sum(s.qty_milli) as qty,
        max(coalesce(s.delivered_on, s.shipped_on)) as arrived_on, bool_and(s.delivered_on is not null) as known
      from shipment_line s where s.company_id = ${question.company_id} and s.qty_milli > 0 group by 1, 2, 3),
    wanted as (
      select g.*, case when g.closed then least(greatest(0, ordered - cancelled), coalesce(t.qty, 0))
        else greatest(0, ordered - cancelled) end as want
      from goods g left join (select line_id, sum(qty) as qty from shipped group by 1) t on t.line_id = g.id)`;
}

/** Shipments of lines as far as they bring what `amount` says is wanted. */
function parts(from: 'goods' | 'wanted', amount: 'due' | 'want'): RawBuilder<unknown> {
  return sql`(
    select p.*, least(p.qty, p.amount - p.before) as part_qty from (
      select s.*, w.${sql.ref(amount)} as amount,
        coalesce(sum(s.qty) over (partition by s.line_id order by s.shipped_on, s.number
          rows between unbounded preceding and 1 preceding), 0) as before
      from shipped s join ${sql.table(from)} w on w.id = s.line_id) p
    where p.before < p.amount)`;
}

/** A quantity of a line at its net price, rounded once. */
function netOf(line: string, qty: RawBuilder<unknown>): RawBuilder<unknown> {
  const sold = sql`(${sql.ref(`${line}.ordered`)} - ${sql.ref(`${line}.cancelled`)})`;
  const net = sql.ref(`${line}.net_minor`);
  return sql`case when ${sold} <= 0 or ${qty} = 0 then 0 when ${qty} = ${sold} then ${net}
    else round(${net}::numeric * ${qty} / ${sold}) end`;
}

export function fillSql(question: KpiQuestion): RawBuilder<unknown> {
  const { first_on, last_on, as_of_on } = boundsOf(question);
  const minor = 10 ** minorDigits(question.currency);
  // what a line we cancelled in full was worth: its unit price
  const worth = (qty: RawBuilder<unknown>): RawBuilder<unknown> => sql`
    case when d.ordered - d.cancelled <= 0 then round(${qty}::numeric * d.unit_price_micro * ${minor}::numeric / 1000000000)
      else ${netOf('d', qty)} end`;
  return sql`
    with ${lines(question)},
    due as (select g.*, g.committed_on + g.grace_days as cut_off_on from goods g
      where g.due > 0 and g.committed_on between ${first_on}::date and ${last_on}::date
        and g.committed_on + g.grace_days < ${as_of_on}::date),
    filled as (
      select d.*, least(d.due, coalesce((select sum(s.qty) from shipped s
          where s.line_id = d.id and s.shipped_on <= d.cut_off_on), 0)) as qty,
        coalesce((select s.shipped_on <= d.cut_off_on and s.qty >= d.due from shipped s
          where s.line_id = d.id order by s.shipped_on, s.number limit 1), false) as first_pass
      from due d)
    select k.kpi, k.id, k.numerator, k.denominator, 0 as weight, 0 as known, false as unknown
    from filled d cross join lateral (values
      ('fill_rate_unit', d.id::text, d.qty, d.due::numeric),
      ('fill_rate_value', d.id::text, ${worth(sql`d.qty`)}, ${worth(sql`d.due`)}),
      ('fill_rate_line', d.id::text, (d.qty = d.due)::int, 1),
      ('fill_rate_first_pass', d.id::text, d.first_pass::int, 1),
      ('fill_rate_order', d.order_id::text, (d.qty = d.due)::int, 1)) k(kpi, id, numerator, denominator)`;
}

export function otifSql(question: KpiQuestion): RawBuilder<unknown> {
  const { first_on, last_on, as_of_on } = boundsOf(question);
  return sql`
    with ${lines(question)},
    part as ${parts('goods', 'due')},
    due as (
      select g.id, g.order_id, t.name, count(p.line_id) as parts, coalesce(sum(p.part_qty), 0) < g.due as missing,
        count(*) filter (where p.arrived_on <= t.due_on) as in_time, count(*) filter (where p.known) as known
      from goods g cross join lateral (values ('requested', g.requested_on), ('committed', g.committed_on)) t(name, due_on)
        left join part p on p.line_id = g.id
      where g.due > 0 and t.due_on < ${as_of_on}::date and t.due_on between ${first_on}::date and ${last_on}::date
      group by g.id, g.order_id, g.due, t.name)
    select k.kpi, k.id, k.numerator, k.denominator, d.parts as weight, d.known, false as unknown
    from due d cross join lateral (values
      ('otif_' || d.name, d.id::text, d.in_time, d.parts + d.missing::int),
      ('perfect_orders_' || d.name, d.order_id::text, (d.in_time = d.parts + d.missing::int)::int, 1)
    ) k(kpi, id, numerator, denominator)`;
}

/** Working days from Monday 1969-12-29 up to and including a day. */
const workdays = (day: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`((${day} - date '1969-12-29') / 7 * 5 + least((${day} - date '1969-12-29') % 7 + 1, 5))`;

export function cycleSql(question: KpiQuestion): RawBuilder<unknown> {
  const { first_on, last_on, as_of_on } = boundsOf(question);
  return sql`
    with ${lines(question)},
    part as ${parts('wanted', 'want')},
    line as (
      select w.id, w.order_id, w.ordered_on, w.want, coalesce(sum(p.part_qty), 0) >= w.want as complete,
        max(p.arrived_on) as arrived_on, count(p.line_id) as parts, count(*) filter (where p.known) as known
      from wanted w left join part p on p.line_id = w.id
      where w.want > 0 and w.ordered_on between ${first_on}::date and ${last_on}::date
      group by w.id, w.order_id, w.ordered_on, w.want),
    spell as (
      select order_id, min(ordered_on) as ordered_on, bool_and(complete) as complete, sum(parts) as parts, sum(known) as known,
        greatest(min(ordered_on), case when bool_and(complete) then max(arrived_on) else ${as_of_on}::date end) as until_on
      from line group by order_id)
    select k.kpi, s.order_id::text as id, (${workdays(sql`s.until_on`)} - ${workdays(sql`s.ordered_on`)}) * 1000 as numerator,
      s.complete::int as denominator, s.parts as weight, s.known, false as unknown
    from spell s cross join (values ('order_cycle_median'), ('order_cycle_p90')) k(kpi)`;
}

/** Backorder, open orders and what left without a bill, on the snapshot's day; `otherwise`: billed by that day. */
export function owedSql(question: KpiQuestion, otherwise: readonly BilledPart[]): RawBuilder<unknown> {
  const { snapshot_on } = boundsOf(question);
  return sql`
    with ${lines(question)},
    owed as (
      select w.*, greatest(0, w.want - coalesce((select sum(s.qty) from shipped s
        where s.line_id = w.id and s.shipped_on <= ${snapshot_on}::date), 0)) as qty from wanted w),
    part as ${parts('wanted', 'want')},
    unbilled as (
      select w.id, p.number, ${netOf('w', sql`(p.before + p.part_qty)`)} - ${netOf('w', sql`p.before`)}
        - coalesce(b.billed_minor, 0) as amount
      from part p join wanted w on w.id = p.line_id
        left join jsonb_to_recordset(${JSON.stringify(otherwise)}::text::jsonb)
          as b(line_id bigint, number text, shipped_on date, billed_minor bigint)
          on b.line_id = p.line_id and b.number = p.number and b.shipped_on = p.shipped_on
      where p.shipped_on <= ${snapshot_on}::date and w.ordered_on <= ${snapshot_on}::date and (b.line_id is not null or not exists (
        select 1 from invoice i where i.company_id = ${question.company_id} and i.kind = 'customer'
          and i.ref = p.number and i.posted_on <= ${snapshot_on}::date)))
    select k.kpi, d.id::text as id, k.numerator, 1 as denominator, 0 as weight, 0 as known, false as unknown
    from owed d cross join lateral (values
      ('backorder_qty', d.qty::numeric),
      ('backorder_value', ${netOf('d', sql`d.qty`)}),
      ('backorder_age', (${snapshot_on}::date - d.committed_on) * 1000::numeric)) k(kpi, numerator)
    where d.qty > 0 and d.committed_on < ${snapshot_on}::date
    union all
    select k.kpi, d.id::text, ${netOf('d', sql`d.qty`)}, 1, 0, 0, false
    from owed d cross join (values ('open_orders_value'), ('credit_exposure')) k(kpi)
    where d.qty > 0 and d.ordered_on <= ${snapshot_on}::date
    union all
    select k.kpi, u.id || ':' || u.number, u.amount, 1, 0, 0, false
    from unbilled u cross join (values ('shipped_unbilled'), ('credit_exposure')) k(kpi) where u.amount <> 0`;
}
