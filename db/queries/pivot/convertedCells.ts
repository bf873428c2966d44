/** Cells of a pivot in the currency shown, folded to its rows, columns and total. */
import { convertCells, convertSums, type MoneyShape } from '#domain/currency/moneySums.ts';
import type { RateBook } from '../reference/rates.ts';
import type { PivotSums } from './pivotTree.ts';
import type { Strata } from './strata.ts';

/** Sums in the currency shown. */
export interface Shown<S> {
  readonly sums: S;
  /** A rate is not here: what is money is not known, counts are. */
  readonly lacking: boolean;
}

export interface Addable<S> {
  readonly shape: MoneyShape<S>;
  readonly empty: () => S;
  readonly add: (to: S, more: S) => void;
  /** False when nothing was added. */
  readonly present: (sums: S) => boolean;
}

/**
 * `own`: cells of rows × strata in the companies' own currencies. `within`: what the row these are parts of was
 * converted to, by stratum; without it the cells of a company's month are the parts of what it comes to.
 */
export function shownCells<S>(
  addable: Addable<S>,
  own: readonly S[],
  groups: number,
  strata: Strata,
  book: RateBook,
  within: readonly Shown<S>[] | null,
): Shown<S>[] {
  const shown = own.map((sums): Shown<S> => ({ sums, lacking: false }));
  const lots = new Map<string, number[]>();
  for (let stratum = 0; stratum < strata.count; stratum++) {
    const lot = strata.lotOf(stratum);
    if (lot === null || book.keepsIt(lot.company_id)) continue;
    const cells: number[] = [];
    for (let at = stratum * groups; at < (stratum + 1) * groups; at++) {
      if (addable.present(own[at] as S)) cells.push(at);
    }
    if (cells.length === 0) continue;
    if (lot.month === null) {
      const rate = book.roughRateOf(lot.company_id);
      for (const at of cells) shown[at] = { sums: convertSums(addable.shape, own[at] as S, rate), lacking: false };
    } else if (within === null) {
      const name = `${lot.company_id} ${lot.month}`;
      lots.set(name, [...(lots.get(name) ?? []), ...cells]);
    } else {
      convertLot(addable, own, cells, book, { ...lot, month: lot.month }, within[stratum] ?? null, shown);
    }
  }
  for (const [name, cells] of lots) {
    const [company_id = 0, month = 0] = name.split(' ').map(Number);
    convertLot(addable, own, cells, book, { company_id, month }, null, shown);
  }
  return shown;
}

function convertLot<S>(
  { shape, empty, add }: Addable<S>,
  own: readonly S[],
  cells: readonly number[],
  book: RateBook,
  lot: { readonly company_id: number; readonly month: number },
  within: Shown<S> | null,
  shown: Shown<S>[],
): void {
  const rate = book.rateOf(lot.company_id, lot.month, 'average');
  const parts = cells.map((at) => own[at] as S);
  if (rate === null) {
    for (const [nth, at] of cells.entries()) shown[at] = { sums: withoutMoney(shape, parts[nth] as S), lacking: true };
    return;
  }
  const exact = empty();
  for (const part of parts) add(exact, part);
  const whole = within === null ? convertSums(shape, exact, rate) : within.sums;
  const converted = convertCells(shape, parts, rate, whole);
  for (const [nth, at] of cells.entries()) shown[at] = { sums: converted[nth] as S, lacking: false };
}

/** Counts stay. */
function withoutMoney<S>(shape: MoneyShape<S>, sums: S): S {
  const zeros = (values: readonly number[]) => values.map(() => 0);
  return shape.withMoney(sums, zeros(shape.amounts(sums)), zeros(shape.weights(sums)));
}

interface Sum<S> {
  readonly sums: S;
  lacking: boolean;
}

/** Months that are set beside each other. */
export interface Sides {
  readonly now: (month: number) => boolean;
  readonly before: (month: number) => boolean;
}

/** Cells of rows × strata added up. */
export function foldCells<S>(
  { empty, add, present }: Addable<S>,
  shown: readonly Shown<S>[],
  groups: number,
  strata: Strata,
  compared: Sides | null = null,
): PivotSums<Shown<S>> {
  const sumsOf = (count: number): Sum<S>[] => Array.from({ length: count }, () => ({ sums: empty(), lacking: false }));
  // without a conversion or a comparison a stratum is a column: its cells are what is shown
  const plain = strata.lotOf(0) === null;
  const cells: readonly Shown<S>[] = plain ? shown : sumsOf(groups * strata.columns);
  const one = strata.columns === 1;
  const rows: readonly Shown<S>[] = one ? cells : sumsOf(groups);
  const columns = sumsOf(strata.columns);
  const all = sumsOf(1);
  const sides = compared === null ? null : { now: sumsOf(groups + 1), before: sumsOf(groups + 1) };
  for (const [at, part] of shown.entries()) {
    if (!present(part.sums)) continue;
    const row = at % groups;
    const stratum = Math.floor(at / groups);
    const column = strata.columnOf(stratum);
    const month = strata.monthOf(stratum);
    const into = [
      ...(column < 0
        ? []
        : [...(plain ? [] : [cells[column * groups + row]]), ...(one ? [] : [rows[row]]), columns[column], all[0]]),
      ...(sides !== null && month !== null && compared?.now(month) ? [sides.now[row], sides.now[groups]] : []),
      ...(sides !== null && month !== null && compared?.before(month) ? [sides.before[row], sides.before[groups]] : []),
    ] as readonly (Sum<S> | undefined)[];
    for (const sum of into) {
      if (!sum) continue;
      add(sum.sums, part.sums);
      sum.lacking ||= part.lacking;
    }
  }
  const nothing = { sums: empty(), lacking: false };
  return {
    row: (slot) => rows[slot] ?? nothing,
    cell: (slot, column) => cells[column * groups + slot] ?? nothing,
    column: (column) => columns[column] ?? nothing,
    all: () => all[0] ?? nothing,
    parts: (slot) => Array.from({ length: strata.count }, (_, stratum) => shown[stratum * groups + slot] ?? nothing),
    sides: (slot) => ({
      now: sides?.now[slot ?? groups] ?? nothing,
      before: sides?.before[slot ?? groups] ?? nothing,
    }),
  };
}
