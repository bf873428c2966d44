/** Columns made while a copy loads, months newest first: what is answered is whole, and equals the whole server's data. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addMonths } from '#domain/calendar.ts';
import { QUERIES } from '#contract/queries.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import { fillPivot } from '#db/queries/fill/fillPivot.ts';
import { fillRateLines } from '#db/queries/fill/fillRateLines.ts';
import { marginByChannel } from '#db/queries/margin/marginByChannel.ts';
import { marginPivot } from '#db/queries/margin/marginPivot.ts';
import { dueSince } from '#db/queries/wholeSince.ts';
import { AS_OF_MS, COMPANY } from '#db/queries/testing/golden.ts';
import { tellMonths } from '#db/queries/testing/monthBuckets.ts';
import { insertRandomCredits, insertRandomOrders, randomBelow } from '#db/queries/testing/randomOrders.ts';
import { createTestReplica, type TestReplica } from '#db/queries/testing/replicaFixture.ts';
import { forgetWithdrawn } from './factWriter.ts';
import { createTestColumns, type TestColumns } from './testing/columns.ts';
import { bucketsSince, LINE_TABLES, NO_MONTH } from './wholeMonths.ts';

const LINES = 3000;
const MONTHS = [202611, 202610, 202609, 202608, 202607, 202606];
const LAST_MONTH = 202611;
const FACTS = [...LINE_TABLES, 'credit_note'] as const;
const SIZES = { rows: 256, many_lines: 40, many_orders: 15 };

let server: TestReplica;
let copy: TestReplica;
let columns: TestColumns;
let whole: TestColumns;
/** Buckets that are here. */
let loaded: Set<string>;

beforeEach(() => {
  server = createTestReplica();
  insertRandomOrders(server, { seed: 5, lines: LINES, items: 40, months: MONTHS.length, first_month: 202606 });
  insertRandomCredits(server, { seed: 8, credits: 90, lines: LINES, items: 40, months: 6, first_month: 202606 });
  // nothing is promised for later than the month after its own
  server.writer.exec('UPDATE order_line SET committed_on = min(committed_on, ordered_on + 30)');
  // ids go by branch first and by time second, and some old orders came late
  server.writer.exec(`UPDATE order_line SET order_id = order_id + 100000 WHERE order_id % 3 = 0;
    UPDATE sales_order SET id = id + 100000 WHERE id % 3 = 0;
    UPDATE order_line SET order_id = order_id + 100000 WHERE order_id % 97 = 5;
    UPDATE sales_order SET id = id + 100000 WHERE id % 97 = 5`);
  tellMonths(server, () => false);
  whole = createTestColumns(server, SIZES);
  copy = createTestReplica();
  columns = createTestColumns(copy, SIZES);
  copy.writer.prepare('ATTACH ? AS server KEY ?').run(server.files.replica_file, `raw:${server.files.keys.replica}`);
  for (const table of ['company', 'site', 'channel', 'item', 'party', 'item_cost'] as const) {
    copy.writer.exec(`INSERT INTO ${table} SELECT * FROM server.${table}`);
  }
  loaded = new Set();
  tell();
});
afterEach(async () => {
  await copy.close();
  await server.close();
});

const bucketOf = (table: WireTableName, month: number): string => `${table} ${month}`;

function tell(): void {
  tellMonths(copy, (table, month) => isFact(table) && !loaded.has(bucketOf(table, month)), [
    { company_id: COMPANY, months: MONTHS },
  ]);
}
const isFact = (table: WireTableName): boolean => FACTS.some((each) => each === table);

/** One transaction of the load. */
function load(table: WireTableName, month: number): void {
  copy.writer.transaction(() => {
    copy.writer.exec(`INSERT INTO ${table} SELECT * FROM server.${table} WHERE month = ${month}`);
    loaded.add(bucketOf(table, month));
    tell();
  })();
}

/** Every bucket in the order it is loaded in. */
const STEPS = MONTHS.flatMap((month) => FACTS.map((table) => ({ table, month })));

const loading = (): WireTableName[] =>
  FACTS.filter((table) => MONTHS.some((month) => !loaded.has(bucketOf(table, month))));

const ASKED = {
  company_ids: [COMPANY],
  from_month: 202606,
  to_month: LAST_MONTH,
  rows: ['channel', 'category'] as const,
};

