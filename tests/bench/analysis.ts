/**
 * Pivots over order lines as columns, beside DuckDB on one thread and a plain scan of the encrypted tables: the same
 * lines, the same groups, the same sums, in one run. Then what the columns cost: making, loading, merging, memory.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { DuckDBConnection } from '@duckdb/node-api';
import { type CellLayout, createCellLayout } from '#db/analysis/cells.ts';
import { createFactMemory } from '#db/analysis/factMemory.ts';
import { buildBlocks, planBlocks, type Urgency } from '#db/analysis/factPlan.ts';
import { createFactReader, type FactReader, type FactView } from '#db/analysis/factView.ts';
import { createFactWriter } from '#db/analysis/factWriter.ts';
import { type CodeKey, type ScanResult, type SumColumn, scanFacts } from '#db/analysis/scan.ts';
import type { Connection } from '#db/connection.ts';
import { type FactDimension, groupingOf, type ItemFacts, type KnownFacts } from '#db/queries/facts.ts';
import { FILL_CELLS, fillCodes, FILL_COLUMNS } from '#db/queries/fill/fillCells.ts';
import { MARGIN_CELLS, marginCodes, marginColumns } from '#db/queries/margin/marginCells.ts';
import { openReader, readAtOnce } from '#db/replica.ts';
import { benchFiles, openBenchReplica, openDuck } from './analysisRows.ts';
import { type Report, sideBySide, timed } from './harness.ts';

const ROUNDS = 7;

interface Pivot {
  readonly name: string;
  readonly figure: 'margin' | 'fill';
  readonly groups: readonly FactDimension[];
  readonly keep?: (layout: CellLayout) => void;
  /** The same groups and filters in DuckDB and in SQLite. */
  readonly duck: string;
  readonly sqlite: string;
  readonly where?: { readonly duck: string; readonly sqlite: string };
}

const PIVOTS: readonly Pivot[] = [
  {
    name: 'channel × month',
    figure: 'margin',
    groups: ['channel', 'month'],
    duck: 'channel, month',
    sqlite: 'l.channel_id, l.month',
  },
  {
    name: 'category × channel',
    figure: 'margin',
    groups: ['category', 'channel'],
    duck: 'category, channel',
    sqlite: '(SELECT i.category FROM item i WHERE i.id = l.item_id), l.channel_id',
  },
  {
    name: 'fill: site × week',
    figure: 'fill',
    groups: ['site', 'week'],
    duck: 'site, week',
    sqlite: "l.site_id, strftime('%G%V', l.committed_on * 86400, 'unixepoch')",
  },
  {
    name: 'one channel, 90 days, site × category',
    figure: 'margin',
    groups: ['site', 'category'],
    keep: (layout) => {
      layout.keep('channel', (value) => value === 12);
      layout.keep('ordered_on', (day) => Number(day) >= 20_600 && Number(day) < 20_690);
    },
    duck: 'site, category',
    sqlite: 'l.site_id, (SELECT i.category FROM item i WHERE i.id = l.item_id)',
    where: {
      duck: 'channel = 12 AND day >= 20600 AND day < 20690',
      sqlite: 'l.channel_id = 12 AND l.ordered_on >= 20600 AND l.ordered_on < 20690',
    },
  },
  { name: 'margin by item', figure: 'margin', groups: ['item'], duck: 'item', sqlite: 'l.item_id' },
  {
    name: 'site × category × month, 3 channels',
    figure: 'margin',
    groups: ['site', 'category', 'month'],
    keep: (layout) => layout.keep('channel', (value) => Number(value) <= 13),
    duck: 'site, category, month',
    sqlite: 'l.site_id, (SELECT i.category FROM item i WHERE i.id = l.item_id), l.month',
    where: { duck: 'channel <= 13', sqlite: 'l.channel_id <= 13' },
  },
];

