/** Proposed entries that this person may approve: one exception a month. Their own, and those that changed since, are for somebody else. */
import { decidedEntry } from '#domain/close/journal/books.ts';
import { exceptionKey } from '#domain/exceptions/exception.ts';
import { dayInZone } from '#domain/zoneDay.ts';
import { copiedBooks } from '#db/close/journal.ts';
import { mayInCompany } from '../rights.ts';
import type { Finding, FoundException } from './found.ts';

/** Waiting this many days is bad. */
const LONG_DAYS = 3;

export async function journalToApprove({ context, company, as_of_on }: Finding): Promise<FoundException[]> {
  const { user, scan, now_ms } = context;
  if (!mayInCompany(user, company.id, 'review_close')) return [];
  const periods = await context.db
    .selectFrom('close_period')
    .select(['id', 'period'])
    .where('company_id', '=', company.id)
    .where('state', '<>', 'hard_locked')
    .orderBy('period')
    .execute();
  return periods.flatMap(({ id: period_id, period }): FoundException[] => {
    const books = copiedBooks(scan, period_id, now_ms);
    const waiting = (books?.proposals ?? []).filter(
      ({ id, standing }) =>
        books !== undefined &&
        decidedEntry(books, {
          may_review: true,
          user_name: user.name,
          proposal_id: id,
          verdict: 'approved',
          seen_words: standing.words,
        }).ok,
    );
    const newest = waiting.at(-1);
    if (!newest) return [];
    const since_on = Math.min(...waiting.map(({ accepted_at }) => dayInZone(accepted_at, company.time_zone)));
    return [
      {
        key: exceptionKey('journal_asked', period_id),
        facts: {
          kind: 'journal_asked',
          period_id,
          period,
          entries: waiting.length,
          amount_minor: waiting.reduce((sum, { amount_minor }) => sum + amount_minor, 0),
          proposed_by: newest.author,
          says: newest.standing.words,
        },
        severity: as_of_on - since_on >= LONG_DAYS ? 'bad' : 'warn',
        company_id: company.id,
        site_id: null,
        channel_id: null,
        stake_minor: 0,
        parts: [],
        due_on: null,
        since_on,
        owner: user.name,
        lines: [],
        po_line_ids: [],
      },
    ];
  });
}
