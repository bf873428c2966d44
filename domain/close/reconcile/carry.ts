/** What one reconciliation leaves open goes into the next, with the month it comes from. */
import type { Found } from './facts.ts';
import { RECONCILIATIONS } from './plan.ts';
import type { Reconciliation } from './reconcile.ts';

/** Items as they are carried: debit positive, whatever sign they were shown in. */
export function carriedFrom(results: readonly Pick<Reconciliation, 'code' | 'items'>[]): readonly Found[] {
  return results.flatMap(({ code, items }) => {
    const sign = RECONCILIATIONS.find((plan) => plan.code === code)?.sign ?? 1;
    // what a month lacked is that month's: the next has it or lacks its own
    const lasting = items.filter(({ cause }) => cause !== 'facts_missing');
    return lasting.map(
      ({ role, cause, amount_minor, ref, arose_on, documents, settles_on }): Found => ({
        role,
        cause,
        amount_minor: sign * amount_minor + 0,
        ref,
        arose_on,
        documents,
        settles_on,
      }),
    );
  });
}
