/** Lists of lines stay those of the moment at which they were opened, block by block, while rows change under them. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type InEdition, QUERIES, type QueryInput } from '#contract/queries.ts';
import { createTestColumns, type TestColumns } from '#db/analysis/testing/columns.ts';
import { fillRateLines } from './fill/fillRateLines.ts';
import { marginLeakageLines } from './leakage/marginLeakageLines.ts';
import type { Editions } from './editions.ts';
import {
  FIRST_ROWS,
  type KeptList,
  listAhead,
  listBlock,
  type ListReader,
  MOST_LISTS,
  MOST_ROWS,
} from './listEditions.ts';
import { marginLines } from './margin/marginLines.ts';
import { type ListQueryName, readAhead } from './openLists.ts';
import { createReadCache, type ReadCache } from './readCache.ts';
import { AS_OF_MS, COMPANY, INSIDE } from './testing/golden.ts';
import { insertRandomCredits, insertRandomOrders } from './testing/randomOrders.ts';
import { insertChannelRules } from './testing/rules.ts';
import { createTestReplica, type TestReplica } from './testing/replicaFixture.ts';

const MANY = { lines: 900, items: 20, months: 3, first_month: 202608 };
const months = { company_id: COMPANY, from_month: 202608, to_month: 202610 };
let replica: TestReplica;
let columns: TestColumns;
let cache: ReadCache;
beforeEach(() => {
  replica = createTestReplica();
  insertRandomOrders(replica, { seed: 77, ...MANY });
  insertRandomCredits(replica, { seed: 78, credits: 60, ...MANY });
  insertChannelRules(replica, COMPANY);
  columns = createTestColumns(replica, { rows: 256, many_lines: 4000, many_orders: 1500 });
  columns.settle();
  cache = createReadCache();
});
afterEach(() => replica.close());

interface Asked {
  readonly edition?: string;
  readonly offset?: number;
  readonly locate?: string[];
}
/** What the lists have in common: of each row its key, what it adds to the total, and all it says. */
interface Shown extends InEdition {
  readonly rows: readonly { readonly key: string; readonly adds: number; readonly says: object }[];
  readonly total_lines: number;
  readonly total: number | null;
}
interface Of {
  readonly facts: boolean;
  readonly user_name?: string;
}
type Ask = (asked: Asked, of: Of) => Promise<Shown>;

const context = ({ facts, user_name = 'tester' }: Of) => ({
  ...replica.context({ as_of_ms: AS_OF_MS, user_name, ...(facts ? { facts: () => columns.view() } : {}) }),
  cache,
});
/** The list is read on as far as it is kept, as happens while nobody waits. */
async function readOnAhead(of: Of, name: ListQueryName, args: object, { edition }: InEdition): Promise<void> {
  while (await columns.reading(() => readAhead(context(of), name, args, edition)));
}
const askMargin: Ask = async (asked, of) => {
  const sort = { column: 'net', descending: true } as const;
  const args = QUERIES.marginLines.args.parse({ ...months, figure: 'net', sort, limit: 40, ...asked });
  const answer = await columns.reading(() => marginLines(context(of), args));
  if (asked.edition === undefined) await readOnAhead(of, 'marginLines', args, answer);
  const rows = answer.lines.map((line) => ({ key: line.key, adds: line.net_minor, says: line }));
  return { ...answer, rows, total: answer.total_minor };
};
const askFill: Ask = async (asked, of) => {
  const args = QUERIES.fillRateLines.args.parse({ ...months, figure: 'due', limit: 40, ...asked });
  const answer = await columns.reading(() => fillRateLines(context(of), args));
  if (asked.edition === undefined) await readOnAhead(of, 'fillRateLines', args, answer);
  const rows = answer.lines.map((line) => ({ key: String(line.order_line_id), adds: 1, says: line }));
  return { ...answer, rows, total: answer.total_lines };
};
const askLeaks: Ask = async (asked, of) => {
  const args = QUERIES.marginLeakageLines.args.parse({ ...months, limit: 40, ...asked });
  const answer = await columns.reading(() => marginLeakageLines(context(of), args));
  if (asked.edition === undefined) await readOnAhead(of, 'marginLeakageLines', args, answer);
  const rows = answer.lines.map((line) => ({ key: line.key, adds: line.leak_minor, says: line }));
  return { ...answer, rows, total: answer.total_minor };
};

