/**
 * Order cycle time: working days (Monday to Friday) from entry to the delivery of the last goods still wanted. An order
 * not yet delivered is counted as longer than its age, not left out: leaving it out would make the slow look fast.
 */
import { monthOfDay, workdaysBetween } from '../calendar.ts';
import { type DeliveryLine, partsOf, wantedQtyMilli } from './delivery.ts';
import type { EmitRow } from './tally.ts';

export interface CycleOrder {
  readonly id: number;
  readonly channel_id: number | null;
  readonly ordered_on: number;
  readonly lines: readonly DeliveryLine[];
}

export function cycleRows(order: CycleOrder, as_of_on: number, emit: EmitRow): void {
  let wanted = false;
  let complete = true;
  let last_on = order.ordered_on;
  let weight = 0;
  let known = 0;
  for (const line of order.lines) {
    const wanted_qty_milli = wantedQtyMilli(line);
    if (wanted_qty_milli === 0) continue;
    wanted = true;
    let left = wanted_qty_milli;
    for (const part of partsOf(line.shipments, wanted_qty_milli)) {
      left -= part.qty_milli;
      last_on = Math.max(last_on, part.arrived_on);
      weight += 1;
      if (part.delivery_known) known += 1;
    }
    if (left > 0) complete = false;
  }
  if (!wanted) return;
  const until_on = complete ? last_on : Math.max(order.ordered_on, as_of_on);
  for (const kpi of ['order_cycle_median', 'order_cycle_p90']) {
    emit({
      kpi,
      source: 'order',
      id: order.id,
      month: monthOfDay(order.ordered_on),
      channel_id: order.channel_id,
      numerator: workdaysBetween(order.ordered_on, until_on) * 1000,
      denominator: complete ? 1 : 0,
      weight,
      known,
      unknown: false,
    });
  }
}
