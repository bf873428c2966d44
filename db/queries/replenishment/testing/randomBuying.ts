/** What the random stock is bought by: suppliers, what came of them, kinds of policies, terms, and ways between sites. */
import { COMPANY } from '../../testing/golden.ts';
import { randomBelow } from '../../testing/randomOrders.ts';
import type { TestReplica } from '../../testing/replicaFixture.ts';

/** What the second supplier sends in. */
const CONTAINER = { volume_litres: 8, weight_kg: 8, least_fill_bp: 9_000 };

/** Terms of suppliers, prices of the day and of before, and orders that came, some of them too few or cancelled. */
export function insertSuppliers(into: TestReplica, seed: number, as_of_on: number): void {
  const below = randomBelow(seed);
  const company_id = COMPANY;
  const items = Array.from({ length: 90 }, (_, index) => 500 + index).filter(() => below(100) < 60);
  into.insert(
    'supplier_item',
    items.flatMap((item_id, index) =>
      [41, 42].slice(0, 1 + below(2)).map((supplier_id) => ({
        id: index * 2 + supplier_id - 40,
        company_id,
        supplier_id,
        item_id,
        moq_qty_milli: below(3) * 1_000_000,
        multiple_qty_milli: 1 + below(700_000),
        lead_time_days: below(40),
        preferred: below(2),
      })),
    ),
  );
  into.insert(
    'supplier_item_price',
    items.flatMap((_, index) =>
      [0, 1].map((nth) => ({
        id: index * 2 + nth + 1,
        company_id,
        supplier_item_id: index * 2 + 1 + below(2),
        unit_price_micro: 1 + below(90_000_000),
        valid_from: as_of_on - 100 * (nth + 1),
        valid_to: below(3) === 0 ? as_of_on - 1 : null,
      })),
    ),
  );
  const orders = Array.from({ length: 500 }, (_, index) => ({
    id: 1_000 + index,
    company_id,
    site_id: 21 + below(4),
    supplier_id: 41 + below(2),
    number: `PO ${1_000 + index}`,
    state: below(8) === 0 ? 'cancelled' : 'received',
    ordered_on: as_of_on - 100 - below(900),
  }));
  into.insert(
    'purchase_order',
    orders.map((order) => ({ ...order, approved_on: below(10) === 0 ? null : order.ordered_on + 1 })),
  );
  into.insert(
    'po_line',
    orders.flatMap(({ id, site_id, ordered_on }) =>
      Array.from({ length: 12 }, (_, index) => ({
        id: id * 20 + index,
        company_id,
        site_id,
        purchase_order_id: id,
        item_id: 500 + below(90),
        ordered_qty_milli: 5_000,
        received_qty_milli: below(6) === 0 ? 4_000 : 5_000,
        promised_on: ordered_on + 14,
        expected_on: ordered_on + 14,
        received_on: ordered_on + below(30) - 1,
      })),
    ),
  );
}

/** Policies of every kind, some of them with what cannot be; goods that keep some days; suppliers that ask something of an order. */
export function insertBuying(into: TestReplica, seed: number): void {
  const below = randomBelow(seed);
  const company_id = COMPANY;
  const set = into.writer.prepare(
    `UPDATE main.policy SET kind = ?, lot_qty_milli = ?, measure = ?, target_bp = ?, review_days = ?, order_qty_milli = ?
     WHERE id = ?`,
  );
  const ids = into.writer.prepare<unknown[], number>('SELECT id FROM main.policy ORDER BY id').pluck().all();
  for (const id of ids) {
    const kind = below(3);
    if (kind === 1) set.run('lots', below(10) === 0 ? 0 : 1 + below(900_000), null, null, null, null, id);
    if (kind === 2) {
      const target_bp = below(12) === 0 ? 10_000 : 8_000 + below(1_999);
      const review_days = below(3) === 0 ? null : below(15);
      const order = below(2) === 0 ? null : below(3_000_000);
      set.run('service', null, below(2) === 0 ? 'fill' : 'cycle', target_bp, review_days, order, id);
    }
  }
  into.writer.exec('UPDATE main.policy SET max_qty_milli = min_qty_milli - 1 WHERE id % 37 = 0');
  into.insert(
    'item_keeping',
    Array.from({ length: 90 }, (_, index) => 500 + index)
      .filter(() => below(3) === 0)
      .map((id) => ({
        id,
        company_id,
        shelf_life_days: below(2) === 0 ? null : below(120),
        most_days: below(2) === 0 ? null : 10 + below(90),
      })),
  );
  into.insert('buying_calendar', [
    { id: 1, company_id, party_id: 41, orders_on: 'mon fri', owner: 'buyer' },
    // from Monday 9 November 2026 on
    { id: 2, company_id, party_id: 42, orders_on: 'fri', valid_from: 20_766, owner: 'buyer' },
    { id: 4, company_id, site_id: 22, receives_on: 'mon', valid_from: 20_770, owner: 'buyer' },
    { id: 3, company_id, site_id: 21, receives_on: 'tue', closed_on: '2026-11-10 2026-11-17', owner: 'buyer' },
  ]);
  into.insert('supplier_terms', [
    { id: 1, company_id, supplier_id: 41, review_days: 7 },
    { id: 2, company_id, supplier_id: 42, review_days: null },
  ]);
  into.insert('supplier_container', [{ id: 1, company_id, party_id: 42, ...CONTAINER, owner: 'buyer' }]);
  into.insert('supplier_terms_cost', [
    { id: 1, company_id, minimum_order_minor: 5_000_000_000, freight_minor: 6_000, free_freight_from_minor: null },
    { id: 2, company_id, minimum_order_minor: 0, freight_minor: 9_000_000, free_freight_from_minor: 70_000_000 },
  ]);
}

/** Every site to every other, at hardly any cost, and what went along some of them last week. */
export function insertLanes(into: TestReplica, as_of_on: number): void {
  const company_id = COMPANY;
  const sites = [21, 22, 23, 24];
  const ways = sites.flatMap((from_site_id) =>
    sites.filter((to) => to !== from_site_id).map((to_site_id) => ({ from_site_id, to_site_id })),
  );
  into.insert(
    'transfer_lane',
    ways.map((way, index) => ({ id: index + 1, company_id, ...way, days: 1 + (index % 3) })),
  );
  into.insert(
    'transfer_lane_cost',
    ways.map((_, index) => ({ id: index + 1, company_id, fixed_minor: 10 * index, unit_cost_micro: 50 * index })),
  );
  into.insert(
    'stock_move',
    Array.from({ length: 90 }, (_, index) =>
      [
        ['transfer_out', 21, -1_000],
        ['transfer_in', 22, 1_000],
      ].map(([kind, site_id, qty_milli], nth) => ({
        id: 2 * index + nth + 1,
        company_id,
        item_id: 500 + index,
        kind: String(kind),
        site_id: Number(site_id),
        qty_milli: Number(qty_milli),
        moved_on: as_of_on - 7,
        ref: `TR ${index}`,
      })),
    ).flat(),
  );
}
