import { sql } from 'kysely';
import { firstDayOfMonth, isoDate, monthOfDay, monthRange } from '#domain/calendar.ts';
import { monthInWords } from '#domain/calendarWords.ts';
import { fiscalYearEnd } from '#domain/close/fiscalYear.ts';
import { JOURNAL_KIND_WORDS, journalsOf } from '#domain/close/journalKinds.ts';
import { CLOSING_JOURNALS, whyNotClosing } from '#domain/close/yearEnd.ts';
import type { RowOf } from '#domain/imports/engine/field.ts';
import type { JOURNAL_CODES } from '#domain/imports/kinds/journals.ts';
import { lockedDays } from '#server/close/lockedDays.ts';
import { type Job, type KindStore, type Line, storeEach } from '../job.ts';
import { givenJournals, yearBegins } from '../yearEnd.ts';

type JournalRow = RowOf<(typeof JOURNAL_CODES)['fields']>;

export const journalStore: KindStore<JournalRow> = {
  check: async (job, lines, file) =>
    new Map([...(await lockedKinds(job, lines, file)), ...(await closingChanges(job, lines, file))]),
  store: async (job, lines) => {
    await storeEach(
      job,
      'gl_journal',
      lines,
      ({ row }) => ({ key: { code: row.code }, set: { name: row.name, kind: row.kind } }),
      true,
    );
  },
};

/**
 * What entries of a locked month, or before it, count as stays. The first file of journals says of every code what it is for: one
 * that does not say it, or says it otherwise than usual, would turn what is booked under it into entries by hand.
 */
async function lockedKinds(
  job: Job,
  lines: readonly Line<JournalRow>[],
  file: readonly Line<JournalRow>[],
): Promise<readonly (readonly [number, string])[]> {
  const given = await givenJournals(job);
  const before = journalsOf(given);
  const after = journalsOf([...given, ...file.map(({ row: { code, name, kind } }) => ({ code, name, kind }))]);
  const locked = await lockedDays(job, 'ledger');
  if (!locked.any) return [];
  const { rows } = await sql<{ journal: string; month: number }>`
    select journal, min(month)::int as month from gl_entry where company_id = ${job.company_id}::bigint
    group by journal order by journal`.execute(job.tx);
  const turned = rows.flatMap(({ journal, month }) => {
    const held = locked.from(month);
    return held === null || before.kindOf(journal) === after.kindOf(journal) ? [] : [{ journal, held }];
  });
  const first = given.length === 0 ? turned[0] : undefined;
  return lines.flatMap(({ line_number, row: { code } }) => {
    const found = turned.find(({ journal }) => journal === code) ?? first;
    if (found === undefined) return [];
    const kind = JOURNAL_KIND_WORDS[before.kindOf(found.journal)];
    const way =
      found.journal === code
        ? 'Book under another code from an open month on'
        : `A first file names every journal: give ${found.journal} this kind in it`;
    const message = `Entries of journal ${found.journal} stand in ${monthInWords(found.held)}, whose ledger is locked: they stay what they count as (${kind}). ${way}, or have the month opened again under Close.`;
    return [[line_number, message] as const];
  });
}

interface BookedUnder {
  readonly journal: string;
  /** Day number. */
  readonly booked_on: number;
  /** Of an account a closing entry may not move, where there is one. */
  readonly account: string | null;
  readonly kind: string | null;
}

/** Entries that become closing entries, or are none any more: what they moved counts otherwise in the trial balance of their month. */
async function closingChanges(
  job: Job,
  lines: readonly Line<JournalRow>[],
  file: readonly Line<JournalRow>[],
): Promise<readonly (readonly [number, string])[]> {
  const { tx, company_id } = job;
  const given = await givenJournals(job);
  const before = journalsOf(given);
  const named = file.map(({ row: { code, name, kind } }) => ({ code, name, kind }));
  const after = journalsOf([...given, ...named]);
  const closes = (journals: typeof before, code: string): boolean => CLOSING_JOURNALS.has(journals.kindOf(code));
  const changed = lines.filter(({ row: { code } }) => closes(before, code) !== closes(after, code));
  if (changed.length === 0) return [];
  const first = await yearBegins(job);
  const locked = await lockedDays(job, 'ledger');
  const codes = changed.map(({ row }) => row.code);
  const { rows } = await sql<BookedUnder>`
    select e.journal, e.booked_on - date '1970-01-01' as booked_on, min(a.code) filter (where a.kind in ('asset', 'liability')) as account,
      min(a.kind) filter (where a.kind in ('asset', 'liability')) as kind
    from gl_entry e join gl_line l on l.entry_id = e.id join gl_account a on a.id = l.account_id
    where e.company_id = ${company_id}::bigint and e.journal in (${sql.join(codes)})
    group by e.journal, e.booked_on order by e.booked_on`.execute(tx);
  return changed.flatMap(({ line_number, row: { code } }) => {
    for (const { booked_on, account, kind } of rows.filter(({ journal }) => journal === code)) {
      const month = monthOfDay(booked_on);
      const why = closes(after, code)
        ? whyNotClosing({ journal: code, booked_on, account: account ?? '', kind }, first)
        : null;
      if (why !== null) return [[line_number, `It has entries of ${monthInWords(month)}. ${why}`] as const];
      // what is drawn up of the later months of its year stands before them too
      const shut = monthRange(month, fiscalYearEnd(month, first)).find((each) => locked(isoFirst(each)) !== null);
      if (shut !== undefined) {
        const whose = shut === month ? 'whose ledger is locked' : `and the ledger of ${monthInWords(shut)} is locked`;
        const message = `It has entries of ${monthInWords(month)}, ${whose}: whether they close the year stays as it is.`;
        return [[line_number, message] as const];
      }
    }
    return [];
  });
}

function isoFirst(month: number): string {
  return isoDate(firstDayOfMonth(month));
}
