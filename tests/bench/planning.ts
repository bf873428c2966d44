/**
 * What a planner asks beside the proposals, of the same 160,000 positions: forecasts made and listed, classes of items, the day
 * something can be promised, and letters typed into a list. The columns of stock read afresh stand beside them.
 */
import { learnWaits } from '#domain/planning/overdueWaits.ts';
import { QUERIES } from '#contract/queries.ts';
import type { LoadedBlocks } from '#db/analysis/factView.ts';
import { scanner } from '#db/connection.ts';
import { keepForecasts } from '#db/forecastStore.ts';
import type { ForecastRowMade } from '#db/queries/forecast/makeForecasts.ts';
import { type Asker, openJobRunner } from '#db/readers/jobs.ts';
import type { ReaderQueryName } from '#db/queries/handlers.ts';
import { openReader } from '#db/replica.ts';
import { overdueLines } from '#db/replenishment/overdueLines.ts';
import { raiseVersions } from '#db/schema/tableVersions.ts';
import { type Report, sideBySide, timed } from './harness.ts';
import { STOCK_COMPANY, STOCK_TODAY } from './stockNumbers.ts';
import { openStockReplica, STOCK_FILES } from './stockRows.ts';

const ROUNDS = 5;
const STOCK = 'planning: columns of stock, all read afresh';
const WAITS = 'planning: waits of overdue receipts, learned afresh';
const MADE = 'planning: forecasts of all positions made';
const MADE_AGAIN = 'planning: forecasts made again after 100 order lines changed';
const TYPED = ['n', 'na', 'nam', 'name', 'name 1'];

const ALL = { company_id: null, company_code: null, site_id: null, site_code: null } as const;
const ASKER: Asker = {
  user: {
    name: 'bench',
    display_name: 'Bench',
    grants: [{ ...ALL, channel_id: null, channel_code: null, id: 1, role: 'planner' }],
  },
  now_ms: STOCK_TODAY * 86_400_000,
  as_of_ms: null,
};

export async function benchPlanning(report: Report): Promise<void> {
  const writer = openStockReplica();
  const runner = openJobRunner(STOCK_FILES, () => performance.now());
  const reader = openReader(STOCK_FILES);
  const scan = scanner(reader);
  const { loaded, stored } = (await runner.run({ kind: 'factsLoad', known: [] }, () => false)) as LoadedBlocks;
  runner.share(loaded, new Set(stored));
  const ask = async (name: ReaderQueryName, given: object): Promise<unknown> => {
    const args = QUERIES[name].args.parse(given);
    return await runner.run({ kind: 'query', name, args, asker: ASKER }, () => false);
  };
  const company_id = STOCK_COMPANY;
  const [item_id = 0, site_id = 0] =
    writer
      .prepare<unknown[], [number, number]>(
        `SELECT l.item_id, o.site_id FROM order_line l JOIN sales_order o ON o.id = l.order_id
         GROUP BY 1, 2 ORDER BY count(*) DESC, 1, 2 LIMIT 1`,
      )
      .raw()
      .get() ?? [];
  let afresh = 0;
  const make = async (): Promise<void> => {
    const made = (await runner.run({ kind: 'makeForecasts', asker: ASKER }, () => false)) as readonly ForecastRowMade[];
    afresh = made.reduce((sum, each) => sum + each.afresh, 0);
    keepForecasts(writer, made);
  };
  const changeLines = writer.prepare(
    'UPDATE order_line SET ordered_qty_milli = ordered_qty_milli + 1000 WHERE id IN (SELECT id FROM order_line ORDER BY id DESC LIMIT 100 OFFSET ?)',
  );
  const bookReceipt = writer.prepare('UPDATE po_line SET received_qty_milli = received_qty_milli + 1000 WHERE id = ?');
  /** Every day of lateness of every supplier asked once, as the columns of receipts do. */
  const waits = (): number => {
    const lines = overdueLines(scan, company_id, STOCK_TODAY);
    const learned = learnWaits(lines, STOCK_TODAY);
    const suppliers = [...new Set(lines.map(({ supplier_id }) => supplier_id))];
    for (const supplier_id of suppliers) for (let late = 1; late <= 40; late++) learned.waitOf(supplier_id, late);
    return lines.length;
  };
  let n = 0;
  const letters = async (name: ReaderQueryName): Promise<number> => {
    n += 1;
    const spent = await timed(async () => {
      for (const text of TYPED) await ask(name, { company_id, text: `${text}${n % 10}` });
    });
    return spent / TYPED.length;
  };
  try {
    // whatever an earlier run left
    writer.exec('DELETE FROM forecast_made');
    const first = await timed(make);
    report.value(MADE, first, 'ms');
    report.value('planning: positions forecast', afresh, 'rows');
    const medians = await sideBySide(ROUNDS, [
      {
        name: STOCK,
        run: () => {
          writer.transaction(() => raiseVersions(writer, ['stock_balance', 'item', 'order_line', 'policy']))();
          return timed(async () => await runner.run({ kind: 'stockAhead', asker: ASKER }, () => false));
        },
      },
      { name: WAITS, run: () => timed(async () => await Promise.resolve(waits())) },
      {
        name: 'planning: proposals after a receipt was booked',
        run: () => {
          n += 1;
          writer.transaction(() => {
            bookReceipt.run(n);
            raiseVersions(writer, ['po_line']);
          })();
          return timed(async () => await ask('replenishment', { company_id }));
        },
      },
      {
        name: MADE_AGAIN,
        run: () => {
          n += 1;
          writer.transaction(() => {
            changeLines.run(200_000 + 100 * n);
            raiseVersions(writer, ['order_line']);
          })();
          return timed(make);
        },
      },
      { name: 'planning: list of forecasts', run: () => timed(async () => await ask('forecasts', { company_id })) },
      { name: 'planning: a letter in the list of forecasts', run: async () => await letters('forecasts') },
      {
        name: 'planning: one forecast with its chart',
        run: () => timed(async () => await ask('itemForecast', { item_id, site_id })),
      },
      {
        name: 'planning: classes of all items',
        run: () => timed(async () => await ask('itemClasses', { company_id })),
      },
      { name: 'planning: a letter in the list of classes', run: async () => await letters('itemClasses') },
      {
        name: 'planning: when can 100 be promised, at every site',
        run: () => timed(async () => await ask('promiseDate', { item_id, qty_milli: 100_000 + n })),
      },
      { name: 'planning: proposals', run: () => timed(async () => await ask('replenishment', { company_id })) },
      { name: 'planning: a letter in the proposals', run: async () => await letters('replenishment') },
    ]);
    report.value('planning: of them forecast again', afresh, 'rows');
    report.value('planning: purchase lines waits are learned from', waits(), 'rows');
    for (const [name, spent_ms] of medians) {
      report.value(name, spent_ms, 'ms');
      if (name !== STOCK) report.ratio(name, STOCK);
    }
    report.ratio(MADE, STOCK);
    report.value('planning: memory of the process', process.memoryUsage().rss / 2 ** 20, 'MB');
  } finally {
    runner.close();
    reader.close();
    writer.close();
  }
}
