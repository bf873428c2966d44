/**
 * What a pivot's cells are told apart by beside its rows: its columns, and where companies of several currencies are
 * shown in one, the month and the company as well, because each month of each company has a rate of its own.
 */
import { firstDayOfMonth, isoWeekOfDay, monthOfDay } from '#domain/calendar.ts';
import { type CellLayout, type Grouping, groupBy } from '#db/analysis/cells.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { groupingOf, NOTHING_KNOWN } from '../facts.ts';
import type { DayColumn } from '../orders/linePredicate.ts';
import type { RateBook } from '../reference/rates.ts';
import { periodKey, type PeriodRange } from './periods.ts';

/** Rows that are converted at one rate. */
export interface Lot {
  readonly company_id: number;
  /** null: at a rough rate, for ranking. */
  readonly month: number | null;
}

export interface Strata {
  readonly count: number;
  readonly columns: number;
  /** Groups the cells by them; one is as many cells apart from the next as the layout had. */
  readonly into: (layout: CellLayout) => void;
  /** Negative = in no column: of months that are only compared with. */
  readonly columnOf: (stratum: number) => number;
  /** null = of several months, or not told apart. */
  readonly monthOf: (stratum: number) => number | null;
  /** null: as it is, nothing is converted. */
  readonly lotOf: (stratum: number) => Lot | null;
  /** Where a row lies that is no order line; undefined = in no column. */
  readonly stratumOf: (company_id: number, day: number) => number | undefined;
}

type Kind = 'month' | 'week' | 'none';

/** Columns alone; `periods` null = one column of everything. */
export function plainStrata(kind: Kind, periods: Grouping | null): Strata {
  const columns = Math.max(1, periods?.keys.length ?? 1);
  const columnOf = new Map(periods?.keys.map((key, column) => [key, column]));
  return {
    count: columns,
    columns,
    into: (layout) => {
      if (periods !== null && periods.keys.length > 0) layout.group(periods, columns);
    },
    columnOf: (stratum) => stratum,
    monthOf: () => null,
    lotOf: () => null,
    stratumOf: (_, day) => (periods === null ? 0 : columnOf.get(periodKey(kind === 'week' ? 'week' : 'month', day))),
  };
}

/** Companies that keep the currency shown are one, the others each their own. */
function companySlots(view: FactView, company_ids: readonly number[], book: RateBook) {
  const foreign = company_ids.filter((id) => !book.keepsIt(id));
  const own = company_ids.find((id) => book.keepsIt(id));
  const companies = [...(own === undefined ? [] : [own]), ...foreign];
  const slotOf = (company_id: number): number =>
    book.keepsIt(company_id) ? companies.indexOf(own ?? 0) : companies.indexOf(company_id);
  const wanted = new Set(company_ids);
  const grouping = groupBy(view, 'company', (value) =>
    wanted.has(Number(value)) ? String(slotOf(Number(value))) : null,
  );
  // groups come as they are met; here a slot is its own name
  const slots = grouping.slots.map((slot) => (slot < 0 ? slot : Number(grouping.keys[slot])));
  return { companies, slotOf, grouping: { column: 'company', keys: companies.map(String), slots } };
}

/** By company only: enough to rank by. With `wanted`, months that are only compared with lie apart, in no column. */
export function roughStrata(
  view: FactView,
  company_ids: readonly number[],
  book: RateBook,
  wanted?: WantedMonths,
): Strata {
  const { companies, slotOf, grouping } = companySlots(view, company_ids, book);
  const sideOf = (month: number): number => (wanted === undefined || wanted.shown(month) ? 0 : 1);
  const sides = wanted === undefined ? 1 : 2;
  return {
    count: companies.length * sides,
    columns: 1,
    into: (layout) => {
      layout.group(grouping, companies.length);
      if (sides === 1) return;
      const months = view.numbering('month').values;
      layout.group({ column: 'month', slots: Int32Array.from(months, (month) => sideOf(Number(month))) }, sides);
    },
    columnOf: (stratum) => (stratum < companies.length ? 0 : -1),
    monthOf: () => null,
    lotOf: (stratum) => ({ company_id: companies[stratum % companies.length] ?? 0, month: null }),
    stratumOf: (company_id, day) => sideOf(monthOfDay(day)) * companies.length + slotOf(company_id),
  };
}

/** Months of a question that compares: those of its columns, and others beside them. */
export interface WantedMonths {
  readonly shown: (month: number) => boolean;
  readonly beside: (month: number) => boolean;
}

/** By company, month and column. */
export function convertedStrata(
  view: FactView,
  {
    kind,
    days,
    range,
    periods,
    company_ids,
    book,
    also_on = [],
    wanted = { shown: (month) => month >= range.from_month && month <= range.to_month, beside: () => false },
  }: {
    readonly kind: Kind;
    readonly days: DayColumn;
    readonly range: PeriodRange;
    readonly periods: Grouping | null;
    readonly company_ids: readonly number[];
    readonly book: RateBook;
    /** Days on which something lies that is no order line. */
    readonly also_on?: readonly number[];
    readonly wanted?: WantedMonths;
  },
): Strata {
  const { companies, slotOf, grouping } = companySlots(view, company_ids, book);
  const columns = Math.max(1, periods?.keys.length ?? 1);
  const columnAt = new Map(periods?.keys.map((key, column) => [key, column]));
  const nameOf = (day: number): string =>
    kind === 'week' ? `${isoWeekOfDay(day)} ${monthOfDay(day)}` : String(monthOfDay(day));
  const fine =
    kind === 'week'
      ? groupBy(view, days, (day) => (Number.isNaN(Number(day)) ? null : nameOf(Number(day))))
      : groupingOf(view, 'month', NOTHING_KNOWN, days);
  const found: { readonly month: number; readonly column: number }[] = [];
  const slotAt = new Map<string, number>();
  const meet = (name: string): void => {
    if (slotAt.has(name)) return;
    const [first = '', second] = name.split(' ');
    const month = Number(second ?? first);
    const shown = wanted.shown(month) ? (kind === 'none' ? 0 : columnAt.get(first)) : undefined;
    const column = shown ?? (wanted.beside(month) ? -1 : undefined);
    if (column === undefined) return;
    slotAt.set(name, found.push({ month, column }) - 1);
  };
  for (const name of fine.keys) meet(name);
  for (const day of also_on) meet(nameOf(day));
  // a pivot of nothing still has its one column
  if (found.length === 0) found.push({ month: range.from_month, column: 0 });
  const slots = fine.slots.map((slot) => slotAt.get(fine.keys[slot] ?? '') ?? -1);
  const periodsFound = found.length;
  return {
    count: periodsFound * companies.length,
    columns,
    into: (layout) => {
      layout.group({ column: fine.column, slots }, periodsFound);
      layout.group(grouping, companies.length);
    },
    columnOf: (stratum) => found[stratum % periodsFound]?.column ?? 0,
    monthOf: (stratum) => found[stratum % periodsFound]?.month ?? null,
    lotOf: (stratum) => ({
      company_id: companies[Math.floor(stratum / periodsFound)] ?? 0,
      month: found[stratum % periodsFound]?.month ?? monthOfDay(firstDayOfMonth(range.from_month)),
    }),
    stratumOf: (company_id, day) => {
      const slot = slotAt.get(nameOf(day));
      return slot === undefined ? undefined : slotOf(company_id) * periodsFound + slot;
    },
  };
}
