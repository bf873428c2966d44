/**
 * Which draft orders a second person has to see before they are sent, and who that may be. Decisions are judged one by one
 * (approval.ts); here what nobody else saw is added up, so that many small lines do not go where a large one would not.
 */
import { minorText } from '../../money.ts';

const DAY_MS = 86_400_000;

/** What goes to a supplier unseen is added up over so many days. */
export const UNSEEN_DAYS = 7;

export interface JudgedLine {
  /** At the price of the day it was decided; null = none was known. */
  readonly value_minor: number | null;
  /** Who decided that it is bought. */
  readonly decided_by: string;
  /** Somebody else approved that decision. */
  readonly seen: boolean;
}

export interface OrderAnswer {
  readonly verdict: 'approved' | 'refused';
  readonly by: string;
  readonly at_ms: number;
  readonly reason: string | null;
}

export interface JudgedOrder {
  readonly id: string;
  readonly supplier_id: number;
  readonly author: string;
  /** When it was taken; what a copy made and the server has not taken yet comes after all that it has. */
  readonly made_at_ms: number;
  readonly waiting: boolean;
  readonly ended: { readonly kind: 'sent' | 'cancelled'; readonly by: string; readonly at_ms: number } | null;
  readonly answer: OrderAnswer | null;
  readonly lines: readonly JudgedLine[];
}

export interface UnseenValue {
  /** Lines of it nobody else saw, in minor units. */
  readonly own_minor: number;
  /** Such lines of other drafts to the supplier that count with it. */
  readonly others_minor: number;
  readonly others: readonly string[];
  /** Lines nobody else saw of which no price is known. */
  readonly unpriced: number;
  readonly limit_minor: number;
  /** A second person has to see it before it is sent, as long as nobody did. Equal to the limit is within it. */
  readonly needed: boolean;
}

/** Those made before another: the same on every machine that has both. */
function isBefore(a: JudgedOrder, b: JudgedOrder): boolean {
  if (a.waiting !== b.waiting) return b.waiting;
  return a.made_at_ms === b.made_at_ms ? a.id < b.id : a.made_at_ms < b.made_at_ms;
}

/**
 * Counts with an order of the same supplier: sent unapproved in the last days, whenever it was made, or made in them before it
 * and still to be sent. What was approved somebody saw whole; what was refused or cancelled never leaves.
 */
function countsWith(other: JudgedOrder, order: JudgedOrder, now_ms: number): boolean {
  if (other.id === order.id || other.supplier_id !== order.supplier_id || other.answer !== null) return false;
  const since_ms = now_ms - UNSEEN_DAYS * DAY_MS;
  if (other.ended === null) return isBefore(other, order) && other.made_at_ms > since_ms;
  return other.ended.kind === 'sent' && other.ended.at_ms > since_ms;
}

/** `orders`: all of the company, of any site, that are known here; its currency is one. The order itself may be among them. */
export function unseenValue(
  order: JudgedOrder,
  orders: readonly JudgedOrder[],
  { limit_minor, now_ms }: { readonly limit_minor: number; readonly now_ms: number },
): UnseenValue {
  const own = order.lines.filter((line) => !line.seen);
  const others = orders.filter((each) => countsWith(each, order, now_ms) && unseenMinor(each) > 0);
  const own_minor = unseenMinor(order);
  const others_minor = others.reduce((sum, each) => sum + unseenMinor(each), 0);
  const unpriced = own.filter((line) => line.value_minor === null).length;
  return {
    own_minor,
    others_minor,
    others: others.map(({ id }) => id),
    unpriced,
    limit_minor,
    // what somebody saw line by line is not asked for again, whatever else went there
    needed: own.length > 0 && (unpriced > 0 || own_minor + others_minor > limit_minor),
  };
}

function unseenMinor({ lines }: JudgedOrder): number {
  return lines.reduce((sum, line) => sum + (line.seen ? 0 : (line.value_minor ?? 0)), 0);
}

