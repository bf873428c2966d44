/** Reconciliations of what is bought and sold: receivables, payables, receipts, shipments, accruals. */
import { firstDayOfMonth, isoDate } from '#domain/calendar.ts';
import type { MonthBook } from '../books.ts';
import { shareOfAmount } from '../orders/pricing.ts';
import { bounded, type CloseMonth, type DraftLine, explained, ledger, subledger, sumOf, total } from './draft.ts';

/** What customers with an account still owe of a month's invoices at its end, and of the month before. */
function owedBy(month: CloseMonth, book: MonthBook, older: MonthBook | null): readonly DraftLine[] {
  return month.customers.map((customer) => {
    const own = shareOfAmount(book.billed_by_party.get(customer.id) ?? 0, customer.unpaid_percent, 100);
    const old = shareOfAmount(older?.billed_by_party.get(customer.id) ?? 0, customer.unpaid_percent, 400);
    return subledger(`${customer.code} ${customer.name}`, month.end, own + old);
  });
}

/** Customers' open balances against the ledger: opening, invoices by week, cash, payments. */
export function receivables(month: CloseMonth): readonly DraftLine[] {
  const { book, previous, end, random } = month;
  const start = firstDayOfMonth(month.period);
  const sub = bounded(owedBy(month, book, previous), 'customers');
  const opening = previous ? total(owedBy(month, previous, null)) : 0;
  const weeks = [0, 0, 0, 0, 0];
  for (const [day, amount] of book.billed_by_day) {
    const week = Math.min(4, Math.floor((day - start) / 7));
    weeks[week] = (weeks[week] ?? 0) + amount;
  }
  const cash = book.billed_by_party.get(0) ?? 0;
  const largest = sub.toSorted((a, b) => b.amount_minor - a.amount_minor)[0];
  const in_transit = -random.whole(400, 2_600) * 100;
  const twice = random.whole(90, 800) * 25;
  const items = [
    explained(
      'Payment in transit',
      end,
      in_transit,
      `${largest?.ref ?? 'A customer'} paid on the last day; the bank booked it on the first of the next month.`,
    ),
    explained('Credit note posted twice', end, twice, 'Posted in the ledger once more by hand; reversal is entered.'),
  ];
  const closing = total(sub) + total(items);
  const posted = opening + sumOf(weeks) - cash;
  return [
    ledger('Opening balance', start, opening),
    ...weeks.map((amount, nth) => ledger(`Invoices, week ${nth + 1}`, Math.min(end, start + nth * 7 + 6), amount)),
    ledger('Cash and card sales settled', end, -cash),
    ledger('Payments of customers', end, closing - posted),
    ...sub,
    ...items,
  ].filter((line) => line.amount_minor !== 0);
}

/** Open bills by supplier: what was billed in the month, less the fifth paid at once for early discount. */
export function payables(month: CloseMonth): readonly DraftLine[] {
  const { book, end, random } = month;
  const bySupplier = new Map<string, number>();
  for (const receipt of book.receipts) {
    if (!receipt.billed) continue;
    const key = `${receipt.supplier_code} ${receipt.supplier_name}`;
    bySupplier.set(key, (bySupplier.get(key) ?? 0) + receipt.amount_minor);
  }
  const open = [...bySupplier].map(([ref, amount]) => subledger(ref, end, shareOfAmount(amount, 80, 100)));
  const sub = bounded(open, 'suppliers');
  const billed = sumOf(bySupplier.values());
  const rounding = random.whole(12, 95) * 5;
  return [
    ledger('Bills of the month', end, billed),
    ledger('Payments to suppliers', end, total(sub) - billed),
    ledger('Bank charge on a payment', end, rounding),
    ...sub,
    explained('Bank charge on a payment', end, rounding, 'Booked to payables; belongs to bank charges.'),
  ].filter((line) => line.amount_minor !== 0);
}

