/**
 * A transfer between two sites of a company as a document: asked for, given or refused by the giving site, sent off, taken
 * in. It is what was said of it, one step after the other; how it stands follows from the steps and the day. Quantities
 * in thousandths, days as day numbers.
 */
import { ANY_DAY, type BuyingCalendar, receivingDayFrom } from '../planning/buyingCalendar.ts';
import type { DatedQuantity } from '../planning/projectedBalance.ts';

export const TRANSFER_STEPS = [
  'requested',
  'withdrawn',
  'approved',
  'refused',
  'cancelled',
  'dispatched',
  'received',
] as const;
export type TransferStep = (typeof TRANSFER_STEPS)[number];

export const TRANSFER_STATES = [
  'requested',
  'approved',
  'in_transit',
  'received',
  'refused',
  'withdrawn',
  'cancelled',
  'expired',
] as const;
export type TransferState = (typeof TRANSFER_STATES)[number];

/** As people read it: on screens, in files, in the filters of their columns. */
export const TRANSFER_STATE_NAMES: Readonly<Record<TransferState, string>> = {
  requested: 'Asked for',
  approved: 'Given, not sent off',
  in_transit: 'Under way',
  received: 'Arrived',
  refused: 'Refused',
  withdrawn: 'Withdrawn',
  cancelled: 'Cancelled',
  expired: 'Expired',
};

/** Somebody waits for something. */
export const OPEN_TRANSFER_STATES: ReadonlySet<TransferState> = new Set(['requested', 'approved', 'in_transit']);

/** A request nobody answered for so many days is over. */
export const REQUEST_DAYS = 7;
/** So is what was given and not sent off for so many days: what it held back is free again. */
export const APPROVED_DAYS = 14;
/** A way nobody measured takes so many days. */
export const UNKNOWN_WAY_DAYS = 3;

/** What came from a site so many days ago does not go back to it: it would better not have been moved. */
export const RECENT_MOVE_DAYS = 60;

/** Asked for or answered in one go. */
export const MOST_TRANSFERS = 100;

export interface TransferEvent {
  readonly step: TransferStep;
  readonly qty_milli: number;
  /** Of a request the day it is wanted by, later the day it should come; null = none was said. */
  readonly due_on: number | null;
  readonly reason: string | null;
  readonly author: string;
  readonly at_ms: number;
  /** The company's day. */
  readonly said_on: number;
}

export interface TransferStanding {
  readonly state: TransferState;
  readonly requested: TransferEvent;
  /** Approved or refused. */
  readonly answer: TransferEvent | null;
  readonly dispatched: TransferEvent | null;
  readonly received: TransferEvent | null;
  /** Withdrawn or cancelled. */
  readonly ended: TransferEvent | null;
  /** What is or was to come: asked for, given, sent off, taken in; 0 once it is over without goods. */
  readonly qty_milli: number;
  readonly due_on: number | null;
  /** The last day on which the next step may be taken; null = none is awaited, or it has no end. */
  readonly until_on: number | null;
}

/** null = nobody asked. A step that does not follow from the ones before it says nothing. */
export function transferStanding(events: readonly TransferEvent[], today_on: number): TransferStanding | null {
  const requested = events.find((each) => each.step === 'requested');
  if (requested === undefined) return null;
  const first = (...steps: readonly TransferStep[]): TransferEvent | null =>
    events.find((each) => steps.includes(each.step)) ?? null;
  const answer = first('approved', 'refused');
  const approved = answer?.step === 'approved' ? answer : null;
  const dispatched = approved === null ? null : first('dispatched');
  const received = dispatched === null ? null : first('received');
  const ended = dispatched !== null ? null : approved === null ? first('withdrawn') : first('cancelled');
  const common = { requested, answer, dispatched, received, ended };
  const over = (state: TransferState): TransferStanding => ({
    ...common,
    state,
    qty_milli: 0,
    due_on: null,
    until_on: null,
  });
  if (received) return { ...common, state: 'received', qty_milli: received.qty_milli, due_on: null, until_on: null };
  if (dispatched) {
    const { qty_milli, due_on } = dispatched;
    return { ...common, state: 'in_transit', qty_milli, due_on, until_on: null };
  }
  if (ended) return over(ended.step === 'withdrawn' ? 'withdrawn' : 'cancelled');
  if (answer?.step === 'refused') return over('refused');
  const last = approved ?? requested;
  const until_on = last.said_on + (approved ? APPROVED_DAYS : REQUEST_DAYS);
  if (today_on > until_on) return over('expired');
  const { qty_milli, due_on } = last;
  return { ...common, state: approved ? 'approved' : 'requested', qty_milli, due_on, until_on };
}

/** The day what leaves on a day is there: after the way, on the next day on which the site takes goods in; null = any day. */
export function arrivalOn(receiving: BuyingCalendar | null, leaves_on: number, way_days: number): number {
  return receivingDayFrom(receiving ?? ANY_DAY, leaves_on + way_days);
}

export interface TransferCounts {
  /** Held back for the other site where it lies; null = nothing (any more). */
  readonly leaves: DatedQuantity | null;
  /** Expected where it goes. */
  readonly comes: DatedQuantity | null;
}

const NOTHING: TransferCounts = { leaves: null, comes: null };

/**
 * What it counts for at both sites: a request nothing, what is given is held back at once, what is under way is not there any
 * more. `receiving`: when the site it goes to takes goods in; null = any day.
 */
export function transferCounts(
  { state, qty_milli, due_on }: TransferStanding,
  today_on: number,
  receiving: BuyingCalendar | null,
): TransferCounts {
  if ((state !== 'approved' && state !== 'in_transit') || qty_milli === 0) return NOTHING;
  // what should have come is awaited, not forgotten
  const comes = { on: arrivalOn(receiving, Math.max(due_on ?? today_on, today_on), 0), qty_milli };
  return { leaves: state === 'approved' ? { on: today_on, qty_milli } : null, comes };
}

export interface Move {
  readonly from_site_id: number;
  readonly to_site_id: number;
}

/** Whether goods sent this way would lead back, over however many sites, to where others of the item came from. */
export function leadsBack(moves: readonly Move[], { from_site_id, to_site_id }: Move): boolean {
  const reached = new Set([to_site_id]);
  for (let before = 0; before < reached.size; ) {
    before = reached.size;
    for (const move of moves) if (reached.has(move.from_site_id)) reached.add(move.to_site_id);
  }
  return reached.has(from_site_id);
}