/** Whether it waits for a second person, or what that one said; 'none' = it needs none, or is over without. */
export function approvalStands({ answer, ended }: JudgedOrder, { needed }: UnseenValue): OrderApprovalState {
  return answer?.verdict ?? (ended === null && needed ? 'waits' : 'none');
}
export type OrderApprovalState = 'none' | 'waits' | OrderAnswer['verdict'];

/** Roles that hold `approve_purchases`, in words. */
export const WHO_APPROVES = 'A buyer, controller or executive';

/** Why it waits, for whom, in sentences. */
export function unseenWords(value: UnseenValue, currency: string): string {
  const money = (amount_minor: number): string => `${minorText(BigInt(amount_minor), currency)} ${currency}`;
  const { own_minor, others_minor, unpriced, limit_minor } = value;
  const sum = `Nobody else saw lines worth ${money(own_minor + others_minor)}`;
  const split =
    others_minor === 0
      ? ''
      : `: ${money(own_minor)} here, ${money(others_minor)} in other drafts to this supplier of the last ${UNSEEN_DAYS} days`;
  const priceless =
    unpriced === 0 ? '' : ` ${unpriced === 1 ? 'One line has' : `${unpriced} lines have`} no known price.`;
  return `${sum}${split}.${priceless} The limit is ${money(limit_minor)}. ${WHO_APPROVES} who decided none of it approves it first.`;
}

export type OrderRefusal = {
  readonly ok: false;
  readonly outcome: 'conflict' | 'rejected';
  readonly code:
    | 'not_permitted'
    | 'own_order'
    | 'own_decision'
    | 'already_answered'
    | 'draft_ended'
    | 'no_approval_needed'
    | 'order_not_approved'
    | 'order_refused';
  readonly message: string;
};
export type OrderSays = { readonly ok: true } | OrderRefusal;

const no = (outcome: OrderRefusal['outcome'], code: OrderRefusal['code'], message: string): OrderSays => ({
  ok: false,
  outcome,
  code,
  message,
});

/** Why this person does not answer, however it stands; null = they may. */
export function notTheirs(
  order: JudgedOrder,
  { user_name, may_approve }: { readonly user_name: string; readonly may_approve: boolean },
): 'role' | 'own_order' | 'own_decision' | null {
  if (!may_approve) return 'role';
  if (order.author === user_name) return 'own_order';
  return order.lines.some((line) => !line.seen && line.decided_by === user_name) ? 'own_decision' : null;
}

/**
 * May this person approve or refuse it? The same question on both sides: predicted in the replica, decided at the server.
 * What is within the limit may be answered too: whoever sees one site does not know what other sites ordered.
 */
export function mayAnswerOrder(
  order: JudgedOrder,
  who: { readonly user_name: string; readonly may_approve: boolean },
): OrderSays {
  switch (notTheirs(order, who)) {
    case 'role':
      return no('rejected', 'not_permitted', 'Your role may not approve purchases here.');
    case 'own_order':
      return no('rejected', 'own_order', 'You made this draft yourself; somebody else approves it.');
    case 'own_decision':
      return no('rejected', 'own_decision', 'You decided lines of this draft yourself; somebody else approves it.');
    case null:
  }
  if (order.answer !== null) {
    return no('conflict', 'already_answered', `${order.answer.by} ${order.answer.verdict} it before you.`);
  }
  if (order.ended !== null)
    return no('conflict', 'draft_ended', `${order.ended.by} ${order.ended.kind} it before you.`);
  if (order.lines.every((line) => line.seen)) {
    return no('rejected', 'no_approval_needed', 'Every line of this draft was approved by itself; it needs no more.');
  }
  return { ok: true };
}

/** May it be sent, as far as a second person goes? */
export function maySendOrder({ answer }: JudgedOrder, value: UnseenValue, currency: string): OrderSays {
  if (answer?.verdict === 'approved') return { ok: true };
  if (answer !== null) {
    const why = answer.reason === null ? '' : `: “${answer.reason}”`;
    return no('rejected', 'order_refused', `${answer.by} refused it${why}. Cancel it, then decide on its lines anew.`);
  }
  return value.needed ? no('rejected', 'order_not_approved', unseenWords(value, currency)) : { ok: true };
}
