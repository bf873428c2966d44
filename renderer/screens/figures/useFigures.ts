/** What both figure screens share: the tree in view, what it asks, the way down from a figure to its lines and back. */
import { useCallback, useMemo, useState } from 'react';
import { monthSpan, monthYear } from '#renderer/format/dates.ts';
import type { GridTree } from '#renderer/grid/cells.tsx';
import type { CompanyScope } from '#renderer/shell/companyScope.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import type { FiguresView, Span, ViewWords } from './address.ts';
import type { Crumb } from './Crumbs.tsx';
import { type MonthRange, monthRangeOf, type RangeChoice, usualRange } from './monthRange.ts';
import type { FigureColumn, FigureRow } from './pivotRows.ts';
import { companyOfTrail, type Dimension, nextDimension, type TrailStep, trailFilter } from './trail.ts';
import { useFiguresView } from './useFiguresView.ts';

/** Rows below an open group before the rest is "Other N", as many as one looks over; and once that is opened. */
const CHILDREN = 7;
const MORE_CHILDREN = 100;
const ROWS = 50;
const MORE_ROWS = 200;
/** The query's most. */
const MOST_OPEN = 24;

interface Opened {
  /** The tree these belong to: another grouping starts folded. */
  readonly tree: string;
  readonly keys: readonly string[];
  readonly rows: number;
  readonly children: number;
}

export interface Figures<G extends Dimension, M extends string, F extends string> {
  readonly view: FiguresView<G, M, F>;
  readonly change: (part: Partial<FiguresView<G, M, F>>, options?: { replace?: boolean }) => void;
  readonly choice: RangeChoice;
  readonly range: MonthRange;
  /** What rows unfold into; null = nothing. */
  readonly below: G | null;
  readonly belows: readonly G[];
  /** Of the totals: all that is shown where the month of the top bar is not among it. */
  readonly span: Span;
  readonly spanWords: Readonly<Record<Span, string>>;
  /** The part of the question that is the same for every figure. */
  readonly asked: ReturnType<typeof askedOf>;
  readonly tree: GridTree<FigureRow>;
  readonly crumbs: readonly Crumb[];
  readonly openLines: (figure: F, row: FigureRow | null, column: FigureColumn | null, months?: MonthRange) => void;
  /** Into a row: it becomes a step of the way down; false where only its lines are left. */
  readonly enter: (row: FigureRow) => boolean;
  /** One step up; null at the top. */
  readonly up: (() => void) | null;
}

