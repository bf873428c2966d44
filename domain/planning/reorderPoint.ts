/** Reorder point and safety stock for a service level per cycle (z = normal quantile of the level). */
export interface ReorderQuestion {
  /** Mean and standard deviation of demand a day, in any unit of quantity. */
  readonly daily_demand_qty: number;
  readonly daily_deviation_qty: number;
  readonly lead_time_days: number;
  readonly lead_time_deviation_days: number;
  readonly service_factor: number;
}

/** SS = z·√(L·σd² + d²·σL²), in the unit of demand. */
export function safetyStock(question: ReorderQuestion): number {
  const { daily_demand_qty, daily_deviation_qty, lead_time_days, lead_time_deviation_days } = question;
  if (lead_time_days < 0 || daily_deviation_qty < 0 || lead_time_deviation_days < 0) {
    throw new RangeError('lead time and deviations must not be negative');
  }
  const variance = lead_time_days * daily_deviation_qty ** 2 + daily_demand_qty ** 2 * lead_time_deviation_days ** 2;
  return question.service_factor * Math.sqrt(variance);
}

/** ROP = d·L + SS. */
export function reorderPoint(question: ReorderQuestion): number {
  return question.daily_demand_qty * question.lead_time_days + safetyStock(question);
}
