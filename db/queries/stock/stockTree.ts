/** The rows of the stock grid: groups, items and positions, of which only open branches are unfolded. */
import type { QueryArgs, StockRow } from '#contract/queries.ts';
import type { Position } from './position.ts';
import type { StockModel } from './stockModel.ts';
import { daysOf, type RowHead, type StockSums, stockRow, sumPositions } from './stockSums.ts';

type Args = QueryArgs<'stockPositions'>;

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

/** The same branching as the tree's item level, for the panel beside it. */
export function sitesOfItem(positions: readonly Position[], model: StockModel, cost_visible: boolean): StockRow[] {
  return branches([SITE_OF_ITEM], 0, positions, model, [], '').map((node) => rowOf(node, new Set(), cost_visible));
}

export interface StockNode {
  readonly key: string;
  readonly level: number;
  readonly branching: Branching;
  readonly positions: readonly Position[];
  readonly sums: StockSums;
  readonly head: Pick<RowHead, 'label' | 'code' | 'item_id' | 'site_id'>;
  readonly leaf: boolean;
}

/** Every visible row in order; a page of them becomes rows by `rowOf`. */
export function stockNodes(model: StockModel, positions: readonly Position[], args: Args): StockNode[] {
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

export function rowOf(node: StockNode, expanded: ReadonlySet<string>, cost_visible: boolean): StockRow {
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
    node.positions,
    node.sums,
    cost_visible,
  );
}
