/** What a file of forecasts holds, one row an item at a site. */
import type { ForecastRow } from '#contract/queries.ts';
import { type Column, decimal, percent, quantity, text, yesNo } from './table.ts';

/** yyyymm of the months ahead: those of the grid are named by them. */
export function forecastColumns(months: readonly number[]): readonly Column<ForecastRow>[] {
  const named = (step: number): string => `Expected ${months[step] ?? `+${step}`}`;
  return [
    text('name', 'Code', (row) => row.code),
    text('name', 'Name', (row) => row.name, 34),
    text('site', 'Site', (row) => row.site, 8),
    text('class', 'Class', (row) => row.demand_class, 12),
    text('method', 'Method', (row) => row.method, 14),
    yesNo('method', 'Beats the seasonal naive', (row) => row.beats_naive),
    percent('wape', 'WAPE', (row) => row.wape_bp),
    decimal('mase', 'MASE', 3, (row) => row.mase_milli),
    percent('bias', 'Bias', (row) => row.bias_bp),
    quantity('last', 'Last month', (row) => row.last_qty_milli),
    quantity('next', named(0), (row) => row.next_qty_milli[0]),
    quantity('next1', named(1), (row) => row.next_qty_milli[1]),
    quantity('next2', named(2), (row) => row.next_qty_milli[2]),
    percent('change', 'Change', (row) => row.change_bp),
    text('uom', 'Unit', (row) => row.uom, 8),
    text('flag', 'Flags', (row) => row.flags.join(', '), 24),
    text('category', 'Category', (row) => row.category, 20),
  ];
}
