/** Whose a leak is: the person its exception of Today was given to. */
import { exceptionKey } from '#domain/exceptions/exception.ts';
import type { LeakageCause } from '#domain/pricing/leakage.ts';
import type { QueryContext } from '../context.ts';
import { asOfDay } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { markedAs, marksOf } from '../today/marks.ts';
import type { Leak } from './leaks.ts';

/** Names of all who have a part of these leaks, in order. */
export async function givenTo(
  context: QueryContext,
  company_id: number,
): Promise<(cause: LeakageCause, leaks: readonly Leak[]) => readonly string[]> {
  const company = await companyById(context, company_id);
  const as_of_on = asOfDay(context, company.time_zone);
  const marks = await marksOf({ context, company, as_of_on });
  return (cause, leaks) => {
    const about = new Set(leaks.map((leak) => (cause === 'cost_rise' ? leak.party_id : leak.channel_id) ?? 0));
    const persons = [...about].flatMap((id) => {
      const { assigned_to } = markedAs(marks.get(exceptionKey(cause, id)), as_of_on);
      return assigned_to === null ? [] : [assigned_to];
    });
    return [...new Set(persons)].toSorted();
  };
}
