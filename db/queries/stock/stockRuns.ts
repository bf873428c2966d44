/**
 * The rows of the stock grid as runs: the branches of one level under one parent, in the order shown. Only what is open
 * is unfolded, and a row is made when it is looked at.
 */
import { daysOnHand } from '#domain/planning/daysOnHand.ts';
import { HISTORY_WEEKS } from '#domain/planning/replenishment/demand.ts';
import type { QueryArgs, StockRow } from '#contract/queries.ts';
import { type Branches, type BranchSums, MIXED, partPositions, sumsOfBranch, sumsOfPosition } from './branches.ts';
import { stableOrder } from './stableOrder.ts';
import { NEVER, type StockColumns } from './stockColumns.ts';
import { type RowHead, stockRow } from './stockSums.ts';

type Args = Pick<QueryArgs<'stockPositions'>, 'group_by' | 'expanded' | 'sort'>;
type Named = Pick<RowHead, 'label' | 'code' | 'item_id' | 'site_id'>;

/** How the positions of one level part into branches. */
interface Branching {
  readonly kind: StockRow['kind'];
  /** A number a branch below `most` has; null = every position is a branch of its own. */
  readonly parts: {
    readonly numberOf: (columns: StockColumns) => (position: number) => number;
    readonly most: (columns: StockColumns) => number;
  } | null;
  readonly keyOf: (columns: StockColumns, position: number) => string;
  readonly head: (columns: StockColumns, position: number) => Named;
}

const itemOf = (columns: StockColumns, position: number): number => columns.item[position] as number;
const itemIdOf = (columns: StockColumns, position: number): number =>
  columns.ground.items.ids[itemOf(columns, position)] as number;
const siteOf = (columns: StockColumns, position: number) => {
  const site = columns.ground.sites[columns.site[position] as number];
  if (site === undefined) throw new Error(`position ${position} is at no site`);
  return site;
};
const itemHead = (columns: StockColumns, position: number, site_id: number | null): Named => ({
  label: columns.ground.items.names[itemOf(columns, position)] ?? '',
  code: columns.ground.items.codes[itemOf(columns, position)] ?? '',
  item_id: itemIdOf(columns, position),
  site_id,
});
const categoryOf = ({ ground: { items }, item }: StockColumns, position: number): string =>
  items.categories.values[items.categories.codes[item[position] as number] as number] ?? '';
const supplierOf = ({ ground: { items }, item }: StockColumns, position: number): number =>
  items.suppliers.values[items.suppliers.codes[item[position] as number] as number] ?? 0;
const byCode =
  (codes: Int32Array, place: Int32Array) =>
  (position: number): number =>
    codes[place[position] as number] as number;

const BY_CATEGORY: Branching = {
  kind: 'group',
  parts: {
    numberOf: ({ ground, item }) => byCode(ground.items.categories.codes, item),
    most: ({ ground }) => ground.items.categories.values.length,
  },
  keyOf: (columns, position) => `c:${categoryOf(columns, position)}`,
  head: (columns, position) => ({
    label: categoryOf(columns, position) || 'No category',
    code: null,
    item_id: null,
    site_id: null,
  }),
};
const BY_SUPPLIER: Branching = {
  kind: 'group',
  parts: {
    numberOf: ({ ground, item }) => byCode(ground.items.suppliers.codes, item),
    most: ({ ground }) => ground.items.suppliers.values.length,
  },
  keyOf: (columns, position) => `p:${supplierOf(columns, position)}`,
  head: (columns, position) => {
    const id = supplierOf(columns, position);
    const label = id === 0 ? 'No supplier' : (columns.ground.supplierNames.get(id) ?? `Supplier ${id}`);
    return { label, code: null, item_id: null, site_id: null };
  },
};
const BY_SITE: Branching = {
  kind: 'group',
  parts: {
    numberOf:
      ({ site }) =>
      (position) =>
        site[position] as number,
    most: ({ ground }) => ground.sites.length,
  },
  keyOf: (columns, position) => `s:${siteOf(columns, position).id}`,
  head: (columns, position) => {
    const site = siteOf(columns, position);
    return { label: site.name, code: site.code, item_id: null, site_id: site.id };
  },
};
const ITEM: Branching = {
  kind: 'item',
  parts: {
    numberOf:
      ({ item }) =>
      (position) =>
        item[position] as number,
    most: ({ ground }) => ground.items.count,
  },
  keyOf: (columns, position) => `i:${itemIdOf(columns, position)}`,
  head: (columns, position) => itemHead(columns, position, null),
};
const SITE_OF_ITEM: Branching = {
  kind: 'position',
  parts: null,
  keyOf: (columns, position) => `s:${siteOf(columns, position).id}`,
  head: (columns, position) => {
    const site = siteOf(columns, position);
    return { label: site.name, code: site.code, item_id: itemIdOf(columns, position), site_id: site.id };
  },
};
const ITEM_OF_SITE: Branching = {
  kind: 'position',
  parts: null,
  keyOf: (columns, position) => `i:${itemIdOf(columns, position)}`,
  head: (columns, position) => itemHead(columns, position, siteOf(columns, position).id),
};
const FLAT: Branching = {
  ...ITEM_OF_SITE,
  keyOf: (columns, position) => `i:${itemIdOf(columns, position)}/s:${siteOf(columns, position).id}`,
};

