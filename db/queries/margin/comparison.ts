/**
 * What the months of a margin are compared with, and whether they can be: months that are not here and plans that do not
 * go so far are said, never shown as 0.
 */
import { firstDayOfMonth, isoDate, lastDayOfMonth, monthRange } from '#domain/calendar.ts';
import { type Months, monthsBefore, monthsLastYear } from '#domain/kpi/change.ts';
import type { ComparedWith, Comparison, LineDimension, QueryArgs, RowFilter } from '#contract/queries.ts';
import { NO_MONTH } from '#db/analysis/wholeMonths.ts';
import type { QueryContext } from '../context.ts';
import type { ComparedGroups } from '../pivot/pivotTree.ts';
import { narrowedBy } from '../orders/linePredicate.ts';
import { DIMENSION_PLURAL } from '../pivot/dimensionNames.ts';
import { asOfDay, monthWords } from '../provenance.ts';
import { monthsWithLines } from '../reference/months.ts';
import { seesArea, seesWholeCompany } from '../rights.ts';
import type { SinceMonth } from '../wholeSince.ts';
import { keepsPlan, PLANNED_BY, planKey, type PlanRow, planRows } from './planned.ts';

export interface ComparisonGround {
  readonly with: ComparedWith;
  readonly now: Months;
  readonly before: Months;
  /** null = it compares. */
  readonly reason: string | null;
  readonly without: Comparison['without'];
  readonly note: string | null;
  /** Of the months compared, as far as the question's filter keeps them; empty unless the plan is compared with. */
  readonly plan: readonly PlanRow[];
  /** Whether these groups are planned in every month. null = everything. */
  readonly isPlanned: (groups: ComparedGroups | null) => boolean;
}

interface Company {
  readonly id: number;
  readonly name: string;
  readonly time_zone: string;
}
/** What of the question says which lines it is about, and what they are compared with. */
export type GroundArgs = Omit<
  QueryArgs<'marginPivot'>,
  'columns' | 'measures' | 'sort' | 'expanded' | 'limit' | 'child_limit'
>;

/** null = nothing is to be compared. */
export async function comparisonGround(
  context: QueryContext,
  companies: readonly Company[],
  args: GroundArgs,
  since_month: SinceMonth,
): Promise<ComparisonGround | null> {
  const { compare } = args;
  if (!compare) return null;
  const now: Months = { from_month: compare.from_month, to_month: compare.to_month };
  const note = runningMonth(context, companies, now);
  if (compare.with !== 'plan') {
    const before = compare.with === 'previous' ? monthsBefore(now) : monthsLastYear(now);
    const reason =
      notYetHere(now, since_month) ?? notYetHere(before, since_month) ?? (await notHere(context, companies, before));
    return { with: compare.with, now, before, reason, without: [], note, plan: [], isPlanned: () => true };
  }
  const nothing = { with: compare.with, now, before: now, without: [], note, plan: [], isPlanned: () => false };
  const reason = notYetHere(now, since_month) ?? notForThem(context, companies) ?? notPlannedBy(narrowedBy(args));
  if (reason !== null) return { ...nothing, reason };
  const company_ids = companies.map((company) => company.id);
  const all = await planRows(context, company_ids, now.from_month, now.to_month);
  const without: Comparison['without'][number][] = [];
  for (const dimension of args.rows) {
    const why = notPlannedBy([dimension]) ?? coarser(all, [dimension]);
    if (why !== null) without.push({ dimension, reason: why });
  }
  const plan = all.filter((row) => keepsPlan(row, args));
  const missing = coarser(all, narrowedBy(args)) ?? noPlan(companies, plan, now, narrowedBy(args).length > 0);
  if (missing !== null) return { ...nothing, reason: missing };
  return {
    ...nothing,
    reason: null,
    without,
    plan,
    isPlanned: planned(plan, now, new Set(without.map(({ dimension }) => dimension))),
  };
}

export function comparisonOf({ with: kind, before, reason, without, note }: ComparisonGround): Comparison {
  return { with: kind, ...before, reason, without, note: reason === null ? note : null };
}

/** Months that are not whole are left out of either side. */
function notYetHere({ from_month }: Months, since_month: SinceMonth): string | null {
  if (since_month === null || from_month >= since_month) return null;
  return since_month === NO_MONTH
    ? 'No month is here whole yet'
    : `Months before ${monthWords(since_month)} are still loading`;
}