/** Reads on from the first block; `between` happens before every further one. */
async function readOn(ask: Ask, of: Of, between: (rows: number) => void = () => undefined) {
  const head = await ask({}, of);
  const rows = [...head.rows];
  const answers = [head];
  while (rows.length < head.total_lines) {
    between(rows.length);
    const next = await ask({ edition: head.edition, offset: rows.length }, of);
    expect(next.rows).not.toEqual([]);
    answers.push(next);
    rows.push(...next.rows);
  }
  return { head, rows, answers, sum: rows.reduce((added, row) => added + row.adds, 0) };
}
const keysOf = (rows: Shown['rows']) => rows.map((row) => row.key);

/** One line gets another amount, one goes, one comes, so that all that is below them would have another place. */
function change(): void {
  const { writer } = replica;
  const [changed = 0, removed = 0, twin = 0] = writer
    .prepare<unknown[], number>(
      `SELECT id FROM order_line WHERE kind = 'goods' AND month = 202608 AND committed_on IS NOT NULL
         AND discount_minor > 500 ORDER BY net_minor DESC LIMIT 3`,
    )
    .pluck()
    .all();
  writer.exec(`UPDATE order_line SET gross_minor = gross_minor + 77, net_minor = net_minor + 70,
    discount_minor = discount_minor + 7, ordered_qty_milli = ordered_qty_milli + 5000 WHERE id = ${changed}`);
  writer.exec(`DELETE FROM order_line WHERE id = ${removed}`);
  const names = writer.prepare<unknown[], string>("SELECT name FROM pragma_table_info('order_line')").pluck().all();
  const values = names.map((name) => (name === 'id' ? '(SELECT max(id) + 1 FROM order_line)' : name));
  writer.exec(`INSERT INTO order_line (${names.join()}) SELECT ${values.join()} FROM order_line WHERE id = ${twin}`);
  writer.exec(`UPDATE shipment_line SET qty_milli = qty_milli + 1000 WHERE order_line_id = ${changed}`);
}

const LISTS = [
  { list: 'the lines of a margin', ask: askMargin, kept: () => cache.marginLists.length },
  { list: 'lines of a fill rate', ask: askFill, kept: () => cache.fillLists.length },
  { list: 'lines that leak', ask: askLeaks, kept: () => cache.leakLists.length },
];

describe.each(LISTS)('$list', ({ ask, kept }) => {
  test.each([
    { facts: true, from: 'columns' },
    { facts: false, from: 'tables' },
  ])('from $from stay as they were and add up while one changes, one comes and one goes', async (of) => {
    const before = await readOn(ask, { ...of, user_name: 'before' });
    expect(before.rows.length).toBeGreaterThan(100);
    const { head, rows, answers, sum } = await readOn(ask, of, change);
    expect(new Set(keysOf(rows)).size).toBe(head.total_lines);
    expect(keysOf(rows)).toEqual(keysOf(before.rows));
    // a line that is gone has lost its words, and what a margin’s line shipped to date is in no figure of it
    const told = ({ says }: Shown['rows'][number]) => ({ ...says, description: '', shipped_qty_milli: 0 });
    expect(rows.map(told)).toEqual(before.rows.map(told));
    for (const answer of answers) {
      expect(answer.total).toBe(sum);
      expect([answer.edition, answer.newer]).toEqual([head.edition, answer !== head]);
    }
    // whoever moves on sees what a reader sees that knows nothing of before
    const newest = await readOn(ask, of);
    expect([newest.head.newer, newest.head.total]).toEqual([false, newest.sum]);
    expect(newest.rows).not.toEqual(rows);
    cache = createReadCache();
    expect((await readOn(ask, of)).rows).toEqual(newest.rows);
  });

  test('the place of a row is found in the newest; few lists are kept, each for one person', async () => {
    const of = { facts: true };
    const head = await ask({}, of);
    const { key } = (await ask({ edition: head.edition, offset: 60 }, of)).rows[5] ?? { key: '' };
    change();
    const moved = await ask({ locate: [key, 'none'] }, of);
    const [place, nowhere] = moved.located;
    expect(nowhere).toBeNull();
    expect((await ask({ edition: moved.edition, offset: place ?? 0 }, of)).rows[0]?.key).toBe(key);
    expect((await ask({ edition: head.edition }, { ...of, user_name: 'other' })).edition).not.toBe(head.edition);
    for (let n = 0; n < MOST_LISTS; n++) {
      change();
      await ask({}, of);
      expect(kept()).toBeLessThanOrEqual(MOST_LISTS);
    }
    const renewed = await ask({ edition: head.edition, offset: 40 }, of);
    expect([renewed.edition === head.edition, renewed.newer]).toEqual([false, false]);
  });
});