export async function benchAnalysis(report: Report, lines: number, scans: boolean): Promise<void> {
  const files = benchFiles(lines);
  const replica = openBenchReplica(lines);
  const duck = await openDuck(replica, lines);
  const reader = openReader(files);
  try {
    report.value('order lines', lines, 'rows');
    settle(replica, reader, 'quiet');
    const first = { after: -1, to: Number.MAX_SAFE_INTEGER };
    report.value('one block made', await timed(() => readAtOnce(reader, () => buildBlocks(reader, first, 0))), 'ms');
    const memory = createFactMemory();
    const facts = createFactReader(reader, memory, true);
    report.value('columns loaded', await timed(() => readAtOnce(reader, () => facts.view(noCancel))), 'ms');
    const bytes = replica
      .prepare<unknown[], number>(
        'SELECT (SELECT sum(length(columns)) FROM fact_segment) + coalesce((SELECT sum(length(columns)) FROM fact_segment_cost), 0)',
      )
      .pluck()
      .get();
    report.value('columns in memory', (bytes ?? 0) / 1e6, 'MB');
    const known = new Map(
      reader
        .prepare<unknown[], [number, string]>('SELECT id, category FROM item')
        .raw()
        .all()
        .map(([id, category]): [number, ItemFacts] => [id, { category, supplier_id: null }]),
    );
    const items: KnownFacts = Object.assign(known, { salespersonOf: () => '' });
    for (const pivot of PIVOTS) await benchPivot(report, pivot, { reader, facts, duck, items }, scans);
    await benchChanges(report, replica, reader, facts, lines);
  } finally {
    reader.close();
    replica.close();
    duck.closeSync();
  }
  await benchHost(report, lines);
}

const noCancel = () => undefined;

interface Contestants {
  readonly reader: Connection;
  readonly facts: FactReader;
  readonly duck: DuckDBConnection;
  readonly items: KnownFacts;
}

async function benchPivot(
  report: Report,
  pivot: Pivot,
  { reader, facts, duck, items }: Contestants,
  scans: boolean,
): Promise<void> {
  const where = pivot.where?.duck ?? 'true';
  const fill = pivot.figure === 'fill';
  const duckSql = fill
    ? `SELECT ${pivot.duck}, count(*) AS n, sum(due_qty), sum(missing_qty), sum(due_value), sum(missing_value), sum(complete), sum(first_pass)
       FROM line WHERE due_qty IS NOT NULL AND ${where} GROUP BY ${pivot.duck}`
    : `SELECT ${pivot.duck}, kind, cost IS NOT NULL AS known, count(*) AS n, sum(gross), sum(discount), sum(cost)
       FROM line WHERE ${where} GROUP BY ${pivot.duck}, kind, known`;
  const sqliteWhere = pivot.where?.sqlite ?? '1';
  const sqliteSql = fill
    ? `SELECT ${pivot.sqlite}, count(*) AS n, sum(l.ordered_qty_milli), sum(s.qty_milli), sum(l.net_minor)
       FROM order_line l LEFT JOIN shipment_line s ON s.order_line_id = l.id
       WHERE l.committed_on IS NOT NULL AND l.kind = 'goods' AND ${sqliteWhere} GROUP BY ${pivot.sqlite}`
    : `SELECT ${pivot.sqlite}, l.kind, c.cost_minor IS NOT NULL AS known, count(*) AS n, sum(l.gross_minor), sum(l.discount_minor), sum(c.cost_minor)
       FROM order_line l LEFT JOIN order_line_cost c ON c.id = l.id WHERE ${sqliteWhere} GROUP BY ${pivot.sqlite}, l.kind, known`;
  const counted = { columns: 0, duck: 0, sqlite: 0 };
  const columns = () =>
    readAtOnce(reader, () => {
      const view = facts.view(noCancel);
      if (view === null) throw new Error('the columns do not answer');
      counted.columns = total(scanPivot(view, pivot, items), pivot.figure === 'fill');
    });
  columns();
  const medians = await sideBySide(ROUNDS, [
    { name: pivot.name, run: () => timed(columns) },
    {
      name: `${pivot.name}, DuckDB`,
      run: () =>
        timed(async () => {
          const answer = await duck.runAndReadAll(`SELECT sum(n)::INTEGER FROM (${duckSql})`);
          counted.duck = Number(answer.getRows()[0]?.[0]);
        }),
    },
  ]);
  for (const [name, spent_ms] of medians) report.value(name, spent_ms, 'ms');
  report.ratio(pivot.name, `${pivot.name}, DuckDB`);
  if (counted.columns !== counted.duck) throw new Error(`${pivot.name} counts other lines than DuckDB`);
  if (!scans) return;
  const scan_ms = await timed(() => {
    counted.sqlite = Number(reader.prepare(`SELECT sum(n) FROM (${sqliteSql})`).pluck().get());
  });
  if (counted.columns !== counted.sqlite) throw new Error(`${pivot.name} counts other lines than SQLite`);
  report.value(`${pivot.name}, SQLite scan`, scan_ms, 'ms');
  report.ratio(pivot.name, `${pivot.name}, SQLite scan`);
}

