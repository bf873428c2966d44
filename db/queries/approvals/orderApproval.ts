/** How did the prices of an order come to be, and what would remain if it is allowed as it is? */
import { isoDate } from '#domain/calendar.ts';
import { ratioBp } from '#domain/kpi/ratio.ts';
import { unitPriceMicro } from '#domain/money.ts';
import { areaOfApproval, exposureMinor } from '#domain/orders/approval.ts';
import { discountBp } from '#domain/orders/brokenRules.ts';
import { discountRuleOf } from '#domain/pricing/leakage.ts';
import { priceFloorOf } from '#domain/pricing/priceFloor.ts';
import type { ExplainedLine, OrderApproval } from '#contract/queries.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { TableRow } from '#db/schema/tables.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { isoDateOrNull, provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { seesArea } from '../rights.ts';
import type { Judgement, OpenOrder, OrderLine, PriceRule } from './judge.ts';
import { approvalRows, kindsHere, tablesOf } from './orderApprovals.ts';
import { saidOf } from './said.ts';

const MOST_LINES = 100;

export const orderApproval: QueryHandler<'orderApproval'> = async (context, args) => {
  const company = await companyById(context, args.company_id);
  const { kind } = args;
  if (!seesArea(context.user, company.id, areaOfApproval(kind))) {
    throw new BinnacleError('not_permitted', 'That rule is made of figures that are not for your role.');
  }
  const cost_visible = seesArea(context.user, company.id, 'cost');
  // the discount's rules explain every price; floors are looked at by who sees cost; with all of them it was found for the list before
  const here = kindsHere(context, company.id).kinds;
  const kinds = here.includes(kind) ? here : [...here, kind];
  const { rows, found } = await approvalRows(context, company, kinds);
  const row = rows.find((each) => each.kind === kind && each.order_id === args.order_id) ?? null;
  const order = found.judged.find((each) => each.kind === kind && each.order.id === args.order_id)?.order;
  const said = (await saidOf(context, company.id, kind)).get(args.order_id) ?? [];
  const explained = order ? await explain(context, company, order, found, cost_visible) : [];
  return {
    row,
    lines: explained.slice(0, MOST_LINES),
    total_lines: explained.length,
    credit: kind === 'credit' && order ? creditOf(order, found) : null,
    margin: cost_visible ? marginOf(explained, order) : null,
    cost_visible,
    said: said.toReversed().map((each) => ({
      id: each.id,
      decision: each.decision,
      reason: each.reason,
      author: each.author,
      written_at_ms: each.written_at_ms,
      current: each.content_hash === order?.content_hash,
      rules: rulesIn(each.rules),
      state: each.state,
    })),
    currency: company.currency,
    provenance: provenance(context, [...new Set([...tablesOf(kind), ...tablesOf('discount')])]),
  };
};

function rulesIn(text: string): number {
  const rules: unknown = JSON.parse(text);
  return Array.isArray(rules) ? rules.length : 0;
}

function creditOf(order: OpenOrder, { credit }: Judgement): OrderApproval['credit'] {
  const customer = order.party_id === null ? undefined : credit.get(order.party_id);
  if (!customer || customer.limit_minor === null) return null;
  const { limit_minor, receivables_minor, shipped_unbilled_minor, open_orders_minor, deposits_minor } = customer;
  return {
    limit_minor,
    receivables_minor,
    shipped_unbilled_minor,
    open_orders_minor,
    deposits_minor,
    exposure_minor: exposureMinor(customer),
  };
}

/** Of goods whose cost is known, and only when all are. */
function marginOf(lines: readonly ExplainedLine[], order: OpenOrder | undefined): OrderApproval['margin'] {
  if (!order || lines.length === 0 || lines.some((line) => line.cost_minor === null)) return null;
  const cost_minor = lines.reduce((sum, line) => sum + (line.cost_minor ?? 0), 0);
  const net_minor = order.lines.filter((line) => line.kind === 'goods').reduce((sum, line) => sum + line.net_minor, 0);
  return { net_minor, cost_minor, rate_bp: rateBp(net_minor - cost_minor, net_minor) };
}

function rateBp(part_minor: number, of_minor: number): number | null {
  return of_minor <= 0 ? null : ratioBp(part_minor, of_minor);
}

