/** What it costs to have goods lie, and to lack them: the assumptions by which proposals weigh one against the other. */

/** What lying a year costs, basis points of its value: capital, room and what goes out of date. */
export const HOLDING_RATE_BP = 2_000;

/** What a sale that cannot be served loses, basis points of the goods' cost: about what a distributor earns on them. */
export const LOST_SHARE_BP = 3_000;

/** What is not asked for within a year is taken to lie one. */
const MOST_DAYS = 365;

/**
 * Saved a base unit × 10⁻⁶ by taking a surplus away: it would be sold evenly over the days it lasts, so that a unit of it
 * lies half of them.
 */
export function surplusSavingMicro(
  unit_cost_micro: number,
  surplus_qty_milli: number,
  daily_qty_milli: number,
): number {
  const lasts_days = daily_qty_milli > 0 ? Math.min(MOST_DAYS, surplus_qty_milli / daily_qty_milli) : MOST_DAYS;
  return Math.round((unit_cost_micro * HOLDING_RATE_BP * lasts_days) / (2 * 365 * 10_000));
}
