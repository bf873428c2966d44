/** The columns of order lines, for the order itself and for every screen that drills to lines. */
import type { OrderLineView } from '#contract/queries.ts';
import { minorDigits } from '#domain/money.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { currencySymbol, ledgerAmount, unitPrice } from '#renderer/format/money.ts';
import { NO_DATA, quantity } from '#renderer/format/numbers.ts';
import { CellCode, CellName } from '#renderer/grid/cellParts.tsx';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { LineProgress, lineProgress } from './lineProgress.tsx';

export function orderLineColumns(currency: string): readonly GridColumn<OrderLineView>[] {
  const symbol = currencySymbol(currency);
  const money = (
    id: string,
    header: string,
    value: (line: OrderLineView) => number | null,
    width = 96,
  ): GridColumn<OrderLineView> => ({
    id,
    header: `${header}, ${symbol}`,
    width,
    align: 'right',
    sort: id,
    text: (line) => ledgerAmount(value(line), currency),
    figure: (line) => {
      const amount = value(line);
      return amount === null ? null : { value: amount, places: minorDigits(currency), unit: currency };
    },
  });
  return [
    {
      id: 'item',
      header: 'Item',
      width: 280,
      sort: 'item',
      text: (line) => [line.item_code, line.description].filter(Boolean).join(' ') || NO_DATA,
      cell: (line) => (
        <>
          {line.item_code ? <CellCode>{line.item_code}</CellCode> : null}
          <CellName>{line.description ?? (line.item_code ? '' : line.kind)}</CellName>
        </>
      ),
    },
    {
      id: 'progress',
      header: 'State',
      width: 116,
      text: (line) => lineProgress(line).word,
      cell: (line) => <LineProgress line={line} />,
    },
    {
      id: 'committed',
      header: 'Promised',
      width: 82,
      align: 'right',
      sort: 'committed',
      sortDescendingFirst: false,
      text: (line) => shortDate(line.committed_on),
    },
    {
      id: 'ordered',
      header: 'Ordered',
      width: 80,
      align: 'right',
      sort: 'ordered',
      text: (line) => quantity(line.ordered_qty_milli),
      figure: (line) => ({ value: line.ordered_qty_milli, places: 3, unit: line.uom ?? 'no unit' }),
    },
    {
      id: 'shipped',
      header: 'Shipped',
      width: 80,
      align: 'right',
      sort: 'shipped',
      text: (line) => quantity(line.shipped_qty_milli),
      figure: (line) =>
        line.shipped_qty_milli === null
          ? null
          : { value: line.shipped_qty_milli, places: 3, unit: line.uom ?? 'no unit' },
    },
    { id: 'uom', header: 'Unit', width: 52, text: (line) => line.uom ?? NO_DATA, tone: () => 'quiet' },
    {
      id: 'price',
      header: `Price, ${symbol}`,
      width: 84,
      align: 'right',
      sort: 'price',
      text: (line) => unitPrice(line.unit_price_micro),
    },
    money('gross', 'Gross', (line) => line.gross_minor),
    money('discount', 'Discount', (line) => line.discount_minor, 90),
    money('net', 'Net', (line) => line.net_minor),
  ];
}
