/** Who gets what of the goods that are there and come: every open order line of every channel in one queue. */
import { z } from 'zod';
import { LINE_STATES, type LineState, type ServingRule } from '#domain/allocation/servePosition.ts';
import type { Standing } from '#domain/allocation/servingOrder.ts';
import type { MutationState } from '../events.ts';
import { Id, Limit, Offset, Text } from './arguments.ts';
import { FULFILMENT_FILTER_COLUMNS, FULFILMENT_SORTS } from './columns.ts';
import { editionArguments, type InEdition } from './editions.ts';
import { ColumnFilters, Sorts } from './gridView.ts';
import type { Provenance } from './session.ts';
import type { OverdueReceipt } from './stock.ts';

export const FULFILMENT_GROUPS = ['channel', 'site', 'item', 'customer', 'none'] as const;

export const fulfilment = {
  args: z.strictObject({
    company_id: Id,
    /** The first level of the tree; 'item' is an item at a site; 'none' is a flat list of lines. */
    group_by: z.enum(FULFILMENT_GROUPS).default('none'),
    /** Keys of the open nodes, as rows name them. */
    expanded: z.array(z.string().max(80)).max(2000).default([]),
    /** Part of an order's number, an item's code or name, or a customer's name. */
    text: Text.optional(),
    site_id: Id.optional(),
    /** 0 = lines of no channel. */
    channel_id: z.int().min(0).optional(),
    states: z.array(z.enum(LINE_STATES)).max(LINE_STATES.length).default([]),
    due_until: z.iso.date().optional(),
    /** Only lines that are to be picked within `pick_days` and will not be whole by their day. */
    before_picking: z.boolean().default(false),
    /** Only lines past their promise that stock on hand serves in the order of their dates: what Today counts as ready to ship. */
    past_promise: z.boolean().default(false),
    pick_days: z.int().min(0).max(60).default(5),
    sort: Sorts(FULFILMENT_SORTS),
    filters: ColumnFilters(FULFILMENT_FILTER_COLUMNS),
    ...editionArguments,
    offset: Offset,
    limit: Limit,
  }),
};

export interface FulfilmentRow {
  /** 'l:345' a line; 'c:3', 's:3', 'i:840:3', 'p:12' groups; 'total' */
  readonly key: string;
  readonly kind: 'group' | 'line';
  readonly level: number;
  readonly label: string;
  readonly expanded: boolean;
  /** Lines below a group; 1 of a line. */
  readonly lines: number;
  /** Of them late or short. */
  readonly at_risk: number;
  /** Below: null on rows of several lines where these differ. */
  readonly order_id: number | null;
  readonly order_line_id: number | null;
  readonly number: string | null;
  readonly ordinal: number | null;
  readonly party: string | null;
  readonly item_id: number | null;
  readonly item_code: string | null;
  readonly item: string | null;
  readonly uom: string | null;
  readonly site_id: number | null;
  readonly site: string | null;
  readonly channel: string | null;
  readonly channel_kind: string | null;
  /** Of a group the earliest. */
  readonly due_on: string | null;
  /** Quantities are null where units are mixed. */
  readonly open_qty_milli: number | null;
  /** From what lies there now. */
  readonly now_qty_milli: number | null;
  readonly in_time_qty_milli: number | null;
  /** Not there by its day. */
  readonly short_qty_milli: number | null;
  /** Net value of what is open, and of what is not there by its day. */
  readonly open_minor: number;
  readonly short_minor: number;
  /** Of a group the worst. */
  readonly state: LineState;
  /** The day all of it is there; null = not of what is known to come, or a group. */
  readonly whole_on: string | null;
  readonly waits_for: {
    /** null = it comes from another site. */
    readonly purchase_order_id: number | null;
    readonly number: string;
    readonly on: string;
  } | null;
  readonly why: FulfilmentReason | null;
  readonly standing: Standing;
  readonly standing_by: string | null;
  readonly standing_until_on: string | null;
  /** State of this person's own undecided decision on it; null when none waits. */
  readonly decision_state: MutationState | null;
  /** Of an item at a site: what lies there and what is left of it after everybody. */
  readonly on_hand_qty_milli: number | null;
  readonly left_qty_milli: number | null;
}

