/** Purchase orders: what was ordered, what the supplier said and said again, what came in one or more parts. */
import { addWorkdays, firstDayOfMonth, isWorkday, lastDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import { addAt } from '../books.ts';
import { costIn, type DemoItem } from '../catalogue/items.ts';
import { levelIn } from '../catalogue/levels.ts';
import type { DemoSite } from '../companies.ts';
import { amountOf } from '../orders/pricing.ts';
import type { DemoSupplier } from '../parties.ts';
import { supplierPrice } from '../pricing/rules.ts';
import type { Random } from '../random.ts';
import type { DemoBatch, DemoRow } from '../rows.ts';
import { type Horizon, monthsBetween } from '../size.ts';
import { SLIPPING_MONTHS } from '../stories/stories.ts';
import type { CompanyWorld } from '../world.ts';
import { Bills, type LandedLine } from './bills.ts';

/** Of the mails that put a day off, those that come after it. */
const SILENT = 0.35;
/** No purchase order is longer. */
const ORDER_LINES = 30;
const BUYERS = ['buyer', 'buyer', 'buyer', 'planner'] as const;

export interface Wanted {
  readonly item: DemoItem;
  readonly qty_milli: number;
}

interface Part {
  readonly received_on: number;
  readonly qty_milli: number;
}

interface PurchaseOrder {
  readonly id: number;
  readonly number: string;
  readonly supplier: DemoSupplier;
  readonly site: DemoSite;
  readonly ordered_on: number;
  readonly promised_on: number;
}

export class PurchaseWriter {
  readonly bills: Bills;
  private readonly world: CompanyWorld;
  private readonly random: Random;
  private readonly silence: Random;
  private orders: DemoRow<'purchase_order'>[] = [];
  private lines: DemoRow<'po_line'>[] = [];
  private prices: DemoRow<'po_line_price'>[] = [];
  private receipts: DemoRow<'receipt_line'>[] = [];
  private promises: DemoRow<'promise_event'>[] = [];
  private next_order = 40_001;
  private next_receipt = 70_001;

  constructor(world: CompanyWorld) {
    this.world = world;
    this.random = world.stream('purchases');
    this.silence = world.stream('silence');
    this.bills = new Bills(world);
  }

  count(): number {
    return this.lines.length;
  }

  *flush(): Generator<DemoBatch> {
    const own: DemoBatch[] = [
      { table: 'purchase_order', rows: this.orders },
      { table: 'po_line', rows: this.lines },
      { table: 'po_line_price', rows: this.prices },
      { table: 'receipt_line', rows: this.receipts },
      { table: 'promise_event', rows: this.promises },
    ];
    this.orders = [];
    this.lines = [];
    this.prices = [];
    this.receipts = [];
    this.promises = [];
    for (const batch of [...own, ...this.bills.flush()]) if (batch.rows.length > 0) yield batch;
  }

  /** Orders whose goods came in a month: days are drawn so that all parts fall into it. */
  received(site: DemoSite, supplier: DemoSupplier, month: number, wanted: readonly Wanted[]): void {
    const { horizon } = this.world;
    const first = firstDayOfMonth(month);
    const limit = Math.min(lastDayOfMonth(month), horizon.today);
    for (let from = 0; from < wanted.length; from += ORDER_LINES) {
      const base = this.workdayUntil(first + this.random.whole(0, 12), limit);
      const delay = delayDays(supplier, month, horizon, this.random);
      const promised_on = delay > 0 ? workdaysBefore(base, delay) : delay < 0 ? addWorkdays(base, 1) : base;
      const order = this.open(site, supplier, promised_on);
      const own = wanted.slice(from, from + ORDER_LINES).map((line) => this.receivedLine(order, line, base, limit));
      this.book(order, own, limit);
      const open = own.some((line) => line.ordered_qty_milli > line.received_qty_milli);
      this.pushOrder(order, open ? 'open' : 'received');
    }
  }

  /** Orders on their way; `known_on` is when the supplier now says they come, else it is drawn. */
  underWay(
    site: DemoSite,
    supplier: DemoSupplier,
    wanted: readonly Wanted[],
    promised_on: number,
    late: boolean,
    known_on: number | null = null,
  ): void {
    const { horizon, company } = this.world;
    const { random } = this;
    for (let from = 0; from < wanted.length; from += ORDER_LINES) {
      const order = this.open(site, supplier, promised_on);
      let amount = 0;
      for (const { item, qty_milli } of wanted.slice(from, from + ORDER_LINES)) {
        const overdue = promised_on <= horizon.today;
        const silent = overdue && random.chance(0.08);
        const expected_on =
          silent || !(overdue || late) ? promised_on : addWorkdays(horizon.today, random.whole(1, 12));
        const expected = Math.max(promised_on, known_on ?? expected_on);
        const line = this.pushLine(order, item, qty_milli, 0, expected, null);
        this.promise(order, line.id, expected, horizon.today);
        amount += amountOf(qty_milli, line.price, company.currency);
      }
      this.pushOrder(order, 'open');
      if (order.id % 11 === 0) this.bills.billAhead(order, order.ordered_on, amount);
    }
  }

  /** The supplier could not deliver, or we found it elsewhere. */
  cancelled(site: DemoSite, supplier: DemoSupplier, wanted: readonly Wanted[], promised_on: number): void {
    const order = this.open(site, supplier, promised_on);
    for (const { item, qty_milli } of wanted.slice(0, ORDER_LINES)) {
      this.pushLine(order, item, qty_milli, 0, promised_on, null);
    }
    this.pushOrder(order, 'cancelled');
  }

  private open(site: DemoSite, supplier: DemoSupplier, promised_on: number): PurchaseOrder {
    const { ids, horizon } = this.world;
    const id = ids.next();
    const number = `PO ${this.next_order}`;
    this.next_order += 1;
    const wanted = Math.min(promised_on - supplier.lead_time_days, horizon.today);
    const ordered_on = isWorkday(wanted) ? wanted : workdaysBefore(wanted, 1);
    return { id, number, supplier, site, ordered_on, promised_on };
  }

  private receivedLine(order: PurchaseOrder, { item, qty_milli }: Wanted, base: number, limit: number) {
    const { horizon } = this.world;
    const { random } = this;
    const extra = random.chance(0.1) ? this.workdayUntil(base + random.whole(1, 8), limit) : base;
    const packs = Math.floor(qty_milli / item.pack_qty_milli);
    const first_qty = packs > 1 && random.chance(0.05) ? Math.ceil(packs * 0.6) * item.pack_qty_milli : 0;
    const second_on = this.workdayUntil(extra + random.whole(2, 6), limit);
    const parts: readonly Part[] =
      first_qty > 0 && first_qty < qty_milli && second_on > extra
        ? [
            { received_on: extra, qty_milli: first_qty },
            { received_on: second_on, qty_milli: qty_milli - first_qty },
          ]
        : [{ received_on: extra, qty_milli }];
    const last = parts.at(-1)?.received_on ?? extra;
    // of what came lately, some is still missing a part
    const missing = horizon.today - last < 25 && random.chance(0.06) ? Math.ceil(packs * 0.5) * item.pack_qty_milli : 0;
    const expected_on =
      missing > 0 ? addWorkdays(horizon.today, random.whole(2, 10)) : Math.max(order.promised_on, last);
    const ordered = qty_milli + missing;
    const { id, price } = this.pushLine(order, item, ordered, qty_milli, expected_on, missing > 0 ? null : last);
    this.promise(order, id, expected_on, Math.min(last, horizon.today));
    return { id, item, price, parts, ordered_qty_milli: ordered, received_qty_milli: qty_milli };
  }

  /** Receipts of an order by day, their bills, the way in. */
  private book(
    order: PurchaseOrder,
    lines: readonly ReturnType<PurchaseWriter['receivedLine']>[],
    limit: number,
  ): void {
    const { company, ids, books, horizon } = this.world;
    const days = new Map<number, { number: string; amount_minor: number; value_minor: number }>();
    const landed: LandedLine[] = [];
    for (const { id, item, price, parts } of lines) {
      let line_amount = 0;
      let line_qty = 0;
      for (const { received_on, qty_milli } of parts) {
        let receipt = days.get(received_on);
        if (!receipt) {
          receipt = { number: `RCV ${this.next_receipt}`, amount_minor: 0, value_minor: 0 };
          this.next_receipt += 1;
          days.set(received_on, receipt);
        }
        const amount = amountOf(qty_milli, price, company.currency);
        const value = amountOf(qty_milli, costIn(item, monthOfDay(received_on)), company.currency);
        receipt.amount_minor += amount;
        receipt.value_minor += value;
        line_amount += amount;
        line_qty += qty_milli;
        const nth = (received_on - horizon.first_day) * books.site_categories + books.siteCategory(order.site, item);
        addAt(books.value_flow, nth, value);
        this.receipts.push({
          id: ids.next(),
          company_id: company.id,
          site_id: order.site.id,
          po_line_id: id,
          number: receipt.number,
          received_on,
          qty_milli,
        });
      }
      landed.push({ po_line_id: id, item, qty_milli: line_qty, amount_minor: line_amount });
    }
    const ordered = [...days].toSorted((a, b) => a[0] - b[0]);
    for (const [received_on, receipt] of ordered) {
      this.bills.receive(order, { ...receipt, received_on }, order.id % 11 === 0);
    }
    if (order.supplier.overseas) this.bills.landedCost(order, ordered[0]?.[0] ?? limit, landed);
  }

  private pushOrder(order: PurchaseOrder, state: string): void {
    const { id, number, supplier, site, ordered_on } = order;
    const { company, horizon } = this.world;
    const slow = this.random.chance(0.15) ? 1 : 0;
    this.orders.push({
      id,
      company_id: company.id,
      site_id: site.id,
      number,
      supplier_id: supplier.id,
      ordered_on,
      state,
      approved_on: Math.min(horizon.today, slow ? addWorkdays(ordered_on, 1) : ordered_on),
      buyer: this.random.pick(BUYERS),
    });
  }

  private pushLine(
    order: PurchaseOrder,
    item: DemoItem,
    ordered_qty_milli: number,
    received_qty_milli: number,
    expected_on: number,
    received_on: number | null,
  ): { readonly id: number; readonly price: number } {
    const { company, ids } = this.world;
    const id = ids.next();
    const common = { id, company_id: company.id, site_id: order.site.id };
    const level = levelIn(item.cost_steps, monthOfDay(order.ordered_on));
    const agreed = supplierPrice(item, item.cost_levels[level] ?? item.unit_cost_micro);
    // now and then a price is agreed for the order
    const price = this.random.chance(0.1)
      ? Math.max(1, Math.round(agreed * (0.97 + 0.05 * this.random.float())))
      : agreed;
    this.lines.push({
      ...common,
      purchase_order_id: order.id,
      item_id: item.id,
      ordered_qty_milli,
      received_qty_milli,
      promised_on: order.promised_on,
      expected_on,
      received_on,
    });
    this.prices.push({ ...common, unit_price_micro: price });
    return { id, price };
  }

  /** How the first promise became the latest: one mail, or several when it slipped far; some only once the day had passed. */
  private promise(order: PurchaseOrder, po_line_id: number, expected_on: number, until: number): void {
    const slip = expected_on - order.promised_on;
    if (slip <= 0) return;
    const steps = slip > 12 ? 3 : slip > 5 ? 2 : 1;
    for (let step = 1; step <= steps; step++) {
      const promised_on = step === steps ? expected_on : order.promised_on + Math.floor((slip * step) / steps);
      const last = order.promised_on + Math.floor((slip * (step - 1)) / steps);
      const before = last - this.random.whole(0, 3);
      // a stream of its own: who is silent changes nothing of what is bought
      const silent_days = this.silence.chance(SILENT) ? this.silence.whole(1, promised_on - last) : null;
      const said_on = silent_days === null || last >= until ? before : last + silent_days;
      const told_on = Math.max(order.ordered_on, Math.min(until, said_on));
      this.promises.push({
        id: this.world.ids.next(),
        company_id: this.world.company.id,
        site_id: order.site.id,
        po_line_id,
        told_on,
        promised_on,
      });
    }
  }

  /** That day or the next working day, but not beyond the limit. */
  private workdayUntil(day: number, limit: number): number {
    const wanted = isWorkday(day) ? day : addWorkdays(day, 1);
    if (wanted <= limit) return wanted;
    return isWorkday(limit) ? limit : Math.max(firstDayOfMonth(monthOfDay(limit)), workdaysBefore(limit, 1));
  }
}

export function workdaysBefore(day: number, count: number): number {
  let current = day;
  for (let left = count; left > 0; ) {
    current -= 1;
    if (isWorkday(current)) left -= 1;
  }
  return current;
}

/** Working days after the first promise; below zero = a day early. */
function delayDays(supplier: DemoSupplier, month: number, horizon: Horizon, random: Random): number {
  const age = monthsBetween(month, horizon.this_month);
  if (supplier.slipping && age < SLIPPING_MONTHS) {
    return random.chance(0.45 + 0.09 * (SLIPPING_MONTHS - age)) ? random.whole(1, 3) + 2 * (SLIPPING_MONTHS - age) : 0;
  }
  if (random.float() > supplier.reliability) return random.whole(1, supplier.lateness_days * 2);
  return random.chance(0.3) ? -1 : 0;
}
