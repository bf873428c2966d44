/**
 * Stock at cost against what is sold from it. Turns and GMROI are of a year: cost (or GM1) × 365 over the days' stock
 * values added up, so that months add up to a year's figure. Days on hand look forward: at the forecast of the next months.
 */
import { addMonths, firstDayOfMonth, lastDayOfMonth, monthOfDay } from '../calendar.ts';
import { divideRounded, lineAmountMinor, minorDigits, safeNumber } from '../money.ts';
import { type LadderSums, ladderFigures } from './marginLadder.ts';
import { type EmitRow, type KpiFigure, type KpiRow, NO_FIGURE, ratioFigure } from './tally.ts';

export const YEAR_DAYS = 365;
/** Whole months whose forecast is the usage to come. */
export const FORWARD_MONTHS = 3;

/** Σ of the days' stock values: the mean of the month's days so far × those days. */
export function valueDays(mean_value_minor: number, month: number, as_of_on: number): number {
  const days = Math.min(lastDayOfMonth(month), as_of_on) - firstDayOfMonth(month) + 1;
  return mean_value_minor * Math.max(0, days);
}

/** Turns of a cost, GMROI of a GM1; an amount that is not known makes no figure. */
export function yearlyFigure(amount: KpiFigure, value_days_minor: number): KpiFigure {
  if (amount.value === null) return { ...NO_FIGURE, coverage_bp: amount.coverage_bp };
  return ratioFigure(amount.value * YEAR_DAYS, value_days_minor, 'times', amount.coverage_bp);
}

/** Turns and GMROI of some months: both need the cost of every goods line. */
export function turnoverFigures(sums: LadderSums, value_days_minor: number): Map<string, KpiFigure> {
  const figures = ladderFigures(sums, true);
  const gm1 = figures.get('gm1') ?? NO_FIGURE;
  const cost = gm1.value === null ? gm1 : (figures.get('landed_cost') ?? NO_FIGURE);
  return new Map([
    ['inventory_turns', yearlyFigure(cost, value_days_minor)],
    ['gmroi', yearlyFigure(gm1, value_days_minor)],
  ]);
}

/** The rows behind turns and GMROI that stand for what was sold, made of the rows of landed cost and GM1. */
export function yearlyRow(row: KpiRow, emit: EmitRow): void {
  const yearly = { ...row, numerator: row.numerator * YEAR_DAYS, denominator: 0 };
  if (row.kpi === 'landed_cost') emit({ ...yearly, kpi: 'inventory_turns' });
  if (row.kpi !== 'gm1') return;
  emit({ ...yearly, kpi: 'gmroi' });
  // a line without a cost makes the turns unknown as well
  if (row.unknown) emit({ ...yearly, kpi: 'inventory_turns', numerator: 0 });
}

/** The rows that stand for the stock. */
export function valueDaysRows(id: number, month: number, value_days_minor: number, emit: EmitRow): void {
  for (const kpi of ['inventory_turns', 'gmroi']) {
    emit({
      kpi,
      source: 'stock_value',
      id,
      month,
      channel_id: null,
      numerator: 0,
      denominator: value_days_minor,
      weight: 0,
      known: 0,
      unknown: false,
    });
  }
}

/** The first and last month looked forward to from a day, and their days. */
export function forwardMonths(on: number): { readonly from: number; readonly to: number; readonly days: number } {
  const from = addMonths(monthOfDay(on), 1);
  const to = addMonths(from, FORWARD_MONTHS - 1);
  return { from, to, days: lastDayOfMonth(to) - firstDayOfMonth(from) + 1 };
}

/** An item at a site with a forecast, on a day. */
export interface ForwardPosition {
  /** 'item:site' */
  readonly id: string;
  /** Below zero nothing is there; null = what moved since is not all known. */
  readonly on_hand_qty_milli: number | null;
  /** Of those of the months to come that have one, as last said by the day, and the days of these months. */
  readonly forecast_qty_milli: number;
  readonly forecast_days: number;
  readonly unit_cost_micro: number | null;
}

/** A month without a forecast goes on as those that have one: stock is never held against months nobody spoke of. */
export function forwardPositionRow(position: ForwardPosition, on: number, currency: string, emit: EmitRow): void {
  const { on_hand_qty_milli, unit_cost_micro, forecast_days } = position;
  const { days } = forwardMonths(on);
  const unknown = on_hand_qty_milli === null || unit_cost_micro === null;
  const value_minor = unknown ? 0 : stockValueMinor(on_hand_qty_milli, unit_cost_micro, currency);
  const usage_minor = unknown
    ? 0
    : safeNumber(
        divideRounded(
          BigInt(position.forecast_qty_milli) *
            BigInt(unit_cost_micro) *
            10n ** BigInt(minorDigits(currency)) *
            BigInt(days),
          1_000_000_000n * BigInt(forecast_days),
        ),
      );
  emit({
    ...forwardRow(on),
    source: 'position',
    id: position.id,
    numerator: value_minor * days,
    denominator: usage_minor,
    weight: value_minor,
    known: value_minor,
    unknown,
  });
}

/** The stock of a site that nobody made a forecast of: no day of it is counted, but the coverage says how much it is. */
export function unforecastStockRow(site_id: number, value_minor: number, on: number, emit: EmitRow): void {
  emit({
    ...forwardRow(on),
    source: 'unforecast_stock',
    id: site_id,
    numerator: 0,
    denominator: 0,
    weight: value_minor,
    known: 0,
    unknown: false,
  });
}

/** What lies there at cost; below zero nothing does. */
export function stockValueMinor(qty_milli: number, unit_cost_micro: number, currency: string): number {
  return safeNumber(lineAmountMinor(BigInt(Math.max(0, qty_milli)), BigInt(unit_cost_micro), currency));
}

function forwardRow(on: number) {
  return { kpi: 'days_on_hand_forward', month: monthOfDay(on), channel_id: null } as const;
}
