/** The columns of a purchase order's lines. */
import type { PurchaseLineView } from '#contract/queries.ts';
import { minorDigits } from '#domain/money.ts';
import { daysBetween, shortDate } from '#renderer/format/dates.ts';
import { currencySymbol, ledgerAmount, unitPrice } from '#renderer/format/money.ts';
import { counted, NO_DATA, quantity } from '#renderer/format/numbers.ts';
import { CellCode, CellName } from '#renderer/grid/cellParts.tsx';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { type MarkShape, Status } from '#renderer/ui/Mark.tsx';

export function purchaseLineColumns({
  currency,
  cost_visible,
  awaited_on,
}: {
  readonly currency: string;
  readonly cost_visible: boolean;
  /** The day it is still waited for; null = nothing of it comes any more. */
  readonly awaited_on: string | null;
}): readonly GridColumn<PurchaseLineView>[] {
  const amount = (
    id: string,
    header: string,
    value: (line: PurchaseLineView) => number,
  ): GridColumn<PurchaseLineView> => ({
    id,
    header,
    width: 84,
    align: 'right',
    sort: id,
    text: (line) => quantity(value(line)),
    figure: (line) => ({ value: value(line), places: 3, unit: line.uom }),
  });
  const date = (
    id: string,
    header: string,
    value: (line: PurchaseLineView) => string | null,
  ): GridColumn<PurchaseLineView> => ({
    id,
    header,
    width: 78,
    align: 'right',
    sort: id,
    sortDescendingFirst: false,
    text: (line) => (value(line) === null ? NO_DATA : shortDate(value(line))),
  });
  const locked = cost_visible ? {} : { lockedFor: 'Finance', help: 'Cost is for planning and finance' };
  return [
    {
      id: 'item',
      header: 'Item',
      width: 250,
      sort: 'item',
      text: (line) => `${line.code} ${line.name}`,
      cell: (line) => (
        <>
          <CellCode>{line.code}</CellCode>
          <CellName>{line.name}</CellName>
        </>
      ),
    },
    {
      id: 'state',
      header: 'State',
      width: 136,
      text: (line) => lineState(line, awaited_on).word,
      cell: (line) => {
        const { shape, word } = lineState(line, awaited_on);
        return <Status shape={shape}>{word}</Status>;
      },
    },
    amount('ordered', 'Ordered', (line) => line.ordered_qty_milli),
    amount('received', 'Received', (line) => line.received_qty_milli),
    date('promised', 'Promised', (line) => line.promised_on),
    date('expected', 'Expected', (line) => line.expected_on),
    date('came', 'Last came', (line) => line.received_on),
    {
      id: 'price',
      header: `Price, ${currencySymbol(currency)}`,
      width: 82,
      align: 'right',
      ...locked,
      text: (line) => unitPrice(line.unit_price_micro),
    },
    {
      id: 'amount',
      header: `Amount, ${currencySymbol(currency)}`,
      width: 96,
      align: 'right',
      ...locked,
      text: (line) => ledgerAmount(line.amount_minor, currency),
      figure: (line) =>
        line.amount_minor === null ? null : { value: line.amount_minor, places: minorDigits(currency), unit: currency },
    },
    {
      id: 'landed',
      header: `Landed, ${currencySymbol(currency)}`,
      width: 92,
      align: 'right',
      ...locked,
      text: (line) => ledgerAmount(line.landed_minor, currency),
      figure: (line) =>
        line.landed_minor === null ? null : { value: line.landed_minor, places: minorDigits(currency), unit: currency },
    },
    {
      id: 'landed_price',
      header: `Landed price, ${currencySymbol(currency)}`,
      width: 112,
      align: 'right',
      ...locked,
      text: (line) => unitPrice(line.landed_price_micro),
    },
    {
      id: 'landed_of',
      header: 'Landed, made of',
      width: 260,
      ...locked,
      text: (line) =>
        line.landed
          .map(
            ({ kind, split_by, amount_minor, proposed }) =>
              `${proposed ? '≈ ' : ''}${kind} ${ledgerAmount(amount_minor, currency)} by ${split_by}`,
          )
          .join(', ') || NO_DATA,
      tone: () => 'quiet',
    },
  ];
}

/** Come in whole, or still to come, and how many days behind the first promise: what has not come by its day is late. */
export function lineState(
  line: Pick<
    PurchaseLineView,
    'ordered_qty_milli' | 'received_qty_milli' | 'promised_on' | 'expected_on' | 'received_on'
  >,
  awaited_on: string | null,
): { readonly shape: MarkShape; readonly word: string } {
  if (line.received_qty_milli >= line.ordered_qty_milli) {
    const late = daysBetween(line.promised_on, line.received_on ?? line.promised_on);
    return late > 0
      ? { shape: 'warn', word: `Came ${counted(late, 'day')} late` }
      : { shape: 'good', word: 'Received' };
  }
  const in_part = line.received_qty_milli > 0;
  if (awaited_on === null) return { shape: 'refused', word: in_part ? 'Came in part' : 'Not coming' };
  const comes_on = line.expected_on < awaited_on ? awaited_on : line.expected_on;
  const late = daysBetween(line.promised_on, comes_on);
  if (late > 0) return { shape: 'bad', word: `${counted(late, 'day')} late` };
  return in_part ? { shape: 'warn', word: 'In part' } : { shape: 'waiting', word: 'On time' };
}
