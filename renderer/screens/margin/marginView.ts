/** What the Margin screen can show, as data. */
import type { WaterfallStep } from '#renderer/charts/waterfallBars.ts';
import type { MarginFigures, MarginRow } from '#contract/queries.ts';
import type { FiguresView, ViewWords } from '#renderer/screens/figures/address.ts';

export const MARGIN_GROUPS = ['channel', 'country', 'category', 'customer', 'item', 'site'] as const;
export type MarginGroup = (typeof MARGIN_GROUPS)[number];
export const MARGIN_MEASURES = ['net', 'gross', 'discounts', 'returns', 'gm1'] as const;
export type MarginMeasure = (typeof MARGIN_MEASURES)[number];
export const LINE_FIGURES = ['net', 'gross', 'discounts', 'returns', 'other', 'no_cost', 'all'] as const;
export type LineFigure = (typeof LINE_FIGURES)[number];

export type MarginView = FiguresView<MarginGroup, MarginMeasure, LineFigure>;
export const MARGIN_WORDS: ViewWords<MarginGroup, MarginMeasure, LineFigure> = {
  path: '/margin',
  groups: MARGIN_GROUPS,
  measures: MARGIN_MEASURES,
  figures: LINE_FIGURES,
};

export const GROUP_OPTIONS: readonly { readonly value: MarginGroup; readonly label: string }[] = [
  { value: 'channel', label: 'Channel' },
  { value: 'country', label: 'Country' },
  { value: 'category', label: 'Category' },
  { value: 'customer', label: 'Customer' },
  { value: 'item', label: 'Item' },
  { value: 'site', label: 'Site' },
];

export const MEASURE_OPTIONS: readonly { readonly value: MarginMeasure; readonly label: string }[] = [
  { value: 'net', label: 'Net sales' },
  { value: 'gross', label: 'Gross' },
  { value: 'discounts', label: 'Discounts' },
  { value: 'returns', label: 'Returns' },
  { value: 'gm1', label: 'GM1, %' },
];

export const FIGURE_WORDS: Readonly<Record<LineFigure, string>> = {
  net: 'Net sales',
  gross: 'Gross sales',
  discounts: 'Discounts',
  returns: 'Returns',
  other: 'Freight, fees and adjustments',
  no_cost: 'Goods without a cost',
  all: 'All order lines',
};

/** The lines behind a measure; a margin is net sales less the cost beside each line. */
export function figureOfMeasure(measure: MarginMeasure): LineFigure {
  return measure === 'gm1' ? 'net' : measure;
}

/** Minor units, or basis points for GM1; null = no data. */
export function measured(figures: MarginFigures, measure: MarginMeasure): number | null {
  switch (measure) {
    case 'net':
      return figures.net_minor;
    case 'gross':
      return figures.gross_minor;
    case 'discounts':
      return figures.discounts_minor;
    case 'returns':
      return figures.returns_minor;
    case 'gm1':
      return figures.gm1_bp;
  }
}

/** Gross to net, and on to GM1 where every goods line has a cost this user may see. */
export function waterfallSteps(figures: MarginFigures): readonly WaterfallStep[] {
  const steps: WaterfallStep[] = [
    { id: 'gross', label: 'Gross sales', kind: 'start', value_minor: figures.gross_minor },
    { id: 'discounts', label: 'Discounts', kind: 'change', value_minor: figures.discounts_minor },
    { id: 'returns', label: 'Returns, credits', kind: 'change', value_minor: figures.returns_minor },
    { id: 'net', label: 'Net sales', kind: 'sum', value_minor: figures.net_minor },
  ];
  if (figures.cost_minor === null || figures.gm1_minor === null) return steps;
  return [
    ...steps,
    { id: 'cost', label: 'Landed cost', kind: 'change', value_minor: -figures.cost_minor },
    { id: 'gm1', label: 'GM1', kind: 'result', value_minor: figures.gm1_minor },
  ];
}

/** Why the waterfall ends at net sales, in a sentence; null when it does not. */
export function costSentence(cost_statement: string, figures: MarginFigures): string | null {
  if (figures.gm1_minor !== null) return null;
  switch (cost_statement) {
    case 'no cost data':
      return 'No cost data for this company, so the waterfall ends at net sales. A margin is never estimated.';
    case 'cost is for Finance':
      return 'Cost is for Finance. No cost ever reaches this machine, so the waterfall ends at net sales.';
    case 'no goods sold':
      return 'No goods were sold here, so there is no margin.';
    default:
      return `There is ${cost_statement}, so GM1 is not shown for the whole.`;
  }
}

/** 'rows', 'other' (rows beyond the limit) and 'total' share one grid. */
export interface MarginGridRow extends MarginRow {
  readonly kind: 'row' | 'other' | 'total';
  readonly byMonth: ReadonlyMap<number, MarginFigures>;
}

export function gridRow(row: MarginRow, kind: MarginGridRow['kind']): MarginGridRow {
  return { ...row, kind, byMonth: new Map(row.months.map((month) => [month.month, month])) };
}
