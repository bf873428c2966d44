/** What is wrong with what lies at a position, is asked of it and is on order, so that nothing can be reckoned of it. */
import { MOST_QTY_MILLI } from '../orderQuantity.ts';
import type { DatedQuantity } from '../projectedBalance.ts';

export interface FiguresRefusal {
  readonly reason: 'figures';
  readonly which: 'on_hand' | 'orders' | 'receipts';
  readonly fault: 'not_a_number' | 'negative' | 'not_whole' | 'too_large';
}

export interface PositionSums {
  readonly on_hand_qty_milli: number;
  readonly asked_qty_milli: number;
  readonly on_order_qty_milli: number;
}

/** Of its sums; null = it can be reckoned. */
export function sumsRefusal(sums: PositionSums): FiguresRefusal | null {
  return (
    refusalOf('on_hand', Math.abs(sums.on_hand_qty_milli)) ??
    refusalOf('orders', sums.asked_qty_milli) ??
    refusalOf('receipts', sums.on_order_qty_milli)
  );
}

/** Of each of its documents: one below zero would hide in a sum. */
export function documentsRefusal(
  demand: readonly DatedQuantity[],
  receipts: readonly DatedQuantity[],
): FiguresRefusal | null {
  for (const { on, qty_milli } of demand) {
    const refusal = refusalOf('orders', Number.isFinite(on) ? qty_milli : Number.NaN);
    if (refusal !== null) return refusal;
  }
  for (const { on, qty_milli } of receipts) {
    const refusal = refusalOf('receipts', Number.isFinite(on) ? qty_milli : Number.NaN);
    if (refusal !== null) return refusal;
  }
  return null;
}

function refusalOf(which: FiguresRefusal['which'], qty_milli: number): FiguresRefusal | null {
  if (qty_milli >= 0 && qty_milli <= MOST_QTY_MILLI && Number.isInteger(qty_milli)) return null;
  return { reason: 'figures', which, fault: faultOf(qty_milli) };
}

function faultOf(qty_milli: number): FiguresRefusal['fault'] {
  if (!Number.isFinite(qty_milli)) return 'not_a_number';
  if (qty_milli < 0) return 'negative';
  return qty_milli > MOST_QTY_MILLI ? 'too_large' : 'not_whole';
}