/** Months before the first one here are not 0: nothing is known of them. */
async function notHere(context: QueryContext, companies: readonly Company[], before: Months): Promise<string | null> {
  for (const company of companies) {
    const [first] = await monthsWithLines(context.db, company.id);
    if (first === undefined) return `No order lines of ${company.name} are here`;
    if (before.from_month < first) return `No order lines of ${company.name} before ${monthWords(first)} are here`;
  }
  return null;
}

function notForThem(context: QueryContext, companies: readonly Company[]): string | null {
  for (const company of companies) {
    if (!seesArea(context.user, company.id, 'cost')) return 'The plan says what is earned: it is for Finance';
    if (!seesWholeCompany(context.user, company.id, 'cost')) {
      return `The plan is of all of ${company.name}, and you see only a part of it`;
    }
  }
  return null;
}

function notPlannedBy(dimensions: readonly LineDimension[]): string | null {
  const without = dimensions.find((dimension) => !PLANNED_BY.has(dimension));
  return without === undefined
    ? null
    : `The plan is by channel, category and month: there is none of ${DIMENSION_PLURAL[without]}`;
}

/** A plan line without a channel is of all of them: no channel's plan is whole then. */
function coarser(plan: readonly PlanRow[], dimensions: readonly LineDimension[]): string | null {
  const without = dimensions.find(
    (dimension) => PLANNED_BY.has(dimension) && plan.some((row) => planKey(row, dimension) === null),
  );
  return without === undefined ? null : `A part of the plan is not told apart by ${without}`;
}

function noPlan(
  companies: readonly Company[],
  plan: readonly PlanRow[],
  { from_month, to_month }: Months,
  narrowed: boolean,
): string | null {
  for (const company of companies) {
    const months = new Set(plan.filter((row) => row.company_id === company.id).map((row) => row.month));
    const missing = monthRange(from_month, to_month).filter((month) => !months.has(month));
    const [first] = missing;
    if (first === undefined) continue;
    const of = narrowed ? 'of this' : `of ${company.name}`;
    return missing.length === 1 || months.size > 0
      ? `No plan ${of} for ${monthWords(first)}`
      : `No plan ${of} for ${monthWords(from_month)} to ${monthWords(to_month)}`;
  }
  return null;
}

function planned(plan: readonly PlanRow[], { from_month, to_month }: Months, without: ReadonlySet<LineDimension>) {
  const months = monthRange(from_month, to_month).length;
  const levels = new Map<string, ReadonlyMap<string, ReadonlySet<number>>>();
  const monthsOf = (dimension: LineDimension, filter: RowFilter) => {
    const name = JSON.stringify([dimension, filter]);
    const known = levels.get(name);
    if (known) return known;
    const byKey = new Map<string, Set<number>>();
    for (const row of plan) {
      const key = planKey(row, dimension);
      if (key === null || !keepsPlan(row, filter)) continue;
      byKey.set(key, (byKey.get(key) ?? new Set()).add(row.month));
    }
    levels.set(name, byKey);
    return byKey;
  };
  return (groups: ComparedGroups | null): boolean => {
    if (groups === null) return true;
    const { dimension, filter, keys } = groups;
    if ([dimension, ...narrowedBy(filter)].some((each) => !PLANNED_BY.has(each) || without.has(each))) return false;
    const byKey = monthsOf(dimension, filter);
    // "Other" is a total: planned where all of its months are, by whichever of its groups
    return new Set(keys.flatMap((key) => [...(byKey.get(key) ?? [])])).size === months;
  };
}

/** A month that is not over lies beside a whole one. */
function runningMonth(context: QueryContext, companies: readonly Company[], { to_month }: Months): string | null {
  for (const company of companies) {
    const today = asOfDay(context, company.time_zone);
    const last_on = lastDayOfMonth(to_month);
    if (today < firstDayOfMonth(to_month) || today >= last_on) continue;
    const words = monthWords(to_month);
    const [month] = words.split(' ');
    return `${words} is not over: lines up to ${Number(isoDate(today).slice(8))} ${month}, compared with whole months`;
  }
  return null;
}
