/** Series for the forecasting bench: the demo distributor's weeks, made ones whose truth is known, a real shop, a file. */
import { randomStream } from '#server/demo/random.ts';
import { openSeriesFile } from '#cli/forecast/seriesFile.ts';
import { openOrderFile } from '#cli/import/file/orderFile.ts';
import { demoBatches } from './orders.ts';

export interface SeriesSet {
  readonly name: string;
  readonly season: number;
  /** Season of the naive that errors are scaled by; the competition scales weeks by the week before. */
  readonly scaled_season: number;
  readonly horizon: number;
  readonly origins: number;
  readonly series: readonly Float64Array[];
  /** What each value was expected to be before chance, where that is known. */
  readonly truth?: readonly Float64Array[];
}

const MADE = 2000;

/** Months around a level that moves, half of them with a season: the best forecast is known. */
export function madeRegular(): SeriesSet {
  const random = randomStream(1, 'regular series');
  const truth: Float64Array[] = [];
  const series = Array.from({ length: MADE }, () => {
    const stays = random.float() * 0.6;
    const noise = 0.05 + 0.2 * random.float();
    const swing = random.chance(0.5) ? 0.1 + 0.3 * random.float() : 0;
    const begins = random.float() * 12;
    let level = 100;
    const season = (at: number) => 1 + swing * Math.sin(((at + begins) / 12) * 2 * Math.PI);
    const expected: number[] = [];
    const values = Float64Array.from({ length: 72 }, (_, at) => {
      expected.push(level * season(at));
      const error = 100 * noise * random.normal();
      const value = Math.max(0, (level + error) * season(at));
      level = Math.max(10, level + stays * error);
      return value;
    });
    truth.push(Float64Array.from(expected));
    return values;
  });
  return { name: 'made, regular', season: 12, scaled_season: 12, horizon: 6, origins: 3, series, truth };
}

/** Months in most of which nothing is sold; the chance drifts. */
export function madeSeldom(): SeriesSet {
  const random = randomStream(1, 'seldom series');
  const series = Array.from({ length: MADE }, () => {
    let chance = 0.1 + 0.5 * random.float();
    const drift = 0.01 * (random.float() - 0.5);
    const size = Math.log(1 + 9 * random.float());
    const spread = 0.2 + 0.9 * random.float();
    return Float64Array.from({ length: 60 }, () => {
      chance = Math.min(0.7, Math.max(0.02, chance + drift));
      return random.chance(chance) ? Math.max(1, Math.round(Math.exp(size + spread * random.normal()))) : 0;
    });
  });
  return { name: 'made, seldom', season: 12, scaled_season: 1, horizon: 6, origins: 3, series };
}

/** Weeks of each item of the demo distributor, all sites together. */
export function demoWeeks(order_lines: number): SeriesSet {
  const items = new Map<number, number[]>();
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (const batch of demoBatches(order_lines)) {
    if (batch.table !== 'order_line') continue;
    for (const line of batch.rows) {
      if (line.kind !== 'goods' || line.item_id === null) continue;
      const week = Math.floor(line.ordered_on / 7);
      const weeks = items.get(line.item_id) ?? [];
      items.set(line.item_id, weeks);
      weeks[week] = (weeks[week] ?? 0) + line.ordered_qty_milli / 1000;
      first = Math.min(first, week);
      last = Math.max(last, week);
    }
  }
  // the first and the last week are cut
  const series = [...items.values()].map((weeks) =>
    Float64Array.from({ length: last - first - 1 }, (_, at) => weeks[first + 1 + at] ?? 0),
  );
  return { name: 'demo distributor, weeks', season: 52, scaled_season: 1, horizon: 8, origins: 3, series };
}

const SHOP_WEEKS = 45;
const FIRST_SHOP_DAY = Date.UTC(2010, 11, 1) / 86_400_000;

/**
 * Weeks of each item of the UCI data set Online Retail (Chen 2015, CC BY 4.0), up to October: what comes after is one
 * Christmas, which a year without another one before it cannot tell.
 */
export async function shopWeeks(path: string): Promise<SeriesSet> {
  const file = await openOrderFile(path);
  const place = (name: string) => file.header.findIndex((column) => column.toLowerCase().includes(name));
  const [item, quantity, day] = [place('stockcode'), place('quantity'), place('invoicedate')];
  const items = new Map<string, Float64Array>();
  for await (const batch of file.records()) {
    for (const { fields, problem } of batch) {
      const pieces = Number(fields[quantity]);
      const code = (fields[item] ?? '').toUpperCase();
      if (problem !== null || !(pieces > 0) || !/^\d{5}/.test(code)) continue;
      const week = Math.floor(
        (Date.parse(`${(fields[day] ?? '').slice(0, 10)}T00:00Z`) / 86_400_000 - FIRST_SHOP_DAY) / 7,
      );
      const weeks = items.get(code) ?? new Float64Array(SHOP_WEEKS);
      items.set(code, weeks);
      if (week >= 0 && week < SHOP_WEEKS) weeks[week] = (weeks[week] ?? 0) + pieces;
    }
  }
  return {
    name: 'Online Retail, weeks',
    season: 1,
    scaled_season: 1,
    horizon: 6,
    origins: 3,
    series: [...items.values()],
  };
}

/** Any file of series; the last `horizon` values of each are what is to be forecast, as in the competitions. */
export async function fileSet(
  path: string,
  season: number,
  scaled_season: number,
  horizon: number,
): Promise<SeriesSet> {
  const series: Float64Array[] = [];
  for await (const batch of (await openSeriesFile(path)).series()) {
    for (const { values } of batch) if (values !== null) series.push(values);
  }
  return { name: path, season, scaled_season, horizon, origins: 1, series };
}
