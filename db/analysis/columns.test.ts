import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FILL_GROUPS, MARGIN_GROUPS, QUERIES, type QueryInput } from '#contract/queries.ts';
import { wireTable, type WireTableName } from '#contract/wire/tables.ts';
import { fillRate } from '#db/queries/fill/fillRate.ts';
import { fillRateLines } from '#db/queries/fill/fillRateLines.ts';
import { marginByChannel } from '#db/queries/margin/marginByChannel.ts';
import { marginLines } from '#db/queries/margin/marginLines.ts';
import { AS_OF_MS, COMPANY, ECOM, INSIDE } from '#db/queries/testing/golden.ts';
import { insertRandomCredits, insertRandomOrders, randomBelow } from '#db/queries/testing/randomOrders.ts';
import { createTestReplica, type TestReplica } from '#db/queries/testing/replicaFixture.ts';
import { createCopyWriter } from '#db/sync/copyWriter.ts';
import { forgetFacts, forgetWithdrawn } from './factWriter.ts';
import { readBasis } from './lineFacts.ts';
import { SEGMENT_LAYOUT, segmentOfBytes } from './segment.ts';
import { createTestColumns, type TestColumns } from './testing/columns.ts';

const SIZES = { rows: 256, many_lines: 40, many_orders: 15 };
let replica: TestReplica;
let columns: TestColumns;
beforeEach(() => {
  replica = createTestReplica();
  columns = createTestColumns(replica, SIZES);
  insertRandomOrders(replica, { seed: 7, lines: 1500, items: 40, months: 6, first_month: 202605 });
  insertRandomCredits(replica, { seed: 3, credits: 90, lines: 1500, items: 40, months: 7, first_month: 202605 });
  replica.writer.exec('UPDATE order_line SET bucket = 1 + id % 3; UPDATE order_line_cost SET bucket = 10 + id % 3');
});
afterEach(() => replica.close());

const range = { company_id: COMPANY, from_month: 202606, to_month: 202610 };
type MarginInput = Partial<QueryInput<'marginByChannel'>>;
type FillInput = Partial<QueryInput<'fillRate'>>;

/** The same question of the columns and of the tables, in one read transaction. */
async function bothWays(margins: readonly MarginInput[], fills: readonly FillInput[]): Promise<void> {
  await columns.reading(async () => {
    const view = columns.view();
    expect(view).not.toBeNull();
    const context = (facts: boolean) =>
      replica.context({ as_of_ms: AS_OF_MS, ...(facts ? { facts: () => view } : {}) });
    for (const input of margins) {
      const args = QUERIES.marginByChannel.args.parse({ ...range, ...input });
      const expected = await marginByChannel(context(false), args);
      expect(await marginByChannel(context(true), args), JSON.stringify(input)).toEqual(expected);
    }
    for (const input of fills) {
      const args = QUERIES.fillRate.args.parse({ ...range, ...input });
      const expected = await fillRate(context(false), args);
      expect(await fillRate(context(true), args), JSON.stringify(input)).toEqual(expected);
    }
  });
}

const FEW = [{ group_by: 'channel' }, { group_by: 'category', site_id: 21 }] as const;

