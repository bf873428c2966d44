/** What suppliers charge for: receipts and their bills, the way in, and when we pay. */
import {
  addMonths,
  addWorkdays,
  firstDayOfMonth,
  isWorkday,
  lastDayOfMonth,
  monthOfDay,
  weekday,
} from '#domain/calendar.ts';
import { safeNumber, splitMinor } from '#domain/money.ts';
import { addAt } from '../books.ts';
import type { DemoItem } from '../catalogue/items.ts';
import type { DemoSite } from '../companies.ts';
import { dayText } from '../ledger/journals.ts';
import { refOf } from '../orders/billing.ts';
import { shareOfAmount } from '../orders/pricing.ts';
import type { DemoCarrier, DemoSupplier } from '../parties.ts';
import type { Random } from '../random.ts';
import type { DemoBatch, DemoRow } from '../rows.ts';
import type { CompanyWorld } from '../world.ts';

const FRIDAY = 4;
/** Of what it costs to bring goods in, this share is freight; the rest is duty. Percent. */
const FREIGHT_SHARE = 62;

/** Goods of one order that came on one day under one number. */
export interface Receipt {
  readonly number: string;
  readonly received_on: number;
  /** At the order's prices, and at what stock is valued at. */
  readonly amount_minor: number;
  readonly value_minor: number;
}

export interface LandedLine {
  readonly po_line_id: number;
  readonly item: DemoItem;
  readonly qty_milli: number;
  readonly amount_minor: number;
}

interface Order {
  readonly id: number;
  readonly number: string;
  readonly supplier: DemoSupplier;
  readonly site: DemoSite;
}

export class Bills {
  private readonly world: CompanyWorld;
  private readonly random: Random;
  private invoices: DemoRow<'invoice'>[] = [];
  private payments: DemoRow<'payment'>[] = [];
  private landed: DemoRow<'landed_cost'>[] = [];
  private landed_lines: DemoRow<'landed_cost_line'>[] = [];
  private next_bill: number;

  constructor(world: CompanyWorld, first_bill = 20_001) {
    this.next_bill = first_bill;
    this.world = world;
    this.random = world.stream('bills');
  }

  *flush(): Generator<DemoBatch> {
    yield { table: 'landed_cost', rows: this.landed };
    yield { table: 'landed_cost_line', rows: this.landed_lines };
    yield { table: 'invoice', rows: this.invoices };
    yield { table: 'payment', rows: this.payments };
    this.landed = [];
    this.landed_lines = [];
    this.invoices = [];
    this.payments = [];
  }

  /** A receipt goes into stock at its value and onto the account of what is not billed yet, unless the bill came first. */
  receive(order: Order, receipt: Receipt, early: boolean): void {
    const { books, horizon, differences } = this.world;
    const { journals } = books;
    const { number, received_on, amount_minor, value_minor } = receipt;
    let booked_on = received_on;
    const next = firstDayOfMonth(addMonths(monthOfDay(received_on), 1));
    if (!early && next <= horizon.today && amount_minor > 20_000) {
      if (differences.strikes('receipt_in_wrong_month', received_on)) {
        booked_on = next;
        const found = { kind: 'receipt_in_wrong_month' as const, from_on: received_on, until_on: next, ref: number };
        differences.plant({ ...found, role: 'inventory', amount_minor: -value_minor });
        differences.plant({ ...found, role: 'grni', amount_minor });
      }
    }
    journals.post('RCV', booked_on, 'inventory', null, value_minor);
    journals.post('RCV', booked_on, early ? 'billed_not_received' : 'grni', null, -amount_minor);
    journals.post('RCV', booked_on, 'price_variance', null, amount_minor - value_minor);
    journals.paper('RCV', booked_on, number);
    const billed_on = early ? this.workday(received_on - this.random.whole(2, 8)) : this.billDay(received_on);
    if (early) {
      books.billed_early.between(`${order.number} ${order.supplier.name}`, billed_on, received_on, amount_minor);
      // a bill before the first day of the books was posted on it
      this.bill(order, Math.max(horizon.first_day, billed_on), number, amount_minor, 'billed_not_received');
      return;
    }
    const never = this.random.chance(0.006);
    const open_until = never || billed_on > horizon.today ? null : billed_on;
    books.goods_received.between(`${number} ${order.supplier.name}`, received_on, open_until, amount_minor);
    if (open_until === null) return;
    this.bill(order, billed_on, number, amount_minor, 'grni');
    const again = addWorkdays(billed_on, 3);
    if (amount_minor > 20_000 && again <= horizon.today && differences.strikes('bill_posted_twice', again)) {
      const twice = this.bill(order, again, number, amount_minor, 'grni', false);
      differences.plant({ kind: 'bill_posted_twice', from_on: again, ref: twice, role: 'grni', amount_minor });
    }
  }

  /** A bill whose goods are still on their way. */
  billAhead(order: Order, ordered_on: number, amount_minor: number): void {
    const { horizon, books } = this.world;
    const day = addWorkdays(ordered_on, this.random.whole(2, 6));
    if (day > horizon.today || day < horizon.first_day || amount_minor === 0) return;
    books.billed_early.between(`${order.number} ${order.supplier.name}`, day, null, amount_minor);
    this.bill(order, day, null, amount_minor, 'billed_not_received');
  }

