/**
 * Questions a screen or a script may ask the replica: name → argument schema and result type.
 * Arguments are parsed once, in db/dispatch; results are bounded (`limit` ≤ 500 rows a block).
 * Dates are ISO text ('2026-11-05'), months are yyyymm integers, quantities thousandths of the base unit (`_milli`),
 * money minor units (`_minor`), rates basis points of one (`_bp`, 9620 = 96.20 %), null = no data.
 */
import { z } from 'zod';
import type { MutationState, SyncPill } from './events.ts';
import { ColumnFilters, type SavedView, savedViews, Sorts } from './queries/gridView.ts';
import type { GrantView, OutcomeReason } from './wire/protocol.ts';

export const Month = z
  .int()
  .refine(
    (value) => value >= 190001 && value <= 299912 && value % 100 >= 1 && value % 100 <= 12,
    'a month is yyyymm, such as 202610',
  );
const Id = z.int().min(1);
const Text = z.string().max(200);
const Offset = z.int().min(0).max(10_000_000).default(0);
const Limit = z.int().min(1).max(500).default(100);
const Sort = (columns: readonly [string, ...string[]]) =>
  z.object({ column: z.enum(columns), descending: z.boolean().default(false) }).optional();

// ---------- session and reference ----------
export const session = { args: z.strictObject({}) };
export interface Session {
  readonly user_name: string;
  readonly display_name: string;
  readonly initials: string;
  readonly server_url: string;
  readonly device: string;
  readonly grants: readonly GrantView[];
  /** What this user may do anywhere; see domain/access. */
  readonly may: {
    readonly see_cost: boolean;
    readonly see_finance: boolean;
    readonly write_notes: boolean;
    readonly prepare_close: boolean;
    readonly review_close: boolean;
    readonly import_data: boolean;
    readonly administer: boolean;
  };
}

export const companies = { args: z.strictObject({}) };
export interface CompanyView {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly currency: string;
  readonly time_zone: string;
  readonly sites: readonly {
    readonly id: number;
    readonly code: string;
    readonly name: string;
    readonly kind: string;
  }[];
  readonly channels: readonly {
    readonly id: number;
    readonly code: string;
    readonly name: string;
    readonly kind: string;
  }[];
  /** Months with order lines, ascending; empty when none. */
  readonly months: readonly number[];
  readonly has_finance: boolean;
}

/** Where an answer comes from; shown with every figure. */
export interface Provenance {
  readonly checkpoint: number;
  readonly as_of_ms: number | null;
  /** Rows of the needed tables still loading: 'complete', or what is there so far in words. */
  readonly coverage: string;
  readonly elapsed_ms: number;
}

