/** Random stock: two units, unknown costs, parts no longer sold, lines of unknown items, orders with nothing left. */
import { monthOfDay } from '#domain/calendar.ts';
import { COMPANY, insertReference } from './golden.ts';
import { randomBelow } from './randomOrders.ts';
import type { RowValues, TestReplica } from './replicaFixture.ts';

const SITES = [21, 22, 23, 24] as const;
const UNKNOWN_SITE = 99;

export function insertRandomStock(replica: TestReplica, seed: number, as_of_on: number): void {
  insertReference(replica);
  const below = randomBelow(seed);
  const pick = <T>(values: readonly T[]): T => {
    const value = values[below(values.length)];
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  };
  const sometimes = (percent: number): boolean => below(100) < percent;
  const company_id = COMPANY;
  replica.insert(
    'site',
    [23, 24].map((id) => ({ id, company_id, code: `S${id}`, name: `Site ${id}`, kind: 'counter' })),
  );
  replica.insert('party', [{ id: 42, company_id, code: 'S42', name: 'Bossard', kind: 'supplier' }]);
  const items = Array.from({ length: 90 }, (_, index) => 500 + index);
  replica.insert(
    'item',
    items.map((id) => ({
      id,
      company_id,
      code: `${pick(['A-', 'a', 'B', 'Ä', ''])}${below(300)}`,
      name: `Bolt M${below(20)}${sometimes(5) ? ' 100%_' : ''}`,
      category: sometimes(10) ? null : `Kind ${below(5)}`,
      uom: id < 560 ? 'pcs' : pick(['pcs', 'm']),
      supplier_id: sometimes(20) ? null : pick([41, 42, 77]),
      active: sometimes(85) ? 1 : 0,
    })),
  );
  replica.insert(
    'item_cost',
    items.filter(() => sometimes(80)).map((id) => ({ id, company_id, unit_cost_micro: 1 + below(900_000_000) })),
  );
  const positions = items.flatMap((item_id) => SITES.map((site_id) => ({ company_id, item_id, site_id })));
  const rows = (chance: number, make: (position: RowValues) => RowValues): RowValues[] =>
    positions
      .filter(() => sometimes(chance))
      .map((position, index) => ({ id: index + 1, ...position, ...make(position) }));
  replica.insert(
    'stock_balance',
    rows(70, () => ({
      on_hand_qty_milli: sometimes(15) ? 0 : below(40_000_000) - 2_000_000,
      reserved_qty_milli: sometimes(50) ? 0 : below(900_000),
    })),
  );
  replica.insert(
    'policy',
    rows(60, () => {
      const min_qty_milli = below(9_000_000);
      return { min_qty_milli, max_qty_milli: min_qty_milli + below(9_000_000), lead_time_days: below(40) };
    }),
  );
  replica.insert(
    'purchase_order',
    Array.from({ length: 60 }, (_, index) => ({
      id: index + 1,
      company_id,
      site_id: pick(SITES),
      supplier_id: 41,
      number: `PO ${index + 1}`,
      ordered_on: as_of_on - below(60),
      state: sometimes(80) ? 'open' : 'received',
    })),
  );
  replica.insert(
    'po_line',
    Array.from({ length: 150 }, (_, index) => {
      const ordered_qty_milli = below(9_000_000);
      return {
        id: index + 1,
        company_id,
        site_id: sometimes(3) ? UNKNOWN_SITE : pick(SITES),
        purchase_order_id: 1 + below(60),
        item_id: sometimes(3) ? 9999 : pick(items),
        ordered_qty_milli,
        received_qty_milli: sometimes(30) ? ordered_qty_milli : below(ordered_qty_milli + 1),
        promised_on: as_of_on + below(40) - 5,
        // one in forty was forgotten ten years ago
        expected_on: index % 40 === 7 ? as_of_on - 3_650 : as_of_on + below(60) - 10,
      };
    }),
  );
  const orders = Array.from({ length: 300 }, (_, index) => ({
    id: index + 1,
    ordered_on: as_of_on - below(200),
    state: pick(['open', 'open', 'done', 'cancelled']),
  }));
  const facts = { company_id, channel_id: 11 };
  replica.insert(
    'sales_order',
    orders.map((order) => ({ ...order, ...facts, month: monthOfDay(order.ordered_on), number: `SO ${order.id}` })),
  );
  const lines = Array.from({ length: 900 }, (_, index) => {
    const order = pick(orders);
    const ordered_qty_milli = 1 + below(900_000);
    return {
      id: index + 1,
      ...facts,
      site_id: sometimes(4) ? null : sometimes(3) ? UNKNOWN_SITE : pick(SITES),
      month: monthOfDay(order.ordered_on),
      order_id: order.id,
      ordinal: index,
      item_id: sometimes(4) ? null : sometimes(3) ? 9999 : pick(items),
      kind: pick(['goods', 'goods', 'goods', 'return', 'freight']),
      ordered_on: order.ordered_on,
      // one in forty was forgotten ten years ago, or is due in three years
      committed_on: agedDay(index, sometimes(10) ? null : order.ordered_on + below(260), as_of_on),
      ordered_qty_milli,
      cancelled_qty_milli: sometimes(20) ? below(ordered_qty_milli) : 0,
      net_minor: sometimes(5) ? -700 : 900,
      gross_minor: sometimes(5) ? -700 : 900,
    };
  });
  replica.insert(
    'order_line',
    lines.map((line) => ({ ...line, gross_minor: line.net_minor, discount_minor: 0 })),
  );
  replica.insert(
    'shipment_line',
    lines
      .filter((line) => line.kind === 'goods' && sometimes(40))
      .map((line, index) => ({
        id: index + 1,
        ...facts,
        month: line.month,
        order_line_id: line.id,
        number: `S${index}`,
        shipped_on: line.ordered_on + 1,
        qty_milli: sometimes(50) ? line.ordered_qty_milli : below(line.ordered_qty_milli),
      })),
  );
  // transfers at every stage, some of which nobody went on with in time
  const STAGES = [
    ['requested'],
    ['requested', 'approved'],
    ['requested', 'approved', 'dispatched'],
    ['requested', 'approved', 'cancelled'],
    ['requested', 'approved', 'dispatched', 'received'],
  ];
  const ways = Array.from({ length: 60 }, (_, index) => {
    const from_site_id = pick(SITES);
    const to_site_id = pick(SITES.filter((site_id) => site_id !== from_site_id));
    return {
      index,
      from_site_id,
      to_site_id,
      said_on: as_of_on - below(25),
      steps: pick(STAGES),
      item_id: pick(items),
    };
  });
  replica.insert(
    'transfer_event',
    ways.flatMap(({ index, steps, said_on, ...way }) => {
      const qty_milli = 1 + below(2_000_000);
      const due_on = said_on + below(20);
      return steps.flatMap((step, at) =>
        [way.from_site_id, way.to_site_id].map((site_id) => ({
          ...way,
          id: `${index}-${at}-${site_id}`,
          company_id,
          site_id,
          transfer_id: `${index}`,
          step,
          number: `TR ${index}`,
          qty_milli,
          due_on,
          author: 'ingrid',
          written_at: said_on * 86_400_000,
          accepted_at: said_on * 86_400_000 + at,
        })),
      );
    }),
  );
}

function agedDay(index: number, on: number | null, as_of_on: number): number | null {
  if (index % 80 === 9) return as_of_on - 3_650;
  return index % 80 === 49 ? as_of_on + 1_100 : on;
}