function scanPivot(view: FactView, pivot: Pivot, items: KnownFacts): ScanResult {
  const fill = pivot.figure === 'fill';
  const layout = createCellLayout(view);
  for (const dimension of pivot.groups) {
    const grouping = groupingOf(view, dimension, items, fill ? 'committed_on' : 'ordered_on');
    layout.group(grouping, grouping.keys.length);
  }
  pivot.keep?.(layout);
  if (fill) layout.allow('committed_on', Number.NaN);
  const groups = layout.cells();
  const codes: readonly CodeKey[] = fill ? fillCodes(groups) : marginCodes(true, groups);
  const sums: readonly SumColumn[] = fill ? FILL_COLUMNS : marginColumns(true);
  return scanFacts(view, {
    cells: groups * (fill ? FILL_CELLS : MARGIN_CELLS),
    keys: layout.keys(),
    codes,
    sums,
    checkCancelled: noCancel,
  });
}

/** Rows counted; the first cells of a fill rate are those of lines without a part in it. */
function total({ values, width }: ScanResult, fill: boolean): number {
  let rows = 0;
  for (let at = fill ? values.length / FILL_CELLS : 0; at < values.length; at += width) rows += values[at] ?? 0;
  return rows;
}

/** Makes and merges blocks until nothing is left; answers how many. */
function settle(replica: Connection, reader: Connection, urgency: Urgency): number {
  const writer = createFactWriter(replica);
  for (let rounds = 0; ; rounds++) {
    const plan = readAtOnce(reader, () => planBlocks(reader, urgency));
    if (plan === null) return rounds;
    if (plan.afresh) {
      writer.forgetAll();
      continue;
    }
    const generation = writer.begin({ range: plan.range, loading: false });
    if (writer.store(readAtOnce(reader, () => buildBlocks(reader, plan.range, generation))) === null) {
      throw new Error('a block did not fit although nothing else wrote');
    }
  }
}

/** Recent lines change, a question is asked, the changes are merged; then everything is as before. */
async function benchChanges(
  report: Report,
  replica: Connection,
  reader: Connection,
  facts: FactReader,
  lines: number,
): Promise<void> {
  const changed = Math.min(10_000, Math.floor(lines / 4));
  const change = (by: number) =>
    replica
      .prepare('UPDATE order_line SET gross_minor = gross_minor + ?, net_minor = net_minor + ? WHERE id > ?')
      .run(by, by, lines - changed);
  report.value('recent lines changed', changed, 'rows');
  report.value('changing them, noted', await timed(() => change(1)), 'ms');
  report.value(
    'first view after, changes read beside',
    await timed(() => readAtOnce(reader, () => facts.view(noCancel))),
    'ms',
  );
  report.value('merging them', await timed(() => settle(replica, reader, 'quiet')), 'ms');
  change(-1);
  settle(replica, reader, 'quiet');
}

/** A process with the reader threads of a host: its memory with every column open. */
async function benchHost(report: Report, lines: number): Promise<void> {
  const script = fileURLToPath(new URL('./analysisHost.ts', import.meta.url));
  const host = spawn(process.execPath, [script, String(lines)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  host.stdout.on('data', (data: Buffer) => {
    text += data.toString();
  });
  await once(host, 'close');
  const said: Readonly<Record<string, unknown>> = JSON.parse(text);
  report.value('host: columns ready in', Number(said['ready_ms']), 'ms');
  report.value('host: margin by channel', Number(said['margin_ms']), 'ms');
  report.value('host: fill rate', Number(said['fill_ms']), 'ms');
  report.value('host: margin by item', Number(said['items_ms']), 'ms');
  report.value('host: margin screen, a year', Number(said['pivot_ms']), 'ms');
  report.value('host: the same, a month against the one before', Number(said['against_month_ms']), 'ms');
  report.value('host: the same, the year against the one before', Number(said['against_year_ms']), 'ms');
  report.value('host: the bridge of that year, asked first', Number(said['bridge_first_ms']), 'ms');
  report.value('host: the bridge of that year, asked again', Number(said['bridge_year_ms']), 'ms');
  report.value('host: unusual falls of a month, asked first', Number(said['falls_first_ms']), 'ms');
  report.value('host: of another month', Number(said['falls_ms']), 'ms');
  report.value('host: of the first one again', Number(said['falls_kept_ms']), 'ms');
  report.value('host: its lines of price', Number(said['bridge_lines_ms']), 'ms');
  report.value('host: lines of net sales, first block', Number(said['net_lines_ms']), 'ms');
  report.value('host: lines of GM3, first block', Number(said['gm3_lines_ms']), 'ms');
  report.value('host: memory', Number(said['memory_mb']), 'MB');
}