// ---------- stock ----------
export const STOCK_STATUSES = [
  'negative',
  'short',
  'below_min',
  'near_min',
  'in_policy',
  'excess',
  'no_policy',
] as const;
export type StockStatus = (typeof STOCK_STATUSES)[number];
export const STOCK_FILTER_COLUMNS = [
  'name',
  'site',
  'category',
  'supplier',
  'uom',
  'status',
  'on_hand',
  'reserved',
  'free',
  'incoming',
  'next_in',
  'days',
  'min',
  'max',
  'value',
] as const;
export const stockPositions = {
  args: z.strictObject({
    company_id: Id,
    /** The tree's first level; 'category' and 'supplier' show item, then site; 'site' shows item. 'none' is a flat list of positions. */
    group_by: z.enum(['category', 'site', 'supplier', 'none']).default('category'),
    /** Keys of the open nodes, as rows name them. */
    expanded: z.array(z.string().max(80)).max(2000).default([]),
    text: Text.optional(),
    site_id: Id.optional(),
    category: Text.optional(),
    status: z.array(z.enum(STOCK_STATUSES)).max(7).optional(),
    sort: Sorts(['name', 'status', 'on_hand', 'reserved', 'free', 'incoming', 'next_in', 'days', 'value']),
    /** What the positions must be; groups and items are made of those that are. Quantities in thousandths. */
    filters: ColumnFilters(STOCK_FILTER_COLUMNS),
    offset: Offset,
    limit: Limit,
  }),
};
export interface StockRow {
  /** 'c:Fasteners', 's:3', 'p:12' (supplier), 'c:Fasteners/i:840', 'c:Fasteners/i:840/s:3' */
  readonly key: string;
  readonly level: number;
  readonly kind: 'group' | 'item' | 'position';
  readonly label: string;
  readonly code: string | null;
  /** Items below a group, sites below an item. */
  readonly children: number;
  readonly expanded: boolean;
  readonly item_id: number | null;
  readonly site_id: number | null;
  /** null = mixed units: the quantities below are null too. */
  readonly uom: string | null;
  readonly status: StockStatus;
  /** How many positions below have a status worse than near_min. */
  readonly troubled: number;
  readonly on_hand_qty_milli: number | null;
  readonly reserved_qty_milli: number | null;
  readonly free_qty_milli: number | null;
  readonly incoming_qty_milli: number | null;
  readonly next_in_on: string | null;
  readonly min_qty_milli: number | null;
  readonly max_qty_milli: number | null;
  /** On hand / forward daily usage (mean of the last 90 days); null = no usage. */
  readonly days_on_hand: number | null;
  /** Weekly shipped or ordered quantity, oldest first, 20 weeks; null on group rows of mixed units. */
  readonly weeks_qty_milli: readonly number[] | null;
  /** On hand × unit cost; null when cost is not for this user or unknown. */
  readonly value_minor: number | null;
}
export interface StockPositions {
  readonly rows: readonly StockRow[];
  readonly total_rows: number;
  readonly totals: StockRow;
  readonly items: number;
  readonly sites: number;
  readonly cost_visible: boolean;
  readonly currency: string;
  readonly provenance: Provenance;
}

export const itemDetail = { args: z.strictObject({ item_id: Id, site_id: Id.optional() }) };
export interface ItemDetail {
  readonly item_id: number;
  readonly company_id: number;
  readonly code: string;
  readonly name: string;
  readonly category: string | null;
  readonly uom: string;
  readonly supplier: string | null;
  readonly currency: string;
  readonly unit_cost_micro: number | null;
  readonly cost_visible: boolean;
  readonly positions: readonly StockRow[];
  /** For the chosen site, or all sites together. */
  readonly free_to_promise: {
    readonly on_hand_qty_milli: number;
    readonly reserved_qty_milli: number;
    readonly free_qty_milli: number;
    readonly counted_on: string | null;
  };
  readonly projected: readonly {
    readonly week_start: string;
    readonly balance_qty_milli: number;
    readonly receipts_qty_milli: number;
    readonly demand_qty_milli: number;
  }[];
  readonly min_qty_milli: number | null;
  readonly open_orders: readonly {
    readonly order_id: number;
    readonly number: string;
    readonly party: string | null;
    readonly channel_kind: string;
    readonly channel: string;
    readonly committed_on: string | null;
    readonly open_qty_milli: number;
  }[];
  readonly open_orders_total: number;
  readonly incoming: readonly {
    readonly po_line_id: number;
    readonly number: string;
    readonly supplier: string;
    readonly promised_on: string;
    readonly expected_on: string;
    readonly open_qty_milli: number;
  }[];
  readonly notes: readonly NoteView[];
  readonly provenance: Provenance;
}
export interface NoteView {
  readonly id: string;
  readonly body: string;
  readonly author: string;
  readonly written_at_ms: number;
  /** 'accepted' = on the server; otherwise the state of the mutation that carries it. */
  readonly state: MutationState;
}

