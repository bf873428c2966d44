/** The synchronised tables (contract/wire/tables.ts) as PostgreSQL holds them. */
import type { ColumnType, Generated } from 'kysely';
import type { OutcomeReason, OutcomeState } from '#contract/wire/protocol.ts';
import type { BusinessDate, Instant, Json, SourceColumns, SourceKeys, SyncedRow } from './columns.ts';

interface Numbered extends SyncedRow, SourceColumns {
  readonly id: Generated<number>;
}

export interface CompanyTable extends Numbered {
  readonly code: string;
  readonly name: string;
  readonly currency: string;
  readonly time_zone: string;
  /** 1–12 */
  readonly fiscal_year_start_month: Generated<number>;
}
export interface SiteTable extends Numbered {
  readonly company_id: number;
  readonly code: string;
  readonly name: string;
  readonly kind: string;
}
export interface ChannelTable extends Numbered {
  readonly company_id: number;
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly grace_days: number;
}
export interface PartyTable extends Numbered {
  readonly company_id: number;
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly country: string | null;
  readonly payment_terms_days: number | null;
  readonly credit_limit_minor: number | null;
  readonly salesperson: string | null;
}
export interface ItemTable extends Numbered {
  readonly company_id: number;
  readonly code: string;
  readonly name: string;
  readonly category: string | null;
  readonly uom: string;
  readonly supplier_id: number | null;
  readonly active: boolean;
  readonly introduced_on: BusinessDate | null;
  readonly barcode: string | null;
  readonly weight_g: number | null;
  readonly volume_ml: number | null;
}
export interface ItemCostTable extends SyncedRow, SourceColumns {
  readonly id: number;
  readonly company_id: number;
  readonly unit_cost_micro: number;
}
export interface PolicyTable extends Numbered {
  readonly company_id: number;
  readonly site_id: number;
  readonly item_id: number;
  readonly min_qty_milli: number;
  readonly max_qty_milli: number;
  readonly multiple_qty_milli: number;
  readonly lead_time_days: number;
  readonly owner: string | null;
  readonly kind: Generated<string>;
  readonly lot_qty_milli: number | null;
  readonly measure: string | null;
  readonly target_bp: number | null;
  readonly review_days: number | null;
  readonly order_qty_milli: number | null;
}
export interface StockBalanceTable extends Numbered {
  readonly company_id: number;
  readonly site_id: number;
  readonly item_id: number;
  readonly on_hand_qty_milli: number;
  readonly reserved_qty_milli: number;
  readonly counted_on: BusinessDate | null;
}
export interface PurchaseOrderTable extends Numbered {
  readonly company_id: number;
  readonly site_id: number;
  readonly number: string;
  readonly supplier_id: number;
  readonly ordered_on: BusinessDate;
  readonly state: string;
  readonly approved_on: BusinessDate | null;
  readonly buyer: string | null;
}
export interface PoLineTable extends Numbered {
  readonly company_id: number;
  readonly site_id: number;
  readonly purchase_order_id: number;
  readonly item_id: number;
  readonly ordered_qty_milli: number;
  readonly received_qty_milli: number;
  readonly promised_on: BusinessDate;
  readonly expected_on: BusinessDate;
  readonly received_on: BusinessDate | null;
}
export interface PoLinePriceTable extends SyncedRow, SourceColumns {
  readonly id: number;
  readonly company_id: number;
  readonly site_id: number;
  readonly unit_price_micro: number;
}
export interface SalesOrderTable extends Numbered {
  readonly company_id: number;
  readonly site_id: number | null;
  readonly channel_id: number | null;
  readonly month: number;
  readonly number: string;
  readonly party_id: number | null;
  readonly ordered_on: BusinessDate;
  readonly ordered_at: Instant;
  readonly country: string | null;
  readonly state: string;
}
export interface OrderLineTable extends Numbered {
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
  readonly ordered_on: BusinessDate;
  readonly requested_on: BusinessDate | null;
  readonly committed_on: BusinessDate | null;
  readonly ordered_qty_milli: number;
  readonly cancelled_qty_milli: number;
  readonly cancelled_by: 'customer' | 'us' | null;
  readonly unit_price_micro: number;
  readonly gross_minor: number;
  readonly discount_minor: number;
  readonly net_minor: number;
  readonly country: string | null;
  readonly promised_on: BusinessDate | null;
  readonly approved_by: string | null;
}
export interface OrderLineCostTable extends SyncedRow, SourceColumns {
  readonly id: number;
  readonly company_id: number;
  readonly site_id: number | null;
  readonly channel_id: number | null;
  readonly month: number;
  readonly cost_minor: number;
  readonly freight_minor: number | null;
  readonly rebate_minor: number | null;
  readonly fee_minor: number | null;
}
export interface ShipmentLineTable extends Numbered {
  readonly company_id: number;
  readonly site_id: number | null;
  readonly channel_id: number | null;
  readonly month: number;
  readonly order_line_id: number;
  readonly number: string;
  readonly shipped_on: BusinessDate;
  readonly qty_milli: number;
  readonly delivered_on: BusinessDate | null;
}

