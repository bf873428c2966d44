/** The columns of classed items. */
import type { ItemClassRow } from '#contract/queries.ts';
import { MATRIX_CELLS } from '#domain/planning/classMatrix.ts';
import { currencySymbol, ledgerAmount } from '#renderer/format/money.ts';
import { minorDigits } from '#domain/money.ts';
import { NO_DATA, percent, quantity, roughQuantity, scaled } from '#renderer/format/numbers.ts';
import { CellCode, CellName } from '#renderer/grid/cellParts.tsx';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { CELL_WORDS } from './classWords.ts';

export function classColumns(currency: string, cost_visible: boolean): readonly GridColumn<ItemClassRow>[] {
  const right = { align: 'right' as const };
  const places = minorDigits(currency);
  const cost: readonly GridColumn<ItemClassRow>[] = cost_visible
    ? [
        {
          id: 'stock_value',
          header: `Stock, ${currencySymbol(currency)}`,
          width: 104,
          ...right,
          sort: 'stock_value',
          filter: { kind: 'number', places },
          help: 'What lies there today, at cost',
          text: (row) => (row.stock_value_minor === null ? NO_DATA : ledgerAmount(row.stock_value_minor, currency)),
        },
        {
          id: 'turns',
          header: 'Turns',
          width: 66,
          ...right,
          sort: 'turns',
          filter: { kind: 'number', places: 3 },
          help: 'Cost of what was sold in 12 months ÷ stock today',
          text: (row) => (row.turns_milli === null ? NO_DATA : scaled(row.turns_milli, 3, 1)),
        },
      ]
    : [];
  return [
    {
      id: 'name',
      header: 'Item',
      width: 290,
      sort: 'name',
      sortDescendingFirst: false,
      filter: { kind: 'text' },
      text: (row) => `${row.code} ${row.name}`,
      cell: (row) => (
        <>
          <CellCode>{row.code}</CellCode> <CellName>{row.name}</CellName>
        </>
      ),
    },
    {
      id: 'class',
      header: 'Class',
      width: 78,
      sort: 'class',
      sortDescendingFirst: false,
      filter: { kind: 'set', options: MATRIX_CELLS.map((value) => ({ value, label: CELL_WORDS[value] })) },
      text: (row) => CELL_WORDS[row.cell],
    },
    {
      id: 'value',
      header: `Sold, ${currencySymbol(currency)}`,
      width: 112,
      ...right,
      sort: 'value',
      filter: { kind: 'number', places },
      help: 'Net sales of 12 whole months',
      text: (row) => ledgerAmount(row.value_minor, currency),
    },
    { id: 'share', header: 'Share', width: 68, ...right, help: 'Of all value', text: (row) => percent(row.share_bp) },
    {
      id: 'month',
      header: 'A month',
      width: 84,
      ...right,
      sort: 'month',
      filter: { kind: 'number', places: 3 },
      help: 'Asked for a month, mean of 12',
      text: (row) => roughQuantity(row.month_qty_milli),
      figure: (row) => ({ value: row.month_qty_milli, places: 3, unit: row.uom }),
    },
    {
      id: 'variation',
      header: 'Variation',
      width: 82,
      ...right,
      sort: 'variation',
      filter: { kind: 'number', places: 3 },
      help: 'Deviation ÷ mean of demand a month: X to 0.5, Y to 1, Z above',
      text: (row) => (row.variation_milli === null ? NO_DATA : scaled(row.variation_milli, 3, 2)),
    },
    {
      id: 'on_hand',
      header: 'On hand',
      width: 90,
      ...right,
      sort: 'on_hand',
      filter: { kind: 'number', places: 3 },
      text: (row) => quantity(row.on_hand_qty_milli),
      figure: (row) => ({ value: row.on_hand_qty_milli, places: 3, unit: row.uom }),
    },
    { id: 'uom', header: 'Unit', width: 52, filter: { kind: 'text' }, text: (row) => row.uom, tone: () => 'quiet' },
    ...cost,
    {
      id: 'target',
      header: 'Target',
      width: 78,
      ...right,
      sort: 'target',
      filter: { kind: 'number', places: 2 },
      help: 'Mean of the service targets of its policies',
      text: (row) => percent(row.target_bp),
    },
    { id: 'category', header: 'Category', width: 150, filter: { kind: 'text' }, text: (row) => row.category },
  ];
}
