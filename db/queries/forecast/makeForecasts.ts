/**
 * Making the forecasts of a company: of every position, or of those whose history changed since they were made last. A
 * forecast goes by whole months, so within a month most stay as they are.
 */
import { monthOfDay } from '#domain/calendar.ts';
import { chooseForecast } from '#domain/forecast/backtest.ts';
import { demandBreak } from '#domain/forecast/breaks.ts';
import type { QueryContext } from '../context.ts';
import { asOfDay } from '../provenance.ts';
import { tableVersions } from '../readCache.ts';
import { DEMAND_CLASSES, FORECAST_METHODS } from './forecastColumns.ts';
import {
  calibrationOf,
  fedHistory,
  FORECAST_TABLES,
  type ForecastGround,
  forecastGround,
  HORIZON,
  SEASON,
} from './forecastGround.ts';
import {
  decodeParts,
  emptyParts,
  encodeParts,
  forecastBasis,
  type ForecastParts,
  type MadeBreak,
} from './madeForecasts.ts';

/** A row of forecast_made. */
export interface ForecastRowMade {
  readonly company_id: number;
  readonly made_at_ms: number;
  readonly first_month: number;
  readonly history: string;
  readonly versions: string;
  readonly basis: string;
  readonly positions: number;
  readonly widths: string;
  readonly breaks: string;
  readonly columns: Uint8Array;
  /** Positions that were forecast afresh. */
  readonly afresh: number;
}

/** By how much deviations are wider than they say: of regular and of counted demand, by the months added up. */
interface Widths {
  readonly regular: readonly number[];
  readonly counted: readonly number[];
}

interface Before {
  readonly parts: ForecastParts;
  readonly slots: ReadonlyMap<string, number>;
  readonly breaks: ReadonlyMap<string, MadeBreak>;
  readonly widths: Widths;
}

/** Positions may have become so many more or fewer until deviations are looked at afresh. */
const SAME_SHARE = 0.1;
const BETWEEN_LOOKS = 100;

/** Answers those to be kept, of companies whose rows changed; none while rows they are made of are loading. */
export async function makeForecasts(context: QueryContext): Promise<readonly ForecastRowMade[]> {
  if (FORECAST_TABLES.some((table) => context.replica.loading_tables.has(table))) return [];
  const companies = await context.db.selectFrom('company').select(['id', 'time_zone']).orderBy('id').execute();
  const made: ForecastRowMade[] = [];
  for (const company of companies) {
    const row = await makeOf(context, company);
    if (row !== null) made.push(row);
  }
  return made;
}

type HeadRow = readonly [
  first_month: number,
  history: string,
  versions: string,
  basis: string,
  positions: number,
  widths: string,
  breaks: string,
];

async function makeOf(
  context: QueryContext,
  company: { readonly id: number; readonly time_zone: string },
): Promise<ForecastRowMade | null> {
  const versions = tableVersions(context, FORECAST_TABLES);
  const basis = forecastBasis(context);
  const first_month = monthOfDay(asOfDay(context, company.time_zone));
  const [head] = context.scan<HeadRow>(
    `SELECT first_month, history, versions, basis, positions, widths, breaks FROM main.forecast_made WHERE company_id = ?`,
    [company.id],
  );
  if (head?.[0] === first_month && head[2] === versions && head[3] === basis) return null;
  const ground = await forecastGround(context, company);
  const { history } = ground;
  const count = history.cells.length;
  const months = `${history.months[0] ?? 0} ${history.months.length}`;
  const same = head?.[0] === first_month && head[1] === months && head[3] === basis;
  const near = same && Math.abs(head[4] - count) <= SAME_SHARE * count;
  const before = near ? readBefore(context, company.id, head) : null;
  const widths = before?.widths ?? learnedWidths(context, ground);
  const { parts, breaks, afresh } = forecastAll(context, ground, widths, before);
  return {
    company_id: company.id,
    made_at_ms: context.now_ms,
    first_month,
    history: months,
    versions,
    basis,
    positions: count,
    widths: JSON.stringify(widths),
    breaks: JSON.stringify(breaks),
    columns: encodeParts(parts),
    afresh,
  };
}

