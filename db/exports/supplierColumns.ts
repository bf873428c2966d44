/** What a file of suppliers holds. Ids are the grid's. */
import { minorDigits } from '#domain/money.ts';
import type { SupplierRow } from '#contract/queries.ts';
import { type Column, decimal, integer, percent, text, yesNo } from './table.ts';

export function supplierColumns(currency: string, cost_visible: boolean): readonly Column<SupplierRow>[] {
  const money = (id: string, title: string, value: (row: SupplierRow) => number | null): Column<SupplierRow>[] =>
    cost_visible ? [decimal(id, `${title}, ${currency}`, minorDigits(currency), value)] : [];
  const tenths = (value: number | null): number | null => (value === null ? null : Math.round(value * 10));
  return [
    text('name', 'Supplier', (row) => row.name, 34),
    text('code', 'Code', (row) => row.code),
    yesNo('slip', 'Slipping', (row) => row.slip !== null),
    ...money('open', 'On order', (row) => row.open_minor),
    integer('open_lines', 'Lines on order', (row) => row.open_lines),
    integer('overdue_lines', 'Lines overdue', (row) => row.overdue_lines),
    ...money('overdue', 'Overdue', (row) => row.overdue_minor),
    percent('otif', 'OTIF', (row) => row.otif_bp),
    integer('otif', 'Lines due', (row) => row.due_lines),
    decimal('lead', 'Lead time, days', 1, (row) => tenths(row.lead_days)),
    decimal('deviation', 'Deviation, days', 1, (row) => tenths(row.lead_deviation_days)),
    integer('agreed', 'Agreed, days', (row) => row.agreed_days),
    integer('moved', 'Lines moved', (row) => row.moved_lines),
    ...money('spend', 'Came in 12 months', (row) => row.spend_minor),
    ...(cost_visible ? [percent<SupplierRow>('price', 'Price change', (row) => row.price_change_bp)] : []),
  ];
}
