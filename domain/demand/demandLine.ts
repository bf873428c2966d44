/**
 * What of an order line was asked for. Demand goes by the day it was ordered, whatever was shipped: what we could not deliver
 * and cancelled was asked for all the same, what the customer took back was not.
 */
import { GOODS_KIND, RETURN_KIND } from '#domain/kpi/margin.ts';
import { openQtyMilli } from '#domain/orders/openQuantity.ts';

export interface DemandLine {
  readonly kind: string;
  readonly ordered_qty_milli: number;
  readonly cancelled_qty_milli: number;
  readonly cancelled_by: string | null;
  /** Day number; null = never confirmed for a day. */
  readonly committed_on: number | null;
  readonly shipped_qty_milli: number;
  /** Its order is still open. */
  readonly open: boolean;
}

export interface DemandOfLine {
  readonly demand_qty_milli: number;
  /** Taken back by the customer, or of a line that was never confirmed: no demand. */
  readonly withdrawn_qty_milli: number;
  readonly returned_qty_milli: number;
  /** Owed past the committed date. */
  readonly backorder_qty_milli: number;
  /** Promised for a day still to come. */
  readonly forward_qty_milli: number;
}

const NOTHING: DemandOfLine = {
  demand_qty_milli: 0,
  withdrawn_qty_milli: 0,
  returned_qty_milli: 0,
  backorder_qty_milli: 0,
  forward_qty_milli: 0,
};

export function demandOfLine(line: DemandLine, as_of_on: number): DemandOfLine {
  if (line.kind === RETURN_KIND) return { ...NOTHING, returned_qty_milli: Math.abs(line.ordered_qty_milli) };
  if (line.kind !== GOODS_KIND) return NOTHING;
  const ours = line.cancelled_by !== 'customer' && line.committed_on !== null;
  const withdrawn_qty_milli = ours ? 0 : line.cancelled_qty_milli;
  const left = line.open ? openQtyMilli(line.ordered_qty_milli, line.cancelled_qty_milli, line.shipped_qty_milli) : 0;
  const late = line.committed_on !== null && line.committed_on < as_of_on;
  return {
    demand_qty_milli: line.ordered_qty_milli - withdrawn_qty_milli,
    withdrawn_qty_milli,
    returned_qty_milli: 0,
    backorder_qty_milli: late ? left : 0,
    forward_qty_milli: late ? 0 : left,
  };
}
