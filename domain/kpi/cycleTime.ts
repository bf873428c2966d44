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

/** What an order's line adds to its cycle time. */
export interface CycleOfLine {
  /** The last part's arrival; null when none has left. */
  readonly arrived_on: number | null;
  readonly complete: boolean;
  /** Shipments that bring something of what is wanted, and of how many the delivery is known. */
  readonly parts: number;
  readonly known: number;
}

/** null: nothing of the line is wanted any more. */
export function cycleOfLine(line: DeliveryLine): CycleOfLine | null {
  const wanted_qty_milli = wantedQtyMilli(line);
  if (wanted_qty_milli === 0) return null;
  let left = wanted_qty_milli;
  let arrived_on: number | null = null;
  let known = 0;
  const parts = partsOf(line.shipments, wanted_qty_milli);
  for (const part of parts) {
    left -= part.qty_milli;
    arrived_on = Math.max(arrived_on ?? part.arrived_on, part.arrived_on);
    if (part.delivery_known) known += 1;
  }
  return { arrived_on, complete: left <= 0, parts: parts.length, known };
}

/** Working days of an order from entry to its last delivery, or so far; thousandths of a day. */
export function cycleDaysMilli(ordered_on: number, complete: boolean, last_on: number, as_of_on: number): number {
  return workdaysBetween(ordered_on, complete ? last_on : Math.max(ordered_on, as_of_on)) * 1000;
}

export function cycleRows(order: CycleOrder, as_of_on: number, emit: EmitRow): void {
  let wanted = false;
  let complete = true;
  let last_on = order.ordered_on;
  let weight = 0;
  let known = 0;
  for (const line of order.lines) {
    const found = cycleOfLine(line);
    if (found === null) continue;
    wanted = true;
    complete &&= found.complete;
    last_on = Math.max(last_on, found.arrived_on ?? last_on);
    weight += found.parts;
    known += found.known;
  }
  if (!wanted) return;
  for (const kpi of ['order_cycle_median', 'order_cycle_p90']) {
    emit({
      kpi,
      source: 'order',
      id: order.id,
      month: monthOfDay(order.ordered_on),
      channel_id: order.channel_id,
      numerator: cycleDaysMilli(order.ordered_on, complete, last_on, as_of_on),
      denominator: complete ? 1 : 0,
      weight,
      known,
      unknown: false,
    });
  }
}