// ---------- orders ----------
export const orderDetail = { args: z.strictObject({ order_id: Id, offset: Offset, limit: Limit }) };
export interface OrderDetail {
  readonly order_id: number;
  readonly company_id: number;
  readonly number: string;
  readonly source: string;
  readonly party: string | null;
  readonly country: string | null;
  readonly channel: string | null;
  readonly channel_kind: string;
  readonly site: string | null;
  readonly ordered_on: string;
  readonly ordered_at_ms: number;
  readonly state: string;
  readonly currency: string;
  readonly lines: readonly OrderLineView[];
  readonly total_lines: number;
  readonly net_minor: number;
  readonly notes: readonly NoteView[];
  readonly provenance: Provenance;
}
export interface OrderLineView {
  readonly order_line_id: number;
  readonly order_id: number;
  readonly order_number: string;
  readonly ordinal: number;
  readonly item_id: number | null;
  readonly item_code: string | null;
  readonly description: string | null;
  readonly kind: string;
  readonly party: string | null;
  readonly country: string | null;
  readonly channel: string | null;
  readonly channel_kind: string;
  readonly ordered_on: string;
  readonly committed_on: string | null;
  readonly ordered_qty_milli: number;
  readonly shipped_qty_milli: number | null;
  readonly uom: string | null;
  readonly unit_price_micro: number;
  readonly gross_minor: number;
  readonly discount_minor: number;
  readonly net_minor: number;
  /** null = no cost data, or not for this user (cost_visible says which). */
  readonly cost_minor: number | null;
}

// ---------- margin ----------
export const MARGIN_GROUPS = ['channel', 'country', 'category', 'item', 'customer', 'site'] as const;
const marginFilter = {
  company_id: Id,
  from_month: Month,
  to_month: Month,
  /** Keys as rows of the respective grouping name them ('' = none/unmapped). */
  channel_id: z.int().min(0).optional(),
  country: z.string().max(80).optional(),
  category: z.string().max(120).optional(),
  item_id: z.int().min(0).optional(),
  party_id: z.int().min(0).optional(),
  site_id: z.int().min(0).optional(),
};
export const marginByChannel = {
  args: z.strictObject({
    ...marginFilter,
    group_by: z.enum(MARGIN_GROUPS).default('channel'),
    limit: z.int().min(1).max(500).default(200),
  }),
};
/** Figures of domain/kpi/margin.ts, in the company's currency. */
export interface MarginFigures {
  readonly lines: number;
  readonly gross_minor: number;
  readonly discounts_minor: number;
  readonly returns_minor: number;
  readonly net_minor: number;
  /** Freight, fees and adjustments billed on order lines; outside net sales, shown so that everything imported adds up. */
  readonly other_minor: number;
  /** Landed cost; null = no cost data for every goods line, or not for this user. */
  readonly cost_minor: number | null;
  readonly gm1_minor: number | null;
  /** gm1 / net; null when unknown or net is 0. */
  readonly gm1_bp: number | null;
  /** Net sales of goods lines with a cost / net sales of goods lines, absolute amounts; null when there are none. */
  readonly cost_coverage_bp: number | null;
}
export interface MarginRow extends MarginFigures {
  readonly key: string;
  readonly label: string;
  /** Channel kind for its mark; null for other groupings. */
  readonly channel_kind: string | null;
  readonly months: readonly (MarginFigures & { readonly month: number })[];
}
export interface MarginByChannel {
  readonly rows: readonly MarginRow[];
  /** Rows beyond `limit`, added up in one row labelled 'Other N'. */
  readonly other: MarginRow | null;
  readonly total: MarginRow;
  readonly months: readonly number[];
  readonly currency: string;
  readonly cost_visible: boolean;
  /** In words: 'no cost data', 'cost for 93 % of net sales', 'complete'; 'cost is for Finance'. */
  readonly cost_statement: string;
  readonly formula: string;
  readonly provenance: Provenance;
}
export const marginLines = {
  args: z.strictObject({
    ...marginFilter,
    figure: z.enum(['all', 'gross', 'discounts', 'returns', 'net', 'other', 'no_cost']).default('all'),
    sort: Sort(['ordered_on', 'net', 'gross', 'discount', 'quantity']),
    offset: Offset,
    limit: Limit,
  }),
};
export interface MarginLines {
  readonly lines: readonly OrderLineView[];
  readonly total_lines: number;
  /** The figure's amount over all lines (not only this block): equals the figure drilled from, to the cent. */
  readonly total_minor: number;
  readonly currency: string;
  readonly cost_visible: boolean;
  readonly provenance: Provenance;
}