export function useFigures<G extends Dimension, M extends string, F extends string>(
  words: ViewWords<G, M, F>,
  month: number,
): Figures<G, M, F> {
  const { scope } = useWorkplace();
  const [view, change] = useFiguresView(words);
  const { by, trail } = view;
  const choice = view.range ?? usualRange(scope.months);
  const { months, year_start_month } = scope;
  const range = useMemo(
    () => monthRangeOf(choice, month, months, year_start_month),
    [choice, month, months, year_start_month],
  );
  const has_month = month >= range.from && month <= range.to;
  const span = has_month ? view.span : 'all';
  const spanWords = useMemo(() => {
    const all = monthSpan(range.from, range.to);
    return { month: has_month ? monthYear(month) : all, all };
  }, [has_month, month, range]);
  const belows = useMemo(() => belowOptions(words.groups, trail, by), [words, trail, by]);
  const below = belows.find((each) => each === view.below) ?? (view.below === null ? usualBelow(belows, by) : null);

  const treeKey = JSON.stringify([by, below, trail]);
  const [kept, setOpened] = useState<Opened | null>(null);
  const opened = kept?.tree === treeKey ? kept : { tree: treeKey, keys: NONE, rows: ROWS, children: CHILDREN };
  const { keys, rows, children } = opened;
  const asked = useMemo(
    () => askedOf({ scope, range, trail, by, below, each: view.each, keys, rows, children }),
    [scope, range, trail, by, below, view.each, keys, rows, children],
  );
  const tree = useMemo<GridTree<FigureRow>>(
    () => ({
      level: (row) => row.level,
      foldable: (row) => row.expands !== null || (row.kind === 'other' && more(row, { rows, children })),
      open: (row) => row.expanded,
      onFold: (row, open) => {
        const now = { tree: treeKey, keys, rows, children };
        if (row.kind === 'other') {
          setOpened(row.level === 0 ? { ...now, rows: MORE_ROWS } : { ...now, children: MORE_CHILDREN });
          return;
        }
        const others = keys.filter((key) => key !== row.expands);
        setOpened({
          ...now,
          keys: open && row.expands !== null ? [...others, row.expands].slice(-MOST_OPEN) : others,
        });
      },
    }),
    [treeKey, keys, rows, children],
  );

  const openLines = useCallback<Figures<G, M, F>['openLines']>(
    (figure, row, column, months = range) => {
      const { from_month = months.from, to_month = months.to, from_on, to_on } = column?.filter ?? {};
      change({
        lines: {
          figure,
          from: from_month,
          to: to_month,
          days: from_on !== undefined && to_on !== undefined ? { from_on, to_on } : null,
          rows: row?.steps ?? [],
        },
      });
    },
    [change, range],
  );
  const enter = useCallback(
    (row: FigureRow) => {
      const steps = [...trail, ...row.steps];
      const last = row.steps.at(-1);
      const next = last ? nextDimension(words.groups, steps, last.dimension) : null;
      if (next === null || row.kind !== 'group') return false;
      const unfolds = row.level === 0 && below !== null ? below : next;
      change({ by: unfolds, below: null, trail: steps });
      return true;
    },
    [change, trail, below, words],
  );
  const up = useMemo(() => {
    const last = trail.at(-1);
    const group = words.groups.find((each) => each === last?.dimension);
    return group === undefined ? null : () => change({ by: group, below: null, trail: trail.slice(0, -1) });
  }, [trail, words, change]);

  const { lines } = view;
  const crumbs = useMemo<readonly Crumb[]>(
    () => [
      {
        label: scope.name,
        ...(trail.length > 0 || lines ? { onOpen: () => change({ trail: [], lines: null }) } : {}),
      },
      ...trail.map((step, index) => ({
        label: step.label,
        ...(index < trail.length - 1 || lines
          ? { onOpen: () => change({ trail: trail.slice(0, index + 1), lines: null }) }
          : {}),
      })),
      ...(lines?.rows ?? []).map((step) => ({ label: step.label, onOpen: () => change({ lines: null }) })),
    ],
    [scope.name, trail, lines, change],
  );
  return { view, change, choice, range, span, spanWords, below, belows, asked, tree, crumbs, openLines, enter, up };
}

const NONE: readonly string[] = [];

function more(row: FigureRow, { rows, children }: Pick<Opened, 'rows' | 'children'>): boolean {
  return row.level === 0 ? rows < MORE_ROWS : children < MORE_CHILDREN;
}

function askedOf<G extends Dimension>({
  scope,
  range,
  trail,
  by,
  below,
  each,
  keys,
  rows,
  children,
}: {
  readonly scope: CompanyScope;
  readonly range: MonthRange;
  readonly trail: readonly TrailStep[];
  readonly by: G;
  readonly below: G | null;
  readonly each: 'month' | 'week';
  readonly keys: readonly string[];
  readonly rows: number;
  readonly children: number;
}) {
  return {
    ...askedCompanies(scope, trail),
    from_month: range.from,
    to_month: range.to,
    ...trailFilter(trail),
    rows: below === null ? [by] : [by, below],
    columns: each,
    expanded: [...keys],
    limit: rows,
    child_limit: children,
  };
}

/** The companies in view, or the one of them the way led into: still in the currency all are shown in. */
export function askedCompanies(scope: CompanyScope, trail: readonly TrailStep[]): CompanyScope['asked'] {
  const company_id = companyOfTrail(trail);
  return scope.all && company_id !== null ? { ...scope.asked, company_ids: [company_id] } : scope.asked;
}

/** Groupings that are neither the rows' own nor decided on the way down. */
function belowOptions<G extends Dimension>(groups: readonly G[], trail: readonly TrailStep[], by: G): readonly G[] {
  const used = new Set<Dimension>([by, ...trail.map((step) => step.dimension)]);
  return by === 'item' ? [] : groups.filter((group) => !used.has(group));
}

/** A company unfolds into its channels, a channel into what it sells, anything else into who buys it. */
function usualBelow<G extends Dimension>(belows: readonly G[], by: Dimension): G | null {
  const wanted: readonly Dimension[] = by === 'company' ? ['channel'] : ['category', 'customer', 'item'];
  return belows.find((each) => wanted.some((dimension) => dimension === each)) ?? belows[0] ?? null;
}
