/**
 * What a figure screen shows, written into its address, so that back, reload and a link lead to the same figure:
 * /margin/by=country&show=net&in=channel%7C3%7CE-commerce. '%' is written '~' because the router decodes some of it.
 */
import { decoded } from '#renderer/shell/decoded.ts';
import { dayNumber } from '#domain/calendar.ts';
import type { ComparedWith } from '#contract/queries.ts';
import { DIMENSIONS, type Dimension, type TrailStep } from './trail.ts';
import { type RangeChoice, rangeChoiceOf } from './monthRange.ts';

/** Columns of a figure screen. */
export const PERIODS = ['month', 'week'] as const;
export type Period = (typeof PERIODS)[number];
/** What the totals beside the columns cover: the month of the top bar, or every column. */
export const SPANS = ['month', 'all'] as const;
export type Span = (typeof SPANS)[number];

/** What a row's figures are set beside. */
export const AGAINST = ['previous', 'last_year', 'plan'] as const satisfies readonly ComparedWith[];
export type Against = (typeof AGAINST)[number];

export interface FiguresView<G extends string, M extends string, F extends string> {
  readonly by: G;
  /** What each row unfolds into; null = the usual one, 'none' = nothing. */
  readonly below: G | 'none' | null;
  readonly measure: M;
  readonly each: Period;
  readonly span: Span;
  /** null = nothing is compared. */
  readonly against: Against | null;
  /** null = the screen's usual range. */
  readonly range: RangeChoice | null;
  readonly trail: readonly TrailStep[];
  /** The lines behind one figure, when they are open. */
  readonly lines: {
    readonly figure: F;
    readonly from: number;
    readonly to: number;
    /** Days within these months, such as one week. */
    readonly days: { readonly from_on: string; readonly to_on: string } | null;
    /** The rows the figure stands in, outermost first; none = the whole of the trail. */
    readonly rows: readonly TrailStep[];
  } | null;
}

export interface ViewWords<G extends string, M extends string, F extends string> {
  readonly path: string;
  readonly groups: readonly [G, ...G[]];
  readonly measures: readonly [M, ...M[]];
  readonly figures: readonly F[];
}

/** Anything unknown in the address falls back to the screen's start. */
export function parseView<G extends string, M extends string, F extends string>(
  location: string,
  words: ViewWords<G, M, F>,
): FiguresView<G, M, F> {
  const text = location.startsWith(`${words.path}/`) ? location.slice(words.path.length + 1) : '';
  const fields = new URLSearchParams(text.replaceAll('~', '%'));
  const by = words.groups.find((group) => group === fields.get('by')) ?? words.groups[0];
  const measure = words.measures.find((each) => each === fields.get('show')) ?? words.measures[0];
  const range = rangeChoiceOf(fields.get('range'));
  return {
    by,
    below:
      fields.get('then') === 'none' ? 'none' : (words.groups.find((group) => group === fields.get('then')) ?? null),
    measure,
    each: PERIODS.find((each) => each === fields.get('each')) ?? PERIODS[0],
    span: SPANS.find((each) => each === fields.get('over')) ?? SPANS[0],
    against: AGAINST.find((each) => each === fields.get('against')) ?? null,
    range,
    trail: stepsOf(fields, 'in', words.groups),
    lines: parseLines(fields, words.figures, words.groups),
  };
}

export function formatView<G extends string, M extends string, F extends string>(
  view: FiguresView<G, M, F>,
  words: ViewWords<G, M, F>,
): string {
  const fields = new URLSearchParams();
  if (view.by !== words.groups[0]) fields.set('by', view.by);
  if (view.below !== null) fields.set('then', view.below);
  if (view.measure !== words.measures[0]) fields.set('show', view.measure);
  if (view.each !== PERIODS[0]) fields.set('each', view.each);
  if (view.span !== SPANS[0]) fields.set('over', view.span);
  if (view.against) fields.set('against', view.against);
  if (view.range) fields.set('range', view.range);
  for (const step of view.trail) fields.append('in', formatStep(step));
  if (view.lines) {
    const { figure, from, to, days, rows } = view.lines;
    fields.set('lines', [figure, from, to, ...(days ? [days.from_on, days.to_on] : [])].join('|'));
    for (const row of rows) fields.append('row', formatStep(row));
  }
  const text = fields.toString().replaceAll('%', '~');
  return text === '' ? words.path : `${words.path}/${text}`;
}

/** A step through what the screen does not group by leads nowhere: a company, once one is in view by itself. */
function stepsOf(fields: URLSearchParams, name: string, groups: readonly string[]): TrailStep[] {
  return fields
    .getAll(name)
    .flatMap(parseStep)
    .filter((step) => groups.includes(step.dimension));
}

function formatStep(step: TrailStep): string {
  return [step.dimension, ...[step.key, step.label, ...(step.except ?? [])].map(encodeURIComponent)].join('|');
}

function parseStep(text: string): TrailStep[] {
  const [first = '', key = '', label = '', ...except] = text.split('|').map(decoded);
  const dimension: Dimension | undefined = DIMENSIONS.find((each) => each === first);
  if (!dimension) return [];
  const byName = dimension === 'country' || dimension === 'category' || dimension === 'salesperson';
  if (!byName && ![key, ...except].every((each) => /^\d{0,15}$/.test(each))) return [];
  return [{ dimension, key, label: label || key, ...(except.length > 0 ? { except } : {}) }];
}

function parseLines<F extends string>(
  fields: URLSearchParams,
  figures: readonly F[],
  groups: readonly string[],
): FiguresView<string, string, F>['lines'] {
  const [name, from, to, from_on, to_on] = (fields.get('lines') ?? '').split('|');
  const figure = figures.find((each) => each === name);
  if (!figure || !isMonth(from) || !isMonth(to)) return null;
  return {
    figure,
    from: Number(from),
    to: Number(to),
    days: isDate(from_on) && isDate(to_on) ? { from_on, to_on } : null,
    rows: stepsOf(fields, 'row', groups),
  };
}

function isDate(text: string | undefined): text is string {
  return text !== undefined && dayNumber(text) !== null;
}

function isMonth(text: string | undefined): boolean {
  return text !== undefined && /^(19|2\d)\d\d(0[1-9]|1[0-2])$/.test(text);
}
