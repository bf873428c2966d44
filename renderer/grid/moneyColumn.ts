/** A column of money in one currency: its unit stands in the header, and it can be added up. */
import { minorDigits } from '#domain/money.ts';
import { currencySymbol, ledgerAmount, overviewAmount } from '#renderer/format/money.ts';
import type { GridColumn } from './columns.ts';

export function moneyColumn<Row>(
  currency: string,
  id: string,
  header: string,
  value: (row: Row) => number | null,
  more: Partial<GridColumn<Row>> = {},
): GridColumn<Row> {
  return {
    id,
    header: `${header}, ${currencySymbol(currency)}`,
    width: 92,
    align: 'right',
    sort: id,
    text: (row) => overviewAmount(value(row), currency),
    figure: (row) => {
      const amount = value(row);
      return amount === null ? null : { value: amount, places: minorDigits(currency), unit: currency };
    },
    ...more,
  };
}

/** The same to the cent, as a ledger is read: an empty cell where a side has none; put in order only where `sort` says by what. */
export function ledgerColumn<Row>(
  currency: string,
  id: string,
  header: string,
  value: (row: Row) => number | null,
  more: Partial<GridColumn<Row>> = {},
): GridColumn<Row> {
  const { sort: _, ...column } = moneyColumn(currency, id, header, value);
  return {
    ...column,
    width: 116,
    text: (row) => {
      const amount = value(row);
      return amount === null ? '' : ledgerAmount(amount, currency);
    },
    ...more,
  };
}
