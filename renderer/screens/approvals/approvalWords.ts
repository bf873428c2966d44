/** Approvals in words. */
import type { ApprovalDecision, ApprovalKind } from '#domain/orders/approval.ts';
import { SUBJECTS } from '#domain/governance/subjects.ts';
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

/** 'discount rule of the customer since 1 Nov' */
export function limitWords(limit: NonNullable<ExplainedLine['limit']>): string {
  const { one } = SUBJECTS[limit.rule];
  const of = limit.rule === 'channel_rule' ? '' : ` of the ${limit.of.join(' and ')}`;
  return `${one}${of}${daysWords(limit)}`;
}

/** ' since 1 Nov 2025 until 31 Dec': by its days a rule is found on the screen Rules. */
export function daysWords({
  valid_from,
  valid_to,
}: {
  readonly valid_from: string | null;
  readonly valid_to: string | null;
}): string {
  const since = valid_from === null ? '' : ` since ${shortDate(valid_from, 0)}`;
  return valid_to === null ? since : `${since} until ${shortDate(valid_to, 0)}`;
}
