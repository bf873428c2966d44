/** On hand less reserved, thousandths; negative when more is reserved than there is. */
export function freeToPromiseMilli(on_hand_qty_milli: number, reserved_qty_milli: number): number {
  return on_hand_qty_milli - reserved_qty_milli;
}
