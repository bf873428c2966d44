/** From deliveries to money: invoices, collective invoices of key accounts, cash, payments with the habits of payers. */
import { addMonths, addWorkdays, firstDayOfMonth, isWorkday, lastDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import { dayText } from '../ledger/journals.ts';
import type { MadeOut } from '../foreign.ts';
import type { DemoCustomer, DemoParty } from '../parties.ts';
import type { Random } from '../random.ts';
import { type DemoBatch, type DemoRow, IN_OUR_CURRENCY } from '../rows.ts';
import type { CompanyWorld } from '../world.ts';
import { STORIES } from '../stories/stories.ts';
import type { OrderHead } from './orderWriter.ts';

/** Key accounts get one invoice a month, drawn up on this day; what is delivered later waits for the next. */
const COLLECTIVE_DAY = 25;
/** The storied customer has paid nothing due in the last so many days. */
const STOPPED_PAYING_DAYS = 95;
/** What is paid ahead comes so many days before its month's end. */
const DAYS_AHEAD = 8;
/** Payments are matched within so many days. */
const UNMATCHED_DAYS = 12;

/** One delivery note of an order: its goods, and what else is billed with it. */
export interface Delivery {
  readonly head: OrderHead;
  readonly customer: DemoCustomer | null;
  readonly note: string;
  readonly shipped_on: number;
  readonly goods_minor: number;
  /** Freight and fees, and order discounts (negative), billed with the first delivery. */
  readonly other_minor: number;
  readonly bonus_minor: number;
}

export class Billing {
  private readonly world: CompanyWorld;
  private readonly random: Random;
  private invoices: DemoRow<'invoice'>[] = [];
  private payments: DemoRow<'payment'>[] = [];
  private next_invoice = 300_001;
  private readonly collective = new Map<string, number>();

  constructor(world: CompanyWorld) {
    this.world = world;
    this.random = world.stream('billing');
  }

  *flush(): Generator<DemoBatch> {
    yield { table: 'invoice', rows: this.invoices };
    yield { table: 'payment', rows: this.payments };
    this.invoices = [];
    this.payments = [];
  }

  deliver(delivery: Delivery): void {
    const { head, customer, note, shipped_on, goods_minor, other_minor, bonus_minor } = delivery;
    const { journals, shipped } = this.world.books;
    const { today } = this.world.horizon;
    const account = hasAccount(head, customer);
    const billed_on = account ? this.billingDay(account, head, shipped_on) : shipped_on;
    if (account) shipped.between(`${note} ${head.number}`, shipped_on, billed_on, goods_minor);
    if (billed_on > today) return;
    const amount_minor = goods_minor + other_minor + bonus_minor;
    const journal = account ? 'INV' : 'CSH';
    const strikes = account !== null && amount_minor > 25_000 && this.strikes('invoice_to_wrong_account', billed_on);
    const debit = !account ? 'bank' : strikes ? 'prepaid' : 'ar';
    journals.pair(journal, billed_on, debit, 'shipped_not_billed', null, goods_minor);
    for (const [role, amount] of [['other_revenue', other_minor] as const, ['discounts', bonus_minor] as const]) {
      journals.post(journal, billed_on, role, head.channel_id, -amount);
      journals.post(journal, billed_on, debit, null, amount);
    }
    journals.paper(journal, billed_on, note);
    if (amount_minor === 0) return;
    if (!account) {
      this.next_invoice += 1;
      this.cash(head, customer, head.id, `INV ${this.next_invoice - 1}`, note, shipped_on, amount_minor);
      return;
    }
    const number = this.numberOf(account, billed_on);
    if (strikes) {
      const { differences } = this.world;
      const found = { kind: 'invoice_to_wrong_account' as const, from_on: billed_on, ref: number };
      differences.plant({ ...found, role: 'ar', amount_minor: -amount_minor });
      differences.plant({ ...found, role: 'prepaid', amount_minor });
    }
    const due_on = billed_on + account.terms_days;
    const invoice = this.invoice(account, head.id, number, note, billed_on, due_on, amount_minor);
    this.pay(account, invoice);
  }

  /** Money given back: a negative invoice that the customer's next payment is less by, or cash. */
  credit(
    head: OrderHead,
    customer: DemoCustomer | null,
    order_id: number | null,
    number: string,
    amount: number,
  ): void {
    const { journals } = this.world.books;
    const day = head.ordered_on;
    const account = hasAccount(head, customer);
    journals.post('CRN', day, account ? 'ar' : 'bank', null, -amount);
    journals.paper('CRN', day, number);
    if (amount === 0) return;
    if (!account) {
      this.cash(head, customer, order_id, number, null, day, -amount);
      return;
    }
    const due_on = day + account.terms_days;
    this.pay(account, this.invoice(account, order_id, number, null, day, due_on, -amount));
  }

  /** Paid over the counter or through the portal on the day itself; who has no account is billed as a cash customer. */
  private cash(
    head: OrderHead,
    customer: DemoCustomer | null,
    order_id: number | null,
    number: string,
    ref: string | null,
    day: number,
    amount_minor: number,
  ): void {
    const party = customer ?? this.world.cash_customer;
    const { id: invoice_id } = this.invoice(party, order_id, number, ref, day, day, amount_minor, true);
    this.payments.push({
      id: this.world.ids.next(),
      company_id: this.world.company.id,
      month: monthOfDay(day),
      kind: 'customer',
      number: `${head.kind === 'ecommerce' ? 'PORTAL' : 'CASH'} ${dayText(day)}`,
      party_id: party.id,
      invoice_id,
      paid_on: day,
      settled_on: day,
      amount_minor,
      ...IN_OUR_CURRENCY,
      exchange_minor: 0,
    });
    this.world.books.receivables.add(refOf(party), day, -amount_minor);
  }

  private billingDay(account: DemoCustomer, head: OrderHead, shipped_on: number): number {
    const month = monthOfDay(shipped_on);
    if (account.channel === 'key_accounts') {
      const day = firstDayOfMonth(month) + COLLECTIVE_DAY - 1;
      return shipped_on <= day ? day : lastDayOfMonth(month) + COLLECTIVE_DAY;
    }
    // part of what leaves in a month's last two days is billed on the second of the next
    const end = lastDayOfMonth(month);
    return end - shipped_on < 2 && head.id % 5 < 2 ? end + 2 : shipped_on;
  }

  private numberOf(account: DemoCustomer, billed_on: number): string {
    if (account.channel !== 'key_accounts') {
      this.next_invoice += 1;
      return `INV ${this.next_invoice - 1}`;
    }
    // a collective invoice is one row a delivery, numbered within it
    const number = `CI ${dayText(billed_on).slice(0, 4)}-${account.code}`;
    const nth = (this.collective.get(number) ?? 0) + 1;
    this.collective.set(number, nth);
    return `${number}/${nth}`;
  }

  private invoice(
    account: DemoParty,
    order_id: number | null,
    number: string,
    ref: string | null,
    posted_on: number,
    due_on: number,
    amount_minor: number,
    at_once = false,
  ): DemoRow<'invoice'> & MadeOut {
    const id = this.world.ids.next();
    const made_out = at_once ? IN_OUR_CURRENCY : this.world.foreign.book('ar', account, posted_on, amount_minor);
    const row = {
      id,
      company_id: this.world.company.id,
      month: monthOfDay(posted_on),
      kind: 'customer',
      number,
      party_id: account.id,
      order_id,
      purchase_order_id: null,
      ref,
      issued_on: posted_on,
      posted_on,
      due_on,
      amount_minor,
      ...made_out,
    };
    this.invoices.push(row);
    this.world.books.receivables.add(refOf(account), posted_on, amount_minor);
    return row;
  }

  private pay(account: DemoCustomer, invoice: DemoRow<'invoice'> & MadeOut): void {
    const { random } = this;
    const { posted_on, due_on, amount_minor } = invoice;
    const { today } = this.world.horizon;
    const wanted = Math.max(posted_on + 1, due_on + account.pays_after_days + random.whole(-2, 5));
    const day = isWorkday(wanted) ? wanted : addWorkdays(wanted, 1);
    const fate = random.float();
    const stopped = account.code === STORIES.over_limit_customer_code && day > today - STOPPED_PAYING_DAYS;
    // some invoices stay in dispute
    if (fate < 0.004 || (stopped && amount_minor > 0)) return;
    const ahead = this.paidAhead(account, invoice);
    if (ahead !== null) {
      this.payment(account, invoice, ahead, { before_minor: 0, amount_minor });
      return;
    }
    if (fate > 0.985 && amount_minor > 20_000) {
      const part = Math.round(amount_minor * 0.6);
      const rest = { before_minor: part, amount_minor: amount_minor - part };
      this.payment(account, invoice, day, { before_minor: 0, amount_minor: part });
      this.payment(account, invoice, addWorkdays(day + random.whole(15, 40), 1), rest);
      return;
    }
    this.payment(account, invoice, day, { before_minor: 0, amount_minor });
  }

  private payment(
    account: DemoCustomer,
    invoice: DemoRow<'invoice'> & MadeOut,
    paid_on: number,
    part: { readonly before_minor: number; readonly amount_minor: number },
  ): void {
    const { company, horizon, books, foreign, ids, customers, differences } = this.world;
    if (paid_on > horizon.today) return;
    const number = `RC ${dayText(paid_on)}-${account.code}`;
    const came = foreign.pay(invoice, part, paid_on);
    let party = account;
    const ahead = paid_on < invoice.posted_on;
    if (!ahead && part.amount_minor > 10_000 && this.strikes('payment_of_wrong_party', paid_on)) {
      party = customers[(customers.indexOf(account) + 1) % customers.length] ?? account;
      differences.plant({
        kind: 'payment_of_wrong_party',
        from_on: paid_on,
        ref: number,
        role: 'ar',
        amount_minor: 0,
      });
    }
    const unmatched = this.isUnmatched(paid_on) && !ahead;
    // nothing is won or lost before it settles an invoice
    const paid = unmatched ? { ...came, exchange_minor: 0 } : came;
    const days = { paid_on, settled_on: unmatched ? null : Math.max(paid_on, invoice.posted_on) };
    this.payments.push({
      id: ids.next(),
      company_id: company.id,
      month: monthOfDay(paid_on),
      kind: 'customer',
      number,
      party_id: party.id,
      invoice_id: unmatched ? null : invoice.id,
      ...days,
      ...paid,
    });
    books.journals.pair('REC', paid_on, 'bank', 'ar', null, paid.amount_minor);
    books.journals.paper('REC', paid_on, number);
    if (ahead) books.journals.paper('REC', invoice.posted_on, number);
    foreign.settle('ar', days, paid, books.journals);
    books.receivables.add(refOf(party), paid_on, -paid.amount_minor);
    if (days.settled_on !== null) books.receivables.add(refOf(party), days.settled_on, paid.exchange_minor);
  }

  /** One delivery a month of some who are billed in another currency is paid in the month before its collective invoice. */
  private paidAhead(
    account: DemoCustomer,
    { currency, number, posted_on, amount_minor }: DemoRow<'invoice'>,
  ): number | null {
    if (currency === null || amount_minor <= 0 || !account.code.endsWith('4') || !number.endsWith('/1')) return null;
    const wanted = lastDayOfMonth(addMonths(monthOfDay(posted_on), -1)) - DAYS_AHEAD;
    const day = isWorkday(wanted) ? wanted : addWorkdays(wanted, 1);
    return day < this.world.horizon.first_day ? null : day;
  }

  /** A payment of these days may not be matched yet, and a few of the past half year never were. */
  private isUnmatched(paid_on: number): boolean {
    const age = this.world.horizon.today - paid_on;
    return this.random.chance(age < UNMATCHED_DAYS ? 0.06 : age < 180 ? 0.002 : 0);
  }

  private strikes(kind: 'invoice_to_wrong_account' | 'payment_of_wrong_party', day: number): boolean {
    return this.world.differences.strikes(kind, day);
  }
}

/** Portal and walk-in sales are paid at once, whoever buys. */
export function hasAccount(head: OrderHead, customer: DemoCustomer | null): DemoCustomer | null {
  return customer && head.kind !== 'ecommerce' ? customer : null;
}

export function refOf(party: { readonly code: string; readonly name: string }): string {
  return `${party.code} ${party.name}`;
}
