import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { randomUUID } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import {
  type MarginLines,
  QUERIES,
  type QueryInput,
  type ScenarioCompare,
  type StockPositions,
  type Today,
} from '#contract/queries.ts';
import { dayNumber, firstDayOfMonth } from '#domain/calendar.ts';
import { AS_OF_MS, COMPANY } from '#db/queries/testing/golden.ts';
import { wireTable } from '#contract/wire/tables.ts';
import { REST_MS } from '#db/queries/editions.ts';
import { UNASKED_MS } from '#db/queries/forgetUnasked.ts';
import { insertRandomStock } from '#db/queries/testing/randomStock.ts';
import { createTestReplica, type TestReplica } from '#db/queries/testing/replicaFixture.ts';
import { createReaderPool } from './pool.ts';
import type { Readers } from './readers.ts';

let replica: TestReplica;
let readers: Readers;
const logged: string[] = [];
/** What readers wait for before they leave. */
let waiting: { readonly delay_ms: number; readonly run: () => void }[];
const pool = (): Readers =>
  createReaderPool(replica.files, (_level, message) => void logged.push(message), {
    after: (delay_ms, run) => {
      const each = { delay_ms, run };
      waiting.push(each);
      return { cancel: () => void waiting.splice(waiting.indexOf(each), 1) };
    },
  });
beforeEach(() => {
  replica = createTestReplica();
  insertRandomStock(replica, 12, dayNumber('2026-11-05') ?? 0);
  logged.length = 0;
  waiting = [];
  readers = pool();
});
afterEach(async () => {
  await readers.close();
  await replica.close();
  expect(logged).toEqual([]);
});

const leaving = () => waiting.filter(({ delay_ms }) => delay_ms === UNASKED_MS);

const asker = () => ({ user: replica.context().user, now_ms: AS_OF_MS, as_of_ms: null });
async function stock(asked: Partial<QueryInput<'stockPositions'>>): Promise<StockPositions> {
  const args = QUERIES.stockPositions.args.parse({ company_id: COMPANY, group_by: 'none', limit: 30, ...asked });
  const answer = await readers.run({ kind: 'query', name: 'stockPositions', args, asker: asker() }, undefined);
  return answer as StockPositions;
}

/** Where one is known, nothing is loading but what is said to be missing. */
const insertBucket = (table_id: number): void => {
  replica.writer
    .prepare(
      `INSERT INTO bucket (id, tbl, company, site, channel, month, client, state, rows)
       VALUES (1, ?, 0, 0, 0, 0, '', 'complete', 0)`,
    )
    .run(table_id);
};

/** Of a scenario in which twice as much is asked for. */
const compare = async (): Promise<ScenarioCompare> => {
  const scenario_id = randomUUID();
  const demand = { id: randomUUID(), kind: 'demand', item_id: null, site_id: null, category: null, factor_bp: 20_000 };
  replica.work
    .prepare('INSERT INTO scenario (id, company_id, name, body_json, saved_at_ms) VALUES (?, ?, ?, ?, 1)')
    .run(scenario_id, COMPANY, 'Twice', JSON.stringify({ assumptions: [demand], sent: [] }));
  const args = QUERIES.scenarioCompare.args.parse({ scenario_id });
  const answer = await readers.run({ kind: 'query', name: 'scenarioCompare', args, asker: asker() }, undefined);
  return answer as ScenarioCompare;
};

test('blocks asked at once, with changes between, all come from the edition that was asked for, and wait for no scenario', async () => {
  insertBucket(wireTable('site').id);
  const head = await stock({});
  const answered: string[] = [];
  const compared = compare().finally(() => answered.push('scenario'));
  const offsets = Array.from({ length: 8 }, (_, index) => index * 30);
  const before = await Promise.all(offsets.map((offset) => stock({ offset, edition: head.edition })));
  answered.push('stock');
  expect((await compared).counting).toBe(1);
  expect(answered).toEqual(['stock', 'scenario']);
  // its reader leaves once nobody looks at it
  expect(waiting.filter(({ delay_ms }) => delay_ms === REST_MS)).toHaveLength(1);
  const later = await Promise.all(
    offsets.map((offset) => {
      replica.writer.exec('UPDATE stock_balance SET on_hand_qty_milli = on_hand_qty_milli + 1000');
      return stock({ offset, edition: head.edition });
    }),
  );
  expect(later.map(({ rows, edition }) => ({ rows, edition }))).toEqual(
    before.map(({ rows, edition }) => ({ rows, edition })),
  );
  expect(later.at(-1)?.newer).toBe(true);
  expect((await stock({})).rows).not.toEqual(head.rows);
});

