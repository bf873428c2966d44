/** What a file of item classes holds, one row an item. */
import { minorDigits } from '#domain/money.ts';
import type { ItemClasses, ItemClassRow } from '#contract/queries.ts';
import { type Column, decimal, percent, quantity, text } from './table.ts';

function classColumns(currency: string, cost_visible: boolean): readonly Column<ItemClassRow>[] {
  const digits = minorDigits(currency);
  return [
    text('name', 'Code', (row) => row.code),
    text('name', 'Name', (row) => row.name, 34),
    text('class', 'Class', (row) => row.cell, 10),
    text('uom', 'Unit', (row) => row.uom, 8),
    decimal('value', `Sold in 12 months ${currency}`, digits, (row) => row.value_minor),
    percent('value', 'Share of value', (row) => row.share_bp),
    quantity('month', 'Asked for a month', (row) => row.month_qty_milli),
    decimal('variation', 'Variation', 3, (row) => row.variation_milli),
    quantity('on_hand', 'On hand', (row) => row.on_hand_qty_milli),
    ...(cost_visible
      ? [
          decimal<ItemClassRow>('stock_value', `Stock ${currency}`, digits, (row) => row.stock_value_minor),
          decimal<ItemClassRow>('turns', 'Turns', 3, (row) => row.turns_milli),
        ]
      : []),
    percent('target', 'Service target', (row) => row.target_bp),
    text('category', 'Category', (row) => row.category, 20),
  ];
}

export function classTable({ currency, cost_visible }: Pick<ItemClasses, 'currency' | 'cost_visible'>) {
  return { name: 'Item classes', columns: classColumns(currency, cost_visible) };
}
