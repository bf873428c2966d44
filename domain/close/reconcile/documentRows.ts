/** Documents as the books take them in: a row each, or what many come to together. Days are numbers, amounts minor units of the company's currency. */
import type { BilledOn } from './billedDeliveries.ts';
import type { DocumentRef } from './facts.ts';

export interface InvoiceRow {
  readonly id: number;
  readonly kind: 'customer' | 'supplier';
  readonly number: string;
  readonly party_id: number;
  readonly posted_on: number;
  readonly amount_minor: number;
}

export interface PaymentRow {
  readonly id: number;
  readonly kind: 'customer' | 'supplier';
  readonly number: string;
  readonly party_id: number;
  readonly paid_on: number;
  /** null = it settles no document. */
  readonly settled_on: number | null;
  readonly amount_minor: number;
  /** What it came to beyond what it takes off its document: a customer's > 0 is a gain, a supplier's > 0 a loss. */
  readonly exchange_minor: number;
}

/** Invoices of a day in sum. */
export type InvoiceSum = Pick<InvoiceRow, 'kind' | 'posted_on' | 'amount_minor'>;
/** Payments of a day, settled on another or the same, in sum. */
export type PaymentSum = Pick<PaymentRow, 'kind' | 'paid_on' | 'settled_on' | 'amount_minor' | 'exchange_minor'>;

/** Goods that came under one number, at their order's prices. */
export interface ReceiptRow {
  /** Of its first line. */
  readonly id: number;
  readonly number: string;
  readonly received_on: number;
  readonly amount_minor: number;
  readonly order_number: string;
  readonly supplier_id: number;
  readonly supplier_name: string;
  /** What bills it, in parts where there are several; below zero what a credit took back. */
  readonly bills: readonly ReceiptBill[];
}

export interface ReceiptBill {
  readonly id: number;
  /** What the bill goes by: the receipt it names, or its own number. */
  readonly ref: string;
  readonly posted_on: number;
  /** At the receipt's value. */
  readonly amount_minor: number;
}

/** A supplier's bill for goods that have not come, or again for what is billed already. */
export interface LooseBillRow extends InvoiceRow {
  readonly order_number: string;
  readonly supplier_name: string;
  /** The bill it repeats, with its number; null = goods on their way. */
  readonly repeats: DocumentRef | null;
  /** The day a credit took it back; null = it stands. */
  readonly until: number | null;
}

/** What a supplier's bill comes to beyond the goods it bills. */
export interface PriceVarianceRow {
  readonly id: number;
  readonly number: string;
  readonly order_number: string;
  readonly supplier_name: string;
  readonly posted_on: number;
  readonly amount_minor: number;
  readonly party_id: number;
  /** The day its goods came, where that is after it; null = they were here. */
  readonly goods_on: number | null;
}

/** Receipts, bills that stand beside them, and what prices differ by. */
export interface PurchaseRows {
  readonly receipts: readonly ReceiptRow[];
  readonly loose: readonly LooseBillRow[];
  readonly variances: readonly PriceVarianceRow[];
}

/** One delivery of an order line, its invoice if there is one. */
export interface DeliveredPart {
  readonly id: number;
  readonly number: string;
  readonly shipped_on: number;
  readonly qty_milli: number;
  readonly billed_on: number | null;
  /** What of it was billed when; null = `billed_on` says it of the whole. */
  readonly in_parts: readonly BilledOn[] | null;
}

export interface DeliveredLine {
  readonly id: number;
  readonly order_id: number;
  readonly party_id: number | null;
  readonly channel_id: number | null;
  readonly ordered_on: number;
  readonly sold_qty_milli: number;
  readonly net_minor: number;
  readonly freight_minor: number;
  readonly rebate_minor: number;
  readonly fee_minor: number;
  /** Every delivery of the line, in order. */
  readonly parts: readonly DeliveredPart[];
}

/** Lines that left whole, at once, on one day and are billed, all on another: what they come to together. */
export interface DeliveredWhole {
  readonly shipped_on: number;
  readonly billed_on: number;
  readonly net_minor: number;
  readonly freight_minor: number;
  readonly rebate_minor: number;
  readonly fee_minor: number;
}

export type ReturnedLine = Omit<DeliveredLine, 'parts' | 'sold_qty_milli' | 'order_id' | 'net_minor'> & {
  readonly number: string;
};

export interface LandedRow {
  readonly id: number;
  readonly ref: string;
  readonly booked_on: number;
  readonly amount_minor: number;
  readonly site: string;
}
