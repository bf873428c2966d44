/** Purchases that are late with nobody waiting yet, and suppliers who deliver worse than they did. Both in purchase prices. */
import { exceptionKey } from '#domain/exceptions/exception.ts';
import { lineAmountMinor, safeNumber } from '#domain/money.ts';
import { type SupplierOrder, supplierSlip } from '#domain/planning/supplierSlip.ts';
import { sitesOf } from '../reference/names.ts';
import { type Finding, type FoundException, type FoundLine, partsOf } from './found.ts';
import { itemsOf } from './itemWords.ts';

/** So late, and a supplier has forgotten it. */
const VERY_LATE_DAYS = 14;

type OpenRow = readonly [
  po_line_id: number,
  purchase_order_id: number,
  number: string,
  supplier_id: number,
  buyer: string | null,
  item_id: number,
  site_id: number,
  expected_on: number,
  open_qty_milli: number,
  unit_price_micro: number,
];

interface OpenPurchase {
  readonly po_line_id: number;
  readonly purchase_order_id: number;
  readonly number: string;
  readonly supplier_id: number;
  readonly buyer: string | null;
  readonly item_id: number;
  readonly site_id: number;
  readonly expected_on: number;
  readonly open_qty_milli: number;
  readonly open_minor: number;
}

/** Lines still to come of a company's open purchase orders, at their prices. */
function openPurchases({ context, company }: Finding): OpenPurchase[] {
  const rows = context.scan<OpenRow>(
    `SELECT l.id, p.id, p.number, p.supplier_id, p.buyer, l.item_id, l.site_id, l.expected_on,
       l.ordered_qty_milli - l.received_qty_milli, c.unit_price_micro
     FROM main.purchase_order p JOIN main.po_line l ON l.purchase_order_id = p.id JOIN main.po_line_price c ON c.id = l.id
     WHERE p.company_id = ? AND p.state = 'open' AND l.ordered_qty_milli > l.received_qty_milli
     ORDER BY l.expected_on, l.id`,
    [company.id],
  );
  return rows.map(
    ([po_line_id, purchase_order_id, number, supplier_id, buyer, item_id, site_id, expected_on, ...rest]) => {
      const [open_qty_milli, price] = rest;
      const open_minor = safeNumber(lineAmountMinor(BigInt(open_qty_milli), BigInt(price), company.currency));
      const of = { po_line_id, purchase_order_id, number, supplier_id, buyer, item_id, site_id };
      return { ...of, expected_on, open_qty_milli, open_minor };
    },
  );
}

/** Every overdue order; those that customers wait for are late receipts as well, and are taken away by `withoutDoubles`. */
export async function overduePurchases(finding: Finding): Promise<FoundException[]> {
  const { context, company, as_of_on } = finding;
  const overdue = openPurchases(finding).filter((line) => line.expected_on < as_of_on);
  if (overdue.length === 0) return [];
  const sites = await sitesOf(context.db, company.id);
  const suppliers = suppliersOf(finding);
  return [...Map.groupBy(overdue, (line) => line.purchase_order_id)].map(
    ([purchase_order_id, rows]): FoundException => {
      const [first] = rows;
      if (!first) throw new Error('a group has rows');
      const lines = purchaseLines(finding, rows, 'not_received');
      const days_late = as_of_on - first.expected_on;
      return {
        key: exceptionKey('overdue_purchase', purchase_order_id),
        facts: {
          kind: 'overdue_purchase',
          purchase_order_id,
          po_number: first.number,
          supplier_id: first.supplier_id,
          supplier: suppliers.get(first.supplier_id) ?? `Supplier ${first.supplier_id}`,
          site: sites.get(first.site_id)?.name ?? `Site ${first.site_id}`,
          days_late,
          po_lines: rows.length,
        },
        severity: days_late > VERY_LATE_DAYS ? 'warn' : 'info',
        company_id: company.id,
        site_id: first.site_id,
        channel_id: null,
        ...partsOf(lines),
        due_on: null,
        since_on: first.expected_on,
        owner: first.buyer,
        lines,
        po_line_ids: rows.map((row) => row.po_line_id),
      };
    },
  );
}

