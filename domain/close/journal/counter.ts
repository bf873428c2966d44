/** What stands on the other side of an entry that clears an item, and whether the entry is taken back in the next month. */
import type { Cause } from '../reconcile/causes.ts';
import type { ReconciledRole } from '../reconcile/plan.ts';

/** An account's use, as the account map names it. */
export type CounterRole =
  | ReconciledRole
  | 'revenue'
  | 'rebates'
  | 'channel_fees'
  | 'freight_out'
  | 'inventory_adjustment'
  | 'valuation_difference'
  | 'cogs'
  | 'price_variance'
  | 'write_down'
  | 'insurance'
  | 'intercompany_purchases';

export interface Cleared {
  readonly role: ReconciledRole;
  readonly cause: Cause;
  /** Of the first document behind it; null = none is known. */
  readonly document_kind: string | null;
}

/** Null: no entry may be made up for this account. */
export function counterRole({ role, cause, document_kind }: Cleared): CounterRole | null {
  switch (role) {
    case 'bank':
      return null;
    case 'ar':
      return isRevaluation(cause) ? 'fx_gain' : document_kind === 'payment' ? null : 'revenue';
    case 'ap':
      return isRevaluation(cause) ? 'fx_gain' : document_kind === 'payment' ? null : 'grni';
    case 'grni':
      return document_kind === 'invoice' ? 'ap' : 'inventory';
    case 'landed_cost_clearing':
      // what it cost to bring goods in stands with the purchases until it is allocated to them
      return document_kind === 'invoice' ? 'ap' : 'price_variance';
    case 'shipped_not_billed':
      return document_kind === 'invoice' ? 'ar' : 'revenue';
    case 'billed_not_received':
      return document_kind === 'receipt' ? 'inventory' : 'ap';
    case 'rebate_accrual':
      return 'rebates';
    case 'fee_accrual':
      return 'channel_fees';
    case 'freight_accrual':
      return 'freight_out';
    case 'inventory':
      if (document_kind === 'count_line') return 'inventory_adjustment';
      return document_kind === 'receipt' ? 'grni' : 'valuation_difference';
    case 'inventory_reserve':
      return 'write_down';
    case 'prepaid':
      return 'insurance';
    case 'intercompany':
      return isRevaluation(cause) ? 'fx_gain' : 'intercompany_purchases';
    case 'fx_gain':
      // of customers' and suppliers' documents the item on their account says which; only what sisters owe stands alone
      return cause === 'not_revalued' || document_kind === 'payment' ? null : 'intercompany';
  }
}

function isRevaluation(cause: Cause): boolean {
  return cause === 'not_revalued' || cause === 'revalued_at_another_rate';
}

/** What the books lack and a document or a later run brings: what stands in for it is taken back in the next month. */
const COMES_BY_ITSELF: ReadonlySet<Cause> = new Set([
  'posted_in_another_month',
  'document_not_posted',
  'accrual_missing',
  'accrued_at_old_rate',
  'cost_not_allocated',
  'no_counterpart',
  'not_revalued',
]);

export function isAccrual(cause: Cause): boolean {
  return COMES_BY_ITSELF.has(cause);
}
