/** One arrangement of the proposals: which lines, in which groups, in which order, and what is summed of them. */
import { columnFilterTest, type FilteredValue } from '#domain/columnFilters.ts';
import { dayNumber } from '#domain/calendar.ts';
import type {
  QueryArgs,
  REPLENISHMENT_FILTER_COLUMNS,
  ReplenishmentGroup,
  ReplenishmentLine,
  ReplenishmentRow,
} from '#contract/queries.ts';
import type { Line } from './engine.ts';
import { keyOfLine, lineRow } from './lineRow.ts';
import type { KeptProposals } from './replenishmentEdition.ts';
import { type SummedLines, summed } from './summedLines.ts';

type Args = QueryArgs<'replenishment'>;
type Column = (typeof REPLENISHMENT_FILTER_COLUMNS)[number];

interface GroupOfLines {
  readonly head: Pick<ReplenishmentGroup, 'key' | 'label' | 'supplier_id' | 'site_id'>;
  /** Shown below the others. */
  readonly last: boolean;
  readonly lines: Line[];
}

export interface LinesView {
  /** Groups with their lines, one after another as they are shown. */
  readonly order: readonly (ReplenishmentGroup | Line)[];
  readonly totals: SummedLines;
}

export function linesView(kept: KeptProposals, args: Args): LinesView {
  const chosen = chosenLines(kept, args);
  const groups = groupsOf(kept, inOrder(kept, chosen, args.sort), args);
  const folded = new Set(args.folded);
  const order: (ReplenishmentGroup | Line)[] = [];
  for (const { head, lines } of groups) {
    const closed = folded.has(head.key);
    order.push({
      kind: 'group',
      level: 0,
      ...head,
      folded: closed,
      lead_time_days: leadOf(kept, lines),
      ...summed(kept, lines),
    });
    if (!closed) for (const line of lines) order.push(line);
  }
  return { order, totals: summed(kept, chosen) };
}

/** Rows offset … offset + limit; objects are made of those only. */
export function rowsWithin(
  kept: KeptProposals,
  { order }: LinesView,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): readonly ReplenishmentRow[] {
  return order.slice(offset, offset + limit).map((each) => (each.kind === 'group' ? each : lineRow(kept, each)));
}

/** Where the row of this key stands; null when it is not among those shown. */
export function rowOfKey(kept: KeptProposals, { order }: LinesView, key: string): number | null {
  const at = order.findIndex(
    (each) => (each.kind === 'group' ? each.key : keyOfLine(kept.question.stock, each)) === key,
  );
  return at < 0 ? null : at;
}

