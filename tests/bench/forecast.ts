/** How accurate forecasts are, beside the methods they are made of and those they replace, and how fast. */
import { existsSync } from 'node:fs';
import { demandPattern } from '#domain/forecast/demandClass.ts';
import { Calibration } from '#domain/forecast/calibration.ts';
import { forecastDemand } from '#domain/forecast/forecast.ts';
import { randomStream } from '#server/demo/random.ts';
import {
  casesOf,
  owaLess,
  PUBLISHED_MAKERS,
  REGULAR_MAKERS,
  type RegularScore,
  scoreIntervals,
  scoreRegular,
  scoreSeldom,
  SELDOM_MAKERS,
  theProduct,
} from './forecastScore.ts';
import { demoWeeks, fileSet, madeRegular, madeSeldom, type SeriesSet, shopWeeks } from './forecastSets.ts';
import type { Report } from './harness.ts';

/** Fewer cases of a kind than this say nothing; of a file of one's own the standard error says how much. */
const FEWEST_CASES = 50;
const FEWEST_OF_A_FILE = 10;

export interface ForecastBench {
  readonly demo_lines: number;
  /** A file of series of one's own, such as a competition's; then nothing else is measured. */
  readonly file?: {
    readonly path: string;
    readonly season: number;
    readonly scaled_season: number;
    readonly horizon: number;
  };
}

export async function benchForecast(report: Report, { demo_lines, file }: ForecastBench): Promise<void> {
  if (file) {
    measure(report, await fileSet(file.path, file.season, file.scaled_season, file.horizon), FEWEST_OF_A_FILE);
    return;
  }
  for (const set of [madeRegular(), madeSeldom(), demoWeeks(demo_lines)]) measure(report, set);
  const shop = process.env['BINNACLE_REAL_ORDERS'] ?? '';
  if (shop !== '' && existsSync(shop)) measure(report, await shopWeeks(shop));
  speed(report);
}

function measure(report: Report, set: SeriesSet, fewest = FEWEST_CASES): void {
  const cases = casesOf(set);
  const seldom = (values: Float64Array) => {
    const { kind } = demandPattern(values, values.length);
    return kind !== 'smooth' && kind !== 'erratic' && values.every((value) => value >= 0);
  };
  const regular = cases.filter(({ training }) => !seldom(training));
  const rest = cases.filter(({ training }) => seldom(training));
  if (regular.length >= fewest) {
    report.value(`${set.name}: regular`, regular.length, 'rows');
    for (const [name, make] of Object.entries(REGULAR_MAKERS)) {
      regularLines(report, `${set.name}: ${name}`, scoreRegular(set, regular, make));
    }
    const product = scoreRegular(set, regular, theProduct);
    for (const [name, make] of Object.entries(PUBLISHED_MAKERS)) {
      const score = scoreRegular({ ...set, season: set.scaled_season }, regular, make);
      regularLines(report, `${set.name}: ${name}`, score);
      const { less, error } = owaLess(product, score);
      report.value(`${set.name}: OWA of the product less ${name}`, less, 'OWA');
      if (error !== null) report.value(`${set.name}: standard error of that difference`, error, 'OWA');
    }
    intervals(report, `${set.name}: regular`, set, cases, regular);
  }
  if (rest.length >= fewest) {
    report.value(`${set.name}: seldom`, rest.length, 'rows');
    for (const [name, make] of Object.entries(SELDOM_MAKERS)) {
      const score = scoreSeldom(set, rest, make);
      report.value(`${set.name}: seldom: ${name}: bias`, score.bias, '%');
      report.value(`${set.name}: seldom: ${name}: RMSSE`, score.rmsse, 'RMSSE');
    }
    intervals(report, `${set.name}: seldom`, set, cases, rest);
  }
}

function regularLines(report: Report, name: string, score: RegularScore): void {
  report.value(`${name}: sMAPE`, score.smape, '%');
  report.value(`${name}: MASE`, score.mase, 'MASE');
  report.value(`${name}: OWA`, score.owa, 'OWA');
  if (score.owa_error !== null) report.value(`${name}: standard error of OWA`, score.owa_error, 'OWA');
  if (score.over_truth !== null) report.value(`${name}: error over the best possible`, score.over_truth, 'x');
}

type Cases = ReturnType<typeof casesOf>;

function intervals(report: Report, name: string, set: SeriesSet, all: Cases, cases: Cases): void {
  const { held, enough } = scoreIntervals(set, all, cases);
  report.value(`${name}: within 95 % intervals`, held, '%');
  report.value(`${name}: covered by the level for 95 %`, enough, '%');
}

const TIMED_SERIES = 20_000;

/** 36 months of 20,000 items, a third of them seldom sold, 18 ahead. */
function speed(report: Report): void {
  const random = randomStream(1, 'speed');
  const season = 12;
  const horizon = 18;
  const series = Array.from({ length: TIMED_SERIES }, (_, nth) =>
    Float64Array.from({ length: 36 }, (_, at) => {
      if (nth % 3 === 0 && random.chance(0.6)) return 0;
      return Math.max(0, Math.round(60 * (1 + 0.3 * Math.sin(at / 2)) + 15 * random.normal()));
    }),
  );
  const started = performance.now();
  for (const values of series) forecastDemand({ values, season, horizon });
  report.value('20,000 series of 36 months: points', (performance.now() - started) / 1000, 's');
  const again = performance.now();
  const calibration = new Calibration(season, horizon);
  for (let nth = 0; nth < series.length; nth += 20) calibration.learn(series[nth] ?? new Float64Array());
  for (const values of series) {
    const forecast = forecastDemand({ values, season, horizon });
    for (let step = 0; step < horizon; step++) {
      for (const chance of [0.025, 0.5, 0.975]) calibration.quantile(forecast, step, chance);
    }
  }
  report.value('20,000 series of 36 months: points and three quantiles', (performance.now() - again) / 1000, 's');
}
