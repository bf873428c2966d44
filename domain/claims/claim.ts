/**
 * A customer's claim: whom it waits for, how old it is, when it is open too long, and what it takes from the margin. What is
 * decided about it is decided in the system it comes from; the clock of its resolution is domain/kpi/claimTime.ts.
 */
import { monthOfDay } from '../calendar.ts';
import { targetOf, type TargetRow } from '../kpi/targets.ts';

/** Whom it waits for, or that it waits no more. */
export const CLAIM_STATES = ['ours', 'customer', 'resolved'] as const;
export type ClaimState = (typeof CLAIM_STATES)[number];

/** Days a claim may be open before it is an exception, where a company keeps no target of its own. */
export const CLAIM_TARGET_DAYS = 10;

/**
 * The days a claim may be open: the target of the KPI Open claims’ age of its channel, else of its company, as it holds on the
 * day; whole days of it, since claims are opened on days.
 */
export function claimTargetDays(targets: readonly TargetRow[], channel_id: number | null, as_of_on: number): number {
  const milli_days = targetOf(targets, CLAIM_TARGET_KPI, monthOfDay(as_of_on), channel_id);
  return milli_days === null ? CLAIM_TARGET_DAYS : Math.max(0, Math.floor(milli_days / 1000));
}
export const CLAIM_TARGET_KPI = 'claim_open_age';

export interface ClaimRecord {
  /** 'open' | 'waiting' (on the customer) | 'resolved' */
  readonly state: string;
  /** Day numbers. */
  readonly opened_on: number;
  /** null = it is open. */
  readonly resolved_on: number | null;
  /** How long it may be open: `claimTargetDays`. */
  readonly target_days: number;
}

export function claimState({ state }: Pick<ClaimRecord, 'state'>): ClaimState {
  return state === 'resolved' ? 'resolved' : state === 'waiting' ? 'customer' : 'ours';
}

/** The last day on which an open claim is not open too long. */
export function claimDueOn({ opened_on, target_days }: Pick<ClaimRecord, 'opened_on' | 'target_days'>): number {
  return opened_on + target_days;
}

/** Open, and longer than claims should be: the exception `claim_waiting`. Whoever it waits for, somebody has to ask. */
export function isOpenTooLong(claim: ClaimRecord, as_of_on: number): boolean {
  return claimState(claim) !== 'resolved' && claimDueOn(claim) < as_of_on;
}

/** Calendar days from the day it was opened to the day it was resolved, or to the day asked for; never below 0. */
export function claimAgeDays(claim: Omit<ClaimRecord, 'target_days'>, as_of_on: number): number {
  const until_on = claimState(claim) === 'resolved' ? (claim.resolved_on ?? as_of_on) : as_of_on;
  return Math.max(0, until_on - claim.opened_on);
}

export interface ClaimMoney {
  /** What the customer asks for. */
  readonly claimed_minor: number;
  /** Σ of the credit notes that name the claim. */
  readonly allowed_minor: number;
  /** Σ of what it cost beside them; null = not for whoever asks. */
  readonly cost_minor: number | null;
}

/**
 * What the claim did to GM3 so far, 0 or below: its credit notes and its costs, each once, as the margin's step "claims" adds
 * them (domain/kpi/marginLadder.ts). null = not for whoever asks.
 */
export function claimMarginMinor({ allowed_minor, cost_minor }: ClaimMoney): number | null {
  return cost_minor === null ? null : 0 - allowed_minor - cost_minor;
}

/** 'wrong_item' → 'Wrong item' */
export function claimReason(kind: string): string {
  const words = kind.replaceAll('_', ' ').trim();
  return words === '' ? 'No reason stated' : `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
