/** Files of the ledger: the trial balance, the lines of an account, and what changed beside the month before. */
import { monthInWords } from '#domain/calendarWords.ts';
import { minorDigits } from '#domain/money.ts';
import {
  type AccountLine,
  type FluxLineView,
  QUERIES,
  type QueryArgs,
  type TrialBalanceRow,
} from '#contract/queries.ts';
import { QUERY_HANDLERS } from '#db/queries/handlers.ts';
import { inBlocks, linesIn, type MakeTable, whole } from './makeTable.ts';
import { type Column, date, decimal, moment, percent, statedMoney, text, yesNo } from './table.ts';

export const trialBalanceTable: MakeTable = async (context, question) => {
  const args: QueryArgs<'trialBalance'> = QUERIES.trialBalance.args.parse(question.args);
  const answer = await QUERY_HANDLERS.trialBalance(context, args);
  const { rows, currency, balance_minor, later_entries, changed_entries, year_words, closing, provenance } = answer;
  return whole('Trial balance', balanceColumns(currency), question, rows, [
    ['At the end of', args.as_of_on],
    ['Fiscal year', year_words],
    ...(closing?.own_year
      ? ([['Closing entries', args.closing === 'pre' ? 'pre-closing' : 'post-closing']] as const)
      : []),
    ['Known at', knownAt(args.known_at_ms)],
    ['Entries posted later and not in it', String(later_entries)],
    ['Entries changed later and in it as they stood', String(changed_entries)],
    ['All accounts', statedMoney(balance_minor, currency)],
    ['Coverage', provenance.coverage],
  ]);
};

export const fluxTable: MakeTable = async (context, question) => {
  const args: QueryArgs<'fluxTask'> = QUERIES.fluxTask.args.parse(question.args);
  const { lines, currency, period, threshold, provenance } = await QUERY_HANDLERS.fluxTask(context, args);
  return whole('Changes beside the month before', fluxColumns(currency), question, lines, [
    ['Month', monthInWords(period)],
    ['Asks why beyond', `${statedMoney(threshold.amount_minor, currency)} and ${threshold.rate_bp / 100} %`],
    ['Coverage', provenance.coverage],
  ]);
};

export const accountLinesTable: MakeTable = inBlocks(
  QUERIES.accountLines.args,
  QUERY_HANDLERS.accountLines,
  ({ account, opening_minor, closing_minor, currency }, args) => ({
    name: `Account ${account.code}`,
    columns: lineColumns(currency),
    statements: [
      ['Account', `${account.code} ${account.name}`],
      ['From', args.from_on],
      ['To', args.to_on],
      ['Known at', knownAt(args.known_at_ms)],
      ['Before', statedMoney(opening_minor, currency)],
      ['After', statedMoney(closing_minor, currency)],
    ],
  }),
  linesIn,
);

function knownAt(known_at_ms: number | null): string {
  return known_at_ms === null ? 'all that is here' : new Date(known_at_ms).toISOString();
}

function balanceColumns(currency: string): readonly Column<TrialBalanceRow>[] {
  const money = (id: string, title: string, value: (row: TrialBalanceRow) => number) =>
    decimal<TrialBalanceRow>(id, `${title}, ${currency}`, minorDigits(currency), value);
  return [
    text('code', 'Account', (row) => row.code),
    text('code', 'Name', (row) => row.name, 34),
    text('kind', 'Kind', (row) => row.kind, 10),
    money('opening', 'Opening of the year', (row) => row.opening_minor),
    money('year', 'In the year', (row) => row.year_minor),
    money('before', 'Before the month', (row) => row.before_minor),
    money('debit', 'Debit', (row) => row.debit_minor),
    money('credit', 'Credit', (row) => row.credit_minor),
    money('balance', 'Balance', (row) => row.balance_minor),
    money('change', 'Change', (row) => row.flux.change_minor),
    percent('rate', 'Change, %', (row) => row.flux.rate_bp),
    yesNo('asks', 'Asks why', (row) => row.flux.asks),
    text('words', 'Words', (row) => row.flux.words, 34),
    text('by', 'By', (row) => row.flux.by),
  ];
}

/** A column's id is the screen's. */
function fluxColumns(currency: string): readonly Column<FluxLineView>[] {
  const money = (id: string, title: string, value: (row: FluxLineView) => number) =>
    decimal<FluxLineView>(id, `${title}, ${currency}`, minorDigits(currency), value);
  return [
    text('account', 'Account', (row) => row.ref, 34),
    money('now', 'This month', (row) => row.now_minor),
    money('before', 'Month before', (row) => row.before_minor),
    money('change', 'Change', (row) => row.change_minor),
    percent('rate', 'Change, %', (row) => row.rate_bp),
    yesNo('explanation', 'Asks why', (row) => row.asks),
    text('explanation', 'Why', (row) => row.words, 34),
    text('cause', 'Likely cause', (row) => row.causes.map(({ label }) => label).join(', '), 30),
    text('by', 'By', (row) => row.by),
  ];
}

function lineColumns(currency: string): readonly Column<AccountLine>[] {
  const money = (id: string, title: string, value: (row: AccountLine) => number | null) =>
    decimal<AccountLine>(id, `${title}, ${currency}`, minorDigits(currency), value);
  return [
    date('booked', 'Booked', (row) => row.booked_on),
    text('number', 'Entry', (row) => `${row.journal} ${row.number}`),
    text('journal', 'Journal', (row) => row.journal_name ?? row.journal, 24),
    text('ref', 'Document', (row) => row.ref),
    text('memo', 'Text', (row) => row.memo, 34),
    text('party', 'Party', (row) => row.party, 30),
    text('channel', 'Channel', (row) => row.channel),
    money('debit', 'Debit', (row) => (row.amount_minor > 0 ? row.amount_minor : null)),
    money('credit', 'Credit', (row) => (row.amount_minor < 0 ? -row.amount_minor : null)),
    money('balance', 'Balance', (row) => row.balance_minor),
    moment('posted', 'Posted', (row) => row.posted_at_ms),
    moment('changed', 'Changed', (row) => row.changed_at_ms),
  ];
}