/** A list of numbers, longer than what is kept of one. */
function longList() {
  const state = { first: 0, reads: [] as number[] };
  const total_lines = MOST_ROWS + 500;
  const kept: Editions<KeptList<number>> = [];
  const reader: ListReader<KeptList<number>> = {
    pick: () => kept,
    question: {
      of: 'numbers',
      tables: ['order_line'],
      as_of_on: null,
      read: async ({ offset, limit }) => {
        state.reads.push(offset);
        const count = Math.min(limit, total_lines - offset);
        return { total_lines, rows: Array.from({ length: count }, (_, at) => state.first + offset + at) };
      },
      keyOf: String,
    },
  };
  const block = (asked: { readonly offset: number; readonly edition?: string }) =>
    listBlock(context({ facts: false }), { limit: 100, locate: [], ...asked }, reader);
  const ahead = (edition: string) => listAhead(context({ facts: false }), edition, reader);
  return { state, block, ahead };
}

test('the rows below are kept as they are read, and ahead of it; further down they are read while nothing changed, then in the newest', async () => {
  const { state, block, ahead } = longList();
  const { edition } = (await block({ offset: 0 })).read_in;
  await block({ edition, offset: FIRST_ROWS - 100 });
  expect(state.reads).toEqual([0]);
  await block({ edition, offset: FIRST_ROWS });
  expect(state.reads).toEqual([0, FIRST_ROWS]);
  while (await ahead(edition));
  const before = state.reads.length;
  expect(before).toBeLessThan(9);
  expect((await block({ edition, offset: MOST_ROWS - 100 })).rows[0]).toBe(MOST_ROWS - 100);
  expect(state.reads).toHaveLength(before);
  const beyond = await block({ edition, offset: MOST_ROWS + 100 });
  expect([beyond.rows[0], beyond.read_in.edition]).toEqual([MOST_ROWS + 100, edition]);
  change();
  state.first = 1_000_000;
  const last = await block({ edition, offset: MOST_ROWS - 100 });
  expect([last.rows.length, last.rows[0], last.rows[99]]).toEqual([100, MOST_ROWS - 100, MOST_ROWS - 1]);
  const newest = await block({ edition, offset: MOST_ROWS + 100 });
  expect(newest.rows[0]).toBe(1_000_000 + MOST_ROWS + 100);
  expect([newest.read_in.edition === edition, newest.read_in.newer]).toEqual([false, false]);
});

test('rows of after a change are never kept beside those of before', async () => {
  const { state, block, ahead } = longList();
  const { edition } = (await block({ offset: 0 })).read_in;
  change();
  state.first = 1_000_000;
  expect(await ahead(edition)).toBe(false);
  expect((await block({ edition, offset: 300 })).rows[0]).toBe(300);
  const renewed = await block({ edition, offset: FIRST_ROWS });
  expect(renewed.rows[0]).toBe(1_000_000 + FIRST_ROWS);
  expect(renewed.read_in.edition).not.toBe(edition);
});

test('a list has another name for another order, filter or figure', async () => {
  const ask = (input: Partial<QueryInput<'marginLines'>>) =>
    columns.reading(() =>
      marginLines(context({ facts: true }), QUERIES.marginLines.args.parse({ ...months, ...input })),
    );
  const names = new Set<string>();
  for (const input of [{}, { figure: 'net' }, { channel_id: INSIDE }, { sort: { column: 'net' } }] as const) {
    names.add((await ask(input)).edition);
    names.add((await ask({ ...input, offset: 50, limit: 20 })).edition);
  }
  expect(names.size).toBe(4);
});
