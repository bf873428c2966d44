/** An arrangement of the queue: which lines, in which groups and order, and what they add up to. */
import { LINE_STATES, type LineState } from '#domain/allocation/servePosition.ts';
import type { FULFILMENT_FILTER_COLUMNS, QueryArgs } from '#contract/queries.ts';
import { columnFilterTest, type FilteredValue } from '#domain/columnFilters.ts';
import { dayNumber, isoDate } from '#domain/calendar.ts';
import { readyLines } from '#domain/exceptions/coverage.ts';
import type { QueueGround } from './ground.ts';
import type { QueueLine, Served } from './serve.ts';

export type FulfilmentArgs = QueryArgs<'fulfilment'>;

export interface QueueGroup {
  readonly key: string;
  readonly label: string;
  readonly lines: readonly QueueLine[];
}

export type ViewEntry =
  | { readonly kind: 'group'; readonly group: QueueGroup; readonly expanded: boolean }
  | { readonly kind: 'line'; readonly line: QueueLine; readonly level: number };

export interface QueueView {
  readonly entries: readonly ViewEntry[];
  /** All lines of the filters. */
  readonly lines: readonly QueueLine[];
  readonly counts: Readonly<Record<LineState, number>>;
  readonly picking: {
    readonly until_on: number;
    readonly lines: number;
    readonly short_lines: number;
    readonly short_minor: number;
  };
}

/** Not whole by its day; what somebody holds is meant to wait. */
export function isAtRisk({ state }: QueueLine): boolean {
  return state === 'short' || state === 'late';
}

export function queueView(ground: QueueGround, { lines: all, positions }: Served, args: FulfilmentArgs): QueueView {
  const until_on = ground.as_of_on + args.pick_days;
  const wanted = (args.past_promise ? pastPromise(ground, all, positions) : all).filter(inFilters(ground, args));
  const picked = wanted.filter((line) => line.due_on <= until_on && line.state !== 'held' && line.state !== 'left_out');
  const short = picked.filter(isAtRisk);
  const states = new Set(args.states);
  const inState = columnFilterTest<Column>(args.filters.filter(({ column }) => column === 'state'));
  const shown = (args.before_picking ? short : wanted).filter(
    (line) => (states.size === 0 || states.has(line.state)) && inState(() => line.state),
  );
  const order = orderOf(ground, args);
  const lines = shown.toSorted(order);
  const counts = Object.fromEntries(LINE_STATES.map((state) => [state, 0])) as Record<LineState, number>;
  for (const line of wanted) counts[line.state] += 1;
  return {
    entries: entriesOf(ground, args, lines),
    lines,
    counts,
    picking: {
      until_on,
      lines: picked.length,
      short_lines: short.length,
      short_minor: short.reduce((sum, line) => sum + line.short_minor, 0),
    },
  };
}

/** By the rule of Today's figure, whatever the queue's own order gives a line. */
function pastPromise(
  { as_of_on }: QueueGround,
  all: readonly QueueLine[],
  positions: Served['positions'],
): readonly QueueLine[] {
  const ready = new Set<number>();
  for (const { lines, on_hand_qty_milli, unseen_qty_milli, leaving_qty_milli } of positions.values()) {
    if (on_hand_qty_milli <= 0 || lines.every(({ due_on }) => due_on >= as_of_on)) continue;
    const waiting = lines.map((line) => ({
      order_line_id: line.order_line_id,
      committed_on: line.due_on,
      open_qty_milli: line.open_qty_milli,
      open_value_minor: line.open_minor,
    }));
    const others = { order_line_id: 0, committed_on: null, open_value_minor: 0 };
    const unseen = { ...others, open_qty_milli: unseen_qty_milli + leaving_qty_milli };
    for (const { line } of readyLines({ as_of_on, on_hand_qty_milli, lines: [unseen, ...waiting] })) {
      ready.add(line.order_line_id);
    }
  }
  return all.filter((line) => ready.has(line.order_line_id));
}

function inFilters(ground: QueueGround, args: FulfilmentArgs): (line: QueueLine) => boolean {
  const text = args.text?.trim().toLowerCase() ?? '';
  const until_on = args.due_until === undefined ? null : dayNumber(args.due_until);
  // all states are counted, whichever are shown
  const filters = args.filters.filter(({ column }) => column !== 'state');
  const holds = columnFilterTest<Column>(filters);
  return (line) =>
    (args.site_id === undefined || line.site_id === args.site_id) &&
    (args.channel_id === undefined || line.channel_id === args.channel_id) &&
    (until_on === null || line.due_on <= until_on) &&
    (text === '' || wordsOf(ground, line).includes(text)) &&
    (filters.length === 0 || holds((column) => valueOf(ground, line, column)));
}

type Column = (typeof FULFILMENT_FILTER_COLUMNS)[number];