describe('columns say what the tables say', () => {
  test('by every group, with every filter', async () => {
    expect(columns.settle()).toBeGreaterThan(4);
    await columns.reading(async () => {
      const view = columns.view();
      expect(view?.parts.length).toBeGreaterThan(4);
      expect(view?.lines).toBe(1500);
    });
    const filters = [
      {},
      { channel_id: INSIDE },
      { channel_id: 0 },
      { site_id: 22, category: 'Bearings' },
      { category: '' },
      { item_id: 1003 },
      { item_id: 0 },
      { party_id: 31, channel_id: ECOM },
      { from_month: 202608, to_month: 202608 },
      { from_month: 202611, to_month: 202611 },
      { from_month: 203001, to_month: 203012 },
    ];
    await bothWays(
      [
        ...MARGIN_GROUPS.flatMap((group_by) => filters.map((filter) => ({ ...filter, group_by }))),
        { country: '%_' },
        { country: '', group_by: 'country' },
        { group_by: 'item', limit: 5 },
      ],
      [
        ...FILL_GROUPS.flatMap((group_by) => filters.map((filter) => ({ ...filter, group_by }))),
        { group_by: 'item', limit: 5 },
      ],
    );
  });

  test('line by line: the same lines in the same order, the same totals', async () => {
    columns.settle();
    replica.writer.exec('UPDATE shipment_line SET qty_milli = qty_milli + 1000 WHERE order_line_id % 13 = 0');
    await columns.reading(async () => {
      const view = columns.view();
      expect(view?.parts.some((part) => part.dead.length > 0)).toBe(true);
      const context = (facts: boolean) =>
        replica.context({ as_of_ms: AS_OF_MS, ...(facts ? { facts: () => view } : {}) });
      const filters = [
        {},
        { channel_id: 0 },
        { category: 'Cable', site_id: 21 },
        { from_on: '2026-07-06', to_on: '2026-08-20' },
      ];
      for (const filter of filters) {
        for (const figure of ['all', 'gross', 'discounts', 'returns', 'net', 'other', 'no_cost'] as const) {
          const args = QUERIES.marginLines.args.parse({
            ...range,
            company_id: COMPANY,
            ...filter,
            figure,
            offset: 2,
            limit: 30,
          });
          const expected = await marginLines(context(false), args);
          expect(await marginLines(context(true), args), figure).toEqual(expected);
        }
        for (const figure of ['due', 'complete', 'incomplete'] as const) {
          for (const column of ['committed_on', 'missing', 'value'] as const) {
            const sort = { column, descending: figure === 'due' };
            const asked = { ...range, company_id: COMPANY, ...filter, figure, sort, offset: 4, limit: 40 };
            const args = QUERIES.fillRateLines.args.parse(asked);
            const expected = await fillRateLines(context(false), args);
            expect(expected.lines.length).toBeGreaterThan(0);
            expect(await fillRateLines(context(true), args), `${figure} by ${column}`).toEqual(expected);
          }
        }
      }
    });
  });

  test('more groups than are added up by month at once: the largest are found first, credits counted', async () => {
    const many = 4600;
    replica.writer.exec(`INSERT INTO item (id, ver, bucket, company_id, code, name, uom, active)
      WITH RECURSIVE n(id) AS (SELECT 5000 UNION ALL SELECT id + 1 FROM n WHERE id < ${5000 + many})
      SELECT id, 1, 1, ${COMPANY}, 'M-' || id, 'Part', 'pcs', 1 FROM n`);
    const names = wireTable('order_line').columns.map((column) => column.name);
    const others = names.filter((name) => name !== 'item_id').join();
    replica.writer.exec(`INSERT INTO order_line (id, item_id, ver, bucket, ${others})
      WITH RECURSIVE n(k) AS (SELECT 5001 UNION ALL SELECT k + 1 FROM n WHERE k < ${5000 + many})
      SELECT k, k, 1, 1, ${others} FROM n JOIN order_line l ON l.id = 1 + k % 1500`);
    // some of items without a line
    replica.writer.exec('UPDATE credit_note SET item_id = 5001 + id * 17 % 6000 WHERE id % 2 = 0');
    columns.settle('quiet');
    await bothWays(
      [
        { group_by: 'item', limit: 20, from_month: 202605, to_month: 202611 },
        { group_by: 'item', limit: 500, from_month: 202605, to_month: 202611, channel_id: INSIDE },
      ],
      [],
    );
  });

  test('for a person without the cost area, who has no cost column either', async () => {
    replica.writer.exec('DELETE FROM order_line_cost');
    columns.settle();
    expect(replica.writer.prepare('SELECT count(*) FROM fact_segment_cost').pluck().get()).toBe(0);
    await bothWays([{}], []);
  });

  test('while nothing is built, while half is built, and with everything beside the blocks', async () => {
    await bothWays(FEW, FEW);
    columns.round('many');
    columns.round('many');
    await bothWays(FEW, FEW);
    replica.writer.exec('UPDATE order_line SET gross_minor = gross_minor + 1, net_minor = net_minor + 1');
    await bothWays(FEW, FEW);
    expect(columns.settle()).toBeGreaterThan(3);
    expect(replica.writer.prepare('SELECT count(*) FROM fact_dirty').pluck().get()).toBe(0);
    await bothWays(FEW, FEW);
  });

  test('when an order lies in two months and its lines come from afar', async () => {
    columns.settle();
    replica.writer.exec('UPDATE order_line SET order_id = 9999 WHERE id IN (3, 700, 1400)');
    replica.writer.exec('UPDATE order_line SET order_id = 2 WHERE id IN (1401, 1402)');
    await bothWays(FEW, FEW);
    columns.settle();
    await bothWays(FEW, FEW);
  });
});

