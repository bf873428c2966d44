import { afterAll, beforeAll, expect, test } from 'vitest';
import { QUERIES } from '#contract/queries.ts';
import { AS_OF_MS, COMPANY, insertGolden } from '../testing/golden.ts';
import { createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { orderDetail } from './orderDetail.ts';

let replica: TestReplica;
beforeAll(() => {
  replica = createTestReplica();
  insertGolden(replica);
  replica.insert('order_note', [
    { id: 'n', company_id: COMPANY, order_id: 901, body: 'Call first', author: 'sales', written_at: 5 },
  ]);
});
afterAll(() => replica.close());

const detail = (changes: object = {}) =>
  orderDetail(replica.context({ as_of_ms: AS_OF_MS }), QUERIES.orderDetail.args.parse({ order_id: 901, ...changes }));

test('an order with its lines, what was shipped of each, and its notes', async () => {
  const answer = await detail();
  expect(answer).toMatchObject({
    number: 'SO 901',
    channel: 'Inside sales',
    currency: 'EUR',
    total_lines: 4,
    state: 'open',
  });
  // 9,000 + 2,000 + 475 − 33
  expect(answer.net_minor).toBe(11_442);
  expect(answer.lines.map((line) => [line.order_line_id, line.shipped_qty_milli, line.cost_minor])).toEqual([
    [1, 100_000, 6_000],
    [2, 25_000, 1_500],
    [12, 0, null],
    [13, 0, null],
  ]);
  expect(answer.notes).toEqual([{ id: 'n', body: 'Call first', author: 'sales', written_at_ms: 5, state: 'accepted' }]);
});

test('lines come in blocks while the total stays the order’s', async () => {
  const answer = await detail({ offset: 1, limit: 2 });
  expect(answer.lines.map((line) => line.order_line_id)).toEqual([2, 12]);
  expect(answer).toMatchObject({ total_lines: 4, net_minor: 11_442 });
  await expect(detail({ order_id: 7 })).rejects.toMatchObject({ code: 'not_found' });
});

test('where no shipment was ever recorded, shipped is unknown and not 0', async () => {
  const other = createTestReplica();
  try {
    insertGolden(other);
    other.writer.exec('DELETE FROM shipment_line');
    const answer = await orderDetail(other.context(), QUERIES.orderDetail.args.parse({ order_id: 901 }));
    expect(answer.lines.map((line) => line.shipped_qty_milli)).toEqual([null, null, null, null]);
  } finally {
    await other.close();
  }
});