/** Why a line has what it has from what lies there: the rule and the numbers it spoke of. */
export interface FulfilmentReason {
  readonly rule: ServingRule;
  readonly priority: number;
  readonly protected_qty_milli: number;
  /** What its turn found, what higher priorities of its turn want, what its own priority wants. */
  readonly found_qty_milli: number;
  readonly before_qty_milli: number;
  readonly peers_qty_milli: number;
}

export interface Fulfilment extends InEdition {
  readonly rows: readonly FulfilmentRow[];
  readonly total_rows: number;
  readonly totals: FulfilmentRow;
  /** Lines that are to be picked until this day, and those of them that will not be whole; of everything in the filters. */
  readonly picking: {
    readonly until_on: string;
    readonly lines: number;
    readonly short_lines: number;
    readonly short_minor: number;
  };
  readonly counts: Readonly<Record<LineState, number>>;
  /** Rows it needs are still loading: nothing is shared out before they are here, because half of them would mislead. */
  readonly waiting: boolean;
  readonly currency: string;
  readonly as_of_date: string;
  readonly provenance: Provenance;
}

/** The working behind one line: what there is of its item at its site, and who is served in which order. */
export const fulfilmentLine = { args: z.strictObject({ company_id: Id, order_line_id: Id }) };
export interface FulfilmentLine {
  /** null = it is not open any more, or its queue cannot be told yet. */
  readonly row: FulfilmentRow | null;
  readonly on_hand_qty_milli: number;
  /** Reserved for orders that are not this person's to see. */
  readonly unseen_qty_milli: number;
  /** Held back for other sites. */
  readonly leaving_qty_milli: number;
  /** Of the open lines that are not left out. */
  readonly demand_qty_milli: number;
  readonly left_qty_milli: number;
  readonly receipts: readonly {
    /** null = it comes from another site. */
    readonly purchase_order_id: number | null;
    readonly number: string;
    readonly expected_on: string;
    /** null = it is expected on the day. */
    readonly overdue: OverdueReceipt | null;
    readonly qty_milli: number;
    /** Of it for this line. */
    readonly to_line_qty_milli: number;
  }[];
  /** In the order in which they are served, at most 60 around the line. */
  readonly queue: readonly FulfilmentTurn[];
  readonly queue_lines: number;
  /** Of them, those nobody is served for: they stand last. */
  readonly left_out_lines: number;
  /** What it would have if somebody raised it, and how many lines would have less in time; null = it is raised, whole or left out. */
  readonly raised: {
    readonly now_qty_milli: number;
    readonly in_time_qty_milli: number;
    readonly whole_on: string | null;
    readonly others_hurt: number;
  } | null;
  /** Sites with something left of the item after everybody there. */
  readonly elsewhere: readonly { readonly site_id: number; readonly site: string; readonly left_qty_milli: number }[];
  /** Decisions about the line and its order, the newest first. */
  readonly decisions: readonly {
    readonly id: string;
    readonly kind: string;
    readonly until_on: string | null;
    readonly reason: string;
    readonly author: string;
    readonly written_at_ms: number;
    readonly whole_order: boolean;
    readonly state: MutationState;
  }[];
  readonly provenance: Provenance;
}
export interface FulfilmentTurn {
  readonly place: number;
  readonly order_id: number;
  readonly order_line_id: number;
  readonly number: string;
  readonly party: string | null;
  readonly channel_kind: string;
  readonly priority: number;
  readonly standing: Standing;
  readonly due_on: string;
  readonly open_qty_milli: number;
  readonly now_qty_milli: number;
  readonly in_time_qty_milli: number;
  readonly state: LineState;
}