// ---------- fill rate ----------
export const FILL_GROUPS = ['channel', 'site', 'category', 'customer', 'item'] as const;
const fillFilter = {
  company_id: Id,
  from_month: Month,
  to_month: Month,
  channel_id: z.int().min(0).optional(),
  site_id: z.int().min(0).optional(),
  category: z.string().max(120).optional(),
  party_id: z.int().min(0).optional(),
  item_id: z.int().min(0).optional(),
};
export const fillRate = {
  args: z.strictObject({
    ...fillFilter,
    group_by: z.enum(FILL_GROUPS).default('channel'),
    limit: z.int().min(1).max(500).default(200),
  }),
};
export interface Ratio {
  readonly numerator: number;
  readonly denominator: number;
  /** numerator / denominator in basis points; null when the denominator is 0 ("no data"). */
  readonly value_bp: number | null;
}
/** Figures of domain/kpi/fillRate.ts. Unit and value numerators are thousandths and minor units. */
export interface FillFigures {
  readonly unit: Ratio;
  readonly value: Ratio;
  readonly line: Ratio;
  readonly order: Ratio;
  readonly first_pass: Ratio;
}
export interface FillRow extends FillFigures {
  readonly key: string;
  readonly label: string;
  readonly channel_kind: string | null;
  readonly months: readonly (FillFigures & { readonly month: number })[];
}
export interface FillRate {
  readonly rows: readonly FillRow[];
  readonly total: FillRow;
  readonly months: readonly number[];
  /** What this company's data lacks for the KPI, in words; empty when nothing. Rows are empty when it cannot be computed. */
  readonly missing: readonly string[];
  readonly currency: string;
  readonly as_of_date: string;
  readonly formula: string;
  readonly provenance: Provenance;
}
export const fillRateLines = {
  args: z.strictObject({
    ...fillFilter,
    figure: z.enum(['due', 'complete', 'incomplete']).default('incomplete'),
    sort: Sort(['committed_on', 'missing', 'value']),
    offset: Offset,
    limit: Limit,
  }),
};
export interface FillLineView extends OrderLineView {
  readonly cut_off_on: string;
  readonly shipped_by_cut_off_qty_milli: number;
  readonly missing_qty_milli: number;
  /** What the line weighs in the value fill rate: quantity due at its net price of confirmation. */
  readonly due_value_minor: number;
  readonly first_pass: boolean;
}
export interface FillRateLines {
  readonly lines: readonly FillLineView[];
  readonly total_lines: number;
  readonly provenance: Provenance;
}

// ---------- close ----------
export const closePeriods = { args: z.strictObject({ company_id: Id }) };
export interface ClosePeriodView {
  readonly id: number;
  readonly period: number;
  readonly state: string;
  readonly cut_off_on: string;
  readonly tasks: number;
  readonly signed: number;
}
export const closeBoard = { args: z.strictObject({ company_id: Id, period: Month }) };
export type CloseTaskState = 'waiting' | 'open' | 'in_review' | 'signed' | 'changed';
export interface SignoffView {
  readonly id: string;
  readonly role: 'preparer' | 'reviewer';
  readonly user_name: string;
  readonly content_hash: string;
  readonly amount_minor: number;
  readonly device: string;
  readonly signed_at_ms: number;
  /** 'accepted' = on the server; otherwise predicted, with the mutation's state. */
  readonly state: MutationState;
  /** The task's content differs from what was signed. */
  readonly stale: boolean;
}
export interface CloseTaskView {
  readonly id: number;
  readonly ver: number;
  readonly code: string;
  readonly title: string;
  readonly account: string | null;
  readonly depends_on: readonly string[];
  /** Codes of tasks that must be signed first and are not. */
  readonly waiting_for: readonly string[];
  readonly owner: string | null;
  readonly reviewer: string | null;
  readonly due_day: number;
  readonly due_on: string;
  readonly state: CloseTaskState;
  readonly amount_minor: number;
  readonly content_hash: string;
  readonly signoffs: readonly SignoffView[];
  /** What this user may do next, and if nothing: why, in a sentence. */
  readonly next: { readonly role: 'preparer' | 'reviewer' | null; readonly why_not: string | null };
}
export interface CloseBoard {
  readonly period_id: number;
  readonly period: number;
  readonly state: string;
  readonly cut_off_on: string;
  readonly currency: string;
  readonly tasks: readonly CloseTaskView[];
  readonly provenance: Provenance;
}
export const closeTask = { args: z.strictObject({ task_id: Id, offset: Offset, limit: Limit }) };
export interface CloseTaskDetail {
  readonly task: CloseTaskView;
  readonly currency: string;
  readonly ledger_minor: number;
  readonly subledger_minor: number;
  readonly difference_minor: number;
  readonly explained_minor: number;
  readonly lines: readonly {
    readonly id: number;
    readonly side: string;
    readonly ref: string;
    readonly account: string | null;
    readonly booked_on: string;
    readonly amount_minor: number;
    readonly explanation: string | null;
  }[];
  readonly total_lines: number;
  readonly provenance: Provenance;
}

