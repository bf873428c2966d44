/** The stock grid of 160,000 positions: first rows, another order, filter or grouping, the next block; SQL beside it. */
import { QUERIES, type QueryInput, type StockPositions } from '#contract/queries.ts';
import type { LoadedBlocks } from '#db/analysis/factView.ts';
import type { Connection } from '#db/connection.ts';
import { openReader } from '#db/replica.ts';
import { type Asker, type JobRunner, openJobRunner } from '#db/readers/jobs.ts';
import { raiseVersions } from '#db/schema/tableVersions.ts';
import { type Report, sideBySide, timed } from './harness.ts';
import { POSITIONS, STOCK_COMPANY, STOCK_TODAY } from './stockNumbers.ts';
import { openStockReplica, STOCK_FILES } from './stockRows.ts';

const ROUNDS = 7;
const PLAIN = 'stock: plain SQL read of the same rows';
const PLAIN_ORDER = 'stock: SQL, first 100 by quantity';
const PLAIN_GROUP = 'stock: SQL, sums by category';

export async function benchStock(report: Report): Promise<void> {
  const writer = openStockReplica();
  const reader = openReader(STOCK_FILES, 65_536);
  try {
    report.value('stock: positions', POSITIONS, 'rows');
    await first(report, reader);
    await arranged(report, reader, writer);
  } finally {
    reader.close();
    writer.close();
  }
}

const AHEAD = 'stock: first rows, columns read ahead';

type Args = Omit<QueryInput<'stockPositions'>, 'company_id'>;

async function ask(runner: JobRunner, args: Args): Promise<StockPositions> {
  return (await runner.run(
    {
      kind: 'query',
      name: 'stockPositions',
      args: QUERIES.stockPositions.args.parse({ company_id: STOCK_COMPANY, ...args }),
      asker: ASKER,
    },
    () => false,
  )) as StockPositions;
}
const EVERYTHING = {
  company_id: null,
  company_code: null,
  site_id: null,
  site_code: null,
  channel_id: null,
  channel_code: null,
};

const ASKER: Asker = {
  user: { name: 'bench', display_name: 'Bench', grants: [{ ...EVERYTHING, id: 1, role: 'controller' }] },
  now_ms: STOCK_TODAY * 86_400_000,
  as_of_ms: null,
};

/** A reader that knows nothing yet but the columns of order lines, as threads are given them. */
async function freshRunner(): Promise<JobRunner> {
  const runner = openJobRunner(STOCK_FILES, () => performance.now());
  const { loaded, stored } = (await runner.run({ kind: 'factsLoad', known: [] }, () => false)) as LoadedBlocks;
  runner.share(loaded, new Set(stored));
  return runner;
}

/** Nothing read before: what a person waits for who opens the screen first. */
async function first(report: Report, reader: Connection): Promise<void> {
  const names = ['stock: first rows, all read afresh', 'stock: first rows, everything unfolded to positions'];
  const medians = await sideBySide(ROUNDS, [
    ...names.map((name, index) => ({
      name,
      run: async () => {
        const runner = await freshRunner();
        const spent_ms = await timed(() => ask(runner, { group_by: index === 0 ? 'category' : 'none' }));
        runner.close();
        return spent_ms;
      },
    })),
    {
      name: AHEAD,
      run: async () => {
        const runner = await freshRunner();
        await runner.run({ kind: 'stockAhead', asker: ASKER }, () => false);
        const spent_ms = await timed(() => ask(runner, {}));
        runner.close();
        return spent_ms;
      },
    },
    { name: PLAIN, run: () => timed(() => reader.prepare(PLAIN_SQL).raw().all(STOCK_COMPANY)) },
  ]);
  for (const [name, spent_ms] of medians) report.value(name, spent_ms, 'ms');
  for (const name of names) report.ratio(name, PLAIN);
}

