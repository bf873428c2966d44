/** What a customer's orders add to their exposure: what is open of them, and what left without a bill. */
import { exposureRows } from '../kpi/backorder.ts';
import type { DeliveryLine } from '../kpi/delivery.ts';

/** Bills follow the goods within days: orders older than so many months count as billed when they are done. */
export const UNBILLED_MONTHS = 2;

export interface OrderExposure {
  readonly open_orders_minor: number;
  readonly shipped_unbilled_minor: number;
}

export function orderExposure(
  lines: Iterable<DeliveryLine>,
  on: number,
  billed: (shipment_number: string) => boolean,
): OrderExposure {
  let open_orders_minor = 0;
  let shipped_unbilled_minor = 0;
  for (const line of lines) {
    exposureRows(line, on, billed, ({ kpi, numerator }) => {
      if (kpi === 'open_orders_value') open_orders_minor += numerator;
      if (kpi === 'shipped_unbilled') shipped_unbilled_minor += numerator;
    });
  }
  return { open_orders_minor, shipped_unbilled_minor };
}
