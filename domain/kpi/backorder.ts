/** What is owed past its committed date on a day, and what of all orders is still open. */
import { monthOfDay } from '../calendar.ts';
import { type DeliveryLine, netOfQty, owedQtyMilli, partsOf, wantedQtyMilli } from './delivery.ts';
import type { EmitRow } from './tally.ts';

export function backorderRows(line: DeliveryLine, on: number, emit: EmitRow): void {
  if (line.committed_on === null || line.committed_on >= on) return;
  const owed_qty_milli = owedQtyMilli(line, on);
  if (owed_qty_milli === 0) return;
  const row = lineRow(line, on);
  emit({ ...row, kpi: 'backorder_qty', numerator: owed_qty_milli });
  emit({ ...row, kpi: 'backorder_value', numerator: netOfQty(line, owed_qty_milli) });
  emit({ ...row, kpi: 'backorder_age', numerator: (on - line.committed_on) * 1000 });
}

/** Open orders, forward ones included, and what was shipped without a posted invoice; both add to the exposure. */
export function exposureRows(
  line: DeliveryLine,
  on: number,
  billed: (shipment_number: string) => boolean,
  emit: EmitRow,
): void {
  if (line.ordered_on > on) return;
  const row = lineRow(line, on);
  const owed_minor = netOfQty(line, owedQtyMilli(line, on));
  if (owed_minor !== 0) {
    emit({ ...row, kpi: 'open_orders_value', numerator: owed_minor });
    emit({ ...row, kpi: 'credit_exposure', numerator: owed_minor });
  }
  for (const part of partsOf(line.shipments, wantedQtyMilli(line))) {
    if (part.shipped_on > on || billed(part.number)) continue;
    const shipped = { ...row, source: 'shipment', id: `${line.id}:${part.number}:${part.shipped_on}` } as const;
    const unbilled_minor = netOfQty(line, part.qty_milli);
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
