/** What a site can give away without going below its own need. Quantities in thousandths. */

/** Goods are moved in whole base units. */
export const MOVED_IN_MILLI = 1_000;

export interface GivingPosition {
  readonly on_hand_qty_milli: number;
  /** All that is asked of it: open orders, reservations, what is held back for other sites. */
  readonly asked_qty_milli: number;
  readonly on_order_qty_milli: number;
  /** Its reorder point; null = its policy says none, so that only what is asked of it is its need. */
  readonly reorder_qty_milli: number | null;
}

/**
 * Whole units above both: what lies there less what is asked of it, and the position less one above the reorder
 * point, at which it would order again itself. Of what is still to come to it nothing is given.
 */
export function surplusMilli(position: GivingPosition): number {
  const { on_hand_qty_milli, asked_qty_milli, on_order_qty_milli, reorder_qty_milli } = position;
  const there = on_hand_qty_milli - asked_qty_milli;
  const above =
    reorder_qty_milli === null
      ? there
      : on_hand_qty_milli + on_order_qty_milli - asked_qty_milli - reorder_qty_milli - 1;
  return Math.max(0, Math.floor(Math.min(there, above) / MOVED_IN_MILLI) * MOVED_IN_MILLI);
}