/** Goods received, not invoiced: each receipt without a bill against its ledger entry, with the usual differences. */
export function goodsReceivedNotInvoiced(month: CloseMonth): readonly DraftLine[] {
  const { book, later, end, period, random } = month;
  const open = book.receipts.filter((receipt) => !receipt.billed);
  const sub = bounded(
    open.map((receipt) =>
      subledger(`${receipt.number} ${receipt.supplier_name}`, receipt.received_on, receipt.amount_minor),
    ),
    'receipts',
  );
  const entries = sub.map((line) => ledger(`REC/${period % 100}/${line.ref}`, line.booked_on, line.amount_minor));
  const bill = 218_000;
  const late = later[0]?.receipts[0];
  const differences: DraftLine[] = [];
  const price = random.whole(60, 480) * 25;
  const priced = sub[0];
  if (priced) {
    differences.push(
      ledger(`JRN/${period % 100}/104`, priced.booked_on, price),
      explained(
        priced.ref,
        priced.booked_on,
        price,
        'Price on the confirmation is above the order; claimed from the supplier.',
      ),
    );
  }
  if (late) {
    differences.push(
      ledger(`JRN/${period % 100}/118`, end, late.amount_minor),
      explained(
        late.number,
        end,
        late.amount_minor,
        `Accrued at cut-off; received on ${isoDate(late.received_on)}, carried into the next month.`,
      ),
    );
  }
  return [
    ...entries,
    ...differences,
    { ...ledger(`BILL/${period % 100}/0932`, end, bill), posted_late: true },
    { ...explained(`BILL/${period % 100}/0932`, end, bill, 'Bill posted without a receipt.'), posted_late: true },
    ...sub,
  ];
}

/** Shipments whose invoice falls into the next month, against the accrual journal of each day. */
export function shippedNotBilled(month: CloseMonth): readonly DraftLine[] {
  const { book, end } = month;
  const byOrder = new Map<string, DraftLine>();
  for (const shipment of book.unbilled) {
    const before = byOrder.get(shipment.order_number)?.amount_minor ?? 0;
    byOrder.set(
      shipment.order_number,
      subledger(shipment.order_number, shipment.shipped_on, before + shipment.amount_minor),
    );
  }
  const sub = bounded([...byOrder.values()], 'orders');
  const byDay = new Map<number, number>();
  for (const line of sub) byDay.set(line.booked_on, (byDay.get(line.booked_on) ?? 0) + line.amount_minor);
  const freight = byOrder.size > 0 ? 695 : 0;
  return [
    ...[...byDay].map(([day, amount]) => ledger(`Accrual of ${isoDate(day)}`, day, amount)),
    ledger('Parcel charge', end, freight),
    ...sub,
    explained('Parcel charge', end, freight, 'Freight of one order was accrued with its goods.'),
  ].filter((line) => line.amount_minor !== 0);
}

/** Bills that came before their goods. */
export function billedNotReceived(month: CloseMonth): readonly DraftLine[] {
  const { books, end } = month;
  const waiting = books.early_bills.filter(
    (bill) => bill.ordered_on <= end && (bill.received_on === null || bill.received_on > end),
  );
  const sub = bounded(
    waiting.map((bill) => subledger(`${bill.number} ${bill.supplier_name}`, bill.ordered_on, bill.amount_minor)),
    'orders',
  );
  return [...sub.map((line) => ledger(`BILL ${line.ref}`, line.booked_on, line.amount_minor)), ...sub];
}

/** Inbound freight and duty not yet billed: 4.5 % of what was received, by site. */
export function landedCost(month: CloseMonth): readonly DraftLine[] {
  const { company, book, end, random } = month;
  const categories = book.received_cost.length / company.sites.length;
  const sub = company.sites.map((site) => {
    const received = sumOf(book.received_cost.subarray(site.index * categories, (site.index + 1) * categories));
    return subledger(`Receipts ${site.code}`, end, shareOfAmount(Math.round(received), 45, 1_000));
  });
  const carrier = random.whole(20, 220) * 50;
  return [
    ledger('Landed-cost accrual', end, total(sub)),
    ledger('Carrier bill above its accrual', end, carrier),
    ...sub,
    explained('Carrier bill above its accrual', end, carrier, 'Fuel surcharge; the rate card changes next month.'),
  ].filter((line) => line.amount_minor !== 0);
}

/** Rebates promised to key accounts (1.5 %) and fees of the portals (4.5 %), on the month's net sales. */
export function rebatesAndFees(month: CloseMonth): readonly DraftLine[] {
  const { book, end } = month;
  const keys = book.net_by_channel.get('key_accounts') ?? 0;
  const shops = book.net_by_channel.get('ecommerce') ?? 0;
  const sub = [
    subledger('Key account rebates, 1.5 % of net sales', end, shareOfAmount(keys, 15, 1_000)),
    subledger('Portal fees, 4.5 % of net sales', end, shareOfAmount(shops, 45, 1_000)),
  ];
  return [...sub.map((line) => ledger(`Accrual: ${line.ref}`, end, line.amount_minor)), ...sub];
}
