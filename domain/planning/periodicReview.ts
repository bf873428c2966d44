export interface PeriodicReviewQuestion {
  readonly daily_demand_qty: number;
  readonly daily_deviation_qty: number;
  readonly review_days: number;
  readonly lead_time_days: number;
  readonly service_factor: number;
  /** On hand + on order − backorders. */
  readonly inventory_position_qty: number;
}

/** Q = d(T+L) + z·σ·√(T+L) − I, never below 0; in the unit of demand. */
export function periodicReviewQty(question: PeriodicReviewQuestion): number {
  const days = question.review_days + question.lead_time_days;
  if (days < 0) throw new RangeError('review and lead time must not be negative');
  const target =
    question.daily_demand_qty * days + question.service_factor * question.daily_deviation_qty * Math.sqrt(days);
  return Math.max(0, target - question.inventory_position_qty);
}
