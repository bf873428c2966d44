/** Files of what customers owe, and of what the bank will hold. Ids are the grid's. */
import { holdingInWords } from '#domain/credit/bankHolding.ts';
import { restOfWeek } from '#domain/credit/cashOutlook.ts';
import { AGE_PARTS, AGE_WORDS } from '#domain/credit/ageing.ts';
import { FOLLOW_UP_WORDS } from '#domain/credit/followUp.ts';
import { minorDigits } from '#domain/money.ts';
import {
  type CashOutlookView,
  type CreditRow,
  type OpenInvoiceRow,
  QUERIES,
  type QueryArgs,
} from '#contract/queries.ts';
import { QUERY_HANDLERS } from '#db/queries/handlers.ts';
import { inBlocks, type MakeTable, rowsIn, shownRows, whole } from './makeTable.ts';
import { type Column, date, decimal, integer, statedMoney, text } from './table.ts';

export const creditTable: MakeTable = async (context, question) => {
  const args: QueryArgs<'creditList'> = QUERIES.creditList.args.parse(question.args);
  const { rows, currency, as_of_on, provenance } = await QUERY_HANDLERS.creditList(context, args);
  const shown = shownRows(rows, question.keys, (row) => String(row.party_id));
  return whole('Receivables', columnsIn(currency), question, shown, [
    ['At the end of', as_of_on],
    ['Coverage', provenance.coverage],
  ]);
};

/** Every open invoice or bill: its own currency and amount before what is booked of it. */
export const openInvoiceTable: MakeTable = inBlocks(
  QUERIES.openInvoices.args,
  QUERY_HANDLERS.openInvoices,
  ({ as_of_on, currency, own_places }, { kind }) => ({
    name: kind === 'customer' ? 'Open invoices' : 'Open bills',
    columns: invoiceColumns(currency, own_places, kind === 'customer' ? 'Customer' : 'Supplier'),
    statements: [
      ['At the end of', as_of_on],
      ['Other currencies', 'What is open of them in the company’s currency stands at the rate it was booked at'],
    ],
  }),
  rowsIn,
);

function invoiceColumns(currency: string, own_places: number, party: string): readonly Column<OpenInvoiceRow>[] {
  const money = (id: string, title: string, value: (row: OpenInvoiceRow) => number | null) =>
    decimal<OpenInvoiceRow>(id, `${title}, ${currency}`, minorDigits(currency), value);
  const own = ({ own: of }: OpenInvoiceRow): number | null =>
    of === null ? null : of.amount_minor * 10 ** (own_places - minorDigits(of.currency));
  return [
    text('party', party, (row) => row.party, 34),
    text('code', 'Code', (row) => row.party_code),
    text('number', 'Invoice', (row) => row.number, 20),
    date('issued', 'Issued', (row) => row.issued_on),
    date('due', 'Due', (row) => row.due_on),
    integer('late', 'Days past due', (row) => row.late_days),
    text('currency', 'Currency', (row) => row.own?.currency ?? currency, 8),
    decimal('own', 'Open in its currency', own_places, own),
    money('amount', 'Booked', (row) => row.amount_minor),
    money('open', 'Open', (row) => row.open_minor),
    date('expected', 'Expected', (row) => row.expected_on),
  ];
}

function columnsIn(currency: string): readonly Column<CreditRow>[] {
  const money = (id: string, title: string, value: (row: CreditRow) => number | null) =>
    decimal<CreditRow>(id, `${title}, ${currency}`, minorDigits(currency), value);
  const room = (row: CreditRow): number | null =>
    row.limit_minor === null ? null : row.limit_minor - row.exposure_minor;
  return [
    text('name', 'Customer', (row) => row.name, 34),
    text('code', 'Code', (row) => row.code),
    text('ask', 'To do', (row) => (row.ask === null ? null : FOLLOW_UP_WORDS[row.ask]), 20),
    money('open', 'Open', (row) => row.open_minor),
    money('deposits', 'Paid, not matched', (row) => row.deposits_minor),
    ...AGE_PARTS.map((part, at) => money(part, AGE_WORDS[part], (row) => row.parts_minor[at] ?? 0)),
    integer('oldest', 'Oldest, days past due', (row) => row.oldest_days),
    integer('habit', 'Pays, days after due', (row) => row.habit_days),
    money('limit', 'Limit', (row) => row.limit_minor),
    money('exposure', 'Exposure', (row) => row.exposure_minor),
    money('room', 'Room', room),
    text('said', 'Said last', (row) => row.follow_up?.said ?? null, 40),
    date('said', 'Pays by', (row) => row.follow_up?.promised_on ?? null),
    date('said', 'Ask again on', (row) => row.follow_up?.next_on ?? null),
    text('salesperson', 'Salesperson', (row) => row.salesperson, 20),
  ];
}

/** One line a week with its sums and balance, and below it one line each who pays or is paid: what these lack of the sums are the others. */
interface CashLine {
  readonly week_on: string | null;
  readonly party: string;
  readonly invoices: number | null;
  readonly in_minor: number | null;
  readonly out_minor: number | null;
  readonly closing_minor: number | null;
}

export const cashTable: MakeTable = async (context, question) => {
  const answer = await QUERY_HANDLERS.cashOutlook(context, QUERIES.cashOutlook.args.parse(question.args));
  const { currency, as_of_on, opening_minor, opening_own, provenance } = answer;
  const money = (id: string, title: string, value: (row: CashLine) => number | null) =>
    decimal<CashLine>(id, `${title}, ${currency}`, minorDigits(currency), value);
  const columns = [
    date<CashLine>('label', 'Week of', (row) => row.week_on),
    text<CashLine>('label', 'Who', (row) => row.party, 34),
    integer<CashLine>('label', 'Invoices', (row) => row.invoices),
    money('in', 'Comes in', (row) => row.in_minor),
    money('out', 'Goes out', (row) => row.out_minor),
    money('closing', 'In the bank', (row) => row.closing_minor),
  ];
  return whole('Cash outlook', columns, question, cashLines(answer), [
    ['From what is open at the end of', as_of_on],
    [
      'In the bank then',
      opening_minor === null ? 'no account has the role bank' : statedMoney(opening_minor, currency),
    ],
    ...opening_own.map((each): [string, string] => [`Of it ${each.code}`, holdingInWords(each)]),
    ['Coverage', provenance.coverage],
  ]);
};

function cashLines({ weeks, later_in_minor, later_out_minor }: CashOutlookView): readonly CashLine[] {
  const none = { invoices: null, closing_minor: null };
  const lines = weeks.flatMap((week): CashLine[] => {
    const { from_on: week_on, in_minor, out_minor, closing_minor, items, other_items } = week;
    return [
      { week_on, party: 'All', invoices: null, in_minor, out_minor, closing_minor },
      ...items.map((item) => ({
        ...none,
        week_on,
        party: item.party,
        invoices: item.invoices,
        in_minor: item.kind === 'customer' ? item.amount_minor : null,
        out_minor: item.kind === 'supplier' ? 0 - item.amount_minor : null,
      })),
      ...(other_items === 0 ? [] : [{ ...none, week_on, party: `Other ${other_items}`, ...restOfWeek(week) }]),
    ];
  });
  if (later_in_minor === 0 && later_out_minor === 0) return lines;
  return [...lines, { ...none, week_on: null, party: 'Later', in_minor: later_in_minor, out_minor: later_out_minor }];
}
