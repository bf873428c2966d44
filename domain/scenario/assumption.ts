/**
 * What a scenario takes to be otherwise than today: one assumption at a time. Quantities in thousandths of the item's base
 * unit, days as day numbers.
 */
import type { OverrideKind } from '#domain/allocation/servingOrder.ts';
import type { AbcClass } from '#domain/planning/abcXyz.ts';

export const ASSUMPTION_KINDS = [
  'receipt',
  'new_receipt',
  'demand',
  'new_order_line',
  'serving',
  'channel',
  'policy',
  'class_policy',
  'lead_time',
] as const;
export type AssumptionKind = (typeof ASSUMPTION_KINDS)[number];

export type Assumption = { readonly id: string } & AssumptionBody;

export type AssumptionBody =
  /** A line that is on order comes on another day or with another quantity. null = as it is; 0 = it does not come. */
  | {
      readonly kind: 'receipt';
      readonly po_line_id: number;
      readonly on: number | null;
      readonly qty_milli: number | null;
    }
  | {
      readonly kind: 'new_receipt';
      readonly item_id: number;
      readonly site_id: number;
      readonly on: number;
      readonly qty_milli: number;
    }
  /** Of what is expected to be asked for; orders that are here stay as they are. null = any. */
  | {
      readonly kind: 'demand';
      readonly item_id: number | null;
      readonly site_id: number | null;
      readonly category: string | null;
      /** Of items of the class, and of the channel's part alone: those saved before there were any name none. */
      readonly abc?: AbcClass | null | undefined;
      readonly channel_id?: number | null | undefined;
      readonly factor_bp: number;
    }
  /** `net_minor`: of the whole line; null = not priced, it then counts for nothing in money. */
  | {
      readonly kind: 'new_order_line';
      readonly item_id: number;
      readonly site_id: number;
      readonly channel_id: number | null;
      readonly on: number;
      readonly qty_milli: number;
      readonly net_minor: number | null;
    }
  /** `order_line_id` null: every line of the order. */
  | {
      readonly kind: 'serving';
      readonly order_id: number;
      readonly order_line_id: number | null;
      readonly standing: OverrideKind;
    }
  | {
      readonly kind: 'channel';
      readonly channel_id: number;
      readonly priority: number;
      readonly protected_bp: number;
    }
  /** Figures of a position's policy; null = as it is. Which of them a policy has depends on its kind. */
  | {
      readonly kind: 'policy';
      readonly item_id: number;
      readonly site_id: number;
      readonly min_qty_milli: number | null;
      readonly max_qty_milli: number | null;
      readonly target_bp: number | null;
    }
  /**
   * Of the policies of a class's items: the service target of those that go by one, and what the minimum and the maximum of the
   * others are multiplied by. null = as it is; those saved before there were factors name none. `site_id` null = at every site.
   */
  | {
      readonly kind: 'class_policy';
      readonly abc: AbcClass;
      readonly site_id: number | null;
      readonly target_bp: number | null;
      readonly min_factor_bp?: number | null | undefined;
      readonly max_factor_bp?: number | null | undefined;
    }
  /** What the supplier takes for everything it is asked for, instead of what was measured or agreed. */
  | { readonly kind: 'lead_time'; readonly supplier_id: number; readonly days: number };

export const MOST_ASSUMPTIONS = 200;
export const MOST_FACTOR_BP = 100_000;
export const MOST_QTY_MILLI = 1_000_000_000_000;
/** An assumption speaks of so many days ahead at the most. */
export const MOST_DAYS_AHEAD = 730;
export const MOST_PRIORITY = 99;
export const MOST_LEAD_TIME_DAYS = 730;

export interface KnownReceipt {
  readonly po_line_id: number;
  readonly number: string;
  readonly item_id: number;
  readonly site_id: number;
  readonly on: number;
  readonly open_qty_milli: number;
}

export interface KnownLine {
  readonly order_line_id: number;
  readonly order_id: number;
  readonly item_id: number;
  readonly site_id: number;
}

export interface KnownPolicy {
  readonly policy_kind: string;
  readonly min_qty_milli: number;
  readonly max_qty_milli: number;
  readonly target_bp: number | null;
}

