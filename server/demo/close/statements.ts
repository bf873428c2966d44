/** Reconciliations of stock, bank and the rest, and what is drawn up from all of them. */
import { firstDayOfMonth } from '#domain/calendar.ts';
import { CATEGORIES } from '../catalogue/categories.ts';
import { shareOfAmount } from '../orders/pricing.ts';
import {
  bounded,
  type CloseMonth,
  type DraftLine,
  explained,
  ledger,
  subledger,
  sumOf,
  total,
  workdaysIn,
} from './draft.ts';

/** Evidence without an amount: the last delivery note of the month at each site. */
export function lastMovements(month: CloseMonth): readonly DraftLine[] {
  return month.company.sites.map((site) => {
    const note = month.book.last_shipment.get(site.id);
    const text = note ? `Last delivery note of the month: ${note}.` : 'No delivery on the last day of the month.';
    return explained(site.code, month.end, 0, text);
  });
}

export function countsBySite(month: CloseMonth): readonly DraftLine[] {
  return month.company.sites.map((site) => {
    const counted = month.books.counted.get(`${site.id}/${month.period}`) ?? 0;
    return explained(site.code, month.end, 0, `${counted} positions last counted in the month.`);
  });
}

/** Stock at cost at the month's end: today's, plus what left since, less what came since. */
function stockValue(month: CloseMonth): Float64Array {
  return month.books.stock_value.map((value, index) => {
    let rolled = value;
    for (const book of month.later) rolled += (book.shipped_cost[index] ?? 0) - (book.received_cost[index] ?? 0);
    return Math.round(rolled);
  });
}

export function inventoryValuation(month: CloseMonth): readonly DraftLine[] {
  const { company, end, random } = month;
  const value = stockValue(month);
  const at = (site: number, category: number) => value[site * CATEGORIES.length + category] ?? 0;
  const sub = company.sites.flatMap((site) =>
    CATEGORIES.map((category, nth) => subledger(`${site.code} ${category.name}`, end, at(site.index, nth))),
  );
  const byCategory = CATEGORIES.map((category, nth) => {
    const amount = company.sites.reduce((sum, site) => sum + at(site.index, nth), 0);
    return ledger(`Stock ${category.name}`, end, amount);
  });
  const adjustment = random.whole(300, 1_900) * 25;
  const scrap = -random.whole(200, 1_200) * 25;
  return [
    ...byCategory,
    ledger('Count adjustment', end, adjustment),
    ledger('Scrap', end, scrap),
    ...bounded(sub, 'positions'),
    explained('Count adjustment', end, adjustment, 'Counted on the last day, booked in stock on the first.'),
    explained('Scrap', end, scrap, 'Scrapped in the ledger; the stock move follows.'),
  ].filter((line) => line.amount_minor !== 0);
}

/** Half the cost of stock that had no demand in the last 90 days. */
export function obsolescence(month: CloseMonth): readonly DraftLine[] {
  const { company, books, end } = month;
  const sub = CATEGORIES.map((category, nth) => {
    const idle = company.sites.reduce(
      (sum, site) => sum + (books.idle_value[site.index * CATEGORIES.length + nth] ?? 0),
      0,
    );
    return subledger(`${category.name} without demand, 50 %`, end, shareOfAmount(idle, 50, 100));
  }).filter((line) => line.amount_minor !== 0);
  return [...sub.map((line) => ledger(`Reserve: ${line.ref}`, end, line.amount_minor)), ...sub];
}

/** The bank's statement against the ledger, with one payment under way. */
export function bank(month: CloseMonth): readonly DraftLine[] {
  const { book, end, random } = month;
  const start = firstDayOfMonth(month.period);
  const received = shareOfAmount(sumOf(book.billed_by_party.values()), 92, 100);
  const paid = -shareOfAmount(total(book.receipts), 88, 100);
  const opening = random.whole(300_000, 900_000) * 100;
  const under_way = -random.whole(500, 4_000) * 25;
  return [
    ledger('Opening balance', start, opening),
    ledger('Received', end, received),
    ledger('Paid', end, paid + under_way),
    subledger('Bank statement, closing balance', end, opening + received + paid),
    explained('Payment under way', end, under_way, 'Ordered on the last day, on the statement of the next.'),
  ].filter((line) => line.amount_minor !== 0);
}