interface NoteColumns extends SyncedRow, SourceKeys {
  readonly source: Generated<string>;
  readonly id: string;
  readonly company_id: number;
  readonly body: string;
  readonly author: string;
  readonly written_at: Instant;
  readonly accepted_at: Instant;
}
export interface ItemNoteTable extends NoteColumns {
  readonly item_id: number;
}
export interface OrderNoteTable extends NoteColumns {
  readonly site_id: number | null;
  readonly channel_id: number | null;
  readonly order_id: number;
}

export interface ClosePeriodTable extends Numbered {
  readonly company_id: number;
  readonly period: number;
  readonly state: string;
  readonly cut_off_on: BusinessDate;
  readonly opened_from: string | null;
  readonly left_out: string | null;
  readonly template_name: string | null;
  readonly template_on: BusinessDate | null;
  /** By locked area until when it is open again (epoch milliseconds), or null: what the database refuses postings by. */
  readonly locked: ColumnType<Readonly<Record<string, number | null>>, string | undefined, string>;
}
export interface CloseTaskTable extends Numbered {
  readonly company_id: number;
  readonly period_id: number;
  readonly code: string;
  readonly title: string;
  readonly account: string | null;
  readonly depends_on: Json<readonly string[]>;
  readonly owner: string | null;
  readonly reviewer: string | null;
  readonly due_day: number;
  readonly due_on: BusinessDate;
  readonly state: string;
  readonly amount_minor: number;
  readonly content_hash: string;
  readonly needs_evidence: Generated<boolean>;
}
export interface CloseTaskLineTable extends Numbered {
  readonly company_id: number;
  readonly task_id: number;
  readonly side: string;
  readonly ref: string;
  readonly account: string | null;
  readonly booked_on: BusinessDate;
  readonly amount_minor: number;
  readonly currency: string;
  readonly explanation: string | null;
}
export interface SignoffTable extends SyncedRow, SourceColumns {
  readonly id: string;
  readonly company_id: number;
  readonly task_id: number;
  readonly role: 'preparer' | 'reviewer';
  readonly user_name: string;
  readonly content_hash: string;
  readonly amount_minor: number;
  readonly device: string;
  readonly signed_at: Instant;
  readonly accepted_at: Instant;
  readonly for_user: string | null;
  readonly withdraws_id: string | null;
  readonly reason: string | null;
}
export interface MutationOutcomeTable extends SyncedRow, SourceColumns {
  readonly id: string;
  readonly client_id: string;
  readonly command: string;
  readonly state: OutcomeState;
  readonly reason: Json<OutcomeReason> | null;
  readonly decided_at: Instant;
  readonly body_hash: string;
  readonly user_id: number;
}
