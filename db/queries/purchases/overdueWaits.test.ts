/** Waits are learned once a day, and again only when a purchase changed. */
import { expect, test } from 'vitest';
import { AS_OF_MS, COMPANY, TODAY_ON, troubledDistributor } from '../testing/troubledDistributor.ts';
import { overdueWaits } from './overdueWaits.ts';

test('a balance, an order or a policy that changed teaches nothing new; a receipt, a promise or another day does', async () => {
  const replica = troubledDistributor();
  const context = () => replica.context({ as_of_ms: AS_OF_MS, role: 'planner', cached: true });
  const learned = (as_of_on = TODAY_ON) => overdueWaits(context(), { company_id: COMPANY, as_of_on });
  const first = await learned();
  const change = (sql: string) => replica.writer.exec(sql);
  change('UPDATE stock_balance SET on_hand_qty_milli = on_hand_qty_milli + 1000');
  change('UPDATE sales_order SET number = number || 1');
  change('UPDATE policy SET min_qty_milli = 1000');
  expect(await learned()).toBe(first);
  for (const purchase of [
    'UPDATE po_line SET received_qty_milli = 1000 WHERE id = 71',
    "UPDATE purchase_order SET state = 'closed' WHERE id = 61",
    `INSERT INTO promise_event (ver, bucket, company_id, site_id, id, po_line_id, told_on, promised_on)
     VALUES (1, 1, ${COMPANY}, 11, 1, 71, ${TODAY_ON}, ${TODAY_ON + 3})`,
  ]) {
    const before = await learned();
    change(purchase);
    expect(await learned()).not.toBe(before);
  }
  const now = await learned();
  expect(await learned(TODAY_ON + 1)).not.toBe(now);
  expect(await learned()).toBe(now);
  await replica.close();
});