/** What is there of all that a scenario's assumptions name. What is missing here is not there, or not this person's to see. */
export interface KnownFacts {
  readonly today_on: number;
  readonly items: ReadonlyMap<number, { readonly code: string; readonly name: string; readonly uom: string }>;
  readonly sites: ReadonlyMap<number, string>;
  readonly channels: ReadonlyMap<number, string>;
  readonly suppliers: ReadonlyMap<number, string>;
  readonly categories: ReadonlySet<string>;
  /** Lines of open purchase orders with something left. */
  readonly receipts: ReadonlyMap<number, KnownReceipt>;
  /** Open orders; their lines of goods. */
  readonly orders: ReadonlyMap<number, { readonly number: string; readonly lines: readonly KnownLine[] }>;
  /** By `positionOf`. */
  readonly policies: ReadonlyMap<string, KnownPolicy>;
}

export const positionOf = (item_id: number, site_id: number): string => `${item_id}:${site_id}`;

/** Whether it can change how a line of an order is served: open orders are served by what is there and comes, not by rules of buying. */
export const movesLines = ({ kind }: AssumptionBody): boolean =>
  kind !== 'demand' && kind !== 'policy' && kind !== 'class_policy' && kind !== 'lead_time';

/** Whether it can change what is proposed: that goes by what is asked for in all, whoever is served first. */
export const movesProposals = ({ kind }: AssumptionBody): boolean => kind !== 'serving' && kind !== 'channel';

/** Why it cannot be assumed, in a sentence; null = it can. */
export function problemOf(each: AssumptionBody, known: KnownFacts): string | null {
  switch (each.kind) {
    case 'receipt':
      return (
        (known.receipts.has(each.po_line_id)
          ? null
          : 'That line is not on order any more: it came or was cancelled.') ??
        (each.on === null && each.qty_milli === null ? 'Say another day or another quantity.' : null) ??
        (each.on === null ? null : dayProblem(each.on, known, 'A receipt')) ??
        (each.qty_milli === null ? null : quantityProblem(each.qty_milli, true))
      );
    case 'new_receipt':
      return (
        placeProblem(each, known) ?? dayProblem(each.on, known, 'A receipt') ?? quantityProblem(each.qty_milli, false)
      );
    case 'demand':
      return demandProblem(each, known);
    case 'new_order_line':
      return (
        placeProblem(each, known) ??
        (each.channel_id === null || known.channels.has(each.channel_id) ? null : 'There is no such channel here.') ??
        dayProblem(each.on, known, 'An order') ??
        quantityProblem(each.qty_milli, false) ??
        (each.net_minor !== null && !(each.net_minor >= 0) ? 'The value of a line is 0 or more.' : null)
      );
    case 'serving':
      return servingProblem(each, known);
    case 'channel':
      return (
        (known.channels.has(each.channel_id) ? null : 'There is no such channel here.') ??
        (isWhole(each.priority, 1, MOST_PRIORITY)
          ? null
          : `A priority lies between 1 and ${MOST_PRIORITY}; 1 is first.`) ??
        (isWhole(each.protected_bp, 0, 10_000) ? null : 'A protected share lies between 0 % and 100 %.')
      );
    case 'policy':
      return policyProblem(each, known);
    case 'class_policy':
      return placeProblem({ item_id: null, site_id: each.site_id }, known) ?? classPolicyProblem(each);
    case 'lead_time':
      return (
        (known.suppliers.has(each.supplier_id) ? null : 'There is no such supplier here.') ??
        (isWhole(each.days, 0, MOST_LEAD_TIME_DAYS)
          ? null
          : `A lead time lies between 0 and ${MOST_LEAD_TIME_DAYS} days.`)
      );
  }
}

/** The thing it speaks of: two assumptions about one thing contradict each other. */
export function subjectOf(each: AssumptionBody): string | null {
  switch (each.kind) {
    case 'receipt':
      return `receipt ${each.po_line_id}`;
    case 'serving':
      return `serving ${each.order_id} ${each.order_line_id ?? ''}`;
    case 'channel':
      return `channel ${each.channel_id}`;
    case 'policy':
      return `policy ${positionOf(each.item_id, each.site_id)}`;
    case 'class_policy':
      return `class policy ${each.abc} ${each.site_id ?? ''}`;
    case 'lead_time':
      return `lead time ${each.supplier_id}`;
    case 'demand':
      return ['demand', each.item_id, each.site_id, each.category, each.abc, each.channel_id].join(':');
    default:
      return null;
  }
}

/** By assumption: why it cannot be assumed beside those before it. */
export function problemsOf(assumptions: readonly Assumption[], known: KnownFacts): ReadonlyMap<string, string> {
  const problems = new Map<string, string>();
  const spoken = new Set<string>();
  for (const each of assumptions) {
    const subject = subjectOf(each);
    const problem =
      problemOf(each, known) ??
      (subject !== null && spoken.has(subject) ? 'Another assumption of this scenario speaks of the same.' : null);
    if (problem !== null) problems.set(each.id, problem);
    else if (subject !== null) spoken.add(subject);
  }
  return problems;
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most;
}

