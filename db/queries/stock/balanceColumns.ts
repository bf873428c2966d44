/** Balances and policies as columns, one row an item at a site; those of items or sites outside the scope are left out. */
import type { QueryContext } from '../context.ts';
import { cellOf, type StockGround } from './itemColumns.ts';

export interface BalanceColumns {
  readonly cells: Int32Array;
  readonly on_hand: Float64Array;
  readonly reserved: Float64Array;
}

export interface PolicyColumns {
  readonly cells: Int32Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly lead_time_days: Float64Array;
}

type Row = readonly [item_id: number, site_id: number, ...values: number[]];

// NOT INDEXED: nearly every row is wanted, and reading them in the order they lie is several times as fast

export function balanceColumns(context: QueryContext, company_id: number, ground: StockGround): BalanceColumns {
  const rows = context.scan<Row>(
    `SELECT item_id, site_id, on_hand_qty_milli, reserved_qty_milli FROM main.stock_balance NOT INDEXED
     WHERE company_id = ?`,
    [company_id],
  );
  const [cells, [on_hand, reserved]] = columnsOf(rows, ground, 2);
  return { cells, on_hand, reserved };
}

export function policyColumns(context: QueryContext, company_id: number, ground: StockGround): PolicyColumns {
  const rows = context.scan<Row>(
    `SELECT item_id, site_id, min_qty_milli, max_qty_milli, lead_time_days FROM main.policy NOT INDEXED
     WHERE company_id = ?`,
    [company_id],
  );
  const [cells, [min, max, lead_time_days]] = columnsOf(rows, ground, 3);
  return { cells, min, max, lead_time_days };
}

type Three = readonly [Float64Array, Float64Array, Float64Array];

function columnsOf(rows: readonly Row[], ground: StockGround, width: 2 | 3): readonly [Int32Array, Three] {
  const cells = new Int32Array(rows.length);
  const [first, second, third] = [0, 1, 2].map((column) => new Float64Array(column < width ? rows.length : 0));
  if (!first || !second || !third) throw new Error('a row has three values at most');
  let count = 0;
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as Row;
    const cell = cellOf(ground, row[0], row[1]);
    if (cell < 0) continue;
    cells[count] = cell;
    first[count] = row[2] as number;
    second[count] = row[3] as number;
    if (width === 3) third[count] = row[4] as number;
    count += 1;
  }
  return [
    cells.subarray(0, count),
    [first.subarray(0, count), second.subarray(0, count), third.subarray(0, width === 3 ? count : 0)],
  ];
}
