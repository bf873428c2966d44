/** What needs a decision today, ranked by money at stake? */
import { isoDate, monthOfDay } from '#domain/calendar.ts';
import { converterOf } from '#domain/currency/convert.ts';
import {
  areaOfKind,
  EXCEPTION_GROUPS,
  EXCEPTION_KINDS,
  type ExceptionGroup,
  groupOfKind,
} from '#domain/exceptions/exception.ts';
import type { Provenance, TodayRow } from '#contract/queries.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { QueryHandler } from '../context.ts';
import { companiesTogether } from '../pivot/scope.ts';
import { isoDateOrNull, provenance } from '../provenance.ts';
import type { RateBook } from '../reference/rates.ts';
import { seesArea } from '../rights.ts';
import { latest, type SinceMonth } from '../wholeSince.ts';
import { exceptionsOf, findingOf } from './exceptions.ts';
import type { Finding, FoundException } from './found.ts';
import { type Marked, markedAs, marksOf } from './marks.ts';

export const today: QueryHandler<'today'> = async (context, args) => {
  const { companies, book } = await companiesTogether(context, args.company_ids, args.reporting_currency);
  const findings: Finding[] = [];
  const marked: Standing[] = [];
  const waiting = new Set<ExceptionGroup>();
  const tables = new Set<WireTableName>();
  let since_month: SinceMonth = null;
  let in_haste = false;
  for (const { id } of companies) {
    const finding = await findingOf(context, id);
    findings.push(finding);
    const found = await exceptionsOf(finding, args.at_once);
    in_haste ||= found.in_haste;
    for (const group of found.waiting) waiting.add(group);
    for (const table of found.tables) tables.add(table);
    since_month = latest(since_month, found.since_month);
    marked.push(...(await standingOf(finding, found.exceptions, book)));
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

interface Standing {
  readonly exception: FoundException;
  readonly marks: Marked;
  readonly currency: string;
  readonly shown_minor: number | null;
}

/** What is at stake is at stake today: it is converted at the closing rate of the month, each decision by itself. */
async function standingOf(finding: Finding, all: readonly FoundException[], book: RateBook): Promise<Standing[]> {
  const { company, as_of_on } = finding;
  const marks = await marksOf(finding);
  const rate = all.length === 0 ? null : book.rateOf(company.id, monthOfDay(as_of_on), 'closing');
  const convert = rate === null ? null : converterOf(rate);
  return all.map((exception) => ({
    exception,
    marks: markedAs(marks.get(exception.key), as_of_on),
    currency: company.currency,
    shown_minor: convert?.(exception.stake_minor) ?? null,
  }));
}

/** The order of domain/exceptions rankExceptions in the currency shown; what has no rate comes last. */
function byShownStake(a: Standing, b: Standing): number {
  return (
    Number(a.shown_minor === null) - Number(b.shown_minor === null) ||
    (b.shown_minor ?? 0) - (a.shown_minor ?? 0) ||
    (a.exception.due_on ?? Number.MAX_SAFE_INTEGER) - (b.exception.due_on ?? Number.MAX_SAFE_INTEGER) ||
    a.exception.company_id - b.exception.company_id ||
    (a.exception.key < b.exception.key ? -1 : 1)
  );
}

/** By user name or, where the source knows people by their names, by that. */
function isMine(
  exception: FoundException,
  marks: Marked,
  user: { readonly name: string; readonly display_name: string },
): boolean {
  if (marks.assigned_to !== null) return marks.assigned_to === user.name;
  return exception.owner === user.name || exception.owner === user.display_name;
}

export function todayRow(
  exception: FoundException,
  marks: Marked,
  currency: string,
  shown_minor: number | null,
): TodayRow {
  return {
    key: exception.key,
    group: groupOfKind(exception.facts.kind),
    severity: exception.severity,
    facts: exception.facts,
    company_id: exception.company_id,
    site_id: exception.site_id,
    channel_id: exception.channel_id,
    stake_minor: exception.stake_minor,
    currency,
    shown_minor,
    parts: exception.parts,
    due_on: isoDateOrNull(exception.due_on),
    since_on: isoDateOrNull(exception.since_on),
    owner: exception.owner,
    assigned_to: marks.assigned_to,
    snoozed_until_on: isoDateOrNull(marks.snoozed_until_on),
    mark_state: marks.waiting,
  };
}

/** User names this copy has met: those who sign, and those who mark. */
async function peopleOf({ context, company }: Finding): Promise<string[]> {
  const signers = await context.db
    .selectFrom('close_task')
    .select(['owner', 'reviewer'])
    .distinct()
    .where('company_id', '=', company.id)
    .execute();
  const markers = await context.db
    .selectFrom('v_exception_mark')
    .select(['author', 'assigned_to'])
    .distinct()
    .where('company_id', '=', company.id)
    .execute();
  const noters = await context.db
    .selectFrom('item_note')
    .select('author')
    .distinct()
    .where('company_id', '=', company.id)
    .execute();
  const names = [
    context.user.name,
    ...signers.flatMap((row) => [row.owner, row.reviewer]),
    ...markers.flatMap((row) => [row.author, row.assigned_to]),
    ...noters.map((row) => row.author),
  ];
  return [...new Set(names.filter((name): name is string => name !== null && USER_NAME.test(name)))]
    .toSorted()
    .slice(0, MOST_PEOPLE);
}
const MOST_PEOPLE = 100;
const USER_NAME = /^[a-z][a-z0-9._-]{1,39}$/;
