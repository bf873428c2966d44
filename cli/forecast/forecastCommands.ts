/** `binnacle forecast`, `lead-time-level` and `anomalies`: files of series in, files of rows out; no server, no sign-in. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { BinnacleError } from '#contract/errors.ts';
import type { CommandLine } from '#cli/commandLine.ts';
import { runAnomalies, runForecast, runLeadTimeLevel } from './runForecast.ts';

const MOST_PERIODS = 1000;
const MOST_QUANTILES = 20;

const INPUT = `
Rows of the input are id,v1,v2,… with the oldest value first, as many as each series has; blank cells, NA and NaN before
the first and after the last value are no values. A first line without a number after its id, or with those of periods
(id,1,2,3 or id,2024,2025), is a header. Every other line gives a row of its own, in the same order, also where an id
stands twice. A line that cannot be used is named with its number, the others are used, and the command ends with exit code 1.`;

interface ForecastFlags {
  readonly input: string;
  readonly frequency: string;
  readonly horizon: string;
  readonly output: string;
  readonly quantiles?: string;
  readonly backtest?: string;
}

export function registerForecastCommands(program: Command, line: CommandLine): void {
  program
    .command('forecast')
    .description('forecast series of demand from a CSV file')
    .requiredOption('--input <file>', 'the series: F.csv or F.csv.gz')
    .requiredOption(
      '--frequency <periods>',
      'periods of a season: 12 months, 52 weeks, 4 quarters, 7 days, 1 without season',
    )
    .requiredOption('--horizon <periods>', 'so many periods ahead')
    .requiredOption('--output <file>', 'rows id,f1,f2,…')
    .option('--quantiles <list>', 'chances such as 0.05,0.5,0.95: each in a file of its own, f.q0.05.csv beside f.csv')
    .option(
      '--backtest <file>',
      'look back on each series, write how good its forecast would have been, and use the seasonal naive where that was better',
    )
    .addHelpText('after', INPUT)
    .action((flags: ForecastFlags) =>
      line.run(async (output) => {
        const quantiles = quantilesOf(flags.quantiles);
        const files = [flags.output, ...quantiles.map((chance) => quantileFile(flags.output, chance))];
        if (flags.backtest !== undefined) files.push(flags.backtest);
        refuseOverwriting(flags.input, files);
        await runForecast(output, {
          input: flags.input,
          season: wholeNumber('--frequency', flags.frequency),
          horizon: wholeNumber('--horizon', flags.horizon),
          quantiles,
          files,
          backtest: flags.backtest !== undefined,
        });
      }),
    );

  program
    .command('lead-time-level')
    .description('the level to order up to: what the demand of the next periods together does not exceed')
    .requiredOption('--input <file>', 'the series: F.csv or F.csv.gz')
    .requiredOption('--horizon <periods>', 'periods until an order placed next time is here: lead time and review time')
    .requiredOption('--service <share>', 'with what chance it is enough, such as 0.95')
    .option('--output <file>', 'rows id,S; printed otherwise')
    .option('--frequency <periods>', 'periods of a season', '12')
    .addHelpText('after', INPUT)
    .action((flags: { input: string; horizon: string; service: string; output?: string; frequency: string }) =>
      line.run(async (output) => {
        refuseOverwriting(flags.input, listed(flags.output));
        await runLeadTimeLevel(output, {
          input: flags.input,
          season: wholeNumber('--frequency', flags.frequency),
          horizon: wholeNumber('--horizon', flags.horizon),
          service: chanceOf('--service', flags.service),
          files: listed(flags.output),
        });
      }),
    );

  program
    .command('anomalies')
    .description('how unusual the last period of each series is: about 1 is usual, 3 worth a look, 100 the most')
    .requiredOption('--input <file>', 'the series: F.csv or F.csv.gz')
    .option('--output <file>', 'rows id,score; printed otherwise')
    .option('--frequency <periods>', 'periods of a season', '12')
    .addHelpText('after', INPUT)
    .action((flags: { input: string; output?: string; frequency: string }) =>
      line.run(async (output) => {
        refuseOverwriting(flags.input, listed(flags.output));
        await runAnomalies(output, {
          input: flags.input,
          season: wholeNumber('--frequency', flags.frequency),
          files: listed(flags.output),
        });
      }),
    );
}

/** f.csv → f.q0.05.csv */
export function quantileFile(path: string, chance: number): string {
  const ending = /\.[^./\\]+$/.exec(path)?.[0] ?? '';
  return `${path.slice(0, path.length - ending.length)}.q${chance}${ending}`;
}

function listed(file: string | undefined): string[] {
  return file === undefined ? [] : [file];
}

function wholeNumber(option: string, text: string): number {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : 0;
  if (value < 1 || value > MOST_PERIODS) {
    throw new BinnacleError('bad_arguments', `${option} is a whole number from 1 to ${MOST_PERIODS}, not “${text}”.`);
  }
  return value;
}

function chanceOf(option: string, text: string): number {
  const value = /^\s*0?\.\d+\s*$/.test(text) ? Number(text) : 0;
  if (!(value > 0 && value < 1)) {
    throw new BinnacleError('bad_arguments', `${option} is a share between 0 and 1, such as 0.95, not “${text}”.`);
  }
  return value;
}

function quantilesOf(text: string | undefined): number[] {
  if (text === undefined) return [];
  const chances = text.split(',').map((each) => chanceOf('--quantiles', each));
  if (chances.length > MOST_QUANTILES) {
    throw new BinnacleError('bad_arguments', `--quantiles takes at most ${MOST_QUANTILES} chances.`);
  }
  if (new Set(chances).size < chances.length) {
    throw new BinnacleError('bad_arguments', '--quantiles names a chance twice.');
  }
  return chances;
}

/** Nobody wants the history replaced by its forecast, or one output by another. */
function refuseOverwriting(input: string, outputs: readonly string[]): void {
  const places = [input, ...outputs].map((path) => resolve(path));
  const twice = places.find((path, at) => places.indexOf(path) !== at);
  if (twice !== undefined) {
    throw new BinnacleError('bad_arguments', `${twice} is named twice: input and outputs are different files.`);
  }
}
