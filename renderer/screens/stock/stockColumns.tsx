/** The columns of the stock grid; each view shows its own choice of them. */
import type { StockRow } from '#contract/queries.ts';
import { minorDigits } from '#domain/money.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { currencySymbol, overviewAmount } from '#renderer/format/money.ts';
import { counted, integer, NO_DATA, quantity, quantityBounds } from '#renderer/format/numbers.ts';
import { CellCode, CellCount, CellName } from '#renderer/grid/cellParts.tsx';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { Sparkline } from '#renderer/grid/Sparkline.tsx';
import { Shape, Status } from '#renderer/ui/Mark.tsx';
import { nextInWords } from './overdueWords.ts';
import styles from './stock.module.css';
import { STOCK_STATUS, STOCK_STATUS_NAMES, stockStatusWords } from './stockStatus.ts';

const RESERVED_MEANS =
  'Kept by the warehouse for orders and transfers, for orders that are left out too: its books name no order, and nobody else can pick what is kept';
const FREE_MEANS =
  'On hand less reserved: what somebody could pick now. What may be promised week by week is in the panel';

export interface StockColumnOptions {
  /** 'Category › item › site' */
  readonly treeHeader: string;
  readonly currency: string;
  readonly cost_visible: boolean;
  readonly shown: readonly string[];
  readonly siteCodes: ReadonlyMap<number, string>;
  readonly flat: boolean;
  /** The date the figures speak of, ISO: a receipt expected before it is overdue. */
  readonly as_of_on: string | null;
}

