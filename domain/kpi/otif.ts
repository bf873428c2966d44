/**
 * On time and in full, to the requested and to the originally committed date apart. A line delivered in several
 * shipments is several, what has not come is one more; an order is perfect only if every part of every due line came by
 * its date. Delivery decides; where it is not known the day of shipment does, and the coverage says so.
 */
import { monthOfDay } from '../calendar.ts';
import { type DeliveryLine, partsOf } from './delivery.ts';
import { GOODS_KIND } from './margin.ts';
import type { EmitRow } from './tally.ts';

export const OTIF_DATES = [
  {
    date: 'requested_on',
    in_time: 'requested_in_time',
    parts: 'otif_requested',
    orders: 'perfect_orders_requested',
  },
  {
    date: 'committed_on',
    in_time: 'committed_in_time',
    parts: 'otif_committed',
    orders: 'perfect_orders_committed',
  },
] as const;

/** What of a line was due and how it came, whatever the day. */
export interface OtifOfLine {
  /** Shipments that bring something of what was due, and of how many the delivery is known. */
  readonly parts: number;
  readonly known: number;
  /** 1: something has not come. */
  readonly missing: number;
  /** Parts that came by the date; 0 without it. */
  readonly requested_in_time: number;
  readonly committed_in_time: number;
}

/** null: nothing of the line is ever due. */
export function otifOfLine(line: DeliveryLine): OtifOfLine | null {
  if (line.kind !== GOODS_KIND) return null;
  const due_qty_milli = line.ordered_qty_milli - (line.cancelled_by === 'customer' ? line.cancelled_qty_milli : 0);
  if (due_qty_milli <= 0) return null;
  const { requested_on, committed_on } = line;
  let come = 0;
  let known = 0;
  let requested_in_time = 0;
  let committed_in_time = 0;
  const parts = partsOf(line.shipments, due_qty_milli);
  for (const part of parts) {
    come += part.qty_milli;
    if (part.delivery_known) known += 1;
    if (requested_on !== null && part.arrived_on <= requested_on) requested_in_time += 1;
    if (committed_on !== null && part.arrived_on <= committed_on) committed_in_time += 1;
  }
  const missing = come < due_qty_milli ? 1 : 0;
  return { parts: parts.length, known, missing, requested_in_time, committed_in_time };
}

export function otifRows(line: DeliveryLine, as_of_on: number, emit: EmitRow): void {
  const found = otifOfLine(line);
  if (found === null) return;
  const count = found.parts + found.missing;
  for (const { date, in_time, parts: kpi, orders } of OTIF_DATES) {
    const due_on = line[date];
    if (due_on === null || due_on >= as_of_on) continue;
    const row = {
      source: 'order_line',
      month: monthOfDay(due_on),
      channel_id: line.channel_id,
      weight: found.parts,
      known: found.known,
      unknown: false,
    } as const;
    emit({ ...row, kpi, id: line.id, numerator: found[in_time], denominator: count });
    const perfect = found[in_time] === count ? 1 : 0;
    emit({ ...row, kpi: orders, source: 'order', id: line.order_id, numerator: perfect, denominator: 1 });
  }
}
