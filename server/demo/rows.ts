/**
 * Rows as the generator makes them: the columns of the wire registry in wire form (dates are day numbers, instants epoch
 * milliseconds, booleans 0/1, json its text). A test holds this file against the registry.
 */

export interface CompanyRow {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly currency: string;
  readonly time_zone: string;
}

export interface SiteRow {
  readonly id: number;
  readonly company_id: number;
  readonly code: string;
  readonly name: string;
  readonly kind: string;
}

export interface ChannelRow {
  readonly id: number;
  readonly company_id: number;
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly grace_days: number;
}

export interface PartyRow {
  readonly id: number;
  readonly company_id: number;
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly country: string | null;
}

export interface ItemRow {
  readonly id: number;
  readonly company_id: number;
  readonly code: string;
  readonly name: string;
  readonly category: string | null;
  readonly uom: string;
  readonly supplier_id: number | null;
  readonly active: 0 | 1;
}

export interface ItemCostRow {
  readonly id: number;
  readonly company_id: number;
  readonly unit_cost_micro: number;
}

export interface PolicyRow {
  readonly id: number;
  readonly company_id: number;
  readonly site_id: number;
  readonly item_id: number;
  readonly min_qty_milli: number;
  readonly max_qty_milli: number;
  readonly multiple_qty_milli: number;
  readonly lead_time_days: number;
  readonly owner: string | null;
}

export interface StockBalanceRow {
  readonly id: number;
  readonly company_id: number;
  readonly site_id: number;
  readonly item_id: number;
  readonly on_hand_qty_milli: number;
  readonly reserved_qty_milli: number;
  readonly counted_on: number | null;
}

export interface PurchaseOrderRow {
  readonly id: number;
  readonly company_id: number;
  readonly site_id: number;
  readonly number: string;
  readonly supplier_id: number;
  readonly ordered_on: number;
  readonly state: string;
}

export interface PoLineRow {
  readonly id: number;
  readonly company_id: number;
  readonly site_id: number;
  readonly purchase_order_id: number;
  readonly item_id: number;
  readonly ordered_qty_milli: number;
  readonly received_qty_milli: number;
  readonly promised_on: number;
  readonly expected_on: number;
  readonly received_on: number | null;
}

export interface PoLinePriceRow {
  readonly id: number;
  readonly company_id: number;
  readonly site_id: number;
  readonly unit_price_micro: number;
}

export interface SalesOrderRow {
  readonly id: number;
  readonly company_id: number;
  readonly site_id: number | null;
  readonly channel_id: number | null;
  readonly month: number;
  readonly source: string;
  readonly number: string;
  readonly party_id: number | null;
  readonly ordered_on: number;
  readonly ordered_at: number;
  readonly country: string | null;
  readonly state: string;
}

export interface OrderLineRow {
  readonly id: number;
  readonly company_id: number;
  readonly site_id: number | null;
  readonly channel_id: number | null;
  readonly month: number;
  readonly order_id: number;
  readonly ordinal: number;
  readonly item_id: number | null;
  readonly party_id: number | null;
  readonly description: string | null;
  readonly kind: string;
  readonly ordered_on: number;
  readonly requested_on: number | null;
  readonly committed_on: number | null;
  readonly ordered_qty_milli: number;
  readonly cancelled_qty_milli: number;
  readonly cancelled_by: string | null;
  readonly unit_price_micro: number;
  readonly gross_minor: number;
  readonly discount_minor: number;
  readonly net_minor: number;
  readonly country: string | null;
}

export interface OrderLineCostRow {
  readonly id: number;
  readonly company_id: number;
  readonly site_id: number | null;
  readonly channel_id: number | null;
  readonly month: number;
  readonly cost_minor: number;
}

export interface ShipmentLineRow {
  readonly id: number;
  readonly company_id: number;
  readonly site_id: number | null;
  readonly channel_id: number | null;
  readonly month: number;
  readonly order_line_id: number;
  readonly number: string;
  readonly shipped_on: number;
  readonly qty_milli: number;
}

export interface ItemNoteRow {
  readonly id: string;
  readonly company_id: number;
  readonly item_id: number;
  readonly body: string;
  readonly author: string;
  readonly written_at: number;
  readonly accepted_at: number;
}

export interface OrderNoteRow {
  readonly id: string;
  readonly company_id: number;
  readonly site_id: number | null;
  readonly channel_id: number | null;
  readonly order_id: number;
  readonly body: string;
  readonly author: string;
  readonly written_at: number;
  readonly accepted_at: number;
}

export interface ClosePeriodRow {
  readonly id: number;
  readonly company_id: number;
  readonly period: number;
  readonly state: string;
  readonly cut_off_on: number;
}

export interface CloseTaskRow {
  readonly id: number;
  readonly company_id: number;
  readonly period_id: number;
  readonly code: string;
  readonly title: string;
  readonly account: string | null;
  readonly depends_on: string;
  readonly owner: string | null;
  readonly reviewer: string | null;
  readonly due_day: number;
  readonly due_on: number;
  readonly state: string;
  readonly amount_minor: number;
  readonly content_hash: string;
}

export interface CloseTaskLineRow {
  readonly id: number;
  readonly company_id: number;
  readonly task_id: number;
  readonly side: string;
  readonly ref: string;
  readonly account: string | null;
  readonly booked_on: number;
  readonly amount_minor: number;
  readonly currency: string;
  readonly explanation: string | null;
}

export interface SignoffRow {
  readonly id: string;
  readonly company_id: number;
  readonly task_id: number;
  readonly role: string;
  readonly user_name: string;
  readonly content_hash: string;
  readonly amount_minor: number;
  readonly device: string;
  readonly signed_at: number;
  readonly accepted_at: number;
}

export interface DemoRows {
  readonly company: CompanyRow;
  readonly site: SiteRow;
  readonly channel: ChannelRow;
  readonly party: PartyRow;
  readonly item: ItemRow;
  readonly item_cost: ItemCostRow;
  readonly policy: PolicyRow;
  readonly stock_balance: StockBalanceRow;
  readonly purchase_order: PurchaseOrderRow;
  readonly po_line: PoLineRow;
  readonly po_line_price: PoLinePriceRow;
  readonly sales_order: SalesOrderRow;
  readonly order_line: OrderLineRow;
  readonly order_line_cost: OrderLineCostRow;
  readonly shipment_line: ShipmentLineRow;
  readonly item_note: ItemNoteRow;
  readonly order_note: OrderNoteRow;
  readonly close_period: ClosePeriodRow;
  readonly close_task: CloseTaskRow;
  readonly close_task_line: CloseTaskLineRow;
  readonly signoff: SignoffRow;
}

export type DemoTable = keyof DemoRows;

/** Some rows of one table. Batches come in an order in which every reference points to an earlier row. */
export type DemoBatch = {
  readonly [T in DemoTable]: { readonly table: T; readonly rows: readonly DemoRows[T][] };
}[DemoTable];