describe('whatever happens to the rows', () => {
  test.each([1, 2, 3, 4])('random changes, buckets lost, blocks built in between, steps undone (%i)', async (seed) => {
    const below = randomBelow(seed * 7919);
    const { writer } = replica;
    let next_id = 5000;
    let dead = 0;
    const anyLine = () => 1 + below(1500);
    const insert = () => {
      const id = (next_id += 1);
      const order_id = below(3) === 0 ? 1 + below(300) : 1000 + below(400);
      const names = wireTable('order_line')
        .columns.map((column) => column.name)
        .filter((name) => name !== 'order_id')
        .join();
      writer
        .prepare(
          `INSERT INTO order_line (id, order_id, ver, bucket, ${names}) SELECT ?, ?, 1, bucket, ${names}
           FROM order_line WHERE id = (SELECT min(id) FROM order_line WHERE id >= ?)`,
        )
        .run(id, order_id, anyLine());
    };
    const steps: readonly (() => void)[] = [
      insert,
      () => writer.prepare('UPDATE order_line SET channel_id = ?, month = 202607 WHERE id = ?').run(ECOM, anyLine()),
      () => writer.prepare("UPDATE order_line SET kind = 'return' WHERE id = ?").run(anyLine()),
      () =>
        writer
          .prepare(
            'UPDATE order_line SET gross_minor = -gross_minor, net_minor = -gross_minor - discount_minor WHERE id = ?',
          )
          .run(anyLine()),
      () => {
        const first = anyLine();
        writer.prepare('DELETE FROM order_line WHERE id BETWEEN ? AND ?').run(first, first + 3);
      },
      () =>
        writer
          .prepare(
            `INSERT INTO order_line_cost (id, ver, bucket, company_id, site_id, channel_id, month, cost_minor)
             SELECT id, 1, 10, company_id, site_id, channel_id, month, 777 FROM order_line
             WHERE id = ? ON CONFLICT (id) DO UPDATE SET cost_minor = excluded.cost_minor`,
          )
          .run(anyLine()),
      () => writer.prepare('DELETE FROM order_line_cost WHERE id = ?').run(anyLine()),
      () =>
        writer.prepare('UPDATE shipment_line SET shipped_on = shipped_on - 20 WHERE order_line_id = ?').run(anyLine()),
      () => writer.prepare('DELETE FROM shipment_line WHERE order_line_id = ?').run(anyLine()),
      () => writer.prepare('UPDATE channel SET grace_days = ? WHERE id = ?').run(below(9), INSIDE),
      () => {
        const bucket = below(2) === 0 ? 1 + below(3) : 10 + below(3);
        writer.transaction(() => {
          writer.prepare('DELETE FROM order_line WHERE bucket = ? AND id % 4 = 0').run(bucket);
          writer.prepare('DELETE FROM order_line_cost WHERE bucket = ?').run(bucket);
          forgetWithdrawn(writer);
        })();
      },
      () => void columns.round('quiet', () => steps[below(10)]?.()),
      () => void columns.round('quiet', insert),
      () => void columns.round('many'),
      () => void columns.settle('many'),
      () => void columns.settle('quiet'),
    ];
    const graceChanged = () => {
      const used: unknown = writer.prepare('SELECT basis FROM fact_meta').pluck().get();
      return columns.writer.ids().size > 0 && used !== readBasis(writer).text;
    };
    for (let turn = 0; turn < 40; turn++) {
      const some = Array.from({ length: 1 + below(6) }, () => steps[below(steps.length)]);
      // the process may end between any two statements: what was not committed never was
      const crashes = below(5) === 0;
      const changes = some.filter((step) => steps.indexOf(step ?? insert) < 10);
      if (crashes) {
        writer.exec('BEGIN IMMEDIATE');
        for (const step of changes) step?.();
        writer.exec('ROLLBACK');
      } else for (const step of some) step?.();
      // blocks of another basis answer nothing until they are made afresh
      if (graceChanged()) {
        await columns.reading(async () => expect(columns.view()).toBeNull());
        expect(columns.round('many')).toBe(true);
      }
      await bothWays(
        [{ group_by: MARGIN_GROUPS[below(MARGIN_GROUPS.length)] }, { group_by: 'item', limit: 3 }],
        [{ group_by: FILL_GROUPS[below(FILL_GROUPS.length)] }],
      );
      await columns.reading(async () => {
        dead += columns.view()?.parts.reduce((sum, part) => sum + part.dead.length, 0) ?? 0;
      });
    }
    expect(dead).toBeGreaterThan(0);
  });

  test('a reset leaves no block and nothing to answer from', async () => {
    columns.settle();
    replica.writer.transaction(() => {
      forgetFacts(replica.writer);
      replica.writer.exec('DELETE FROM order_line; DELETE FROM order_line_cost; DELETE FROM shipment_line');
    })();
    await columns.reading(async () => expect(columns.view()?.lines).toBe(0));
  });
});

