/** Turns one decision to buy into an order: its lines with amounts and cost, its deliveries, bills, and what follows. */
import { lastDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import { addAt, USAGE_DAYS } from '../books.ts';
import { CATEGORIES } from '../catalogue/categories.ts';
import { type DemoItem, listPriceIn } from '../catalogue/items.ts';
import { levelIn } from '../catalogue/levels.ts';
import type { ChannelKind, DemoChannel, DemoSite } from '../companies.ts';
import type { DemoCustomer } from '../parties.ts';
import { CHANNEL_TERMS, feeBp } from '../pricing/terms.ts';
import type { Random } from '../random.ts';
import type { DemoBatch } from '../rows.ts';
import { Claims } from '../service/claims.ts';
import { monthsBetween } from '../size.ts';
import { FREIGHT_LEAK_MONTHS, STORIES } from '../stories/stories.ts';
import type { CompanyWorld } from '../world.ts';
import { Billing } from './billing.ts';
import { type Fulfilment, fulfil, type Promise, promiseFor } from './fulfilment.ts';
import { OrderRows } from './orderRows.ts';
import { type Discount, discountFor, lineAmounts, overLines, shareOfAmount } from './pricing.ts';
import { maybeReturn, type PendingReturn } from './returns.ts';
import { type LineWorth, Settlement, type SoldLine } from './settlement.ts';

export interface OrderDecision {
  readonly channel: DemoChannel;
  /** null = a walk-in or guest customer. */
  readonly customer: DemoCustomer | null;
  readonly site: DemoSite;
  readonly country: string;
  readonly ordered_on: number;
  readonly items: readonly DemoItem[];
  /** What was agreed, where a story needs it. */
  readonly promise?: Promise;
  /** The same of the discount. */
  readonly discount?: Discount;
  /** So much of each item is asked for, and delivered whole and as promised. */
  readonly whole_qty_milli?: number;
}

/** The columns an order gives to everything below it. */
export interface OrderHead {
  readonly id: number;
  readonly number: string;
  readonly company_id: number;
  readonly site_id: number;
  readonly channel_id: number | null;
  /** The channel it really came by, also when the source does not say. */
  readonly kind: ChannelKind;
  readonly month: number;
  readonly party_id: number | null;
  readonly ordered_on: number;
  readonly country: string;
  /** What the portal takes of it. */
  readonly fee_bp: number;
}

interface GoodsLine extends SoldLine {
  readonly fulfilment: Fulfilment;
  readonly discount_bp: number;
}

const SIZE_OF_LINE: Readonly<Record<ChannelKind, number>> = {
  inside_sales: 1,
  key_accounts: 2.2,
  ecommerce: 0.5,
  counter: 0.45,
};

export class OrderWriter {
  readonly world: CompanyWorld;
  readonly random: Random;
  readonly returns = new Map<number, PendingReturn[]>();
  private readonly rows: OrderRows;
  private readonly settlement: Settlement;
  private readonly billing: Billing;
  private readonly claims: Claims;
  private next_order = 60_001;
  private next_credit = 5_001;
  private next_shipment = 410_001;

  constructor(world: CompanyWorld) {
    this.world = world;
    this.random = world.stream('orders');
    this.rows = new OrderRows(world);
    this.settlement = new Settlement(world);
    this.billing = new Billing(world);
    this.claims = new Claims(world, this.billing);
  }

  count(): number {
    return this.rows.count;
  }

  *flush(): Generator<DemoBatch> {
    for (const batch of this.rows.flush()) if (batch.rows.length > 0) yield batch;
    for (const batch of this.claims.flush()) if (batch.rows.length > 0) yield batch;
    for (const batch of this.billing.flush()) if (batch.rows.length > 0) yield batch;
  }

  finish(): void {
    this.settlement.finish();
  }

  order(decision: OrderDecision): void {
    const { channel, customer, site, ordered_on } = decision;
    const { ids, company, terms } = this.world;
    // some orders reach the system without the channel they came by
    const unmapped = channel.kind === 'inside_sales' && this.random.chance(0.006);
    const month = monthOfDay(ordered_on);
    const head: OrderHead = {
      id: ids.next(),
      number: `SO ${this.next_order}`,
      company_id: company.id,
      site_id: site.id,
      channel_id: unmapped ? null : channel.id,
      kind: channel.kind,
      month,
      party_id: customer?.id ?? null,
      ordered_on,
      country: decision.country,
      fee_bp: feeBp(terms, channel.kind, month),
    };
    this.next_order += 1;
    const promise = decision.promise ?? promiseFor(channel.kind, ordered_on, this.random);
    const drafts = decision.items.map((item, nth) => this.goodsLine(head, decision, item, promise, nth + 1));
    const lines = this.withCosts(head, customer, drafts);
    const net_minor = lines.reduce((sum, line) => sum + line.worth.net_minor, 0);
    const cancelled = lines.every((line) => line.sold_qty_milli === 0);
    const extras = cancelled
      ? { other_minor: 0, bonus_minor: 0 }
      : this.extraLines(head, customer, net_minor, lines.length);
    this.deliver(head, decision, lines, extras);
    const open = lines.some((line) => line.fulfilment.open_qty_milli > 0);
    this.rows.order(head, open ? 'open' : cancelled ? 'cancelled' : 'done', channel);
    if (open && channel.kind === 'key_accounts' && this.random.chance(0.03)) {
      this.rows.note(head, 'sales', this.random.pick(NOTES));
    }
  }

  /** Goods that came back: an order of its own in the return's month, in the original sale's channel. */
  creditOrder(pending: PendingReturn, day: number): void {
    const { ids, company } = this.world;
    const { original, item, qty_milli, customer } = pending;
    const head: OrderHead = {
      ...original.head,
      id: ids.next(),
      number: `CR ${this.next_credit}`,
      month: monthOfDay(day),
      ordered_on: day,
    };
    this.next_credit += 1;
    const amounts = lineAmounts(-qty_milli, original.unit_price_micro, original.discount_bp, company.currency);
    const row = this.rows.line(head, {
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
    const { net_minor, gross_minor } = amounts;
    const rebate_bp = this.rebateBp(customer);
    const worth: LineWorth = {
      gross_minor,
      net_minor,
      cost_minor,
      freight_minor: 0,
      rebate_minor: shareOfAmount(net_minor, rebate_bp, 10_000),
      fee_minor: shareOfAmount(net_minor, head.fee_bp, 10_000),
    };
    this.rows.cost(head, row.id, worth);
    if (pending.restocked) this.rows.returned(head, pending.site, item.id, qty_milli);
    const line = { row, item, site: pending.site, sold_qty_milli: -qty_milli, worth };
    this.settlement.takeBack(head, line, pending.restocked);
    this.billing.credit(head, customer, head.id, head.number, -net_minor);
    this.plan(head, pending.channel, item, worth);
    this.rows.order(head, 'done', pending.channel);
  }

  private goodsLine(
    head: OrderHead,
    decision: OrderDecision,
    item: DemoItem,
    promise: Promise,
    ordinal: number,
  ): Omit<GoodsLine, 'worth'> & { readonly gross_minor: number; readonly net_minor: number } {
    const { channel, customer, site } = decision;
    const { random } = this;
    const { horizon, company, books, list_steps } = this.world;
    const whole = decision.whole_qty_milli !== undefined;
    const qty_milli = decision.whole_qty_milli ?? packsOrdered(item, channel, random) * item.pack_qty_milli;
    const { discount_bp, approved_by } =
      decision.discount ?? discountFor(channel.kind, customer, head.month, horizon, random);
    const fulfilment = fulfil(
      { item, channel: channel.kind, ordered_on: head.ordered_on, month: head.month, qty_milli, promise, whole },
      horizon,
      random,
    );
    const unit_price_micro = listPriceIn(item, levelIn(list_steps, head.month));
    // the line's amounts, its cost, and so its invoices are of what is still sold
    const sold_qty_milli = qty_milli - fulfilment.cancelled_qty_milli;
    const amounts = lineAmounts(sold_qty_milli, unit_price_micro, discount_bp, company.currency);
    const late = (fulfilment.last_planned_on ?? 0) > promise.committed_on + 1;
    const row = this.rows.line(head, {
      ordinal,
      item_id: item.id,
      description: null,
      kind: 'goods',
      requested_on: promise.requested_on,
      committed_on: promise.committed_on,
      // most customers are told when their goods will come later
      promised_on: late && random.chance(0.7) ? fulfilment.last_planned_on : null,
      ordered_qty_milli: qty_milli,
      cancelled_qty_milli: fulfilment.cancelled_qty_milli,
      cancelled_by: fulfilment.cancelled_by,
      unit_price_micro,
      ...amounts,
      approved_by: amounts.discount_minor > 0 ? approved_by : null,
    });
    const position = books.position(item, site);
    addAt(books.reserved_qty_milli, position, fulfilment.open_qty_milli);
    if (fulfilment.open_qty_milli > 0 && head.channel_id !== null) {
      const bit = 1 << this.world.company.channels.indexOf(channel);
      books.open_channels[position] = (books.open_channels[position] ?? 0) | bit;
    }
    if (horizon.today - head.ordered_on < USAGE_DAYS) addAt(books.usage_qty_milli, position, qty_milli);
    const slot = books.forecast_slot.get(item.index);
    if (slot !== undefined) {
      const nth = (slot * company.sites.length + site.index) * horizon.months.length + books.monthIndex(head.month);
      addAt(
        books.forecast_qty_milli,
        nth,
        qty_milli - (fulfilment.cancelled_by === 'customer' ? fulfilment.cancelled_qty_milli : 0),
      );
    }
    const { gross_minor, net_minor } = amounts;
    return { row, item, site, sold_qty_milli, fulfilment, discount_bp, gross_minor, net_minor };
  }

  /** Cost of each line, and its exact part of what the order costs to send, in rebates and in fees. */
  private withCosts(
    head: OrderHead,
    customer: DemoCustomer | null,
    drafts: readonly ReturnType<OrderWriter['goodsLine']>[],
  ): readonly GoodsLine[] {
    const nets = drafts.map((draft) => draft.net_minor);
    const net = nets.reduce((sum, each) => sum + each, 0);
    const freight = overLines(this.freightCost(head, net), nets);
    const rebate = overLines(shareOfAmount(net, this.rebateBp(customer), 10_000), nets);
    const fee = overLines(shareOfAmount(net, head.fee_bp, 10_000), nets);
    return drafts.map((draft, nth) => {
      const worth: LineWorth = {
        gross_minor: draft.gross_minor,
        net_minor: draft.net_minor,
        cost_minor: this.settlement.cost(draft.item, draft.sold_qty_milli, head.month),
        freight_minor: freight[nth] ?? 0,
        rebate_minor: rebate[nth] ?? 0,
        fee_minor: fee[nth] ?? 0,
      };
      this.rows.cost(head, draft.row.id, worth);
      return { ...draft, worth };
    });
  }

  private deliver(
    head: OrderHead,
    decision: OrderDecision,
    lines: readonly GoodsLine[],
    extras: { readonly other_minor: number; readonly bonus_minor: number },
  ): void {
    const { channel, customer, site } = decision;
    const { books } = this.world;
    const notes = new Map<number, { readonly number: string; goods_minor: number }>();
    for (const line of lines) {
      const { shipments } = line.fulfilment;
      const due = this.settlement.deliver(head, line, shipments);
      let shipped = 0;
      for (const [nth, shipment] of shipments.entries()) {
        let note = notes.get(shipment.shipped_on);
        if (!note) {
          note = { number: `DN ${this.next_shipment}`, goods_minor: 0 };
          this.next_shipment += 1;
          notes.set(shipment.shipped_on, note);
          books.journals.paper('SHP', shipment.shipped_on, note.number);
        }
        note.goods_minor += due[nth] ?? 0;
        shipped += shipment.qty_milli;
        this.rows.shipment(head, line.row.id, note.number, shipment);
      }
      this.plan(head, channel, line.item, line.worth);
      const last = shipments.at(-1);
      if (!last) continue;
      this.claims.maybe(head, line, customer, last.shipped_on);
      maybeReturn(this, {
        original: {
          head,
          ordinal: line.row.ordinal,
          unit_price_micro: line.row.unit_price_micro,
          discount_bp: line.discount_bp,
          cost_minor: line.worth.cost_minor,
          sold_qty_milli: line.sold_qty_milli,
        },
        item: line.item,
        site,
        channel,
        customer,
        shipped_on: last.shipped_on,
        shipped_qty_milli: Math.min(shipped, line.sold_qty_milli),
      });
    }
    let first = true;
    for (const [shipped_on, note] of [...notes].toSorted((a, b) => a[0] - b[0])) {
      this.billing.deliver({
        head,
        customer,
        note: note.number,
        shipped_on,
        goods_minor: note.goods_minor,
        other_minor: first ? extras.other_minor : 0,
        bonus_minor: first ? extras.bonus_minor : 0,
      });
      first = false;
      const month = monthOfDay(shipped_on);
      if (shipped_on === lastDayOfMonth(month)) books.last_shipment.set(`${site.id}/${month}`, note.number);
    }
  }

  /** Freight, small-order fees, bonuses and corrections: lines without an item. */
  private extraLines(
    head: OrderHead,
    customer: DemoCustomer | null,
    net_minor: number,
    goods_lines: number,
  ): { readonly other_minor: number; readonly bonus_minor: number } {
    const { random } = this;
    const { kind } = head;
    const rule = CHANNEL_TERMS[kind];
    let last = goods_lines;
    let other_minor = 0;
    let bonus_minor = 0;
    const add = (line_kind: string, description: string, amount_minor: number) => {
      if (amount_minor === 0) return;
      last += 1;
      this.rows.line(head, {
        ordinal: last,
        item_id: null,
        description,
        kind: line_kind,
        ordered_qty_milli: 1_000,
        // both currencies have two decimals, so a minor unit is 10,000 millionths
        unit_price_micro: amount_minor * 10_000,
        gross_minor: amount_minor,
        discount_minor: 0,
        net_minor: amount_minor,
      });
      if (line_kind === 'discount') bonus_minor += amount_minor;
      else other_minor += amount_minor;
    };
    const due = rule.free_freight_from_minor !== null && net_minor < rule.free_freight_from_minor;
    if (due && !this.forgetsFreight(head, customer)) {
      add('freight', kind === 'ecommerce' ? 'Parcel' : 'Freight', rule.freight_charge_minor ?? 0);
    }
    if (kind === 'key_accounts' && random.chance(0.12)) {
      add('freight', 'Pallet freight', 100 * random.whole(45, 180));
    }
    if (kind === 'inside_sales' && net_minor < 4_000) add('fee', 'Small order fee', 750);
    if (kind === 'key_accounts' && random.chance(0.03)) {
      add('discount', 'Volume bonus', -shareOfAmount(net_minor, 2, 100));
    }
    if (random.chance(0.004)) add('adjustment', 'Price correction', random.whole(-40, 25) * 50);
    return { other_minor, bonus_minor };
  }

  /** One salesperson leaves the freight away lately. */
  private forgetsFreight(head: OrderHead, customer: DemoCustomer | null): boolean {
    if (customer?.salesperson !== STORIES.freight_leak_salesperson || head.kind !== 'inside_sales') return false;
    return monthsBetween(head.month, this.world.horizon.this_month) < FREIGHT_LEAK_MONTHS && this.random.chance(0.5);
  }

  /** What sending the order costs us. */
  private freightCost(head: OrderHead, net_minor: number): number {
    if (net_minor <= 0 || head.kind === 'counter') return 0;
    const [fixed, bp] = FREIGHT_COST[head.kind];
    return fixed + shareOfAmount(net_minor, bp, 10_000) + this.random.whole(0, 250);
  }

  private rebateBp(customer: DemoCustomer | null): number {
    return customer ? (this.world.terms.rebates.get(customer.id)?.rate_bp ?? 0) : 0;
  }

  /** What plans are made of. */
  private plan(head: OrderHead, channel: DemoChannel, item: DemoItem, worth: LineWorth): void {
    const { books, company } = this.world;
    const channel_index = company.channels.indexOf(channel);
    const nth =
      (books.monthIndex(head.month) * company.channels.length + channel_index) * CATEGORIES.length +
      item.category_index;
    addAt(books.net, nth, worth.net_minor);
    const { net_minor, cost_minor, freight_minor, rebate_minor, fee_minor } = worth;
    addAt(books.gm3, nth, net_minor - cost_minor - freight_minor - rebate_minor - fee_minor);
  }
}

const FREIGHT_COST: Readonly<Record<Exclude<ChannelKind, 'counter'>, readonly [fixed: number, bp: number]>> = {
  inside_sales: [640, 120],
  key_accounts: [1_150, 150],
  ecommerce: [490, 90],
};

const NOTES = [
  'Customer asks for one delivery; hold the first part.',
  'Site closed on Friday, deliver before noon.',
  'Buyer confirmed the later date by phone.',
  'Needs the certificate with the goods.',
] as const;

function packsOrdered(item: DemoItem, channel: DemoChannel, random: Random): number {
  const spread = 0.35 + 1.2 * random.float() ** 2 + (random.chance(0.07) ? 2.5 : 0);
  return Math.max(1, Math.round(item.packs * spread * SIZE_OF_LINE[channel.kind]));
}
