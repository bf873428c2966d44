/**
 * The tree of a pivot, whatever is added up in it: groups of the first dimension ranked and cut, open ones followed by
 * their own groups, every row and cell with the filter that leads to its lines.
 */
import { BinnacleError } from '#contract/errors.ts';
import type {
  ComparedValues,
  LineDimension,
  Pivot,
  PivotColumn,
  PivotRow,
  PivotValues,
  RowFilter,
} from '#contract/queries.ts';
import { foldGroups, type Grouping } from '#db/analysis/cells.ts';
import type { QueryContext } from '../context.ts';
import { DIMENSION_PLURAL, dimensionNames } from './dimensionNames.ts';

/** Sums of one scan, by slot of its rows and its columns. */
export interface PivotSums<S> {
  row(slot: number): S;
  cell(slot: number, column: number): S;
  column(column: number): S;
  all(): S;
  /** A row by everything its cells are told apart by; given back to the scan of its own rows, which are parts of these. */
  parts(slot: number): readonly S[];
  /** The months that are compared and those they are compared with, of a row or of all (null). */
  sides(slot: number | null): { readonly now: S; readonly before: S };
}

/** Groups of a level, as far as a comparison asks for them. */
export interface ComparedGroups {
  readonly dimension: LineDimension;
  /** Filter of the rows they are below. */
  readonly filter: RowFilter;
  /** One, or those in "Other". */
  readonly keys: readonly string[];
}

/** What a pivot adds up. */
export interface PivotFigure<S> {
  /** `columns` false: rows are not told apart by period. `within`: the parts of the row these are below. */
  scan(
    rows: Grouping,
    filter: RowFilter,
    columns: boolean,
    dimension: LineDimension,
    within: readonly S[] | null,
  ): PivotSums<S>;
  /** False when nothing was added: such a group is no row. */
  present(sums: S): boolean;
  /** One a measure asked for. */
  values(sums: S): PivotValues;
  /** What rows are ranked by; null last. Not asked when they are sorted by name. */
  rank(sums: S): number | null;
  grouping(dimension: LineDimension): Grouping;
  /** Absent = nothing is compared. `groups` null: everything. */
  compared?(sides: { readonly now: S; readonly before: S }, groups: ComparedGroups | null): ComparedValues | null;
}

export interface PivotShape {
  readonly company_ids: readonly number[];
  readonly rows: readonly LineDimension[];
  readonly expanded: readonly string[];
  readonly limit: number;
  readonly child_limit: number;
  readonly measures: readonly string[];
  readonly sort: { readonly measure: string; readonly descending: boolean } | undefined;
  readonly others: RowFilter['others'] | undefined;
}

/** Values of one answer: rows × columns × measures, so that it stays well under the transport's limit. */
const VALUE_LIMIT = 200_000;

export type PivotTree = Pick<Pivot, 'rows' | 'total' | 'column_totals' | 'total_compared' | 'groups'>;

/** Of months that are not here: nothing, and no total. */
export function nothingOf(measures: number): PivotTree {
  const total = Array.from({ length: measures }, () => null);
  return { rows: [], total, column_totals: [], total_compared: null, groups: 0 };
}

export async function pivotTree<S>(
  context: QueryContext,
  figure: PivotFigure<S>,
  shape: PivotShape,
  columns: readonly PivotColumn[],
): Promise<PivotTree> {
  let values = 0;
  const makeRoom = (rows: number) => {
    values += rows * (columns.length + 1 + (figure.compared ? 2 : 0)) * shape.measures.length;
    if (values <= VALUE_LIMIT) return;
    throw new BinnacleError(
      'too_large',
      'That is more rows and columns than one answer holds. Narrow the period or show fewer rows.',
    );
  };
  const [first, second] = shape.rows;
  if (first === undefined) throw new Error('a pivot has rows');
  const top = await level(context, figure, shape, first, {}, columns, shape.limit, makeRoom, null);
  const open = new Set(second === undefined ? [] : shape.expanded);
  const rows: PivotRow[] = [];
  for (const row of top.rows) {
    const expands = second !== undefined && row.others === 0 ? row.group : null;
    const expanded = expands !== null && open.has(expands);
    rows.push(pivotRow(row, `${first}:${row.group ?? '*'}`, 0, first, expands, expanded));
    if (!expanded || second === undefined) continue;
    context.checkCancelled();
    const below = await level(
      context,
      figure,
      shape,
      second,
      row.filter,
      columns,
      shape.child_limit,
      makeRoom,
      row.parts(),
    );
    for (const child of below.rows) {
      rows.push(pivotRow(child, `${first}:${row.group}/${second}:${child.group ?? '*'}`, 1, second, null, false));
    }
  }
  const { total, column_totals, total_compared, groups } = top;
  return { rows, total, column_totals, total_compared, groups };
}

interface LevelRow<S> {
  /** null = Other. */
  readonly group: string | null;
  readonly label: string;
  readonly channel_kind: string | null;
  readonly others: number;
  readonly filter: RowFilter;
  readonly total: PivotValues;
  readonly cells: readonly PivotValues[];
  readonly compared: ComparedValues | null;
  readonly parts: () => readonly S[];
}