function dayProblem(on: number, { today_on }: KnownFacts, what: string): string | null {
  if (!(on >= today_on)) return `${what} of a scenario comes today or later: what lies before has happened.`;
  return on <= today_on + MOST_DAYS_AHEAD ? null : `${what} comes within ${MOST_DAYS_AHEAD} days.`;
}

function quantityProblem(qty_milli: number, may_be_none: boolean): string | null {
  if (isWhole(qty_milli, may_be_none ? 0 : 1, MOST_QTY_MILLI)) return null;
  return may_be_none ? 'A quantity is 0 or more.' : 'A quantity is above 0.';
}

function placeProblem(
  { item_id, site_id }: { readonly item_id: number | null; readonly site_id: number | null },
  { items, sites }: KnownFacts,
): string | null {
  const item = item_id === null ? undefined : items.get(item_id);
  if (item_id !== null && item === undefined) return 'There is no such item here.';
  if (site_id !== null && !sites.has(site_id)) return 'There is no such site here.';
  return null;
}

function demandProblem(each: Extract<AssumptionBody, { kind: 'demand' }>, known: KnownFacts): string | null {
  if (each.item_id !== null && each.category !== null) return 'Say an item or a category, not both.';
  if (each.item_id !== null && each.abc != null) return 'Say an item or a class, not both.';
  if (each.channel_id != null && !known.channels.has(each.channel_id)) return 'There is no such channel here.';
  if (each.category !== null && !known.categories.has(each.category)) return 'No item is of that category.';
  if (!isWhole(each.factor_bp, 1, MOST_FACTOR_BP)) return 'Demand is multiplied by more than 0 % and up to 1,000 %.';
  if (each.factor_bp === 10_000) return 'With 100 % nothing changes.';
  return placeProblem(each, known);
}

function servingProblem(each: Extract<AssumptionBody, { kind: 'serving' }>, known: KnownFacts): string | null {
  const order = known.orders.get(each.order_id);
  if (order === undefined) return 'That order is not open any more.';
  if (each.order_line_id === null) return order.lines.length > 0 ? null : 'Nothing of that order is left to serve.';
  return order.lines.some((line) => line.order_line_id === each.order_line_id)
    ? null
    : 'Nothing of that line is left to serve.';
}

function classPolicyProblem(each: Extract<AssumptionBody, { kind: 'class_policy' }>): string | null {
  const { target_bp } = each;
  const factors = [each.min_factor_bp ?? null, each.max_factor_bp ?? null];
  if (target_bp !== null && !isWhole(target_bp, 5_000, 9_999)) return 'A service target lies between 50 % and 99.99 %.';
  if (factors.some((factor) => factor !== null && !isWhole(factor, 0, MOST_FACTOR_BP))) {
    return 'A minimum or a maximum is multiplied by 0 % to 1,000 %.';
  }
  if (target_bp !== null) return null;
  if (factors.every((factor) => factor === null)) return 'Say another figure.';
  return factors.every((factor) => factor === null || factor === 10_000) ? 'With 100 % nothing changes.' : null;
}

function policyProblem(each: Extract<AssumptionBody, { kind: 'policy' }>, known: KnownFacts): string | null {
  const place = placeProblem(each, known);
  if (place !== null) return place;
  const policy = known.policies.get(positionOf(each.item_id, each.site_id));
  if (policy === undefined) return 'The item has no stock policy at that site.';
  const { min_qty_milli, max_qty_milli, target_bp } = each;
  if (min_qty_milli === null && max_qty_milli === null && target_bp === null) return 'Say another figure.';
  if (policy.policy_kind === 'service') {
    if (min_qty_milli !== null || max_qty_milli !== null) return 'This policy goes by a service target.';
    return target_bp === null || isWhole(target_bp, 5_000, 9_999)
      ? null
      : 'A service target lies between 50 % and 99.99 %.';
  }
  if (target_bp !== null) return 'This policy has no service target.';
  if (policy.policy_kind === 'lots' && max_qty_milli !== null) return 'This policy orders lots and has no maximum.';
  const min = min_qty_milli ?? policy.min_qty_milli;
  const max = max_qty_milli ?? policy.max_qty_milli;
  if (!isWhole(min, 0, MOST_QTY_MILLI) || !isWhole(max, 0, MOST_QTY_MILLI)) return 'A quantity is 0 or more.';
  return policy.policy_kind !== 'lots' && max < min ? 'The maximum lies below the reorder point.' : null;
}