function chosenLines(kept: KeptProposals, args: Args): Line[] {
  const { stock } = kept.question;
  const { items, sites } = stock.ground;
  const words = (args.text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const until = args.order_by_until === undefined ? null : dayNumber(args.order_by_until);
  const states = args.states === undefined ? null : new Set<string>(args.states);
  const holds = columnFilterTest<Column>(args.filters);
  return kept.proposals.lines.filter((line) => {
    const item = stock.item[line.place] as number;
    if (args.kind !== undefined && line.kind !== args.kind) return false;
    if (!words.every((word) => items.search[item]?.includes(word) === true)) return false;
    if (args.site_id !== undefined && sites[stock.site[line.place] as number]?.id !== args.site_id) return false;
    if (until !== null && (line.order_by_on === null || line.order_by_on > until)) return false;
    const plain =
      args.supplier_id === undefined &&
      args.category === undefined &&
      args.owner === undefined &&
      states === null &&
      args.filters.length === 0;
    if (plain) return true;
    const row = lineRow(kept, line);
    if (args.supplier_id !== undefined && row.supplier_id !== args.supplier_id) return false;
    if (args.category !== undefined && (row.category ?? '') !== args.category) return false;
    if (args.owner !== undefined && row.owner !== args.owner) return false;
    if (states !== null && !states.has(row.state)) return false;
    return holds((column) => valueOf(row, column));
  });
}

/** What a column says of a line: dates as ISO text, names as they are read. */
function valueOf(row: ReplenishmentLine, column: Column): FilteredValue {
  switch (column) {
    case 'name':
      return `${row.code} ${row.name}`;
    case 'site':
      return row.site;
    case 'position':
      return row.position_qty_milli;
    case 'week':
      return row.week_qty_milli;
    case 'reorder':
      return row.reorder_qty_milli;
    case 'up_to':
      return row.up_to_qty_milli;
    case 'need':
      return row.need_qty_milli;
    case 'qty':
      return row.qty_milli;
    case 'days':
      return row.lasts_days;
    case 'value':
      return row.value_minor;
    case 'order_by':
      return row.order_by_on;
    case 'order_on':
      return row.order_on;
    case 'receive':
      return row.receive_on;
    case 'runs_out':
      return row.runs_out_on;
    case 'short':
      return row.short_qty_milli;
    case 'state':
      return row.state;
    case 'category':
      return row.category;
    case 'supplier':
      return row.supplier ?? row.from_site;
    case 'uom':
      return row.uom;
    case 'kind':
      return row.kind;
    case 'owner':
      return row.owner;
  }
}

/** By the orders asked for, then by item and site; what has no value comes last either way. */
function inOrder(kept: KeptProposals, lines: readonly Line[], sort: Args['sort']): readonly Line[] {
  // positions are numbered by item and site
  if (sort.length === 0) return lines.toSorted((a, b) => a.place - b.place || a.from_site - b.from_site);
  const keyed = lines.map((line) => {
    const row = lineRow(kept, line);
    return {
      line,
      values: sort.map(({ column }) => (column === 'name' ? line.place : valueOf(row, column))),
    };
  });
  keyed.sort((a, b) => {
    for (const [at, { descending }] of sort.entries()) {
      const order = compared(a.values[at] ?? null, b.values[at] ?? null, descending);
      if (order !== 0) return order;
    }
    return a.line.place - b.line.place || a.line.from_site - b.line.from_site;
  });
  return keyed.map(({ line }) => line);
}

function compared(a: FilteredValue, b: FilteredValue, descending: boolean): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return (a < b ? -1 : 1) * (descending ? -1 : 1);
}

/** Without an order by their names, transfers last; else as their first lines come. */
function groupsOf(kept: KeptProposals, lines: readonly Line[], args: Args): readonly GroupOfLines[] {
  const groups = new Map<string, GroupOfLines>();
  for (const line of lines) {
    const { head, last } = headOf(kept, line, args.group_by);
    const group = groups.get(head.key);
    if (group) group.lines.push(line);
    else groups.set(head.key, { head, last, lines: [line] });
  }
  const all = [...groups.values()];
  if (args.sort.length > 0) return all;
  return all.toSorted((a, b) =>
    a.last === b.last ? (a.head.label < b.head.label ? -1 : a.head.label > b.head.label ? 1 : 0) : a.last ? 1 : -1,
  );
}

function headOf(
  { question: { stock, buying } }: KeptProposals,
  line: Line,
  group_by: Args['group_by'],
): Pick<GroupOfLines, 'head' | 'last'> {
  const { items, sites, supplierNames } = stock.ground;
  const item = stock.item[line.place] as number;
  if (group_by === 'category') {
    const category = items.categories.values[items.categories.codes[item] as number] ?? '';
    const label = category === '' ? 'No category' : category;
    return { head: { key: `c:${category}`, label, supplier_id: null, site_id: null }, last: category === '' };
  }
  if (group_by === 'supplier' && line.kind === 'buy') {
    const supplier_id = buying.supplier[item] as number;
    const label = supplierNames.get(supplier_id) ?? `Supplier ${supplier_id}`;
    return { head: { key: `p:${supplier_id}`, label, supplier_id, site_id: null }, last: false };
  }
  const site = sites[group_by === 'site' ? (stock.site[line.place] as number) : line.from_site];
  if (!site) throw new Error('a line of an unknown site');
  return group_by === 'site'
    ? { head: { key: `s:${site.id}`, label: site.name, supplier_id: null, site_id: site.id }, last: false }
    : {
        head: { key: `t:${site.id}`, label: `Transfers from ${site.name}`, supplier_id: null, site_id: site.id },
        last: true,
      };
}

function leadOf({ question: { as_of_on } }: KeptProposals, lines: readonly Line[]): number | null {
  const bought = lines.filter((line) => line.kind === 'buy');
  if (bought.length === 0) return null;
  return Math.round(bought.reduce((sum, line) => sum + line.receive_on - as_of_on, 0) / bought.length);
}
