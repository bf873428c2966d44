/** Stock positions and one item. */
import type { OverdueWait } from '#domain/planning/overdueWaits.ts';
import { z } from 'zod';
import type { MutationState } from '../events.ts';
import { Id, Limit, Offset, Text } from './arguments.ts';
import { STOCK_FILTER_COLUMNS, STOCK_SORTS } from './columns.ts';
import { editionArguments, type InEdition } from './editions.ts';
import { ColumnFilters, Sorts } from './gridView.ts';
import type { Provenance } from './session.ts';

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
    /** The item's main supplier. */
    supplier_id: Id.optional(),
    status: z.array(z.enum(STOCK_STATUSES)).max(7).optional(),
    sort: Sorts(STOCK_SORTS),
    /** What the positions must be; groups and items are made of those that are. Quantities in thousandths. */
    filters: ColumnFilters(STOCK_FILTER_COLUMNS),
    ...editionArguments,
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
  /** When the next receipt is expected, be it overdue. */
  readonly next_in_on: string | null;
  /** When the next that is waited for is taken to come: later than expected where that is overdue. */
  readonly next_comes_on: string | null;
  readonly min_qty_milli: number | null;
  readonly max_qty_milli: number | null;
  /** On hand / forward daily usage (mean of the last 90 days); null = no usage. */
  readonly days_on_hand: number | null;
  /** Weekly shipped or ordered quantity, oldest first, 20 weeks; null on group rows of mixed units. */
  readonly weeks_qty_milli: readonly number[] | null;
  /** On hand × unit cost; null when cost is not for this user or unknown. */
  readonly value_minor: number | null;
  /** This person's own changes about the item that the server has not decided yet. */
  readonly waiting: number;
}
export interface StockPositions extends InEdition {
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
    /** Of what is reserved, so much may be for `left_out_orders`: closing them sets it free. */
    readonly left_out_reserved_qty_milli: number;
    readonly counted_on: string | null;
  };
  readonly projected: readonly {
    readonly week_start: string;
    readonly balance_qty_milli: number;
    readonly receipts_qty_milli: number;
    /** Taken by orders or forecast usage, whichever is more. */
    readonly demand_qty_milli: number;
    /** Open orders committed in the week. */
    readonly committed_qty_milli: number;
    /** Of this week's receipt (the first week: of what is on hand) still to promise. */
    readonly available_qty_milli: number;
    /** Still to promise for a delivery in the week. */
    readonly promise_qty_milli: number;
  }[];
  /** Commitments that no receipt up to their time covers. */
  readonly uncovered_qty_milli: number;
  /** On hand / forward daily usage; null = no usage. */
  readonly days_on_hand: number | null;
  readonly usage_qty_milli: number;
  readonly min_qty_milli: number | null;
  readonly open_orders: readonly {
    readonly order_id: number;
    readonly number: string;
    readonly party: string | null;
    readonly channel_kind: string;
    readonly channel: string;
    readonly committed_on: string | null;
    readonly open_qty_milli: number;
    /** None of it counts in `projected`. */
    readonly left_out: boolean;
  }[];
  readonly open_orders_total: number;
  /** Open lines due so long ago, or so far ahead, that `projected` counts nothing of them. */
  readonly left_out_orders: { readonly lines: number; readonly qty_milli: number };
  readonly incoming: readonly {
    readonly po_line_id: number;
    readonly purchase_order_id: number;
    readonly number: string;
    readonly supplier: string;
    readonly site: string;
    readonly promised_on: string;
    readonly expected_on: string;
    readonly overdue: OverdueReceipt | null;
    readonly open_qty_milli: number;
    /** What the supplier said, oldest first. */
    readonly promises: readonly PromiseView[];
  }[];
  readonly incoming_total: number;
  /** Of all that is incoming, what is overdue: `projected` takes it to come later than it was expected. */
  readonly overdue: {
    readonly lines: number;
    readonly qty_milli: number;
    /** The days on which the first and the last of them are taken to come; null = none is overdue. */
    readonly first_on: string | null;
    readonly last_on: string | null;
    /** Expected so long ago, or so far ahead, that `projected` counts nothing of them. */
    readonly left_out_lines: number;
    readonly left_out_qty_milli: number;
  };
  /** What suppliers ask for the item, the preferred first. */
  readonly suppliers: readonly {
    readonly supplier_id: number;
    readonly supplier: string;
    readonly supplier_code: string | null;
    readonly moq_qty_milli: number;
    readonly multiple_qty_milli: number;
    readonly lead_time_days: number;
    readonly preferred: boolean;
    /** Price of today, company currency; null = not for this user, or none agreed. */
    readonly unit_price_micro: number | null;
  }[];
  /** The latest counts of posted count lists. */
  readonly counts: readonly {
    readonly number: string;
    readonly site: string;
    readonly location: string;
    readonly counted_on: string;
    readonly book_qty_milli: number;
    readonly counted_qty_milli: number;
    readonly within_tolerance: boolean;
  }[];
  readonly notes: readonly NoteView[];
  readonly provenance: Provenance;
}
/** Of a receipt whose day has passed without it. */
export interface OverdueReceipt {
  /** When it is taken to come; null = it is not waited for, its day is too long ago. */
  readonly taken_on: string | null;
  readonly wait: OverdueWait;
}
export interface PromiseView {
  readonly told_on: string;
  readonly promised_on: string;
}

export const MOVEMENT_KINDS = [
  'receipt',
  'shipment',
  'return',
  'transfer_in',
  'transfer_out',
  'count',
  'scrap',
  'adjustment',
] as const;
export type MovementKind = (typeof MOVEMENT_KINDS)[number];

/** What came and went of an item, newest first. */
export const itemMovements = {
  args: z.strictObject({ item_id: Id, site_id: Id.optional(), offset: Offset, limit: Limit }),
};
export interface ItemMovements {
  readonly rows: readonly {
    /** 'shipment:88' */
    readonly key: string;
    readonly kind: MovementKind;
    readonly on: string;
    readonly site: string;
    /** In is positive, out negative. */
    readonly qty_milli: number;
    /** On hand after it; null where `balance_gap` says why it is not known. */
    readonly balance_qty_milli: number | null;
    /** The receipt, shipment or move document. */
    readonly ref: string | null;
    readonly order_id: number | null;
    readonly purchase_order_id: number | null;
  }[];
  readonly total_rows: number;
  readonly on_hand_qty_milli: number;
  /** On hand before the first movement that is here; null with the balances. */
  readonly opening_qty_milli: number | null;
  /** Why no running balance can be said. */
  readonly balance_gap: 'loading' | 'not_all_sites' | 'not_all_channels' | null;
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
