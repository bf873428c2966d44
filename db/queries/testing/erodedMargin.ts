/** A channel whose margin fell in one month: twelve months alike, long before the golden lines, then a discount. */
import { addMonths, firstDayOfMonth } from '#domain/calendar.ts';
import { COMPANY, INSIDE } from './golden.ts';
import type { TestReplica } from './replicaFixture.ts';

export const ERODED_MONTH = 202501;
const LINES_A_MONTH = 8;

export function insertErodedMargin(replica: TestReplica): void {
  for (let ago = 0; ago <= 12; ago++) {
    const month = addMonths(ERODED_MONTH, -ago);
    const ordered_on = firstDayOfMonth(month) + 3;
    const order_id = 70_000 + ago;
    const key = { company_id: COMPANY, site_id: 21, channel_id: INSIDE, month };
    replica.insert('sales_order', [
      { id: order_id, ...key, source: 'test', number: `SO ${order_id}`, ordered_on, state: 'closed' },
    ]);
    const lines = Array.from({ length: LINES_A_MONTH }, (_, nth) => 70_000 + ago * LINES_A_MONTH + nth);
    const discount_minor = ago === 0 ? 20_000 : 0;
    const amounts = { unit_price_micro: 1_000_000_000, gross_minor: 100_000, discount_minor };
    replica.insert(
      'order_line',
      lines.map((id, nth) => ({
        id,
        ...key,
        ...amounts,
        order_id,
        ordinal: nth + 1,
        item_id: 41,
        kind: 'goods',
        ordered_on,
        ordered_qty_milli: 1_000,
        net_minor: amounts.gross_minor - discount_minor,
      })),
    );
    const costs = { cost_minor: 60_000, freight_minor: 0, rebate_minor: 0, fee_minor: 0 };
    replica.insert(
      'order_line_cost',
      lines.map((id) => ({ id, ...key, ...costs })),
    );
  }
}
