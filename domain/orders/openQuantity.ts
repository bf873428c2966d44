/** What is still to be delivered of an order line, thousandths; over-shipment leaves nothing open. */
export function openQtyMilli(
  ordered_qty_milli: number,
  cancelled_qty_milli: number,
  shipped_qty_milli: number,
): number {
  return Math.max(0, ordered_qty_milli - cancelled_qty_milli - shipped_qty_milli);
}
