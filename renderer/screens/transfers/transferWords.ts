/** Transfers in words: how one stands, what a site can spare, what a person may do next. */
import { plainQuantityMilli } from '#domain/planning/replenishment/typedQuantity.ts';
import { OPEN_TRANSFER_STATES, type TransferState } from '#domain/transfers/transfer.ts';
import type { GivingView, TransferRow } from '#contract/queries.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { predicted, quantity } from '#renderer/format/numbers.ts';
import type { MarkShape } from '#renderer/ui/Mark.tsx';

export const TRANSFER_STATE_SHAPES: Readonly<Record<TransferState, MarkShape>> = {
  requested: 'warn',
  approved: 'ring',
  in_transit: 'working',
  received: 'done',
  refused: 'refused',
  withdrawn: 'refused',
  cancelled: 'refused',
  expired: 'refused',
};

/** 'TR-00012', or '≈ new' until the server numbered it. */
export function transferNumber({ number }: Pick<TransferRow, 'number'>): string {
  return number ?? predicted('new');
}

/** What counts of it: asked for, given, sent off, arrived; of what was refused, called off or expired nothing does. */
export function qtyOf(row: TransferRow): number {
  if (row.state !== 'received' && !OPEN_TRANSFER_STATES.has(row.state)) return 0;
  return row.arrived_qty_milli ?? row.sent_qty_milli ?? row.given_qty_milli ?? row.asked_qty_milli;
}

/** '100 there, 40 on order, 30 asked for, orders again at 20' */
export function givingWords(giving: GivingView): string {
  return [
    `${quantity(giving.on_hand_qty_milli)} there`,
    giving.on_order_qty_milli === 0 ? '' : `${quantity(giving.on_order_qty_milli)} on order`,
    `${quantity(giving.asked_qty_milli)} asked for`,
    giving.reorder_qty_milli === null ? 'no policy' : `orders again at ${quantity(giving.reorder_qty_milli)}`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** Whose turn it is. */
export function nextWords(row: TransferRow): string {
  if (row.waiting) return predicted('the server');
  switch (row.state) {
    case 'requested':
      if (row.may.answer) return 'You';
      return row.may.not_answer_because === 'own' ? `${row.from_site}, not you` : row.from_site;
    case 'approved':
      return row.may.dispatch ? `You send it off at ${row.from_site}` : row.from_site;
    case 'in_transit':
      return row.may.receive ? `You take it in at ${row.to_site}` : row.to_site;
    default:
      return '';
  }
}

/** 'wanted by 8 Nov', 'expected 8 Nov' */
export function dueWords({ state, due_on }: Pick<TransferRow, 'state' | 'due_on'>): string {
  if (due_on === null) return '';
  return `${state === 'requested' ? 'wanted by' : 'expected'} ${shortDate(due_on)}`;
}

/** A quantity as typed, in thousandths; null = it is none above 0. */
export function typedQtyMilli(text: string): number | null {
  return plainQuantityMilli(text) || null;
}

/** As a person types it. */
export function plainQty(qty_milli: number): string {
  return String(qty_milli / 1000);
}
