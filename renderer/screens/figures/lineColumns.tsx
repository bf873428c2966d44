/** Order lines as the evidence of a figure: date, document, what, to whom; the amounts are each screen's own. */
import { minorDigits } from '#domain/money.ts';
import type { OrderLineView } from '#contract/queries.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { currencySymbol, ledgerAmount, unitPrice } from '#renderer/format/money.ts';
import { NO_DATA, quantity } from '#renderer/format/numbers.ts';
import { CellCode, CellName } from '#renderer/grid/cellParts.tsx';
import type { Figure, GridColumn } from '#renderer/grid/columns.ts';
import { ChannelMark } from '#renderer/ui/Mark.tsx';

/** A line, or the pinned sum of all lines (null). */
export interface LineRow<Line extends OrderLineView> {
  readonly key: string;
  readonly line: Line | null;
}

const KIND_WORDS: Readonly<Record<string, string>> = {
  goods: 'Goods',
  return: 'Return',
  discount: 'Discount',
  freight: 'Freight',
  fee: 'Fee',
  adjustment: 'Adjustment',
  credit: 'Credit note',
  claim: 'Claim',
};

export function kindWord(kind: string): string {
  return KIND_WORDS[kind] ?? kind;
}

export function textColumn<L extends OrderLineView>(
  id: string,
  header: string,
  width: number,
  value: (line: L) => string | null,
  more: Partial<GridColumn<LineRow<L>>> = {},
): GridColumn<LineRow<L>> {
  return { id, header, width, text: (row) => (row.line ? (value(row.line) ?? NO_DATA) : ''), ...more };
}

export function moneyColumn<L extends OrderLineView>(
  id: string,
  header: string,
  currency: string,
  value: (line: L) => number | null,
  more: Partial<GridColumn<LineRow<L>>> = {},
): GridColumn<LineRow<L>> {
  return {
    id,
    header: `${header}, ${currencySymbol(currency)}`,
    width: 94,
    align: 'right',
    text: ({ line }) => (line ? ledgerAmount(value(line), currency) : ''),
    figure: ({ line }): Figure | null => {
      const amount = line ? value(line) : null;
      return amount === null ? null : { value: amount, places: minorDigits(currency), unit: currency };
    },
    tone: ({ line }) => (line && (value(line) ?? 0) < 0 ? 'bad' : undefined),
    ...more,
  };
}

export function quantityColumn<L extends OrderLineView>(
  id: string,
  header: string,
  value: (line: L) => number | null,
  more: Partial<GridColumn<LineRow<L>>> = {},
): GridColumn<LineRow<L>> {
  return {
    id,
    header,
    width: 82,
    align: 'right',
    text: ({ line }) => (line ? quantity(value(line)) : ''),
    figure: ({ line }): Figure | null => {
      const amount = line ? value(line) : null;
      return line && amount !== null ? { value: amount, places: 3, unit: line.uom ?? 'no unit' } : null;
    },
    ...more,
  };
}

/** A credit note is a document of its own, without lines. */
function documentText(line: OrderLineView): string {
  return line.ordinal > 0 ? `${line.order_number}-${line.ordinal}` : line.order_number;
}

/** Document, item, customer and channel. The first column is pinned; dates of `year` are shown without it. */
export function documentColumns<L extends OrderLineView>(
  totalLabel: string,
  year: number,
): readonly GridColumn<LineRow<L>>[] {
  return [
    {
      id: 'document',
      header: 'Order, line',
      width: 132,
      text: ({ line }) => (line ? documentText(line) : totalLabel),
      cell: ({ line }) =>
        line ? (
          <span>
            {line.order_number}
            {line.ordinal > 0 ? <CellCode>-{line.ordinal}</CellCode> : null}
          </span>
        ) : (
          totalLabel
        ),
    },
    {
      ...textColumn<L>('ordered', 'Ordered', 88, (line) => shortDate(line.ordered_on, year), {
        sort: 'ordered_on',
        align: 'right',
      }),
      sortDescendingFirst: true,
    },
    {
      ...textColumn<L>('item', 'Item', 236, (line) => [line.item_code, line.description].filter(Boolean).join(' ')),
      cell: ({ line }) =>
        line ? (
          <>
            {line.item_code ? <CellCode>{line.item_code}</CellCode> : null}
            <CellName>{line.description ?? kindWord(line.kind)}</CellName>
          </>
        ) : null,
    },
    textColumn<L>('kind', 'Kind', 76, (line) => kindWord(line.kind), { tone: () => 'quiet' }),
    textColumn<L>('party', 'Customer', 150, (line) => line.party),
    textColumn<L>('country', 'Country', 96, (line) => line.country, { hidden: true }),
    {
      ...textColumn<L>('channel', 'Channel', 118, (line) => line.channel ?? 'Unmapped'),
      cell: ({ line }) =>
        line ? (
          <>
            <ChannelMark kind={line.channel_kind} />
            <CellName>{line.channel ?? 'Unmapped'}</CellName>
          </>
        ) : null,
    },
  ];
}

export function priceColumn<L extends OrderLineView>(currency: string): GridColumn<LineRow<L>> {
  return textColumn<L>('price', `Price, ${currencySymbol(currency)}`, 80, (line) => unitPrice(line.unit_price_micro), {
    align: 'right',
  });
}
