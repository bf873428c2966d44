/**
 * The screen Today at size: its figures, its list and the leaks behind it over many order lines, and its list of 160,000
 * stock positions; each by a reader that was not asked before, beside a plain scan of the order lines or positions.
 */
import { QUERIES, type QueryName } from '#contract/queries.ts';
import type { LoadedBlocks } from '#db/analysis/factView.ts';
import type { ReaderQueryName } from '#db/queries/handlers.ts';
import { type JobRunner, openJobRunner } from '#db/readers/jobs.ts';
import { openReader, type ReaderFiles } from '#db/replica.ts';
import { raiseVersions } from '#db/schema/tableVersions.ts';
import { BENCH_COMPANY, BENCH_TODAY_MS, benchFiles, openBenchReplica } from './analysisRows.ts';
import { type Report, sideBySide } from './harness.ts';
import { STOCK_COMPANY, STOCK_TODAY } from './stockNumbers.ts';
import { makeColumns, openStockReplica, STOCK_FILES } from './stockRows.ts';

const ROUNDS = 3;
const STRIP = [
  'fill_rate_unit',
  'backorder_value',
  'order_cycle_median',
  'stock_accuracy_locations',
  'gm3_rate',
  'claim_time_median',
];
const SCAN = 'today: SQL, channel × month';
const POSITIONS_SCAN = 'today: SQL read of balances and open lines';

export async function benchToday(report: Report, lines: number): Promise<void> {
  await ofLines(report, lines);
  await ofPositions(report);
}

interface Question {
  readonly name: QueryName & ReaderQueryName;
  readonly args: object;
}

/** What a person waits for, and the processor's part of it: on a shared machine only that can be compared. */
interface Spent {
  readonly ms: number;
  readonly cpu_ms: number;
}

async function spent(work: () => unknown): Promise<Spent> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { ms: performance.now() - started, cpu_ms: (user + system) / 1000 };
}

async function ask(runner: JobRunner, { name, args }: Question, now_ms: number): Promise<void> {
  const user = { name: 'bench', display_name: 'Bench', grants: [{ ...EVERYTHING, id: 1, role: 'controller' }] };
  const asker = { user, now_ms, as_of_ms: null };
  await runner.run({ kind: 'query', name, args: QUERIES[name].args.parse(args), asker }, () => false);
}
const EVERYTHING = {
  company_id: null,
  company_code: null,
  site_id: null,
  site_code: null,
  channel_id: null,
  channel_code: null,
};

/** A reader that knows nothing yet but the columns of order lines, as threads are given them. */
async function freshRunner(files: ReaderFiles): Promise<JobRunner> {
  const runner = openJobRunner(files, () => performance.now());
  const { loaded, stored } = (await runner.run({ kind: 'factsLoad', known: [] }, () => false)) as LoadedBlocks;
  runner.share(loaded, new Set(stored));
  return runner;
}

async function measure(
  report: Report,
  scan: string,
  contenders: readonly { readonly name: string; readonly run: () => Promise<Spent> }[],
): Promise<void> {
  const cpu = new Map<string, number[]>();
  const medians = await sideBySide(
    ROUNDS,
    contenders.map(({ name, run }) => ({
      name,
      run: async () => {
        const { ms, cpu_ms } = await run();
        cpu.set(name, [...(cpu.get(name) ?? []), cpu_ms]);
        return ms;
      },
    })),
  );
  for (const [name, ms] of medians) {
    report.value(name, ms, 'ms');
    const processor = (cpu.get(name) ?? []).toSorted((a, b) => a - b);
    report.value(`${name}, processor`, processor[Math.floor(processor.length / 2)] ?? 0, 'ms');
    if (name !== scan) report.ratio(`${name}, processor`, `${scan}, processor`);
  }
}

