/** Reconciliations of stock, bank and the rest, and what is drawn up from all of them. */
import { addMonths, firstDayOfMonth, lastDayOfMonth } from '#domain/calendar.ts';
import { fiscalYearStart } from '#domain/close/fiscalYear.ts';
import { type DrawnUpLine, type LedgerAccount, statementLines, trialBalanceLines } from '#domain/close/drawnUp.ts';
import { fluxChanges, fluxLines } from '#domain/close/flux/lines.ts';
import { reconcileBank } from '#domain/close/reconcile/bank/reconcileBank.ts';
import { YEAR_BEGAN } from '#domain/close/reconcile/gain.ts';
import { boundedLines } from '#domain/close/reconcile/lines.ts';
import { CATEGORIES } from '../catalogue/categories.ts';
import { FISCAL_YEAR_START_MONTH } from '../companies.ts';
import { ACCOUNT_ROLES, accountCode, accountKind, accountName } from '../ledger/accounts.ts';
import { INSURANCE, RESERVE_BASIS } from './methods.ts';
import { revaluationLine, revaluedAt } from '../ledger/revaluation.ts';
import { inPounds, reserveAt, sisterAmount, prepaidAt } from '../ledger/monthly.ts';
import {
  accountLines,
  type CloseMonth,
  type DraftLine,
  differenceLines,
  explained,
  FLUX_THRESHOLD,
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
  const reserve = subledger(RESERVE_BASIS, month.end, reserveAt(month, month.nth));
  return [...accountLines(month, 'inventory_reserve', -1), reserve];
}

/** The bank's statement against the ledger, by how its lines are found there. */
export function bank(month: CloseMonth): readonly DraftLine[] {
  const asked = { from: month.bank_account.since, cut_off: month.end, carried: [] };
  const stated = reconcileBank([month.bank_account], asked)?.open ?? [];
  return [
    ...accountLines(month, 'bank'),
    ...stated.map(({ ref, booked_on, amount_minor }) => subledger(ref, booked_on, amount_minor)),
    ...differenceLines(month, 'bank'),
  ];
}

/** What was paid ahead against the months still to come. */
export function depreciation(month: CloseMonth): readonly DraftLine[] {
  const left = subledger(`${INSURANCE}, months to come`, month.end, prepaidAt(month));
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

/** Exchange differences of the fiscal year: each month's delivery from its average to its closing rate, what payments won, what is open. */
export function fxRevaluation(month: CloseMonth): readonly DraftLine[] {
  const { books, company, differences, end, foreign, horizon, nth, period } = month;
  const year_first = fiscalYearStart(period, FISCAL_YEAR_START_MONTH);
  const since = Math.max(firstDayOfMonth(year_first), horizon.first_day);
  const first = Math.max(
    0,
    horizon.months.findIndex((each) => each >= year_first),
  );
  const sisters = company.currency === 'EUR' ? [] : month.rates.slice(first, nth + 1);
  const sub = sisters.map((rate) => {
    const euro = sisterAmount(month.seed, rate.month);
    const change = inPounds(euro, rate.closing_micro) - inPounds(euro, rate.average_micro);
    return subledger(`IC ${rate.month} at ${rate.closing_micro / 1_000_000}`, lastDayOfMonth(rate.month), change);
  });
  for (const account of ['ar', 'ap'] as const) {
    const won = foreign.realised[account].subarray(first, nth + 1).reduce((sum, each) => sum + each, 0);
    const side = account === 'ar' ? 'receivables' : 'payables';
    sub.push(subledger(revaluationLine(month, account, nth), end, -revaluedAt(month, account, nth) + 0));
    sub.push(subledger(`Paid ${foreign.currency} ${side}`, end, -won + 0));
  }
  const differs = total(differences.at('fx_gain', end));
  const began = books.journals.sumOf('fx_gain', since, end) - differs - total(sub);
  sub.push(subledger(YEAR_BEGAN, firstDayOfMonth(year_first), began));
  return [
    ...accountLines(month, 'fx_gain', 1, since),
    ...boundedLines(sub, 'months', month.end),
    ...differenceLines(month, 'fx_gain'),
  ];
}

/** Every account with its balance. */
export function trialBalance(month: CloseMonth): readonly DraftLine[] {
  return drafted(month, trialBalanceLines(accountsOf(month)));
}

/** Each account's month beside the month before; once it is looked into, every change that asks has its words. */
export function flux(month: CloseMonth): readonly DraftLine[] {
  const { end, start, horizon, period } = month;
  const { journals } = month.books;
  const previous = firstDayOfMonth(addMonths(period, -1));
  const lines = fluxLines(
    ACCOUNT_ROLES.map((role) => ({
      code: accountCode(role),
      name: accountName(role),
      kind: accountKind(role),
      balance_minor: journals.sumOf(role, horizon.first_day, end),
      balance_before_minor: journals.sumOf(role, horizon.first_day, start - 1),
      moved_minor: journals.sumOf(role, start, end),
      moved_before_minor: journals.sumOf(role, previous, start - 1),
    })),
  ).toSorted((a, b) => (a.side === b.side ? (a.account < b.account ? -1 : 1) : 0));
  const asks = new Set(
    end > month.explained_until
      ? []
      : fluxChanges(
          lines.map((line, id) => ({ ...line, id, explanation: null })),
          FLUX_THRESHOLD,
        ).flatMap((change) => (change.asks ? [change.line.id] : [])),
  );
  return lines.map((line, id) => ({
    ...line,
    booked_on: end,
    explanation: asks.has(id) ? fluxWords(month, line.account, line.amount_minor) : null,
  }));
}

/** As a preparer would put it who looked at the account. */
function fluxWords({ period }: CloseMonth, account: string, change_minor: number): string {
  const more = change_minor > 0;
  const days = `${workdaysIn(period)} working days against ${workdaysIn(addMonths(period, -1))} in the month before`;
  if (account.startsWith('8')) return `${days}; sales followed the days delivered.`;
  if (account.startsWith('7')) return `${days}; follows sales of the month.`;
  if (account.startsWith('4'))
    return `${more ? 'More' : 'Less'} was charged than in the month before; see the entries.`;
  if (account.startsWith('2'))
    return `Month’s documents less what was settled; what is open is listed in its reconciliation.`;
  return `Month’s postings; the balance is reconciled in its own task.`;
}

/** The result as reported, against the movements of the ledger. */
export function statements(month: CloseMonth): readonly DraftLine[] {
  return drafted(month, statementLines(accountsOf(month)));
}

function accountsOf({ books: { journals }, horizon, start, end, period }: CloseMonth): readonly LedgerAccount[] {
  const year_start = firstDayOfMonth(fiscalYearStart(period, FISCAL_YEAR_START_MONTH));
  return ACCOUNT_ROLES.map((role) => ({
    code: accountCode(role),
    name: accountName(role),
    kind: accountKind(role),
    balance_minor: journals.sumOf(role, horizon.first_day, end),
    moved_minor: journals.sumOf(role, start, end),
    earlier_minor: journals.sumOf(role, horizon.first_day, year_start - 1),
  }));
}

function drafted({ end }: CloseMonth, lines: readonly DrawnUpLine[]): readonly DraftLine[] {
  return lines.map(({ account, ...line }) => ({
    ...line,
    booked_on: end,
    explanation: null,
    ...(account === null ? {} : { account }),
  }));
}