/** The fixed-asset register's monthly charge. */
export function depreciation(month: CloseMonth): readonly DraftLine[] {
  const assets: readonly (readonly [string, number])[] = [
    ['Racking and conveyors', 486_250],
    ['Forklifts', 212_900],
    ['Software and prepaids', 98_775],
  ];
  return assets.flatMap(([name, amount]) => {
    const charge = -shareOfAmount(amount, Math.round(month.company.share * 100), 100);
    return [ledger(name, month.end, charge), subledger(`Register: ${name}`, month.end, charge)];
  });
}

/** Goods sold between the two companies, 1 % of net sales; both sides agree. */
export function intercompany(month: CloseMonth): readonly DraftLine[] {
  const amount = shareOfAmount(sumOf(month.book.net_by_channel.values()), 1, 100);
  return [
    ledger('Deliveries to the sister company', month.end, amount),
    subledger('Confirmed by the sister company', month.end, amount),
  ];
}

/** Half a per cent on the open balance in the other currency. */
export function fxRevaluation(month: CloseMonth): readonly DraftLine[] {
  const amount = -shareOfAmount(total(intercompany(month).filter((line) => line.side === 'ledger')), 5, 1_000);
  return [
    ledger('Revaluation of open balances', month.end, amount),
    subledger('Open balances at the closing rate', month.end, amount),
  ];
}

/** Balances so far by account (assets positive, debts negative) and the result; they add up to nothing. */
export function trialBalance(month: CloseMonth, balances: ReadonlyMap<string, number>): readonly DraftLine[] {
  const debts = new Set(['2100', '2150', '2160', '2170', '1490']);
  const lines = [...balances].map(([account, amount]) => ({
    ...ledger(`Account ${account}`, month.end, debts.has(account) ? -amount : amount),
    account,
  }));
  const sales = { ...ledger('Sales', month.end, -sumOf(month.book.net_by_channel.values())), account: '8000' };
  const cost = { ...ledger('Cost of goods', month.end, Math.round(sumOf(month.book.shipped_cost))), account: '7000' };
  const other = { ...ledger('Freight and fees billed', month.end, -month.book.other_minor), account: '8100' };
  const all = [...lines, sales, cost, other];
  const equity = { ...ledger('Equity and result brought forward', month.end, -total(all)), account: '0500' };
  return [...all, equity].filter((line) => line.amount_minor !== 0);
}

/** Net sales by channel against the month before; what moved by more than 5 % is explained. */
export function flux(month: CloseMonth): readonly DraftLine[] {
  const { book, previous, end, period } = month;
  const lines: DraftLine[] = [];
  for (const channel of month.company.channels) {
    const now = book.net_by_channel.get(channel.kind) ?? 0;
    const before = previous?.net_by_channel.get(channel.kind) ?? 0;
    const name = `Net sales, ${channel.kind.replace('_', ' ')}`;
    lines.push(ledger(name, end, now), subledger(`${name}, month before`, end, before));
    if (previous && Math.abs(now - before) * 20 > Math.abs(before)) {
      const days = `${workdaysIn(period)} working days against ${workdaysIn(previous.month)}.`;
      lines.push(explained(name, end, now - before, days));
    }
  }
  const rest =
    total(lines.filter((line) => line.side === 'ledger')) - total(lines.filter((line) => line.side !== 'ledger'));
  if (previous && rest !== 0) lines.push(explained('Other channels', end, rest, 'Each moved by less than 5 %.'));
  return lines.filter((line) => line.amount_minor !== 0);
}

/** The result as reported, against the trial balance. */
export function statements(month: CloseMonth): readonly DraftLine[] {
  const { book, end } = month;
  const lines = [
    ledger('Net sales', end, sumOf(book.net_by_channel.values())),
    ledger('Freight and fees billed', end, book.other_minor),
    ledger('Cost of goods shipped', end, -Math.round(sumOf(book.shipped_cost))),
  ];
  return [...lines, subledger('Result in the trial balance', end, total(lines))].filter(
    (line) => line.amount_minor !== 0,
  );
}
