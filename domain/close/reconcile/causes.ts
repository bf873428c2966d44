/** Why an account and its documents differ: a closed list, so that a cause can be counted, filtered and asked about. */
export const CAUSES = [
  'posted_twice',
  'posted_in_another_month',
  'posted_to_another_account',
  'with_another_party',
  'entry_by_hand',
  'document_not_posted',
  'accrual_missing',
  'accrued_at_old_rate',
  'threshold_not_reached',
  'rebate_owed_after_all',
  'cost_not_allocated',
  'revalued_at_another_rate',
  'not_revalued',
  'no_counterpart',
  'outstanding_payment',
  'outstanding_receipt',
  'charge_not_booked',
  'payment_not_booked',
  'unknown_receipt',
  'statement_missing',
  'price_variance',
  'no_subledger',
  'facts_missing',
  'not_found',
] as const;
export type Cause = (typeof CAUSES)[number];

export const CAUSE_WORDS: Readonly<Record<Cause, string>> = {
  posted_twice: 'Posted twice',
  posted_in_another_month: 'Posted in another month',
  posted_to_another_account: 'Posted to another account',
  with_another_party: 'Stands with another party',
  entry_by_hand: 'By hand, no document',
  document_not_posted: 'Document not posted',
  accrual_missing: 'Accrual missing',
  accrued_at_old_rate: 'Accrued at too low a rate',
  threshold_not_reached: 'Threshold not reached',
  rebate_owed_after_all: 'Rebate owed after all',
  cost_not_allocated: 'Cost not allocated',
  revalued_at_another_rate: 'Revalued at another rate',
  not_revalued: 'Not revalued',
  no_counterpart: 'Sister has it, we do not',
  outstanding_payment: 'Outstanding payment',
  outstanding_receipt: 'Outstanding receipt',
  charge_not_booked: 'Bank charge not booked',
  payment_not_booked: 'Left the bank, not booked',
  unknown_receipt: 'Unknown receipt at the bank',
  statement_missing: 'No statement of its day yet',
  price_variance: 'Price variance',
  no_subledger: 'No subledger here',
  facts_missing: 'Nothing to compare',
  not_found: 'Not found',
};

export function isCause(text: string): text is Cause {
  return CAUSES.some((cause) => cause === text);
}
