/**
 * Delays of a company: what is learned of lines of the past as they stood on days of the past, and the lines open now.
 * Made once and kept while the tables stand still.
 */
import { isFresh } from '#domain/planning/staleDocuments.ts';
import { learnWaits, type OverdueWaits } from '#domain/planning/overdueWaits.ts';
import type { CoverOnDay } from '#domain/risk/cover.ts';
import { type Learned, learnDelays } from '#domain/risk/delayModel.ts';
import { type DelaySpread, delaySpread } from '#domain/risk/delaySpread.ts';
import type { LineCase } from '#domain/risk/lineCase.ts';
import { LOOK_BACK_DAYS, looksAt, MOST_LOOKS, orderNumberBelow } from '#domain/risk/sample.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import { overdueLines } from '#db/replenishment/overdueLines.ts';
import type { QueryContext } from '../context.ts';
import { itemFacts } from '../facts.ts';
import { pivotView } from '../pivot/scope.ts';
import { rememberedOf } from '../readCache.ts';
import { graceOf } from '../reference/grace.ts';
import { eachGoodsLine, type GoodsLine } from './goodsLines.ts';
import { type EachLine, lateHistory, type LineRules } from './lateHistory.ts';
import { caseOf, pastCases, type Sight } from './lineCases.ts';
import { LedgerByLook, positionKey, positionsOf } from './positions.ts';

export const DELAY_TABLES = [
  'order_line',
  'shipment_line',
  'sales_order',
  'channel',
  'channel_rule',
  'item',
  'stock_balance',
  'stock_move',
  'purchase_order',
  'po_line',
  'receipt_line',
  'promise_event',
] as const satisfies readonly WireTableName[];

export interface OpenLine {
  readonly line: Readonly<GoodsLine>;
  readonly supplier_id: number;
  readonly cut_off_on: number;
  readonly seen: LineCase;
  readonly cover: CoverOnDay;
  /** NaN = there is too little history to say. */
  readonly probability: number;
}

export interface Delays {
  readonly learned: Learned;
  /** Not late yet, by line id. */
  readonly open: readonly OpenLine[];
  readonly late_already: readonly Readonly<GoodsLine>[];
  /** Open lines nobody committed a day for: they cannot be late. */
  readonly undated_lines: number;
  /** Open lines due too long ago, or too far ahead, to be waited for: they are judged nowhere and take nothing. */
  readonly left_out_lines: number;
  readonly spread: DelaySpread;
  /** One order in so many was looked at for learning. */
  readonly one_order_in: number;
}

export interface DelayQuestion {
  readonly company_id: number;
  readonly as_of_on: number;
}

/** Companies and days kept. */
const KEPT = 2;

export function delaysOf(context: QueryContext, question: DelayQuestion): Promise<Delays> {
  const key = `${question.company_id} ${question.as_of_on}`;
  const make = () => makeDelays(context, question);
  return rememberedOf(context, (cache) => cache.delays, key, DELAY_TABLES, make, KEPT);
}

async function makeDelays(context: QueryContext, question: DelayQuestion): Promise<Delays> {
  const { past, ahead, ...seen } = await looksOf(context, question);
  const learned = learnDelays(past.cases, question.as_of_on, context.checkCancelled);
  const judged = learned.kind === 'model' ? learned.model.judge(ahead.map((one) => one.seen)) : [];
  return {
    ...seen,
    learned,
    open: ahead.map((one, at) => ({ ...one, probability: judged[at]?.probability ?? Number.NaN })),
    spread: delaySpread(past.delays),
  };
}

