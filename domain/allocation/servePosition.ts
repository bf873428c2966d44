/**
 * Who gets what of one item at one site: now from what lies there, later from each receipt. What is there by a day is
 * always shared out afresh from the first turn on, and what a line has by then is its share of it. Shares never fall when
 * supply rises (allocate.ts), so nothing once given is taken away by a receipt, and more supply hurts nobody.
 */
import { receiptsAsTheyCome } from '../planning/overdueReceipts.ts';
import { MOST_QTY_MILLI } from '../planning/orderQuantity.ts';
import type { DatedQuantity } from '../planning/projectedBalance.ts';
import { isFresh } from '../planning/staleDocuments.ts';
import { allocate } from './allocate.ts';
import { turnOf, type Standing } from './servingOrder.ts';

export interface WaitingLine {
  readonly order_line_id: number;
  /** A line without a date is due today. */
  readonly due_on: number;
  readonly open_qty_milli: number;
  /** Of its channel: 1 is served first. */
  readonly priority: number;
  /** Part of the line that is served before any priority within its turn, of its channel. */
  readonly protected_bp: number;
  readonly standing: Standing;
}

export interface PositionSupply<Receipt extends DatedQuantity> {
  readonly as_of_on: number;
  /** Below zero, receipts fill that first. */
  readonly on_hand_qty_milli: number;
  /** Reserved for orders this person does not see: it goes first. */
  readonly unseen_qty_milli: number;
  readonly receipts: readonly Receipt[];
}

/** Why a line has what it has from what lies there now; quantities are of the moment. */
export type ServingRule =
  /** All of it is there. */
  | 'whole'
  /** Somebody holds it. */
  | 'held'
  /** Its quantity, or what lies there or comes, cannot be counted: below zero, not whole, or more than there is of anything. */
  | 'not_countable'
  /** Due too long ago, or too far ahead, to be a promise (staleDocuments.ts). */
  | 'left_out'
  /** Earlier turns (raised, or due sooner) leave nothing more. */
  | 'earlier_turn'
  /** Its protected part, no more: higher priorities of the same turn take the rest. */
  | 'priority'
  /** Its fair share among lines of its priority. */
  | 'fair_share';

export interface Part {
  readonly on: number;
  readonly qty_milli: number;
  /** Which of the receipts given; null = from what lies there. */
  readonly receipt: number | null;
}

export interface ServedLine {
  readonly turn: number | null;
  readonly now_qty_milli: number;
  /** By its day, today at the earliest. */
  readonly in_time_qty_milli: number;
  /** Ever, of what is known to come. */
  readonly known_qty_milli: number;
  /** The day all of it is there; null = not of what is known to come. */
  readonly whole_on: number | null;
  /** From what lies there and from receipts, the earliest first. */
  readonly parts: readonly Part[];
  readonly rule: ServingRule;
  /** What its turn found now, and what is protected in it and wanted by higher and by its own priority. */
  readonly found_qty_milli: number;
  readonly before_qty_milli: number;
  readonly peers_qty_milli: number;
}

export interface ServedPosition {
  /** In the order of the lines given. */
  readonly lines: readonly ServedLine[];
  /** Of what lies there, after everybody. */
  readonly left_qty_milli: number;
  /** Of everything known to come. */
  readonly left_at_last_qty_milli: number;
}

