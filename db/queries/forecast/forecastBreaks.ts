/** Positions whose last months break with their past, for whoever raises them as exceptions. */
import { BREAK_KINDS, type BreakKind } from '#domain/forecast/breaks.ts';
import type { TableRow } from '#db/schema/tables.ts';
import type { QueryContext } from '../context.ts';
import { NO_BREAK } from './forecastColumns.ts';
import { forecastEdition } from './forecasts.ts';

export interface ForecastBreak {
  readonly item_id: number;
  readonly site_id: number;
  readonly kind: BreakKind;
  /** Standard deviations; from 3 on. */
  readonly score: number;
  /** yyyymm of its first month, and how many months it has lasted. */
  readonly from_month: number;
  readonly months: number;
  /** A month, thousandths of the base unit: what came, and what was expected before. */
  readonly actual_qty_milli: number;
  readonly expected_qty_milli: number;
}

/** In the order of item and site. */
export async function forecastBreaks(
  context: QueryContext,
  company: TableRow<'company'>,
): Promise<readonly ForecastBreak[]> {
  const { columns } = (await forecastEdition(context, company, undefined)).edition.value;
  const { history, ground } = columns.of;
  const found: ForecastBreak[] = [];
  for (let slot = 0; slot < columns.count; slot++) {
    const broken = columns.broken[slot] as number;
    const kind = broken === NO_BREAK ? undefined : BREAK_KINDS[broken];
    if (kind === undefined) continue;
    const cell = history.cells[slot] as number;
    const months = columns.broken_periods[slot] as number;
    found.push({
      item_id: ground.items.ids[Math.floor(cell / ground.sites.length)] as number,
      site_id: ground.sites[cell % ground.sites.length]?.id ?? 0,
      kind,
      score: columns.score[slot] as number,
      from_month: history.months[history.months.length - months] ?? 0,
      months,
      actual_qty_milli: Math.round((columns.broken_actual[slot] as number) * 1000),
      expected_qty_milli: Math.round((columns.broken_expected[slot] as number) * 1000),
    });
  }
  return found;
}
