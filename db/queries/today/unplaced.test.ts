/** Open order lines without an item or a site are in no list of stock and in no queue: they are told, with the reason and their money. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RowValues, TestReplica } from '../testing/replicaFixture.ts';
import { AS_OF_MS, COMPANY, TODAY_ON, troubledDistributor } from '../testing/troubledDistributor.ts';
import { exceptionDetail } from './exceptionDetail.ts';
import { exceptionsOf, findingOf } from './exceptions.ts';

let replica: TestReplica;
beforeEach(() => {
  replica = troubledDistributor();
});
afterEach(() => replica.close());

const context = (role = 'sales') => replica.context({ role, as_of_ms: AS_OF_MS, user_name: 'ingrid' });
const found = async (role?: string) =>
  (await exceptionsOf(await findingOf(context(role), COMPANY), { kept: true })).exceptions;

function line(id: number, more: RowValues): void {
  const common = { company_id: COMPANY, site_id: 11, channel_id: 21, month: 202611, party_id: 31, ...more };
  const {
    item_id = 41,
    kind = 'goods',
    ordered_qty_milli = 3_000,
    cancelled_qty_milli = 0,
    ...head
  } = common as RowValues;
  replica.insert('sales_order', [
    { ...head, id, source: 'test', number: `SO-${id}`, ordered_on: TODAY_ON - 3, state: 'open' },
  ]);
  replica.insert('order_line', [
    {
      ...head,
      id: id + 1000,
      order_id: id,
      ordinal: 1,
      item_id,
      kind,
      ordered_on: TODAY_ON - 3,
      ordered_qty_milli,
      cancelled_qty_milli,
      unit_price_micro: 10_000_000,
      gross_minor: 3_000,
      net_minor: 3_000,
      committed_on: TODAY_ON + 2,
    },
  ]);
}

test('by channel, each with its reason; the others stay as they were', async () => {
  const before = await found();
  line(880, { item_id: null });
  line(881, { site_id: null });
  line(882, { item_id: null, site_id: null, channel_id: null });
  // nothing is left of it, and no goods are
  line(883, { item_id: null, cancelled_qty_milli: 3_000 });
  line(884, { item_id: null, kind: 'freight' });
  const after = await found();
  expect(after.filter(({ key }) => !key.startsWith('unplaced_orders'))).toEqual(before);
  expect(after.find(({ key }) => key === 'unplaced_orders:21')).toMatchObject({
    site_id: null,
    channel_id: 21,
    stake_minor: 6_000,
    parts: [
      { part: 'no_item', lines: 1, amount_minor: 3_000 },
      { part: 'no_site', lines: 1, amount_minor: 3_000 },
    ],
    facts: { channel: 'Key accounts', lines: 2, orders: 2, without_item: 1, without_site: 1 },
  });
  expect(after.find(({ key }) => key === 'unplaced_orders:0')).toMatchObject({
    channel_id: null,
    stake_minor: 3_000,
    facts: { channel: 'Unmapped', lines: 1, without_item: 1, without_site: 0 },
  });
});

test('its working names the orders; who recorded what lacked clears it', async () => {
  line(880, { item_id: null });
  const detail = await exceptionDetail(context(), { company_id: COMPANY, key: 'unplaced_orders:21', limit: 50 });
  expect(detail.lines.map(({ number, amount_minor }) => [number, amount_minor])).toEqual([['SO-880', 3_000]]);
  replica.writer.exec('UPDATE order_line SET item_id = 41 WHERE id = 1880');
  expect((await found()).map(({ key }) => key)).not.toContain('unplaced_orders:21');
});
