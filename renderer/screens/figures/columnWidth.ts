/** Widths from what stands in a column: numbers are never cut, and none is wider than it needs. */

/** Advance widths of the grid's face at its size: figures are of equal width, separators about half of it. */
const FIGURE_PX = 7.6;
const SEPARATOR_PX = 3.8;
const LETTER_PX = 7.2;
/** Those of money signs too. */
const CAPITAL_PX = 9.2;
const PADDING_PX = 17;

/** Pixels for the widest of the texts. */
export function widthFor(texts: readonly string[], least_px = 54): number {
  const widest = texts.reduce((most, text) => Math.max(most, textWidth_px(text)), 0);
  return Math.max(least_px, Math.ceil(widest + PADDING_PX));
}

function textWidth_px(text: string): number {
  let width = 0;
  for (const character of text) {
    width += /[\d\u2212]/.test(character)
      ? FIGURE_PX
      : /[,.’ \u00A0]/.test(character)
        ? SEPARATOR_PX
        : /[\p{Lu}\p{Sc}]/u.test(character)
          ? CAPITAL_PX
          : LETTER_PX;
  }
  return width;
}
