/**
 * What needs a decision today, as data. A kind says which area its figures are made of (its marks and its row may reach
 * no role below that), and what the person does about it; words are made where they are shown.
 */
import type { DataArea } from '../access/roles.ts';
import type { ExceptionFacts } from './facts.ts';

export type { ExceptionFacts } from './facts.ts';

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
  'overdue_purchase',
  'ready_to_ship',
  'negative_stock',
  'excess_stock',
  'obsolete_stock',
  'supplier_slipping',
  'no_supplier',
  'no_policy',
  'negative_risk',
  'demand_shift',
  'demand_spike',
  'demand_unit_error',
  'transfer_asked',
  'close_asked',
  'journal_asked',
  'margin_fell',
  'left_out_orders',
  'unplaced_orders',
  'rules_asked',
  'purchases_asked',
] as const;
export type ExceptionKind = (typeof EXCEPTION_KINDS)[number];

export const EXCEPTION_GROUPS = ['stock', 'supply', 'price', 'credit', 'close', 'service'] as const;
export type ExceptionGroup = (typeof EXCEPTION_GROUPS)[number];

interface KindRule {
  readonly group: ExceptionGroup;
  readonly area: Exclude<DataArea, 'outcome'>;
  /** Costs nothing more by tomorrow: it is among all exceptions, and on Today only once it rises or was given to someone. */
  readonly keeps?: true;
  /** Somebody waits for a word of this person, who alone is told: it comes before what money ranks, and has none of its own. */
  readonly answers?: true;
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
  overdue_purchase: { group: 'supply', area: 'cost' },
  ready_to_ship: { group: 'service', area: 'general' },
  negative_stock: { group: 'stock', area: 'cost' },
  excess_stock: { group: 'stock', area: 'cost', keeps: true },
  obsolete_stock: { group: 'stock', area: 'cost', keeps: true },
  supplier_slipping: { group: 'supply', area: 'cost', keeps: true },
  no_supplier: { group: 'supply', area: 'cost', keeps: true },
  no_policy: { group: 'stock', area: 'cost', keeps: true },
  negative_risk: { group: 'stock', area: 'cost' },
  // forecasts go by whole months
  demand_shift: { group: 'stock', area: 'cost', keeps: true },
  demand_spike: { group: 'stock', area: 'cost', keeps: true },
  demand_unit_error: { group: 'stock', area: 'cost', keeps: true },
  // margins are set beside whole months
  margin_fell: { group: 'price', area: 'cost', keeps: true },
  left_out_orders: { group: 'service', area: 'general', keeps: true },
  // whoever waits for it waits for nobody
  unplaced_orders: { group: 'service', area: 'general' },
  transfer_asked: { group: 'supply', area: 'general', answers: true },
  close_asked: { group: 'close', area: 'finance', answers: true },
  journal_asked: { group: 'close', area: 'finance', answers: true },
  // whoever approves rules sees what things cost
  rules_asked: { group: 'price', area: 'cost', answers: true },
  purchases_asked: { group: 'supply', area: 'cost', answers: true },
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

/** Whether it waits for a quiet hour. */
export function keepsKind(kind: ExceptionKind): boolean {
  return RULES[kind].keeps === true;
}

/** Whether somebody waits for the word of whoever is told. */
export function isAnswered(kind: ExceptionKind): boolean {
  return RULES[kind].answers === true;
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
    | 'below_usual'
    | 'over_limit'
    | 'overdue'
    | 'difference'
    | 'claimed'
    | 'variance'
    | 'not_received'
    | 'ready'
    | 'left_out'
    | 'no_item'
    | 'no_site'
    | 'below_zero'
    | 'beyond_need'
    | 'idle'
    | 'on_order'
    | 'used'
    | 'short_ahead'
    | 'off_forecast'
    | 'asked';
  readonly lines: number;
  readonly amount_minor: number;
}

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

/** What waits for an answer first; then ranked by money at stake; equal money by the earlier day, then by key, so that every machine has one order. */
export function rankExceptions<E extends Pick<Exception, 'stake_minor' | 'due_on' | 'key'>>(all: readonly E[]): E[] {
  return all.toSorted(
    (a, b) =>
      byAnswer(a, b) ||
      b.stake_minor - a.stake_minor ||
      (a.due_on ?? Number.MAX_SAFE_INTEGER) - (b.due_on ?? Number.MAX_SAFE_INTEGER) ||
      (a.key < b.key ? -1 : 1),
  );
}

/** What waits for an answer before what does not. */
export function byAnswer(a: Pick<Exception, 'key'>, b: Pick<Exception, 'key'>): number {
  return Number(waits(b)) - Number(waits(a));
}

function waits({ key }: Pick<Exception, 'key'>): boolean {
  const kind = kindOfKey(key);
  return kind !== null && isAnswered(kind);
}
