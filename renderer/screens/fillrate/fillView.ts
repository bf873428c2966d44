/** What the Fill rate screen can show, as data. */
import { FILL_MEASURES as RATE_MEASURES } from '#domain/kpi/pivotMeasures.ts';
import type { PivotValues } from '#contract/queries.ts';
import { overviewMoney } from '#renderer/format/money.ts';
import { integer } from '#renderer/format/numbers.ts';
import type { FiguresView, ViewWords } from '#renderer/screens/figures/address.ts';

const GROUPS = ['channel', 'site', 'category', 'customer', 'salesperson', 'item', 'country', 'supplier'] as const;
export type FillGroup = (typeof GROUPS)[number] | 'company';
const OF_ALL = ['company', ...GROUPS] as const;
export const FILL_BELOW: readonly (FillGroup | 'none')[] = [...OF_ALL, 'none'];
export const FILL_MEASURES = ['unit', 'value', 'line', 'order', 'first_pass'] as const;
export type FillMeasure = (typeof FILL_MEASURES)[number];
export const FILL_FIGURES = ['incomplete', 'due', 'complete'] as const;
export type FillFigure = (typeof FILL_FIGURES)[number];

export type FillView = FiguresView<FillGroup, FillMeasure, FillFigure>;
type FillWords = ViewWords<FillGroup, FillMeasure, FillFigure>;
/** Of one company. */
export const FILL_WORDS: FillWords = {
  path: '/fill-rate',
  groups: GROUPS,
  measures: FILL_MEASURES,
  figures: FILL_FIGURES,
};
const WORDS_OF_ALL: FillWords = { ...FILL_WORDS, groups: OF_ALL };

/** All companies together are told apart by company first. */
export function fillWords(all: boolean): FillWords {
  return all ? WORDS_OF_ALL : FILL_WORDS;
}

export const MEASURE_OPTIONS: readonly { readonly value: FillMeasure; readonly label: string }[] = [
  { value: 'unit', label: 'Unit' },
  { value: 'value', label: 'Value' },
  { value: 'line', label: 'Line' },
  { value: 'order', label: 'Order' },
  { value: 'first_pass', label: 'First-pass' },
];
export function measureWord(measure: FillMeasure): string {
  return MEASURE_OPTIONS.find((option) => option.value === measure)?.label ?? '';
}
/** The KPI that holds the target of a rate. */
export const KPI_OF: Readonly<Record<FillMeasure, string>> = {
  unit: 'fill_rate_unit',
  value: 'fill_rate_value',
  line: 'fill_rate_line',
  order: 'fill_rate_order',
  first_pass: 'fill_rate_first_pass',
};

/** Numerator and denominator of each rate, in words. */
export const MEASURE_MEANS: Readonly<Record<FillMeasure, string>> = {
  unit: 'units shipped by the cut-off ÷ units ordered and due',
  value: 'value shipped by the cut-off ÷ value ordered and due',
  line: 'complete lines ÷ lines due',
  order: 'orders complete in every line ÷ orders with lines due',
  first_pass: 'lines complete in their first shipment ÷ lines due',
};

export const FIGURE_WORDS: Readonly<Record<FillFigure, string>> = {
  incomplete: 'Incomplete lines',
  due: 'Lines due',
  complete: 'Complete lines',
};

/** In the order the values of a row have. */
export const ASKED = RATE_MEASURES;
export type FillFiguresOf = Readonly<Record<(typeof ASKED)[number], number | null>>;

export function askedOf(measure: FillMeasure): (typeof ASKED)[number] {
  return `${measure}_fill`;
}
export function placeOf(measure: FillMeasure): number {
  return ASKED.indexOf(askedOf(measure));
}

/** null where nothing was due: no data, which is not 100 %. */
export function fillOf(values: PivotValues | null): FillFiguresOf | null {
  const at = (measure: (typeof ASKED)[number]) => values?.[ASKED.indexOf(measure)] ?? null;
  if (!at('due_lines')) return null;
  return {
    unit_fill: at('unit_fill'),
    value_fill: at('value_fill'),
    line_fill: at('line_fill'),
    order_fill: at('order_fill'),
    first_pass_fill: at('first_pass_fill'),
    due_value: at('due_value'),
    missing_value: at('missing_value'),
    due_lines: at('due_lines'),
    incomplete_lines: at('incomplete_lines'),
  };
}

/** '€12,480 missing in 41 lines' */
export function missingWords(figures: FillFiguresOf, currency: string): string {
  return `${overviewMoney(figures.missing_value, currency)} missing in ${integer(figures.incomplete_lines ?? 0)} of ${integer(figures.due_lines ?? 0)} lines`;
}
