/** What a decision on an order proposal is: which one counts for a position, what it may say, and what it was proposed from. */
import type { DemandBasis } from './demand.ts';
import type { Reason } from './draftOrder.ts';
import type { TransferState } from '../../transfers/transfer.ts';
import { MOST_QTY_MILLI, roundUpToSupplierMilli } from '../orderQuantity.ts';

export type Verdict = 'accepted' | 'changed' | 'rejected' | 'withdrawn';

/** The figures a proposal was made of, as they were. Days as ISO text: it is kept as JSON and read by people. */
export interface DecisionInputs {
  readonly as_of_on: string;
  /** Why it was proposed now: needed, or brought forward for the supplier's minimum or for freight, or all or part of it fills a container. */
  readonly because: Reason;
  readonly position_qty_milli: number;
  readonly week_qty_milli: number;
  readonly demand_by?: DemandBasis | undefined;
  readonly reorder_qty_milli: number;
  /** null = whole lots. */
  readonly up_to_qty_milli: number | null;
  readonly need_qty_milli: number;
  /** Accepted before and not on order yet; in the position. */
  readonly accepted_before_qty_milli: number;
  readonly order_by_on: string | null;
  readonly runs_out_on: string | null;
  readonly short_qty_milli: number;
  /** What the server's own facts proposed when it took the decision; it alone says so, of what is bought. */
  readonly own_qty_milli?: number | undefined;
}

/**
 * The most that can have been proposed of these figures, in what the supplier sells: what came from other sites or may
 * not lie so long makes it less, nothing makes it more. null = the figures contradict each other. That the figures are
 * true it does not say: against who invents them the server asks its own facts (ownFigure.ts).
 */
export function mostProposedMilli(inputs: DecisionInputs, terms: QuantityTerms): number | null {
  const { position_qty_milli: position, reorder_qty_milli: reorder, up_to_qty_milli: up_to, need_qty_milli } = inputs;
  const inWholes = (qty_milli: number): number =>
    roundUpToSupplierMilli(qty_milli, terms.minimum_qty_milli, terms.multiple_qty_milli);
  if (terms.minimum_qty_milli < 0 || terms.multiple_qty_milli < 0) return null;
  // what fills a container is bound by how long it may lie, which these figures do not say
  if (inputs.because === 'for_container') return MOST_QTY_MILLI;
  // how large a lot is, these figures do not say either
  if (inputs.because !== 'needed') return up_to === null ? MOST_QTY_MILLI : inWholes(up_to - position);
  if (position > reorder) return null;
  if (up_to !== null && (up_to < reorder || need_qty_milli !== up_to - position)) return null;
  return inWholes(need_qty_milli);
}

export interface QuantityTerms {
  /** 0 = none. */
  readonly minimum_qty_milli: number;
  /** 0 = any quantity. */
  readonly multiple_qty_milli: number;
}

export type QuantityFault = 'not_a_quantity' | 'too_large' | 'below_minimum' | 'no_multiple';

/** The first thing wrong with a quantity to buy; null = the supplier sells it so. */
export function quantityFault(qty_milli: number, terms: QuantityTerms): QuantityFault | null {
  if (!Number.isSafeInteger(qty_milli) || qty_milli <= 0) return 'not_a_quantity';
  if (qty_milli > MOST_QTY_MILLI) return 'too_large';
  if (qty_milli < terms.minimum_qty_milli) return 'below_minimum';
  if (terms.multiple_qty_milli > 0 && qty_milli % terms.multiple_qty_milli !== 0) return 'no_multiple';
  return null;
}

export function quantityFaultWords(fault: QuantityFault, terms: QuantityTerms): string {
  const units = (qty_milli: number): string => String(qty_milli / 1000);
  switch (fault) {
    case 'not_a_quantity':
      return 'A quantity is a number above 0.';
    case 'too_large':
      return 'Nobody orders that much. Check the digits.';
    case 'below_minimum':
      return `The supplier sells at least ${units(terms.minimum_qty_milli)}.`;
    case 'no_multiple':
      return `The supplier sells it in ${units(terms.multiple_qty_milli)}s: take a multiple of that.`;
  }
}

export type DecisionState =
  | 'accepted'
  /** Accepted or changed, and waiting for a second person. */
  | 'for_approval'
  | 'refused'
  | 'rejected'
  | 'withdrawn'
  /** A line of a draft order that is not sent. */
  | 'on_draft'
  /** The giving site is asked and has not answered. */
  | 'asked'
  | 'ordered';

export interface DecisionFacts {
  readonly verdict: Verdict;
  readonly approval: string | null;
  readonly answer: 'approved' | 'refused' | null;
  /** The draft it is a line of, cancelled ones left out. */
  readonly draft: 'open' | 'sent' | null;
  /** How the newest transfer stands that carries it out. */
  readonly transfer: TransferState | null;
}

export function decisionState({ verdict, approval, answer, draft, transfer }: DecisionFacts): DecisionState {
  if (verdict === 'rejected' || verdict === 'withdrawn') return verdict;
  switch (transfer) {
    case 'requested':
      return 'asked';
    case 'refused':
      return 'refused';
    case 'approved':
    case 'in_transit':
    case 'received':
      // the document counts from here on
      return 'ordered';
    default:
  }
  if (draft !== null) return draft === 'open' ? 'on_draft' : 'ordered';
  if (answer === 'refused') return 'refused';
  return approval !== null && answer === null ? 'for_approval' : 'accepted';
}

/** A rejected proposal comes back after so many days, if it is still one. */
export const REJECTION_DAYS = 7;

/**
 * Whether the newest decision about a position still says something about it: what was withdrawn or ordered is over, a
 * rejection after its days, a transfer once it should have come.
 */
export function decisionStands(
  decision: { readonly kind: 'buy' | 'transfer'; readonly decided_on: number; readonly receive_on: number },
  state: DecisionState,
  today_on: number,
): boolean {
  switch (state) {
    case 'withdrawn':
    case 'ordered':
      return false;
    case 'rejected':
    case 'refused':
      return today_on < decision.decided_on + REJECTION_DAYS;
    case 'on_draft':
    case 'asked':
      return true;
    case 'accepted':
    case 'for_approval':
      return decision.kind === 'buy' || today_on <= decision.receive_on;
  }
}

/** Gone so far that the draft or the request is taken back first; then it is decided anew. */
export function isUnderWay(state: DecisionState): boolean {
  return state === 'on_draft' || state === 'asked' || state === 'ordered';
}

/** Decided in one go; who decides on more does so in several. */
export const MOST_DECISIONS = 200;

/** What a decision is about: one proposal of one position. */
export function decisionKey(about: {
  readonly site_id: number;
  readonly item_id: number;
  readonly kind: 'buy' | 'transfer';
  readonly from_site_id: number | null;
}): string {
  return `${about.site_id}:${about.item_id}:${about.kind}:${about.from_site_id ?? 0}`;
}
