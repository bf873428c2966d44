/**
 * On time and in full, to the requested and to the originally committed date apart. A line delivered in several
 * shipments is several, what has not come is one more; an order is perfect only if every part of every due line came by
 * its date. Delivery decides; where it is not known the day of shipment does, and the coverage says so.
 */
import { monthOfDay } from '../calendar.ts';
import { type DeliveryLine, partsOf } from './delivery.ts';
import { GOODS_KIND } from './margin.ts';
import type { EmitRow } from './tally.ts';

const DATES = [
  { date: 'requested_on', parts: 'otif_requested', orders: 'perfect_orders_requested' },
  { date: 'committed_on', parts: 'otif_committed', orders: 'perfect_orders_committed' },
] as const;

export function otifRows(line: DeliveryLine, as_of_on: number, emit: EmitRow): void {
  if (line.kind !== GOODS_KIND) return;
  const due_qty_milli = line.ordered_qty_milli - (line.cancelled_by === 'customer' ? line.cancelled_qty_milli : 0);
  if (due_qty_milli <= 0) return;
  const parts = partsOf(line.shipments, due_qty_milli);
  const come = parts.reduce((sum, part) => sum + part.qty_milli, 0);
  const count = parts.length + (come < due_qty_milli ? 1 : 0);
  const known = parts.reduce((sum, part) => sum + (part.delivery_known ? 1 : 0), 0);
  for (const { date, parts: kpi, orders } of DATES) {
    const due_on = line[date];
    if (due_on === null || due_on >= as_of_on) continue;
    let in_time = 0;
    for (const part of parts) if (part.arrived_on <= due_on) in_time += 1;
    const row = {
      source: 'order_line',
      month: monthOfDay(due_on),
      channel_id: line.channel_id,
      weight: parts.length,
      known,
      unknown: false,
    } as const;
    emit({ ...row, kpi, id: line.id, numerator: in_time, denominator: count });
    const perfect = in_time === count ? 1 : 0;
    emit({ ...row, kpi: orders, source: 'order', id: line.order_id, numerator: perfect, denominator: 1 });
  }
}
