/**
 * What a figure screen shows, written into its address, so that back, reload and a link lead to the same figure:
 * /margin/by=country&show=net&in=channel%7C3%7CE-commerce. '%' is written '~' because the router decodes some of it.
 */
import { DIMENSIONS, type Dimension, type TrailStep } from './trail.ts';
import { RANGES, type RangeChoice } from './monthRange.ts';

export interface FiguresView<G extends string, M extends string, F extends string> {
  readonly by: G;
  readonly measure: M;
  /** null = the screen's usual range. */
  readonly range: RangeChoice | null;
  readonly trail: readonly TrailStep[];
  /** The lines behind one figure, when they are open. */
  readonly lines: {
    readonly figure: F;
    readonly from: number;
    readonly to: number;
    /** The row the figure stands in; null = the whole of the trail. */
    readonly row: TrailStep | null;
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
  const range = RANGES.find((each) => each === fields.get('range')) ?? null;
  return {
    by,
    measure,
    range,
    trail: fields.getAll('in').flatMap(parseStep),
    lines: parseLines(fields, words.figures),
  };
}

export function formatView<G extends string, M extends string, F extends string>(
  view: FiguresView<G, M, F>,
  words: ViewWords<G, M, F>,
): string {
  const fields = new URLSearchParams();
  if (view.by !== words.groups[0]) fields.set('by', view.by);
  if (view.measure !== words.measures[0]) fields.set('show', view.measure);
  if (view.range) fields.set('range', view.range);
  for (const step of view.trail) fields.append('in', formatStep(step));
  if (view.lines) {
    fields.set('lines', `${view.lines.figure}|${view.lines.from}|${view.lines.to}`);
    if (view.lines.row) fields.set('row', formatStep(view.lines.row));
  }
  const text = fields.toString().replaceAll('%', '~');
  return text === '' ? words.path : `${words.path}/${text}`;
}

function formatStep(step: TrailStep): string {
  return [step.dimension, encodeURIComponent(step.key), encodeURIComponent(step.label)].join('|');
}

function parseStep(text: string): TrailStep[] {
  const [first = '', key = '', label = ''] = text.split('|').map(decoded);
  const dimension: Dimension | undefined = DIMENSIONS.find((each) => each === first);
  if (!dimension) return [];
  const byName = dimension === 'country' || dimension === 'category';
  if (!byName && !/^\d{0,15}$/.test(key)) return [];
  return [{ dimension, key, label: label || key }];
}

/** A damaged escape stays as it is written: the address is the user's, not a reason to fail. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parseLines<F extends string>(
  fields: URLSearchParams,
  figures: readonly F[],
): FiguresView<string, string, F>['lines'] {
  const [name, from, to] = (fields.get('lines') ?? '').split('|');
  const figure = figures.find((each) => each === name);
  if (!figure || !isMonth(from) || !isMonth(to)) return null;
  return { figure, from: Number(from), to: Number(to), row: parseStep(fields.get('row') ?? '')[0] ?? null };
}

function isMonth(text: string | undefined): boolean {
  return text !== undefined && /^(19|2\d)\d\d(0[1-9]|1[0-2])$/.test(text);
}
