/** What lies at positions and is reserved there, of those wanted. */
import type { QueryContext } from '../context.ts';
import { positionKey } from './stockModel.ts';

export interface Balance {
  readonly on_hand_qty_milli: number;
  readonly reserved_qty_milli: number;
}

/** By `positionKey`. */
export function balancesAt(
  { scan }: QueryContext,
  company_id: number,
  wanted: (item_id: number, key: string) => boolean,
): ReadonlyMap<string, Balance> {
  // in the order they lie: by the index of companies each balance would be looked up by itself
  const rows = scan<readonly [item_id: number, site_id: number, on_hand: number, reserved: number]>(
    `SELECT item_id, site_id, on_hand_qty_milli, reserved_qty_milli FROM main.stock_balance NOT INDEXED
     WHERE company_id = ?`,
    [company_id],
  );
  const balances = new Map<string, Balance>();
  for (const [item_id, site_id, on_hand_qty_milli, reserved_qty_milli] of rows) {
    const key = positionKey(item_id, site_id);
    if (wanted(item_id, key)) balances.set(key, { on_hand_qty_milli, reserved_qty_milli });
  }
  return balances;
}
