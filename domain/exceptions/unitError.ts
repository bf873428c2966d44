/** A count that is off by a packing factor is a unit of measure taken for another, not a loss. */

/** Factors between units of trade: dozens, packs of 20 to 1,000. */
const PACK_FACTORS = [10, 12, 20, 24, 25, 48, 50, 100, 144, 200, 250, 500, 1000] as const;
/** How far from the factor the ratio may lie, per cent. */
const NEAR_PERCENT = 6;

/** The factor between book and count when they differ by about a pack; null when they do not, or one of them is nothing. */
export function packFactor(book_qty_milli: number, counted_qty_milli: number): number | null {
  if (book_qty_milli <= 0 || counted_qty_milli <= 0) return null;
  const more = Math.max(book_qty_milli, counted_qty_milli);
  const less = Math.min(book_qty_milli, counted_qty_milli);
  const found = PACK_FACTORS.find((factor) => Math.abs(more - less * factor) * 100 <= less * factor * NEAR_PERCENT);
  return found ?? null;
}
