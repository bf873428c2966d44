/** On any day and from any seed customers wait for a late receipt, and a line is short of all that is known to come. */
import { expect, test } from 'vitest';
import { lineState, servePosition } from '#domain/allocation/servePosition.ts';
import { lateLines } from '#domain/exceptions/coverage.ts';
import { openQtyMilli } from '#domain/orders/openQuantity.ts';
import { collect, groupBy, optionsFor, SMALL } from '../testing.ts';

const DAYS = ['2026-01-01', '2026-05-18', '2026-08-02', '2026-11-27', '2026-12-31'];
const SEEDS = Array.from({ length: 20 }, (_, at) => at + 1);

/** Of the first company: positions that wait for an overdue purchase, and lines that nothing known will make whole. */
function troubles(seed: number, today: string): { readonly late_receipts: number; readonly short_lines: number } {
  const options = optionsFor(SMALL, seed, today);
  const rows = collect(options);
  const company_id = rows.company[0]?.id;
  const as_of_on = options.today;
  const open_sales = new Set(rows.sales_order.flatMap(({ id, state }) => (state === 'open' ? [id] : [])));
  const open_purchases = new Set(rows.purchase_order.flatMap(({ id, state }) => (state === 'open' ? [id] : [])));
  const shipped = groupBy(rows.shipment_line, (each) => each.order_line_id);
  const placeOf = ({ item_id, site_id }: { readonly item_id: number | null; readonly site_id: number | null }) =>
    `${item_id}:${site_id}`;
  const waiting = groupBy(
    rows.order_line.flatMap((line) => {
      const left = (shipped.get(line.id) ?? []).reduce((sum, each) => sum + each.qty_milli, 0);
      const open_qty_milli = openQtyMilli(line.ordered_qty_milli, line.cancelled_qty_milli, left);
      const counts = line.company_id === company_id && line.kind === 'goods' && open_sales.has(line.order_id);
      return counts && open_qty_milli > 0 ? [{ ...line, open_qty_milli }] : [];
    }),
    placeOf,
  );
  const coming = groupBy(
    rows.po_line.filter(
      (line) => open_purchases.has(line.purchase_order_id) && line.ordered_qty_milli > line.received_qty_milli,
    ),
    placeOf,
  );
  let [late_receipts, short_lines] = [0, 0];
  for (const balance of rows.stock_balance) {
    const lines = waiting.get(placeOf(balance));
    if (lines === undefined) continue;
    const receipts = (coming.get(placeOf(balance)) ?? []).map((line) => ({
      on: line.expected_on,
      qty_milli: line.ordered_qty_milli - line.received_qty_milli,
    }));
    const supply = { as_of_on, on_hand_qty_milli: balance.on_hand_qty_milli, receipts };
    const late = lateLines({
      ...supply,
      lines: lines.map((line) => ({ ...line, order_line_id: line.id, open_value_minor: 0 })),
    });
    if (late.length > 0 && receipts.some(({ on }) => on < as_of_on)) late_receipts += 1;
    const asked = lines.map((line) => ({
      order_line_id: line.id,
      due_on: line.committed_on ?? as_of_on,
      open_qty_milli: line.open_qty_milli,
      priority: 1,
      protected_bp: 0,
      standing: 'rule' as const,
    }));
    const served = servePosition({ ...supply, unseen_qty_milli: 0 }, asked);
    for (const [at, line] of asked.entries()) {
      const of_line = served.lines[at];
      if (of_line !== undefined && lineState(line, of_line) === 'short') short_lines += 1;
    }
  }
  return { late_receipts, short_lines };
}

test('every seed on every kind of day has both', () => {
  // each seed on two of the days
  const without = SEEDS.flatMap((seed) =>
    DAYS.filter((_, at) => at === seed % 5 || at === (seed + 2) % 5).flatMap((today) => {
      const { late_receipts, short_lines } = troubles(seed, today);
      return late_receipts > 0 && short_lines > 0 ? [] : [`seed ${seed} on ${today}: ${late_receipts} ${short_lines}`];
    }),
  );
  expect(without).toEqual([]);
}, 120_000);
