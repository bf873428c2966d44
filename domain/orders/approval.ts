/**
 * Which open orders somebody has to allow: a line below the price floor, a discount beyond its rule, a customer beyond the
 * credit limit. What was decided is bound to the order's lines, as a sign-off is: a changed order asks again.
 */

export const APPROVAL_KINDS = ['floor', 'discount', 'credit'] as const;
export type ApprovalKind = (typeof APPROVAL_KINDS)[number];
export const APPROVAL_DECISIONS = ['asked', 'approved', 'refused'] as const;
export type ApprovalDecision = (typeof APPROVAL_DECISIONS)[number];

/** The area of the figures a kind is made of. */
export function areaOfApproval(kind: ApprovalKind): 'general' | 'cost' | 'finance' {
  if (kind === 'floor') return 'cost';
  return kind === 'credit' ? 'finance' : 'general';
}

export interface ApprovedLine {
  readonly id: number;
  readonly kind: string;
  readonly item_id: number | null;
  readonly ordered_qty_milli: number;
  readonly cancelled_qty_milli: number;
  readonly unit_price_micro: number;
  readonly gross_minor: number;
  readonly discount_minor: number;
  readonly net_minor: number;
}

/** Canonical text whose SHA-256 (hex) a decision is bound to. The order of the given lines does not matter. */
export function orderContent(
  order: { readonly id: number; readonly party_id: number | null },
  lines: readonly ApprovedLine[],
): string {
  const body = lines
    .toSorted((a, b) => a.id - b.id)
    .map((line) =>
      JSON.stringify([
        line.id,
        line.kind,
        line.item_id,
        line.ordered_qty_milli,
        line.cancelled_qty_milli,
        line.unit_price_micro,
        line.gross_minor,
        line.discount_minor,
        line.net_minor,
      ]),
    );
  return [JSON.stringify([order.id, order.party_id]), ...body].join('\n');
}

/** A rule an order breaks, as it stood when it was looked at: kept with the decision. */
export interface BrokenRule {
  /** Where the rule lies: 'price_rule', 'channel_rule', 'price_floor', 'party' (its credit limit). */
  readonly rule: 'price_rule' | 'channel_rule' | 'price_floor' | 'party';
  readonly id: number;
  /** Identity of its state. */
  readonly ver: number;
  readonly order_line_id: number | null;
  /** Basis points of a discount, millionths of a floor, minor units of a limit. */
  readonly allowed: number;
  readonly found: number;
  /** Money beyond the rule. */
  readonly beyond_minor: number;
}

export interface CreditFigures {
  readonly limit_minor: number | null;
  readonly receivables_minor: number;
  readonly shipped_unbilled_minor: number;
  readonly open_orders_minor: number;
  readonly deposits_minor: number;
}

/** Open receivables + shipped, not billed + open orders − deposits (the KPI's). */
export function exposureMinor(figures: CreditFigures): number {
  return (
    figures.receivables_minor + figures.shipped_unbilled_minor + figures.open_orders_minor - figures.deposits_minor
  );
}

/** How far beyond the limit; 0 within it or without one. */
export function beyondCreditMinor(figures: CreditFigures): number {
  return figures.limit_minor === null ? 0 : Math.max(0, exposureMinor(figures) - figures.limit_minor);
}

/** Money beyond the rules of several orders; a customer is beyond the limit once, however many of their orders wait. */
export function beyondTogether(
  orders: readonly {
    readonly kind: ApprovalKind;
    readonly order_id: number;
    readonly party_id: number | null;
    readonly beyond_minor: number;
  }[],
): number {
  const once = new Map(
    orders.map(({ kind, order_id, party_id, beyond_minor }) => [
      kind === 'credit' ? `credit ${party_id}` : `${kind} ${order_id}`,
      beyond_minor,
    ]),
  );
  return [...once.values()].reduce((sum, beyond_minor) => sum + beyond_minor, 0);
}

export interface SaidOfOrder {
  readonly decision: ApprovalDecision;
  readonly content_hash: string;
  readonly author: string;
  readonly accepted_at_ms: number;
  /** False while it is only predicted here. */
  readonly accepted: boolean;
}

export type ApprovalState = 'waiting' | 'approved' | 'refused';

/** What holds of an order that breaks a rule: the newest decision about its lines as they are now, until somebody asks again. */
export function approvalState<Said extends SaidOfOrder>(
  said: readonly Said[],
  content_hash: string,
): { readonly state: ApprovalState; readonly by: Said | null; readonly changed: boolean } {
  const newest = newestDecision(said);
  if (newest === null) return { state: 'waiting', by: null, changed: false };
  if (newest.content_hash !== content_hash) return { state: 'waiting', by: newest, changed: true };
  if (newest.decision === 'approved') return { state: 'approved', by: newest, changed: false };
  const asked_again = said.some((each) => each.decision === 'asked' && isAfter(each, newest));
  return { state: asked_again ? 'waiting' : 'refused', by: newest, changed: false };
}

function newestDecision<Said extends SaidOfOrder>(said: readonly Said[]): Said | null {
  let newest: Said | null = null;
  for (const each of said) if (each.decision !== 'asked' && (newest === null || !isAfter(newest, each))) newest = each;
  return newest;
}

/** What is only predicted here comes after everything the server has. */
function isAfter(a: SaidOfOrder, b: SaidOfOrder): boolean {
  return a.accepted === b.accepted ? a.accepted_at_ms > b.accepted_at_ms : !a.accepted;
}

/** Who wants the order as it is: the customer's salesperson, and whoever asked since the last decision. */
export function requestersOf(said: readonly SaidOfOrder[], salesperson: string | null): readonly string[] {
  const newest = newestDecision(said);
  const asked = said.filter((each) => each.decision === 'asked' && (newest === null || isAfter(each, newest)));
  return [...new Set([...(salesperson === null ? [] : [salesperson]), ...asked.map((each) => each.author)])];
}

/** Nobody allows what they want themselves; the source may know people by their names. */
export function mayDecideOrder(
  user: { readonly name: string; readonly display_name: string },
  requesters: readonly string[],
): boolean {
  return !requesters.some((requester) => requester === user.name || requester === user.display_name);
}
