/** The columns of the fulfilment queue. */
import { minorDigits } from '#domain/money.ts';
import type { FulfilmentRow } from '#contract/queries.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { currencySymbol, overviewAmount } from '#renderer/format/money.ts';
import { counted, integer, NO_DATA, quantity } from '#renderer/format/numbers.ts';
import { CellCode, CellCount, CellName } from '#renderer/grid/cellParts.tsx';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { ChannelMark, Shape, Status } from '#renderer/ui/Mark.tsx';
import styles from './fulfilment.module.css';
import { LINE_STATES, STANDING_WORDS, STATE_WORDS, whyWords } from './queueWords.ts';

const QUANTITY = { kind: 'number', places: 3 } as const;

export function fulfilmentColumns({
  treeHeader,
  currency,
  grouped_by_item,
  narrow,
  as_of_on,
  siteCodes,
}: {
  readonly treeHeader: string;
  readonly currency: string;
  /** On hand and left belong to an item at a site. */
  readonly grouped_by_item: boolean;
  /** Beside the panel, which says why. */
  readonly narrow: boolean;
  readonly as_of_on: string | null;
  readonly siteCodes: ReadonlyMap<number, string>;
}): readonly GridColumn<FulfilmentRow>[] {
  const amount = (
    id: string,
    header: string,
    help: string,
    value: (row: FulfilmentRow) => number | null,
    more: Partial<GridColumn<FulfilmentRow>> = {},
  ): GridColumn<FulfilmentRow> => ({
    id,
    header,
    help,
    width: 72,
    align: 'right',
    text: (row) => (value(row) === null ? (row.uom === null ? 'mixed' : '') : quantity(value(row))),
    tone: (row) => (row.uom === null ? 'quiet' : undefined),
    figure: (row) => {
      const qty_milli = value(row);
      return qty_milli === null || row.uom === null ? null : { value: qty_milli, places: 3, unit: row.uom };
    },
    ...more,
  });
  const isPast = (row: FulfilmentRow): boolean => row.due_on !== null && as_of_on !== null && row.due_on < as_of_on;
  return [
    {
      id: 'name',
      header: treeHeader,
      width: 208,
      sort: 'name',
      sortDescendingFirst: false,
      filter: { kind: 'text' },
      text: nameText,
      cell: (row) => <NameCell row={row} />,
    },
    {
      id: 'item',
      header: 'Item',
      width: narrow ? 150 : 232,
      filter: { kind: 'text' },
      text: (row) => (row.kind === 'line' ? `${row.item_code ?? ''} ${row.item ?? ''}`.trim() : ''),
      cell: (row) =>
        row.kind === 'line' ? (
          <>
            <CellCode>{row.item_code}</CellCode>
            <CellName>{row.item}</CellName>
          </>
        ) : null,
    },
    {
      id: 'site',
      header: 'Site',
      width: 46,
      filter: { kind: 'text' },
      text: (row) => (row.site_id === null ? '' : (siteCodes.get(row.site_id) ?? row.site ?? '')),
      tone: () => 'quiet',
    },
    {
      id: 'due',
      header: 'Due',
      width: 74,
      align: 'right',
      sort: 'due',
      filter: { kind: 'date' },
      sortDescendingFirst: false,
      help: 'The committed day, of a group the earliest; ▲ = it has passed',
      text: (row) => dueText(row, isPast(row)),
      tone: (row) => (row.state === 'left_out' ? 'quiet' : isPast(row) && row.kind === 'line' ? 'bad' : undefined),
    },
    {
      id: 'state',
      header: 'State',
      width: 82,
      filter: {
        kind: 'set',
        options: LINE_STATES.map((value) => ({ value, label: STATE_WORDS[value].word })),
      },
      help: 'Ready: all there. Coming: whole by its day. Late: whole after it. Short: not whole of what is known to come. Left out: due too long ago or too far ahead',
      text: (row) => (row.key === 'total' ? '' : stateText(row)),
      cell: (row) =>
        row.key === 'total' ? null : (
          <Status shape={STATE_WORDS[row.state].shape} calm={row.kind === 'group'}>
            {stateText(row)}
          </Status>
        ),
    },
    amount('ordered', 'Open', 'Still to deliver', (row) => row.open_qty_milli, { sort: 'ordered', filter: QUANTITY }),
    amount('allocated', 'Now', 'Allocated from what lies there', (row) => row.now_qty_milli, {
      sort: 'allocated',
      filter: QUANTITY,
    }),
    amount('short', 'Short', 'Not there by its day', (row) => row.short_qty_milli, {
      sort: 'short',
      filter: QUANTITY,
      text: (row) =>
        row.short_qty_milli === null ? 'mixed' : row.short_qty_milli === 0 ? NO_DATA : quantity(row.short_qty_milli),
    }),
    {
      id: 'uom',
      header: 'Unit',
      width: 58,
      filter: { kind: 'text' },
      text: (row) => row.uom ?? 'mixed',
      tone: () => 'quiet',
    },
    {
      id: 'value',
      header: `At risk, ${currencySymbol(currency)}`,
      help: 'Net value of what is not there by its day',
      width: 78,
      align: 'right',
      sort: 'value',
      filter: { kind: 'number', places: minorDigits(currency) },
      text: (row) => (row.short_minor === 0 ? NO_DATA : overviewAmount(row.short_minor, currency)),
      figure: (row) => ({ value: row.short_minor, places: minorDigits(currency), unit: currency }),
    },
    {
      id: 'waits',
      header: 'Waits for',
      width: narrow ? 118 : 146,
      text: (row) => (row.waits_for === null ? '' : `${row.waits_for.number}, ${shortDate(row.waits_for.on)}`),
    },
    { id: 'why', header: 'Why', width: 210, hidden: narrow, text: whyWords, tone: () => 'quiet' },
    amount('on_hand', 'On hand', 'Of the item at the site', (row) => row.on_hand_qty_milli, {
      hidden: !grouped_by_item,
    }),
    amount('left', 'Left', 'Of what lies there, after everybody', (row) => row.left_qty_milli, {
      hidden: !grouped_by_item,
    }),
    amount('in_time', 'In time', 'There by its day', (row) => row.in_time_qty_milli, {
      hidden: true,
      filter: QUANTITY,
    }),
    {
      id: 'whole',
      header: 'Whole on',
      filter: { kind: 'date' },
      width: 72,
      align: 'right',
      hidden: true,
      text: (row) => (row.kind === 'line' ? (row.whole_on === null ? NO_DATA : shortDate(row.whole_on)) : ''),
    },
    {
      id: 'channel',
      header: 'Channel',
      width: 104,
      hidden: true,
      filter: { kind: 'text' },
      text: (row) => row.channel ?? '',
    },
  ];
}

