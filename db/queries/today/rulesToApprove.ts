/** Changes of rules that this person may decide: each is an exception of its own, and opens itself. Their own are for somebody else. */
import { dayNumber } from '#domain/calendar.ts';
import { exceptionKey } from '#domain/exceptions/exception.ts';
import { dayInZone } from '#domain/zoneDay.ts';
import { changesOf } from '#db/governance/changes.ts';
import { changeView } from '../rules/names.ts';
import type { Finding, FoundException } from './found.ts';

/** Fewer days are left before it was to begin: it is bad. */
const LAST_DAYS = 3;

export function rulesToApprove({ context, company, as_of_on }: Finding): FoundException[] {
  return changesOf(context.scan, company.id, {})
    .filter(({ state }) => state === 'draft')
    .flatMap((change): FoundException[] => {
      const { may_approve, may_refuse } = changeView(context, change, as_of_on);
      if (may_approve !== null && may_refuse !== null) return [];
      const { id: change_id, subject, title, reason, author, site_id, channel_id, lines } = change;
      const effective_on = dayNumber(change.effective_on) ?? 0;
      return [
        {
          key: exceptionKey('rules_asked', change_id),
          facts: {
            kind: 'rules_asked',
            change_id,
            subject,
            title,
            rules: lines.length,
            effective_on,
            too_late: may_approve !== null,
            drafted_by: author,
            says: reason,
          },
          severity: effective_on - as_of_on < LAST_DAYS ? 'bad' : 'warn',
          company_id: company.id,
          site_id,
          channel_id,
          stake_minor: 0,
          parts: [],
          due_on: effective_on,
          since_on: dayInZone(change.accepted_at_ms, company.time_zone),
          owner: context.user.name,
          lines: [],
          po_line_ids: [],
        },
      ];
    });
}
