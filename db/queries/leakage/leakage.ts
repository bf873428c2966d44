/**
 * Where margin leaks on order lines of some days: one pass over the lines, the rules of domain/pricing. Causes made of
 * cost are looked for only where the user may see cost.
 */
import { sql } from 'kysely';
import { monthOfDay, monthRange } from '#domain/calendar.ts';
import {
  accruedRebateBp,
  allowedDiscountBp,
  belowFloorMinor,
  discountBeyondRuleMinor,
  freightNotChargedMinor,
  rebateNotAccruedMinor,
} from '#domain/pricing/leakage.ts';
import { rebateOf } from '#domain/pricing/rebates.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { QueryContext } from '../context.ts';
import { columnsSince } from '../wholeSince.ts';
import { leaksFromColumns } from './leakCells.ts';
import { floorOf, type LeakageQuestion, type LeakageRules, type LeakingLine, leakageRules } from './rules.ts';

/** What leaks on order lines are made of. */
export const LEAKING_LINES_MADE_OF = [
  'sales_order',
  'order_line',
  'order_line_cost',
  'channel_rule',
  'price_rule',
  'price_floor',
  'rebate_agreement',
  'order_approval_cost',
  'item',
  'party',
  'channel',
] as const satisfies readonly WireTableName[];

interface Line {
  readonly id: number;
  readonly order_id: number;
  readonly number: string;
  readonly kind: string;
  readonly channel_id: number | null;
  readonly site_id: number | null;
  readonly party_id: number | null;
  readonly item_id: number | null;
  readonly country: string | null;
  readonly ordered_on: number;
  readonly sold_qty_milli: number;
  readonly gross_minor: number;
  readonly discount_minor: number;
  readonly net_minor: number;
  readonly approved_by: string | null;
  readonly has_cost: number;
  readonly rebate_minor: number | null;
}

/** What leaks: nobody allowed it. */
export async function leakingLines(context: QueryContext, question: LeakageQuestion): Promise<LeakingLine[]> {
  return (await linesBeyondRules(context, question)).filter(({ approved_by }) => approved_by === null);
}

/** Every line beyond a rule, also what somebody allowed. */
export async function linesBeyondRules(context: QueryContext, question: LeakageQuestion): Promise<LeakingLine[]> {
  const rules = await leakageRules(context, question);
  const view = columnsSince(context, [question.company_id], monthOfDay(question.from_on));
  if (view !== null) return leaksFromColumns(context, view, question, rules);
  const found: LeakingLine[] = [];
  for (const month of monthRange(monthOfDay(question.from_on), monthOfDay(question.to_on))) {
    context.checkCancelled();
    const orders = new Map<number, OrderSums>();
    for (const line of await linesOfMonth(context, question, month)) {
      addToOrder(orders, line);
      if (line.kind === 'goods') found.push(...leaksOf(line, rules, question));
    }
    for (const order of orders.values()) {
      const rule = rules.channelRule(order.first);
      const leak_minor = rule ? freightNotChargedMinor(order, rule) : 0;
      if (leak_minor > 0) {
        found.push({
          ...headOf(order.first),
          cause: 'freight_not_charged',
          order_line_id: null,
          // of the order, not of what happens to be its first item
          item_id: null,
          rule_bp: null,
          given_bp: null,
          leak_minor,
          approved_by: null,
          owner: rules.salespersonOf(order.first.party_id),
        });
      }
    }
  }
  return found;
}

interface OrderSums {
  readonly first: Line;
  goods_net_minor: number;
  freight_lines: number;
}

function addToOrder(orders: Map<number, OrderSums>, line: Line): void {
  const held = orders.get(line.order_id) ?? { first: line, goods_net_minor: 0, freight_lines: 0 };
  orders.set(line.order_id, held);
  if (line.kind === 'goods') held.goods_net_minor += line.net_minor;
  if (line.kind === 'freight') held.freight_lines += 1;
}

function headOf(line: Line) {
  return {
    order_id: line.order_id,
    order_line_id: line.id,
    number: line.number,
    channel_id: line.channel_id,
    party_id: line.party_id,
    item_id: line.item_id,
    site_id: line.site_id,
    country: line.country,
    ordered_on: line.ordered_on,
    qty_milli: line.sold_qty_milli,
  };
}

function leaksOf(line: Line, rules: LeakageRules, question: LeakageQuestion): LeakingLine[] {
  const leaks: LeakingLine[] = [];
  const owner = rules.salespersonOf(line.party_id);
  if (line.discount_minor > 0) {
    const category = line.item_id === null ? null : rules.categoryOf(line.item_id);
    const rule_bp = allowedDiscountBp({ ...line, category }, rules.discounts, rules.channelMaxBp(line));
    const leak_minor = rule_bp === null ? 0 : discountBeyondRuleMinor({ ...line, approved_by: null }, rule_bp);
    if (leak_minor > 0) {
      const given_bp = Math.round((line.discount_minor * 10_000) / line.gross_minor);
      const { approved_by } = line;
      leaks.push({
        ...headOf(line),
        cause: 'discount_not_approved',
        rule_bp,
        given_bp,
        leak_minor,
        approved_by,
        owner,
      });
    }
  }
  if (!question.cost_visible) return leaks;
  const floor = line.item_id === null ? undefined : floorOf(rules.floors.get(line.item_id), line);
  if (floor !== undefined) {
    const leak_minor = belowFloorMinor(line, floor, question.currency);
    const approved_by = rules.floor_approvals.get(line.order_id) ?? null;
    const found = { cause: 'below_floor', rule_bp: null, given_bp: null, leak_minor, approved_by, owner } as const;
    if (leak_minor > 0) leaks.push({ ...headOf(line), ...found });
  }
  const agreements = line.party_id === null ? undefined : rules.rebates.get(line.party_id);
  const rebate = agreements && rebateOf(agreements, line);
  // a line without any cost on record says nothing about its rebate
  if (rebate && line.has_cost === 1) {
    const leak_minor = rebateNotAccruedMinor(line, rebate.rate_bp);
    if (leak_minor > 0) {
      const given_bp = accruedRebateBp(line);
      const found = { cause: 'rebate_not_accrued', rule_bp: rebate.rate_bp, given_bp, leak_minor } as const;
      leaks.push({ ...headOf(line), ...found, approved_by: null, owner: rebate.owner ?? owner });
    }
  }
  return leaks;
}

async function linesOfMonth(
  { db }: QueryContext,
  { company_id, from_on, to_on, cost_visible }: LeakageQuestion,
  month: number,
): Promise<readonly Line[]> {
  const cost = cost_visible
    ? sql`c.id IS NOT NULL AS has_cost, c.rebate_minor`
    : sql`0 AS has_cost, NULL AS rebate_minor`;
  const join = cost_visible ? sql`LEFT JOIN order_line_cost c ON c.id = l.id` : sql``;
  const { rows } = await sql<Line>`
    SELECT l.id, l.order_id, o.number, l.kind, l.channel_id, l.site_id, l.party_id, l.item_id, l.country,
      l.ordered_on,
      l.ordered_qty_milli - l.cancelled_qty_milli AS sold_qty_milli, l.gross_minor, l.discount_minor, l.net_minor,
      l.approved_by, ${cost}
    FROM order_line l JOIN sales_order o ON o.id = l.order_id ${join}
    WHERE l.company_id = ${company_id} AND l.month = ${month} AND l.kind IN ('goods', 'freight')
      AND l.ordered_on BETWEEN ${from_on} AND ${to_on}`.execute(db);
  return rows;
}
