/** What the forecasting commands do: series by series from one file into others, so that memory does not grow with them. */
import { anomalyScore } from '#domain/forecast/anomaly.ts';
import { chooseForecast, type ChosenForecast } from '#domain/forecast/backtest.ts';
import { Calibration, learningPlan } from '#domain/forecast/calibration.ts';
import { forecastDemand } from '#domain/forecast/forecast.ts';
import { csvRow } from '#domain/imports/engine/template.ts';
import type { Output } from '#cli/output.ts';
import { figure, RowFiles } from './rowFiles.ts';
import { openSeriesFile, Refusals, type SeriesFile } from './seriesFile.ts';

interface Job {
  readonly input: string;
  readonly season: number;
  /** Where rows go; none means they are printed. */
  readonly files: readonly string[];
}
export interface ForecastJob extends Job {
  readonly horizon: number;
  readonly quantiles: readonly number[];
  /** The last of the files takes what looking back found. */
  readonly backtest: boolean;
}
export interface LevelJob extends Job {
  readonly horizon: number;
  readonly service: number;
}

type Row = readonly [file: number, text: string];

export async function runForecast(output: Output, job: ForecastJob): Promise<void> {
  const { season, horizon, quantiles } = job;
  const file = await openSeriesFile(job.input);
  const calibration = quantiles.length > 0 ? await calibrate(file, season, horizon) : null;
  const report = quantiles.length + 1;
  const headers: Row[] = job.backtest ? [[report, csvRow(BACKTEST_HEADER)]] : [];
  const used = await eachSeries(output, file, job.files, headers, (id, values) => {
    const question = { values, season, horizon };
    const chosen = job.backtest ? chooseForecast(question) : { forecast: forecastDemand(question), backtest: null };
    const { forecast } = chosen;
    const rowOf = (values: readonly number[]) => csvRow([id, ...values.map((value) => figure(value, id))]);
    const rows: Row[] = [[0, rowOf([...forecast.point])]];
    quantiles.forEach((chance, nth) => {
      if (calibration === null) return;
      rows.push([
        nth + 1,
        rowOf(Array.from(forecast.point, (_, step) => calibration.quantile(forecast, step, chance))),
      ]);
    });
    if (job.backtest) rows.push([report, backtestRow(id, chosen)]);
    return rows;
  });
  output.event(
    { event: 'forecast', series: used, files: job.files },
    `${used} series forecast ${horizon} periods ahead: ${job.files.join(', ')}`,
  );
}

/** A report for people begins with its columns' names; the files of forecasts do not, like the input. */
const BACKTEST_HEADER = ['id', 'class', 'method', 'origins', 'wape', 'mase', 'naive_mase', 'bias', 'lag'];

function backtestRow(id: string, { forecast, backtest }: ChosenForecast): string {
  const shown = (value: number | null | undefined) => (value === null || value === undefined ? '' : value.toFixed(4));
  return csvRow([
    id,
    forecast.pattern.kind,
    forecast.method,
    String(backtest?.origins ?? 0),
    shown(backtest?.wape),
    shown(backtest?.mase),
    shown(backtest?.naive_mase),
    shown(backtest?.bias),
    String(backtest?.lag_periods ?? ''),
  ]);
}

export async function runLeadTimeLevel(output: Output, job: LevelJob): Promise<void> {
  const { season, horizon, service } = job;
  const file = await openSeriesFile(job.input);
  const calibration = await calibrate(file, season, horizon);
  const used = await eachSeries(output, file, job.files, [], (id, values) => {
    const forecast = forecastDemand({ values, season, horizon });
    const level = Math.max(0, calibration.sumQuantile(forecast, service));
    return [[0, csvRow([id, figure(level, id)])]];
  });
  if (job.files.length > 0) {
    output.event({ event: 'levels', series: used, files: job.files }, `${used} levels: ${job.files.join(', ')}`);
  }
}

export async function runAnomalies(output: Output, job: Job): Promise<void> {
  const file = await openSeriesFile(job.input);
  const used = await eachSeries(output, file, job.files, [], (id, values) => [
    [0, csvRow([id, figure(anomalyScore(values, job.season), id)])],
  ]);
  if (job.files.length > 0) {
    output.event({ event: 'anomalies', series: used, files: job.files }, `${used} scores: ${job.files.join(', ')}`);
  }
}

/** Learns how wide intervals must be from series spread evenly over the file; few series are looked at more than once. */
async function calibrate(file: SeriesFile, season: number, horizon: number): Promise<Calibration> {
  const calibration = new Calibration(season, horizon);
  const { stride, origins } = learningPlan(file.lines);
  let nth = 0;
  for await (const batch of file.series()) {
    for (const { values } of batch) {
      if (values !== null && nth % stride === 0) calibration.learn(values, origins);
      nth += 1;
    }
  }
  return calibration;
}

/** Rows of every series that can be used; answers how many there were, or throws what could not, after the rest is written. */
async function eachSeries(
  output: Output,
  file: SeriesFile,
  paths: readonly string[],
  headers: readonly Row[],
  rowsOf: (id: string, values: Float64Array) => readonly Row[],
): Promise<number> {
  const refusals = new Refusals();
  const files = await RowFiles.open(paths);
  let used = 0;
  try {
    for (const [number, text] of headers) await files.write(number, text);
    for await (const batch of file.series()) {
      for (const { id, line, values, problem } of batch) {
        if (values === null) {
          refusals.add(line, id === '' ? problem : `${id.slice(0, 40)}: ${problem}`);
          continue;
        }
        for (const [number, text] of rowsOf(id, values)) {
          if (paths.length === 0) output.data(text);
          else await files.write(number, text);
        }
        used += 1;
      }
      output.progress(`${used} series`);
    }
    if (used > 0) await files.keep();
  } finally {
    await files.drop();
  }
  refusals.throwIfAny(used);
  return used;
}
