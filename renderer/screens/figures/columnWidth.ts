/** Widths from what stands in a column: numbers are never cut, and none is wider than it needs. */

const DIGIT_PX = 7.4;
const PADDING_PX = 18;

/** Pixels for the longest of the texts in the grid's heavy figures. */
export function widthFor(texts: readonly string[], least_px = 54): number {
  const longest = texts.reduce((most, text) => Math.max(most, text.length), 0);
  return Math.max(least_px, Math.ceil(longest * DIGIT_PX + PADDING_PX));
}
