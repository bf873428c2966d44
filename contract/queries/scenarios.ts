/** Scenarios: what a person takes to be otherwise, kept on this machine, and what it would make of today's figures. */
import { z } from 'zod';
import type { LineState } from '#domain/allocation/servePosition.ts';
import { OVERRIDE_KINDS } from '#domain/allocation/servingOrder.ts';
import { MOST_ASSUMPTIONS } from '#domain/scenario/assumption.ts';
import type { LineChange, ProposalChange } from '#domain/scenario/difference.ts';
import type { CommandName } from '../commands.ts';
import type { MutationState } from '../events.ts';
import { Id, Limit, Offset, Text } from './arguments.ts';
import { editionArguments, type InEdition } from './editions.ts';
import type { Provenance } from './session.ts';

const AssumptionId = z.uuid();
const Day = z.iso.date();
// what a figure may be is told in a sentence by domain/scenario; here it only has to be one
const Whole = z.int();
const place = { item_id: Id, site_id: Id };

/** As domain/scenario/assumption.ts has it, with days as dates. */
export const AssumptionShape = z.discriminatedUnion('kind', [
  z.strictObject({
    id: AssumptionId,
    kind: z.literal('receipt'),
    po_line_id: Id,
    on: Day.nullable(),
    qty_milli: Whole.nullable(),
  }),
  z.strictObject({ id: AssumptionId, kind: z.literal('new_receipt'), ...place, on: Day, qty_milli: Whole }),
  z.strictObject({
    id: AssumptionId,
    kind: z.literal('demand'),
    item_id: Id.nullable(),
    site_id: Id.nullable(),
    category: z.string().min(1).max(120).nullable(),
    abc: z.enum(['A', 'B', 'C']).nullable().optional(),
    channel_id: Id.nullable().optional(),
    factor_bp: Whole,
  }),
  z.strictObject({
    id: AssumptionId,
    kind: z.literal('new_order_line'),
    ...place,
    channel_id: Id.nullable(),
    on: Day,
    qty_milli: Whole,
    net_minor: Whole.nullable(),
  }),
  z.strictObject({
    id: AssumptionId,
    kind: z.literal('serving'),
    order_id: Id,
    order_line_id: Id.nullable(),
    standing: z.enum(OVERRIDE_KINDS),
  }),
  z.strictObject({
    id: AssumptionId,
    kind: z.literal('channel'),
    channel_id: Id,
    priority: Whole,
    protected_bp: Whole,
  }),
  z.strictObject({
    id: AssumptionId,
    kind: z.literal('policy'),
    ...place,
    min_qty_milli: Whole.nullable(),
    max_qty_milli: Whole.nullable(),
    target_bp: Whole.nullable(),
  }),
  z.strictObject({
    id: AssumptionId,
    kind: z.literal('class_policy'),
    abc: z.enum(['A', 'B', 'C']),
    site_id: Id.nullable(),
    target_bp: Whole.nullable(),
    min_factor_bp: Whole.nullable().optional(),
    max_factor_bp: Whole.nullable().optional(),
  }),
  z.strictObject({ id: AssumptionId, kind: z.literal('lead_time'), supplier_id: Id, days: Whole }),
]);
export type AssumptionView = z.output<typeof AssumptionShape>;
type WithoutId<One> = One extends AssumptionView ? Omit<One, 'id'> : never;
/** Before it has an id. */
export type NewAssumption = WithoutId<AssumptionView>;

export const Assumptions = z
  .array(AssumptionShape)
  .max(MOST_ASSUMPTIONS, `A scenario holds ${MOST_ASSUMPTIONS} assumptions.`)
  .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'assumptions have ids of their own');

/** What became of an assumption that was sent; kept with its scenario. */
export const SentShape = z.strictObject({
  assumption_id: AssumptionId,
  mutation_id: z.uuid(),
  /** Refused before it was queued: why. */
  refused: z.string().max(2000).nullable(),
});
export type SentAssumption = z.output<typeof SentShape>;

const ScenarioId = z.uuid();

export const scenarios = { args: z.strictObject({ company_id: Id }) };
export interface ScenarioLine {
  readonly id: string;
  readonly name: string;
  readonly assumptions: number;
  readonly saved_at_ms: number;
  readonly submitted_at_ms: number | null;
  /** Of those sent. */
  readonly outcomes: { readonly waiting: number; readonly accepted: number; readonly refused: number };
}

/** One scenario with its assumptions in names, and what of them can be sent. */
export const scenario = { args: z.strictObject({ scenario_id: ScenarioId }) };
export interface ScenarioDetail {
  readonly id: string;
  readonly company_id: number;
  readonly name: string;
  readonly saved_at_ms: number;
  readonly submitted_at_ms: number | null;
  readonly assumptions: readonly NamedAssumption[];
  readonly as_of_date: string;
  readonly provenance: Provenance;
}

export interface NamedAssumption {
  readonly assumption: AssumptionView;
  /** A few words for lists: 'PO-62 · FA-100'. */
  readonly label: string;
  readonly item_code: string | null;
  readonly item: string | null;
  readonly uom: string | null;
  readonly site: string | null;
  readonly channel: string | null;
  readonly supplier: string | null;
  /** Of an order or a purchase order. */
  readonly document: { readonly kind: 'order' | 'purchase'; readonly id: number; readonly number: string } | null;
  /** Of a receipt, as it is known today. */
  readonly known: { readonly on: string; readonly qty_milli: number } | null;
  /** Of a channel or a policy, as it holds today. */
  readonly held: Readonly<Record<string, number | null>> | null;
  /** Why it cannot be assumed any more: it is left out. */
  readonly problem: string | null;
  readonly sending: AssumptionSending;
  readonly outcome: AssumptionOutcome | null;
}

