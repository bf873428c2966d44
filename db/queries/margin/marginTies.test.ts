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