const PLAIN_SQL = `SELECT b.item_id, b.site_id, i.code, i.name, i.category, b.on_hand_qty_milli, b.reserved_qty_milli,
    p.min_qty_milli, p.max_qty_milli, c.unit_cost_micro
  FROM stock_balance b JOIN item i ON i.id = b.item_id LEFT JOIN item_cost c ON c.id = b.item_id
    LEFT JOIN policy p ON p.id = b.id WHERE b.company_id = ?`;

async function arranged(report: Report, reader: Connection, writer: Connection): Promise<void> {
  const runner = await freshRunner();
  await ask(runner, {});
  let n = 0;
  const views: readonly (readonly [name: string, args: () => Args])[] = [
    [
      'stock: sort',
      () => ({ group_by: 'none', sort: [{ column: 'on_hand', descending: n % 2 === 0 }], filters: other() }),
    ],
    [
      'stock: sort by three',
      () => ({
        group_by: 'none',
        sort: [{ column: 'status' }, { column: 'days' }, { column: 'value' }],
        filters: other(),
      }),
    ],
    ['stock: filter by text', () => ({ group_by: 'none', text: `m${n % 40} bolt` })],
    [
      'stock: filter by a column',
      () => ({ group_by: 'none', filters: [{ column: 'days', op: 'between', value: { from: n, to: 90 } }] }),
    ],
    ['stock: group by category, all groups unfolded', () => ({ expanded: CATEGORIES, filters: other(), limit: 100 })],
    ['stock: group by supplier', () => ({ group_by: 'supplier', filters: other() })],
  ];
  // a filter that lets everything through, each time another one: nothing kept answers it
  const other = (): NonNullable<Args['filters']> => [
    { column: 'on_hand', op: 'between', value: { from: -1_000_000_000 - n, to: null } },
  ];
  const change = writer.prepare('UPDATE stock_balance SET on_hand_qty_milli = on_hand_qty_milli + 1000 WHERE id = ?');
  const medians = await sideBySide(ROUNDS, [
    ...views.map(([name, args]) => ({
      name,
      run: () => {
        n += 1;
        return timed(() => ask(runner, args()));
      },
    })),
    {
      name: 'stock: next block',
      run: async () => {
        n += 1;
        await ask(runner, { group_by: 'none' });
        return await timed(() => ask(runner, { group_by: 'none', offset: 100 * n }));
      },
    },
    {
      name: 'stock: next block of an older edition',
      run: async () => {
        n += 1;
        const { edition } = await ask(runner, { group_by: 'none' });
        writer.transaction(() => {
          change.run(n);
          raiseVersions(writer, ['stock_balance']);
        })();
        return await timed(() => ask(runner, { group_by: 'none', offset: 100 * n, edition }));
      },
    },
    {
      name: 'stock: first rows after a balance changed',
      run: () => {
        n += 1;
        writer.transaction(() => {
          change.run(n);
          raiseVersions(writer, ['stock_balance']);
        })();
        return timed(() => ask(runner, {}));
      },
    },
    {
      name: PLAIN_ORDER,
      run: () => timed(() => reader.prepare(`${PLAIN_SQL} ORDER BY 6 DESC LIMIT 100`).raw().all(STOCK_COMPANY)),
    },
    {
      name: PLAIN_GROUP,
      run: () =>
        timed(() =>
          reader
            .prepare(
              `SELECT i.category, count(*), sum(b.on_hand_qty_milli), sum(b.reserved_qty_milli)
               FROM stock_balance b JOIN item i ON i.id = b.item_id WHERE b.company_id = ? GROUP BY 1`,
            )
            .all(STOCK_COMPANY),
        ),
    },
  ]);
  for (const [name, spent_ms] of medians) report.value(name, spent_ms, 'ms');
  report.ratio('stock: sort', PLAIN_ORDER);
  report.ratio('stock: group by supplier', PLAIN_GROUP);
  report.value('stock: memory of the process', process.memoryUsage().rss / 2 ** 20, 'MB');
  runner.close();
}

const CATEGORIES = Array.from({ length: 48 }, (_, index) => `c:Category ${index}`);