test('closing waits for no reader: who asked is told at once, the thread ends and holds the file no longer', async () => {
  const { id, columns } = wireTable('site');
  const row = columns.map(({ name }) => `n AS ${name}`).join(', ');
  replica.writer.exec(`DROP TABLE site;
    CREATE VIEW site AS WITH RECURSIVE endless (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM endless)
      SELECT n AS id, 1 AS ver, 1 AS bucket, ${row} FROM endless;
    UPDATE replica_meta SET checkpoint_number = 1`);
  insertBucket(id);
  replica.writer.pragma('busy_timeout = 0');
  const isRead = () => {
    replica.writer.exec('UPDATE stock_balance SET on_hand_qty_milli = on_hand_qty_milli + 1');
    const [answer] = replica.writer.pragma('wal_checkpoint(RESTART)') as { busy: number }[];
    return answer?.busy === 1;
  };
  const asked = readers.run({ kind: 'hashes', buckets: [1] }, undefined).catch((error: unknown) => error);
  await vi.waitFor(() => expect(isRead()).toBe(true), 30_000);
  await readers.close();
  expect(await asked).toMatchObject({ code: 'cancelled' });
  expect(isRead()).toBe(false);
});

test('stock read ahead is the edition the first look is given, without reading again', async () => {
  expect(await readers.run({ kind: 'stockAhead', asker: asker() }, undefined)).toBe(1);
  // were it read now, it would be other rows under the same versions
  replica.writer.exec('DROP TRIGGER temp.version_stock_balance_UPDATE');
  const onHand = (answer: StockPositions) => answer.rows.map((row) => row.on_hand_qty_milli);
  replica.writer.exec('UPDATE stock_balance SET on_hand_qty_milli = 77000');
  expect(onHand(await stock({}))).not.toContain(77_000);
});

test('a question goes to the reader that remembers it, whoever else is free', async () => {
  const today = async (): Promise<string> => {
    const args = QUERIES.today.args.parse({ company_ids: [COMPANY], whose: 'all', snoozed: false, limit: 50 });
    const answer = await readers.run({ kind: 'query', name: 'today', args, asker: asker() }, undefined);
    return JSON.stringify((answer as Today).rows);
  };
  const months = { from_month: 202610, to_month: 202610 };
  const kpis = QUERIES.kpiValues.args.parse({ company_ids: [COMPANY], ...months, kpis: ['fill_rate_unit'] });
  const figures = readers.run({ kind: 'query', name: 'kpiValues', args: kpis, asker: asker() }, undefined);
  const [before] = await Promise.all([today(), figures]);
  // were it found again now, the balances would be other ones under the same versions
  replica.writer.exec('DROP TRIGGER temp.version_stock_balance_UPDATE');
  replica.writer.exec('UPDATE stock_balance SET on_hand_qty_milli = -77000');
  expect(await today()).toBe(before);
  expect(await today()).toBe(before);
});

test('of two readers the second leaves when nobody asked it, and comes when the first is busy', async () => {
  const ended: unknown[] = [];
  const begun: Worker[] = [];
  const begins = (message: unknown) => {
    const { worker } = message as { readonly worker: Worker };
    begun.push(worker);
    worker.once('exit', () => ended.push(worker));
  };
  subscribe('worker_threads', begins);
  const own = pool();
  try {
    const ask = () => own.run({ kind: 'query', name: 'companies', args: {}, asker: asker() }, undefined);
    await ask();
    const [first, second] = begun;
    leaving().at(-1)?.run();
    await vi.waitFor(() => expect(ended).toEqual([second]), 10_000);
    const answer = await ask();
    expect(begun).toEqual([first, second]);
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([answer, answer, answer]);
    expect(begun).toHaveLength(3);
    // what nobody asked for keeps it no longer, a question does
    const rests = leaving().at(-1);
    await own.run({ kind: 'strays' }, undefined);
    expect(leaving().at(-1)).toBe(rests);
    await ask();
    expect(leaving().at(-1)).not.toBe(rests);
  } finally {
    unsubscribe('worker_threads', begins);
    await own.close();
  }
});

