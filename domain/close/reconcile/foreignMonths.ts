/** In which months a payment in another currency moves what is open. */
import { monthOfDay } from '../../calendar.ts';
import { foreignSteps, type PaidFact } from '../../credit/settled.ts';
import type { ForeignMonth } from './foreign.ts';

export interface ForeignPaid extends PaidFact, Pick<ForeignMonth, 'kind' | 'currency'> {
  readonly foreign_minor: number;
}

/** Steps up to a day; what was realised up to the cut-off. */
export function foreignMonthsOf(
  { kind, currency, ...payment }: ForeignPaid,
  { until, cut_off }: { readonly until: number; readonly cut_off: number },
): readonly ForeignMonth[] {
  return foreignSteps(payment)
    .filter(({ day }) => day <= until)
    .map(({ day, foreign_minor, booked_minor, realised_minor }) => ({
      kind,
      currency,
      month: monthOfDay(day),
      foreign_minor,
      booked_minor,
      realised_minor: day <= cut_off ? realised_minor : 0,
    }));
}
