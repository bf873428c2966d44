/** Stock that is more than will be needed for long, and stock that nobody asks for. Quantities in thousandths. */
import { daysOnHand, USAGE_DAYS } from './daysOnHand.ts';
import { EXCESS_DAYS } from './stockStatus.ts';

/** An item nobody ordered for so long is obsolete, unless it is younger. */
export const OBSOLETE_DAYS = 365;

export interface ExcessQuestion {
  readonly on_hand_qty_milli: number;
  readonly reserved_qty_milli: number;
  readonly max_qty_milli: number;
  readonly usage_qty_milli_in_window: number;
}

/**
 * What lies there beyond both the policy's maximum and 180 days of usage, and beyond what is promised; 0 = nothing. The
 * same positions are 'excess' in Stock, but for those whose surplus is promised away.
 */
export function excessQtyMilli(question: ExcessQuestion): number {
  const { on_hand_qty_milli, reserved_qty_milli, max_qty_milli, usage_qty_milli_in_window } = question;
  const days = daysOnHand(on_hand_qty_milli, usage_qty_milli_in_window);
  if (days !== null && days <= EXCESS_DAYS) return 0;
  const lasting = Math.ceil((Math.max(0, usage_qty_milli_in_window) * EXCESS_DAYS) / USAGE_DAYS);
  return Math.max(0, on_hand_qty_milli - Math.max(max_qty_milli, lasting, reserved_qty_milli));
}

/** `last_asked_on`: null = not within the days looked at. */
export function isObsolete(
  item: { readonly introduced_on: number | null; readonly last_asked_on: number | null },
  as_of_on: number,
): boolean {
  const { introduced_on, last_asked_on } = item;
  if (introduced_on !== null && introduced_on > as_of_on - OBSOLETE_DAYS) return false;
  return last_asked_on === null || last_asked_on <= as_of_on - OBSOLETE_DAYS;
}
