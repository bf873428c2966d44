/** Turns one decision to buy into rows: the order, its lines with amounts and cost, its shipments, and the totals. */
import { lastDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import { addAt, addTo, type Books, bookInvoice, bookShipment, USAGE_DAYS } from '../books.ts';
import type { DemoItem } from '../catalogue/items.ts';
import type { DemoChannel, DemoSite } from '../companies.ts';
import type { DemoCustomer } from '../parties.ts';
import type { Random } from '../random.ts';
import type { DemoBatch, DemoRow } from '../rows.ts';
import { type Fulfilment, fulfil, type Promise, promiseFor } from './fulfilment.ts';
import type { OrderWorld } from './orders.ts';
import { discountFor, landedCostMinor, lineAmounts, shareOfAmount } from './pricing.ts';
import { maybeReturn, type PendingReturn } from './returns.ts';

export const SOURCE = 'demo';
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

export interface OrderDecision {
  readonly channel: DemoChannel;
  /** null = a walk-in or guest customer. */
  readonly customer: DemoCustomer | null;
  readonly site: DemoSite;
  readonly country: string;
  readonly ordered_on: number;
  readonly items: readonly DemoItem[];
}

/** The columns an order gives to everything below it. */
export interface OrderHead {
  readonly id: number;
  readonly number: string;
  readonly company_id: number;
  readonly site_id: number;
  readonly channel_id: number | null;
  readonly month: number;
  readonly party_id: number | null;
  readonly ordered_on: number;
  readonly country: string;
}

const SIZE_OF_LINE: Readonly<Record<DemoChannel['kind'], number>> = {
  inside_sales: 1,
  key_accounts: 2.2,
  ecommerce: 0.5,
  counter: 0.45,
};

export class OrderWriter {
  readonly world: OrderWorld;
  readonly returns = new Map<number, PendingReturn[]>();
  private orders: DemoRow<'sales_order'>[] = [];
  private lines: DemoRow<'order_line'>[] = [];
  private costs: DemoRow<'order_line_cost'>[] = [];
  private shipments: DemoRow<'shipment_line'>[] = [];
  private next_order = 60_001;
  private next_credit = 5_001;
  private next_shipment = 410_001;

  constructor(world: OrderWorld) {
    this.world = world;
  }

  rows(): number {
    return this.lines.length;
  }

  /** Everything written since the last call, orders before their lines. */
  *flush(): Generator<DemoBatch> {
    if (this.orders.length === 0) return;
    yield { table: 'sales_order', rows: this.orders };
    yield { table: 'order_line', rows: this.lines };
    yield { table: 'order_line_cost', rows: this.costs };
    yield { table: 'shipment_line', rows: this.shipments };
    this.orders = [];
    this.lines = [];
    this.costs = [];
    this.shipments = [];
  }

  order(decision: OrderDecision): void {
    const { channel, customer, site, ordered_on } = decision;
    const { random, ids, company } = this.world;
    // some orders reach the system without the channel they came by
    const unmapped = channel.kind === 'inside_sales' && random.chance(0.006);
    const head: OrderHead = {
      id: ids.next(),
      number: `SO ${this.next_order}`,
      company_id: company.id,
      site_id: site.id,
      channel_id: unmapped ? null : channel.id,
      month: monthOfDay(ordered_on),
      party_id: customer?.id ?? null,
      ordered_on,
      country: decision.country,
    };
    this.next_order += 1;
    const promise = promiseFor(channel.kind, ordered_on, random);
    const papers = new Map<number, string>();
    let ordinal = 0;
    let open = 0;
    let cancelled = 0;
    let net_minor = 0;
    for (const item of decision.items) {
      ordinal += 1;
      const made = this.goodsLine(head, decision, item, promise, ordinal, papers);
      if (made.fulfilment.open_qty_milli > 0) open += 1;
      if (made.fulfilment.cancelled_qty_milli === made.qty_milli) cancelled += 1;
      net_minor += made.net_minor;
    }
    const all_cancelled = cancelled === decision.items.length;
    if (!all_cancelled) ordinal = this.extraLines(head, channel, net_minor, ordinal);
    this.pushOrder(head, open > 0 ? 'open' : all_cancelled ? 'cancelled' : 'done', channel);
  }

  /** Goods that came back: an order of its own in the return's month, in the original sale's channel. */
  creditOrder(pending: PendingReturn, day: number): void {
    const { ids, company, books } = this.world;
    const { original, item, qty_milli } = pending;
    const head: OrderHead = {
      ...original.head,
      id: ids.next(),
      number: `CR ${this.next_credit}`,
      month: monthOfDay(day),
      ordered_on: day,
    };
    this.next_credit += 1;
    const amounts = lineAmounts(-qty_milli, original.unit_price_micro, original.discount_bp, company.currency);
    const line = this.pushLine(head, {
      ordinal: 1,
      item_id: item.id,
      description: `Return of ${original.head.number}-${original.ordinal}${pending.restocked ? '' : ', not restocked'}`,
      kind: 'return',
      ordered_qty_milli: -qty_milli,
      unit_price_micro: original.unit_price_micro,
      ...amounts,
    });
    // restocked goods take back the cost at which they left; scrapped goods give nothing back
    const cost_minor = pending.restocked ? -shareOfAmount(original.cost_minor, qty_milli, original.sold_qty_milli) : 0;
    this.pushCost(head, line.id, cost_minor);
    const month = books.month(head.month);
    if (month) addAt(month.shipped_cost, books.siteCategory(pending.site, item), cost_minor);
    this.bookNet(head, pending.channel, amounts.net_minor);
    bookInvoice(books, day, head.party_id, amounts.net_minor);
    this.pushOrder(head, 'done', pending.channel);
  }

  private goodsLine(
    head: OrderHead,
    decision: OrderDecision,
    item: DemoItem,
    promise: Promise,
    ordinal: number,
    papers: Map<number, string>,
  ): { readonly qty_milli: number; readonly net_minor: number; readonly fulfilment: Fulfilment } {
    const { channel, customer, site } = decision;
    const { random, horizon, company, books } = this.world;
    const qty_milli = packsOrdered(item, channel, random) * item.pack_qty_milli;
    const discount_bp = discountFor(channel.kind, customer, head.month, horizon, random);
    const fulfilment = fulfil(
      { item, channel: channel.kind, ordered_on: head.ordered_on, month: head.month, qty_milli, promise },
      horizon,
      random,
    );
    // the line's amounts, its cost, and so its invoices are of what is still sold
    const sold_qty_milli = qty_milli - fulfilment.cancelled_qty_milli;
    const amounts = lineAmounts(sold_qty_milli, item.list_price_micro, discount_bp, company.currency);
    const line = this.pushLine(head, {
      ordinal,
      item_id: item.id,
      description: null,
      kind: 'goods',
      requested_on: promise.requested_on,
      committed_on: promise.committed_on,
      ordered_qty_milli: qty_milli,
      cancelled_qty_milli: fulfilment.cancelled_qty_milli,
      cancelled_by: fulfilment.cancelled_by,
      unit_price_micro: item.list_price_micro,
      ...amounts,
    });
    const cost_minor = landedCostMinor(item, sold_qty_milli, channel.kind, head.month, horizon, company.currency);
    this.pushCost(head, line.id, cost_minor);
    const position = books.position(item, site);
    addAt(books.reserved_qty_milli, position, fulfilment.open_qty_milli);
    if (horizon.today - head.ordered_on < USAGE_DAYS) addAt(books.usage_qty_milli, position, qty_milli);
    this.bookNet(head, channel, amounts.net_minor);

    let shipped = 0;
    let billed = 0;
    for (const shipment of fulfilment.shipments) {
      shipped += shipment.qty_milli;
      this.pushShipment(head, line.id, site, shipment, papers);
      // never billed beyond what is sold; the parts add up to the line
      const due = shareOfAmount(amounts.net_minor, Math.min(shipped, sold_qty_milli), sold_qty_milli);
      bookShipment(books, {
        order_number: head.number,
        order_id: head.id,
        party_id: head.party_id,
        shipped_on: shipment.shipped_on,
        amount_minor: due - billed,
      });
      billed = due;
      const month = books.month(monthOfDay(shipment.shipped_on));
      const cost = shareOfAmount(cost_minor, shipment.qty_milli, sold_qty_milli);
      if (month) addAt(month.shipped_cost, books.siteCategory(site, item), cost);
    }
    const last = fulfilment.shipments.at(-1);
    if (last) {
      maybeReturn(this, {
        original: {
          head,
          ordinal,
          unit_price_micro: item.list_price_micro,
          discount_bp,
          cost_minor,
          sold_qty_milli,
        },
        item,
        site,
        channel,
        shipped_on: last.shipped_on,
        shipped_qty_milli: Math.min(shipped, sold_qty_milli),
      });
    }
    return { qty_milli, net_minor: amounts.net_minor, fulfilment };
  }

  /** Freight, small-order fees, bonuses and corrections: lines without an item. */
  private extraLines(head: OrderHead, channel: DemoChannel, net_minor: number, ordinal: number): number {
    const { random } = this.world;
    let last = ordinal;
    const add = (kind: string, description: string, amount_minor: number) => {
      if (amount_minor === 0) return;
      last += 1;
      this.pushLine(head, {
        ordinal: last,
        item_id: null,
        description,
        kind,
        ordered_qty_milli: 1_000,
        // both currencies have two decimals, so a minor unit is 10,000 millionths
        unit_price_micro: amount_minor * 10_000,
        gross_minor: amount_minor,
        discount_minor: 0,
        net_minor: amount_minor,
      });
      this.bookOther(head, amount_minor);
    };
    if (channel.kind === 'inside_sales' && net_minor < 25_000) add('freight', 'Freight', 1_250);
    if (channel.kind === 'ecommerce' && net_minor < 7_500) add('freight', 'Parcel', 695);
    if (channel.kind === 'key_accounts' && random.chance(0.12))
      add('freight', 'Pallet freight', 100 * random.whole(45, 180));
    if (channel.kind === 'inside_sales' && net_minor < 4_000) add('fee', 'Small order fee', 750);
    if (channel.kind === 'key_accounts' && random.chance(0.03)) {
      add('discount', 'Volume bonus', -shareOfAmount(net_minor, 2, 100));
    }
    if (random.chance(0.004)) add('adjustment', 'Price correction', random.whole(-40, 25) * 50);
    return last;
  }

  private pushOrder(head: OrderHead, state: string, channel: DemoChannel): void {
    const { random, horizon } = this.world;
    // the last day has only begun: its orders came early
    const minute =
      head.ordered_on === horizon.today
        ? random.whole(0, 90)
        : channel.kind === 'ecommerce'
          ? random.whole(300, 1_290)
          : random.whole(420, 960);
    this.orders.push({
      id: head.id,
      company_id: head.company_id,
      site_id: head.site_id,
      channel_id: head.channel_id,
      month: head.month,
      source: SOURCE,
      number: head.number,
      party_id: head.party_id,
      ordered_on: head.ordered_on,
      ordered_at: head.ordered_on * DAY_MS + minute * MINUTE_MS,
      country: head.country,
      state,
    });
  }

  private pushLine(head: OrderHead, line: LineColumns): DemoRow<'order_line'> {
    const row: DemoRow<'order_line'> = {
      id: this.world.ids.next(),
      company_id: head.company_id,
      site_id: head.site_id,
      channel_id: head.channel_id,
      month: head.month,
      order_id: head.id,
      ordinal: line.ordinal,
      item_id: line.item_id,
      party_id: head.party_id,
      description: line.description,
      kind: line.kind,
      ordered_on: head.ordered_on,
      requested_on: line.requested_on ?? null,
      committed_on: line.committed_on ?? null,
      ordered_qty_milli: line.ordered_qty_milli,
      cancelled_qty_milli: line.cancelled_qty_milli ?? 0,
      cancelled_by: line.cancelled_by ?? null,
      unit_price_micro: line.unit_price_micro,
      gross_minor: line.gross_minor,
      discount_minor: line.discount_minor,
      net_minor: line.net_minor,
      country: head.country,
      promised_on: null,
      approved_by: null,
    };
    this.lines.push(row);
    return row;
  }

  private pushCost(head: OrderHead, id: number, cost_minor: number): void {
    const { company_id, site_id, channel_id, month } = head;
    this.costs.push({
      id,
      company_id,
      site_id,
      channel_id,
      month,
      cost_minor,
      freight_minor: null,
      rebate_minor: null,
      fee_minor: null,
    });
  }

  private pushShipment(
    head: OrderHead,
    order_line_id: number,
    site: DemoSite,
    shipment: { readonly shipped_on: number; readonly qty_milli: number },
    papers: Map<number, string>,
  ): void {
    let number = papers.get(shipment.shipped_on);
    if (!number) {
      number = `DN ${this.next_shipment}`;
      this.next_shipment += 1;
      papers.set(shipment.shipped_on, number);
    }
    this.shipments.push({
      id: this.world.ids.next(),
      company_id: head.company_id,
      site_id: head.site_id,
      channel_id: head.channel_id,
      // the line's month, so that a line and its shipments lie in one bucket
      month: head.month,
      order_line_id,
      number,
      shipped_on: shipment.shipped_on,
      qty_milli: shipment.qty_milli,
      delivered_on: null,
    });
    const month = monthOfDay(shipment.shipped_on);
    if (shipment.shipped_on === lastDayOfMonth(month))
      this.world.books.month(month)?.last_shipment.set(site.id, number);
  }

  private bookNet(head: OrderHead, channel: DemoChannel, amount_minor: number): void {
    const month = this.world.books.month(head.month);
    if (month) addTo(month.net_by_channel, channel.kind, amount_minor);
  }

  private bookOther(head: OrderHead, amount_minor: number): void {
    const books: Books = this.world.books;
    const month = books.month(head.month);
    if (month) month.other_minor += amount_minor;
    bookInvoice(books, head.ordered_on, head.party_id, amount_minor);
  }
}

type LineColumns = Pick<
  DemoRow<'order_line'>,
  | 'ordinal'
  | 'item_id'
  | 'description'
  | 'kind'
  | 'ordered_qty_milli'
  | 'unit_price_micro'
  | 'gross_minor'
  | 'discount_minor'
  | 'net_minor'
> &
  Partial<Pick<DemoRow<'order_line'>, 'requested_on' | 'committed_on' | 'cancelled_qty_milli' | 'cancelled_by'>>;

function packsOrdered(item: DemoItem, channel: DemoChannel, random: Random): number {
  const spread = 0.35 + 1.2 * random.float() ** 2 + (random.chance(0.07) ? 2.5 : 0);
  return Math.max(1, Math.round(item.packs * spread * SIZE_OF_LINE[channel.kind]));
}