function pivotRow(
  { label, channel_kind, others, filter, total, cells, compared }: Omit<LevelRow<never>, 'parts'>,
  key: string,
  depth: 0 | 1,
  dimension: LineDimension,
  expands: string | null,
  expanded: boolean,
): PivotRow {
  const row = { label, channel_kind, others, filter, total, cells, compared };
  return { key, level: depth, dimension, expands, expanded, ...row };
}

interface Level<S> {
  readonly rows: readonly LevelRow<S>[];
  readonly total: PivotValues;
  readonly column_totals: readonly PivotValues[];
  readonly total_compared: ComparedValues | null;
  readonly groups: number;
}

async function level<S>(
  context: QueryContext,
  figure: PivotFigure<S>,
  shape: PivotShape,
  dimension: LineDimension,
  parent: RowFilter,
  columns: readonly PivotColumn[],
  limit: number,
  makeRoom: (rows: number) => void,
  within: readonly S[] | null,
): Promise<Level<S>> {
  const grouping = figure.grouping(dimension);
  const ranking = figure.scan(grouping, parent, false, dimension, null);
  const found = grouping.keys.flatMap((key, slot) => {
    const sums = ranking.row(slot);
    // a group that only is in the months compared with is a row too, or the changes would not add up
    const present = figure.present(sums) || (figure.compared && ranking.parts(slot).some(figure.present));
    return present ? [{ key, rank: figure.rank(sums) }] : [];
  });
  const byName = shape.sort?.measure === 'label';
  const sign = (shape.sort?.descending ?? true) ? -1 : 1;
  const every = byName
    ? await dimensionNames(
        context,
        shape.company_ids,
        dimension,
        found.map(({ key }) => key),
      )
    : null;
  const label = (key: string) => every?.get(key)?.label ?? key;
  const ranked = found.toSorted(
    (a, b) =>
      (byName
        ? sign * label(a.key).localeCompare(label(b.key))
        : Number(a.rank === null) - Number(b.rank === null) || sign * ((a.rank ?? 0) - (b.rank ?? 0))) ||
      (a.key < b.key ? -1 : 1),
  );
  const shown = ranked.slice(0, limit).map(({ key }) => key);
  makeRoom(shown.length + 2);
  const folded = foldGroups(grouping, shown);
  const sums = figure.scan(folded, parent, true, dimension, within);
  const names = every ?? (await dimensionNames(context, shape.company_ids, dimension, shown));
  const cells = (slot: number) => columns.map((_, column) => figure.values(sums.cell(slot, column)));
  const compared = (slot: number, keys: readonly string[]) =>
    figure.compared?.(sums.sides(slot), { dimension, filter: parent, keys }) ?? null;
  const rows = shown.map(
    (key, slot): LevelRow<S> => ({
      group: key,
      label: names.get(key)?.label ?? key,
      channel_kind: names.get(key)?.channel_kind ?? null,
      others: 0,
      filter: { ...parent, ...rowFilter(dimension, key) },
      total: figure.values(sums.row(slot)),
      cells: cells(slot),
      compared: compared(slot, [key]),
      parts: () => sums.parts(slot),
    }),
  );
  if (!byName) sortByRank(rows, (row) => figure.rank(sums.row(shown.indexOf(row.group ?? ''))), sign);
  const others = ranked.length - shown.length;
  if (others > 0) {
    rows.push({
      group: null,
      label: `Other ${others} ${DIMENSION_PLURAL[dimension]}`,
      channel_kind: null,
      others,
      filter: { ...parent, others: [...(shape.others ?? []), ...(parent.others ?? []), { dimension, keys: shown }] },
      total: figure.values(sums.row(shown.length)),
      cells: cells(shown.length),
      compared: compared(
        shown.length,
        ranked.slice(limit).map(({ key }) => key),
      ),
      parts: () => sums.parts(shown.length),
    });
  }
  return {
    rows,
    total: figure.values(sums.all()),
    column_totals: columns.map((_, column) => figure.values(sums.column(column))),
    total_compared: figure.compared?.(sums.sides(null), null) ?? null,
    groups: ranked.length,
  };
}

/** Amounts that were ranked before their conversion may change places after it. */
function sortByRank<S>(rows: LevelRow<S>[], rankOf: (row: LevelRow<S>) => number | null, sign: number): void {
  const ranks = new Map(rows.map((row) => [row, rankOf(row)]));
  rows.sort((a, b) => {
    const [x, y] = [ranks.get(a) ?? null, ranks.get(b) ?? null];
    return (
      Number(x === null) - Number(y === null) ||
      sign * ((x ?? 0) - (y ?? 0)) ||
      ((a.group ?? '') < (b.group ?? '') ? -1 : 1)
    );
  });
}

/** What narrows a question down to one group. */
export function rowFilter(dimension: LineDimension, key: string): RowFilter {
  switch (dimension) {
    case 'company':
      return { company_id: Number(key) };
    case 'channel':
      return { channel_id: Number(key) };
    case 'site':
      return { site_id: Number(key) };
    case 'country':
      return { country: key };
    case 'category':
      return { category: key };
    case 'supplier':
      return { supplier_id: Number(key) };
    case 'customer':
      return { party_id: Number(key) };
    case 'salesperson':
      return { salesperson: key };
    case 'item':
      return { item_id: Number(key) };
  }
}
