/** What differs from the ledger, down to documents a person can find by their numbers. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { QUERIES, type QueryInput } from '#contract/queries.ts';
import { createTestColumns } from '#db/analysis/testing/columns.ts';
import { AS_OF_MS, COMPANY, day, INSIDE, insertGolden } from '../testing/golden.ts';
import { insertRandomOrders } from '../testing/randomOrders.ts';
import { createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { discountLines } from './discountLines.ts';
import { marginTieLines } from './marginTies.ts';
import { tieDocuments } from './tieGround.ts';

let replica: TestReplica;
beforeAll(() => {
  replica = createTestReplica();
  insertGolden(replica);
  const of = { company_id: COMPANY, channel_id: INSIDE, month: 202609 };
  const account = (id: number, code: string, role: string) => ({ id, company_id: COMPANY, code, name: role, role });
  replica.insert('gl_account', [account(1, '8400', 'returns'), account(2, '8900', 'claims')]);
  replica.insert(
    'credit_note',
    [1, 2, 3, 4, 5].map((id) => ({
      ...of,
      id,
      number: `CN-70${id}`,
      issued_on: day(id === 5 ? '2026-09-17' : '2026-09-16'),
      order_line_id: 3,
      amount_minor: 100 * id,
    })),
  );
  replica.insert('claim', [{ ...of, id: 9, number: 'RC-4', kind: 'damaged', state: 'open', claimed_minor: 0 }]);
  replica.insert('claim_cost', [
    { ...of, id: 1, claim_id: 9, order_line_id: 3, booked_on: day('2026-09-18'), amount_minor: 250 },
  ]);
});
afterAll(() => replica.close());

const lines = (input: Partial<QueryInput<'marginTieLines'>>) =>
  marginTieLines(
    replica.context({ as_of_ms: AS_OF_MS }),
    QUERIES.marginTieLines.args.parse({ company_id: COMPANY, month: 202609, component: 'returns', ...input }),
  );

test('credit notes and costs of claims are named by their own numbers and lead to the order they are about', async () => {
  const [{ order_id } = { order_id: 0 }] = replica.writer
    .prepare<unknown[], { order_id: number }>('SELECT order_id FROM order_line WHERE id = 3')
    .all();
  const returns = await lines({});
  expect(returns.lines.map(({ kind, number, order_id: order }) => [kind, number, order])).toEqual([
    ['day', null, 0],
    ...['CN-701', 'CN-702', 'CN-703', 'CN-704'].map((number) => ['document', number, order_id]),
    ['day', null, 0],
    ['document', 'CN-705', order_id],
  ]);
  const claims = await lines({ component: 'claims' });
  expect(claims.lines.map(({ kind, number, documents_minor }) => [kind, number, documents_minor])).toEqual([
    ['day', null, -250],
    ['document', 'RC-4', -250],
  ]);
});

test('a day that is not shown with all of its documents counts as left out', async () => {
  const shown = async (limit: number) => {
    const answer = await lines({ limit });
    return [answer.lines.length, answer.days, answer.days_left_out];
  };
  expect(await shown(7)).toEqual([7, 2, 0]);
  expect(await shown(6)).toEqual([5, 2, 1]);
  expect(await shown(3)).toEqual([3, 2, 2]);
});

test('a day the ledger books without channels is compared as a whole', async () => {
  const entry = (id: number, on: string) => ({ id, number: `SHP-${id}`, booked_on: day(on), memo: 'Returned' });
  const booked = [entry(1, '2026-09-16'), entry(2, '2026-09-17')];
  const of = { company_id: COMPANY, month: 202609 };
  replica.insert(
    'gl_entry',
    booked.map((each) => ({ ...of, ...each, journal: 'SHP' })),
  );
  const line = (id: number, entry_id: number, channel_id: number | null, amount_minor: number) => {
    return { ...of, id, entry_id, channel_id, amount_minor, account_id: 1 };
  };
  replica.insert('gl_line', [line(1, 1, null, 900), line(2, 1, null, 100), line(3, 2, INSIDE, 480)]);
  const differing = async () => {
    const { lines: found, tie } = await lines({});
    const days = found.map(({ kind, on, ledger_minor, documents_minor }) => [kind, on, ledger_minor, documents_minor]);
    return [tie.differing_days, tie.difference_minor, days];
  };
  const document = ['document', '2026-09-17', null, -500];
  expect(await differing()).toEqual([
    1,
    20,
    [['day', '2026-09-17', -480, -500], ['entry', '2026-09-17', -480, null], document],
  ]);
  replica.writer.exec('UPDATE gl_line SET amount_minor = 130 WHERE id = 2');
  expect((await lines({})).lines.slice(0, 3).map(({ kind, channel }) => [kind, channel])).toEqual([
    ['day', null],
    ['entry', null],
    ['document', 'Inside sales'],
  ]);
  replica.writer.exec('UPDATE gl_line SET amount_minor = 100 WHERE id = 2');
  // a line of no channel beside lines of one stands for itself
  replica.insert('gl_line', [line(4, 2, null, 20)]);
  expect(await differing()).toEqual([
    2,
    0,
    [
      ['day', '2026-09-17', -20, 0],
      ['entry', '2026-09-17', -20, null],
      ['day', '2026-09-17', -480, -500],
      ['entry', '2026-09-17', -480, null],
      document,
    ],
  ]);
});

test('a discount of its own books with the first bill of its order', async () => {
  const bill = { company_id: COMPANY, order_id: 907, kind: 'customer', ref: 'DN-1', amount_minor: 0 };
  replica.insert('invoice', [
    { ...bill, id: 1, number: 'INV-2', posted_on: day('2026-11-20') },
    { ...bill, id: 2, number: 'INV-1', posted_on: day('2026-11-04') },
  ]);
  const booked = async (month: number) => {
    const documents = await tieDocuments(replica.context({ as_of_ms: AS_OF_MS }), COMPANY, month);
    return documents.filter(({ order_id }) => order_id === 907).map(({ number, day: on }) => [number, on]);
  };
  expect(await booked(202611)).toEqual([['INV-1', day('2026-11-04')]]);
  expect(await booked(202610)).not.toContainEqual(['INV-2', day('2026-11-20')]);
});

test('columns and tables name the same discounts', async () => {
  const random = createTestReplica();
  try {
    insertRandomOrders(random, { lines: 1200, items: 20, first_month: 202605, seed: 7, months: 6 });
    random.writer.exec('UPDATE order_line SET company_id = 2 WHERE order_id % 3 = 0');
    const columns = createTestColumns(random, { rows: 256, many_lines: 40, many_orders: 15 });
    columns.settle();
    for (const month of [202605, 202607, 202610]) {
      const read = discountLines(random.context({ as_of_ms: AS_OF_MS }), COMPANY, month);
      const facts = () => columns.view();
      const context = random.context({ as_of_ms: AS_OF_MS, facts });
      const found = await columns.reading(() => Promise.resolve(discountLines(context, COMPANY, month)));
      expect(found.toSorted((a, b) => a - b)).toEqual(read.toSorted((a, b) => a - b));
      expect(found.length).toBeGreaterThan(5);
    }
  } finally {
    await random.close();
  }
});
