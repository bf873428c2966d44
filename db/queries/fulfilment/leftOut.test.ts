/** A customer order of ten years ago: it takes nothing of anybody, and is told in the queue, at the item, among the exceptions. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { QUERIES, type QueryInput } from '#contract/queries.ts';
import { createTestColumns } from '#db/analysis/testing/columns.ts';
import { delayRisk } from '../risk/delayRisk.ts';
import { itemDetail } from '../stock/itemDetail.ts';
import type { TestReplica } from '../testing/replicaFixture.ts';
import { AS_OF_MS, COMPANY, TODAY_ON, troubledDistributor } from '../testing/troubledDistributor.ts';
import { exceptionsOf, findingOf } from '../today/exceptions.ts';
import { fulfilment } from './fulfilment.ts';
import { fulfilmentLine } from './fulfilmentLine.ts';

let replica: TestReplica;
beforeEach(() => {
  replica = troubledDistributor();
});
afterEach(() => replica.close());

const TEN_YEARS_AGO = TODAY_ON - 3_650;
const context = () => replica.context({ role: 'planner', as_of_ms: AS_OF_MS, user_name: 'ingrid' });
const ask = (args: Partial<QueryInput<'fulfilment'>> = {}) =>
  fulfilment(context(), QUERIES.fulfilment.args.parse({ company_id: COMPANY, ...args }));

/** Item 41: 4 lie there, and SO-81 waits for 10. */
function forgotten(committed_on: number | null): void {
  const common = { company_id: COMPANY, site_id: 11, channel_id: 21, month: 201611, party_id: 31 };
  replica.insert('sales_order', [
    { ...common, id: 890, source: 'test', number: 'SO-890', ordered_on: TEN_YEARS_AGO, state: 'open' },
  ]);
  replica.insert('order_line', [
    {
      ...common,
      id: 990,
      order_id: 890,
      ordinal: 1,
      item_id: 41,
      kind: 'goods',
      ordered_on: TEN_YEARS_AGO,
      ordered_qty_milli: 3_000,
      unit_price_micro: 10_000_000,
      gross_minor: 3_000,
      net_minor: 3_000,
      committed_on,
    },
  ]);
}

/** What the others have, without how long it took. */
const others = async () =>
  (await ask()).rows.filter(({ order_line_id }) => order_line_id !== 990).map((row) => ({ ...row, left_qty_milli: 0 }));

test('left out of the queue: the others have what they had, and it stands last with its reason', async () => {
  const [before, totals] = [await others(), (await ask()).totals];
  forgotten(TEN_YEARS_AGO);
  expect(await others()).toEqual(before);
  const answer = await ask();
  expect(answer.rows.at(-1)).toMatchObject({
    order_line_id: 990,
    state: 'left_out',
    due_on: '2016-11-07',
    now_qty_milli: 0,
    short_qty_milli: 0,
    short_minor: 0,
    why: { rule: 'left_out' },
  });
  expect(answer.counts.left_out).toBe(1);
  expect(answer.totals).toMatchObject({ at_risk: totals.at_risk, short_minor: totals.short_minor, lines: 5 });
  expect((await ask({ states: ['left_out'] })).rows.map((row) => row.order_line_id)).toEqual([990]);
  expect((await ask({ past_promise: true })).rows.map((row) => row.order_line_id)).not.toContain(990);
  const working = await fulfilmentLine(context(), { company_id: COMPANY, order_line_id: 990 });
  expect(working).toMatchObject({ raised: null, demand_qty_milli: 10_000, queue_lines: 2, left_out_lines: 1 });
  expect(working.queue.map((turn) => [turn.order_line_id, turn.state])).toEqual([
    [91, 'short'],
    [990, 'left_out'],
  ]);
});

test('what the books reserve for it is nobody else’s: no goods go to orders that are not seen', async () => {
  forgotten(TEN_YEARS_AGO);
  replica.writer.exec('UPDATE stock_balance SET reserved_qty_milli = 13000 WHERE id = 51');
  const working = await fulfilmentLine(context(), { company_id: COMPANY, order_line_id: 91 });
  expect(working.unseen_qty_milli).toBe(0);
});

