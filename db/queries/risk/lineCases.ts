/** Lines as they stood on a day: of the past, with how they came out, and of now. */
import { weekday, workdaysBetween } from '#domain/calendar.ts';
import type { OverdueWaits } from '#domain/planning/overdueWaits.ts';
import { type CoverOnDay, coverOn, type Position } from '#domain/risk/cover.ts';
import type { PastCase } from '#domain/risk/delayModel.ts';
import { type LineCase, NEW_ITEM_DAYS, WINDOW_DAYS } from '#domain/risk/lineCase.ts';
import { looksAt } from '#domain/risk/sample.ts';
import type { QueryContext } from '../context.ts';
import type { GoodsLine } from './goodsLines.ts';
import type { LateHistory, LineRules } from './lateHistory.ts';
import { positionKey } from './positions.ts';

export interface Sight {
  readonly rules: LineRules;
  readonly history: LateHistory;
  readonly positions: ReadonlyMap<number, Position>;
  /** How long what was overdue was waited for, as the day knew it. */
  readonly waitsOn: (on: number) => OverdueWaits;
}

/** A line without an item or a site lies nowhere: nothing is known to be missing. */
const COVERED: CoverOnDay = { cover: 'stock', free_qty_milli: 0, covered_on: null, overdue: false };

/** The line as it stood when the day `on` began. */
export function caseOf(
  { rules, history, positions, waitsOn }: Sight,
  line: GoodsLine,
  on: number,
  begun: boolean,
): { readonly seen: LineCase; readonly cover: CoverOnDay } {
  const cut_off_on = rules.cutOffOf(line);
  const placed = line.item_id !== 0 && line.site_id !== 0;
  const position = placed ? positions.get(positionKey(line.item_id, line.site_id)) : undefined;
  const cover = position === undefined ? COVERED : coverOn(position, on, cut_off_on, waitsOn(on));
  const first_sold_on = history.first_sold_on(line.item_id) ?? on;
  const seen: LineCase = {
    days_left: workdaysBetween(on - 1, cut_off_on),
    promise_days: workdaysBetween(line.ordered_on, line.committed_on),
    put_off: line.committed_on > line.requested_on,
    begun,
    channel_id: line.channel_id,
    site_id: line.site_id,
    entry_weekday: weekday(line.ordered_on),
    order_lines: line.order_lines,
    qty_milli: line.qty_milli,
    new_item: first_sold_on > on - NEW_ITEM_DAYS && first_sold_on >= history.first_look_on,
    cover: cover.cover,
    receipt_overdue: cover.overdue,
    supplier: history.supplier(line.item_id, on, WINDOW_DAYS.supplier),
    supplier_lately: history.supplier(line.item_id, on, WINDOW_DAYS.supplier_lately),
    item: history.item(line.item_id, on),
    lane: history.lane(line, on),
    all: history.all(on),
  };
  return { seen, cover };
}

type Shipped = readonly [order_line_id: number, shipped_on: number, qty_milli: number];

export interface Past {
  readonly cases: readonly (PastCase & { readonly line_id: number })[];
  /** Of the sampled lines that were late. */
  readonly delays: readonly { readonly channel_id: number; readonly days: number }[];
}

/** Lines asked for at once. */
const BLOCK = 2_000;

/** Every look at a sampled line that found it open. */
export function pastCases(context: QueryContext, sampled: readonly GoodsLine[], sight: Sight): Past {
  const { as_of_on, cutOffOf } = sight.rules;
  const cases: Past['cases'][number][] = [];
  const delays: { readonly channel_id: number; readonly days: number }[] = [];
  for (let from = 0; from < sampled.length; from += BLOCK) {
    context.checkCancelled();
    const some = sampled.slice(from, from + BLOCK);
    const shipped = shipmentsOf(context, some);
    for (const line of some) {
      const shipments = shipped.get(line.line_id) ?? [];
      const cut_off_on = cutOffOf(line);
      const complete_on = completeOn(line, shipments);
      const late = complete_on === null || complete_on > cut_off_on;
      if (late) delays.push({ channel_id: line.channel_id, days: (complete_on ?? as_of_on) - cut_off_on });
      for (const on of looksAt(line.ordered_on, cut_off_on, sight.history.first_look_on, as_of_on)) {
        if (complete_on !== null && complete_on < on) continue;
        const begun = (shipments[0]?.[1] ?? on) < on;
        cases.push({ line_id: line.line_id, line: caseOf(sight, line, on, begun).seen, seen_on: on, cut_off_on, late });
      }
    }
  }
  return { cases, delays };
}

/** By line, the earliest first. */
export function shipmentsOf(context: QueryContext, lines: readonly GoodsLine[]): ReadonlyMap<number, Shipped[]> {
  const rows = context.scan<Shipped>(
    `SELECT order_line_id, shipped_on, qty_milli FROM main.shipment_line
     WHERE order_line_id IN (SELECT value FROM json_each(?)) AND qty_milli > 0 ORDER BY shipped_on`,
    [JSON.stringify(lines.map(({ line_id }) => line_id))],
  );
  return Map.groupBy(rows, ([order_line_id]) => order_line_id);
}

/** The day all that is still sold had left; null = not yet. */
export function completeOn(line: GoodsLine, shipments: readonly Shipped[]): number | null {
  let left = line.qty_milli;
  for (const [, shipped_on, qty_milli] of shipments) {
    left -= qty_milli;
    if (left <= 0) return shipped_on;
  }
  return null;
}
