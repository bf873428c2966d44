/** When nothing lay at the positions of a company, or of one item: every movement there is, told backwards from today's balance. */
import { type Stockout, stockouts } from '#domain/demand/stockouts.ts';
import type { QueryContext } from '../context.ts';
import { type CellNumbers, createCellNumbers } from '../stock/cellNumbers.ts';
import { cellOf, type StockGround } from '../stock/itemColumns.ts';

interface Scope {
  readonly company_id: number;
  readonly as_of_on: number;
}

export type StockoutsOf = (cell: number) => readonly Stockout[];

const NONE: readonly Stockout[] = [];

type Moved = readonly [item_id: number, site_id: number | null, moved_on: number, qty_milli: number];

/**
 * One statement a kind of movement; shipments are most of them and read a month of orders at a time. Hardly two of them are of
 * one day and position, so grouping them would sort every movement once more.
 */
const RECEIPTS = `SELECT l.item_id, r.site_id, r.received_on, r.qty_milli
  FROM main.receipt_line r JOIN main.po_line l ON l.id = r.po_line_id WHERE r.company_id = ?`;
const MOVES = `SELECT item_id, site_id, moved_on, qty_milli FROM main.stock_move WHERE company_id = ?`;
const SHIPMENTS = `SELECT l.item_id, s.site_id, s.shipped_on, -s.qty_milli
  FROM main.shipment_line s JOIN main.order_line l ON l.id = s.order_line_id WHERE s.company_id = ? AND s.month = ?`;

export function stockoutColumns(context: QueryContext, scope: Scope, ground: StockGround): StockoutsOf {
  const { company_id, as_of_on } = scope;
  const collected = movements(ground);
  for (const row of context.scan<Moved>(RECEIPTS, [company_id])) collected.add(row);
  context.checkCancelled();
  for (const row of context.scan<Moved>(MOVES, [company_id])) collected.add(row);
  const months = context.scan<readonly [number]>(
    'SELECT DISTINCT month FROM main.shipment_line WHERE company_id = ? ORDER BY month',
    [company_id],
  );
  for (const [month] of months) {
    context.checkCancelled();
    for (const row of context.scan<Moved>(SHIPMENTS, [company_id, month])) collected.add(row);
  }
  const { slots, starts, on, qty_milli, count } = collected.finish();
  const balance = new Float64Array(count);
  const balances = context.scan<readonly [item_id: number, site_id: number, qty_milli: number]>(
    'SELECT item_id, site_id, on_hand_qty_milli FROM main.stock_balance WHERE company_id = ?',
    [company_id],
  );
  for (const [item_id, site_id, on_hand] of balances) {
    const cell = cellOf(ground, item_id, site_id);
    const slot = cell < 0 ? -1 : slots.get(cell);
    if (slot >= 0) balance[slot] = on_hand;
  }
  // most positions were never out: only those that were are kept
  const found = new Map<number, readonly Stockout[]>();
  for (let slot = 0; slot < count; slot++) {
    if (slot % 4096 === 0) context.checkCancelled();
    const [from, to] = [starts[slot] as number, starts[slot + 1] as number];
    const outs = stockouts(balance[slot] as number, as_of_on, on.subarray(from, to), qty_milli.subarray(from, to));
    if (outs.length > 0) found.set(slot, outs);
  }
  return (cell) => found.get(slots.get(cell)) ?? NONE;
}

interface Movements {
  readonly slots: CellNumbers;
  readonly count: number;
  /** Movements of slot s lie from starts[s] to starts[s + 1], by day. */
  readonly starts: Int32Array;
  readonly on: Int32Array;
  readonly qty_milli: Float64Array;
}

const FIRST_ROWS = 65_536;

function movements(ground: StockGround) {
  const slots = createCellNumbers();
  let cells = new Int32Array(FIRST_ROWS);
  let days = new Int32Array(FIRST_ROWS);
  let quantities = new Float64Array(FIRST_ROWS);
  let rows = 0;
  const grow = () => {
    const [oldCells, oldDays, oldQuantities] = [cells, days, quantities];
    cells = new Int32Array(rows * 2);
    days = new Int32Array(rows * 2);
    quantities = new Float64Array(rows * 2);
    cells.set(oldCells);
    days.set(oldDays);
    quantities.set(oldQuantities);
  };
  return {
    add: ([item_id, site_id, moved_on, moved]: Moved): void => {
      const cell = site_id === null ? -1 : cellOf(ground, item_id, site_id);
      if (cell < 0) return;
      if (rows === cells.length) grow();
      cells[rows] = cell;
      days[rows] = moved_on;
      quantities[rows] = moved;
      rows += 1;
      slots.set(cell, 0);
    },
    finish: (): Movements => {
      const count = slots.renumber();
      const order = new Float64Array(rows);
      // slot, day and row in one number, so that one sort of numbers puts them in order
      const first_on = days.subarray(0, rows).reduce((least, day) => Math.min(least, day), 2 ** 31);
      const span = days.subarray(0, rows).reduce((most, day) => Math.max(most, day), 0) - first_on + 1;
      for (let row = 0; row < rows; row++)
        order[row] = (slots.get(cells[row] as number) * span + ((days[row] as number) - first_on)) * rows + row;
      order.sort();
      const starts = new Int32Array(count + 1);
      const on = new Int32Array(rows);
      const qty_milli = new Float64Array(rows);
      for (let at = 0; at < rows; at++) {
        const row = (order[at] as number) % rows;
        on[at] = days[row] as number;
        qty_milli[at] = quantities[row] as number;
        const slot = slots.get(cells[row] as number);
        starts[slot + 1] = at + 1;
      }
      for (let slot = 0; slot < count; slot++)
        starts[slot + 1] = Math.max(starts[slot + 1] as number, starts[slot] as number);
      return { slots, count, starts, on, qty_milli };
    },
  };
}
