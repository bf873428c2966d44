/** The columns of a pivot: months or ISO weeks that occur in the lines, within what was asked for. */
import { firstDayOfMonth, isoDate, isoWeekOfDay, lastDayOfMonth, monthOfDay, weekday } from '#domain/calendar.ts';
import type { PivotColumn } from '#contract/queries.ts';
import type { Grouping } from '#db/analysis/cells.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { groupingOf, NOTHING_KNOWN } from '../facts.ts';
import { type DayColumn, dayOf } from '../orders/linePredicate.ts';

export interface PeriodRange {
  readonly from_month: number;
  readonly to_month: number;
  readonly from_on?: string | undefined;
  readonly to_on?: string | undefined;
}

export interface Periods {
  readonly columns: readonly PivotColumn[];
  /** Slot of a day's or month's column; negative outside the range. null = one column of everything. */
  readonly grouping: Grouping | null;
}

export function periodColumns(
  view: FactView,
  kind: 'month' | 'week' | 'none',
  days: DayColumn,
  range: PeriodRange,
  {
    before_on = Number.POSITIVE_INFINITY,
    also_on = [],
  }: {
    /** No column begins on this day or later. */
    readonly before_on?: number;
    /** Days that have a column although no line may lie there. */
    readonly also_on?: readonly number[];
  } = {},
): Periods {
  if (kind === 'none') return { columns: [], grouping: null };
  const grouping = groupingOf(view, kind, NOTHING_KNOWN, days);
  const span = daysOf(range);
  const { values } = view.numbering(grouping.column);
  const spanOf = (key: string, day: number) => ({ key, ...(kind === 'month' ? monthSpan(key) : weekSpan(day)) });
  const spans = new Map(
    grouping.keys.map((key, slot) => [key, spanOf(key, Number(values[grouping.slots.indexOf(slot)]))]),
  );
  for (const day of also_on) {
    const key = periodKey(kind, day);
    if (!spans.has(key)) spans.set(key, spanOf(key, day));
  }
  const found = [...spans.values()]
    .filter(({ first_on, last_on }) => first_on <= span.last_on && last_on >= span.first_on && first_on < before_on)
    .toSorted((a, b) => a.first_on - b.first_on);
  const place = new Map(found.map(({ key }, index) => [key, index]));
  return {
    columns: found.map(({ key, first_on, last_on }) => ({
      key: kind === 'month' ? key : `${key.slice(0, 4)}-W${key.slice(4)}`,
      filter:
        kind === 'month'
          ? { from_month: Number(key), to_month: Number(key) }
          : { from_on: isoDate(Math.max(first_on, span.first_on)), to_on: isoDate(Math.min(last_on, span.last_on)) },
    })),
    grouping: {
      column: grouping.column,
      keys: found.map(({ key }) => key),
      slots: grouping.slots.map((slot) => place.get(grouping.keys[slot] ?? '') ?? -1),
    },
  };
}

/** First and last day the range allows. */
function daysOf({ from_month, to_month, from_on, to_on }: PeriodRange) {
  const first = firstDayOfMonth(from_month);
  const last = lastDayOfMonth(to_month);
  return {
    first_on: from_on === undefined ? first : Math.max(first, dayOf(from_on)),
    last_on: to_on === undefined ? last : Math.min(last, dayOf(to_on)),
  };
}

function monthSpan(key: string) {
  return { first_on: firstDayOfMonth(Number(key)), last_on: lastDayOfMonth(Number(key)) };
}

/** Monday to Sunday of any day in it. */
function weekSpan(day: number) {
  const first_on = day - weekday(day);
  return { first_on, last_on: first_on + 6 };
}

/** What the period of a day is called among a grouping's keys. */
export function periodKey(kind: 'month' | 'week', day: number): string {
  return String(kind === 'month' ? monthOfDay(day) : isoWeekOfDay(day));
}

/** The filter of days for lines of figures that go by the day alone. */
export function keepsDay({ from_month, to_month, from_on, to_on }: PeriodRange): (day: number) => boolean {
  const { first_on, last_on } = daysOf({ from_month, to_month, from_on, to_on });
  return (day) => day >= first_on && day <= last_on;
}