/** What cannot be counted gets nothing, and says so; the others are served. The order of lines and receipts does not matter. */
export function servePosition<Receipt extends DatedQuantity>(
  supply: PositionSupply<Receipt>,
  lines: readonly WaitingLine[],
): ServedPosition {
  const { as_of_on } = supply;
  // ties of equal lines go to the one due first, then to the older
  const places = lines.map((_, place) => place).toSorted((a, b) => byAge(lines, a, b));
  const turns = isSupplyCountable(supply) ? turnsOf(lines, places, as_of_on) : [];
  if (turns.length === 0) return nobodyServed(supply, lines);
  const multiple_qty_milli = commonMultiple(lines.filter((line) => whyNot(line, as_of_on) === null));
  const share = (qty_milli: number): { readonly given: Float64Array; readonly left: number } => {
    const given = new Float64Array(lines.length);
    let left = Math.max(0, qty_milli);
    for (const { members } of turns) {
      if (left === 0) break;
      const turn = allocate(
        left,
        members.map((place) => claimOf(lines[place], multiple_qty_milli)),
        multiple_qty_milli,
      );
      for (const [index, place] of members.entries()) given[place] = turn.allocated_qty_milli[index] ?? 0;
      left = turn.left_qty_milli;
    }
    return { given, left };
  };

  let there_qty_milli = supply.on_hand_qty_milli - supply.unseen_qty_milli;
  const now = share(there_qty_milli);
  const parts: Part[][] = lines.map((_, place) => {
    const qty_milli = now.given[place] ?? 0;
    return qty_milli === 0 ? [] : [{ on: as_of_on, qty_milli, receipt: null }];
  });
  let last = now;
  const places_of_receipts = new Map(supply.receipts.map((receipt, place) => [receipt, place]));
  const coming = supply.receipts.map((receipt) => {
    const { on, qty_milli, taken_on } = receipt;
    return { on, qty_milli, taken_on, receipt };
  });
  for (const { on, qty_milli, receipt } of receiptsAsTheyCome(coming, as_of_on)) {
    there_qty_milli += qty_milli;
    const wants = lines.some(
      (line, place) =>
        line.standing !== 'held' && whyNot(line, as_of_on) === null && (last.given[place] ?? 0) < line.open_qty_milli,
    );
    if (!wants) {
      last = { given: last.given, left: last.left + qty_milli };
      continue;
    }
    const next = share(there_qty_milli);
    for (const [place, held] of parts.entries()) {
      const more_qty_milli = (next.given[place] ?? 0) - (last.given[place] ?? 0);
      if (more_qty_milli > 0)
        held.push({ on, qty_milli: more_qty_milli, receipt: places_of_receipts.get(receipt) ?? null });
    }
    last = next;
  }
  const found_qty_milli = Math.max(0, supply.on_hand_qty_milli - supply.unseen_qty_milli);
  const reasons = reasonsOf(lines, turns, now.given, { found_qty_milli, as_of_on });
  return {
    lines: lines.map((line, place) => servedLine(line, parts[place] ?? [], reasons[place] ?? NO_REASON, as_of_on)),
    left_qty_milli: now.left,
    left_at_last_qty_milli: last.left,
  };
}

function isCountable(qty_milli: number): boolean {
  return Number.isInteger(qty_milli) && Math.abs(qty_milli) <= MOST_QTY_MILLI;
}

function isLineCountable({ open_qty_milli, protected_bp }: WaitingLine): boolean {
  return isCountable(open_qty_milli) && open_qty_milli >= 0 && protected_bp >= 0 && protected_bp <= 10_000;
}

/** Of a line that is never served, whatever there is. */
function whyNot(line: WaitingLine, as_of_on: number): 'not_countable' | 'left_out' | null {
  if (!isLineCountable(line)) return 'not_countable';
  return isFresh(as_of_on)({ on: line.due_on }) ? null : 'left_out';
}

function isSupplyCountable({ on_hand_qty_milli, unseen_qty_milli, receipts }: PositionSupply<DatedQuantity>): boolean {
  return (
    isCountable(on_hand_qty_milli) &&
    isCountable(unseen_qty_milli) &&
    receipts.every(({ qty_milli }) => isCountable(qty_milli) && qty_milli >= 0)
  );
}

/** Everybody is held back, or nothing of it can be counted. */
function nobodyServed(supply: PositionSupply<DatedQuantity>, lines: readonly WaitingLine[]): ServedPosition {
  const countable = isSupplyCountable(supply);
  const there = countable ? supply.on_hand_qty_milli - supply.unseen_qty_milli : 0;
  const coming = countable
    ? receiptsAsTheyCome(supply.receipts, supply.as_of_on).reduce((sum, each) => sum + each.qty_milli, 0)
    : 0;
  return {
    lines: lines.map((line) =>
      servedLine(line, [], countable ? unserved(line, supply.as_of_on) : NOT_COUNTABLE, supply.as_of_on),
    ),
    left_qty_milli: Math.max(0, there),
    left_at_last_qty_milli: Math.max(0, there + coming),
  };
}

interface Turn {
  readonly turn: number;
  /** Places of its lines, the earliest due first. */
  readonly members: readonly number[];
}

function turnsOf(lines: readonly WaitingLine[], places: readonly number[], as_of_on: number): readonly Turn[] {
  const byTurn = new Map<number, number[]>();
  for (const place of places) {
    const line = lines[place];
    const turn = line && whyNot(line, as_of_on) === null ? turnOf(line, as_of_on) : null;
    if (turn === null) continue;
    const members = byTurn.get(turn);
    if (members) members.push(place);
    else byTurn.set(turn, [place]);
  }
  return [...byTurn].map(([turn, members]) => ({ turn, members })).toSorted((a, b) => a.turn - b.turn);
}

function byAge(lines: readonly WaitingLine[], a: number, b: number): number {
  const [first, second] = [lines[a], lines[b]];
  if (!first || !second) return 0;
  return first.due_on - second.due_on || first.order_line_id - second.order_line_id;
}

