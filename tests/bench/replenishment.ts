/** What to order of 160,000 positions: all of them afresh, again after a change, the next block; the columns of stock beside it. */
import { QUERIES, type QueryInput, type Replenishment } from '#contract/queries.ts';
import type { LoadedBlocks } from '#db/analysis/factView.ts';
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

export async function benchReplenishment(report: Report): Promise<void> {
  const writer = openStockReplica();
  const runner = openJobRunner(STOCK_FILES, () => performance.now());
  const { loaded, stored } = (await runner.run({ kind: 'factsLoad', known: [] }, () => false)) as LoadedBlocks;
  runner.share(loaded, new Set(stored));
  const readStock = () => runner.run({ kind: 'stockAhead', asker: ASKER }, () => false);
  const change = writer.prepare('UPDATE stock_balance SET on_hand_qty_milli = on_hand_qty_milli + 1000 WHERE id = ?');
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
      { name: 'replenishment: next block', run: () => timed(() => ask(runner, { offset: 100 * n })) },
    ]);
    const { all, positions_checked } = await ask(runner);
    report.value('replenishment: positions checked', positions_checked, 'rows');
    report.value('replenishment: proposals', all.lines, 'rows');
    report.value('replenishment: of them transfers', all.transfers, 'rows');
    for (const [name, spent_ms] of medians) report.value(name, spent_ms, 'ms');
    report.ratio(ALL, STOCK);
    report.ratio(AGAIN, STOCK);
    report.value('replenishment: memory of the process', process.memoryUsage().rss / 2 ** 20, 'MB');
  } finally {
    runner.close();
    writer.close();
  }
}
