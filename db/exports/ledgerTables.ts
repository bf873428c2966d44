/** Files of the ledger: the trial balance, and the lines of an account. */
import { minorDigits } from '#domain/money.ts';
import { type AccountLine, QUERIES, type QueryArgs, type TrialBalanceRow } from '#contract/queries.ts';
import { QUERY_HANDLERS } from '#db/queries/handlers.ts';
import { inBlocks, linesIn, type MakeTable, whole } from './makeTable.ts';
import { type Column, date, decimal, moment, percent, statedMoney, text, yesNo } from './table.ts';

export const trialBalanceTable: MakeTable = async (context, question) => {
  const args: QueryArgs<'trialBalance'> = QUERIES.trialBalance.args.parse(question.args);
  const { rows, currency, balance_minor, later_entries, provenance } = await QUERY_HANDLERS.trialBalance(context, args);
  return whole('Trial balance', balanceColumns(currency), question, rows, [
    ['At the end of', args.as_of_on],
    ['Known at', knownAt(args.known_at_ms)],
    ['Entries posted later and not in it', String(later_entries)],
    ['All accounts', statedMoney(balance_minor, currency)],
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
    money('before', 'Before', (row) => row.before_minor),
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

function lineColumns(currency: string): readonly Column<AccountLine>[] {
  const money = (id: string, title: string, value: (row: AccountLine) => number | null) =>
    decimal<AccountLine>(id, `${title}, ${currency}`, minorDigits(currency), value);
  return [
    date('booked', 'Booked', (row) => row.booked_on),
    text('number', 'Entry', (row) => `${row.journal} ${row.number}`),
    text('ref', 'Document', (row) => row.ref),
    text('memo', 'Text', (row) => row.memo, 34),
    text('party', 'Party', (row) => row.party, 30),
    text('channel', 'Channel', (row) => row.channel),
    money('debit', 'Debit', (row) => (row.amount_minor > 0 ? row.amount_minor : null)),
    money('credit', 'Credit', (row) => (row.amount_minor < 0 ? -row.amount_minor : null)),
    money('balance', 'Balance', (row) => row.balance_minor),
    moment('posted', 'Posted', (row) => row.posted_at_ms),
  ];
}