const LEVELS: Readonly<Record<Args['group_by'], readonly Branching[]>> = {
  category: [BY_CATEGORY, ITEM, SITE_OF_ITEM],
  supplier: [BY_SUPPLIER, ITEM, SITE_OF_ITEM],
  site: [BY_SITE, ITEM_OF_SITE],
  none: [FLAT],
};

interface Run {
  readonly branching: Branching;
  readonly level: number;
  /** Key of the parent with a slash, '' at the top. */
  readonly parent: string;
  /** null on leaves: their branches are the positions themselves. */
  readonly branches: Branches | null;
  /** Branches, or positions of a leaf, in the order shown. */
  readonly order: Int32Array;
}

/** Rows [from, to) of a run, one after another in the grid. */
interface Stretch {
  readonly run: Run;
  readonly from: number;
  readonly to: number;
}

export interface StockRuns {
  readonly rows: number;
  readonly stretches: readonly Stretch[];
}

/** Every visible row in order. `positions` come in the columns' own order. */
export function stockRuns(columns: StockColumns, positions: Int32Array, args: Args): StockRuns {
  const expanded = new Set(args.expanded);
  const levels = LEVELS[args.group_by];
  const stretches: Stretch[] = [];
  let rows = 0;
  const put = (run: Run, from: number, to: number) => {
    if (from === to) return;
    stretches.push({ run, from, to });
    rows += to - from;
  };
  const unfold = (level: number, inside: Int32Array, parent: string): void => {
    const branching = levels[level];
    if (!branching) throw new Error(`the stock tree has no level ${level}`);
    const run = makeRun(columns, branching, level, inside, parent, args.sort);
    const { branches, order } = run;
    let from = 0;
    if (branches !== null && expanded.size > 0) {
      for (let at = 0; at < order.length; at++) {
        const branch = order[at] as number;
        const start = branches.starts[branch] as number;
        const key = `${parent}${branching.keyOf(columns, branches.positions[start] as number)}`;
        if (!expanded.has(key)) continue;
        put(run, from, at + 1);
        from = at + 1;
        unfold(level + 1, branches.positions.subarray(start, branches.starts[branch + 1]), `${key}/`);
      }
    }
    put(run, from, order.length);
  };
  unfold(0, positions, '');
  return { rows, stretches };
}

function makeRun(
  columns: StockColumns,
  branching: Branching,
  level: number,
  inside: Int32Array,
  parent: string,
  sort: Args['sort'],
): Run {
  if (branching.parts === null) {
    const order = sorted(inside, sort, (column) => leafValues(columns, inside, column));
    return { branching, level, parent, branches: null, order };
  }
  const branches = partPositions(columns, inside, branching.parts.numberOf(columns), branching.parts.most(columns));
  const byName = branching.kind === 'group' ? groupsByName(columns, branching, branches) : counting(branches.count);
  const order = sorted(byName, sort, (column) => branchValues(byName, branches, column));
  return { branching, level, parent, branches, order };
}

