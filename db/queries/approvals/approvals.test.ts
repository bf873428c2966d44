/** Orders beyond their rules over a small distributor written by hand: which, why, who sees and who decides. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { QUERIES, type QueryInput } from '#contract/queries.ts';
import { orderApproval } from './orderApproval.ts';
import { orderApprovals } from './orderApprovals.ts';
import type { ContextOptions, TestReplica } from '../testing/replicaFixture.ts';
import { AS_OF_MS, COMPANY, TODAY_ON, troubledDistributor } from '../testing/troubledDistributor.ts';

let replica: TestReplica;
beforeEach(() => {
  replica = troubledDistributor();
});
afterEach(() => replica.close());

const context = (options: ContextOptions) => replica.context({ as_of_ms: AS_OF_MS, user_name: 'tom', ...options });
const ask = (role: string, args: Partial<QueryInput<'orderApprovals'>> = {}, options: ContextOptions = {}) =>
  orderApprovals(context({ role, ...options }), QUERIES.orderApprovals.args.parse({ company_id: COMPANY, ...args }));
const detail = (role: string, kind: 'floor' | 'discount' | 'credit', order_id = 85) =>
  orderApproval(context({ role }), { company_id: COMPANY, order_id, kind });

let written = 0;
const say = async (decision: string, author: string, more: Record<string, string> = {}) => {
  written += 1;
  const row = (await ask('finance')).rows.find((each) => each.key === 'discount:85');
  replica.insert('order_approval', [
    {
      id: `00000000-0000-0000-0000-${String(written).padStart(12, '0')}`,
      company_id: COMPANY,
      site_id: 11,
      channel_id: 22,
      order_id: 85,
      decision,
      reason: `${decision} by ${author}`,
      content_hash: row?.content_hash ?? '',
      rules: '[]',
      author,
      written_at: AS_OF_MS + written,
      accepted_at: AS_OF_MS + written,
      ...more,
    },
  ]);
};

test('a discount beyond its rule, a price below the floor, a customer beyond the limit', async () => {
  const { rows, waiting, not_for_you, beyond_minor } = await ask('finance');
  expect(beyond_minor).toBe(77_000);
  expect(rows.map((row) => [row.key, row.beyond_minor])).toEqual([
    // receivables 800 + open orders 380 + shipped, not billed 70, limit 500: each open order of the customer waits
    ['credit:81', 75_000],
    ['credit:82', 75_000],
    ['credit:83', 75_000],
    ['credit:84', 75_000],
    ['credit:85', 75_000],
    ['discount:85', 1_000],
    ['floor:85', 1_000],
  ]);
  expect([waiting, not_for_you]).toEqual([7, []]);
  expect(rows[5]).toMatchObject({ given_bp: 3_000, allowed_bp: 2_000, lines: 1, state: 'waiting', may_decide: true });
});

test('who sees no cost and no finance sees the discount alone, and no figure of the others', async () => {
  const answer = await ask('sales');
  expect(answer.rows.map((row) => row.key)).toEqual(['discount:85']);
  expect(answer.not_for_you).toEqual(['floor', 'credit']);
  expect(answer.rows[0]).toMatchObject({ may_decide: false, may_not: 'role' });
  const explained = await detail('sales', 'discount');
  expect(explained).toMatchObject({ margin: null, cost_visible: false, credit: null });
  expect(explained.lines[0]).toMatchObject({ floor: null, cost_minor: null, margin_bp: null, discount_bp: 3_000 });
  await expect(detail('sales', 'floor')).rejects.toMatchObject({ code: 'not_permitted' });
  await expect(detail('planner', 'credit')).rejects.toMatchObject({ code: 'not_permitted' });
});

test('a price is explained by its rules, and the exposure by its parts', async () => {
  replica.insert('order_line_cost', [
    { id: 95, company_id: COMPANY, site_id: 11, channel_id: 22, month: 202611, cost_minor: 6_300 },
  ]);
  replica.insert('price_rule', [
    { id: 201, ver: 9, company_id: COMPANY, item_id: 44, list_price_micro: 11_000_000, valid_from: TODAY_ON - 90 },
    { id: 202, ver: 7, company_id: COMPANY, party_id: 31, max_discount_bp: 2_500, valid_from: TODAY_ON - 90 },
  ]);
  const { lines, margin } = await detail('finance', 'discount');
  expect(lines).toMatchObject([
    {
      list_price_micro: 11_000_000,
      list_rule_id: 201,
      unit_price_micro: 10_000_000,
      net_price_micro: 7_000_000,
      limit: { rule: 'price_rule', id: 202, ver: 7, of: ['customer'], allowed_bp: 2_500, valid_to: null },
      floor: { id: 102, floor_price_micro: 8_000_000 },
      margin_bp: 1_000,
    },
  ]);
  expect(margin).toEqual({ net_minor: 7_000, cost_minor: 6_300, rate_bp: 1_000 });
  expect((await detail('finance', 'credit', 81)).credit).toEqual({
    limit_minor: 50_000,
    receivables_minor: 80_000,
    shipped_unbilled_minor: 7_000,
    open_orders_minor: 38_000,
    deposits_minor: 0,
    exposure_minor: 125_000,
  });
});

test('a decision holds while the lines do; a changed order asks again, though its lines bear a name', async () => {
  await say('asked', 'lotte');
  expect((await ask('finance')).rows.find((row) => row.key === 'discount:85')).toMatchObject({ asked_by: 'lotte' });
  await say('approved', 'ruth');
  replica.writer.exec("UPDATE order_line SET approved_by = 'ruth' WHERE id = 95");
  const decided = await ask('finance', { show: 'decided' });
  expect(decided.rows.map((row) => [row.key, row.state, row.decided_by])).toEqual([
    ['discount:85', 'approved', 'ruth'],
  ]);
  replica.writer.exec('UPDATE order_line SET discount_minor = 3500, net_minor = 6500 WHERE id = 95');
  const again = (await ask('finance')).rows.find((row) => row.key === 'discount:85');
  expect(again).toMatchObject({ state: 'waiting', changed: true, beyond_minor: 1_500 });
});

test('a name on the lines that came from elsewhere is an approval; whoever asked does not decide', async () => {
  await say('asked', 'tom');
  expect((await ask('finance')).rows.find((row) => row.key === 'discount:85')).toMatchObject({
    may_decide: false,
    may_not: 'own',
  });
  replica.writer.exec("UPDATE order_line SET approved_by = 'somebody' WHERE id = 95");
  expect((await ask('finance')).rows.some((row) => row.key === 'discount:85')).toBe(false);
});

test('a kind whose rows are loading is said to be, and the others are looked for', async () => {
  const answer = await ask('finance', {}, { loading: ['invoice'] });
  expect(answer.still_loading).toEqual(['credit']);
  expect(answer.rows.map((row) => row.key)).toEqual(['discount:85', 'floor:85']);
});