export async function slippingSuppliers(finding: Finding): Promise<FoundException[]> {
  const { company, as_of_on } = finding;
  const open = Map.groupBy(openPurchases(finding), (line) => line.supplier_id);
  const suppliers = suppliersOf(finding);
  const found: FoundException[] = [];
  for (const [supplier_id, orders] of supplierOrders(finding)) {
    const slip = supplierSlip(orders, as_of_on);
    const rows = open.get(supplier_id) ?? [];
    if (slip === null || rows.length === 0) continue;
    const lines = purchaseLines(finding, rows, 'on_order');
    found.push({
      key: exceptionKey('supplier_slipping', supplier_id),
      facts: {
        kind: 'supplier_slipping',
        supplier_id,
        supplier: suppliers.get(supplier_id) ?? `Supplier ${supplier_id}`,
        slip,
        open_lines: rows.length,
      },
      severity: 'warn',
      company_id: company.id,
      site_id: null,
      channel_id: null,
      ...partsOf(lines),
      due_on: null,
      since_on: null,
      owner: null,
      lines,
      po_line_ids: [],
    });
  }
  return found;
}

type OrderRow = readonly [
  supplier_id: number,
  due_on: number,
  in_time: number,
  complete_on: number | null,
  approved_on: number | null,
];

/** How each order of each supplier went, whole orders only. */
export function supplierOrders({
  context,
  company,
}: Pick<Finding, 'context' | 'company'>): Map<number, SupplierOrder[]> {
  const rows = context.scan<OrderRow>(
    `SELECT p.supplier_id, max(l.promised_on),
       min(CASE WHEN l.received_qty_milli >= l.ordered_qty_milli AND l.received_on <= l.promised_on THEN 1 ELSE 0 END),
       CASE WHEN min(l.received_qty_milli - l.ordered_qty_milli) >= 0 THEN max(l.received_on) END, p.approved_on
     FROM main.purchase_order p JOIN main.po_line l ON l.purchase_order_id = p.id
     WHERE p.company_id = ? AND p.state <> 'cancelled' AND l.ordered_qty_milli > 0
     GROUP BY p.id`,
    [company.id],
  );
  const bySupplier = new Map<number, SupplierOrder[]>();
  for (const [supplier_id, due_on, in_time, complete_on, approved_on] of rows) {
    const lead_days = complete_on === null || approved_on === null ? null : complete_on - approved_on;
    const orders = bySupplier.get(supplier_id) ?? [];
    orders.push({ due_on, in_time: in_time === 1, complete_on, lead_days });
    bySupplier.set(supplier_id, orders);
  }
  return bySupplier;
}

function purchaseLines({ context }: Finding, rows: readonly OpenPurchase[], part: FoundLine['part']): FoundLine[] {
  const items = itemsOf(
    context,
    rows.map((row) => row.item_id),
  );
  return rows
    .toSorted((a, b) => b.open_minor - a.open_minor || a.po_line_id - b.po_line_id)
    .map((row) => ({
      part,
      order_id: null,
      number: row.number,
      party_id: null,
      about: items.get(row.item_id)?.name ?? `Item ${row.item_id}`,
      channel_id: null,
      on: row.expected_on,
      qty_milli: row.open_qty_milli,
      uom: items.get(row.item_id)?.uom ?? null,
      amount_minor: row.open_minor,
    }));
}

function suppliersOf({ context, company }: Finding): ReadonlyMap<number, string> {
  return new Map(
    context.scan<readonly [number, string]>(
      "SELECT id, name FROM main.party WHERE company_id = ? AND kind = 'supplier'",
      [company.id],
    ),
  );
}