function stateText(row: FulfilmentRow): string {
  const { word } = STATE_WORDS[row.state];
  return row.kind === 'group' && row.at_risk > 0 ? integer(row.at_risk) : word;
}

function nameText(row: FulfilmentRow): string {
  if (row.kind === 'group') return `${row.item_code ?? ''} ${row.label} ${counted(row.lines, 'line')}`.trim();
  const standing = row.standing === 'rule' ? '' : STANDING_WORDS[row.standing];
  return [row.number, row.ordinal, row.party, standing, row.decision_state === null ? '' : 'waiting']
    .filter(Boolean)
    .join(' ');
}

function NameCell({ row }: { readonly row: FulfilmentRow }) {
  if (row.kind === 'group') {
    return (
      <>
        {row.channel_kind !== null && row.key.startsWith('c:') ? <ChannelMark kind={row.channel_kind} /> : null}
        {row.key.startsWith('i:') ? <CellCode>{row.item_code}</CellCode> : null}
        <CellName>{row.label}</CellName>
        <CellCount>{counted(row.lines, 'line')}</CellCount>
      </>
    );
  }
  return (
    <>
      <ChannelMark kind={row.channel_kind ?? 'unmapped'} />
      <span className={styles['number']}>{row.number}</span>
      <CellCount>{row.ordinal}</CellCount>
      <CellName>{row.party ?? NO_DATA}</CellName>
      {row.standing === 'rule' ? null : <span className={styles['standing']}>{STANDING_WORDS[row.standing]}</span>}
      {row.decision_state === null ? null : <Shape shape="waiting" size={10} />}
    </>
  );
}

/** Of another decade with its year. */
function dueText({ due_on, state }: FulfilmentRow, past: boolean): string {
  if (due_on === null) return '';
  return state === 'left_out' ? shortDate(due_on, 0) : `${past ? '▲ ' : ''}${shortDate(due_on)}`;
}
