/** Purchase lines of a company as the supplier figures look at them: read once, in the order they lie. */
import { addMonths, firstDayOfMonth, monthOfDay, monthRange } from '#domain/calendar.ts';
import { type PurchaseLineFact, supplierRows } from '#domain/kpi/supplier.ts';
import type { QueryContext } from '../context.ts';

/** Twelve months: the running one and eleven before it. */
export const MONTHS_LOOKED_AT = 12;

export interface SupplierLineFacts {
  readonly po_line_id: number;
  readonly purchase_order_id: number;
  readonly supplier_id: number;
  readonly open: boolean;
  readonly promised_on: number;
  readonly expected_on: number;
  readonly open_qty_milli: number;
  /** Received within the months. */
  readonly came_qty_milli: number;
  /** Month it counts in for OTIF; null = not due within the months. */
  readonly due_month: number | null;
  readonly in_time: boolean;
  /** Days it took; null = not whole within the months, or its approval is not known. */
  readonly lead_days: number | null;
}

type Row = readonly [
  po_line_id: number,
  purchase_order_id: number,
  supplier_id: number,
  state: string,
  approved_on: number | null,
  promised_on: number,
  expected_on: number,
  ordered_qty_milli: number,
  received_qty_milli: number,
];

export interface SupplierScope {
  readonly company_id: number;
  readonly as_of_on: number;
}

export function monthsLookedAt(as_of_on: number): readonly number[] {
  const last = monthOfDay(as_of_on);
  return monthRange(addMonths(last, 1 - MONTHS_LOOKED_AT), last);
}

/** By the rules of the KPIs `supplier_otif` and `supplier_lead_time_mean`, line by line. */
export function supplierLines(context: QueryContext, scope: SupplierScope): SupplierLineFacts[] {
  const { company_id, as_of_on } = scope;
  const [first = monthOfDay(as_of_on)] = monthsLookedAt(as_of_on);
  const from_on = firstDayOfMonth(first);
  const rows = context.scan<Row>(
    `SELECT l.id, p.id, p.supplier_id, p.state, p.approved_on, l.promised_on, l.expected_on, l.ordered_qty_milli,
       l.received_qty_milli
     FROM main.purchase_order p JOIN main.po_line l ON l.purchase_order_id = p.id
     WHERE p.company_id = ? AND p.state <> 'cancelled'
       AND (p.state = 'open' OR l.promised_on >= ? OR l.received_on >= ? OR l.received_on IS NULL)
     ORDER BY l.id`,
    [company_id, from_on, from_on],
  );
  context.checkCancelled();
  const receipts = receiptsOf(context, company_id, new Set(rows.map(([id]) => id)));
  return rows.map((row) => {
    const [po_line_id, purchase_order_id, of_supplier, state, approved_on, promised_on, expected_on] = row;
    const { 7: ordered_qty_milli, 8: received_qty_milli } = row;
    const line: PurchaseLineFact = {
      id: po_line_id,
      cancelled: false,
      approved_on,
      ordered_qty_milli,
      promised_on,
      receipts: receipts.get(po_line_id) ?? NO_RECEIPTS,
    };
    let due_month: number | null = null;
    let in_time = false;
    let lead_days: number | null = null;
    supplierRows(line, as_of_on, ({ kpi, month, numerator }) => {
      if (month < first) return;
      if (kpi === 'supplier_otif') {
        due_month = month;
        in_time = numerator === 1;
      } else if (kpi === 'supplier_lead_time_mean') lead_days = numerator;
    });
    return {
      po_line_id,
      purchase_order_id,
      supplier_id: of_supplier,
      open: state === 'open' && ordered_qty_milli > received_qty_milli,
      promised_on,
      expected_on,
      open_qty_milli: Math.max(0, ordered_qty_milli - received_qty_milli),
      came_qty_milli: line.receipts.reduce(
        (sum, { received_on, qty_milli }) =>
          received_on >= from_on && received_on <= as_of_on ? sum + qty_milli : sum,
        0,
      ),
      due_month,
      in_time,
      lead_days,
    };
  });
}

const NO_RECEIPTS: PurchaseLineFact['receipts'] = [];

/** In one pass over the table: asked line by line it is most of the time. */
function receiptsOf(
  { scan }: QueryContext,
  company_id: number,
  wanted: ReadonlySet<number>,
): ReadonlyMap<number, PurchaseLineFact['receipts']> {
  const found = new Map<number, { received_on: number; qty_milli: number }[]>();
  const rows = scan<readonly [po_line_id: number, received_on: number, qty_milli: number]>(
    'SELECT po_line_id, received_on, qty_milli FROM main.receipt_line NOT INDEXED WHERE company_id = ?',
    [company_id],
  );
  for (const [po_line_id, received_on, qty_milli] of rows) {
    if (!wanted.has(po_line_id)) continue;
    const own = found.get(po_line_id);
    if (own === undefined) found.set(po_line_id, [{ received_on, qty_milli }]);
    else own.push({ received_on, qty_milli });
  }
  return found;
}
