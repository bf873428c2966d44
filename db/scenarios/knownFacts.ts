/** What the copy has of all that a scenario's assumptions name, and their dates as day numbers. */
import { dayNumber } from '#domain/calendar.ts';
import { openQtyMilli } from '#domain/orders/openQuantity.ts';
import {
  type Assumption,
  type KnownFacts,
  type KnownLine,
  type KnownPolicy,
  type KnownReceipt,
  positionOf,
} from '#domain/scenario/assumption.ts';
import type { AssumptionView } from '#contract/queries/scenarios.ts';
import type { Scan } from '#db/connection.ts';

export function assumptionsOf(views: readonly AssumptionView[]): Assumption[] {
  const day = (text: string): number => dayNumber(text) ?? Number.NaN;
  return views.map((each): Assumption => {
    switch (each.kind) {
      case 'receipt':
        return { ...each, on: each.on === null ? null : day(each.on) };
      case 'new_receipt':
      case 'new_order_line':
        return { ...each, on: day(each.on) };
      default:
        return each;
    }
  });
}

interface Named {
  readonly items: Set<number>;
  readonly suppliers: Set<number>;
  readonly po_lines: Set<number>;
  readonly orders: Set<number>;
  /** Of orders. */
  readonly lines: Set<number>;
  readonly policies: Set<number>;
}

export function knownFacts(
  scan: Scan,
  company_id: number,
  today_on: number,
  assumptions: readonly AssumptionView[],
): KnownFacts {
  const named = namedIn(assumptions);
  const receipts = receiptsOf(scan, company_id, named.po_lines);
  for (const each of receipts.values()) named.items.add(each.item_id);
  const orders = ordersOf(scan, company_id, named.orders);
  for (const { lines } of orders.values()) {
    for (const line of lines) if (named.lines.has(line.order_line_id)) named.items.add(line.item_id);
  }
  return {
    today_on,
    receipts,
    orders,
    items: new Map(
      scan<readonly [number, string, string, string]>(
        `SELECT id, code, name, uom FROM main.item
         WHERE company_id = ? AND id IN (SELECT value FROM json_each(?))`,
        [company_id, listed(named.items)],
      ).map(([id, code, name, uom]) => [id, { code, name, uom }]),
    ),
    sites: new Map(
      scan<readonly [number, string]>('SELECT id, name FROM main.site WHERE company_id = ?', [company_id]),
    ),
    channels: new Map(
      scan<readonly [number, string]>('SELECT id, name FROM main.channel WHERE company_id = ?', [company_id]),
    ),
    suppliers: new Map(
      scan<readonly [number, string]>(
        `SELECT id, name FROM main.party
         WHERE company_id = ? AND kind = 'supplier' AND id IN (SELECT value FROM json_each(?))`,
        [company_id, listed(named.suppliers)],
      ),
    ),
    categories: categoriesOf(scan, company_id, assumptions),
    policies: policiesOf(scan, company_id, named.policies),
  };
}

const listed = (ids: Iterable<number>): string => JSON.stringify([...ids]);

function namedIn(assumptions: readonly AssumptionView[]): Named {
  const named: Named = {
    items: new Set(),
    suppliers: new Set(),
    po_lines: new Set(),
    orders: new Set(),
    lines: new Set(),
    policies: new Set(),
  };
  for (const each of assumptions) {
    if ('item_id' in each && each.item_id !== null) named.items.add(each.item_id);
    if (each.kind === 'receipt') named.po_lines.add(each.po_line_id);
    if (each.kind === 'serving') {
      named.orders.add(each.order_id);
      if (each.order_line_id !== null) named.lines.add(each.order_line_id);
    }
    if (each.kind === 'lead_time') named.suppliers.add(each.supplier_id);
    if (each.kind === 'policy') named.policies.add(each.item_id);
  }
  return named;
}

function receiptsOf(scan: Scan, company_id: number, po_lines: Iterable<number>): Map<number, KnownReceipt> {
  const rows = scan<readonly [number, string, number, number, number, number]>(
    `SELECT l.id, p.number, l.item_id, l.site_id, l.expected_on, l.ordered_qty_milli - l.received_qty_milli
     FROM main.po_line l JOIN main.purchase_order p ON p.id = l.purchase_order_id
     WHERE p.company_id = ? AND p.state = 'open' AND l.ordered_qty_milli > l.received_qty_milli
       AND l.id IN (SELECT value FROM json_each(?))`,
    [company_id, listed(po_lines)],
  );
  return new Map(
    rows.map(([po_line_id, number, item_id, site_id, on, open_qty_milli]) => [
      po_line_id,
      { po_line_id, number, item_id, site_id, on, open_qty_milli },
    ]),
  );
}

function ordersOf(scan: Scan, company_id: number, orders: Iterable<number>): KnownFacts['orders'] {
  const rows = scan<readonly [number, string, number, number, number, number, number, number]>(
    `SELECT o.id, o.number, l.id, l.item_id, l.site_id, l.ordered_qty_milli, l.cancelled_qty_milli,
       (SELECT coalesce(sum(s.qty_milli), 0) FROM main.shipment_line s WHERE s.order_line_id = l.id)
     FROM main.sales_order o JOIN main.order_line l ON l.order_id = o.id
     WHERE o.company_id = ? AND o.state = 'open' AND l.kind = 'goods' AND l.item_id IS NOT NULL AND l.site_id IS NOT NULL
       AND o.id IN (SELECT value FROM json_each(?))`,
    [company_id, listed(orders)],
  );
  const found = new Map<number, { readonly number: string; readonly lines: KnownLine[] }>();
  for (const [order_id, number, order_line_id, item_id, site_id, ordered, cancelled, shipped] of rows) {
    const order = found.get(order_id) ?? { number, lines: [] };
    found.set(order_id, order);
    if (openQtyMilli(ordered, cancelled, shipped) > 0) order.lines.push({ order_line_id, order_id, item_id, site_id });
  }
  return found;
}

function categoriesOf(scan: Scan, company_id: number, assumptions: readonly AssumptionView[]): Set<string> {
  const named = assumptions.flatMap((each) => (each.kind === 'demand' ? (each.category ?? []) : []));
  if (named.length === 0) return new Set();
  const rows = scan<readonly [string]>(
    'SELECT DISTINCT category FROM main.item WHERE company_id = ? AND category IN (SELECT value FROM json_each(?))',
    [company_id, JSON.stringify(named)],
  );
  return new Set(rows.map(([category]) => category));
}

function policiesOf(scan: Scan, company_id: number, items: Iterable<number>): Map<string, KnownPolicy> {
  const rows = scan<readonly [number, number, string, number, number, number | null]>(
    `SELECT item_id, site_id, kind, min_qty_milli, max_qty_milli, target_bp FROM main.policy
     WHERE company_id = ? AND item_id IN (SELECT value FROM json_each(?))`,
    [company_id, listed(items)],
  );
  return new Map(
    rows.map(([item_id, site_id, policy_kind, min_qty_milli, max_qty_milli, target_bp]) => [
      positionOf(item_id, site_id),
      { policy_kind, min_qty_milli, max_qty_milli, target_bp },
    ]),
  );
}