test('a question that columns answer waits for those of the file, others do not', async () => {
  const answered: string[] = [];
  const ask = async (name: 'companies' | 'kpiValues', args: unknown) => {
    await readers.run({ kind: 'query', name, args, asker: asker() }, undefined);
    answered.push(name);
  };
  const months = { from_month: 202610, to_month: 202610 };
  const args = QUERIES.kpiValues.args.parse({ company_ids: [COMPANY], ...months, kpis: ['fill_rate_unit'] });
  const { stored } = await readers.run({ kind: 'factsLoad', known: [] }, undefined);
  const figures = ask('kpiValues', args);
  await ask('companies', {});
  // both readers are free and the figures, asked first, still wait
  expect(answered).toEqual(['companies']);
  readers.share([], new Set(stored));
  await figures;
  expect(answered).toEqual(['companies', 'kpiValues']);
});

test('columns that cannot be read keep nobody waiting', async () => {
  const stopped = new AbortController();
  const load = readers.run({ kind: 'factsLoad', known: [] }, stopped.signal);
  const args = QUERIES.today.args.parse({ company_ids: [COMPANY] });
  const list = readers.run({ kind: 'query', name: 'today', args, asker: asker() }, undefined);
  stopped.abort();
  await expect(load).rejects.toMatchObject({ code: 'cancelled' });
  expect((await list) as Today).toMatchObject({ currency: 'EUR' });
});

test('Today looked for ahead is what the first look is given, without looking again', async () => {
  const ahead = readers.run({ kind: 'todayAhead', asker: asker() }, undefined);
  const args = QUERIES.today.args.parse({ company_ids: [COMPANY], limit: 50 });
  const list = async () =>
    (await readers.run({ kind: 'query', name: 'today', args, asker: asker() }, undefined)) as Today;
  // asked while it is being looked for: it waits for that reader, though the other one is free
  const [companies, first] = await Promise.all([ahead, list()]);
  expect(companies).toBe(1);
  replica.writer.exec('DROP TRIGGER temp.version_stock_balance_UPDATE');
  replica.writer.exec('UPDATE stock_balance SET on_hand_qty_milli = -77000');
  expect((await list()).rows).toEqual(first.rows);
});

test('a list of lines is kept by a reader that leaves when nobody reads on', async () => {
  const month = 202608;
  replica.insert(
    'order_line',
    Array.from({ length: 120 }, (_, at) => ({
      id: 5000 + at,
      company_id: COMPANY,
      month,
      order_id: 1,
      kind: 'goods',
      ordered_on: firstDayOfMonth(month) + (at % 28),
      gross_minor: 100 + at,
      net_minor: 100 + at,
    })),
  );
  const asked = { company_id: COMPANY, from_month: month, to_month: month, limit: 50 };
  const lines = async (within: { readonly edition?: string; readonly offset?: number } = {}): Promise<MarginLines> => {
    const args = QUERIES.marginLines.args.parse({ ...asked, ...within });
    return (await readers.run({ kind: 'query', name: 'marginLines', args, asker: asker() }, undefined)) as MarginLines;
  };
  const add = () =>
    replica.writer.exec('UPDATE order_line SET net_minor = net_minor + 1, gross_minor = gross_minor + 1');
  const head = await lines();
  add();
  const next = await lines({ edition: head.edition, offset: 50 });
  expect([next.edition, next.newer, next.total_minor]).toEqual([head.edition, true, head.total_minor]);
  // beside the second of those who answer everything else
  await vi.waitFor(() => expect(leaving()).toHaveLength(2), 10_000);
  leaving()[1]?.run();
  const renewed = await lines({ edition: head.edition, offset: 50 });
  expect([renewed.newer, renewed.total_minor]).toEqual([false, (head.total_minor ?? 0) + head.total_lines]);
});

test('an export has a reader of its own, and the next one after it', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'binnacle-lanes-'));
  try {
    for (const name of ['first', 'second']) {
      const file = join(dir, name);
      const made = await readers.run(
        {
          kind: 'export',
          order: {
            file,
            key_hex: '1b'.repeat(32),
            query: 'stockPositions',
            args: { company_id: COMPANY, group_by: 'none' },
            columns: undefined,
            measure: undefined,
            format: 'csv',
            made: { user_name: 'tester', made_at_ms: AS_OF_MS },
          },
          asker: asker(),
        },
        undefined,
      );
      expect(made.rows).toBeGreaterThan(100);
      expect(readFileSync(file).length).toBeGreaterThan(100);
    }
  } finally {
    rmSync(dir, { recursive: true });
  }
});
