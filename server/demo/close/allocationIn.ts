/** For tests: what of a landed cost belongs where, from generated rows in memory, by plain loops. */
import { isoDate } from '#domain/calendar.ts';
import { type Allocation, allocationOf } from '#domain/close/journal/allocation.ts';
import { lineAmountMinor, safeNumber } from '#domain/money.ts';
import type { DemoRow } from '../rows.ts';
import { byId, type CollectedRows } from '../testing.ts';

export function allocationIn(
  rows: CollectedRows,
  cost: DemoRow<'landed_cost'>,
  cut_off: number,
  currency: string,
): Allocation {
  const po_lines = byId(rows.po_line);
  const order_lines = byId(rows.order_line);
  const items = byId(rows.item);
  const prices = byId(rows.po_line_price);
  const onHand = (item_id: number): number => {
    let qty = 0;
    for (const row of rows.stock_balance) if (row.item_id === item_id) qty += row.on_hand_qty_milli;
    for (const row of rows.stock_move) if (row.item_id === item_id && row.moved_on > cut_off) qty -= row.qty_milli;
    for (const row of rows.receipt_line) {
      if (po_lines.get(row.po_line_id)?.item_id === item_id && row.received_on > cut_off) qty -= row.qty_milli;
    }
    for (const row of rows.shipment_line) {
      if (order_lines.get(row.order_line_id)?.item_id === item_id && row.shipped_on > cut_off) qty += row.qty_milli;
    }
    return qty;
  };
  const ordered = rows.po_line.filter((line) => line.purchase_order_id === cost.purchase_order_id);
  return allocationOf({
    amount_minor: cost.amount_minor,
    split_by: cost.split_by,
    valuation: 'perpetual',
    lines: ordered
      .toSorted((a, b) => a.id - b.id)
      .map(({ id, item_id, ordered_qty_milli }) => {
        const item = items.get(item_id);
        const price = prices.get(id)?.unit_price_micro;
        return {
          id,
          code: item?.code ?? '',
          uom: item?.uom ?? '',
          weight_g: item?.weight_g ?? null,
          volume_ml: item?.volume_ml ?? null,
          ordered_qty_milli,
          amount_minor:
            price === undefined
              ? null
              : safeNumber(lineAmountMinor(BigInt(ordered_qty_milli), BigInt(price), currency)),
          on_hand_qty_milli: onHand(item_id),
          layers: rows.receipt_line
            .filter((row) => po_lines.get(row.po_line_id)?.item_id === item_id && row.received_on <= cut_off)
            .toSorted((a, b) => b.received_on - a.received_on || b.id - a.id)
            .map((row) => ({
              ref: row.number,
              received_on: isoDate(row.received_on),
              po_line_id: row.po_line_id,
              qty_milli: row.qty_milli,
            })),
        };
      }),
  });
}
