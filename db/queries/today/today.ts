/** What needs a decision today, ranked by money at stake? */
import { isoDate } from '#domain/calendar.ts';
import {
  areaOfKind,
  EXCEPTION_GROUPS,
  EXCEPTION_KINDS,
  type ExceptionGroup,
  groupOfKind,
  keepsKind,
  kindOfKey,
} from '#domain/exceptions/exception.ts';
import type { Provenance } from '#contract/queries.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { QueryHandler } from '../context.ts';
import { companiesTogether } from '../pivot/scope.ts';
import { provenance } from '../provenance.ts';
import { seesArea } from '../rights.ts';
import { latest, type SinceMonth } from '../wholeSince.ts';
import { exceptionsOf, findingOf } from './exceptions.ts';
import type { Finding } from './found.ts';
import { markedAs, type MarkRow, marksOf } from './marks.ts';
import { MOST_PEOPLE, peopleOf } from './people.ts';
import { byShownStake, isMine, type Me, standingOf, type StandingException, todayRow } from './standing.ts';

export const today: QueryHandler<'today'> = async (context, args) => {
  const { companies, book } = await companiesTogether(context, args.company_ids, args.reporting_currency);
  const findings: Finding[] = [];
  const marked: StandingException[] = [];
  const waiting = new Set<ExceptionGroup>();
  const tables = new Set<WireTableName>();
  let since_month: SinceMonth = null;
  let in_haste = false;
  for (const { id } of companies) {
    const finding = await findingOf(context, id);
    findings.push(finding);
    const marks = await marksOf(finding);
    const found = await exceptionsOf(finding, { at_once: args.at_once, kept: wantsKept(marks, finding) });
    in_haste ||= found.in_haste;
    for (const group of found.waiting) waiting.add(group);
    for (const table of found.tables) tables.add(table);
    since_month = latest(since_month, found.since_month);
    const standing = standingOf(finding, found.exceptions, marks, book);
    marked.push(...standing.filter((each) => isForToday(each, context.user)));
  }
  // one company's are ranked already
  if (companies.length > 1) marked.sort(byShownStake);
  const counts = Object.fromEntries(EXCEPTION_GROUPS.map((group) => [group, 0])) as Record<ExceptionGroup, number>;
  let awake = 0;
  for (const { exception, marks: state } of marked) {
    if (state.snoozed_until_on !== null) continue;
    awake += 1;
    counts[groupOfKind(exception.facts.kind)] += 1;
  }
  const wanted = marked.filter(
    ({ exception, marks: state }) =>
      (state.snoozed_until_on !== null) === args.snoozed &&
      (!args.escalated || state.escalated !== null) &&
      (args.group === undefined || groupOfKind(exception.facts.kind) === args.group) &&
      (args.whose === 'all' || isMine(exception, state, context.user)),
  );
  const people = new Set<string>();
  for (const finding of findings) for (const name of await peopleOf(finding)) people.add(name);
  return {
    rows: wanted
      .slice(0, args.limit)
      .map(({ exception, marks: state, currency, shown_minor }) => todayRow(exception, state, currency, shown_minor)),
    total_rows: wanted.length,
    total_stake_minor: wanted.reduce<number | null>(
      (sum, { shown_minor }) => (sum === null || shown_minor === null ? null : sum + shown_minor),
      0,
    ),
    counts,
    awake,
    snoozed: marked.length - awake,
    escalated: marked.filter((each) => each.marks.escalated !== null).length,
    not_for_you: EXCEPTION_GROUPS.filter((group) =>
      EXCEPTION_KINDS.filter((kind) => groupOfKind(kind) === group).every((kind) =>
        companies.every((company) => !seesArea(context.user, company.id, areaOfKind(kind))),
      ),
    ),
    waiting: EXCEPTION_GROUPS.filter((group) => waiting.has(group)),
    still_looking: in_haste,
    people: [...people].toSorted().slice(0, MOST_PEOPLE),
    currency: book.currency,
    conversion: book.used(),
    as_of_date: isoDate(Math.min(...findings.map(({ as_of_on }) => as_of_on))),
    provenance: lookedThrough(
      provenance(
        context,
        [...tables, ...(book.converts ? (['fx_rate'] as const) : [])],
        waiting.size > 0 ? null : since_month,
      ),
      in_haste,
    ),
  };
};

/** All rows may be here and not all of them have been looked at. */
function lookedThrough(found: Provenance, in_haste: boolean): Provenance {
  return in_haste && found.coverage === 'complete' ? { ...found, coverage: 'still looking' } : found;
}

/** What waits for a quiet hour is looked for once such a thing rose, or was given to the one who asks. */
function wantsKept(marks: ReadonlyMap<string, readonly MarkRow[]>, { as_of_on, context }: Finding): boolean {
  return [...marks].some(([key, own]) => {
    const kind = kindOfKey(key);
    if (kind === null || !keepsKind(kind)) return false;
    const { escalated, assigned_to } = markedAs(own, as_of_on, { owner: null, since_on: null });
    return escalated !== null || assigned_to === context.user.name;
  });
}

/** And is on Today when it rose, or was given to the one who asks. */
function isForToday({ exception, marks }: StandingException, user: Me): boolean {
  return !keepsKind(exception.facts.kind) || marks.escalated !== null || marks.assigned_to === user.name;
}
