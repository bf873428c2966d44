/**
 * `npm run bench`: measures storage, figures, columns, stock, Today, sync and forecasts on this machine. `--json` prints one line of JSON per figure;
 * `--only storage,figures,search,stock,replenishment,planning,today,analysis,delays,decisions,packing,clients,live,sync,forecast` runs a part; `--lines N` sets the order lines of the large replica,
 * `--sync-lines N` those of the synchronised one; `--sync-dir D` keeps its server's database for the next run.
 * `--only screens --data-dir D --user U --password-file F` opens every screen once over a copy that is there.
 * `--only closing --data-dir D/server` reconciles over a server's database that is there, `--database-url URL` over a PostgreSQL.
 * `--only forecast --series F.csv --frequency 12 --horizon 18` scores a file of one's own, such as a competition's (its last
 * values are what is forecast; `--scaled-frequency 1` scales errors by the period before, as M4 does its weeks).
 * `--without-scans` leaves out the plain scans beside the pivots, which take minutes on 5 million lines.
 */
import { parseArgs } from 'node:util';
import { benchAnalysis } from './analysis.ts';
import { benchClients } from './clients.ts';
import { benchClosing } from './closing.ts';
import { benchDecisions } from './decisions.ts';
import { benchDelays } from './delays.ts';
import { benchFigures } from './figures.ts';
import { benchForecast, type ForecastBench } from './forecast.ts';
import { createReport, type Line } from './harness.ts';
import { benchLive } from './live.ts';
import { benchPacking } from './packing.ts';
import { benchScreens } from './screens.ts';
import { benchPlanning } from './planning.ts';
import { benchReplenishment } from './replenishment.ts';
import { benchSearch } from './search.ts';
import { benchStock } from './stock.ts';
import { benchStorage } from './storage.ts';
import { benchSync } from './sync.ts';
import { benchToday } from './today.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    lines: { type: 'string', default: '500000' },
    'without-scans': { type: 'boolean', default: false },
    'sync-lines': { type: 'string', default: '25000' },
    'sync-dir': { type: 'string' },
    'data-dir': { type: 'string' },
    'database-url': { type: 'string' },
    user: { type: 'string', default: 'controller' },
    'password-file': { type: 'string' },
    series: { type: 'string' },
    frequency: { type: 'string', default: '12' },
    'scaled-frequency': { type: 'string' },
    horizon: { type: 'string', default: '18' },
  },
});

const large = wholeNumber('lines', values.lines);
const demo = wholeNumber('sync-lines', values['sync-lines']);
const report = createReport((line) => console.log(values.json ? JSON.stringify(line) : asText(line)));
const BENCHES = {
  storage: () => benchStorage(report, Math.min(large, 100_000)),
  figures: () => benchFigures(report, large),
  search: async () => {
    for (const names of [70_000, 250_000]) await benchSearch(report, names);
  },
  stock: () => benchStock(report),
  replenishment: () => benchReplenishment(report),
  planning: () => benchPlanning(report),
  today: () => benchToday(report, large),
  screens,
  closing,
  analysis: () => benchAnalysis(report, large, !values['without-scans']),
  delays: () => benchDelays(report, large),
  decisions: () => benchDecisions(report, large),
  packing: () => benchPacking(report),
  clients: () => benchClients(report, { order_lines: demo }),
  live: () => benchLive(report, { order_lines: demo }),
  sync: () => benchSync(report, { order_lines: demo, server_dir: values['sync-dir'] }),
  forecast: () =>
    benchForecast(report, {
      demo_lines: Math.min(large, 200_000),
      ...(values.series ? { file: seriesFile(values.series) } : {}),
    }),
} as const;

/** Of a copy made before; without one there is nothing to measure. */
async function screens(): Promise<void> {
  const { user, 'data-dir': dataDir, 'password-file': passwordFile } = values;
  if (dataDir !== undefined && passwordFile !== undefined) await benchScreens(report, { dataDir, user, passwordFile });
  else if (values.only !== undefined) throw new Error('--data-dir and --password-file say whose copy is opened.');
}

/** Of a server's database made before. */
async function closing(): Promise<void> {
  const { 'data-dir': dataDir, 'database-url': databaseUrl } = values;
  if (dataDir !== undefined || databaseUrl !== undefined) await benchClosing(report, { dataDir, databaseUrl });
  else if (values.only !== undefined) throw new Error('--data-dir or --database-url says which database is opened.');
}

const wanted = values.only === undefined ? Object.keys(BENCHES) : values.only.split(',');
for (const name of wanted) {
  if (!isBench(name)) throw new Error(`Unknown bench ${name}. There are ${Object.keys(BENCHES).join(', ')}.`);
  await BENCHES[name]();
}

function isBench(name: string): name is keyof typeof BENCHES {
  return Object.hasOwn(BENCHES, name);
}

function seriesFile(path: string): NonNullable<ForecastBench['file']> {
  const season = Number(values.frequency);
  return { path, season, scaled_season: Number(values['scaled-frequency'] ?? season), horizon: Number(values.horizon) };
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1000)
    throw new Error(`--${option} is a whole number from 1000, not ${text}.`);
  return value;
}

function asText(line: Line): string {
  const value = line.value.toLocaleString('en-GB', { maximumSignificantDigits: 4 });
  return line.ratio_to === null ? `${line.name}: ${value} ${line.unit}` : `  ${value} × ${line.ratio_to}`;
}
