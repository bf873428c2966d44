/** What is expected of this item at this site, how sure is it, how good was it, and does it beat repeating last year? */
import { addMonths, firstDayOfMonth, lastDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import { daysOut } from '#domain/demand/stockouts.ts';
import { type Backtest, chooseForecast, seasonalNaive } from '#domain/forecast/backtest.ts';
import { demandBreak } from '#domain/forecast/breaks.ts';
import type { Forecast } from '#domain/forecast/forecast.ts';
import { overrideFor, overriddenQtyMilli, standingOverrides } from '#domain/forecast/override.ts';
import { leadTimeError } from '#domain/forecast/leadTimeError.ts';
import { measuredLeadTime } from '#domain/planning/replenishment/leadTime.ts';
import type { ForecastAccuracy, ForecastPeriod, ItemForecast } from '#contract/queries.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { provenance } from '../provenance.ts';
import { mayInCompany } from '../rights.ts';
import { overridesLookedBack, overridesOf, overrideViews } from './overrides.ts';
import { measuredReceipts } from '../replenishment/leadTimes.ts';
import { demandEvents } from './demandEvents.ts';
import { cellOf } from '../stock/itemColumns.ts';
import {
  calibrationOf,
  fedHistory,
  FORECAST_TABLES,
  type ForecastGround,
  forecastGround,
  HORIZON,
  SEASON,
} from './forecastGround.ts';
import { channelsOfLines, type DemandPlace, demandPlace, type ItemLine, itemLines } from './itemLines.ts';

/** Of 10,000 outcomes so many lie within the interval shown, and this often the lead time's demand is covered. */
const INTERVAL_BP = 9000;
const SERVICE_BP = 9500;
const DAYS_OF_MONTH = 365.25 / 12;
const SHARE_MONTHS = 12;

export const itemForecast: QueryHandler<'itemForecast'> = async (context, args): Promise<ItemForecast> => {
  const place = await demandPlace(context, args);
  const ground = await forecastGround(context, place.company);
  const { history, as_of_on } = ground;
  const cell = cellOf(ground.ground, place.item.id, place.site.id);
  const slot = cell < 0 ? -1 : history.slots.get(cell);
  const count = history.months.length;
  const raw = slot < 0 ? new Float64Array(count) : history.values.subarray(slot * count, (slot + 1) * count);
  const fed = slot < 0 ? raw : fedHistory(ground, slot);
  const question = { values: fed, season: SEASON, horizon: HORIZON };
  const { forecast, backtest } = chooseForecast(question);
  const calibration = calibrationOf(context, ground, HORIZON);
  const tail = (1 - INTERVAL_BP / 10_000) / 2;
  const naive = count > 0 ? seasonalNaive(question) : new Float64Array(HORIZON);
  const running = monthOfDay(as_of_on);
  const share_from = addMonths(running, 1 - SHARE_MONTHS);
  const lines = itemLines(context, place, { from_on: firstDayOfMonth(share_from), to_on: as_of_on, as_of_on });
  const planned = plannedOf(context, place);
  const outs = cell < 0 ? [] : ground.stockoutsOf(cell);
  const facts = overridesOf(context, place.company.id, place);
  const standing = standingOverrides(facts);
  const looked = overridesLookedBack(facts, ground, { raw, fed });
  const overrides = overrideViews(facts, as_of_on, looked.values);
  const monthView = (month: number): ForecastPeriod => ({
    month,
    demand_qty_milli: null,
    days_out: daysOut(outs, firstDayOfMonth(month), Math.min(lastDayOfMonth(month), as_of_on)),
    censored: false,
    fed_qty_milli: null,
    expected_qty_milli: null,
    low_qty_milli: null,
    high_qty_milli: null,
    naive_qty_milli: null,
    override_qty_milli: null,
    planned_qty_milli: planned.get(month) ?? null,
  });
  const past = history.months.map((month, at): ForecastPeriod => {
    const demand = raw[at] ?? 0;
    const replaced = fed[at] ?? 0;
    return {
      ...monthView(month),
      demand_qty_milli: milli(demand),
      censored: slot >= 0 && ground.censored[slot * count + at] === 1,
      fed_qty_milli: replaced === demand ? null : milli(replaced),
      override_qty_milli: looked.by_month.get(month) ?? null,
    };
  });
  const ahead = Array.from({ length: HORIZON }, (_, step): ForecastPeriod => {
    const month = addMonths(running, step);
    const expected_qty_milli = milli(forecast.point[step] ?? 0);
    const override = overrideFor(standing, month, as_of_on);
    return {
      ...monthView(month),
      demand_qty_milli: step === 0 ? demandIn(lines, month) : null,
      expected_qty_milli,
      override_qty_milli: override ? overriddenQtyMilli(override, expected_qty_milli) : null,
      low_qty_milli: milli(calibration.quantile(forecast, step, tail)),
      high_qty_milli: milli(calibration.quantile(forecast, step, 1 - tail)),
      naive_qty_milli: milli(naive[step] ?? 0),
    };
  });
  const { pattern } = forecast;
  return {
    item_id: place.item.id,
    site_id: place.site.id,
    company_id: place.company.id,
    code: place.item.code,
    name: place.item.name,
    uom: place.item.uom,
    site: place.site.code,
    demand_class: pattern.kind,
    interval_milli: pattern.interval === null ? null : milli(pattern.interval),
    variation_milli: pattern.variation === null ? null : milli(pattern.variation),
    method: forecast.method,
    accuracy: backtest === null ? null : accuracyOf(backtest, forecast.method === 'seasonal naive'),
    interval_bp: INTERVAL_BP,
    periods: [...past, ...ahead],
    channels: await channelShares(context, place, lines),
    lead_time: leadTimeView(context, ground, place, forecast, fed, ahead),
    events: await demandEvents(context, place, { months: history.months, fed, as_of_on, overrides }),
    currency: place.company.currency,
    overrides,
    may_override: mayInCompany(context.user, place.company.id, 'plan'),
    break: breakView(fed, history.months),
    stockouts_known: ground.stockouts_known,
    provenance: provenance(context, [...FORECAST_TABLES, 'forecast_override', 'purchase_order', 'price_rule']),
  };
};

function milli(value: number): number {
  return Math.round(value * 1000);
}

function basisPoints(share: number | null): number | null {
  return share === null ? null : Math.round(share * 10_000);
}

function accuracyOf(tested: Backtest, naive: boolean): ForecastAccuracy {
  const milliOrNull = (value: number | null): number | null => (value === null ? null : milli(value));
  return {
    origins: tested.origins,
    wape_bp: basisPoints(naive ? tested.naive_wape : tested.wape),
    mase_milli: milliOrNull(tested.mase),
    naive_mase_milli: milliOrNull(tested.naive_mase),
    bias_bp: basisPoints(naive ? tested.naive_bias : tested.bias),
    lag_periods: tested.lag_periods,
    beats_naive: tested.beats_naive,
  };
}

function demandIn(lines: readonly ItemLine[], month: number): number {
  return lines.reduce((sum, line) => (monthOfDay(line.ordered_on) === month ? sum + line.demand_qty_milli : sum), 0);
}

async function channelShares(
  context: QueryContext,
  { company }: DemandPlace,
  lines: readonly ItemLine[],
): Promise<ItemForecast['channels']> {
  const goods = lines.filter((line) => line.demand_qty_milli !== 0);
  const channels = await channelsOfLines(context, company.id, goods);
  const known = new Set(channels.map(({ channel_id }) => channel_id));
  const total = goods.reduce((sum, line) => sum + line.demand_qty_milli, 0);
  return channels.map((channel) => {
    const own = goods.reduce((sum, line) => {
      const of = known.has(line.channel_id) ? line.channel_id : null;
      return of === channel.channel_id ? sum + line.demand_qty_milli : sum;
    }, 0);
    return { ...channel, demand_qty_milli: own, share_bp: total > 0 ? Math.round((own / total) * 10_000) : 0 };
  });
}

/** Month → what was said last before it began. */
function plannedOf({ scan }: QueryContext, { item, site }: DemandPlace): ReadonlyMap<number, number> {
  const rows = scan<readonly [month: number, qty_milli: number, made_on: number]>(
    `SELECT month, qty_milli, made_on FROM main.forecast_line WHERE item_id = ? AND site_id = ? ORDER BY made_on`,
    [item.id, site.id],
  );
  return new Map(rows.filter(([month, , made_on]) => made_on < firstDayOfMonth(month)).map(([m, qty]) => [m, qty]));
}

function leadTimeView(
  context: QueryContext,
  ground: ForecastGround,
  { item, site }: DemandPlace,
  forecast: Forecast,
  fed: Float64Array,
  ahead: readonly ForecastPeriod[],
): ItemForecast['lead_time'] {
  // of whom it is bought, as proposals are made: the preferred first
  const [agreed] = context.scan<readonly [supplier_id: number, days: number]>(
    'SELECT supplier_id, lead_time_days FROM main.supplier_item WHERE item_id = ? ORDER BY preferred DESC, id LIMIT 1',
    [item.id],
  );
  const [policy] = context.scan<readonly [number]>(
    'SELECT lead_time_days FROM main.policy WHERE item_id = ? AND site_id = ?',
    [item.id, site.id],
  );
  const supplier_id = agreed?.[0] ?? item.supplier_id;
  const of = { item_id: item.id, site_id: site.id, as_of_on: ground.as_of_on };
  const measured =
    supplier_id === null
      ? null
      : measuredLeadTime(measuredReceipts(context, { ...of, supplier_id }).map((each) => each.days));
  const days = measured?.days ?? agreed?.[1] ?? policy?.[0];
  if (days === undefined || fed.length === 0) return null;
  const periods = Math.min(HORIZON, Math.max(1, Math.ceil(days / DAYS_OF_MONTH)));
  const within = {
    ...forecast,
    point: forecast.point.subarray(0, periods),
    deviation: forecast.deviation.subarray(0, periods),
    sum_deviation: forecast.sum_deviation.subarray(0, periods),
  };
  const own = milli(within.point.reduce((sum, each) => sum + each, 0));
  const expected_qty_milli = ahead
    .slice(0, periods)
    .reduce((sum, each) => sum + (each.override_qty_milli ?? each.expected_qty_milli ?? 0), 0);
  const level = calibrationOf(context, ground, periods).sumQuantile(within, SERVICE_BP / 10_000);
  return {
    days,
    measured,
    periods,
    // what a planner put in its place counts; how far it may miss is the forecast’s own
    expected_qty_milli,
    quantile_qty_milli: Math.max(0, milli(level) + expected_qty_milli - own),
    service_bp: SERVICE_BP,
    wape_bp: basisPoints(leadTimeError(fed, SEASON, periods)),
  };
}

function breakView(fed: Float64Array, months: readonly number[]): ItemForecast['break'] {
  const found = demandBreak(fed, SEASON);
  if (found === null) return null;
  return {
    kind: found.kind,
    score_milli: milli(found.score),
    from_month: months[months.length - found.periods] ?? 0,
    actual_qty_milli: milli(found.actual),
    expected_qty_milli: milli(found.expected),
  };
}
