/** A position's policy as the rule takes it; what its row leaves out is what the supplier says, or nothing. */
import type { ReplenishmentPolicy } from './policy.ts';

export interface PolicyRow {
  readonly kind: string;
  readonly min_qty_milli: number;
  readonly max_qty_milli: number;
  readonly lot_qty_milli: number | null;
  readonly measure: string | null;
  readonly target_bp: number | null;
  readonly review_days: number | null;
  readonly order_qty_milli: number | null;
}

/** `review_days`: how often the supplier is ordered from, where the policy does not say. */
export function policyOf(row: PolicyRow, review_days: number | null): ReplenishmentPolicy {
  switch (row.kind) {
    case 'lots':
      return { kind: 'lots', reorder_qty_milli: row.min_qty_milli, lot_qty_milli: row.lot_qty_milli ?? 0 };
    case 'service':
      return {
        kind: 'service',
        measure: row.measure === 'fill' ? 'fill' : 'cycle',
        target_bp: row.target_bp ?? 0,
        review_days: row.review_days ?? review_days ?? 0,
        order_qty_milli: row.order_qty_milli,
      };
    default:
      return { kind: 'min_max', min_qty_milli: row.min_qty_milli, max_qty_milli: row.max_qty_milli };
  }
}
