/** A draft order as a CSV file for the supplier. Its lines are on the screen already: nothing is read for it. */
import { minorDigits } from '#domain/money.ts';
import { csvRow, spreadsheetSafe } from '#domain/imports/engine/template.ts';
import type { DraftOrderView } from '#contract/queries.ts';
import { plainNumber } from '#renderer/format/numbers.ts';

export function draftCsv(draft: DraftOrderView, currency: string): string {
  const rows = [
    ['order', 'supplier', 'site', 'item', 'name', 'quantity', 'unit', 'unit_price', 'value', 'currency'],
    ...draft.lines.map((line) => [
      draft.number ?? '',
      draft.supplier,
      draft.site,
      line.code,
      line.name,
      plainNumber(line.qty_milli, 3),
      line.uom,
      line.unit_price_micro === null ? '' : plainNumber(line.unit_price_micro, 6),
      line.value_minor === null ? '' : plainNumber(line.value_minor, minorDigits(currency)),
      currency,
    ]),
  ];
  return rows.map((row) => `${csvRow(row.map(spreadsheetSafe))}\r\n`).join('');
}
