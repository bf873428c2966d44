/** The open orders of a company judged by their rules: found once per state of the copy, with what a decision is bound to. */
import { createHash } from 'node:crypto';
import { type ApprovalKind, type BrokenRule, orderContent } from '#domain/orders/approval.ts';
import {
  brokenCredit,
  brokenDiscounts,
  brokenFloors,
  type ChannelLimit,
  type JudgedLine,
} from '#domain/orders/brokenRules.ts';
import { Versions } from '#domain/governance/inForce.ts';
import { discountRules, type DiscountRules } from '#domain/pricing/leakage.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { TableRow } from '#db/schema/tables.ts';
import type { QueryContext } from '../context.ts';
import { rememberedOf } from '../readCache.ts';
import { type CustomerCredit, creditOf } from './exposure.ts';

export interface OpenOrder {
  readonly id: number;
  readonly number: string;
  readonly party_id: number | null;
  readonly site_id: number | null;
  readonly channel_id: number | null;
  readonly ordered_on: number;
  readonly lines: readonly OrderLine[];
  readonly content_hash: string;
}
export interface OrderLine extends JudgedLine {
  readonly ordinal: number;
}

export interface Judged {
  readonly kind: ApprovalKind;
  readonly order: OpenOrder;
  /** With the name on the lines counted, and as if nobody had allowed anything. */
  readonly broken: readonly BrokenRule[];
  readonly broken_bare: readonly BrokenRule[];
}

export interface ChannelVersion extends ChannelLimit {
  readonly valid_from: number | null;
  readonly valid_to: number | null;
}
export type PriceRule = TableRow<'price_rule'>;
export type Floor = TableRow<'price_floor'>;

export interface Judgement {
  readonly judged: readonly Judged[];
  readonly rules: DiscountRules<PriceRule>;
  readonly price_rules: readonly PriceRule[];
  /** What the channel goes by on the day of the order. */
  readonly limitOf: (sold: Pick<JudgedLine, 'channel_id' | 'ordered_on'>) => ChannelVersion | undefined;
  readonly floors: ReadonlyMap<number, readonly Floor[]>;
  readonly credit: ReadonlyMap<number, CustomerCredit>;
}

/** What each kind is made of. */
export const MADE_OF: Readonly<Record<ApprovalKind, readonly WireTableName[]>> = {
  discount: ['sales_order', 'order_line', 'item', 'party', 'price_rule', 'channel_rule'],
  floor: ['sales_order', 'order_line', 'item', 'party', 'price_floor'],
  credit: ['sales_order', 'order_line', 'party', 'shipment_line', 'invoice', 'payment'],
};

/** Of the kinds asked for; the others are left out. */
export async function judgement(
  context: QueryContext,
  company: TableRow<'company'>,
  as_of_on: number,
  kinds: readonly ApprovalKind[],
): Promise<Judgement> {
  return await rememberedOf(
    context,
    (cache) => cache.approvals,
    JSON.stringify([company.id, as_of_on, kinds]),
    [...new Set(kinds.flatMap((kind) => MADE_OF[kind]))],
    () => judge(context, company, as_of_on, kinds),
  );
}

async function judge(
  context: QueryContext,
  company: TableRow<'company'>,
  as_of_on: number,
  kinds: readonly ApprovalKind[],
): Promise<Judgement> {
  const { db } = context;
  const orders = openOrders(context, company.id);
  context.checkCancelled();
  const price_rules = kinds.includes('discount')
    ? await db.selectFrom('price_rule').selectAll().where('company_id', '=', company.id).orderBy('id').execute()
    : [];
  const channel_rules = await db
    .selectFrom('channel_rule')
    .select(['id', 'ver', 'channel_id', 'max_discount_bp', 'valid_from', 'valid_to'])
    .where('company_id', '=', company.id)
    .execute();
  const ofChannels = new Versions(channel_rules, (row) => row.channel_id);
  const limitOf: Judgement['limitOf'] = ({ channel_id, ordered_on }) =>
    channel_id === null ? undefined : ofChannels.on(channel_id, ordered_on);
  const rules = discountRules(price_rules);
  const floors = kinds.includes('floor') ? await floorsOf(context, company.id, orders) : new Map<number, Floor[]>();
  const credit = kinds.includes('credit')
    ? await creditOf(context, company.id, as_of_on, customersOf(orders), 'limited')
    : new Map<number, CustomerCredit>();
  const judged: Judged[] = [];
  const add = (kind: ApprovalKind, order: OpenOrder, broken: readonly BrokenRule[], bare = broken): void => {
    if (bare.length > 0) judged.push({ kind, order, broken, broken_bare: bare });
  };
  for (const order of orders) {
    if (kinds.includes('discount')) {
      const bare = brokenDiscounts(order.lines, rules, limitOf, true);
      if (bare.length > 0) add('discount', order, brokenDiscounts(order.lines, rules, limitOf, false), bare);
    }
    if (kinds.includes('floor')) {
      add(
        'floor',
        order,
        brokenFloors(order.lines, (item_id) => floors.get(item_id), company.currency),
      );
    }
    const customer = order.party_id === null ? undefined : credit.get(order.party_id);
    if (customer) add('credit', order, brokenCredit(customer, customer));
  }
  return { judged, rules, price_rules, limitOf, floors, credit };
}

