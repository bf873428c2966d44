/** The stock grid made of objects, one a position: slow and plain, what the columns have to agree with. */
import { columnFilterTest, type FilteredValue } from '#domain/columnFilters.ts';
import { daysOnHand } from '#domain/planning/daysOnHand.ts';
import { freeToPromiseMilli } from '#domain/planning/freeToPromise.ts';
import type { QueryArgs, STOCK_FILTER_COLUMNS, StockRow } from '#contract/queries.ts';
import { isoDateOrNull } from '../provenance.ts';
import type { Position } from '../stock/position.ts';
import type { StockModel } from '../stock/stockModel.ts';
import { daysOf, type RowHead, type StockSums, stockRow, sumPositions, weeksOfPositions } from '../stock/stockSums.ts';

type Args = QueryArgs<'stockPositions'>;

export interface ObjectView {
  readonly rows: readonly StockRow[];
  readonly totals: StockRow;
  readonly items: number;
  readonly sites: number;
}

/** `model` is what `stockModel` says of the whole company. */
export function stockByObjects(model: StockModel, args: Args, cost_visible: boolean): ObjectView {
  const positions = model.positions.filter(wanted(args)).filter(seen(args, model, cost_visible));
  const items = new Set(positions.map((each) => each.item.id)).size;
  const head: RowHead = {
    key: 'total',
    level: 0,
    kind: 'group',
    label: 'All items',
    code: null,
    children: items,
    expanded: false,
    item_id: null,
    site_id: null,
  };
  const expanded = new Set(args.expanded);
  return {
    rows: stockNodes(model, positions, args).map((node) => rowOf(node, expanded, cost_visible)),
    totals: stockRow(head, () => weeksOfPositions(positions), sumPositions(positions), cost_visible),
    items,
    sites: new Set(positions.map((each) => each.site.id)).size,
  };
}

/** How the positions of one level part into branches. */
interface Branching {
  readonly kind: StockRow['kind'];
  readonly keyOf: (position: Position) => string;
  readonly head: (position: Position, model: StockModel) => Pick<RowHead, 'label' | 'code' | 'item_id' | 'site_id'>;
}

const BY_CATEGORY: Branching = {
  kind: 'group',
  keyOf: ({ item }) => `c:${item.category}`,
  head: ({ item }) => ({ label: item.category || 'No category', code: null, item_id: null, site_id: null }),
};
const BY_SUPPLIER: Branching = {
  kind: 'group',
  keyOf: ({ item }) => `p:${item.supplier_id}`,
  head: ({ item }, { suppliers }) => ({
    label: item.supplier_id === 0 ? 'No supplier' : (suppliers.get(item.supplier_id) ?? `Supplier ${item.supplier_id}`),
    code: null,
    item_id: null,
    site_id: null,
  }),
};
const BY_SITE: Branching = {
  kind: 'group',
  keyOf: ({ site }) => `s:${site.id}`,
  head: ({ site }) => ({ label: site.name, code: site.code, item_id: null, site_id: site.id }),
};
const ITEM: Branching = {
  kind: 'item',
  keyOf: ({ item }) => `i:${item.id}`,
  head: ({ item }) => ({ label: item.name, code: item.code, item_id: item.id, site_id: null }),
};
const SITE_OF_ITEM: Branching = {
  kind: 'position',
  keyOf: ({ site }) => `s:${site.id}`,
  head: ({ item, site }) => ({ label: site.name, code: site.code, item_id: item.id, site_id: site.id }),
};
const ITEM_OF_SITE: Branching = {
  kind: 'position',
  keyOf: ({ item }) => `i:${item.id}`,
  head: ({ item, site }) => ({ label: item.name, code: item.code, item_id: item.id, site_id: site.id }),
};
const FLAT: Branching = { ...ITEM_OF_SITE, keyOf: ({ item, site }) => `i:${item.id}/s:${site.id}` };

const LEVELS: Readonly<Record<Args['group_by'], readonly Branching[]>> = {
  category: [BY_CATEGORY, ITEM, SITE_OF_ITEM],
  supplier: [BY_SUPPLIER, ITEM, SITE_OF_ITEM],
  site: [BY_SITE, ITEM_OF_SITE],
  none: [FLAT],
};

interface StockNode {
  readonly key: string;
  readonly level: number;
  readonly branching: Branching;
  readonly positions: readonly Position[];
  readonly sums: StockSums;
  readonly head: Pick<RowHead, 'label' | 'code' | 'item_id' | 'site_id'>;
  readonly leaf: boolean;
}

/** Every visible row in order; a page of them becomes rows by `rowOf`. */
function stockNodes(model: StockModel, positions: readonly Position[], args: Args): StockNode[] {
  const expanded = new Set(args.expanded);
  const levels = LEVELS[args.group_by];
  const nodes: StockNode[] = [];
  const unfold = (depth: number, inside: readonly Position[], parent: string): void => {
    for (const node of branches(levels, depth, inside, model, args.sort, parent)) {
      nodes.push(node);
      if (!node.leaf && expanded.has(node.key)) unfold(depth + 1, node.positions, `${node.key}/`);
    }
  };
  unfold(0, positions, '');
  return nodes;
}

function branches(
  levels: readonly Branching[],
  depth: number,
  positions: readonly Position[],
  model: StockModel,
  sort: Args['sort'],
  parent: string,
): StockNode[] {
  const branching = levels[depth];
  if (!branching) throw new Error(`the stock tree has no level ${depth}`);
  const parts = new Map<string, [Position, ...Position[]]>();
  for (const each of positions) {
    const key = branching.keyOf(each);
    const held = parts.get(key);
    if (held) held.push(each);
    else parts.set(key, [each]);
  }
  const nodes = [...parts].map(([key, part]) => ({
    key: `${parent}${key}`,
    level: depth,
    branching,
    positions: part,
    sums: sumPositions(part),
    head: branching.head(part[0], model),
    leaf: depth === levels.length - 1,
  }));
  return nodes.toSorted(comparison(sort));
}