export function stockColumns(options: StockColumnOptions): readonly GridColumn<StockRow>[] {
  const amount = (
    id: string,
    header: string,
    width: number,
    value: (row: StockRow) => number | null,
    sort?: string,
    help?: string,
  ): GridColumn<StockRow> => ({
    id,
    header,
    width,
    align: 'right',
    ...(help === undefined ? {} : { help }),
    ...(sort ? { sort, filter: { kind: 'number' as const, places: 3 } } : {}),
    text: (row) =>
      row.uom === null ? 'mixed' : value(row) === 0 && id === 'incoming' ? NO_DATA : quantity(value(row)),
    tone: (row) => (row.uom === null ? 'quiet' : undefined),
    figure: (row) => {
      const qty_milli = value(row);
      return row.uom === null || qty_milli === null ? null : { value: qty_milli, places: 3, unit: row.uom };
    },
  });
  const overdue = (row: StockRow): boolean => nextInWords(row, options.as_of_on) !== null;
  const nextIn = (row: StockRow): string =>
    row.next_in_on === null ? '' : `${overdue(row) ? '▲ ' : ''}${shortDate(row.next_in_on)}`;
  const all: readonly GridColumn<StockRow>[] = [
    {
      id: 'name',
      header: options.treeHeader,
      width: 224,
      sort: 'name',
      sortDescendingFirst: false,
      filter: { kind: 'text' },
      text: (row) => nameText(row, options),
      cell: (row) => <NameCell row={row} options={options} />,
    },
    {
      id: 'status',
      header: 'Status',
      width: 102,
      sort: 'status',
      filter: {
        kind: 'set',
        options: STOCK_STATUS_NAMES.map((name) => ({ value: name, label: STOCK_STATUS[name].word })),
      },
      help: 'The worst below, and how many positions are negative, short or below their minimum',
      text: (row) => (row.key === 'total' ? '' : stockStatusWords(row).word),
      cell: (row) => (row.key === 'total' ? null : <StatusCell row={row} />),
    },
    amount('on_hand', 'On hand', 80, (row) => row.on_hand_qty_milli, 'on_hand'),
    amount('reserved', 'Reserved', 78, (row) => row.reserved_qty_milli, 'reserved', RESERVED_MEANS),
    amount('free', 'Free', 78, (row) => row.free_qty_milli, 'free', FREE_MEANS),
    amount('incoming', 'Incoming', 78, (row) => row.incoming_qty_milli, 'incoming'),
    {
      id: 'next_in',
      header: 'Next in',
      width: 66,
      align: 'right',
      sort: 'next_in',
      sortDescendingFirst: false,
      filter: { kind: 'date' },
      help: 'The day the next receipt is expected; ▲ = that day has passed and it has not come. Point at it for when it is expected again',
      text: nextIn,
      cell: (row) => <span title={nextInWords(row, options.as_of_on) ?? undefined}>{nextIn(row)}</span>,
      tone: (row) => (overdue(row) && row.kind !== 'group' ? 'bad' : undefined),
    },
    {
      id: 'weeks',
      onPaper: false,
      header: '20 weeks',
      width: 76,
      help: 'Shipped or ordered a week, oldest first',
      text: (row) => row.weeks_qty_milli?.map((week) => Math.round(week / 1000)).join(' ') ?? '',
      cell: (row) =>
        row.weeks_qty_milli ? (
          <Sparkline
            values={row.weeks_qty_milli}
            label={`20 weeks, last ${quantity(row.weeks_qty_milli.at(-1) ?? null)}`}
          />
        ) : null,
    },
    {
      id: 'days',
      header: 'Days',
      width: 48,
      align: 'right',
      sort: 'days',
      sortDescendingFirst: false,
      filter: { kind: 'number', places: 0 },
      help: 'Days on hand at recent usage: on hand / ordered a day in the last 90 days. Proposals go by the forecast in force; the item’s panel says both',
      text: (row) => (row.days_on_hand === null ? NO_DATA : integer(row.days_on_hand)),
    },
    {
      id: 'policy',
      header: 'Min–max',
      width: 100,
      align: 'right',
      filter: { kind: 'number', places: 3, column: 'min' },
      help: 'Minimum and maximum of the policy; narrowed by the minimum',
      text: (row) => (row.kind === 'group' ? '' : quantityBounds(row.min_qty_milli, row.max_qty_milli)),
      tone: () => 'quiet',
    },
    {
      id: 'value',
      header: `Value, ${currencySymbol(options.currency)}`,
      width: 88,
      align: 'right',
      ...(options.cost_visible
        ? { sort: 'value', filter: { kind: 'number' as const, places: minorDigits(options.currency) } }
        : { lockedFor: 'Finance', help: 'Cost is for planning and finance' }),
      text: (row) => (options.cost_visible ? overviewAmount(row.value_minor, options.currency) : NO_DATA),
      figure: (row) =>
        row.value_minor === null
          ? null
          : { value: row.value_minor, places: minorDigits(options.currency), unit: options.currency },
    },
    {
      id: 'uom',
      header: 'Unit',
      width: 52,
      filter: { kind: 'text' },
      text: (row) => row.uom ?? 'mixed',
      tone: () => 'quiet',
    },
  ];
  return all.map((column) =>
    column.id === 'name' || options.shown.includes(column.id) ? column : { ...column, hidden: true },
  );
}

function nameText(row: StockRow, { flat, siteCodes }: StockColumnOptions): string {
  const site = flat && row.site_id !== null ? siteCodes.get(row.site_id) : undefined;
  return [
    row.code,
    row.label,
    site,
    row.kind === 'group' ? counted(row.children, 'item') : '',
    row.waiting > 0 ? `${row.waiting} waiting` : '',
    row.expanded ? '▾' : '',
  ]
    .filter(Boolean)
    .join(' ');
}

function NameCell({ row, options }: { readonly row: StockRow; readonly options: StockColumnOptions }) {
  const site = options.flat && row.site_id !== null ? options.siteCodes.get(row.site_id) : undefined;
  return (
    <>
      {row.code ? <CellCode>{row.code}</CellCode> : null}
      <CellName>{row.label}</CellName>
      {row.kind === 'group' ? <CellCount>{counted(row.children, 'item')}</CellCount> : null}
      {site ? <CellCount>{site}</CellCount> : null}
      {row.waiting > 0 ? (
        <span className={styles['waiting']}>
          <Shape shape="waiting" size={10} /> {row.waiting} waiting
        </span>
      ) : null}
    </>
  );
}

function StatusCell({ row }: { readonly row: StockRow }) {
  const { shape, word } = stockStatusWords(row);
  // A group of thousands always has something low: its shape says so, red words are kept for what can be acted on.
  return (
    <Status shape={shape} calm={row.kind === 'group'}>
      {word}
    </Status>
  );
}
