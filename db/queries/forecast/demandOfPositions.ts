/** Demand a day by position as the forecast says it, overrides in force included: what replenishment reckons with. */
import { firstDayOfMonth, lastDayOfMonth } from '#domain/calendar.ts';
import type { TableRow } from '#db/schema/tables.ts';
import type { QueryContext } from '../context.ts';
import { cellOf } from '../stock/itemColumns.ts';
import { expectedOf } from './forecastArrangement.ts';
import { overriddenPoints } from './overrides.ts';
import { HORIZON } from './forecastGround.ts';
import { forecastEdition } from './forecasts.ts';

export interface DemandOfPositions {
  /** By position as asked, thousandths of the base unit a day; NaN = nothing was ever asked for there. */
  readonly daily_qty_milli: Float64Array;
  /** Of one day's demand around it: the month's error brought down to a day, σ ÷ √days. */
  readonly daily_deviation_qty_milli: Float64Array;
}

/** `item_ids[i]` at `site_ids[i]`; the mean of so many of the months ahead, the running one first. */
export async function demandOfPositions(
  context: QueryContext,
  company: TableRow<'company'>,
  positions: { readonly item_ids: ArrayLike<number>; readonly site_ids: ArrayLike<number> },
  months = 3,
): Promise<DemandOfPositions> {
  const { columns } = (await forecastEdition(context, company, undefined)).edition.value;
  const { overridden } = overriddenPoints(context, company.id, columns);
  const { history, ground } = columns.of;
  const ahead = Math.min(HORIZON, Math.max(1, months));
  const days = columns.months.slice(0, ahead).map((month) => lastDayOfMonth(month) - firstDayOfMonth(month) + 1);
  const all_days = days.reduce((sum, each) => sum + each, 0);
  const count = positions.item_ids.length;
  const daily_qty_milli = new Float64Array(count).fill(Number.NaN);
  const daily_deviation_qty_milli = new Float64Array(count).fill(Number.NaN);
  for (let at = 0; at < count; at++) {
    const cell = cellOf(ground, positions.item_ids[at] as number, positions.site_ids[at] as number);
    const slot = cell < 0 ? -1 : history.slots.get(cell);
    if (slot < 0) continue;
    let sum = 0;
    for (let step = 0; step < ahead; step++) sum += expectedOf({ columns, overridden }, slot, step);
    daily_qty_milli[at] = Math.max(0, (sum / all_days) * 1000);
    daily_deviation_qty_milli[at] = ((columns.deviation[slot] as number) / Math.sqrt(days[0] ?? 30)) * 1000;
  }
  return { daily_qty_milli, daily_deviation_qty_milli };
}
