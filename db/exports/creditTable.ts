/** A file of what customers owe. Ids are the grid's. */
import { AGE_PARTS, AGE_WORDS } from '#domain/credit/ageing.ts';
import { FOLLOW_UP_WORDS } from '#domain/credit/followUp.ts';
import { minorDigits } from '#domain/money.ts';
import { type CreditRow, QUERIES, type QueryArgs } from '#contract/queries.ts';
import { QUERY_HANDLERS } from '#db/queries/handlers.ts';
import { type MakeTable, shownRows, whole } from './makeTable.ts';
import { type Column, date, decimal, integer, text } from './table.ts';

export const creditTable: MakeTable = async (context, question) => {
  const args: QueryArgs<'creditList'> = QUERIES.creditList.args.parse(question.args);
  const { rows, currency, as_of_on, provenance } = await QUERY_HANDLERS.creditList(context, args);
  const shown = shownRows(rows, question.keys, (row) => String(row.party_id));
  return whole('Receivables', columnsIn(currency), question, shown, [
    ['At the end of', as_of_on],
    ['Coverage', provenance.coverage],
  ]);
};

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
