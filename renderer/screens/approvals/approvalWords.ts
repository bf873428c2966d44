/** Approvals in words. */
import type { ApprovalDecision, ApprovalKind } from '#domain/orders/approval.ts';
import type { ApprovalRow, ExplainedLine } from '#contract/queries.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { ledgerMoney } from '#renderer/format/money.ts';
import { percent } from '#renderer/format/numbers.ts';

export type Verdict = ApprovalDecision;

export const KIND_WORDS: Readonly<
  Record<ApprovalKind, { readonly short: string; readonly long: string; readonly whose: string }>
> = {
  floor: { short: 'Floor', long: 'Below the price floor', whose: 'those who see cost' },
  discount: { short: 'Discount', long: 'Discount beyond its rule', whose: 'everyone' },
  credit: { short: 'Credit', long: 'Beyond the credit limit', whose: 'Finance' },
};

export const VERDICT_WORDS: Readonly<Record<Verdict, { readonly verb: string; readonly past: string }>> = {
  asked: { verb: 'Ask', past: 'asked' },
  approved: { verb: 'Approve', past: 'approved' },
  refused: { verb: 'Refuse', past: 'refused' },
};

export function mayNotWords(why: NonNullable<ApprovalRow['may_not']>): string {
  return why === 'own'
    ? 'You want this order as it is: somebody else decides.'
    : 'Finance, controllers and executives decide about orders beyond their rules.';
}

/** '46.0 % off, 22.0 % allowed' */
export function brokenWords(row: ApprovalRow, currency: string): string {
  if (row.kind === 'discount') return `${percent(row.given_bp)} off, ${percent(row.allowed_bp)} allowed`;
  if (row.kind === 'floor') return `${ledgerMoney(row.beyond_minor, currency)} below the floor`;
  return `${ledgerMoney(row.beyond_minor, currency)} beyond the limit`;
}

/** 'price rule 1622 version 7 of the customer, since 1 Nov' */
export function limitWords(limit: NonNullable<ExplainedLine['limit']>): string {
  const of = limit.of.length === 0 ? '' : ` of the ${limit.of.join(' and ')}`;
  const rule = limit.rule === 'price_rule' ? 'price rule' : 'channel rule';
  const since = limit.valid_from === null ? '' : `, since ${shortDate(limit.valid_from)}`;
  const until = limit.valid_to === null ? '' : ` until ${shortDate(limit.valid_to)}`;
  return `${rule} ${limit.id} version ${limit.ver}${of}${since}${until}`;
}
