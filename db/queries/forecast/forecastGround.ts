/** What all forecasts of a company are made of: the history of every position, and in which months it was censored. */
import { uncensored } from '#domain/demand/censored.ts';
import { Calibration, learningPlan } from '#domain/forecast/calibration.ts';
import { censoredMonths as censoredOf, HORIZON, SEASON } from '#domain/forecast/monthly.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { QueryContext } from '../context.ts';
import { asOfDay } from '../provenance.ts';
import { rememberedOf } from '../readCache.ts';
import { seesWholeCompany } from '../rights.ts';
import { type StockGround, stockGround } from '../stock/itemColumns.ts';
import { type DemandHistory, demandHistory } from './demandHistory.ts';
import { type StockoutsOf, stockoutColumns } from './stockoutColumns.ts';

export { HORIZON, SEASON };

export const FORECAST_TABLES = [
  'item',
  'site',
  'party',
  'order_line',
  'sales_order',
  'shipment_line',
  'receipt_line',
  'po_line',
  'stock_move',
  'stock_balance',
] as const satisfies readonly WireTableName[];

const MOVING_TABLES = [
  'order_line',
  'shipment_line',
  'receipt_line',
  'po_line',
  'stock_move',
  'stock_balance',
] as const;

export interface ForecastGround {
  readonly ground: StockGround;
  readonly history: DemandHistory;
  readonly as_of_on: number;
  readonly stockoutsOf: StockoutsOf;
  /** As `history.values`: 1 = what was asked for is a lower bound. */
  readonly censored: Uint8Array;
  /** Why stockouts are not known: movements of other channels are not here. */
  readonly stockouts_known: boolean;
  /** By the periods added up; made when first asked for. */
  readonly calibrations: Map<number, Calibration>;
}

interface Scope {
  readonly id: number;
  readonly time_zone: string;
}

export async function forecastGround(context: QueryContext, company: Scope): Promise<ForecastGround> {
  const as_of_on = asOfDay(context, company.time_zone);
  // part of the movements would pass for stock that was never there
  const loading = MOVING_TABLES.filter((table) => context.replica.loading_tables.has(table));
  const whole = loading.length === 0 && seesWholeCompany(context.user, company.id, 'general');
  return await rememberedOf(
    context,
    (cache) => cache.forecastGrounds,
    JSON.stringify([company.id, as_of_on, context.user.name, context.user.grants, loading]),
    FORECAST_TABLES,
    async () => {
      const ground = await stockGround(context, company.id, false);
      const scope = { company_id: company.id, as_of_on };
      const history = demandHistory(context, scope, ground);
      context.checkCancelled();
      const stockoutsOf: StockoutsOf = whole ? stockoutColumns(context, scope, ground) : () => [];
      return {
        ground,
        history,
        as_of_on,
        stockoutsOf,
        censored: censoredMonths(history, stockoutsOf),
        stockouts_known: whole,
        calibrations: new Map(),
      };
    },
    2,
  );
}

function censoredMonths({ months, cells }: DemandHistory, stockoutsOf: StockoutsOf): Uint8Array {
  const censored = new Uint8Array(cells.length * months.length);
  for (let slot = 0; slot < cells.length; slot++) {
    const outs = stockoutsOf(cells[slot] as number);
    if (outs.length === 0) continue;
    censored.set(censoredOf(months, outs), slot * months.length);
  }
  return censored;
}

/** A position's history in base units as forecasts are fed with it. */
export function fedHistory({ history, censored }: ForecastGround, slot: number): Float64Array {
  const count = history.months.length;
  const [from, to] = [slot * count, (slot + 1) * count];
  return uncensored(history.values.subarray(from, to), censored.subarray(from, to), SEASON);
}

/** How wide intervals are, learned from the company's own positions; the sum of so many months where `periods` is less than all. */
export function calibrationOf(context: QueryContext, ground: ForecastGround, periods: number): Calibration {
  const made = ground.calibrations.get(periods);
  if (made !== undefined) return made;
  const calibration = new Calibration(SEASON, periods);
  const series = ground.history.cells.length;
  const { stride, origins } = learningPlan(series);
  for (let slot = 0; slot < series; slot += stride) {
    context.checkCancelled();
    calibration.learn(fedHistory(ground, slot), origins);
  }
  ground.calibrations.set(periods, calibration);
  return calibration;
}
