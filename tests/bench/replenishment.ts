/** What to order of 160,000 positions: all of them afresh, again after a change, the next block; the columns of stock beside it. Then a scenario of them compared with today. */
import { isoDate } from '#domain/calendar.ts';
import { QUERIES, type QueryInput, type Replenishment, type ScenarioCompare } from '#contract/queries.ts';
import type { LoadedBlocks } from '#db/analysis/factView.ts';
import { type Connection, openConnection } from '#db/connection.ts';
import { migrateWork } from '#db/migrations/migrate.ts';
import { type Asker, type JobRunner, openJobRunner } from '#db/readers/jobs.ts';
import { raiseVersions } from '#db/schema/tableVersions.ts';
import { type Report, sideBySide, timed } from './harness.ts';
import { STOCK_COMPANY, STOCK_TODAY } from './stockNumbers.ts';
import { openStockReplica, STOCK_FILES } from './stockRows.ts';

const ROUNDS = 5;
const STOCK = 'replenishment: columns of stock, all read afresh';
const ALL = 'replenishment: all positions, columns of stock here';
const AGAIN = 'replenishment: all positions after a balance changed';
const STOCK_AGAIN = 'replenishment: columns of stock after a balance changed';

const SCENARIO = 'scenario: compared with today, proposals and columns here';

const EVERYTHING = {
  company_id: null,
  company_code: null,
  site_id: null,
  site_code: null,
  channel_id: null,
  channel_code: null,
};
const ASKER: Asker = {
  user: { name: 'bench', display_name: 'Bench', grants: [{ ...EVERYTHING, id: 1, role: 'planner' }] },
  now_ms: STOCK_TODAY * 86_400_000,
  as_of_ms: null,
};

type Args = Omit<QueryInput<'replenishment'>, 'company_id'>;

async function ask(runner: JobRunner, args: Args = {}): Promise<Replenishment> {
  const asked = QUERIES.replenishment.args.parse({ company_id: STOCK_COMPANY, ...args });
  return (await runner.run(
    { kind: 'query', name: 'replenishment', args: asked, asker: ASKER },
    () => false,
  )) as Replenishment;
}

/** Forty receipts three weeks later and demand a fifth higher, or a little more each time: another scenario, never one that is remembered. */
function keepScenarios(replica: Connection): (n: number) => string {
  const work = openConnection({
    file: STOCK_FILES.work_file,
    raw_hex: STOCK_FILES.keys.work,
    synchronous: 'FULL',
    cache_kib: 2000,
  });
  migrateWork(work);
  const receipts = replica
    .prepare<unknown[], number>(
      `SELECT l.id FROM po_line l JOIN purchase_order p ON p.id = l.purchase_order_id
       WHERE p.state = 'open' AND l.ordered_qty_milli > l.received_qty_milli ORDER BY l.id LIMIT 40`,
    )
    .pluck()
    .all();
  const uuid = (kind: number, number: number): string =>
    `5ca1ab1e-0000-4000-8${String(kind).padStart(3, '0')}-${String(number).padStart(12, '0')}`;
  const save = work.prepare(
    'INSERT OR REPLACE INTO scenario (id, company_id, name, body_json, saved_at_ms) VALUES (?, ?, ?, ?, 1)',
  );
  return (n) => {
    const later = receipts.map((po_line_id, at) => {
      const on = isoDate(STOCK_TODAY + 21);
      return { id: uuid(1, at), kind: 'receipt', po_line_id, on, qty_milli: null };
    });
    const demand = { kind: 'demand', item_id: null, site_id: null, category: null, factor_bp: 12_000 + n };
    const assumptions = [...later, { id: uuid(2, n), ...demand }];
    save.run(uuid(3, n), STOCK_COMPANY, `Bench ${n}`, JSON.stringify({ assumptions, sent: [] }));
    return uuid(3, n);
  };
}

async function compare(runner: JobRunner, scenario_id: string, offset = 0): Promise<ScenarioCompare> {
  const args = QUERIES.scenarioCompare.args.parse({ scenario_id, offset });
  const job = { kind: 'query', name: 'scenarioCompare', args, asker: ASKER } as const;
  return (await runner.run(job, () => false)) as ScenarioCompare;
}

export async function benchReplenishment(report: Report): Promise<void> {
  const writer = openStockReplica();
  const runner = openJobRunner(STOCK_FILES, () => performance.now());
  const { loaded, stored } = (await runner.run({ kind: 'factsLoad', known: [] }, () => false)) as LoadedBlocks;
  runner.share(loaded, new Set(stored));
  const readStock = () => runner.run({ kind: 'stockAhead', asker: ASKER }, () => false);
  const change = writer.prepare('UPDATE stock_balance SET on_hand_qty_milli = on_hand_qty_milli + 1000 WHERE id = ?');
  const scenario = keepScenarios(writer);
  let n = 0;
  /** A balance another than before; with `everything`, no column of stock stands any more. */
  const changed = (tables: Parameters<typeof raiseVersions>[1]) => {
    n += 1;
    writer.transaction(() => {
      change.run(n);
      raiseVersions(writer, tables);
    })();
  };
  try {
    const medians = await sideBySide(ROUNDS, [
      {
        name: STOCK,
        run: () => {
          changed(['stock_balance', 'item', 'order_line', 'policy', 'supplier_item', 'stock_move']);
          return timed(readStock);
        },
      },
      { name: ALL, run: () => timed(() => ask(runner)) },
      {
        name: STOCK_AGAIN,
        run: () => {
          changed(['stock_balance']);
          return timed(readStock);
        },
      },
      { name: AGAIN, run: () => timed(() => ask(runner)) },
      {
        name: 'replenishment: another order',
        run: () => timed(() => ask(runner, { sort: [{ column: 'value', descending: n % 2 === 0 }], folded: [`${n}`] })),
      },
      { name: SCENARIO, run: () => timed(() => compare(runner, scenario(n))) },
      { name: 'replenishment: next block', run: () => timed(() => ask(runner, { offset: 100 * n })) },
    ]);
    const { all, positions_checked } = await ask(runner);
    report.value('replenishment: positions checked', positions_checked, 'rows');
    report.value('replenishment: proposals', all.lines, 'rows');
    report.value('replenishment: of them transfers', all.transfers, 'rows');
    const compared = await compare(runner, scenario(n));
    report.value('scenario: differences', compared.total_rows, 'rows');
    report.value('scenario: next block', await timed(() => compare(runner, scenario(n), 100)), 'ms');
    for (const [name, spent_ms] of medians) report.value(name, spent_ms, 'ms');
    report.ratio(ALL, STOCK);
    report.ratio(AGAIN, STOCK);
    report.ratio(SCENARIO, ALL);
    report.value('replenishment: memory of the process', process.memoryUsage().rss / 2 ** 20, 'MB');
  } finally {
    runner.close();
    writer.close();
  }
}