test('the weeks and the status of the item are those without it, and the panel says how much is left out', async () => {
  const item = () => itemDetail(context(), { item_id: 41, site_id: 11 });
  const before = await item();
  forgotten(TEN_YEARS_AGO);
  const after = await item();
  expect(after.projected).toEqual(before.projected);
  expect(after.uncovered_qty_milli).toBe(before.uncovered_qty_milli);
  expect(after.positions.map(({ status }) => status)).toEqual(before.positions.map(({ status }) => status));
  expect(before.left_out_orders).toEqual({ lines: 0, qty_milli: 0 });
  expect(after.left_out_orders).toEqual({ lines: 1, qty_milli: 3_000 });
  expect(after.open_orders.map(({ number, left_out }) => [number, left_out])).toEqual([
    ['SO-81', false],
    ['SO-890', true],
  ]);
});

test('what the books reserve for it is held until it is closed: free now is without it, and the panel says how much that may be', async () => {
  const free = async () => (await itemDetail(context(), { item_id: 41, site_id: 11 })).free_to_promise;
  forgotten(TEN_YEARS_AGO);
  // 4 lie there; SO-81 waits for 10
  replica.writer.exec('UPDATE stock_balance SET reserved_qty_milli = 13000 WHERE id = 51');
  expect(await free()).toMatchObject({ free_qty_milli: -9_000, left_out_reserved_qty_milli: 3_000 });
  replica.writer.exec('UPDATE stock_balance SET reserved_qty_milli = 10000 WHERE id = 51');
  expect(await free()).toMatchObject({ free_qty_milli: -6_000, left_out_reserved_qty_milli: 0 });
  // more than all orders seen wait for: the rest belongs to orders of others
  replica.writer.exec('UPDATE stock_balance SET reserved_qty_milli = 15000 WHERE id = 51');
  expect(await free()).toMatchObject({ free_qty_milli: -11_000, left_out_reserved_qty_milli: 3_000 });
});

test('an exception of the site lists it with its money, whoever sees orders; the others stay as they were', async () => {
  const found = async (role = 'sales') => {
    const finding = await findingOf(replica.context({ role, as_of_ms: AS_OF_MS, user_name: 'ingrid' }), COMPANY);
    return (await exceptionsOf(finding, { kept: true })).exceptions;
  };
  const before = await found();
  forgotten(TEN_YEARS_AGO);
  const after = await found();
  expect(after.filter(({ key }) => key !== 'left_out_orders:11')).toEqual(before);
  expect(after.find(({ key }) => key === 'left_out_orders:11')).toMatchObject({
    stake_minor: 3_000,
    parts: [{ part: 'left_out', lines: 1, amount_minor: 3_000 }],
    facts: { lines: 1, orders: 1, first_on: TEN_YEARS_AGO, last_on: TEN_YEARS_AGO, site: 'Rotterdam' },
  });
  replica.writer.exec("UPDATE sales_order SET state = 'cancelled' WHERE id = 890");
  expect((await found()).map(({ key }) => key)).not.toContain('left_out_orders:11');
});

test('no risk of delay is told of it, nor that it is late already', async () => {
  const columns = createTestColumns(replica);
  const risk = () => {
    columns.settle();
    const asked = replica.context({ role: 'planner', as_of_ms: AS_OF_MS, facts: columns.view });
    return columns.reading(() => delayRisk(asked, QUERIES.delayRisk.args.parse({ company_id: COMPANY })));
  };
  const before = await risk();
  forgotten(TEN_YEARS_AGO);
  const after = await risk();
  expect(after.late_already).toEqual(before.late_already);
  expect([before.left_out_lines, after.left_out_lines]).toEqual([0, 1]);
});

test('one that was promised for no day, or was due yesterday, is served as ever', async () => {
  forgotten(null);
  expect((await ask()).counts.left_out).toBe(0);
  replica.writer.exec(`UPDATE order_line SET committed_on = ${TODAY_ON - 1} WHERE id = 990`);
  expect((await ask()).counts.left_out).toBe(0);
});