/** Items come in order of their codes already; groups by label, then by key, so that the order is total. */
function groupsByName(columns: StockColumns, branching: Branching, branches: Branches): Int32Array {
  const names = Array.from({ length: branches.count }, (_, branch) => {
    const first = branches.positions[branches.starts[branch] as number] as number;
    return { branch, label: branching.head(columns, first).label, key: branching.keyOf(columns, first) };
  });
  names.sort((a, b) => (a.label < b.label ? -1 : a.label > b.label ? 1 : a.key < b.key ? -1 : 1));
  return Int32Array.from(names, (name) => name.branch);
}

function counting(count: number): Int32Array {
  const numbers = new Int32Array(count);
  for (let index = 0; index < count; index++) numbers[index] = index;
  return numbers;
}

/**
 * By the first order, then the next, and where none tells two rows apart by name: sorted from the last to the first,
 * each leaving equal rows as they were. `valuesOf` gives a column's values in the order by name.
 */
function sorted(byName: Int32Array, sort: Args['sort'], valuesOf: (column: string) => Float64Array): Int32Array {
  if (sort.length === 0) return byName;
  let places = counting(byName.length);
  for (const { column, descending } of sort.toReversed()) {
    const values = column === 'name' ? Float64Array.from(counting(byName.length)) : valuesOf(column);
    const keys = new Float64Array(places.length);
    for (let at = 0; at < keys.length; at++) keys[at] = values[places[at] as number] as number;
    places = stableOrder(places, keys, descending);
  }
  for (let at = 0; at < places.length; at++) places[at] = byName[places[at] as number] as number;
  return places;
}

/** A column's values of these positions; NaN = none. */
function leafValues(columns: StockColumns, positions: Int32Array, column: string): Float64Array {
  const { on_hand, reserved, usage } = columns;
  switch (column) {
    case 'status':
      return valuesAt(positions, (position) => columns.rank[position] as number);
    case 'free':
      return valuesAt(positions, (position) => (on_hand[position] as number) - (reserved[position] as number));
    case 'next_in':
      return valuesAt(positions, (position) => dayOrNaN(columns.next_in_on[position] as number));
    case 'days':
      return valuesAt(
        positions,
        (position) => daysOnHand(on_hand[position] as number, usage[position] as number) ?? Number.NaN,
      );
    case 'on_hand':
    case 'reserved':
    case 'incoming':
    case 'value':
      return valuesAt(positions, (position) => columns[column][position] as number);
    default:
      throw new Error(`the stock grid is not sorted by ${column}`);
  }
}

/** The same of branches, in this order; quantities of mixed units have none. */
function branchValues(order: Int32Array, { sums }: Branches, column: string): Float64Array {
  const inUnit = (branch: number, value: number): number => (sums.uom[branch] === MIXED ? Number.NaN : value);
  switch (column) {
    case 'status':
      return valuesAt(order, (branch) => sums.rank[branch] as number);
    case 'free':
      return valuesAt(order, (branch) =>
        inUnit(branch, (sums.on_hand[branch] as number) - (sums.reserved[branch] as number)),
      );
    case 'next_in':
      return valuesAt(order, (branch) => dayOrNaN(sums.next_in_on[branch] as number));
    case 'days':
      return valuesAt(order, (branch) => daysOfBranch(sums, branch));
    case 'value':
      return valuesAt(order, (branch) => sums.value[branch] as number);
    case 'on_hand':
    case 'reserved':
    case 'incoming':
      return valuesAt(order, (branch) => inUnit(branch, sums[column][branch] as number));
    default:
      throw new Error(`the stock grid is not sorted by ${column}`);
  }
}

function valuesAt(places: Int32Array, valueOf: (place: number) => number): Float64Array {
  const values = new Float64Array(places.length);
  for (let at = 0; at < values.length; at++) values[at] = valueOf(places[at] as number);
  return values;
}

