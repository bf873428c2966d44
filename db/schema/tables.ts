/**
 * The replica's tables as a reader sees them. Columns are those of contract/wire/tables.ts in their resting form:
 * dates are day numbers (days since 1970-01-01), instants epoch milliseconds, booleans 0/1, json its text.
 * `tables.test.ts` holds this file against the registry.
 */

/** What every synchronised row carries besides its columns. */
interface Row<Id extends number | string> {
  readonly id: Id;
  /** Identity of this state of the row, for compare-and-set; never an order. */
  readonly ver: number;
  readonly bucket: number;
}

export interface CompanyTable extends Row<number> {
  readonly code: string;
  readonly name: string;
  readonly currency: string;
  readonly time_zone: string;
}

export interface SiteTable extends Row<number> {
  readonly company_id: number;
  readonly code: string;
  readonly name: string;
  readonly kind: string;
}

export interface ChannelTable extends Row<number> {
  readonly company_id: number;
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly grace_days: number;
}

export interface PartyTable extends Row<number> {
  readonly company_id: number;
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly country: string | null;
}

export interface ItemTable extends Row<number> {
  readonly company_id: number;
  readonly code: string;
  readonly name: string;
  readonly category: string | null;
  readonly uom: string;
  readonly supplier_id: number | null;
  readonly active: 0 | 1;
}

export interface ItemCostTable extends Row<number> {
  readonly company_id: number;
  readonly unit_cost_micro: number;
}

export interface PolicyTable extends Row<number> {
  readonly company_id: number;
  readonly site_id: number;
  readonly item_id: number;
  readonly min_qty_milli: number;
  readonly max_qty_milli: number;
  readonly multiple_qty_milli: number;
  readonly lead_time_days: number;
  readonly owner: string | null;
}

export interface StockBalanceTable extends Row<number> {
  readonly company_id: number;
  readonly site_id: number;
  readonly item_id: number;
  readonly on_hand_qty_milli: number;
  readonly reserved_qty_milli: number;
  readonly counted_on: number | null;
}

export interface PurchaseOrderTable extends Row<number> {
  readonly company_id: number;
  readonly site_id: number;
  readonly number: string;
  readonly supplier_id: number;
  readonly ordered_on: number;
  readonly state: string;
}

export interface PoLineTable extends Row<number> {
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

export interface PoLinePriceTable extends Row<number> {
  readonly company_id: number;
  readonly site_id: number;
  readonly unit_price_micro: number;
}

export interface SalesOrderTable extends Row<number> {
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

export interface OrderLineTable extends Row<number> {
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

export interface OrderLineCostTable extends Row<number> {
  readonly company_id: number;
  readonly site_id: number | null;
  readonly channel_id: number | null;
  readonly month: number;
  readonly cost_minor: number;
}

export interface ShipmentLineTable extends Row<number> {
  readonly company_id: number;
  readonly site_id: number | null;
  readonly channel_id: number | null;
  readonly month: number;
  readonly order_line_id: number;
  readonly number: string;
  readonly shipped_on: number;
  readonly qty_milli: number;
}

export interface ItemNoteTable extends Row<string> {
  readonly company_id: number;
  readonly item_id: number;
  readonly body: string;
  readonly author: string;
  readonly written_at: number;
  readonly accepted_at: number;
}

export interface OrderNoteTable extends Row<string> {
  readonly company_id: number;
  readonly site_id: number | null;
  readonly channel_id: number | null;
  readonly order_id: number;
  readonly body: string;
  readonly author: string;
  readonly written_at: number;
  readonly accepted_at: number;
}

export interface ClosePeriodTable extends Row<number> {
  readonly company_id: number;
  readonly period: number;
  readonly state: string;
  readonly cut_off_on: number;
}

export interface CloseTaskTable extends Row<number> {
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

export interface CloseTaskLineTable extends Row<number> {
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

export interface SignoffTable extends Row<string> {
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

export interface MutationOutcomeTable extends Row<string> {
  readonly client_id: string;
  readonly command: string;
  readonly state: string;
  readonly reason: string | null;
  readonly decided_at: number;
}

/** Views show base rows ('accepted') and this user's undecided changes (the state of the mutation that carries them). */
interface WithMutationState {
  readonly mutation_state: string;
}
export interface ItemNoteWithState extends ItemNoteTable, WithMutationState {}
export interface OrderNoteWithState extends OrderNoteTable, WithMutationState {}
export interface SignoffWithState extends SignoffTable, WithMutationState {}

/** Database schema of a read connection. */
export interface ReadSchema {
  readonly company: CompanyTable;
  readonly site: SiteTable;
  readonly channel: ChannelTable;
  readonly party: PartyTable;
  readonly item: ItemTable;
  readonly item_cost: ItemCostTable;
  readonly policy: PolicyTable;
  readonly stock_balance: StockBalanceTable;
  readonly purchase_order: PurchaseOrderTable;
  readonly po_line: PoLineTable;
  readonly po_line_price: PoLinePriceTable;
  readonly sales_order: SalesOrderTable;
  readonly order_line: OrderLineTable;
  readonly order_line_cost: OrderLineCostTable;
  readonly shipment_line: ShipmentLineTable;
  readonly item_note: ItemNoteTable;
  readonly order_note: OrderNoteTable;
  readonly close_period: ClosePeriodTable;
  readonly close_task: CloseTaskTable;
  readonly close_task_line: CloseTaskLineTable;
  readonly signoff: SignoffTable;
  readonly mutation_outcome: MutationOutcomeTable;
  readonly v_item_note: ItemNoteWithState;
  readonly v_order_note: OrderNoteWithState;
  readonly v_signoff: SignoffWithState;
}
