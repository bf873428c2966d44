/** How much to order: (s,S) and (R,Q) policies, rounded up to what the supplier sells. All quantities in thousandths. */

/** A thousand million of anything is a typing error. */
export const MOST_QTY_MILLI = 1_000_000_000_000;

export interface InventoryPosition {
  readonly on_hand_qty_milli: number;
  readonly on_order_qty_milli: number;
  readonly backorder_qty_milli: number;
  /** Reserved for orders beyond what is on backorder. */
  readonly reserved_beyond_qty_milli: number;
}

/** IP = on hand + on order − backorders − reservations beyond. */
export function inventoryPositionMilli(position: InventoryPosition): number {
  return (
    position.on_hand_qty_milli +
    position.on_order_qty_milli -
    position.backorder_qty_milli -
    position.reserved_beyond_qty_milli
  );
}

/** (s,S): S − IP when IP ≤ s, else 0. */
export function minMaxOrderMilli(position_qty_milli: number, min_qty_milli: number, max_qty_milli: number): number {
  if (max_qty_milli < min_qty_milli) throw new RangeError('the maximum lies below the minimum');
  return position_qty_milli <= min_qty_milli ? max_qty_milli - position_qty_milli : 0;
}

/** (R,Q): the smallest n·Q that lifts the position above R; 0 when it is above already. */
export function reorderLotsMilli(position_qty_milli: number, reorder_qty_milli: number, lot_qty_milli: number): number {
  if (lot_qty_milli <= 0) throw new RangeError('a lot must be positive');
  if (position_qty_milli > reorder_qty_milli) return 0;
  return (Math.floor((reorder_qty_milli - position_qty_milli) / lot_qty_milli) + 1) * lot_qty_milli;
}

/** Rounds up to max(MOQ, the next multiple); 0 stays 0. A multiple of 0 means any quantity. */
export function roundUpToSupplierMilli(
  qty_milli: number,
  minimum_qty_milli: number,
  multiple_qty_milli: number,
): number {
  if (minimum_qty_milli < 0 || multiple_qty_milli < 0) throw new RangeError('MOQ and multiple must not be negative');
  if (qty_milli <= 0) return 0;
  const wanted = Math.max(qty_milli, minimum_qty_milli);
  return multiple_qty_milli === 0 ? wanted : Math.ceil(wanted / multiple_qty_milli) * multiple_qty_milli;
}
