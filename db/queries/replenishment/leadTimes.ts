/** How long each item took to each site from the supplier it is bought of: all positions in one pass over what came. */
import { leadTimeOfSums, LONGEST_DAYS, MEASURED_DAYS } from '#domain/planning/replenishment/leadTime.ts';
import type { QueryContext } from '../context.ts';
import { type CellNumbers, createCellNumbers } from '../stock/cellNumbers.ts';
import { cellOf, type StockGround } from '../stock/itemColumns.ts';

/** What a lead time is measured on: whole lines of orders of which the approval is known. Asks for the first day. */
const MEASURED_ON = `p.state <> 'cancelled' AND p.approved_on IS NOT NULL AND l.received_on >= p.approved_on
  AND l.received_on - p.approved_on <= ${LONGEST_DAYS} AND l.received_qty_milli >= l.ordered_qty_milli AND l.received_on >= ?`;

export interface MeasuredReceipt {
  readonly received_on: number;
  readonly days: number;
  readonly number: string;
  readonly purchase_order_id: number;
}

/** Of one item at a site from one supplier, the newest first. */
export function measuredReceipts(
  context: QueryContext,
  of: { readonly supplier_id: number; readonly item_id: number; readonly site_id: number; readonly as_of_on: number },
): MeasuredReceipt[] {
  return context
    .scan<readonly [received_on: number, days: number, number: string, purchase_order_id: number]>(
      `SELECT l.received_on, l.received_on - p.approved_on, p.number, p.id
       FROM main.po_line l JOIN main.purchase_order p ON p.id = l.purchase_order_id
       WHERE l.item_id = ? AND l.site_id = ? AND p.supplier_id = ? AND ${MEASURED_ON}
       ORDER BY l.received_on DESC, l.id DESC`,
      [of.item_id, of.site_id, of.supplier_id, of.as_of_on - MEASURED_DAYS],
    )
    .map(([received_on, days, number, purchase_order_id]) => ({ received_on, days, number, purchase_order_id }));
}

export interface LeadTimeColumns {
  /** By cell: slot of the columns below; -1 = too few came. */
  readonly measured: CellNumbers;
  readonly measured_days: Float64Array;
  readonly measured_deviation: Float64Array;
  readonly measured_lines: Float64Array;
}

type ReceivedRow = readonly [item_id: number, site_id: number, supplier_id: number, days: number];

/** `supplier`: by the item's place, who it is bought of. */
export function receivedLeadTimes(
  context: QueryContext,
  { company_id, as_of_on }: { readonly company_id: number; readonly as_of_on: number },
  ground: StockGround,
  supplier: Float64Array,
): LeadTimeColumns {
  const rows = context.scan<ReceivedRow>(
    `SELECT l.item_id, l.site_id, p.supplier_id, l.received_on - p.approved_on
     FROM main.purchase_order p JOIN main.po_line l ON l.purchase_order_id = p.id
     WHERE p.company_id = ? AND ${MEASURED_ON}`,
    [company_id, as_of_on - MEASURED_DAYS],
  );
  const measured = createCellNumbers();
  const lines = new Float64Array(rows.length);
  const sums = new Float64Array(rows.length);
  const squares = new Float64Array(rows.length);
  let slots = 0;
  for (const [item_id, site_id, supplier_id, days] of rows) {
    const item = ground.items.placeOf.get(item_id);
    if (item === undefined || supplier[item] !== supplier_id) continue;
    const cell = cellOf(ground, item_id, site_id);
    if (cell < 0) continue;
    let slot = measured.get(cell);
    if (slot < 0) {
      slot = slots++;
      measured.set(cell, slot);
    }
    lines[slot] = (lines[slot] as number) + 1;
    sums[slot] = (sums[slot] as number) + days;
    squares[slot] = (squares[slot] as number) + days * days;
  }
  const measured_days = new Float64Array(slots).fill(Number.NaN);
  const measured_deviation = new Float64Array(slots).fill(Number.NaN);
  for (let slot = 0; slot < slots; slot++) {
    const taken = leadTimeOfSums(lines[slot] as number, sums[slot] as number, squares[slot] as number);
    if (taken === null) continue;
    measured_days[slot] = taken.days;
    measured_deviation[slot] = taken.deviation_days;
  }
  return { measured, measured_days, measured_deviation, measured_lines: lines.slice(0, slots) };
}
