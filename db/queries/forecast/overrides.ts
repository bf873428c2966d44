/** What planners put in the forecast’s place, this person’s undecided changes included, and what it was worth. */
import { firstDayOfMonth, isoDate, monthOfDay } from '#domain/calendar.ts';
import { forecastDemand } from '#domain/forecast/forecast.ts';
import {
  overriddenQtyMilli,
  overrideFor,
  type OverrideFact,
  overrideValue,
  type OverrideValue,
  standingAt,
  standingOverrides,
} from '#domain/forecast/override.ts';
import type { ForecastOverride } from '#contract/queries.ts';
import type { QueryContext } from '../context.ts';
import { cellOf } from '../stock/itemColumns.ts';
import type { ForecastColumns } from './forecastColumns.ts';
import { type ForecastGround, HORIZON, SEASON } from './forecastGround.ts';
import type { DemandPlace } from './itemLines.ts';

const DAY_MS = 86_400_000;

export interface StoredOverride extends OverrideFact {
  readonly item_id: number;
  readonly site_id: number;
  readonly reason: string;
  readonly written_at_ms: number;
  readonly waiting: boolean;
}

type Row = readonly [
  id: string,
  kind: string,
  replaces: string | null,
  item_id: number,
  site_id: number,
  from_month: number,
  to_month: number,
  qty_milli: number | null,
  factor_bp: number | null,
  expires_on: number,
  author: string,
  accepted_at_ms: number,
  reason: string,
  written_at_ms: number,
  mutation_state: string,
];

/** Oldest first. Changes the server refused are not among them. */
export function overridesOf(
  context: QueryContext,
  company_id: number,
  place: DemandPlace | null,
): readonly StoredOverride[] {
  const where = place === null ? '' : 'AND item_id = ? AND site_id = ?';
  const rows = context.scan<Row>(
    `SELECT id, kind, replaces, item_id, site_id, from_month, to_month, qty_milli, factor_bp, expires_on, author,
       accepted_at, reason, written_at, mutation_state
     FROM v_forecast_override
     WHERE company_id = ? ${where} AND mutation_state IN ('accepted', 'pending', 'sent') ORDER BY accepted_at, id`,
    place === null ? [company_id] : [company_id, place.item.id, place.site.id],
  );
  return rows.map(
    ([id, kind, replaces, item_id, site_id, from_month, to_month, qty_milli, factor_bp, expires_on, ...rest]) => {
      const [author, accepted_at_ms, reason, written_at_ms, state] = rest;
      return {
        id,
        kind: kind === 'withdrawn' ? 'withdrawn' : 'set',
        replaces,
        item_id,
        site_id,
        from_month,
        to_month,
        qty_milli,
        factor_bp,
        expires_on,
        author,
        accepted_at_ms,
        reason,
        written_at_ms,
        waiting: state !== 'accepted',
      };
    },
  );
}

/** Slot → base units of the months ahead, of positions with an override in force for one of them. */
export type OverriddenPoints = ReadonlyMap<number, Float64Array>;

/** Forecasts that overrides are laid over. */
export interface ForecastPoints {
  readonly as_of_on: number;
  readonly months: readonly number[];
  readonly slotOf: (item_id: number, site_id: number) => number;
  /** Of a slot, base units by month ahead. */
  readonly pointOf: (slot: number) => Float64Array;
}

export function pointsOf({ of: { ground, history, as_of_on }, months, point }: ForecastColumns): ForecastPoints {
  return {
    as_of_on,
    months,
    slotOf: (item_id, site_id) => {
      const cell = cellOf(ground, item_id, site_id);
      return cell < 0 ? -1 : history.slots.get(cell);
    },
    pointOf: (slot) => point.slice(slot * HORIZON, (slot + 1) * HORIZON),
  };
}

/** `key` tells these overrides from others. */
export function overriddenPoints(
  context: QueryContext,
  company_id: number,
  { as_of_on, months, slotOf, pointOf }: ForecastPoints,
): { readonly overridden: OverriddenPoints; readonly key: string } {
  const standing = standingOverrides(overridesOf(context, company_id, null)).filter(
    (each) => each.expires_on >= as_of_on,
  );
  const overridden = new Map<number, Float64Array>();
  for (const [slot, own] of Map.groupBy(standing, (each) => slotOf(each.item_id, each.site_id))) {
    if (slot < 0) continue;
    const points = pointOf(slot);
    let counts = false;
    for (const [step, month] of months.entries()) {
      const override = overrideFor(own, month, as_of_on);
      if (override === undefined) continue;
      points[step] = overriddenQtyMilli(override, (points[step] ?? 0) * 1000) / 1000;
      counts = true;
    }
    if (counts) overridden.set(slot, points);
  }
  return { overridden, key: standing.map((each) => each.id).join() };
}

export interface LookedBack {
  /** Month that is over → what stood for it when it began. */
  readonly by_month: ReadonlyMap<number, number>;
  /** Override → what it was worth. */
  readonly values: ReadonlyMap<string, OverrideValue>;
}

/** Each month that is over: what stood when it began, beside what the forecast would have said then, and what came. */
export function overridesLookedBack(
  facts: readonly StoredOverride[],
  { history: { months } }: ForecastGround,
  { raw, fed }: { readonly raw: Float64Array; readonly fed: Float64Array },
): LookedBack {
  const by_month = new Map<number, number>();
  const compared = new Map<string, { actual: number; forecast: number; override: number }[]>();
  if (facts.length > 0) {
    for (const [at, month] of months.entries()) {
      const first_on = firstDayOfMonth(month);
      const override = overrideFor(standingAt(facts, first_on * DAY_MS), month, first_on);
      if (override === undefined) continue;
      const { point } = forecastDemand({ values: fed.subarray(0, at), season: SEASON, horizon: 1 });
      const forecast = Math.round((point[0] ?? 0) * 1000);
      const qty_milli = overriddenQtyMilli(override, forecast);
      by_month.set(month, qty_milli);
      const own = compared.get(override.id) ?? [];
      compared.set(override.id, own);
      // a censored month would blame whoever saw more demand than could be met
      const actual = Math.round(Math.max(raw[at] ?? 0, fed[at] ?? 0) * 1000);
      own.push({ actual, forecast, override: qty_milli });
    }
  }
  const values = new Map<string, OverrideValue>();
  for (const [id, own] of compared) {
    const value = overrideValue(own);
    if (value !== null) values.set(id, value);
  }
  return { by_month, values };
}

/** Newest first. */
export function overrideViews(
  facts: readonly StoredOverride[],
  as_of_on: number,
  values: ReadonlyMap<string, OverrideValue>,
): ForecastOverride[] {
  const endedBy = new Map(facts.flatMap((fact) => (fact.replaces === null ? [] : [[fact.replaces, fact.kind]])));
  return facts
    .filter((fact) => fact.kind === 'set')
    .map((fact): ForecastOverride => {
      const ended = endedBy.get(fact.id);
      const over = fact.expires_on < as_of_on || fact.to_month < monthOfDay(as_of_on);
      return {
        id: fact.id,
        state: ended === 'set' ? 'replaced' : ended === 'withdrawn' ? 'withdrawn' : over ? 'expired' : 'in_force',
        from_month: fact.from_month,
        to_month: fact.to_month,
        qty_milli: fact.qty_milli,
        factor_bp: fact.factor_bp,
        reason: fact.reason,
        author: fact.author,
        written_at_ms: fact.written_at_ms,
        expires_on: isoDate(fact.expires_on),
        waiting: fact.waiting,
        value: values.get(fact.id) ?? null,
      };
    })
    .toReversed();
}
