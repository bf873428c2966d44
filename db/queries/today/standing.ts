/** Exceptions with what was done about them and what is at stake in the currency shown. */
import { isoDate, monthOfDay } from '#domain/calendar.ts';
import { converterOf } from '#domain/currency/convert.ts';
import { byAnswer, groupOfKind, isAnswered } from '#domain/exceptions/exception.ts';
import type { TodayRow } from '#contract/queries.ts';
import { isoDateOrNull } from '../provenance.ts';
import type { RateBook } from '../reference/rates.ts';
import type { Finding, FoundException } from './found.ts';
import { type Marked, markedAs, type MarkRow } from './marks.ts';

export interface StandingException {
  readonly exception: FoundException;
  readonly marks: Marked;
  readonly currency: string;
  readonly shown_minor: number | null;
}

export interface Me {
  readonly name: string;
  readonly display_name: string;
}

/** What is at stake is at stake today: it is converted at the closing rate of the month, each decision by itself. */
export function standingOf(
  { company, as_of_on }: Finding,
  all: readonly FoundException[],
  marks: ReadonlyMap<string, readonly MarkRow[]>,
  book: RateBook,
): StandingException[] {
  const rate = all.length === 0 ? null : book.rateOf(company.id, monthOfDay(as_of_on), 'closing');
  const convert = rate === null ? null : converterOf(rate);
  return all.map((exception) => ({
    exception,
    marks: markedAs(marks.get(exception.key), as_of_on, exception),
    currency: company.currency,
    shown_minor: convert?.(exception.stake_minor) ?? null,
  }));
}

/** The order of domain/exceptions rankExceptions in the currency shown; what has no rate comes last. */
export function byShownStake(a: StandingException, b: StandingException): number {
  return (
    byAnswer(a.exception, b.exception) ||
    Number(a.shown_minor === null) - Number(b.shown_minor === null) ||
    (b.shown_minor ?? 0) - (a.shown_minor ?? 0) ||
    (a.exception.due_on ?? Number.MAX_SAFE_INTEGER) - (b.exception.due_on ?? Number.MAX_SAFE_INTEGER) ||
    a.exception.company_id - b.exception.company_id ||
    (a.exception.key < b.exception.key ? -1 : 1)
  );
}

/** Owned, given or risen to them: by user name or, where the source knows people by their names, by that. */
export function isMine(exception: FoundException, marks: Marked, user: Me): boolean {
  if (marks.escalated?.to === user.name || (marks.escalated?.to ?? null) === user.display_name) return true;
  if (marks.assigned_to !== null) return marks.assigned_to === user.name;
  // it is found for nobody else
  if (isAnswered(exception.facts.kind)) return true;
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
    escalated: marks.escalated && { ...marks.escalated, since_on: isoDate(marks.escalated.since_on) },
    mark_state: marks.waiting,
  };
}