/** Numbers a column sorts by; null comes last in both directions. */
const SORT_VALUE: ReadonlyMap<string, (node: StockNode) => number | null> = new Map([
  ['status', ({ sums }) => sums.rank],
  ['on_hand', ({ sums }) => (sums.uom === null ? null : sums.on_hand)],
  ['reserved', ({ sums }) => (sums.uom === null ? null : sums.reserved)],
  ['free', ({ sums }) => (sums.uom === null ? null : sums.on_hand - sums.reserved)],
  ['incoming', ({ sums }) => (sums.uom === null ? null : sums.incoming)],
  ['next_in', ({ sums }) => sums.next_in_on],
  ['days', ({ sums }) => daysOf(sums)],
  ['value', ({ sums }) => sums.value],
]);

/** The first order that tells two rows apart decides; where none does, their names. */
function comparison(sorts: Args['sort']): (a: StockNode, b: StockNode) => number {
  const orders = sorts.map(orderBy);
  return (a, b) => {
    for (const order of orders) {
      const found = order(a, b);
      if (found !== 0) return found;
    }
    return byName(a, b);
  };
}

function orderBy({ column, descending }: Args['sort'][number]): (a: StockNode, b: StockNode) => number {
  const sign = descending ? -1 : 1;
  const valueOf = SORT_VALUE.get(column);
  if (!valueOf) return (a, b) => sign * byName(a, b);
  const values = new Map<StockNode, number | null>();
  const value = (node: StockNode): number | null => {
    const held = values.get(node);
    if (held !== undefined) return held;
    const fresh = valueOf(node);
    values.set(node, fresh);
    return fresh;
  };
  return (a, b) => {
    const [one, two] = [value(a), value(b)];
    if (one === null || two === null) return one === two ? 0 : one === null ? 1 : -1;
    return sign * (one - two);
  };
}

/** Items by code, groups and sites by name; then by site, so that the order is total. */
function byName(a: StockNode, b: StockNode): number {
  const [one, two] = [a.positions[0], b.positions[0]];
  if (one && two && a.branching.kind !== 'group') {
    return one.item.rank - two.item.rank || one.site.id - two.site.id;
  }
  return a.head.label < b.head.label ? -1 : a.head.label > b.head.label ? 1 : a.key < b.key ? -1 : 1;
}

function rowOf(node: StockNode, expanded: ReadonlySet<string>, cost_visible: boolean): StockRow {
  const children =
    node.branching.kind === 'group'
      ? new Set(node.positions.map((each) => each.item.id)).size
      : node.branching.kind === 'item'
        ? node.positions.length
        : 0;
  return stockRow(
    {
      key: node.key,
      level: node.level,
      kind: node.branching.kind,
      ...node.head,
      children,
      expanded: !node.leaf && expanded.has(node.key),
    },
    () => weeksOfPositions(node.positions),
    node.sums,
    cost_visible,
  );
}

/** Every word of the text must be in the item's code or name; % and _ are letters like any other. */
function wanted(args: QueryArgs<'stockPositions'>): (position: Position) => boolean {
  const words = (args.text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const statuses = args.status && args.status.length > 0 ? new Set<string>(args.status) : null;
  return ({ item, site, status }) =>
    (args.site_id === undefined || site.id === args.site_id) &&
    (args.supplier_id === undefined || item.supplier_id === args.supplier_id) &&
    (args.category === undefined || item.category === args.category) &&
    (statuses === null || statuses.has(status)) &&
    words.every((word) => item.search.includes(word));
}

type FilterColumn = (typeof STOCK_FILTER_COLUMNS)[number];

const FILTERED: Readonly<Record<FilterColumn, (position: Position, model: StockModel) => FilteredValue>> = {
  name: ({ item }) => item.search,
  site: ({ site }) => `${site.code} ${site.name}`,
  category: ({ item }) => item.category,
  supplier: ({ item }, { suppliers }) => suppliers.get(item.supplier_id) ?? '',
  uom: ({ item }) => item.uom,
  status: ({ status }) => status,
  on_hand: ({ on_hand_qty_milli }) => on_hand_qty_milli,
  reserved: ({ reserved_qty_milli }) => reserved_qty_milli,
  free: (position) => freeToPromiseMilli(position.on_hand_qty_milli, position.reserved_qty_milli),
  incoming: ({ incoming_qty_milli }) => incoming_qty_milli,
  next_in: ({ next_in_on }) => isoDateOrNull(next_in_on),
  days: (position) => daysOnHand(position.on_hand_qty_milli, position.usage_qty_milli),
  min: ({ min_qty_milli }) => min_qty_milli,
  max: ({ max_qty_milli }) => max_qty_milli,
  value: ({ value_minor }) => value_minor,
};

/** The columns' filters, asked of every position. Nothing may be learnt of a value by narrowing by it. */
function seen(
  args: QueryArgs<'stockPositions'>,
  model: StockModel,
  cost_visible: boolean,
): (position: Position) => boolean {
  if (args.filters.length === 0) return () => true;
  const holds = columnFilterTest<FilterColumn>(args.filters);
  return (position) =>
    holds((column) => (column === 'value' && !cost_visible ? null : FILTERED[column](position, model)));
}
