/** What the Fill rate screen can show, as data. */
import type { FillFigures, FillRow, Ratio } from '#contract/queries.ts';
import { ledgerMoney } from '#renderer/format/money.ts';
import { integer, quantity } from '#renderer/format/numbers.ts';
import type { FiguresView, ViewWords } from '#renderer/screens/figures/address.ts';

export const FILL_GROUPS = ['channel', 'site', 'category', 'customer', 'item'] as const;
export type FillGroup = (typeof FILL_GROUPS)[number];
export const FILL_MEASURES = ['unit', 'value', 'line', 'order', 'first_pass'] as const;
export type FillMeasure = (typeof FILL_MEASURES)[number];
export const FILL_FIGURES = ['incomplete', 'due', 'complete'] as const;
export type FillFigure = (typeof FILL_FIGURES)[number];

export type FillView = FiguresView<FillGroup, FillMeasure, FillFigure>;
export const FILL_WORDS: ViewWords<FillGroup, FillMeasure, FillFigure> = {
  path: '/fill-rate',
  groups: FILL_GROUPS,
  measures: FILL_MEASURES,
  figures: FILL_FIGURES,
};

export const FILL_GROUP_OPTIONS: readonly { readonly value: FillGroup; readonly label: string }[] = [
  { value: 'channel', label: 'Channel' },
  { value: 'site', label: 'Site' },
  { value: 'category', label: 'Category' },
  { value: 'customer', label: 'Customer' },
  { value: 'item', label: 'Item' },
];

export const FILL_MEASURE_OPTIONS: readonly { readonly value: FillMeasure; readonly label: string }[] = [
  { value: 'unit', label: 'Unit' },
  { value: 'value', label: 'Value' },
  { value: 'line', label: 'Line' },
  { value: 'order', label: 'Order' },
  { value: 'first_pass', label: 'First-pass' },
];

/** Numerator and denominator of each measure, in words. */
export const MEASURE_PARTS: Readonly<Record<FillMeasure, { readonly top: string; readonly bottom: string }>> = {
  unit: { top: 'Shipped by the cut-off', bottom: 'Ordered and due' },
  value: { top: 'Value shipped by the cut-off', bottom: 'Value ordered and due' },
  line: { top: 'Complete lines', bottom: 'Lines due' },
  order: { top: 'Orders complete in every line', bottom: 'Orders with lines due' },
  first_pass: { top: 'Lines complete in the first shipment', bottom: 'Lines due' },
};

export const FILL_FIGURE_WORDS: Readonly<Record<FillFigure, string>> = {
  incomplete: 'Incomplete lines',
  due: 'Lines due',
  complete: 'Complete lines',
};

/** Numerator or denominator as text: units in base units (mixed when summed), value in money, the rest counts. */
export function partText(measure: FillMeasure, amount: number, currency: string): string {
  if (measure === 'unit') return quantity(amount);
  if (measure === 'value') return ledgerMoney(amount, currency);
  return integer(amount);
}

/** What is lacking to one hundred per cent, in the measure's own unit. */
export function shortfall(ratio: Ratio): number {
  return ratio.denominator - ratio.numerator;
}

export interface FillGridRow extends FillRow {
  readonly byMonth: ReadonlyMap<number, FillFigures>;
  readonly isTotal: boolean;
}

export function fillGridRow(row: FillRow, isTotal: boolean): FillGridRow {
  return { ...row, isTotal, byMonth: new Map(row.months.map((month) => [month.month, month])) };
}
