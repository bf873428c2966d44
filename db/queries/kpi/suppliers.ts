/** Supplier OTIF and lead time: every purchase order line with its receipts. */
import { sql } from 'kysely';
import { type PurchaseLineFact, supplierRows } from '#domain/kpi/supplier.ts';
import type { EmitRow } from '#domain/kpi/tally.ts';
import type { QueryContext } from '../context.ts';
import { type KpiScope, ofSlice } from './scope.ts';

interface Row extends Omit<PurchaseLineFact, 'cancelled' | 'receipts'> {
  readonly state: string;
  readonly received_on: number | null;
  readonly qty_milli: number | null;
}

export async function scanSuppliers(context: QueryContext, scope: KpiScope, emit: EmitRow): Promise<void> {
  const { rows } = await sql<Row>`
    SELECT l.id, o.state, o.approved_on, l.ordered_qty_milli, l.promised_on, r.received_on, r.qty_milli
    FROM po_line l JOIN purchase_order o ON o.id = l.purchase_order_id LEFT JOIN receipt_line r ON r.po_line_id = l.id
    WHERE ${ofSlice(scope)}`.execute(context.db);
  const lines = new Map<
    number,
    PurchaseLineFact & { readonly receipts: { received_on: number; qty_milli: number }[] }
  >();
  for (const { state, received_on, qty_milli, ...row } of rows) {
    const line = lines.get(row.id) ?? { ...row, cancelled: state === 'cancelled', receipts: [] };
    lines.set(row.id, line);
    if (received_on !== null && qty_milli !== null) line.receipts.push({ received_on, qty_milli });
  }
  for (const line of lines.values()) supplierRows(line, scope.as_of_on, emit);
}
