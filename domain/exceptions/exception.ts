/**
 * What needs a decision today, as data. A kind says which area its figures are made of (its marks and its row may reach
 * no role below that), and what the person does about it; words are made where they are shown.
 */
import type { DataArea } from '../access/roles.ts';

export const EXCEPTION_KINDS = [
  'runs_out',
  'oversold',
  'late_receipt',
  'unit_error',
  'below_floor',
  'discount_not_approved',
  'freight_not_charged',
  'cost_rise',
  'rebate_not_accrued',
  'over_credit_limit',
  'overdue_invoices',
  'close_changed',
  'close_late',
  'claim_waiting',
] as const;
export type ExceptionKind = (typeof EXCEPTION_KINDS)[number];

export const EXCEPTION_GROUPS = ['stock', 'supply', 'price', 'credit', 'close', 'service'] as const;
export type ExceptionGroup = (typeof EXCEPTION_GROUPS)[number];

interface KindRule {
  readonly group: ExceptionGroup;
  readonly area: Exclude<DataArea, 'outcome'>;
}

const RULES: Readonly<Record<ExceptionKind, KindRule>> = {
  runs_out: { group: 'stock', area: 'general' },
  oversold: { group: 'stock', area: 'general' },
  unit_error: { group: 'stock', area: 'cost' },
  late_receipt: { group: 'supply', area: 'general' },
  below_floor: { group: 'price', area: 'cost' },
  discount_not_approved: { group: 'price', area: 'general' },
  freight_not_charged: { group: 'price', area: 'general' },
  cost_rise: { group: 'price', area: 'cost' },
  rebate_not_accrued: { group: 'price', area: 'cost' },
  over_credit_limit: { group: 'credit', area: 'finance' },
  overdue_invoices: { group: 'credit', area: 'finance' },
  close_changed: { group: 'close', area: 'finance' },
  close_late: { group: 'close', area: 'finance' },
  claim_waiting: { group: 'service', area: 'general' },
};

export function isExceptionKind(text: string): text is ExceptionKind {
  return Object.hasOwn(RULES, text);
}

export function groupOfKind(kind: ExceptionKind): ExceptionGroup {
  return RULES[kind].group;
}

export function areaOfKind(kind: ExceptionKind): KindRule['area'] {
  return RULES[kind].area;
}

/** 'runs_out:840:3': the kind and the ids of what it is about; the same trouble has the same key on every machine. */
export function exceptionKey(kind: ExceptionKind, ...ids: readonly (number | string)[]): string {
  return [kind, ...ids].join(':');
}

/** The kind a key begins with; null when there is none of that name. */
export function kindOfKey(key: string): ExceptionKind | null {
  const [kind = ''] = key.split(':');
  return isExceptionKind(kind) ? kind : null;
}

export type Severity = 'bad' | 'warn' | 'info';

/** A part of the money at stake: what it is, how many lines it has, and their amount. */
export interface StakePart {
  readonly part:
    | 'past_promise'
    | 'before_receipt'
    | 'no_receipt'
    | 'beyond_floor'
    | 'beyond_rule'
    | 'freight'
    | 'cost_since'
    | 'rebate'
    | 'over_limit'
    | 'overdue'
    | 'difference'
    | 'claimed'
    | 'variance';
  readonly lines: number;
  readonly amount_minor: number;
}

interface ItemAtSite {
  readonly item_id: number;
  readonly item_code: string;
  readonly item_name: string;
  readonly uom: string;
  readonly site_id: number;
  readonly site: string;
}

