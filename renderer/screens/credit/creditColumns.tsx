/** The columns of what customers owe. */
import { AGE_PARTS, AGE_WORDS } from '#domain/credit/ageing.ts';
import { FOLLOW_UP_WORDS } from '#domain/credit/followUp.ts';
import type { CreditRow } from '#contract/queries.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { integer, NO_DATA } from '#renderer/format/numbers.ts';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { moneyColumn } from '#renderer/grid/moneyColumn.ts';
import { Status } from '#renderer/ui/Mark.tsx';

/** What the limit still leaves; null without a limit. */
export function roomMinor({ limit_minor, exposure_minor }: CreditRow): number | null {
  return limit_minor === null ? null : limit_minor - exposure_minor;
}

export function habitWords(days: number | null): string {
  if (days === null) return NO_DATA;
  return days === 0 ? 'on the day' : days > 0 ? `${integer(days)} d late` : `${integer(-days)} d early`;
}

export function creditColumns(currency: string, year: number): readonly GridColumn<CreditRow>[] {
  const money = (id: string, header: string, value: (row: CreditRow) => number | null, more = {}) =>
    moneyColumn<CreditRow>(currency, id, header, value, { width: 88, ...more });
  return [
    { id: 'name', header: 'Customer', width: 210, sort: 'name', text: (row) => row.name },
    { id: 'code', header: 'Code', width: 80, sort: 'code', hidden: true, text: (row) => row.code },
    {
      id: 'ask',
      header: 'To do',
      width: 142,
      sort: 'ask',
      help: 'Past due by a week, and nobody asked, the day to ask again has come, or a promise was not kept',
      text: (row) => (row.ask === null ? '' : FOLLOW_UP_WORDS[row.ask]),
      cell: (row) =>
        row.ask === null ? null : (
          <Status shape={row.ask === 'promise_broken' ? 'bad' : 'warn'}>{FOLLOW_UP_WORDS[row.ask]}</Status>
        ),
    },
    money('open', 'Open', (row) => row.open_minor),
    ...AGE_PARTS.map((part, at) =>
      money(part, AGE_WORDS[part], (row) => {
        const amount = row.parts_minor[at] ?? 0;
        return amount === 0 ? null : amount;
      }),
    ),
    {
      id: 'oldest',
      header: 'Oldest, d',
      help: 'Days past due of the oldest invoice',
      width: 72,
      align: 'right',
      sort: 'oldest',
      text: (row) => (row.oldest_days === 0 ? '' : integer(row.oldest_days)),
    },
    {
      id: 'habit',
      header: 'Pays',
      help: 'After the due day, by which half of the money of a year had come',
      width: 82,
      align: 'right',
      sort: 'habit',
      text: (row) => habitWords(row.habit_days),
    },
    money('limit', 'Limit', (row) => row.limit_minor),
    money('exposure', 'Exposure', (row) => row.exposure_minor, {
      help: 'Open receivables + shipped, not billed + open orders − paid and not matched',
    }),
    money('room', 'Room', roomMinor, {
      help: 'What the limit still leaves',
      tone: (row: CreditRow) => ((roomMinor(row) ?? 0) < 0 ? 'bad' : undefined),
    }),
    {
      id: 'said',
      header: 'Said last',
      width: 220,
      text: (row) =>
        row.follow_up === null
          ? ''
          : `${row.follow_up.said}${endOf(row.follow_up.promised_on, row.follow_up.next_on, year)}`,
    },
    { id: 'salesperson', header: 'Salesperson', width: 130, sort: 'salesperson', text: (row) => row.salesperson ?? '' },
  ];
}

function endOf(promised_on: string | null, next_on: string | null, year: number): string {
  const ends = [
    promised_on === null ? '' : `pays by ${shortDate(promised_on, year)}`,
    next_on === null ? '' : `ask again ${shortDate(next_on, year)}`,
  ].filter(Boolean);
  return ends.length === 0 ? '' : ` (${ends.join(', ')})`;
}