/** What the copy answers, and the same of the server's whole data from the months on that the copy says it has. */
async function compare(): Promise<{ readonly since: number | null }> {
  return await columns.reading(async () => {
    const view = columns.view(true);
    expect(view).not.toBeNull();
    if (!view) return { since: null };
    const since = view.since([COMPANY]);
    const here = copy.context({ as_of_ms: AS_OF_MS, facts: () => view, loading: loading() });
    await whole.reading(async () => {
      const all = server.context({ as_of_ms: AS_OF_MS, facts: () => whole.view(true) });
      const credits = MONTHS.filter((month) => !loaded.has(bucketOf('credit_note', month)));
      const from_month = Math.max(202606, since ?? 0, ...credits.map((month) => addMonths(month, 1)));
      const measures = ['net_sales', 'gross_sales', 'lines', 'gm1', 'returns'];
      const margin = await marginPivot(here, QUERIES.marginPivot.args.parse({ ...ASKED, measures }));
      const fills = ['due_lines', 'unit_fill', 'order_fill', 'missing_value'];
      const fill = await fillPivot(here, QUERIES.fillPivot.args.parse({ ...ASKED, measures: fills }));
      if (from_month > LAST_MONTH) {
        expect(margin.rows).toEqual([]);
        expect(margin.total).toEqual(measures.map(() => null));
      } else {
        const asked = QUERIES.marginPivot.args.parse({ ...ASKED, measures, from_month });
        expect({ ...margin, provenance: 0 }).toEqual({ ...(await marginPivot(all, asked)), provenance: 0 });
      }
      const due_from = Math.max(202606, dueSince(since) ?? 0);
      if (due_from > LAST_MONTH) expect(fill.rows).toEqual([]);
      else {
        const asked = QUERIES.fillPivot.args.parse({ ...ASKED, measures: fills, from_month: due_from });
        expect({ ...fill, provenance: 0 }).toEqual({ ...(await fillPivot(all, asked)), provenance: 0 });
        const lines = { company_id: COMPANY, to_month: LAST_MONTH, figure: 'incomplete', limit: 50 } as const;
        const some = QUERIES.fillRateLines.args.parse({ ...lines, from_month: 202606 });
        const every = QUERIES.fillRateLines.args.parse({ ...lines, from_month: due_from });
        const { total_lines, lines: found } = await fillRateLines(here, some);
        expect({ total_lines, found }).toEqual(
          await fillRateLines(all, every).then((answer) => ({ total_lines: answer.total_lines, found: answer.lines })),
        );
      }
      const of = (from: number) =>
        QUERIES.marginByChannel.args.parse({ company_id: COMPANY, from_month: from, to_month: LAST_MONTH });
      const byChannel = await marginByChannel(here, of(202606));
      if (from_month > LAST_MONTH) expect(byChannel.months).toEqual([]);
      else {
        const expected = await marginByChannel(all, of(from_month));
        expect({ ...byChannel, provenance: 0 }).toEqual({ ...expected, provenance: 0 });
      }
      const complete = margin.provenance.coverage === 'complete';
      expect(complete).toBe(since === null && loading().length === 0);
    });
    return { since };
  });
}

const noted = () => Number(copy.writer.prepare('SELECT count(*) FROM fact_dirty').pluck().get());

describe('a first load, bucket by bucket', () => {
  test('months are answered as soon as they are whole, and never before', async () => {
    const seen: (number | null)[] = [];
    for (const { table, month } of STEPS) {
      load(table, month);
      columns.settleWhileLoading();
      const { since } = await compare();
      const buckets_since = await columns.reading(async () => bucketsSince(copy.reader));
      const expected = buckets_since !== null && buckets_since > LAST_MONTH ? NO_MONTH : buckets_since;
      expect(since, `${table} ${month}`).toBe(expected);
      seen.push(since);
    }
    expect(new Set(seen).size).toBe(MONTHS.length + 1);
    expect(columns.writer.ids().size).toBeGreaterThan(8);
    expect(noted()).toBeLessThan(100);
    columns.settle();
    expect(noted()).toBe(0);
    expect((await compare()).since).toBeNull();
  });

  test('a block made of half a month is believed only as far as nothing came later', async () => {
    for (const { table, month } of STEPS.filter((step) => step.month >= 202610)) load(table, month);
    columns.settleWhileLoading();
    // the lines of the next month come while a block with strays of it is made, their costs and shipments after it
    const next = STEPS.filter(({ month }) => month === 202609);
    copy.writer.exec('UPDATE order_line SET gross_minor = gross_minor WHERE month = 202610 AND id % 7 = 0');
    for (const { table, month } of next) {
      columns.roundWhileLoading(() => load(table, month));
      if (!loaded.has(bucketOf(table, month))) load(table, month);
      await compare();
    }
    columns.settleWhileLoading();
    expect((await compare()).since).toBe(202609);
  });

  test.each([1, 2, 3])('changes, withdrawn rows, crashes and rounds at any moment (%i)', async (seed) => {
    const below = randomBelow(seed * 104729);
    const steps = [...STEPS];
    let made = 0;
    const change = () => {
      const id = 1 + below(LINES);
      const cents = below(900);
      for (const { writer } of [server, copy]) {
        writer
          .prepare('UPDATE order_line SET gross_minor = gross_minor + ?, net_minor = net_minor + ? WHERE id = ?')
          .run(cents, cents, id);
        writer.prepare('UPDATE shipment_line SET qty_milli = qty_milli + 1000 WHERE order_line_id = ?').run(id);
        writer.prepare('DELETE FROM order_line_cost WHERE id = ?').run(id + 1);
      }
      tell();
      tellMonths(server, () => false);
    };
    const withdraw = () => {
      const rest = below(40);
      for (const { writer } of [server, copy]) {
        writer.transaction(() => {
          for (const table of ['order_line', 'order_line_cost'] as const) {
            writer.exec(`DELETE FROM ${table} WHERE id % 40 = ${rest} AND site_id = 22`);
          }
          forgetWithdrawn(writer);
        })();
      }
      tell();
      tellMonths(server, () => false);
    };
    const loadNext = () => {
      const step = steps.shift();
      if (step) load(step.table, step.month);
    };
    while (steps.length > 0) {
      const choice = below(8);
      if (choice === 0) change();
      else if (choice === 1) withdraw();
      else if (choice === 2) {
        // the process ends in the middle: what was not committed never was, and blocks are found in the file
        copy.writer.exec('BEGIN IMMEDIATE');
        copy.writer.exec(`INSERT OR IGNORE INTO order_line SELECT * FROM server.order_line WHERE month = 202606`);
        copy.writer.exec('ROLLBACK');
        columns = createTestColumns(copy, SIZES);
      } else if (choice < 5) made += columns.roundWhileLoading([change, withdraw, loadNext][below(3)]) === true ? 1 : 0;
      else loadNext();
      await compare();
    }
    expect(made).toBeGreaterThan(0);
    columns.settle();
    expect((await compare()).since).toBeNull();
  });
});
