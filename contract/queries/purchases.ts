/** One purchase order: what was ordered, what the supplier said, what came. */
import { z } from 'zod';
import { Id, Limit, Offset } from './arguments.ts';
import type { Provenance } from './session.ts';
import type { PromiseView } from './stock.ts';

export const purchaseOrder = { args: z.strictObject({ purchase_order_id: Id, offset: Offset, limit: Limit }) };
export interface PurchaseOrderView {
  readonly purchase_order_id: number;
  readonly company_id: number;
  readonly number: string;
  readonly supplier_id: number;
  readonly supplier: string;
  readonly site: string;
  readonly ordered_on: string;
  /** The day the lead time starts. */
  readonly approved_on: string | null;
  readonly buyer: string | null;
  /** 'open' | 'received' | 'cancelled' */
  readonly state: string;
  readonly currency: string;
  readonly cost_visible: boolean;
  /** Ordered quantities at their prices, over all lines; null when a price is unknown or not for this user. */
  readonly value_minor: number | null;
  /** Landed costs booked on it; null when not for this user. */
  readonly landed_minor: number | null;
  /** Each of them; empty when not for this user. */
  readonly landed: readonly LandedCostView[];
  readonly lines: readonly PurchaseLineView[];
  readonly total_lines: number;
  readonly provenance: Provenance;
}
export interface LandedCostView {
  /** 'freight' | 'duty' | 'insurance' | 'handling' */
  readonly kind: string;
  readonly booked_on: string;
  readonly amount_minor: number;
  /** 'value' | 'weight' | 'volume' | 'quantity' */
  readonly split_by: string;
  /** Of it split over lines; 0 = not yet, the lines show what the split would be. */
  readonly posted_minor: number;
  /** Why it cannot be split. */
  readonly problem: string | null;
}
export interface LandedPartView {
  readonly kind: string;
  readonly split_by: string;
  readonly amount_minor: number;
  /** Not posted: what the split would be over what was ordered. */
  readonly proposed: boolean;
}
export interface PurchaseLineView {
  readonly po_line_id: number;
  readonly item_id: number;
  readonly code: string;
  readonly name: string;
  readonly uom: string;
  readonly ordered_qty_milli: number;
  readonly received_qty_milli: number;
  /** The supplier's first promise, the latest, and the last receipt. */
  readonly promised_on: string;
  readonly expected_on: string;
  readonly received_on: string | null;
  readonly unit_price_micro: number | null;
  readonly amount_minor: number | null;
  /** The line's parts of the landed costs; empty when not for this user. */
  readonly landed: readonly LandedPartView[];
  /** Of them posted, and the price with what each received unit bears of it; null = nothing posted or received. */
  readonly landed_minor: number | null;
  readonly landed_price_micro: number | null;
  readonly receipts: readonly { readonly number: string; readonly received_on: string; readonly qty_milli: number }[];
  /** What the supplier said, oldest first. */
  readonly promises: readonly PromiseView[];
}
