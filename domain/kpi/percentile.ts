/**
 * Percentiles by nearest rank: the smallest value that at least the share p of all rows does not exceed. While some rows
 * are still open ("longer than x") the share comes from Kaplan and Meier's product-limit estimate, which without open
 * rows is the nearest rank itself. Exact: the products are kept as whole numbers.
 */

/** How many rows ended at a value, and how many were last seen open at it. */
export interface Spells {
  ended: number;
  open: number;
}

export interface Percentile {
  readonly value: number;
  /** The estimate never reaches the share: it is longer than `value`, the longest seen. */
  readonly beyond: boolean;
}

/** `share_bp` of one, such as 5000 for the median. null without rows. */
export function percentile(spells: ReadonlyMap<number, Readonly<Spells>>, share_bp: number): Percentile | null {
  const values = [...spells].toSorted(([a], [b]) => a - b);
  let at_risk = values.reduce((sum, [, each]) => sum + each.ended + each.open, 0);
  if (at_risk === 0) return null;
  // the share still going on, as a fraction: lasting / of
  let lasting = 1n;
  let of = 1n;
  const rest_bp = BigInt(10_000 - share_bp);
  for (const [value, { ended, open }] of values) {
    if (ended > 0) {
      lasting *= BigInt(at_risk - ended);
      of *= BigInt(at_risk);
      if (lasting * 10_000n <= rest_bp * of) return { value, beyond: false };
    }
    at_risk -= ended + open;
  }
  const longest = values.findLast(([, each]) => each.ended + each.open > 0);
  return { value: longest?.[0] ?? 0, beyond: true };
}
