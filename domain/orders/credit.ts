/** What a customer's orders add to their exposure: what is open of them, and what left without a bill. */
import { addMonths, firstDayOfMonth, monthOfDay } from '../calendar.ts';
import { exposureRows } from '../kpi/backorder.ts';
import type { DeliveredPart, DeliveryLine } from '../kpi/delivery.ts';
import { type Billing, billedMinor } from './billedParts.ts';

/** Bills follow the goods within days: what left in the last so many months is looked at order by order. */
const LOOKED_AT_MONTHS = 2;

/**
 * Which orders are read to reckon the exposure of a day (day number) whatever was billed: the open ones, those of `month`
 * (yyyymm) and later, and older ones of which goods left on `from_on` (day number) or later; what left since that day was still
 * open on it. Of what left before, those of which something is not billed.
 */
export function unbilledSince(on: number): { readonly month: number; readonly from_on: number } {
  const month = addMonths(monthOfDay(on), 1 - LOOKED_AT_MONTHS);
  return { month, from_on: firstDayOfMonth(month) };
}

export interface OrderExposure {
  readonly open_orders_minor: number;
  readonly shipped_unbilled_minor: number;
}

/** Of one customer's orders; `billing`: how their deliveries were billed. */
export function orderExposure(lines: Iterable<DeliveryLine>, on: number, billing: Billing): OrderExposure {
  let open_orders_minor = 0;
  let shipped_unbilled_minor = 0;
  for (const line of lines) {
    const billed = (part: DeliveredPart): number => billedMinor(billing, line, part, on);
    exposureRows(line, on, billed, ({ kpi, numerator }) => {
      if (kpi === 'open_orders_value') open_orders_minor += numerator;
      if (kpi === 'shipped_unbilled') shipped_unbilled_minor += numerator;
    });
  }
  return { open_orders_minor, shipped_unbilled_minor };
}