function customersOf(orders: readonly OpenOrder[]): readonly number[] {
  return [...new Set(orders.flatMap(({ party_id }) => party_id ?? []))];
}

type Row = readonly [
  id: number,
  order_id: number,
  number: string,
  order_party_id: number | null,
  site_id: number | null,
  order_channel_id: number | null,
  ordered_on: number,
  ordinal: number,
  kind: string,
  item_id: number | null,
  ordered_qty_milli: number,
  cancelled_qty_milli: number,
  unit_price_micro: number,
  gross_minor: number,
  discount_minor: number,
  net_minor: number,
  channel_id: number | null,
  party_id: number | null,
  line_ordered_on: number,
  approved_by: string | null,
  category: string | null,
];

/** Every open order with all its lines. */
function openOrders(context: QueryContext, company_id: number): readonly OpenOrder[] {
  const rows = context.scan<Row>(
    `SELECT l.id, o.id, o.number, o.party_id, o.site_id, o.channel_id, o.ordered_on, l.ordinal, l.kind, l.item_id,
       l.ordered_qty_milli, l.cancelled_qty_milli, l.unit_price_micro, l.gross_minor, l.discount_minor, l.net_minor,
       l.channel_id, l.party_id, l.ordered_on, l.approved_by, i.category
     FROM main.sales_order o INDEXED BY sales_order_open CROSS JOIN main.order_line l ON l.order_id = o.id
       LEFT JOIN main.item i ON i.id = l.item_id
     WHERE o.company_id = ? AND o.state = 'open' ORDER BY o.id, l.id`,
    [company_id],
  );
  const orders: OpenOrder[] = [];
  for (const [order_id, own] of Map.groupBy(rows, (row) => row[1])) {
    const [first] = own;
    if (!first) continue;
    const lines = own.map(lineOf);
    const order = { id: order_id, party_id: first[3] };
    orders.push({
      ...order,
      number: first[2],
      site_id: first[4],
      channel_id: first[5],
      ordered_on: first[6],
      lines,
      content_hash: createHash('sha256').update(orderContent(order, lines)).digest('hex'),
    });
  }
  return orders;
}

function lineOf(row: Row): OrderLine {
  const { 0: id, 7: ordinal, 8: kind, 9: item_id, 10: ordered_qty_milli, 11: cancelled_qty_milli } = row;
  const { 12: unit_price_micro, 13: gross_minor, 14: discount_minor, 15: net_minor } = row;
  const { 16: channel_id, 17: party_id, 18: ordered_on, 19: approved_by, 20: category } = row;
  const amounts = { unit_price_micro, gross_minor, discount_minor, net_minor };
  const quantities = { ordered_qty_milli, cancelled_qty_milli };
  return {
    id,
    ordinal,
    kind,
    item_id,
    ...quantities,
    ...amounts,
    channel_id,
    party_id,
    ordered_on,
    approved_by,
    category,
  };
}

/** Of the items that are open: a company has many more. */
async function floorsOf(
  context: QueryContext,
  company_id: number,
  orders: readonly OpenOrder[],
): Promise<ReadonlyMap<number, Floor[]>> {
  const items = new Set(orders.flatMap(({ lines }) => lines.flatMap(({ item_id }) => item_id ?? [])));
  const rows = await context.db
    .selectFrom('price_floor')
    .selectAll()
    .where('company_id', '=', company_id)
    .orderBy('id')
    .execute();
  return Map.groupBy(
    rows.filter((row) => items.has(row.item_id)),
    (row) => row.item_id,
  );
}
