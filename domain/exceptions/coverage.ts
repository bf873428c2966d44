/**
 * Which open order lines of an item at a site will be late, and by how much. Stock on hand and receipts serve the lines
 * in the order of their committed dates, then of their ids: nobody's place is taken. Lines left out (staleDocuments.ts) are
 * neither late nor ready, and take nothing. Quantities in thousandths.
 */
import { amountOfPart } from '../money.ts';
import { receiptsAsTheyCome } from '../planning/overdueReceipts.ts';
import type { DatedQuantity } from '../planning/projectedBalance.ts';
import { isFresh } from '../planning/staleDocuments.ts';

export interface WaitingLine {
  readonly order_line_id: number;
  /** Day first promised; null = at once. */
  readonly committed_on: number | null;
  readonly open_qty_milli: number;
  /** The open quantity at its net order price. */
  readonly open_value_minor: number;
}

export interface LateLine<L extends WaitingLine = WaitingLine> {
  readonly line: L;
  /** Not there by the committed date. */
  readonly late_qty_milli: number;
  readonly late_value_minor: number;
  /** Of it, what no receipt on its way will ever cover. */
  readonly never_qty_milli: number;
  readonly never_value_minor: number;
  /** The committed date has passed. */
  readonly past: boolean;
}

export interface CoverageQuestion<L extends WaitingLine> {
  readonly as_of_on: number;
  readonly on_hand_qty_milli: number;
  readonly receipts: readonly DatedQuantity[];
  readonly lines: readonly L[];
}

/** The lines that will not be whole by their committed date, in serving order. */
export function lateLines<L extends WaitingLine>(question: CoverageQuestion<L>): LateLine<L>[] {
  const { as_of_on } = question;
  const receipts = receiptsAsTheyCome(question.receipts, as_of_on);
  const on_hand = Math.max(0, question.on_hand_qty_milli);
  const everything = receipts.reduce((sum, each) => sum + each.qty_milli, on_hand);
  const supplyBy = (day: number): number =>
    receipts.reduce((sum, each) => (each.on <= day ? sum + each.qty_milli : sum), on_hand);
  const ordered = inServingOrder(question.lines, as_of_on);
  const late: LateLine<L>[] = [];
  let before = 0;
  for (const line of ordered) {
    const day = Math.max(line.committed_on ?? as_of_on, as_of_on);
    const quantity = line.open_qty_milli;
    const uncovered = (supply: number): number => quantity - Math.min(quantity, Math.max(0, supply - before));
    const late_qty_milli = uncovered(supplyBy(day));
    if (late_qty_milli > 0) {
      const never_qty_milli = uncovered(everything);
      late.push({
        line,
        late_qty_milli,
        late_value_minor: amountOfPart(line.open_value_minor, late_qty_milli, quantity),
        never_qty_milli,
        never_value_minor: amountOfPart(line.open_value_minor, never_qty_milli, quantity),
        past: line.committed_on !== null && line.committed_on < as_of_on,
      });
    }
    before += quantity;
  }
  return late;
}

/** Of a line past its date: what lies there for it. */
export interface ReadyLine<L extends WaitingLine = WaitingLine> {
  readonly line: L;
  readonly ready_qty_milli: number;
  readonly ready_value_minor: number;
}

/** Lines past their date that stock on hand would serve today, receipts apart; served in the same order. */
export function readyLines<L extends WaitingLine>(question: Omit<CoverageQuestion<L>, 'receipts'>): ReadyLine<L>[] {
  const { as_of_on } = question;
  const ready: ReadyLine<L>[] = [];
  let left = Math.max(0, question.on_hand_qty_milli);
  for (const line of inServingOrder(question.lines, as_of_on)) {
    const quantity = Math.min(left, line.open_qty_milli);
    left -= quantity;
    if (quantity <= 0 || line.committed_on === null || line.committed_on >= as_of_on) continue;
    ready.push({
      line,
      ready_qty_milli: quantity,
      ready_value_minor: amountOfPart(line.open_value_minor, quantity, line.open_qty_milli),
    });
  }
  return ready;
}

/** Those that nobody waits for any more, or yet: in the order given. */
export function leftOutLines<L extends Pick<WaitingLine, 'committed_on'>>(lines: readonly L[], as_of_on: number): L[] {
  const fresh = isFresh(as_of_on);
  return lines.filter(({ committed_on }) => !fresh({ on: committed_on ?? as_of_on }));
}

function inServingOrder<L extends WaitingLine>(lines: readonly L[], as_of_on: number): L[] {
  const fresh = isFresh(as_of_on);
  return lines
    .filter(({ committed_on }) => fresh({ on: committed_on ?? as_of_on }))
    .toSorted(
      (a, b) => (a.committed_on ?? as_of_on) - (b.committed_on ?? as_of_on) || a.order_line_id - b.order_line_id,
    );
}
