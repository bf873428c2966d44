/** What a KPI is asked of: one company, some months, as of the replica's moment. */
import type { RawBuilder, SqlBool } from 'kysely';
import { addMonths, firstDayOfMonth, lastDayOfMonth, monthOfDay, monthRange } from '#domain/calendar.ts';
import type { KpiSlice } from '#domain/kpi/slice.ts';
import { zoneConverter } from '#domain/imports/orders/zoneTime.ts';
import type { TableRow } from '#db/schema/tables.ts';
import type { QueryContext } from '../context.ts';
import { linePredicate } from '../orders/linePredicate.ts';
import { asOfDay } from '../provenance.ts';
import { seesArea } from '../rights.ts';

/** The day a snapshot of a month speaks of. */
export interface Snapshot {
  readonly month: number;
  /** The month's last day, or the replica's where that is earlier. */
  readonly on: number;
  /** The first moment after it that is not looked at, in the company's time zone. */
  readonly end_ms: number;
}

export interface KpiScope {
  readonly company: TableRow<'company'>;
  /** Only rows of this slice of the company. */
  readonly slice: KpiSlice;
  readonly as_of_on: number;
  readonly as_of_ms: number;
  /** Months looked at, ascending; none lies after the as-of date. */
  readonly months: readonly number[];
  readonly snapshots: readonly Snapshot[];
  readonly with_cost: boolean;
  readonly monthOfInstant: (instant_ms: number) => number;
}

/** The rows of the slice, as SQL over a table `l` that has the keys the slice is told by. */
export function ofSlice({ company, slice }: KpiScope): RawBuilder<SqlBool> {
  return linePredicate({ company_id: company.id, ...slice });
}

export function kpiScope(
  context: QueryContext,
  company: TableRow<'company'>,
  from_month: number,
  to_month: number,
  { channel_id, site_id, category }: KpiSlice = {},
): KpiScope {
  const as_of_on = asOfDay(context, company.time_zone);
  const as_of_ms = context.replica.as_of_ms ?? context.now_ms;
  const toInstant = zoneConverter(company.time_zone);
  const startOfDay = (day: number): number => toInstant({ day, second_of_day: 0, offset_minutes: null }).instant_ms;
  const months = monthRange(from_month, Math.min(to_month, monthOfDay(as_of_on)));
  return {
    company,
    slice: { channel_id, site_id, category },
    as_of_on,
    as_of_ms,
    months,
    snapshots: months.map((month) => {
      const on = Math.min(lastDayOfMonth(month), as_of_on);
      return { month, on, end_ms: Math.min(startOfDay(on + 1), as_of_ms) };
    }),
    with_cost: seesArea(context.user, company.id, 'cost'),
    monthOfInstant: (instant_ms) => {
      const month = monthOfDay(Math.floor(instant_ms / 86_400_000));
      if (instant_ms < startOfDay(firstDayOfMonth(month))) return addMonths(month, -1);
      const next = addMonths(month, 1);
      return instant_ms < startOfDay(firstDayOfMonth(next)) ? month : next;
    },
  };
}