/** What a column says of a line: days as ISO text, names as they are read. */
function valueOf(ground: QueueGround, line: QueueLine, column: Column): FilteredValue {
  switch (column) {
    case 'name':
      return `${ground.numbers.get(line.order_id) ?? ''} ${ground.parties.get(line.party_id) ?? ''}`;
    case 'item': {
      const item = ground.items.get(line.item_id);
      return item === undefined ? null : `${item.code} ${item.name}`;
    }
    case 'site': {
      const site = ground.sites.get(line.site_id);
      return site === undefined ? null : `${site.code} ${site.name}`;
    }
    case 'channel':
      return ground.channels.get(line.channel_id)?.name ?? null;
    case 'uom':
      return ground.items.get(line.item_id)?.uom ?? null;
    case 'state':
      return line.state;
    case 'due':
      return isoDate(line.due_on);
    case 'whole':
      return line.served.whole_on === null ? null : isoDate(line.served.whole_on);
    case 'ordered':
      return line.open_qty_milli;
    case 'allocated':
      return line.served.now_qty_milli;
    case 'in_time':
      return line.served.in_time_qty_milli;
    case 'short':
      return shortQtyMilli(line);
    case 'value':
      return line.short_minor;
  }
}

function wordsOf(ground: QueueGround, line: QueueLine): string {
  const item = ground.items.get(line.item_id);
  return [ground.numbers.get(line.order_id), item?.code, item?.name, ground.parties.get(line.party_id)]
    .join('\n')
    .toLowerCase();
}

type Order = (a: QueueLine, b: QueueLine) => number;
const WORST: Readonly<Record<LineState, number>> = {
  short: 0,
  late: 1,
  held: 2,
  coming: 3,
  left_out: 4,
  ready: 5,
};

/** Without a wish: what is at risk first, the earliest due and the most money first; what is left out last. */
function orderOf(ground: QueueGround, { sort }: FulfilmentArgs): Order {
  const natural = new Intl.Collator('en', { numeric: true });
  const byColumn: Readonly<Record<FulfilmentArgs['sort'][number]['column'], Order>> = {
    name: (a, b) => natural.compare(ground.numbers.get(a.order_id) ?? '', ground.numbers.get(b.order_id) ?? ''),
    due: (a, b) => a.due_on - b.due_on,
    ordered: (a, b) => a.open_qty_milli - b.open_qty_milli,
    allocated: (a, b) => a.served.now_qty_milli - b.served.now_qty_milli,
    short: (a, b) => shortQtyMilli(a) - shortQtyMilli(b),
    value: (a, b) => a.short_minor - b.short_minor,
  };
  const usual: Order = (a, b) =>
    Number(!isAtRisk(a)) - Number(!isAtRisk(b)) ||
    Number(a.state === 'left_out') - Number(b.state === 'left_out') ||
    a.due_on - b.due_on ||
    b.short_minor - a.short_minor ||
    a.order_line_id - b.order_line_id;
  const wishes = sort.map(({ column, descending }) => ({ by: byColumn[column], sign: descending ? -1 : 1 }));
  return (a, b) => {
    for (const { by, sign } of wishes) {
      const order = by(a, b);
      if (order !== 0) return sign * order;
    }
    return usual(a, b);
  };
}

export function shortQtyMilli(line: QueueLine): number {
  return line.state === 'left_out' ? 0 : line.open_qty_milli - line.served.in_time_qty_milli;
}

export function worstOf(lines: readonly QueueLine[]): LineState {
  return lines.reduce<LineState>((worst, { state }) => (WORST[state] < WORST[worst] ? state : worst), 'ready');
}

function entriesOf(ground: QueueGround, args: FulfilmentArgs, lines: readonly QueueLine[]): readonly ViewEntry[] {
  const { group_by } = args;
  if (group_by === 'none') return lines.map((line) => ({ kind: 'line', line, level: 0 }));
  const natural = new Intl.Collator('en', { numeric: true });
  const open = new Set(args.expanded);
  const groups = [...Map.groupBy(lines, (line) => groupKey(group_by, line))].map(
    ([key, own]): QueueGroup & { readonly at_risk: number } => ({
      key,
      label: groupLabel(ground, group_by, own[0]),
      lines: own,
      at_risk: own.reduce((sum, line) => sum + line.short_minor, 0),
    }),
  );
  return groups
    .toSorted((a, b) => b.at_risk - a.at_risk || natural.compare(a.label, b.label))
    .flatMap((group): ViewEntry[] => {
      const expanded = open.has(group.key);
      const head: ViewEntry = { kind: 'group', group, expanded };
      return expanded ? [head, ...group.lines.map((line): ViewEntry => ({ kind: 'line', line, level: 1 }))] : [head];
    });
}

type Grouping = Exclude<FulfilmentArgs['group_by'], 'none'>;

function groupKey(group_by: Grouping, line: QueueLine): string {
  if (group_by === 'channel') return `c:${line.channel_id}`;
  if (group_by === 'site') return `s:${line.site_id}`;
  return group_by === 'item' ? `i:${line.item_id}:${line.site_id}` : `p:${line.party_id}`;
}

function groupLabel(ground: QueueGround, group_by: Grouping, line: QueueLine | undefined): string {
  if (!line) return '';
  if (group_by === 'channel') return ground.channels.get(line.channel_id)?.name ?? 'Unmapped';
  const site = ground.sites.get(line.site_id);
  if (group_by === 'site') return site?.name ?? `Site ${line.site_id}`;
  if (group_by === 'customer') return ground.parties.get(line.party_id) ?? 'No customer';
  return `${ground.items.get(line.item_id)?.name ?? `Item ${line.item_id}`}, ${site?.name ?? ''}`;
}
