/** What the Margin screen can show, as data. */
import { MARGIN_MEASURES as LADDER_MEASURES } from '#domain/kpi/pivotMeasures.ts';
import { LEAKAGE_CAUSES, type LeakageCause } from '#domain/pricing/leakage.ts';
import type { PivotValues } from '#contract/queries.ts';
import type { WaterfallStep } from '#renderer/charts/waterfallBars.ts';
import type { Against, FiguresView, ViewWords } from '#renderer/screens/figures/address.ts';

import { EROSION_FIGURE } from './erosionView.ts';
import { TIE_FIGURES, type TieFigure } from './tieView.ts';
import { BRIDGE_FIGURES, BRIDGE_VIEWS, type BridgeFigure, type BridgeView } from './bridgeView.ts';

const GROUPS = ['channel', 'country', 'category', 'customer', 'salesperson', 'item', 'site', 'supplier'] as const;
export type MarginGroup = (typeof GROUPS)[number] | 'company';
const OF_ALL = ['company', ...GROUPS] as const;
export const MARGIN_BELOW: readonly (MarginGroup | 'none')[] = [...OF_ALL, 'none'];

/** What the columns of the periods show. */
export const LEVELS = ['net', 'gm1', 'gm2', 'gm3'] as const;
export type Level = (typeof LEVELS)[number];
export const MARGIN_MEASURES = ['gm3_rate', 'net', 'gm1', 'gm1_rate', 'gm2', 'gm2_rate', 'gm3'] as const;
export type MarginMeasure = (typeof MARGIN_MEASURES)[number];
/** What the address may ask for: figures by month, or why one of them changed. */
export const SHOWN_MEASURES = [...MARGIN_MEASURES, ...BRIDGE_VIEWS] as const;
export type ShownMeasure = MarginMeasure | BridgeView;

export const LEVEL_WORDS: Readonly<Record<Level, string>> = {
  net: 'Net sales',
  gm1: 'GM1',
  gm2: 'GM2',
  gm3: 'GM3',
};

export function levelOf(measure: MarginMeasure): Level {
  return LEVELS.find((level) => measure.startsWith(level)) ?? 'net';
}
export function isRate(measure: MarginMeasure): boolean {
  return measure.endsWith('_rate');
}
export function measureOf(level: Level, rate: boolean): MarginMeasure {
  return level === 'net' ? 'net' : rate ? `${level}_rate` : level;
}

/** Every step of the ladder, in the order the values of a row have. */
export const ASKED = LADDER_MEASURES;
export type LadderFigures = Readonly<Record<(typeof ASKED)[number], number | null>>;

export function ladderOf(values: PivotValues | null): LadderFigures | null {
  if (values === null) return null;
  const at = (measure: (typeof ASKED)[number]) => values[ASKED.indexOf(measure)] ?? null;
  return {
    gross_sales: at('gross_sales'),
    discounts: at('discounts'),
    returns: at('returns'),
    net_sales: at('net_sales'),
    other_billed: at('other_billed'),
    landed_cost: at('landed_cost'),
    cost_coverage: at('cost_coverage'),
    gm1: at('gm1'),
    gm1_rate: at('gm1_rate'),
    outbound_freight: at('outbound_freight'),
    gm2: at('gm2'),
    gm2_rate: at('gm2_rate'),
    rebates: at('rebates'),
    channel_fees: at('channel_fees'),
    claims: at('claims'),
    gm3: at('gm3'),
    gm3_rate: at('gm3_rate'),
    credits: at('credits'),
    lines: at('lines'),
  };
}

/** Neither a line, nor a credit note, nor what a claim cost: such months have no waterfall, not one of zeros. */
export function isNothing({ lines, credits, claims }: LadderFigures): boolean {
  return [lines, credits, claims].every((value) => value === null || value === 0);
}

/** Where the value of a measure stands. */
export function placeOf(measure: MarginMeasure): number {
  return ASKED.indexOf(measure === 'net' ? 'net_sales' : measure);
}