/** The protected part of a line is of the line, not of the supply: a part of the supply would fall for others as it rises. */
export function protectedQtyMilli(open_qty_milli: number, protected_bp: number): number {
  return Math.floor((open_qty_milli * protected_bp) / 10_000);
}

function claimOf(line: WaitingLine | undefined, multiple_qty_milli: number) {
  if (!line) throw new RangeError('a turn names a line that is not there');
  const protected_qty_milli = protectedQtyMilli(line.open_qty_milli, line.protected_bp);
  return {
    demand_qty_milli: line.open_qty_milli,
    protected_qty_milli: protected_qty_milli - (protected_qty_milli % multiple_qty_milli),
    // 1 is served first here, the highest there
    priority: -line.priority,
  };
}

/** Whole units where every line is of whole units, else the finest the lines need. */
function commonMultiple(lines: readonly WaitingLine[]): number {
  return [1000, 100, 10].find((multiple) => lines.every((line) => line.open_qty_milli % multiple === 0)) ?? 1;
}

interface Reason {
  readonly turn: number | null;
  readonly rule: ServingRule;
  readonly found_qty_milli: number;
  readonly before_qty_milli: number;
  readonly peers_qty_milli: number;
}

const NO_REASON: Reason = { turn: null, rule: 'held', found_qty_milli: 0, before_qty_milli: 0, peers_qty_milli: 0 };
const NOT_COUNTABLE: Reason = { ...NO_REASON, rule: 'not_countable' };

function unserved(line: WaitingLine, as_of_on: number): Reason {
  const rule = whyNot(line, as_of_on);
  return rule === null ? NO_REASON : { ...NO_REASON, rule };
}

function reasonsOf(
  lines: readonly WaitingLine[],
  turns: readonly Turn[],
  given: Float64Array,
  there: { readonly found_qty_milli: number; readonly as_of_on: number },
): readonly Reason[] {
  const reasons: Reason[] = lines.map((line) => unserved(line, there.as_of_on));
  let left = there.found_qty_milli;
  for (const { turn, members } of turns) {
    const found_qty_milli = left;
    const wanted = new Map<number, number>();
    for (const place of members) {
      const line = lines[place];
      if (line) wanted.set(line.priority, (wanted.get(line.priority) ?? 0) + line.open_qty_milli);
      left -= given[place] ?? 0;
    }
    for (const place of members) {
      const line = lines[place];
      if (!line) continue;
      const has_qty_milli = given[place] ?? 0;
      let before_qty_milli = 0;
      for (const [priority, qty_milli] of wanted) if (priority < line.priority) before_qty_milli += qty_milli;
      const peers_qty_milli = wanted.get(line.priority) ?? 0;
      reasons[place] = {
        turn,
        rule: ruleOf(line, has_qty_milli, found_qty_milli, before_qty_milli),
        found_qty_milli,
        before_qty_milli,
        peers_qty_milli,
      };
    }
  }
  return reasons;
}

function ruleOf(
  line: WaitingLine,
  has_qty_milli: number,
  found_qty_milli: number,
  before_qty_milli: number,
): ServingRule {
  if (has_qty_milli >= line.open_qty_milli) return 'whole';
  if (found_qty_milli === 0) return 'earlier_turn';
  return before_qty_milli >= found_qty_milli ? 'priority' : 'fair_share';
}

function servedLine(line: WaitingLine, parts: readonly Part[], reason: Reason, as_of_on: number): ServedLine {
  const by_on = Math.max(line.due_on, as_of_on);
  let in_time_qty_milli = 0;
  let known_qty_milli = 0;
  let now_qty_milli = 0;
  let whole_on: number | null = null;
  for (const part of parts) {
    known_qty_milli += part.qty_milli;
    if (part.on <= by_on) in_time_qty_milli += part.qty_milli;
    if (part.receipt === null) now_qty_milli += part.qty_milli;
    if (whole_on === null && known_qty_milli >= line.open_qty_milli) whole_on = part.on;
  }
  return { ...reason, now_qty_milli, in_time_qty_milli, known_qty_milli, whole_on, parts };
}

export const LINE_STATES = ['short', 'late', 'held', 'coming', 'ready', 'left_out'] as const;
/**
 * short: what is known to come is not enough; late: enough, after its day; coming: enough by its day; ready: all there;
 * left_out: due too long ago or too far ahead to be waited for.
 */
export type LineState = (typeof LINE_STATES)[number];

export function lineState(line: WaitingLine, served: ServedLine): LineState {
  if (served.rule === 'left_out') return 'left_out';
  if (line.standing === 'held') return 'held';
  if (served.now_qty_milli >= line.open_qty_milli) return 'ready';
  if (served.whole_on === null) return 'short';
  return served.in_time_qty_milli >= line.open_qty_milli ? 'coming' : 'late';
}