  /** Freight and duty of an order from overseas, split over its lines to the cent. Answers what was booked. */
  landedCost(order: Order, booked_on: number, lines: readonly LandedLine[]): void {
    const { books, differences, ids } = this.world;
    const value = lines.reduce((sum, line) => sum + line.amount_minor, 0);
    const inbound = shareOfAmount(value, order.supplier.inbound_bp + this.random.whole(-80, 80), 10_000);
    const freight = shareOfAmount(inbound, FREIGHT_SHARE, 100);
    const forgotten = inbound > 10_000 && differences.strikes('landed_cost_not_allocated', booked_on);
    for (const [kind, amount_minor] of [['freight', freight] as const, ['duty', inbound - freight] as const]) {
      if (amount_minor <= 0) continue;
      const id = ids.next();
      const split_by = kind === 'freight' ? 'weight' : 'value';
      this.landed.push({
        id,
        ...this.place(order),
        purchase_order_id: order.id,
        kind,
        booked_on,
        amount_minor,
        split_by,
      });
      books.journals.post('RCV', booked_on, 'landed_cost_clearing', null, -amount_minor);
      books.journals.post('RCV', booked_on, 'price_variance', null, amount_minor);
      addAt(books.landed_due, books.monthIndex(monthOfDay(booked_on)), amount_minor);
      const bill_day = forwarderDay(monthOfDay(booked_on));
      books.landed_by_site.between(`${order.site.code} ${order.site.name}`, booked_on, bill_day, amount_minor);
      if (forgotten) {
        const found = { from_on: booked_on, role: 'landed_cost_clearing' as const, amount_minor: 0 };
        differences.plant({ kind: 'landed_cost_not_allocated', ref: `${order.number} ${kind}`, ...found });
        // what is planted moves no other row's id
        for (let nth = 0; nth < lines.length; nth++) ids.next();
        continue;
      }
      const weights = lines.map((line) =>
        BigInt(
          Math.max(
            1,
            kind === 'freight' ? Math.round((line.qty_milli * line.item.weight_g) / 1_000) : line.amount_minor,
          ),
        ),
      );
      for (const [nth, part] of splitMinor(BigInt(amount_minor), weights).entries()) {
        const po_line_id = lines[nth]?.po_line_id ?? 0;
        this.landed_lines.push({
          id: ids.next(),
          ...this.place(order),
          landed_cost_id: id,
          po_line_id,
          amount_minor: safeNumber(part),
        });
      }
    }
  }

  /** A bill without a purchase order: carriers and forwarders once a month. The caller posts its other side. */
  monthly(party: DemoCarrier, posted_on: number, ref: string, amount_minor: number, terms_days: number): void {
    this.push(party, null, posted_on, ref, amount_minor, terms_days, true);
  }

  private bill(
    order: Order,
    posted_on: number,
    ref: string | null,
    amount_minor: number,
    debit: 'grni' | 'billed_not_received',
    paid = true,
  ): string {
    const { journals } = this.world.books;
    journals.pair('BIL', posted_on, debit, 'ap', null, amount_minor);
    return this.push(order.supplier, order.id, posted_on, ref, amount_minor, order.supplier.terms_days, paid);
  }

  private push(
    party: DemoCarrier,
    purchase_order_id: number | null,
    posted_on: number,
    ref: string | null,
    amount_minor: number,
    terms_days: number,
    paid: boolean,
  ): string {
    const { company, books, foreign, ids, horizon } = this.world;
    const id = ids.next();
    const number = `BILL ${this.next_bill}`;
    this.next_bill += 1;
    const due_on = posted_on + terms_days;
    const month = monthOfDay(posted_on);
    const row = { id, company_id: company.id, month, kind: 'supplier', number, party_id: party.id, order_id: null };
    const dates = { issued_on: posted_on, posted_on, due_on };
    const made_out = foreign.book('ap', party, posted_on, amount_minor);
    this.invoices.push({ ...row, purchase_order_id, ref, ...dates, amount_minor, ...made_out });
    books.payables.add(refOf(party), posted_on, amount_minor);
    books.journals.paper('BIL', posted_on, number);
    const paid_on = due_on + ((FRIDAY - weekday(due_on) + 7) % 7);
    if (!paid || paid_on > horizon.today || this.random.chance(0.01)) return number;
    const payment = `PY ${dayText(paid_on)}-${party.code}`;
    const left = foreign.pay({ ...made_out, amount_minor }, { before_minor: 0, amount_minor }, paid_on);
    this.payments.push({
      id: ids.next(),
      company_id: company.id,
      month: monthOfDay(paid_on),
      kind: 'supplier',
      number: payment,
      party_id: party.id,
      invoice_id: id,
      paid_on,
      settled_on: paid_on,
      ...left,
    });
    books.payables.add(refOf(party), paid_on, -amount_minor);
    books.journals.pair('PAY', paid_on, 'ap', 'bank', null, left.amount_minor);
    books.journals.paper('PAY', paid_on, payment);
    foreign.settle('ap', { paid_on, settled_on: paid_on }, left, books.journals);
    return number;
  }

  /** Bills of what arrives near the end of a month often come in the next; of its last days always, so that a close waits for some. */
  private billDay(received_on: number): number {
    const days_left = lastDayOfMonth(monthOfDay(received_on)) - received_on;
    const is_late = days_left < 12 && (this.random.chance(0.5) || days_left < 3);
    return addWorkdays(received_on, is_late ? this.random.whole(8, 14) : this.random.whole(1, 6));
  }

  private workday(day: number): number {
    return isWorkday(day) ? day : addWorkdays(day, 1);
  }

  private place(order: Order) {
    return { company_id: this.world.company.id, site_id: order.site.id };
  }
}

/** The forwarder bills a month on the fifth of the next, the carrier on the sixth. */
export function forwarderDay(month: number): number {
  return firstDayOfMonth(addMonths(month, 1)) + 4;
}
export function carrierDay(month: number): number {
  return firstDayOfMonth(addMonths(month, 1)) + 5;
}
