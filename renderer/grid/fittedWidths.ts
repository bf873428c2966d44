/** Figures are never cut: a column of figures is as wide as its longest one, measured over the rows at hand. */
import { textMeasure } from '#renderer/ui/textMeasure.ts';
import type { GridColumn } from './columns.ts';

/** Cell padding of 8 px on both sides, and a pixel for rounding. */
const PADDING_PX = 17;

/** `measure` gives the width in pixels of a text set as heavy as totals are. */
export function fittedWidths<Row>(
  columns: readonly GridColumn<Row>[],
  rows: readonly Row[],
  measure: (text: string) => number,
): Readonly<Record<string, number>> {
  const widths: Record<string, number> = {};
  for (const column of columns.slice(1)) {
    if (column.align !== 'right') continue;
    let longest = '';
    // Digits are of equal width, so the longest text is the widest.
    for (const row of rows) {
      const text = column.text(row);
      if (text.length > longest.length) longest = text;
    }
    const needed = Math.ceil(measure(longest)) + PADDING_PX;
    if (needed > column.width) widths[column.id] = needed;
  }
  return widths;
}

/** Measures as the grid sets its heaviest figures. */
export function gridTextMeasure(): (text: string) => number {
  return textMeasure('600 12.5px');
}
