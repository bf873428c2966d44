/** The company's days off as the copy has them. */
import { daysOff } from '#domain/close/daysOff.ts';
import type { Scan } from '#db/connection.ts';
import { ruleRows } from '#db/governance/ruleRows.ts';

export function companyDaysOff(scan: Scan, company_id: number): ReadonlySet<number> {
  return daysOff(
    ruleRows(scan, company_id, 'buying_calendar')
      .filter(({ party_id, site_id }) => party_id === null && site_id === null)
      .map(({ valid_from, valid_to, values }) => {
        const closed_on = values['closed_on'];
        return { valid_from, valid_to, closed_on: typeof closed_on === 'string' ? closed_on : null };
      }),
  );
}
