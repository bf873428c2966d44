/** Receipts with what bills them, and suppliers' bills for what has not come or is billed already. */
import { type Goods, type GoodsBill, matchBills, namesIn, OF_SUPPLIERS } from './billing.ts';
import type { PurchaseRows, ReceiptBill, ReceiptRow } from './documentRows.ts';

/** Goods of one order that came under one number, at the order's prices. */
export interface ReceivedGoods extends Omit<Goods, 'key'> {
  /** Of the first line. */
  readonly id: number;
  readonly order_number: string;
  readonly supplier_id: number;
  readonly supplier_name: string;
}

/** A bill that names an order or what it bills. */
export interface SupplierBill extends GoodsBill {
  readonly party_id: number;
  /** Its order's, or who it is of. */
  readonly supplier_id: number;
  readonly supplier_name: string;
  /** Null where it names none. */
  readonly order_number: string | null;
}

/** Two suppliers may use one number: each one's documents are matched alone. */
export function purchaseRows(goods: readonly ReceivedGoods[], bills: readonly SupplierBill[]): PurchaseRows {
  const rows = { receipts: [], loose: [], variances: [] } as {
    receipts: PurchaseRows['receipts'][number][];
    loose: PurchaseRows['loose'][number][];
    variances: PurchaseRows['variances'][number][];
  };
  const ofSupplier = Map.groupBy(bills, ({ supplier_id }) => supplier_id);
  const came = Map.groupBy(goods, ({ supplier_id }) => supplier_id);
  for (const supplier_id of new Set([...came.keys(), ...ofSupplier.keys()])) {
    const received = came.get(supplier_id) ?? [];
    const matched = matchBills(
      received.map((each) => ({ ...each, key: keyOf(each) })),
      ofSupplier.get(supplier_id) ?? [],
      OF_SUPPLIERS,
    );
    for (const each of received) rows.receipts.push(receiptRow(each, matched.parts.get(keyOf(each)) ?? []));
    for (const { bill, amount_minor, until } of matched.ahead) {
      rows.loose.push({ ...looseBill(bill), amount_minor, repeats: null, until });
    }
    for (const { bill, first } of matched.repeats) {
      const repeats = { kind: 'invoice', id: first.id, ref: first.number } as const;
      rows.loose.push({ ...looseBill(bill), repeats, until: null });
    }
    for (const { bill, amount_minor, early, on } of matched.variances) {
      const { order_number, supplier_name, id, number, posted_on, party_id } = looseBill(bill);
      const of = { id, number, order_number, supplier_name, posted_on, party_id };
      rows.variances.push({ ...of, amount_minor, goods_on: early ? on : null });
    }
  }
  const byId = (a: { readonly id: number }, b: { readonly id: number }): number => a.id - b.id;
  return {
    receipts: rows.receipts.toSorted(byId),
    loose: rows.loose.toSorted(byId),
    variances: rows.variances.toSorted(byId),
  };
}

function keyOf({ number, order }: Pick<Goods, 'number' | 'order'>): string {
  return JSON.stringify([number, order]);
}

function receiptRow(
  { id, number, day, amount_minor, order_number, supplier_id, supplier_name }: ReceivedGoods,
  parts: readonly { readonly bill: SupplierBill; readonly amount_minor: number; readonly named: boolean }[],
): ReceiptRow {
  const bills = parts.map(
    ({ bill, amount_minor: billed, named }): ReceiptBill => ({
      id: bill.id,
      // one that bills several is known by its own number
      ref: named && namesIn(bill.names ?? '').length === 1 ? number : bill.number,
      posted_on: bill.day,
      amount_minor: billed,
    }),
  );
  return { id, number, received_on: day, amount_minor, order_number, supplier_id, supplier_name, bills };
}

function looseBill({ id, number, party_id, day, amount_minor, supplier_name, order_number }: SupplierBill) {
  const of = { id, kind: 'supplier', number, party_id, posted_on: day, amount_minor } as const;
  return { ...of, order_number: order_number ?? number, supplier_name };
}

/** Received or billed from a day until another, or open at the end of `cut_off`: the others say nothing of these days. */
export function countsIn(row: ReceiptRow, from: number, until: number, cut_off: number): boolean {
  const inside = (day: number): boolean => day >= from && day <= until;
  if (inside(row.received_on) || row.bills.some(({ posted_on }) => inside(posted_on))) return true;
  if (row.received_on > cut_off) return row.bills.some(({ posted_on }) => posted_on <= cut_off);
  const billed = row.bills.reduce((sum, each) => (each.posted_on <= cut_off ? sum + each.amount_minor : sum), 0);
  return billed !== row.amount_minor;
}
