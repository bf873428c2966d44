/** What is owed past its committed date on a day, and what of all orders is still open. */
import { monthOfDay } from '../calendar.ts';
import {
  type DeliveredPart,
  deliveredParts,
  type DeliveryLine,
  netOfQty,
  owedQtyMilli,
  partsOf,
  wantedQtyMilli,
} from './delivery.ts';
import type { EmitRow } from './tally.ts';

/** From a day until another (not included; null = to this day) the same is owed of a line past its committed date. */
export interface OwedSpan {
  readonly from_on: number;
  readonly until_on: number | null;
  readonly qty_milli: number;
  readonly value_minor: number;
}

/** The whole story of a line's backorder: what `backorderRows` finds on any day. */
export function owedSpans(line: DeliveryLine): OwedSpan[] {
  const { committed_on } = line;
  let owed_qty_milli = wantedQtyMilli(line);
  if (committed_on === null || owed_qty_milli === 0) return [];
  const spans: OwedSpan[] = [];
  let from_on = committed_on + 1;
  const span = (until_on: number | null): void => {
    const value_minor = netOfQty(line, owed_qty_milli);
    spans.push({ from_on, until_on, qty_milli: owed_qty_milli, value_minor });
  };
  for (const { shipped_on, qty_milli } of partsOf(line.shipments, owed_qty_milli)) {
    if (shipped_on > from_on) {
      span(shipped_on);
      from_on = shipped_on;
    }
    owed_qty_milli -= qty_milli;
  }
  if (owed_qty_milli > 0) span(null);
  return spans;
}

export function backorderRows(line: DeliveryLine, on: number, emit: EmitRow): void {
  if (line.committed_on === null || line.committed_on >= on) return;
  const owed_qty_milli = owedQtyMilli(line, on);
  if (owed_qty_milli === 0) return;
  const row = lineRow(line, on);
  emit({ ...row, kpi: 'backorder_qty', numerator: owed_qty_milli });
  emit({ ...row, kpi: 'backorder_value', numerator: netOfQty(line, owed_qty_milli) });
  emit({ ...row, kpi: 'backorder_age', numerator: (on - line.committed_on) * 1000 });
}

/**
 * Open orders, forward ones included, and what was shipped and no posted invoice bills; both add to the exposure. `billed`: what of
 * a delivered part is billed on the day, minor units.
 */
export function exposureRows(
  line: DeliveryLine,
  on: number,
  billed: (part: DeliveredPart) => number,
  emit: EmitRow,
): void {
  if (line.ordered_on > on) return;
  const row = lineRow(line, on);
  const owed_minor = netOfQty(line, owedQtyMilli(line, on));
  if (owed_minor !== 0) {
    emit({ ...row, kpi: 'open_orders_value', numerator: owed_minor });
    emit({ ...row, kpi: 'credit_exposure', numerator: owed_minor });
  }
  for (const part of deliveredParts(line)) {
    if (part.shipped_on > on) continue;
    const unbilled_minor = part.net_minor - billed(part);
    if (unbilled_minor === 0) continue;
    const shipped = { ...row, source: 'shipment', id: part.id } as const;
    emit({ ...shipped, kpi: 'shipped_unbilled', numerator: unbilled_minor });
    emit({ ...shipped, kpi: 'credit_exposure', numerator: unbilled_minor });
  }
}

function lineRow(line: DeliveryLine, on: number) {
  return {
    source: 'order_line',
    id: line.id,
    month: monthOfDay(on),
    channel_id: line.channel_id,
    denominator: 1,
    weight: 0,
    known: 0,
    unknown: false,
  } as const;
}
