/**
 * On hand less reserved, thousandths; negative when more is reserved than there is. What is reserved are the warehouse's own
 * books, which name no order: goods picked for an order that is left out (`isFresh`) are as gone as any until it is
 * shipped or cancelled there, so they count.
 */
export function freeToPromiseMilli(on_hand_qty_milli: number, reserved_qty_milli: number): number {
  return on_hand_qty_milli - reserved_qty_milli;
}

/**
 * Of what is reserved, so much may be for open orders that are left out: what lies beyond all that counts, and no more than
 * they wait for. Closing them sets it free. Thousandths.
 */
export function reservedForLeftOutMilli(question: {
  readonly reserved_qty_milli: number;
  /** What asks for it and counts: orders, seen or not, and transfers. */
  readonly counted_qty_milli: number;
  readonly left_out_qty_milli: number;
}): number {
  const beyond = Math.max(0, question.reserved_qty_milli - question.counted_qty_milli);
  return Math.min(beyond, Math.max(0, question.left_out_qty_milli));
}