/** Figures with lines of their own, as the query of lines calls them. */
export const LINE_FIGURES = ['net', 'gross', 'discounts', 'returns', 'other', 'no_cost', 'claims', 'all'] as const;
export type LineFigure = (typeof LINE_FIGURES)[number];
/** Whose lines are those of net sales, and what claims cost: every part of the step stands on each. */
export const STEP_FIGURES = ['gm1', 'gm2', 'gm3'] as const;
export type StepFigure = (typeof STEP_FIGURES)[number];
type LeakFigure = `leak-${LeakageCause}`;
export const LEAK_FIGURES: readonly LeakFigure[] = LEAKAGE_CAUSES.map((cause): LeakFigure => `leak-${cause}`);
export type MarginFigure = LineFigure | StepFigure | LeakFigure | BridgeFigure | TieFigure | typeof EROSION_FIGURE;

/** The lines behind an effect; null = it has none of its own: the plan's are of whole categories. */
export function effectFigureOf(id: string, against: Against): BridgeFigure | null {
  return against === 'plan' ? null : (BRIDGE_FIGURES.find((figure) => figure === `bridge-${id}`) ?? null);
}

export const FIGURE_WORDS: Readonly<Record<LineFigure | StepFigure, string>> = {
  net: 'Net sales',
  gross: 'Gross sales',
  discounts: 'Discounts',
  returns: 'Returns, credits',
  other: 'Freight, fees and adjustments',
  no_cost: 'Goods without a cost',
  claims: 'Claims',
  all: 'All order lines',
  gm1: 'GM1',
  gm2: 'GM2',
  gm3: 'GM3',
};
export const CAUSE_WORDS: Readonly<Record<LeakageCause, string>> = {
  below_floor: 'Price below floor',
  discount_not_approved: 'Discount not approved',
  freight_not_charged: 'Freight not charged',
  cost_rise: 'Cost rise not passed on',
  rebate_not_accrued: 'Rebate not accrued',
};

export function causeOf(figure: MarginFigure): LeakageCause | null {
  return LEAKAGE_CAUSES.find((cause) => figure === `leak-${cause}`) ?? null;
}
export function isStep(figure: MarginFigure): figure is StepFigure {
  return STEP_FIGURES.some((each) => each === figure);
}

export type MarginView = FiguresView<MarginGroup, ShownMeasure, MarginFigure>;
type MarginWords = ViewWords<MarginGroup, ShownMeasure, MarginFigure>;
const FIGURES = [...LINE_FIGURES, ...STEP_FIGURES, ...LEAK_FIGURES, ...BRIDGE_FIGURES] as const;
/** Of one company. */
export const MARGIN_WORDS: MarginWords = {
  path: '/margin',
  groups: GROUPS,
  measures: SHOWN_MEASURES,
  figures: [...FIGURES, ...TIE_FIGURES, EROSION_FIGURE],
};
/** Each company has a ledger and a past of its own: of all there are neither ties nor unusual falls. */
const WORDS_OF_ALL: MarginWords = { ...MARGIN_WORDS, groups: OF_ALL, figures: FIGURES };

/** All companies together are told apart by company first. */
export function marginWords(all: boolean): MarginWords {
  return all ? WORDS_OF_ALL : MARGIN_WORDS;
}

/** The lines behind a measure. */
export function figureOfMeasure(measure: MarginMeasure): MarginFigure {
  return levelOf(measure);
}

/** Steps of the waterfall; what lowers the margin is negative. */
const STEPS: readonly {
  readonly id: string;
  readonly label: string;
  readonly kind: WaterfallStep['kind'];
  readonly figure: keyof LadderFigures;
  readonly sign: 1 | -1;
}[] = [
  { id: 'gross', label: 'Gross sales', kind: 'start', figure: 'gross_sales', sign: 1 },
  { id: 'discounts', label: 'Discounts', kind: 'change', figure: 'discounts', sign: 1 },
  { id: 'returns', label: 'Returns, credits', kind: 'change', figure: 'returns', sign: 1 },
  { id: 'net', label: 'Net sales', kind: 'sum', figure: 'net_sales', sign: 1 },
  { id: 'cost', label: 'Landed cost', kind: 'change', figure: 'landed_cost', sign: -1 },
  { id: 'gm1', label: 'GM1', kind: 'result', figure: 'gm1', sign: 1 },
  { id: 'freight', label: 'Freight out', kind: 'change', figure: 'outbound_freight', sign: -1 },
  { id: 'gm2', label: 'GM2', kind: 'result', figure: 'gm2', sign: 1 },
  { id: 'rebates', label: 'Rebates', kind: 'change', figure: 'rebates', sign: -1 },
  { id: 'fees', label: 'Channel fees', kind: 'change', figure: 'channel_fees', sign: -1 },
  { id: 'claims', label: 'Claims', kind: 'change', figure: 'claims', sign: -1 },
  { id: 'gm3', label: 'GM3', kind: 'result', figure: 'gm3', sign: 1 },
];

