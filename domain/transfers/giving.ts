/** A position as its replenishment is asked for, seen as one that could give something away. */
import { levelsOf, policyFault } from '../planning/replenishment/policy.ts';
import type { ReplenishmentQuestion } from '../planning/replenishment/proposal.ts';
import { isFresh } from '../planning/staleDocuments.ts';
import type { GivingPosition } from './surplus.ts';

/** Without a policy that can be used, nothing but what is asked of it is known to be needed. */
export function givingPosition(question: ReplenishmentQuestion): GivingPosition {
  const { policy, as_of_on, on_hand_qty_milli } = question;
  const fresh = isFresh(as_of_on);
  const sum = (quantities: ReplenishmentQuestion['demand']): number =>
    quantities.reduce((total, each) => (fresh(each) ? total + each.qty_milli : total), 0);
  return {
    on_hand_qty_milli,
    asked_qty_milli: sum(question.demand),
    on_order_qty_milli: sum(question.receipts),
    reorder_qty_milli:
      policy === null || policyFault(policy, question) !== null ? null : levelsOf(policy, question).reorder_qty_milli,
  };
}