async function explain(
  context: QueryContext,
  company: TableRow<'company'>,
  order: OpenOrder,
  found: Judgement,
  cost_visible: boolean,
): Promise<readonly ExplainedLine[]> {
  const goods = order.lines.filter((line) => line.kind === 'goods');
  const ids = goods.map((line) => line.id);
  const items = await itemsOf(context, goods);
  const costs =
    cost_visible && ids.length > 0
      ? new Map(
          (
            await context.db.selectFrom('order_line_cost').select(['id', 'cost_minor']).where('id', 'in', ids).execute()
          ).map((row) => [row.id, row.cost_minor]),
        )
      : new Map<number, number>();
  const beyond = new Map<number, number>();
  for (const { order: of, broken_bare } of found.judged) {
    if (of.id !== order.id) continue;
    for (const { order_line_id, beyond_minor } of broken_bare) {
      if (order_line_id !== null) beyond.set(order_line_id, Math.max(beyond.get(order_line_id) ?? 0, beyond_minor));
    }
  }
  return goods.map((line) => {
    const qty_milli = line.ordered_qty_milli - line.cancelled_qty_milli;
    const item = line.item_id === null ? undefined : items.get(line.item_id);
    const list = listPriceOf(found.price_rules, line);
    const cost_minor = cost_visible ? (costs.get(line.id) ?? null) : null;
    const floor =
      cost_visible && line.item_id !== null ? priceFloorOf(found.floors.get(line.item_id), line) : undefined;
    return {
      order_line_id: line.id,
      ordinal: line.ordinal,
      item_code: item?.code ?? null,
      item: item?.name ?? null,
      uom: item?.uom ?? null,
      qty_milli,
      list_price_micro: list?.list_price_micro ?? null,
      list_rule_id: list?.id ?? null,
      unit_price_micro: line.unit_price_micro,
      discount_bp: discountBp(line),
      net_price_micro: unitPriceMicro(line.net_minor, qty_milli, company.currency),
      limit: limitOf(found, line),
      approved_by: line.approved_by,
      floor: floor
        ? {
            id: floor.id,
            ver: floor.ver,
            floor_price_micro: floor.floor_price_micro,
            valid_from: isoDate(floor.valid_from),
            valid_to: isoDateOrNull(floor.valid_to),
          }
        : null,
      cost_minor,
      margin_bp: cost_minor === null ? null : rateBp(line.net_minor - cost_minor, line.net_minor),
      beyond_minor: beyond.get(line.id) ?? 0,
    };
  });
}

async function itemsOf(context: QueryContext, lines: readonly OrderLine[]) {
  const ids = [...new Set(lines.flatMap(({ item_id }) => item_id ?? []))];
  if (ids.length === 0) return new Map<number, { code: string; name: string; uom: string }>();
  const rows = await context.db
    .selectFrom('item')
    .select(['id', 'code', 'name', 'uom'])
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** The narrowest price rule that names a list price for the item on the day of the order; the latest that began. */
function listPriceOf(rules: readonly PriceRule[], line: OrderLine): PriceRule | undefined {
  const fits = rules.filter(
    (rule) =>
      rule.list_price_micro !== null &&
      rule.item_id === line.item_id &&
      (rule.party_id === null || rule.party_id === line.party_id) &&
      (rule.channel_id === null || rule.channel_id === line.channel_id) &&
      rule.valid_from <= line.ordered_on &&
      (rule.valid_to === null || line.ordered_on <= rule.valid_to),
  );
  const narrow = (rule: PriceRule): number => (rule.party_id === null ? 0 : 2) + (rule.channel_id === null ? 0 : 1);
  return fits.toSorted((a, b) => narrow(b) - narrow(a) || b.valid_from - a.valid_from)[0];
}

function limitOf(found: Judgement, line: OrderLine): ExplainedLine['limit'] {
  const rule = discountRuleOf(line, found.rules);
  if (rule !== null && rule.max_discount_bp !== null) {
    return {
      rule: 'price_rule',
      id: rule.id,
      ver: rule.ver,
      of: [
        ...(rule.party_id === null ? [] : (['customer'] as const)),
        ...(rule.item_id === null ? [] : (['item'] as const)),
        ...(rule.category === null ? [] : (['category'] as const)),
        ...(rule.channel_id === null ? [] : (['channel'] as const)),
      ],
      allowed_bp: rule.max_discount_bp,
      valid_from: isoDate(rule.valid_from),
      valid_to: isoDateOrNull(rule.valid_to),
    };
  }
  const channel = found.limitOf(line);
  if (!channel || channel.max_discount_bp === null) return null;
  return {
    rule: 'channel_rule',
    id: channel.id,
    ver: channel.ver,
    of: ['channel'],
    allowed_bp: channel.max_discount_bp,
    valid_from: isoDateOrNull(channel.valid_from),
    valid_to: isoDateOrNull(channel.valid_to),
  };
}