/** What would be sent for it, or why it stays on this machine. */
export type AssumptionSending =
  | {
      readonly sends: CommandName;
      /** Of the command but its reason. */
      readonly args: Readonly<Record<string, unknown>>;
      /** What it does, in a sentence. */
      readonly says: string;
    }
  | { readonly stays: string };

export interface AssumptionOutcome {
  readonly mutation_id: string;
  /** 'refused': before it was queued. 'gone': the outbox has let go of it, accepted over 90 days ago or taken back. */
  readonly state: MutationState | 'refused' | 'gone';
  readonly message: string | null;
}

/** Why each cannot be assumed; nothing is kept. */
export const scenarioCheck = { args: z.strictObject({ company_id: Id, assumptions: Assumptions }) };
export interface ScenarioCheck {
  readonly problems: readonly { readonly assumption_id: string; readonly problem: string }[];
}

export const SCENARIO_PARTS = ['all', 'lines', 'proposals'] as const;

/** A scenario beside today, both reckoned of the same moment; what differs, the most money first. */
export const scenarioCompare = {
  args: z.strictObject({
    scenario_id: ScenarioId,
    /** The state of it that is asked about: another state is another question. It is answered as it is now. */
    saved_at_ms: z.int().min(0).optional(),
    part: z.enum(SCENARIO_PARTS).default('all'),
    /** Only what this assumption reaches. */
    assumption_id: AssumptionId.optional(),
    /** Part of an item's code or name, an order's number or a customer's name. */
    text: Text.optional(),
    ...editionArguments,
    offset: Offset,
    limit: Limit,
  }),
};

export const SCENARIO_FIGURES = [
  'lines_in_time',
  'value_in_time',
  'lines_not_in_time',
  'short_value',
  'orders_late',
  'proposals',
  'order_value',
  'transfers',
  'stock_value',
  'positions_short',
] as const;
export type ScenarioFigureId = (typeof SCENARIO_FIGURES)[number];

export interface ScenarioFigure {
  readonly id: ScenarioFigureId;
  readonly unit: 'count' | 'bp' | 'minor';
  /** Which way is better; null = neither. */
  readonly better: 'more' | 'less' | null;
  /** null = no data, or not for this user. */
  readonly today: number | null;
  readonly scenario: number | null;
}

export interface ShortWeek {
  /** Positions of which more is asked for by its end than is there. */
  readonly positions: number;
  /** What is missing, at cost; null = not for this user. */
  readonly short_minor: number | null;
}

export interface ScenarioWeek {
  readonly week_start_on: string;
  readonly today: ShortWeek;
  readonly scenario: ShortWeek;
}

/** Still to promise of a place an assumption names, for a delivery in each week. */
export interface ScenarioPromise {
  readonly item_id: number;
  readonly item_code: string;
  readonly item: string;
  readonly uom: string;
  readonly site_id: number;
  readonly site: string;
  readonly today_qty_milli: readonly number[];
  readonly scenario_qty_milli: readonly number[];
}

interface DifferenceRow {
  readonly key: string;
  readonly item_id: number;
  readonly item_code: string;
  readonly item: string;
  readonly uom: string;
  readonly site_id: number;
  readonly site: string;
  /** What it costs or saves, the scenario less today; null = not known, or not for this user. */
  readonly money_minor: number | null;
  /** The assumptions that reach it. */
  readonly because: readonly string[];
  /** 'place': they speak of this very place; 'together': of what is ordered or moved with it. */
  readonly reached: 'place' | 'together';
}
export interface LineDifference extends DifferenceRow {
  readonly kind: 'line';
  readonly change: LineChange;
  /** null = the line is only assumed. */
  readonly order_line_id: number | null;
  readonly order_id: number | null;
  readonly number: string | null;
  readonly party: string | null;
  readonly channel_kind: string;
  readonly due_on: string;
  readonly open_qty_milli: number;
  readonly today: LineStanding | null;
  readonly scenario: LineStanding;
}
export interface LineStanding {
  readonly state: LineState;
  readonly in_time_qty_milli: number;
  readonly whole_on: string | null;
}
export interface ProposalDifference extends DifferenceRow {
  readonly kind: 'proposal';
  readonly change: ProposalChange;
  readonly buy: boolean;
  readonly supplier: string | null;
  readonly from_site: string | null;
  /** 0 = not proposed. */
  readonly today_qty_milli: number;
  readonly scenario_qty_milli: number;
}
export type ScenarioDifference = LineDifference | ProposalDifference;

export interface ScenarioCompare extends InEdition {
  readonly scenario_id: string;
  readonly company_id: number;
  readonly name: string;
  /** Assumptions that count, and those left out because they cannot be assumed any more. */
  readonly counting: number;
  readonly left_out: number;
  readonly figures: readonly ScenarioFigure[];
  readonly weeks: readonly ScenarioWeek[];
  readonly promises: readonly ScenarioPromise[];
  /** Places named by assumptions, of which `promises` has the first. */
  readonly promise_places: number;
  readonly rows: readonly ScenarioDifference[];
  readonly total_rows: number;
  /** Of everything that differs. */
  readonly counts: Readonly<Record<LineChange | ProposalChange, number>>;
  /** By assumption: what it reaches, alone or with others. */
  readonly reached: Readonly<Record<string, number>>;
  /** More differs than is kept in the list. */
  readonly cut: boolean;
  /** Rows it needs are still loading: nothing is compared before they are here. */
  readonly waiting: boolean;
  readonly currency: string;
  readonly cost_visible: boolean;
  readonly as_of_date: string;
  readonly provenance: Provenance;
}