/** The margin a step leads down to; gross to net are always known. */
const ENDS = [
  ['gm1', ['landed_cost', 'gm1']],
  ['gm2', ['outbound_freight', 'gm2']],
  ['gm3', ['rebates', 'channel_fees', 'claims', 'gm3']],
] as const;

/** Gross to net, and down to GM3 as far as every part is known to this user; beside each what it was, where known. */
export function waterfallSteps(figures: LadderFigures, before: LadderFigures | null = null): readonly WaterfallStep[] {
  let end = 'net';
  for (const [step, parts] of ENDS) {
    if (parts.some((part) => figures[part] === null)) break;
    end = step;
  }
  const shown = STEPS.slice(0, STEPS.findIndex(({ id }) => id === end) + 1);
  return shown.map(({ id, label, kind, figure, sign }) => {
    const was = before?.[figure] ?? null;
    return {
      id,
      label,
      kind,
      value_minor: (figures[figure] ?? 0) * sign,
      ...(before === null ? {} : { before_minor: was === null ? null : was * sign }),
    };
  });
}

/** What a bar's lines are: costs and margins are seen beside the lines of net sales. */
export const FIGURE_OF_STEP: Readonly<Record<string, MarginFigure>> = {
  gross: 'gross',
  discounts: 'discounts',
  returns: 'returns',
  net: 'net',
  cost: 'gm1',
  gm1: 'gm1',
  freight: 'gm2',
  gm2: 'gm2',
  rebates: 'gm3',
  fees: 'gm3',
  claims: 'claims',
  gm3: 'gm3',
};

/** Why the waterfall ends before GM3, in a sentence; null when it does not. */
export function endSentence(cost_statement: string, figures: LadderFigures): string | null {
  if (figures.gm3 !== null) return null;
  if (figures.gm1 === null) {
    switch (cost_statement) {
      case 'no cost data':
        return 'No cost data for this company, so the waterfall ends at net sales. A margin is never estimated.';
      case 'cost is for Finance':
        return 'Cost is for Finance. No cost ever reaches this machine, so the waterfall ends at net sales.';
      case 'no goods sold':
        return 'No goods were sold here, so there is no margin.';
      case 'complete':
        return 'Some goods have no cost here, so the waterfall ends at net sales. A margin is never estimated.';
      default:
        return `There is ${cost_statement}, so GM1 is not shown for the whole.`;
    }
  }
  if (figures.gm2 === null) return 'Outbound freight is not known for every goods line, so the waterfall ends at GM1.';
  const unknown = [
    ...(figures.rebates === null ? ['Rebates'] : []),
    ...(figures.channel_fees === null ? ['Channel fees'] : []),
  ];
  return `${unknown.length === 0 ? 'Rebates or channel fees' : unknown.join(' and ')} are not known for every goods line, so the waterfall ends at GM2.`;
}

/** What a figure of lines comes to in a ladder; null where it has no amount or is not known. */
export function amountOf(figures: LadderFigures, figure: LineFigure | StepFigure): number | null {
  switch (figure) {
    case 'net':
      return figures.net_sales;
    case 'gross':
      return figures.gross_sales;
    case 'discounts':
      return figures.discounts;
    case 'returns':
      return figures.returns;
    case 'other':
      return figures.other_billed;
    case 'all':
      return figures.net_sales === null ? null : figures.net_sales + (figures.other_billed ?? 0);
    case 'no_cost':
      return null;
    default:
      return figures[figure];
  }
}