describe('rows withdrawn', () => {
  test('are in no block of the file, and a build under way is refused', async () => {
    columns.settle();
    replica.writer.exec(
      'UPDATE order_line SET gross_minor = gross_minor + 1, net_minor = net_minor + 1 WHERE id < 400',
    );
    const withdraw = replica.writer.transaction(() => {
      replica.writer.exec('DELETE FROM order_line_cost');
      forgetWithdrawn(replica.writer);
    });
    expect(columns.round('quiet', withdraw)).toBe(false);
    expect(replica.writer.prepare('SELECT count(*) FROM fact_segment_cost').pluck().get()).toBe(0);
    await bothWays(FEW, FEW);
  });
});

test('a grant that is lost takes its costs out of the blocks in the transaction that takes the rows', async () => {
  replica.writer.exec(
    'UPDATE order_line SET bucket = 1; UPDATE order_line_cost SET bucket = 2; UPDATE shipment_line SET bucket = 3',
  );
  const copy = createCopyWriter(replica.writer, () => undefined);
  copy.begin('e', { number: 1, id: 'c' });
  const bucket = (id: number, table: WireTableName) => [id, wireTable(table).id, COMPANY, 0, 0, 202607, ''] as const;
  const kept = [bucket(1, 'order_line'), bucket(3, 'shipment_line')];
  copy.applyScope('all', [...kept, bucket(2, 'order_line_cost')]);
  replica.writer.exec("UPDATE bucket SET state = 'complete'");
  columns.settle();
  const costs = () => replica.writer.prepare('SELECT count(*) FROM fact_segment_cost').pluck().get();
  expect(costs()).toBeGreaterThan(0);
  copy.applyScope('without costs', kept);
  expect(costs()).toBe(0);
  await bothWays(FEW, FEW);
  columns.settle();
  expect(costs()).toBe(0);
  await bothWays(FEW, FEW);
  copy.reset();
  expect(columns.writer.ids().size).toBe(0);
});

test('a block of another layout is never opened: it is made afresh', async () => {
  columns.settle();
  const { writer } = replica;
  const older = readBasis(writer).text.replace(/^\[\d+,\d+/, (these) => `${these.split(',')[0]},${SEGMENT_LAYOUT + 1}`);
  expect(older).not.toBe(readBasis(writer).text);
  writer.prepare('UPDATE fact_meta SET basis = ?').run(older);
  for (const table of ['fact_segment', 'fact_segment_cost']) {
    const rows = writer.prepare<unknown[], { id: number; columns: Buffer }>(`SELECT id, columns FROM ${table}`).all();
    for (const { id, columns: bytes } of rows) {
      bytes.writeUInt32LE(SEGMENT_LAYOUT + 1, 4);
      writer.prepare(`UPDATE ${table} SET columns = ? WHERE id = ?`).run(bytes, id);
      expect(() => segmentOfBytes(bytes)).toThrow('layout');
    }
  }
  // a process that begins has none of them in memory
  const begun = createTestColumns(replica, SIZES);
  await begun.reading(async () => expect(begun.view()).toBeNull());
  expect(begun.round('many')).toBe(true);
  expect(begun.writer.ids().size).toBe(0);
  expect(begun.settle()).toBeGreaterThan(4);
  columns = begun;
  await bothWays(FEW, FEW);
});

test('a cancelled scan stops between blocks', async () => {
  columns.settle();
  let asked = 0;
  await columns.reading(async () => {
    const view = columns.view();
    const context = replica.context({
      as_of_ms: AS_OF_MS,
      facts: () => view,
      checkCancelled: () => {
        asked += 1;
        if (asked === 3) throw new Error('enough');
      },
    });
    await expect(marginByChannel(context, QUERIES.marginByChannel.args.parse(range))).rejects.toThrow('enough');
  });
  expect(asked).toBe(3);
});
