/**
 * What of the accrued rebates a month's reconciliation takes for not owed, since agreements ended below their threshold, and the
 * record of it that the next month goes on from: what a locked month found stands.
 */
import { sql } from 'kysely';
import { addMonths, firstDayOfMonth, isoDate, lastDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import type { DocumentRef, GiveBack } from '#domain/close/reconcile/facts.ts';
import { DocumentBooks } from '#domain/close/reconcile/postings.ts';
import { minorText } from '#domain/money.ts';
import {
  accruedByDelivery,
  type AccruedRebate,
  type GivenTotal,
  giveBacksByMonth,
  lastEndedOn,
  lookedAtFrom,
  type MonthsGiveBack,
} from '#domain/pricing/giveBacks.ts';
import { rebateOf } from '#domain/pricing/rebates.ts';
import { type SoldOnDay, type ThresholdTerms, thresholdsOn } from '#domain/pricing/thresholds.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import { dateOf, dayOf, idList } from './facts/days.ts';

/** An item names so many of the deliveries behind it, the largest. */
const MOST_DOCUMENTS = 40;

interface MonthSum {
  readonly month: number;
  readonly amount_minor: number;
}

/** As a month keeps it. */
interface Kept {
  readonly totals: readonly GivenTotal[];
  /** By month, as far back as a later month settles. */
  readonly months: readonly MonthSum[];
}

export interface FoundGiveBacks extends Kept {
  /** For the reconciliation: those of the days looked at, with what is behind them, and what settles with them. */
  readonly rows: readonly GiveBack[];
}

interface Company {
  readonly id: number;
  readonly currency: string;
}

type Terms = ThresholdTerms & { readonly id: number };

interface Asked {
  readonly period: number;
  /** The first day looked at. */
  readonly from: number;
  readonly today: number;
}

export async function findGiveBacks(
  tx: ServerTransaction,
  company: Company,
  { period, from, today }: Asked,
): Promise<FoundGiveBacks> {
  const kept = await keptBefore(tx, company.id, period);
  const { rows: agreements } = await sql<Terms>`
    select id, party_id, channel_id, name, rate_bp, threshold_minor, ${dayOf('valid_from')} as valid_from,
      ${dayOf('valid_to')} as valid_to
    from rebate_agreement where company_id = ${company.id} order by id`.execute(tx);
  const months: number[] = [];
  for (let month = monthOfDay(from); month <= period; month = addMonths(month, 1)) months.push(month);
  const { ended } = thresholdsOn(
    agreements,
    lookedAtFrom(addMonths(months[0] ?? period, -1)),
    lastEndedOn(period, today),
  );
  const parties = [...new Set(ended.map(({ party_id }) => party_id))];
  const span = {
    company_id: company.id,
    parties,
    first: Math.min(...ended.map(({ from: begins }) => begins ?? NEVER_BEFORE)),
    last: Math.max(...ended.map(({ to }) => to)),
  };
  const found = giveBacksByMonth({
    agreements,
    sold: parties.length === 0 ? [] : await soldIn(tx, span),
    accrued: parties.length === 0 ? [] : await accruedIn(tx, span),
    months,
    today,
    before: kept?.totals ?? null,
  });
  const first_due = monthOfDay(DocumentBooks.firstDelivery(from));
  const earlier = (kept?.months ?? []).filter(({ month }) => month >= first_due && month < monthOfDay(from));
  const rows: GiveBack[] = earlier.map(({ month, amount_minor }) => ({
    day: lastDayOfMonth(month),
    amount_minor,
    ref: '',
    documents: [],
  }));
  const names = await namesOf(tx, found.given);
  for (const each of found.given) {
    rows.push({
      day: lastDayOfMonth(each.month),
      amount_minor: each.amount_minor,
      ref: `${names(each)} ${each.month}`,
      documents: [
        ...agreementBehind(each, agreements, company.currency),
        ...(parties.length === 0 ? [] : await deliveriesOf(tx, span, each, agreements)),
      ],
    });
  }
  const sums = new Map<number, number>();
  for (const { month, amount_minor } of [...earlier, ...found.given])
    sums.set(month, (sums.get(month) ?? 0) + amount_minor);
  return { rows, totals: found.totals, months: [...sums].map(([month, amount_minor]) => ({ month, amount_minor })) };
}

/** Of a month that is reckoned again, in place of what it had. */
export async function keepGiveBacks(
  tx: ServerTransaction,
  period: { readonly id: number; readonly company_id: number; readonly period: number },
  { totals, months }: Kept,
): Promise<void> {
  const found = JSON.stringify({ totals, months });
  await tx
    .insertInto('rebate_give_back')
    .values({ period_id: period.id, company_id: period.company_id, period: period.period, found })
    .onConflict((conflict) => conflict.column('period_id').doUpdateSet({ found }))
    .execute();
}

async function keptBefore(tx: ServerTransaction, company_id: number, period: number): Promise<Kept | null> {
  const row = await tx
    .selectFrom('rebate_give_back')
    .select('found')
    .where('company_id', '=', company_id)
    .where('period', '=', addMonths(period, -1))
    .executeTakeFirst();
  return (row?.found as Kept | undefined) ?? null;
}

/** 0001-01-01: of an agreement that holds since ever. */
const NEVER_BEFORE = -719_162;

interface Span {
  readonly company_id: number;
  readonly parties: readonly number[];
  readonly first: number;
  readonly last: number;
}

async function soldIn(
  tx: ServerTransaction,
  { company_id, parties, first, last }: Span,
): Promise<readonly SoldOnDay[]> {
  const { rows } = await sql<SoldOnDay>`
    select l.party_id, l.channel_id, ${dayOf('l.ordered_on')} as day, sum(l.net_minor)::bigint as net_minor,
      0 as rebate_minor
    from order_line l
    where l.party_id = any(${idList(parties)}) and l.ordered_on between ${dateOf(first)} and ${dateOf(last)}
      and l.company_id = ${company_id} and l.kind in ('goods', 'return', 'discount')
    group by 1, 2, 3
    union all
    select n.party_id, n.channel_id, ${dayOf('n.issued_on')}, -sum(n.amount_minor)::bigint, 0
    from credit_note n
    where n.company_id = ${company_id} and n.party_id = any(${idList(parties)}) and n.claim_id is null
      and n.issued_on between ${dateOf(first)} and ${dateOf(last)}
    group by 1, 2, 3`.execute(tx);
  return rows;
}

const MONTH = (column: string) => sql<number>`to_char(${sql.ref(column)}, 'YYYYMM')::int`;

interface PartRow extends Pick<AccruedRebate, 'party_id' | 'channel_id' | 'ordered_on' | 'month' | 'rebate_minor'> {
  /** Null: whole lines in sum. */
  readonly id: number | null;
  readonly sold_qty_milli: number;
  readonly qty_milli: number;
}

/** What is due by each delivery, as the books of documents reckon it; lines that left whole and at once are added up here. */
async function accruedIn(
  tx: ServerTransaction,
  { company_id, parties, first, last }: Span,
): Promise<readonly AccruedRebate[]> {
  const { rows } = await sql<PartRow>`
    with line as materialized (
      select l.id, l.kind, l.party_id, l.channel_id, l.ordered_on, c.rebate_minor,
        l.ordered_qty_milli - l.cancelled_qty_milli as sold_qty_milli
      from order_line l join order_line_cost c on c.id = l.id
      where l.party_id = any(${idList(parties)}) and l.ordered_on between ${dateOf(first)} and ${dateOf(last)}
        and l.company_id = ${company_id} and l.kind in ('goods', 'return') and c.rebate_minor <> 0
    ), part as materialized (
      select line.*, s.id as part_id, s.shipped_on, s.qty_milli,
        count(*) over (partition by line.id) = 1 and s.qty_milli = line.sold_qty_milli as whole
      from line join shipment_line s on s.order_line_id = line.id where line.kind = 'goods'
    ), moved as (
      select party_id, channel_id, ordered_on, shipped_on as on_day, rebate_minor from part where whole
      union all select party_id, channel_id, ordered_on, ordered_on, rebate_minor from line where kind = 'return'
    )
    select null::bigint as id, party_id, channel_id, ${dayOf('ordered_on')} as ordered_on, ${MONTH('on_day')} as month,
      sum(rebate_minor)::bigint as rebate_minor, 0 as sold_qty_milli, 0 as qty_milli, null::date as shipped_on,
      0 as part_id
    from moved group by party_id, channel_id, ordered_on, 5
    union all
    select id, party_id, channel_id, ${dayOf('ordered_on')}, ${MONTH('shipped_on')}, rebate_minor, sold_qty_milli,
      qty_milli, shipped_on, part_id
    from part where not whole
    order by id, shipped_on, part_id`.execute(tx);
  const accrued: AccruedRebate[] = [];
  for (const [id, parts] of Map.groupBy(rows, (row) => row.id)) {
    const [line] = parts;
    if (line === undefined) continue;
    if (id === null) accrued.push(...parts);
    else {
      const { party_id, channel_id, ordered_on } = line;
      for (const part of accruedByDelivery(line.rebate_minor, line.sold_qty_milli, parts))
        accrued.push({ party_id, channel_id, ordered_on, ...part });
    }
  }
  return accrued;
}

/** The agreement with what it came to: why it is an item. */
function agreementBehind(
  { short, ...key }: MonthsGiveBack,
  agreements: readonly Terms[],
  currency: string,
): readonly DocumentRef[] {
  const own = agreements.filter(
    ({ party_id, channel_id, name }) => party_id === key.party_id && channel_id === key.channel_id && name === key.name,
  );
  const newest = own.toSorted((a, b) => (a.valid_from ?? -Infinity) - (b.valid_from ?? -Infinity)).at(-1);
  if (newest === undefined) return [];
  const amount = (minor: number): string => minorText(BigInt(minor), currency);
  const ref =
    short === null
      ? key.name
      : `${key.name}: net sales ${amount(short.net_minor)} by ${isoDate(short.to)}, threshold ${amount(short.threshold_minor)}`;
  return [{ kind: 'agreement', id: newest.id, ref }];
}

interface DeliveryRow {
  readonly kind: 'shipment' | 'order_line';
  readonly id: number;
  readonly ref: string;
  readonly channel_id: number | null;
  readonly ordered_on: number;
}

/** The largest by rebate of what accrued: of the month it ended in all, later what came since. */
async function deliveriesOf(
  tx: ServerTransaction,
  { company_id, first, last }: Span,
  { party_id, channel_id, name, month, short }: MonthsGiveBack,
  agreements: readonly ThresholdTerms[],
): Promise<readonly DocumentRef[]> {
  const since = short !== null && monthOfDay(short.to) < month ? firstDayOfMonth(month) : first;
  const { rows } = await sql<DeliveryRow>`
    with line as materialized (
      select l.id, l.kind, l.order_id, l.channel_id, l.ordered_on, c.rebate_minor
      from order_line l join order_line_cost c on c.id = l.id
      where l.party_id = ${party_id} and l.ordered_on between ${dateOf(first)} and ${dateOf(last)}
        and l.company_id = ${company_id} and l.kind in ('goods', 'return') and c.rebate_minor <> 0
        and (${channel_id}::bigint is null or l.channel_id = ${channel_id}::bigint)
    )
    select 'shipment' as kind, s.id, s.number as ref, line.channel_id, ${dayOf('line.ordered_on')} as ordered_on,
      abs(line.rebate_minor) as size
    from line join shipment_line s on s.order_line_id = line.id
    where line.kind = 'goods' and s.shipped_on between ${dateOf(since)} and ${dateOf(lastDayOfMonth(month))}
    union all
    select 'order_line', line.id, o.number, line.channel_id, ${dayOf('line.ordered_on')}, abs(line.rebate_minor)
    from line join sales_order o on o.id = line.order_id
    where line.kind = 'return' and line.ordered_on between ${dateOf(since)} and ${dateOf(lastDayOfMonth(month))}
    order by size desc, id limit ${MOST_DOCUMENTS * 5}`.execute(tx);
  const own = agreements.filter((each) => each.party_id === party_id);
  return rows
    .filter((row) => {
      const holds = rebateOf(own, row);
      return holds?.name === name && holds.channel_id === channel_id;
    })
    .slice(0, MOST_DOCUMENTS)
    .map(({ kind, id, ref }) => ({ kind, id, ref }));
}

async function namesOf(
  tx: ServerTransaction,
  given: readonly MonthsGiveBack[],
): Promise<(of: MonthsGiveBack) => string> {
  const { rows } = await sql<{ id: number; code: string }>`
    select id, code from party where id = any(${idList(given.map(({ party_id }) => party_id))})
    union all select id, code from channel where id = any(${idList(given.flatMap(({ channel_id }) => channel_id ?? []))})`.execute(
    tx,
  );
  const codes = new Map(rows.map(({ id, code }) => [id, code]));
  return ({ party_id, channel_id, name }) =>
    [codes.get(party_id) ?? String(party_id), name, channel_id === null ? null : codes.get(channel_id)]
      .filter((part) => part != null)
      .join(' ');
}
