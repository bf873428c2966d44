/** How long the screens' questions take on a large replica, beside the plain scan they cannot be faster than. */
import type { LineDimension, QueryInput } from '#contract/queries.ts';
import { QUERIES } from '#contract/queries.ts';
import { createTestColumns } from '#db/analysis/testing/columns.ts';
import { QUERY_HANDLERS } from '#db/queries/handlers.ts';
import { createTestReplica, type TestReplica } from '#db/queries/testing/replicaFixture.ts';
import { type Report, sideBySide, timed } from './harness.ts';
import { demoBatches, rowInserter, wireRows } from './orders.ts';

const ROUNDS = 5;

export async function benchFigures(report: Report, order_lines: number): Promise<void> {
  const replica = createTestReplica();
  try {
    const rows = loadDemo(replica, order_lines);
    report.value('order lines in the replica', rows.order_lines, 'rows');
    const company_id = biggestCompany(replica);
    const months = companyMonths(replica, company_id);
    const margin: QueryInput<'marginByChannel'> = { company_id, from_month: months.first, to_month: months.last };
    const context = () => replica.context({ as_of_ms: Date.UTC(2026, 10, 20, 12) });
    const medians = await sideBySide(ROUNDS, [
      {
        name: 'marginByChannel',
        run: () => timed(() => QUERY_HANDLERS.marginByChannel(context(), QUERIES.marginByChannel.args.parse(margin))),
      },
      { name: 'plain scan: channel × month', run: () => timed(() => plainScan(replica, company_id, months)) },
      {
        name: 'fillRate',
        run: () => timed(() => QUERY_HANDLERS.fillRate(context(), QUERIES.fillRate.args.parse(margin))),
      },
      {
        name: 'stockPositions',
        run: () =>
          timed(() => QUERY_HANDLERS.stockPositions(context(), QUERIES.stockPositions.args.parse({ company_id }))),
      },
    ]);
    for (const [name, spent_ms] of medians) report.value(name, spent_ms, 'ms');
    report.ratio('marginByChannel', 'plain scan: channel × month');
    report.ratio('fillRate', 'plain scan: channel × month');
    await together(report, replica, months);
    await blocks(report, replica, company_id);
  } finally {
    await replica.close();
  }
}

/** All companies in one currency beside each by itself: what a conversion by month costs. */
async function together(report: Report, replica: TestReplica, months: { first: number; last: number }): Promise<void> {
  const columns = createTestColumns(replica);
  columns.settle();
  const company_ids = replica.writer.prepare('SELECT id FROM company ORDER BY id').pluck().all().map(Number);
  const context = () => replica.context({ as_of_ms: Date.UTC(2026, 10, 20, 12), facts: columns.view });
  const ask = (companies: number[], rows: LineDimension[]) =>
    columns.reading(() =>
      QUERY_HANDLERS.marginPivot(
        context(),
        QUERIES.marginPivot.args.parse({
          company_ids: companies,
          reporting_currency: companies.length > 1 ? 'EUR' : undefined,
          from_month: months.first,
          to_month: months.last,
          rows,
          measures: ['gross_sales', 'net_sales', 'gm1', 'gm3_rate'],
        }),
      ),
    );
  for (const dimension of ['channel', 'item'] as const) {
    const medians = await sideBySide(ROUNDS, [
      {
        name: `all companies in one currency, by ${dimension} and month`,
        run: () => timed(() => ask(company_ids, [dimension])),
      },
      {
        name: `each company by itself, by ${dimension} and month`,
        run: () =>
          timed(async () => {
            for (const id of company_ids) await ask([id], [dimension]);
          }),
      },
    ]);
    for (const [name, spent_ms] of medians) report.value(name, spent_ms, 'ms');
    report.ratio(
      `all companies in one currency, by ${dimension} and month`,
      `each company by itself, by ${dimension} and month`,
    );
  }
}

/** A second block of a grid, and the same figures again: the reader remembers what it computed. */
async function blocks(report: Report, replica: TestReplica, company_id: number): Promise<void> {
  const context = () => replica.context({ as_of_ms: Date.UTC(2026, 10, 20, 12), cached: true });
  const args = { company_id, group_by: 'none' as const };
  const first = QUERIES.stockPositions.args.parse(args);
  await QUERY_HANDLERS.stockPositions(context(), first);
  const medians = await sideBySide(ROUNDS, [
    {
      name: 'stockPositions, next block',
      run: () => timed(() => QUERY_HANDLERS.stockPositions(context(), { ...first, offset: 100 })),
    },
  ]);
  for (const [name, spent_ms] of medians) report.value(name, spent_ms, 'ms');
}

export function loadDemo(replica: TestReplica, order_lines: number): { order_lines: number } {
  let count = 0;
  for (const batch of demoBatches(order_lines)) {
    const insert = rowInserter(replica.writer, batch.table);
    replica.writer.transaction(() => insert(wireRows(batch)))();
    if (batch.table === 'order_line') count += batch.rows.length;
  }
  return { order_lines: count };
}

function biggestCompany(replica: TestReplica): number {
  const row: unknown = replica.writer
    .prepare('SELECT company_id FROM order_line GROUP BY company_id ORDER BY count(*) DESC LIMIT 1')
    .pluck()
    .get();
  return Number(row);
}

function companyMonths(replica: TestReplica, company_id: number): { first: number; last: number } {
  const row = replica.writer
    .prepare('SELECT min(month), max(month) FROM order_line WHERE company_id = ?')
    .raw()
    .get(company_id);
  if (!Array.isArray(row)) throw new Error('the replica has no order lines');
  return { first: Number(row[0]), last: Number(row[1]) };
}

function plainScan(replica: TestReplica, company_id: number, months: { first: number; last: number }): void {
  replica.writer
    .prepare(
      `SELECT channel_id, month, kind, count(*), sum(gross_minor), sum(discount_minor), sum(net_minor)
       FROM order_line WHERE company_id = ? AND month BETWEEN ? AND ? GROUP BY channel_id, month, kind`,
    )
    .all(company_id, months.first, months.last);
}