/** Lines as they stood on days of the past, and as they stand now. */
export async function looksOf(context: QueryContext, question: DelayQuestion) {
  const { as_of_on } = question;
  const each = await goodsLinesOf(context, question.company_id);
  const rules = await lineRules(context, question);
  const sampled: GoodsLine[] = [];
  let one_order_in = 1;
  const history = lateHistory(each, rules, (line, cut_off_on, { looks, first_look_on }) => {
    one_order_in = Math.max(1, Math.ceil(looks / MOST_LOOKS));
    if (orderNumberBelow(line.order_id, one_order_in) !== 0) return;
    if (looksAt(line.ordered_on, cut_off_on, first_look_on, as_of_on).length > 0) sampled.push({ ...line });
  });
  const fresh = isFresh(as_of_on);
  const open = history.open.filter(({ committed_on }) => Number.isNaN(committed_on) || fresh({ on: committed_on }));
  const positions = positionsAround(context, question, each, sampled, open);
  const sight: Sight = { rules, history, positions, waitsOn: waitsByDay(context, question) };
  const dated = open.filter((line) => !Number.isNaN(line.committed_on));
  const ahead = dated
    .filter((line) => rules.cutOffOf(line) >= as_of_on)
    .toSorted((a, b) => a.line_id - b.line_id)
    .map((line) => ({
      line,
      supplier_id: rules.supplierOf(line.item_id),
      cut_off_on: rules.cutOffOf(line),
      ...caseOf(sight, line, as_of_on, line.open_qty_milli < line.qty_milli),
    }));
  return {
    past: pastCases(context, sampled, sight),
    /** Not late yet, by line id. */
    ahead,
    late_already: dated.filter((line) => rules.cutOffOf(line) < as_of_on),
    undated_lines: open.length - dated.length,
    left_out_lines: history.open.length - open.length,
    one_order_in,
  };
}

/** Of each look what it could know: later receipts and promises teach it nothing. */
function waitsByDay(context: QueryContext, { company_id, as_of_on }: DelayQuestion): (on: number) => OverdueWaits {
  const lines = overdueLines(context.scan, company_id, as_of_on, as_of_on - LOOK_BACK_DAYS);
  const known = new Map<number, OverdueWaits>();
  return (on) => {
    const waits = known.get(on) ?? learnWaits(lines, on);
    known.set(on, waits);
    return waits;
  };
}

export async function goodsLinesOf(context: QueryContext, company_id: number): Promise<EachLine> {
  const view = pivotView(context, [company_id]);
  return (visit) => eachGoodsLine(view, company_id, context.checkCancelled, visit);
}

export async function lineRules(context: QueryContext, { company_id, as_of_on }: DelayQuestion): Promise<LineRules> {
  const items = await itemFacts(context);
  const grace = await graceOf(context, company_id);
  const open = context.scan<readonly [number]>(
    "SELECT id FROM main.sales_order INDEXED BY sales_order_open WHERE company_id = ? AND state = 'open'",
    [company_id],
  );
  return {
    as_of_on,
    supplierOf: (item_id) => items.get(item_id)?.supplier_id ?? 0,
    cutOffOf: (line) => line.committed_on + grace.days(line.channel_id, line.committed_on),
    openOrders: new Set(open.map(([id]) => id)),
  };
}

/** Of the lines sampled and open: what lies there is owed to all open lines, with a day or without. */
function positionsAround(
  context: QueryContext,
  { company_id, as_of_on }: DelayQuestion,
  each: EachLine,
  sampled: readonly GoodsLine[],
  open: readonly GoodsLine[],
) {
  const keyOf = (line: GoodsLine): number => positionKey(line.item_id, line.site_id);
  const wanted = new Set([...sampled.map(keyOf), ...open.map(keyOf)]);
  const owed = new Map<number, number>();
  for (const line of open) owed.set(keyOf(line), (owed.get(keyOf(line)) ?? 0) + line.open_qty_milli);
  const ordered = new LedgerByLook(wanted, as_of_on);
  // an order before the first look was known at every look
  const first_on = as_of_on - LOOK_BACK_DAYS;
  each((line) => {
    if (line.ordered_on >= first_on) ordered.add(keyOf(line), line.ordered_on, line.qty_milli);
  });
  return positionsOf(context, company_id, as_of_on, wanted, owed, ordered);
}
