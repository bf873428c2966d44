/** Supplier OTIF and lead time. Every line due counts, the unreceived too, against the supplier's first promise. */
import { monthOfDay } from '../calendar.ts';
import type { EmitRow } from './tally.ts';

export interface PurchaseLineFact {
  readonly id: number;
  readonly cancelled: boolean;
  /** Day the lead time starts; null = not known. */
  readonly approved_on: number | null;
  readonly ordered_qty_milli: number;
  /** The supplier's first promise. */
  readonly promised_on: number;
  readonly receipts: readonly { readonly received_on: number; readonly qty_milli: number }[];
}

export function supplierRows(line: PurchaseLineFact, as_of_on: number, emit: EmitRow): void {
  if (line.cancelled || line.ordered_qty_milli <= 0) return;
  const complete_on = completedOn(line);
  const row = {
    source: 'po_line',
    id: line.id,
    channel_id: null,
    denominator: 1,
    weight: 0,
    known: 0,
    unknown: false,
  } as const;
  if (line.promised_on < as_of_on) {
    const in_time = complete_on !== null && complete_on <= line.promised_on;
    emit({ ...row, kpi: 'supplier_otif', month: monthOfDay(line.promised_on), numerator: in_time ? 1 : 0 });
  }
  if (complete_on === null || line.approved_on === null) return;
  const days = complete_on - line.approved_on;
  for (const kpi of ['supplier_lead_time_mean', 'supplier_lead_time_deviation']) {
    emit({ ...row, kpi, month: monthOfDay(complete_on), numerator: days });
  }
}

/** The day the receipts so far first make the whole line; null = not yet. */
function completedOn(line: PurchaseLineFact): number | null {
  let received = 0;
  for (const receipt of line.receipts.toSorted((a, b) => a.received_on - b.received_on)) {
    received += receipt.qty_milli;
    if (received >= line.ordered_qty_milli) return receipt.received_on;
  }
  return null;
}
