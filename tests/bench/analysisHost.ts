/** The reading side of a host in a process of its own: says how long its questions took and what memory it holds. */
import { MARGIN_MEASURES, QUERIES, type QueryName } from '#contract/queries.ts';
import { createFactKeeper } from '#db/analysis/factKeeper.ts';
import { createFactSteps } from '#db/analysis/factWriter.ts';
import { machineTimers } from '#db/machine.ts';
import type { ReaderQueryName } from '#db/queries/handlers.ts';
import { createReaderPool } from '#db/readers/pool.ts';
import { factThreads } from '#db/readers/readers.ts';
import { BENCH_COMPANY, BENCH_TODAY_MS, benchFiles, openBenchReplica } from './analysisRows.ts';

const ROUNDS = 5;
const lines = Number(process.argv[2]);
const replica = openBenchReplica(lines);
const readers = createReaderPool(
  benchFiles(lines),
  (level, message) => {
    throw new Error(`${level}: ${message}`);
  },
  machineTimers(),
);
const threads = factThreads(readers);
const started = performance.now();
const ready = Promise.withResolvers<void>();
const keeper = createFactKeeper({
  steps: createFactSteps(replica),
  clock: Date.now,
  threads: {
    ...threads,
    share: (blocks, keep) => {
      threads.share(blocks, keep);
      if (keep.size > 0) ready.resolve();
    },
  },
  timers: machineTimers(),
  log: (_level, message) => ready.reject(new Error(message)),
  isLoading: () => false,
});
keeper.start();
// reader threads alone keep no process alive, and a slow machine outlives the keeper's first timers
const alive = setInterval(() => undefined, 60_000);
await ready.promise;
const ready_ms = performance.now() - started;

const grant = { id: 1, role: 'controller', company_id: null, company_code: null };
const user = {
  name: 'bench',
  display_name: 'Bench',
  grants: [{ ...grant, site_id: null, site_code: null, channel_id: null, channel_code: null }],
};
const range = { company_id: BENCH_COMPANY, from_month: 202401, to_month: 202612 };
let asked = 0;

/** Median of a few rounds; each asks with another limit, so that nothing is remembered. */
async function ask<N extends ReaderQueryName & QueryName>(
  name: N,
  input: object,
  months: object = range,
  rounds = ROUNDS,
): Promise<number> {
  const spent: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const limit = 100 + (asked += 1);
    const args: unknown = QUERIES[name].args.parse({ ...months, ...input, limit });
    const from = performance.now();
    await readers.run(
      { kind: 'query', name, args, asker: { user, now_ms: BENCH_TODAY_MS, as_of_ms: BENCH_TODAY_MS } },
      undefined,
    );
    spent.push(performance.now() - from);
  }
  return spent.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
}

const margin_ms = await ask('marginByChannel', {});
const fill_ms = await ask('fillRate', {});
const items_ms = await ask('marginByChannel', { group_by: 'item' });
/** The Margin screen's own question: a year of months, every step of the ladder. */
const pivot = (input: object) =>
  ask(
    'marginPivot',
    { rows: ['channel', 'category'], expanded: ['11', '12'], measures: [...MARGIN_MEASURES], ...input },
    { company_ids: [BENCH_COMPANY], from_month: 202512, to_month: 202611 },
  );
const year = { from_month: 202512, to_month: 202611 };
const pivot_ms = await pivot({});
const against_month_ms = await pivot({ compare: { with: 'previous', from_month: 202611, to_month: 202611 } });
const against_year_ms = await pivot({ compare: { with: 'last_year', ...year } });
/** Why that changed, with the same rows open. The first question finds what a unit was worth before, which is kept. */
const bridge = (months: object, rounds?: number) =>
  ask(
    'marginBridge',
    { rows: ['channel', 'category'], expanded: ['11', '12'], against: 'last_year' },
    { company_ids: [BENCH_COMPANY], ...months },
    rounds,
  );
const bridge_first_ms = await bridge(year, 1);
const bridge_year_ms = await bridge(year);
const bridge_lines_ms = await ask(
  'marginBridgeLines',
  { against: 'last_year', effect: 'price' },
  { company_id: BENCH_COMPANY, ...year },
);
/** Unusual falls take no limit, which tells rounds apart elsewhere: the month is asked once, then another one. */
const falls = async (month: number): Promise<number> => {
  const args: unknown = QUERIES.marginErosion.args.parse({ company_id: BENCH_COMPANY, month });
  const from = performance.now();
  const asker = { user, now_ms: BENCH_TODAY_MS, as_of_ms: BENCH_TODAY_MS };
  await readers.run({ kind: 'query', name: 'marginErosion', args, asker }, undefined);
  return performance.now() - from;
};
const falls_first_ms = await falls(202611);
const falls_ms = await falls(202610);
const falls_kept_ms = await falls(202611);
const net_lines_ms = await ask('marginLines', { figure: 'net' }, { company_id: BENCH_COMPANY, ...year });
const gm3_lines_ms = await ask('marginLines', { figure: 'gm3' }, { company_id: BENCH_COMPANY, ...year });
await Promise.all([ask('marginByChannel', {}), ask('fillRate', { group_by: 'site' })]);
const figures = {
  margin_ms,
  fill_ms,
  items_ms,
  pivot_ms,
  against_month_ms,
  against_year_ms,
  bridge_first_ms,
  bridge_year_ms,
  bridge_lines_ms,
  falls_first_ms,
  falls_ms,
  falls_kept_ms,
  net_lines_ms,
  gm3_lines_ms,
};
console.log(JSON.stringify({ ready_ms, ...figures, memory_mb: process.memoryUsage().rss / 1e6 }));
clearInterval(alive);
await keeper.stop();
await readers.close();
replica.close();
