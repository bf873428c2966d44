/**
 * Stock at cost against what is sold from it. Turns and GMROI are of a year: cost (or GM1) × 365 over the days' stock
 * values added up, so that months add up to a year's figure. Days on hand look forward: at the forecast of the next months.
 */
import { addMonths, firstDayOfMonth, lastDayOfMonth, monthOfDay } from '../calendar.ts';
import { lineAmountMinor, safeNumber } from '../money.ts';
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

/** Stock at cost on the day. */
export function stockValueRow(id: number, closing_value_minor: number, on: number, emit: EmitRow): void {
  emit({
    kpi: 'days_on_hand_forward',
    source: 'stock_value',
    id,
    month: monthOfDay(on),
    channel_id: null,
    numerator: closing_value_minor * forwardMonths(on).days,
    denominator: 0,
    weight: 0,
    known: 0,
    unknown: false,
  });
}

export interface ForwardUsage {
  /** 'item:site:yyyymm' */
  readonly id: string;
  readonly qty_milli: number;
  /** null = not known */
  readonly unit_cost_micro: number | null;
}

/** The forecast of one item at a site for one of the months to come, as last said by the day. */
export function forwardUsageRow(usage: ForwardUsage, on: number, currency: string, emit: EmitRow): void {
  const cost = usage.unit_cost_micro;
  emit({
    kpi: 'days_on_hand_forward',
    source: 'forecast',
    id: usage.id,
    month: monthOfDay(on),
    channel_id: null,
    numerator: 0,
    denominator: cost === null ? 0 : safeNumber(lineAmountMinor(BigInt(usage.qty_milli), BigInt(cost), currency)),
    weight: 1,
    known: cost === null ? 0 : 1,
    unknown: cost === null,
  });
}
