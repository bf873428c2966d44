/** A position to ask the rules of replenishment about: 30 there at 5 a day, 10 days from the supplier, nothing owed or coming. */
import type { ReplenishmentQuestion } from '../proposal.ts';

/** Thursday 5 November 2026. */
export const TODAY = 20_762;

export const POSITION: ReplenishmentQuestion = {
  as_of_on: TODAY,
  on_hand_qty_milli: 30_000,
  demand: [],
  receipts: [],
  daily_demand_qty_milli: 5_000,
  daily_deviation_qty_milli: 2_000,
  lead_time_days: 10,
  lead_time_deviation_days: 0,
  policy: { kind: 'min_max', min_qty_milli: 40_000, max_qty_milli: 120_000 },
  supplier: { supplier_id: 9, minimum_qty_milli: 0, multiple_qty_milli: 0 },
  item_active: true,
  shelf_life_days: null,
  most_days: null,
};