/** What the words about an exception are made of, by kind. Days are day numbers, quantities thousandths. */
export type ExceptionFacts =
  | (ItemAtSite & {
      readonly kind: 'runs_out';
      readonly runs_out_on: number;
      readonly next_in_on: number | null;
      /** The next receipt's order, and the supplier's first promise if it moved. */
      readonly po_number: string | null;
      readonly supplier: string | null;
      readonly moved_from_on: number | null;
      readonly lines: number;
      readonly late_qty_milli: number;
    })
  | (ItemAtSite & {
      readonly kind: 'oversold';
      readonly oversold_qty_milli: number;
      readonly channels: readonly string[];
      readonly po_number: string | null;
      readonly lines: number;
    })
  | {
      readonly kind: 'late_receipt';
      readonly purchase_order_id: number;
      readonly po_number: string;
      readonly supplier_id: number;
      readonly supplier: string;
      readonly site: string;
      /** The item that most money waits for. */
      readonly item_id: number;
      readonly item_name: string;
      readonly days_late: number;
      readonly lines: number;
      readonly po_lines: number;
    }
  | (ItemAtSite & {
      readonly kind: 'unit_error';
      readonly location: string;
      readonly counted_on: number;
      readonly book_qty_milli: number;
      readonly counted_qty_milli: number;
      /** About how many times the one is the other. */
      readonly factor: number;
    })
  | {
      readonly kind: 'below_floor' | 'discount_not_approved' | 'freight_not_charged' | 'rebate_not_accrued';
      readonly channel_id: number;
      readonly channel: string;
      readonly lines: number;
      /** The customer with the largest part, and that part. */
      readonly party: string | null;
      readonly party_minor: number;
      readonly from_on: number;
      readonly to_on: number;
    }
  | {
      readonly kind: 'cost_rise';
      readonly supplier_id: number;
      readonly supplier: string;
      readonly items: number;
      readonly rise_bp: number;
      readonly since_on: number;
    }
  | {
      readonly kind: 'over_credit_limit' | 'overdue_invoices';
      readonly party_id: number;
      readonly party: string;
      readonly open_minor: number;
      readonly limit_minor: number | null;
      readonly oldest_days: number;
      readonly invoices: number;
    }
  | {
      readonly kind: 'close_changed' | 'close_late';
      readonly task_id: number;
      readonly period: number;
      readonly title: string;
      readonly account: string | null;
      readonly due_on: number;
      readonly difference_minor: number;
      readonly waiting_for: number;
    }
  | {
      readonly kind: 'claim_waiting';
      readonly claim_id: number;
      readonly number: string;
      readonly party: string | null;
      readonly item_id: number | null;
      readonly item_name: string | null;
      readonly claim_kind: string;
      readonly days_open: number;
      readonly waiting_on_customer: boolean;
    };

export interface Exception {
  readonly key: string;
  readonly facts: ExceptionFacts;
  readonly severity: Severity;
  readonly company_id: number;
  readonly site_id: number | null;
  readonly channel_id: number | null;
  /** Minor units of the company's currency; the parts add up to it. */
  readonly stake_minor: number;
  readonly parts: readonly StakePart[];
  /** The day something is lost; null = none in particular. */
  readonly due_on: number | null;
  readonly since_on: number | null;
  readonly owner: string | null;
}

/** Ranked by money at stake; equal money by the earlier day, then by key, so that every machine has one order. */
export function rankExceptions<E extends Pick<Exception, 'stake_minor' | 'due_on' | 'key'>>(all: readonly E[]): E[] {
  return all.toSorted(
    (a, b) =>
      b.stake_minor - a.stake_minor ||
      (a.due_on ?? Number.MAX_SAFE_INTEGER) - (b.due_on ?? Number.MAX_SAFE_INTEGER) ||
      (a.key < b.key ? -1 : 1),
  );
}

/** A mark someone put on an exception. */
export interface ExceptionMark {
  readonly kind: string;
  readonly until_on: number | null;
  readonly assigned_to: string | null;
  readonly author: string;
  readonly accepted_at_ms: number;
  /** Undecided marks of this person come after every accepted one. */
  readonly accepted: boolean;
}

export interface MarkState {
  /** Asleep until that day (it wakes on it); null = awake. */
  readonly snoozed_until_on: number | null;
  readonly assigned_to: string | null;
}

/** What holds after all marks, oldest first: the newest snooze or reopening, and the newest assignment. */
export function markState(marks: readonly ExceptionMark[], as_of_on: number): MarkState {
  const ordered = marks.toSorted(
    (a, b) => Number(b.accepted) - Number(a.accepted) || a.accepted_at_ms - b.accepted_at_ms,
  );
  let snoozed_until_on: number | null = null;
  let assigned_to: string | null = null;
  for (const mark of ordered) {
    if (mark.kind === 'assigned') assigned_to = mark.assigned_to;
    else snoozed_until_on = mark.kind === 'snoozed' ? mark.until_on : null;
  }
  return {
    snoozed_until_on: snoozed_until_on !== null && snoozed_until_on > as_of_on ? snoozed_until_on : null,
    assigned_to,
  };
}

/** How long an exception may sleep: longer, and it is policy, not patience. */
export const MAX_SNOOZE_DAYS = 90;