/** By quantity in one unit, at cost over mixed ones; NaN when neither can be said. */
function daysOfBranch(sums: BranchSums, branch: number): number {
  if (sums.uom[branch] !== MIXED) {
    return daysOnHand(sums.on_hand[branch] as number, sums.usage[branch] as number) ?? Number.NaN;
  }
  const [value, usage_value] = [sums.value[branch] as number, sums.usage_value[branch] as number];
  return Number.isNaN(value + usage_value) ? Number.NaN : (daysOnHand(value, usage_value) ?? Number.NaN);
}

function dayOrNaN(day: number): number {
  return day === NEVER ? Number.NaN : day;
}

/** Rows offset … offset + limit. */
export function rowsWithin(
  columns: StockColumns,
  runs: StockRuns,
  page: { readonly offset: number; readonly limit: number },
  expanded: ReadonlySet<string>,
  cost_visible: boolean,
): StockRow[] {
  const rows: StockRow[] = [];
  let skip = page.offset;
  for (const { run, from, to } of runs.stretches) {
    const size = to - from;
    if (skip >= size) {
      skip -= size;
      continue;
    }
    for (let at = from + skip; at < to; at++) {
      if (rows.length === page.limit) return rows;
      rows.push(rowOf(columns, run, run.order[at] as number, expanded, cost_visible));
    }
    skip = 0;
  }
  return rows;
}

/** Where the row of this key stands; null when it is not among those shown. */
export function rowOfKey(columns: StockColumns, { stretches }: StockRuns, key: string): number | null {
  let before = 0;
  for (const { run, from, to } of stretches) {
    const { branching, branches, order, parent } = run;
    if (key.startsWith(parent)) {
      const own = key.slice(parent.length);
      for (let at = from; at < to; at++) {
        const branch = order[at] as number;
        const first = branches === null ? branch : (branches.positions[branches.starts[branch] as number] as number);
        if (branching.keyOf(columns, first) === own) return before + at - from;
      }
    }
    before += to - from;
  }
  return null;
}

function rowOf(
  columns: StockColumns,
  { branching, branches, level, parent }: Run,
  branch: number,
  expanded: ReadonlySet<string>,
  cost_visible: boolean,
): StockRow {
  const positions =
    branches === null
      ? Int32Array.of(branch)
      : branches.positions.subarray(branches.starts[branch], branches.starts[branch + 1]);
  const first = positions[0] as number;
  const key = `${parent}${branching.keyOf(columns, first)}`;
  const children =
    branching.kind === 'group' ? itemsAmong(columns, positions) : branching.kind === 'item' ? positions.length : 0;
  return stockRow(
    {
      key,
      level,
      kind: branching.kind,
      ...branching.head(columns, first),
      children,
      expanded: branching.parts !== null && expanded.has(key),
    },
    () => weeksOf(columns, positions),
    branches === null ? sumsOfPosition(columns, branch) : sumsOfBranch(columns, branches, branch),
    cost_visible,
  );
}

/** Positions come by item: a new item is another than the one before. */
export function itemsAmong(columns: StockColumns, positions: Int32Array): number {
  let items = 0;
  let last = -1;
  for (let at = 0; at < positions.length; at++) {
    const item = columns.item[positions[at] as number] as number;
    if (item !== last) items += 1;
    last = item;
  }
  return items;
}

/** Weekly usage added up; only rows that are shown need it. */
export function weeksOf(columns: StockColumns, positions: Int32Array): number[] {
  const sums = new Float64Array(HISTORY_WEEKS);
  const { starts, week, qty_milli } = columns.usageOf;
  for (let at = 0; at < positions.length; at++) {
    const slot = columns.usage_slot[positions[at] as number] as number;
    if (slot < 0) continue;
    const to = starts[slot + 1] as number;
    for (let row = starts[slot] as number; row < to; row++) {
      const own = week[row] as number;
      sums[own] = (sums[own] as number) + (qty_milli[row] as number);
    }
  }
  return [...sums];
}
