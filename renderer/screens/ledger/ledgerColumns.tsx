/** The columns of the trial balance, of the lines of an account and of an entry. */
import { FLUX_RATE_HELP } from '#domain/close/flux.ts';
import type { AccountLine, TrialBalanceRow } from '#contract/queries.ts';
import { moment, shortDate } from '#renderer/format/dates.ts';
import { ledgerAmount } from '#renderer/format/money.ts';
import { NO_DATA, percentBare, signed } from '#renderer/format/numbers.ts';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { ledgerColumn } from '#renderer/grid/moneyColumn.ts';
import { Status } from '#renderer/ui/Mark.tsx';

export const KIND_WORDS: Readonly<Record<string, string>> = {
  asset: 'Asset',
  liability: 'Liability',
  equity: 'Equity',
  income: 'Income',
  expense: 'Expense',
};

export function balanceColumns(currency: string): readonly GridColumn<TrialBalanceRow>[] {
  const side = (value: number): number | null => (value === 0 ? null : value);
  // the sum says that it is 0
  const ofYear = (row: TrialBalanceRow, value: number): number | null => (row.account_id === 0 ? value : side(value));
  return [
    { id: 'code', header: 'Account', width: 320, sort: 'code', text: (row) => `${row.code}  ${row.name}`.trim() },
    {
      id: 'kind',
      header: 'Kind',
      width: 84,
      sort: 'kind',
      text: (row) => KIND_WORDS[row.kind] ?? row.kind,
      tone: () => 'quiet',
    },
    ledgerColumn(currency, 'opening', 'Opening', (row) => ofYear(row, row.opening_minor), {
      sort: 'opening',
      help: 'When the fiscal year began: income and expense begin anew with it',
    }),
    ledgerColumn(currency, 'year', 'In the year', (row) => ofYear(row, row.year_minor), {
      sort: 'year',
      help: 'Of the fiscal year, up to the day: with the opening it is the balance',
    }),
    ledgerColumn(currency, 'before', 'Before', (row) => row.before_minor, {
      sort: 'before',
      help: 'At the end of the month before; of income and expense since the fiscal year began',
    }),
    ledgerColumn(currency, 'debit', 'Debit', (row) => side(row.debit_minor), {
      sort: 'debit',
      help: 'Of the month, up to the day',
    }),
    ledgerColumn(currency, 'credit', 'Credit', (row) => side(row.credit_minor), {
      sort: 'credit',
      help: 'Of the month, up to the day',
    }),
    ledgerColumn(currency, 'balance', 'Balance', (row) => row.balance_minor, {
      sort: 'balance',
      help: 'Debits are positive',
      tone: (row) => (row.account_id === 0 ? undefined : 'strong'),
    }),
  ];
}

/** What an account did beside the month before. */
export function fluxColumns(currency: string): readonly GridColumn<TrialBalanceRow>[] {
  const total = (row: TrialBalanceRow): boolean => row.account_id === 0;
  return [
    { id: 'code', header: 'Account', width: 320, sort: 'code', text: (row) => `${row.code}  ${row.name}`.trim() },
    {
      id: 'kind',
      header: 'Kind',
      width: 84,
      sort: 'kind',
      text: (row) => KIND_WORDS[row.kind] ?? row.kind,
      tone: () => 'quiet',
    },
    ledgerColumn(currency, 'now', 'Now', (row) => row.flux.now_minor, {
      sort: 'now',
      help: 'Income and expense: the month; the rest: the balance',
    }),
    ledgerColumn(currency, 'before', 'Month before', (row) => row.flux.before_minor, { sort: 'before' }),
    ledgerColumn(currency, 'change', 'Change', (row) => row.flux.change_minor, {
      sort: 'change',
      text: (row) => signed(ledgerAmount(row.flux.change_minor, currency), row.flux.change_minor),
      tone: (row) => (total(row) ? undefined : 'strong'),
    }),
    {
      id: 'rate',
      header: 'Change, %',
      help: FLUX_RATE_HELP,
      width: 90,
      align: 'right',
      sort: 'rate',
      text: (row) => (row.flux.rate_bp === null ? NO_DATA : signed(percentBare(row.flux.rate_bp), row.flux.rate_bp)),
    },
    {
      id: 'asks',
      header: 'To explain',
      width: 120,
      sort: 'asks',
      text: (row) => (row.flux.asks ? (row.flux.words === null ? 'Beyond both' : 'Explained') : ''),
      cell: (row) =>
        row.flux.asks ? (
          <Status shape={row.flux.words === null ? 'warn' : 'done'}>
            {row.flux.words === null ? 'Beyond both' : 'Explained'}
          </Status>
        ) : null,
    },
    {
      id: 'words',
      header: 'Why',
      help: 'What is said of it in the close of the month',
      width: 300,
      text: ({ flux: { words, by } }) => (words === null ? '' : by === null ? words : `${words} (${by})`),
    },
  ];
}

/** The journal stands before a number that does not say it itself. */
export function entryName({ journal, number }: { readonly journal: string; readonly number: string }): string {
  return number.startsWith(journal) ? number : `${journal} ${number}`;
}

/** Not to be put in another order: a balance means nothing in one. */
export function accountColumns(currency: string, year: number, now_ms: number): readonly GridColumn<AccountLine>[] {
  return [
    { id: 'booked', header: 'Booked', width: 84, align: 'right', text: (row) => shortDate(row.booked_on, year) },
    { id: 'number', header: 'Entry', width: 124, text: entryName },
    { id: 'journal', header: 'Journal', width: 150, text: (row) => row.journal_name ?? row.journal },
    { id: 'ref', header: 'Document', width: 190, text: (row) => row.ref ?? '' },
    { id: 'memo', header: 'Text', width: 200, text: (row) => row.memo },
    ledgerColumn(currency, 'debit', 'Debit', (row) => (row.amount_minor > 0 ? row.amount_minor : null)),
    ledgerColumn(currency, 'credit', 'Credit', (row) => (row.amount_minor < 0 ? -row.amount_minor : null)),
    ledgerColumn(currency, 'balance', 'Balance', (row) => row.balance_minor),
    { id: 'party', header: 'Party', width: 170, text: (row) => row.party ?? '' },
    { id: 'channel', header: 'Channel', width: 110, text: (row) => row.channel ?? '' },
    {
      id: 'posted',
      header: 'Posted',
      width: 120,
      hidden: true,
      text: (row) => moment(row.posted_at_ms, now_ms),
    },
    {
      id: 'changed',
      header: 'Changed',
      help: 'Since when the entry says what it says; open it to see what it said before',
      width: 130,
      text: (row) => (row.changed_at_ms === null ? '' : moment(row.changed_at_ms, now_ms)),
    },
  ];
}