// ---------- sync ----------
export const syncStatus = { args: z.strictObject({}) };
export interface SyncStatus {
  readonly pill: SyncPill;
  readonly server_url: string;
  readonly checkpoint: number;
  readonly rows: number;
  readonly bytes_on_disk: number;
  readonly tables: readonly {
    readonly name: string;
    readonly label: string;
    readonly rows: number;
    readonly buckets: number;
  }[];
  readonly next_try_at_ms: number | null;
  readonly last_error: string | null;
  readonly last_verified: {
    readonly at_ms: number;
    readonly equal: boolean;
    readonly rows: number;
    readonly tables: readonly string[];
  } | null;
  /** Things the user was told and should still see: a replica set aside, a reset. */
  readonly notices: readonly { readonly at_ms: number; readonly text: string }[];
}
export const outbox = { args: z.strictObject({ offset: Offset, limit: Limit }) };
export interface OutboxRow {
  readonly id: string;
  readonly command: string;
  /** In words: 'Note on item FA-0840', 'Sign off GRNI, October 2026, as preparer'. */
  readonly title: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly state: MutationState;
  readonly made_at_ms: number;
  readonly decided_at_ms: number | null;
  readonly attempts: number;
  readonly reason: OutcomeReason | null;
  /** What the state allows, most useful first. */
  readonly actions: readonly ('retry' | 'edit' | 'discard' | 'export')[];
}
export interface Outbox {
  readonly rows: readonly OutboxRow[];
  readonly total_rows: number;
  readonly counts: Readonly<Record<MutationState, number>>;
}

// ---------- definitions ----------
export const kpiDefinitions = { args: z.strictObject({}) };
export interface KpiDefinition {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly grain: string;
  readonly numerator: string;
  readonly denominator: string;
  readonly exclusions: readonly string[];
  readonly null_rule: string;
  readonly version: number;
}

export const QUERIES = {
  session,
  companies,
  stockPositions,
  itemDetail,
  orderDetail,
  marginByChannel,
  marginLines,
  fillRate,
  fillRateLines,
  closePeriods,
  closeBoard,
  closeTask,
  syncStatus,
  outbox,
  savedViews,
  kpiDefinitions,
} as const;

export interface QueryResults {
  session: Session;
  companies: readonly CompanyView[];
  stockPositions: StockPositions;
  itemDetail: ItemDetail;
  orderDetail: OrderDetail;
  marginByChannel: MarginByChannel;
  marginLines: MarginLines;
  fillRate: FillRate;
  fillRateLines: FillRateLines;
  closePeriods: readonly ClosePeriodView[];
  closeBoard: CloseBoard;
  closeTask: CloseTaskDetail;
  syncStatus: SyncStatus;
  outbox: Outbox;
  savedViews: readonly SavedView[];
  kpiDefinitions: readonly KpiDefinition[];
}

export type QueryName = keyof typeof QUERIES;
/** What a caller passes (defaults may be left out) and what a handler receives. */
export type QueryInput<N extends QueryName> = z.input<(typeof QUERIES)[N]['args']>;
export type QueryArgs<N extends QueryName> = z.output<(typeof QUERIES)[N]['args']>;
