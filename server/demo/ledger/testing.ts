/**
 * For tests: what each balance-sheet account ought to be, computed from documents alone. It shares nothing with the
 * generator's books but the rule that amounts are split by quantity, rounded once.
 */
import { addMonths, firstDayOfMonth, lastDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import { divideRounded, lineAmountMinor, safeNumber } from '#domain/money.ts';
import type { DemoRow } from '../rows.ts';
import { byId, type CollectedRows, groupBy } from '../testing.ts';

export interface BookEvent {
  readonly company_id: number;
  readonly channel_id: number | null;
  readonly day: number;
  readonly amount_minor: number;
}

/** Events by account role, debit positive. */
export type Subledgers = ReadonlyMap<string, readonly BookEvent[]>;

class Collector {
  readonly events = new Map<string, BookEvent[]>();
  add(role: string, of: { company_id: number; channel_id?: number | null }, day: number, amount_minor: number): void {
    const own = this.events.get(role);
    const event = { company_id: of.company_id, channel_id: of.channel_id ?? null, day, amount_minor };
    if (own) own.push(event);
    else this.events.set(role, [event]);
  }
}

const share = (amount: number, qty: number, of: number): number =>
  of === 0 ? 0 : safeNumber(divideRounded(BigInt(amount) * BigInt(qty), BigInt(of)));

export function subledgers(rows: CollectedRows): Subledgers {
  const collector = new Collector();
  for (const invoice of rows.invoice) {
    const customer = invoice.kind === 'customer';
    collector.add(customer ? 'ar' : 'ap', invoice, invoice.posted_on, (customer ? 1 : -1) * invoice.amount_minor);
  }
  for (const payment of rows.payment) {
    const customer = payment.kind === 'customer';
    const [role, sign] = customer ? (['ar', -1] as const) : (['ap', 1] as const);
    collector.add(role, payment, payment.paid_on, sign * payment.amount_minor);
    if (payment.settled_on !== null) collector.add(role, payment, payment.settled_on, -sign * payment.exchange_minor);
  }
  revaluations(rows, collector);
  receipts(rows, collector);
  deliveries(rows, collector);
  for (const landed of rows.landed_cost) {
    collector.add('landed_cost_clearing', landed, landed.booked_on, -landed.amount_minor);
    const billed = firstDayOfMonth(addMonths(monthOfDay(landed.booked_on), 1)) + 4;
    collector.add('landed_cost_clearing', landed, billed, landed.amount_minor);
  }
  for (const credit of rows.credit_note) {
    collector.add(credit.claim_id === null ? 'returns' : 'claims', credit, credit.issued_on, credit.amount_minor);
  }
  for (const cost of rows.claim_cost) collector.add('claims', cost, cost.booked_on, cost.amount_minor);
  for (const month of rows.inventory_month) {
    const end = lastDayOfMonth(month.month);
    collector.add('inventory', month, end, month.closing_value_minor);
    // a month's value holds until the next month's
    collector.add('inventory', month, lastDayOfMonth(addMonths(month.month, 1)), -month.closing_value_minor);
  }
  return collector.events;
}

/** What is open in another currency at a month's end, at its closing rate, until the day after. */
function revaluations(rows: CollectedRows, collector: Collector): void {
  for (const rate of rows.fx_rate) {
    const end = lastDayOfMonth(rate.month);
    for (const kind of ['customer', 'supplier']) {
      const own = <R extends { company_id: number; kind: string; currency: string | null }>(row: R) =>
        row.company_id === rate.company_id && row.kind === kind && row.currency === rate.currency;
      const invoices = rows.invoice.filter((row) => own(row) && row.posted_on <= end);
      const payments = rows.payment.filter((row) => own(row) && row.paid_on <= end);
      const settled = payments.filter(({ settled_on }) => settled_on !== null && settled_on <= end);
      let foreign = 0;
      let booked = 0;
      for (const row of invoices) {
        foreign += row.foreign_minor ?? 0;
        booked += row.amount_minor;
      }
      for (const row of payments) {
        foreign -= row.foreign_minor ?? 0;
        booked -= row.amount_minor;
      }
      for (const row of settled) booked += row.exchange_minor;
      const value = safeNumber(divideRounded(BigInt(foreign) * 1_000_000n, BigInt(rate.closing_rate_micro)));
      const amount = (kind === 'customer' ? 1 : -1) * (value - booked);
      const role = kind === 'customer' ? 'ar' : 'ap';
      collector.add(role, rate, end, amount);
      collector.add(role, rate, end + 1, -amount);
    }
  }
}

/** Receipts at their order's price until they are billed, bills until their goods come. */
function receipts(rows: CollectedRows, collector: Collector): void {
  const prices = byId(rows.po_line_price);
  const currencies = byId(rows.company);
  const bills = new Map<string, DemoRow<'invoice'>>();
  for (const invoice of rows.invoice) {
    const key = `${invoice.company_id}/${invoice.ref}`;
    if (invoice.kind === 'supplier' && !bills.has(key)) bills.set(key, invoice);
  }
  const received = groupBy(rows.receipt_line, (line) => `${line.company_id}/${line.number}`);
  for (const [key, lines] of received) {
    const [first] = lines;
    if (!first) continue;
    const amount = lines.reduce((sum, line) => {
      const price = prices.get(line.po_line_id)?.unit_price_micro ?? 0;
      const currency = currencies.get(line.company_id)?.currency ?? 'EUR';
      return sum + safeNumber(lineAmountMinor(BigInt(line.qty_milli), BigInt(price), currency));
    }, 0);
    const bill = bills.get(key);
    if (bill && bill.posted_on < first.received_on) {
      collector.add('billed_not_received', first, bill.posted_on, amount);
      collector.add('billed_not_received', first, first.received_on, -amount);
      continue;
    }
    collector.add('grni', first, first.received_on, -amount);
    if (bill) collector.add('grni', first, bill.posted_on, amount);
  }
  for (const invoice of rows.invoice) {
    if (invoice.kind !== 'supplier' || invoice.purchase_order_id === null || invoice.ref !== null) continue;
    collector.add('billed_not_received', invoice, invoice.posted_on, invoice.amount_minor);
  }
}

/** Sales, cost and what is owed for them, when and as far as goods leave or come back; what waits for its invoice. */
function deliveries(rows: CollectedRows, collector: Collector): void {
  const costs = byId(rows.order_line_cost);
  const shipments = groupBy(rows.shipment_line, (part) => part.order_line_id);
  const invoices = new Map(rows.invoice.map((each) => [`${each.order_id}/${each.ref}`, each]));
  const owed = (of: DemoRow<'order_line'>, day: number, freight: number, rebate: number, fee: number) => {
    collector.add('freight_accrual', of, day, -freight);
    collector.add('rebate_accrual', of, day, -rebate);
    collector.add('fee_accrual', of, day, -fee);
    collector.add('freight_out', of, day, freight);
    collector.add('rebates', of, day, rebate);
    collector.add('channel_fees', of, day, fee);
    const month = monthOfDay(day);
    collector.add('freight_accrual', of, firstDayOfMonth(addMonths(month, 1)) + 5, freight);
    collector.add('fee_accrual', of, firstDayOfMonth(addMonths(month, 1)) + 7, fee);
    const quarter_end = addMonths(month, (3 - ((month % 100) % 3)) % 3);
    collector.add('rebate_accrual', of, firstDayOfMonth(addMonths(quarter_end, 1)) + 19, rebate);
  };
  for (const line of rows.order_line) {
    const cost = costs.get(line.id);
    if (!cost) continue;
    const { cost_minor, freight_minor, rebate_minor, fee_minor } = cost;
    if (cost_minor === null || freight_minor === null || rebate_minor === null || fee_minor === null)
      throw new Error(`line ${line.id}`);
    if (line.kind === 'return') {
      collector.add('returns', line, line.ordered_on, -line.gross_minor);
      collector.add('discounts', line, line.ordered_on, line.discount_minor);
      collector.add('cogs', line, line.ordered_on, cost_minor);
      owed(line, line.ordered_on, freight_minor, rebate_minor, fee_minor);
      continue;
    }
    const sold = line.ordered_qty_milli - line.cancelled_qty_milli;
    let shipped = 0;
    let done = { net: 0, gross: 0, cost: 0, freight: 0, rebate: 0, fee: 0 };
    for (const part of (shipments.get(line.id) ?? []).toSorted((a, b) => a.shipped_on - b.shipped_on)) {
      shipped += part.qty_milli;
      const at = (amount: number) => share(amount, Math.min(shipped, sold), sold);
      const due = {
        net: at(line.net_minor),
        gross: at(line.gross_minor),
        cost: at(cost_minor),
        freight: at(freight_minor),
        rebate: at(rebate_minor),
        fee: at(fee_minor),
      };
      const net = due.net - done.net;
      const gross = due.gross - done.gross;
      collector.add('revenue', line, part.shipped_on, -gross);
      collector.add('discounts', line, part.shipped_on, gross - net);
      collector.add('cogs', line, part.shipped_on, due.cost - done.cost);
      owed(line, part.shipped_on, due.freight - done.freight, due.rebate - done.rebate, due.fee - done.fee);
      done = due;
      collector.add('shipped_not_billed', line, part.shipped_on, net);
      const invoice = invoices.get(`${line.order_id}/${part.number}`);
      if (invoice) collector.add('shipped_not_billed', line, invoice.posted_on, -net);
    }
  }
}

/** The ledger's own lines as events. */
export function ledgerEvents(rows: CollectedRows): Subledgers {
  const roles = new Map(rows.gl_account.map((account) => [account.id, account.role ?? '']));
  const days = new Map(rows.gl_entry.map((entry) => [entry.id, entry.booked_on]));
  const collector = new Collector();
  for (const line of rows.gl_line) {
    collector.add(roles.get(line.account_id) ?? '', line, days.get(line.entry_id) ?? 0, line.amount_minor);
  }
  return collector.events;
}

/** Balance of a company's account at the end of a day. */
export function balanceAt(events: Subledgers, role: string, company_id: number, day: number): number {
  let sum = 0;
  for (const event of events.get(role) ?? []) {
    if (event.company_id === company_id && event.day <= day) sum += event.amount_minor;
  }
  return sum;
}
