/** What people decided about open orders: who is served first, and which orders beyond their rules were asked for and allowed. */
import { createHash } from 'node:crypto';
import { type ApprovalDecision, orderContent } from '#domain/orders/approval.ts';
import { beyondMinor, brokenDiscounts } from '#domain/orders/brokenRules.ts';
import { Versions } from '#domain/governance/inForce.ts';
import { discountRules } from '#domain/pricing/leakage.ts';
import type { Random } from './random.ts';
import type { DemoBatch, DemoRow } from './rows.ts';
import { STORIES } from './stories/stories.ts';
import type { CompanyWorld } from './world.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Older orders are on their way out. */
const RECENT_DAYS = 12;
const MOST_ORDERS = 400;

type Order = DemoRow<'sales_order'>;
type Line = DemoRow<'order_line'>;

/** Open orders of the last days and the rules over their prices, kept as the rows go by. */
export class OpenOrders {
  readonly orders = new Map<number, Order>();
  readonly lines = new Map<number, Line[]>();
  readonly price_rules: DemoRow<'price_rule'>[] = [];
  readonly channel_rules: DemoRow<'channel_rule'>[] = [];
  private readonly from_on: number;

  constructor(today: number) {
    this.from_on = today - RECENT_DAYS;
  }

  *watch(batches: Iterable<DemoBatch>): Generator<DemoBatch> {
    for (const batch of batches) {
      if (batch.table === 'sales_order') for (const row of batch.rows) this.order(row);
      if (batch.table === 'order_line') for (const row of batch.rows) this.line(row);
      // the narrowest that orders of known customers meet; those of items say nothing of discounts
      if (batch.table === 'price_rule')
        this.price_rules.push(...batch.rows.filter((row) => row.max_discount_bp !== null));
      if (batch.table === 'channel_rule') this.channel_rules.push(...batch.rows);
      yield batch;
    }
  }

  private order(row: Order): void {
    if (row.state !== 'open' || row.party_id === null || row.ordered_on < this.from_on) return;
    this.orders.set(row.id, row);
    for (const oldest of this.orders.keys()) {
      if (this.orders.size <= MOST_ORDERS) break;
      this.orders.delete(oldest);
      this.lines.delete(oldest);
    }
  }

  private line(row: Line): void {
    if (!this.orders.has(row.order_id)) return;
    const lines = this.lines.get(row.order_id);
    if (lines) lines.push(row);
    else this.lines.set(row.order_id, [row]);
  }
}

export function* decisionBatches(world: CompanyWorld, open: OpenOrders): Generator<DemoBatch> {
  if (world.company.code !== 'HAL') return;
  const random = world.stream('decisions');
  yield { table: 'fulfilment_override', rows: overrides(world, open, random) };
  const { discount, floor, credit } = approvals(world, open, random);
  yield { table: 'order_approval', rows: discount };
  yield { table: 'order_approval_cost', rows: floor };
  yield { table: 'order_approval_finance', rows: credit };
}

const signed = (world: CompanyWorld, random: Random, days_ago: number) => {
  const written_at = (world.horizon.today - days_ago) * DAY_MS + 8 * HOUR_MS + random.whole(0, 150) * 60_000;
  return { id: random.uuid(), written_at, accepted_at: written_at + 1_300 };
};
const placeOf = ({ company_id, site_id, channel_id, id }: Order) => ({ company_id, site_id, channel_id, order_id: id });

function overrides(world: CompanyWorld, open: OpenOrders, random: Random): DemoRow<'fulfilment_override'>[] {
  const short = world.items.find((item) => item.code === STORIES.short_item_code);
  const waiting = [...open.lines.values()].flat().filter((line) => line.item_id === short?.id && line.kind === 'goods');
  const others = [...open.orders.values()].filter((order) => waiting.every((line) => line.order_id !== order.id));
  const rows: DemoRow<'fulfilment_override'>[] = [];
  const decide = (
    order: Order | undefined,
    line: Line | undefined,
    kind: 'raised' | 'lowered' | 'held',
    days: number,
    reason: string,
    author: string,
  ) => {
    if (!order) return;
    rows.push({
      ...signed(world, random, 1),
      ...placeOf(order),
      order_line_id: line?.id ?? null,
      kind,
      until_on: world.horizon.today + days,
      reason,
      author,
    });
  };
  const last = waiting.at(-1);
  decide(
    last && open.orders.get(last.order_id),
    last,
    'raised',
    10,
    'Their line stands still without it; agreed with sales.',
    'planner',
  );
  decide(others.at(0), undefined, 'held', 5, 'Customer moves house; deliver when they call.', 'buyer');
  decide(others.at(3), undefined, 'lowered', 14, 'Stock order, no hurry: others first.', 'planner');
  return rows;
}

type Approval = DemoRow<'order_approval'>;

function approvals(world: CompanyWorld, open: OpenOrders, random: Random) {
  const limits = new Versions(
    open.channel_rules.map((row) => ({ ...row, ver: 0 })),
    (row) => row.channel_id,
  );
  const rules = discountRules(open.price_rules.map((row) => ({ ...row, ver: 0 })));
  const brokenOf = (order: Order) =>
    brokenDiscounts(
      (open.lines.get(order.id) ?? []).map((line) => ({ ...line, category: null })),
      rules,
      ({ channel_id, ordered_on }) => (channel_id === null ? undefined : limits.on(channel_id, ordered_on)),
      false,
    );
  const row = (
    order: Order,
    decision: ApprovalDecision,
    reason: string,
    author: string,
    days_ago: number,
  ): Approval => ({
    ...signed(world, random, days_ago),
    ...placeOf(order),
    decision,
    reason,
    content_hash: createHash('sha256')
      .update(orderContent(order, open.lines.get(order.id) ?? []))
      .digest('hex'),
    // what was found when it was decided; a question finds nothing yet
    rules: decision === 'asked' ? '[]' : JSON.stringify(brokenOf(order)),
    author,
  });
  const orders = [...open.orders.values()];
  const customer = (code: string) => world.customers.find((each) => each.code === code)?.id ?? null;
  const over_discounted = orders.filter((order) => order.party_id === customer(STORIES.over_discounted_customer_code));
  const over_limit = orders.filter((order) => order.party_id === customer(STORIES.over_limit_customer_code));
  const beyond = orders
    .filter((order) => beyondMinor(brokenOf(order)) > 0)
    .toSorted((a, b) => beyondMinor(brokenOf(b)) - beyondMinor(brokenOf(a)));
  const discount: Approval[] = [];
  const say = (
    to: Approval[],
    order: Order | undefined,
    decision: ApprovalDecision,
    reason: string,
    author: string,
    days_ago: number,
  ) => {
    if (order) to.push(row(order, decision, reason, author, days_ago));
  };
  say(discount, beyond[0], 'asked', 'Competitor quoted lower; the whole frame contract hangs on it.', 'sales', 1);
  say(discount, beyond[1], 'asked', 'Closing the quarter with them, one time.', 'finance', 1);
  say(discount, beyond[2], 'asked', 'Same price as last time, please.', 'sales', 2);
  say(discount, beyond[2], 'refused', 'Last time was a campaign; it ended.', 'controller', 1);
  const floor: Approval[] = [];
  say(
    floor,
    over_discounted.at(-1) ?? orders.at(-1),
    'asked',
    'Clearing the old series; better than scrapping it.',
    'planner',
    1,
  );
  const credit: Approval[] = [];
  say(
    credit,
    over_limit.at(-1) ?? orders.at(-2),
    'asked',
    'They promised to pay by Friday; goods are needed on site.',
    'finance',
    1,
  );
  return { discount, floor, credit };
}