function readBefore({ scan }: QueryContext, company_id: number, head: HeadRow): Before | null {
  const [row] = scan<readonly [Uint8Array]>('SELECT columns FROM main.forecast_made WHERE company_id = ?', [
    company_id,
  ]);
  if (!row) return null;
  const parts = decodeParts(row[0], head[4]);
  const slots = new Map<string, number>();
  for (let slot = 0; slot < head[4]; slot++) slots.set(`${parts.item_ids[slot]}:${parts.site_ids[slot]}`, slot);
  const breaks = JSON.parse(head[6]) as readonly MadeBreak[];
  return {
    parts,
    slots,
    breaks: new Map(breaks.map((each) => [`${each.item_id}:${each.site_id}`, each])),
    widths: JSON.parse(head[5]) as Widths,
  };
}

function learnedWidths(context: QueryContext, ground: ForecastGround): Widths {
  const calibrations = Array.from({ length: HORIZON }, (_, step) => calibrationOf(context, ground, step + 1));
  return {
    regular: calibrations.map((each) => each.sumWidth(false)),
    counted: calibrations.map((each) => each.sumWidth(true)),
  };
}

function forecastAll(context: QueryContext, ground: ForecastGround, widths: Widths, before: Before | null) {
  const { history } = ground;
  const { items, sites } = ground.ground;
  const count = history.cells.length;
  const parts = emptyParts(count);
  const breaks: MadeBreak[] = [];
  let afresh = 0;
  for (let slot = 0; slot < count; slot++) {
    if (slot % BETWEEN_LOOKS === 0) context.checkCancelled();
    const cell = history.cells[slot] as number;
    const item_id = items.ids[Math.floor(cell / sites.length)] as number;
    const site_id = sites[cell % sites.length]?.id ?? 0;
    parts.item_ids[slot] = item_id;
    parts.site_ids[slot] = site_id;
    const values = fedHistory(ground, slot);
    hashInto(parts.history_hash, slot * 2, values);
    const key = `${item_id}:${site_id}`;
    const from = before?.slots.get(key) ?? -1;
    if (before !== null && from >= 0 && hasSameHistory(parts, slot, before.parts, from)) {
      copySlot(parts, slot, before.parts, from);
      const known = before.breaks.get(key);
      if (known) breaks.push(known);
      continue;
    }
    afresh += 1;
    const { forecast } = chooseForecast({ values, season: SEASON, horizon: HORIZON }, { lag: false });
    const wider = forecast.counted ? widths.counted : widths.regular;
    for (let step = 0; step < HORIZON; step++) {
      parts.point[slot * HORIZON + step] = Math.round((forecast.point[step] ?? 0) * 1000);
      parts.sum_deviation[slot * HORIZON + step] = (forecast.sum_deviation[step] ?? 0) * (wider[step] ?? 1) * 1000;
    }
    parts.method[slot] = FORECAST_METHODS.indexOf(forecast.method);
    parts.kind[slot] = DEMAND_CLASSES.indexOf(forecast.pattern.kind);
    const found = demandBreak(values, SEASON);
    if (found === null) continue;
    breaks.push({
      item_id,
      site_id,
      kind: found.kind,
      score: found.score,
      from_month: history.months[history.months.length - found.periods] ?? 0,
      months: found.periods,
      actual_qty_milli: Math.round(found.actual * 1000),
      expected_qty_milli: Math.round(found.expected * 1000),
    });
  }
  return { parts, breaks, afresh };
}

function hasSameHistory(a: ForecastParts, slot: number, b: ForecastParts, other: number): boolean {
  return (
    a.history_hash[slot * 2] === b.history_hash[other * 2] &&
    a.history_hash[slot * 2 + 1] === b.history_hash[other * 2 + 1]
  );
}

function copySlot(to: ForecastParts, slot: number, from: ForecastParts, other: number): void {
  const [at, end] = [other * HORIZON, (other + 1) * HORIZON];
  to.point.set(from.point.subarray(at, end), slot * HORIZON);
  to.sum_deviation.set(from.sum_deviation.subarray(at, end), slot * HORIZON);
  to.method[slot] = from.method[other] as number;
  to.kind[slot] = from.kind[other] as number;
}

/** FNV-1a over the halves of every value, one number from each basis: two histories that differ share both by a chance of 2⁻⁶⁴. */
function hashInto(hashes: Uint32Array, at: number, values: Float64Array): void {
  let [one, two] = [0x811c9dc5, 0x01000193];
  const words = new Uint32Array(values.slice().buffer);
  for (const word of words) {
    one = Math.imul(one ^ word, 0x01000193);
    one ^= one >>> 15;
    two = Math.imul(two ^ (word + 0x9e3779b9), 0x85ebca6b);
    two ^= two >>> 13;
  }
  hashes[at] = one;
  hashes[at + 1] = two;
}
