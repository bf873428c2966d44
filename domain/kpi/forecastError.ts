/**
 * Forecast error. WAPE Σ|e| / Σ actual, bias Σ forecast / Σ actual − 1, MASE Σ|e| over the error that repeating the
 * month of a year before would have made in the twelve months before (in-sample seasonal naive).
 */
import { naiveError } from '../forecast/metrics.ts';
import { divideRounded, safeNumber } from '../money.ts';
import type { EmitRow } from './tally.ts';

export interface ForecastFact {
  /** 'item:site' */
  readonly id: string;
  readonly month: number;
  readonly forecast_qty_milli: number;
  readonly actual_qty_milli: number;
  /** Demand of the 24 months before, oldest first; for MASE. */
  readonly before_qty_milli: readonly number[];
}

export function forecastRows(fact: ForecastFact, emit: EmitRow): void {
  const row = {
    source: 'forecast',
    id: fact.id,
    month: fact.month,
    channel_id: null,
    weight: 0,
    known: 0,
    unknown: false,
  } as const;
  const error = fact.forecast_qty_milli - fact.actual_qty_milli;
  emit({ ...row, kpi: 'wape', numerator: Math.abs(error), denominator: fact.actual_qty_milli });
  emit({ ...row, kpi: 'forecast_bias', numerator: error, denominator: fact.actual_qty_milli });
  const { sum, terms } = naiveError(fact.before_qty_milli, 12);
  const scale = terms === 0 ? 0 : safeNumber(divideRounded(BigInt(sum), BigInt(terms)));
  emit({ ...row, kpi: 'mase', numerator: Math.abs(error), denominator: scale });
}
