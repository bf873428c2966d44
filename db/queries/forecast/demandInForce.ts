/** What is expected of a position over the days an order must last: the forecast in force, with planners’ overrides over it. */
import type { DemandClass } from '#domain/forecast/demandClass.ts';
import type { ForecastMethod } from '#domain/forecast/forecast.ts';
import type { DailyDemand, DemandBasis } from '#domain/planning/replenishment/demand.ts';
import { demandAhead } from '#domain/planning/replenishment/demandAhead.ts';
import type { QueryContext } from '../context.ts';
import { DEMAND_CLASSES, FORECAST_METHODS } from './forecastColumns.ts';
import { HORIZON } from './forecastGround.ts';
import { type MadeForecasts, madeForecasts, madeName } from './madeForecasts.ts';
import { overriddenPoints } from './overrides.ts';

export interface DemandInForce {
  readonly made: MadeForecasts | null;
  /** Changes when another forecast or another override counts. */
  readonly key: string;
  /** null: there is no forecast of it, `basisOf` says why. `days`: those of the lead time and the review. */
  readonly over: (item_id: number, site_id: number, days: number) => DailyDemand | null;
  readonly basisOf: (item_id: number, site_id: number) => DemandBasis;
  /** What is told of the forecast of a position; null without one. */
  readonly toldOf: (item_id: number, site_id: number) => ToldForecast | null;
}

export interface ToldForecast {
  readonly method: ForecastMethod;
  readonly demand_class: DemandClass;
  /** A planner’s figure stands in place of one of its months. */
  readonly overridden: boolean;
  readonly made_at_ms: number;
}

export function demandInForce(context: QueryContext, company_id: number, as_of_on: number): DemandInForce {
  const made = madeForecasts(context, company_id, as_of_on);
  if (made === null) {
    return { made, key: madeName(made), over: () => null, basisOf: () => 'not_made', toldOf: () => null };
  }
  const { first_month, slotOf, point, sum_deviation } = made;
  const { overridden, key } = overriddenPoints(context, company_id, {
    as_of_on,
    months: made.months,
    slotOf,
    pointOf: (slot) => point.slice(slot * HORIZON, (slot + 1) * HORIZON).map((qty_milli) => qty_milli / 1000),
  });
  return {
    made,
    key: `${madeName(made)} ${key}`,
    over: (item_id, site_id, days) => {
      const slot = slotOf(item_id, site_id);
      if (slot < 0) return null;
      const own = overridden.get(slot);
      const asked = { first_month, months: HORIZON, point, sum_deviation, at: slot * HORIZON };
      if (own === undefined) return demandAhead(asked, as_of_on, days);
      const replaced = {
        ...asked,
        point: own.map((qty) => qty * 1000),
        sum_deviation: sum_deviation.subarray(slot * HORIZON, (slot + 1) * HORIZON),
        at: 0,
      };
      return demandAhead(replaced, as_of_on, days);
    },
    basisOf: (item_id, site_id) => (slotOf(item_id, site_id) < 0 ? 'no_history' : 'forecast'),
    toldOf: (item_id, site_id) => {
      const slot = slotOf(item_id, site_id);
      if (slot < 0) return null;
      return {
        method: FORECAST_METHODS[made.method[slot] as number] ?? 'TSB',
        demand_class: DEMAND_CLASSES[made.kind[slot] as number] ?? 'new',
        overridden: overridden.has(slot),
        made_at_ms: made.made_at_ms,
      };
    },
  };
}
