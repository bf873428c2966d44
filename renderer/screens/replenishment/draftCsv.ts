/** A draft order as a CSV file for the supplier. Its lines are on the screen already: nothing is read for it. */
import { minorDigits } from '#domain/money.ts';
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
  return `${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** A text that a spreadsheet would take for a formula is made one it reads. */
function cell(text: string): string {
  const safe = /^[=+@\t\r-]/.test(text) && !/^-?\d/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function saveText(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
