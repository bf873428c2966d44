/** Reconciliations of stock, bank and the rest, and what is drawn up from all of them. */
import { addMonths, firstDayOfMonth, lastDayOfMonth } from '#domain/calendar.ts';
import { boundedLines } from '#domain/close/reconcile/lines.ts';
import { CATEGORIES } from '../catalogue/categories.ts';
import { ACCOUNT_ROLES, type AccountRole, accountCode, accountName, isResultRole } from '../ledger/accounts.ts';
import { inPounds, reserveAt, sisterAmount, prepaidAt } from '../ledger/monthly.ts';
import {
  accountLines,
  type CloseMonth,
  type DraftLine,
  differenceLines,
  explained,
  ledger,
  subledger,
  total,
  workdaysIn,
} from './draft.ts';

/** Evidence without an amount: the last delivery note of the month at each site. */
export function lastMovements(month: CloseMonth): readonly DraftLine[] {
  return month.company.sites.map((site) => {
    const note = month.books.last_shipment.get(`${site.id}/${month.period}`);
    const text = note ? `Last delivery note of the month: ${note}.` : 'No delivery on the last day of the month.';
    return explained(site.code, month.end, 0, text);
  });
}

export function countsBySite(month: CloseMonth): readonly DraftLine[] {
  return month.company.sites.map((site) => {
    const counted = month.books.counted.get(`${site.id}/${month.period}`) ?? 0;
    return explained(site.code, month.end, 0, `${counted} positions counted at the end of the month.`);
  });
}

export function inventoryValuation(month: CloseMonth): readonly DraftLine[] {
  const { books, company, end, nth } = month;
  const sub = company.sites.flatMap((site) =>
    CATEGORIES.map((category, index) => {
      const cell = nth * books.site_categories + site.index * CATEGORIES.length + index;
      return subledger(`${site.code} ${category.name}`, end, books.closing_value[cell] ?? 0);
    }),
  );
  return [
    ...accountLines(month, 'inventory'),
    ...boundedLines(sub, 'positions', end),
    ...differenceLines(month, 'inventory'),
  ];
}

/** Half the cost of stock without demand. */
export function obsolescence(month: CloseMonth): readonly DraftLine[] {
  const reserve = subledger('Stock without demand, 50 %', month.end, reserveAt(month, month.nth));
  return [...accountLines(month, 'inventory_reserve', -1), reserve];
}

/** The bank's statement against the ledger. */
export function bank(month: CloseMonth): readonly DraftLine[] {
  const lines = accountLines(month, 'bank');
  return [...lines, subledger('Bank statement, closing balance', month.end, total(lines))];
}

/** What was paid ahead against the months still to come. */
export function depreciation(month: CloseMonth): readonly DraftLine[] {
  const left = subledger('Insurance and licences, months to come', month.end, prepaidAt(month));
  const sub = left.amount_minor === 0 ? [] : [left];
  return [...accountLines(month, 'prepaid'), ...sub, ...differenceLines(month, 'prepaid')];
}

/** What is open between the two companies; settled in the middle of the next month. */
export function intercompany(month: CloseMonth): readonly DraftLine[] {
  const euro = sisterAmount(month.seed, month.period);
  const rate = month.rates[month.nth]?.closing_micro ?? 0;
  const open = month.company.currency === 'EUR' ? euro : -inPounds(euro, rate);
  return [
    ...accountLines(month, 'intercompany'),
    subledger(`IC ${month.period} confirmed by the sister company`, month.end, open),
    ...differenceLines(month, 'intercompany'),
  ];
}

/** Exchange differences so far: each month's delivery from its average to its closing rate. */
export function fxRevaluation(month: CloseMonth): readonly DraftLine[] {
  if (month.company.currency === 'EUR') {
    return [];
  }
  const sub = month.rates.slice(0, month.nth + 1).map((rate) => {
    const euro = sisterAmount(month.seed, rate.month);
    const change = inPounds(euro, rate.closing_micro) - inPounds(euro, rate.average_micro);
    return subledger(`IC ${rate.month} at ${rate.closing_micro / 1_000_000}`, lastDayOfMonth(rate.month), change);
  });
  return [
    ...accountLines(month, 'fx_gain'),
    ...boundedLines(sub, 'months', month.end),
    ...differenceLines(month, 'fx_gain'),
  ];
}

/** Every account with its balance; they add up to nothing. */
export function trialBalance(month: CloseMonth): readonly DraftLine[] {
  const { journals } = month.books;
  return ACCOUNT_ROLES.map((role) => ({
    ...ledger(accountName(role), month.end, journals.sumOf(role, month.horizon.first_day, month.end)),
    account: accountCode(role),
  })).filter((line) => line.amount_minor !== 0);
}

const NET_SALES: readonly AccountRole[] = ['revenue', 'discounts', 'returns'];

/** Net sales by channel against the month before; what moved by more than 5 % is explained. */
export function flux(month: CloseMonth): readonly DraftLine[] {
  const { end, period, start } = month;
  const previous = addMonths(period, -1);
  const lines: DraftLine[] = [];
  const named = month.company.channels.map((channel) => [channel.id, channel.kind.replace('_', ' ')] as const);
  for (const [channel_id, name] of [...named, [null, 'no channel'] as const]) {
    const net = (from: number, to: number) =>
      -NET_SALES.reduce((sum, role) => sum + month.books.journals.sumOf(role, from, to, channel_id), 0);
    const now = net(start, end);
    const before = net(firstDayOfMonth(previous), start - 1);
    const label = `Net sales, ${name}`;
    lines.push(ledger(label, end, now), subledger(`${label}, month before`, end, before));
    if (Math.abs(now - before) * 20 > Math.abs(before)) {
      const days = `${workdaysIn(period)} working days against ${workdaysIn(previous)}.`;
      lines.push(explained(label, end, now - before, days));
    }
  }
  const rest =
    total(lines.filter((line) => line.side === 'ledger')) - total(lines.filter((line) => line.side !== 'ledger'));
  if (rest !== 0) lines.push(explained('Other channels', end, rest, 'Each moved by less than 5 %.'));
  return lines.filter((line) => line.amount_minor !== 0);
}

/** The result as reported, against the movements of the ledger. */
export function statements(month: CloseMonth): readonly DraftLine[] {
  const { end, start, books } = month;
  const lines = ACCOUNT_ROLES.filter(isResultRole)
    .map((role) => ({
      ...ledger(accountName(role), end, -books.journals.sumOf(role, start, end)),
      account: accountCode(role),
    }))
    .filter((line) => line.amount_minor !== 0);
  const assets = ACCOUNT_ROLES.filter((role) => !isResultRole(role));
  const result = assets.reduce((sum, role) => sum + books.journals.sumOf(role, start, end), 0);
  return [...lines, subledger('Change of assets, debts and equity', end, result)];
}