async function ofLines(report: Report, lines: number): Promise<void> {
  const files = benchFiles(lines);
  const writer = openBenchReplica(lines);
  makeColumns(writer, files);
  const reader = openReader(files, 65_536);
  const company_ids = [BENCH_COMPANY];
  const month = { company_ids, from_month: 202610, to_month: 202610 };
  const questions: readonly (readonly [string, Question])[] = [
    ['today: the six figures', { name: 'kpiValues', args: { ...month, kpis: STRIP } }],
    ['today: OTIF and perfect orders', { name: 'kpiValues', args: { ...month, kpis: OTIF } }],
    ['today: the list', { name: 'today', args: { company_ids } }],
    ['forecasts of all positions, afresh', { name: 'forecasts', args: { company_id: BENCH_COMPANY } }],
    ['today: leaks of a month', { name: 'marginLeakage', args: month }],
    ['today: leaks of a quarter', { name: 'marginLeakage', args: { ...month, from_month: 202608 } }],
  ];
  try {
    report.value('today: order lines', lines, 'rows');
    await measure(report, SCAN, [
      {
        name: SCAN,
        run: () =>
          spent(() =>
            reader
              .prepare(
                `SELECT channel_id, month, kind, count(*), sum(gross_minor), sum(discount_minor) FROM order_line
                 WHERE company_id = ? GROUP BY channel_id, month, kind`,
              )
              .all(BENCH_COMPANY),
          ),
      },
      ...questions.map(([name, question]) => ({
        name,
        run: async () => {
          const runner = await freshRunner(files);
          const found = await spent(() => ask(runner, question, BENCH_TODAY_MS));
          runner.close();
          return found;
        },
      })),
    ]);
  } finally {
    reader.close();
    writer.close();
  }
}
const OTIF = ['otif_requested', 'otif_committed', 'perfect_orders_requested', 'perfect_orders_committed'];

async function ofPositions(report: Report): Promise<void> {
  const writer = openStockReplica();
  const reader = openReader(STOCK_FILES, 65_536);
  const question: Question = { name: 'today', args: { company_ids: [STOCK_COMPANY] } };
  const now_ms = STOCK_TODAY * 86_400_000;
  const kept = await freshRunner(STOCK_FILES);
  await ask(kept, question, now_ms);
  const change = writer.prepare('UPDATE stock_balance SET on_hand_qty_milli = on_hand_qty_milli + 1000 WHERE id = ?');
  const note = writer.prepare('UPDATE replica_meta SET as_of_ms = as_of_ms');
  let n = 0;
  try {
    await measure(report, POSITIONS_SCAN, [
      {
        name: POSITIONS_SCAN,
        run: () =>
          spent(() => {
            reader
              .prepare('SELECT item_id, site_id, on_hand_qty_milli, reserved_qty_milli FROM stock_balance')
              .raw()
              .all();
            reader.prepare(OPEN_LINES).raw().all(STOCK_COMPANY);
          }),
      },
      {
        name: 'today: the list of 160,000 positions',
        run: async () => {
          const runner = await freshRunner(STOCK_FILES);
          const found = await spent(() => ask(runner, question, now_ms));
          runner.close();
          return found;
        },
      },
      {
        name: 'today: the list after a balance changed',
        run: () => {
          n += 1;
          writer.transaction(() => {
            change.run(n);
            raiseVersions(writer, ['stock_balance']);
          })();
          return spent(() => ask(kept, question, now_ms));
        },
      },
      {
        name: 'today: the list after another write',
        run: () => {
          note.run();
          return spent(() => ask(kept, question, now_ms));
        },
      },
    ]);
  } finally {
    kept.close();
    reader.close();
    writer.close();
  }
}

const OPEN_LINES = `SELECT l.id, l.item_id, l.site_id, l.ordered_qty_milli,
    (SELECT sum(s.qty_milli) FROM shipment_line s WHERE s.order_line_id = l.id)
  FROM sales_order o INDEXED BY sales_order_open CROSS JOIN order_line l ON l.order_id = o.id
  WHERE o.company_id = ? AND o.state = 'open'`;
