/** The window whose mean usage stands for the days to come. */
export const USAGE_DAYS = 90;

/**
 * On hand / daily usage, in days with one decimal; null without usage. Stock below zero lasts no day.
 * The unit is any as long as both share it (thousandths, or minor units at cost).
 */
export function daysOnHand(on_hand: number, usage_in_window: number): number | null {
  if (usage_in_window <= 0) return null;
  return Math.round((Math.max(0, on_hand) * USAGE_DAYS * 10) / usage_in_window) / 10;
}
