/** What stands on the other side of an entry that clears an item, and whether the entry is taken back in the next month. */
import type { Cause } from '../reconcile/causes.ts';
import { currencyOfRef, isBankRef, isTakenBackRef } from '../reconcile/foreign.ts';
import type { ReconciledRole } from '../reconcile/plan.ts';
import { EXCHANGE_DIFFERENCE } from '../reconcile/postings.ts';

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
  readonly ref: string;
  /** Of the first document behind it; null = none is known. */
  readonly document_kind: string | null;
  /** Of a landed cost: goods bear it, on a stock account that moves with every document. */
  readonly in_stock?: boolean;
}

/** Null: no entry may be made up for this account. */
export function counterRole(cleared: Cleared): CounterRole | null {
  const { role, cause, document_kind } = cleared;
  // what a rate won or lost is nobody's revenue and no goods: it stands against exchange differences or nowhere
  if (role !== 'fx_gain' && isExchange(cleared)) return 'fx_gain';
  switch (role) {
    case 'bank':
      return null;
    case 'ar':
      return document_kind === 'payment' ? null : 'revenue';
    case 'ap':
      return document_kind === 'payment' ? null : 'grni';
    case 'grni':
      if (cause === 'price_variance') return 'price_variance';
      return document_kind === 'invoice' ? 'ap' : 'inventory';
    case 'landed_cost_clearing':
      if (document_kind === 'invoice') return 'ap';
      // what it cost to bring goods in stands with the purchases until it is allocated to them
      return document_kind === 'landed_cost' && cleared.in_stock === true ? 'inventory' : 'price_variance';
    case 'shipped_not_billed':
      return document_kind === 'invoice' ? 'ar' : 'revenue';
    case 'billed_not_received':
      if (cause === 'price_variance') return 'price_variance';
      return document_kind === 'receipt' ? 'inventory' : 'ap';
    case 'rebate_accrual':
      return 'rebates';
    case 'fee_accrual':
      return 'channel_fees';
    case 'freight_accrual':
      return 'freight_out';
    case 'inventory':
      if (cause === 'price_variance') return 'price_variance';
      // a receipt is owed for on an account of its own: what stock alone is off by is what goods are worth
      return document_kind === 'count_line' ? 'inventory_adjustment' : 'valuation_difference';
    case 'inventory_reserve':
      return 'write_down';
    case 'prepaid':
      return 'insurance';
    case 'intercompany':
      // what the sister has to put right, or a bank, is no entry of ours; a sale is invoiced, not accrued
      return document_kind === 'sister_delivery' ? 'intercompany_purchases' : null;
    case 'fx_gain':
      // of customers' and suppliers' documents the item on their account says which; only what sisters owe stands alone
      return cause === 'not_revalued' || document_kind === 'payment' || currencyOfRef(cleared.ref) !== null
        ? null
        : 'intercompany';
  }
}

/** Whether it comes of a rate alone: a revaluation, what takes one back, or what a payment won or lost. */
function isExchange({ cause, ref, document_kind }: Cleared): boolean {
  return (
    cause === 'not_revalued' ||
    cause === 'revalued_at_another_rate' ||
    document_kind === 'rate' ||
    isExchangeRef({ ref, document_kind })
  );
}

/** Whether a payment's item is what it won or lost, not the payment itself. */
export function isExchangeRef({ ref, document_kind }: Pick<Cleared, 'ref' | 'document_kind'>): boolean {
  return document_kind === 'payment' && ref.endsWith(EXCHANGE_DIFFERENCE);
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

/**
 * What takes a revaluation back and stands in no month: nobody posts it later, so what stands in for it stays. So does what values
 * a bank account anew: from there on the account is worth that.
 */
export function isFinal({ cause, ref }: Pick<Cleared, 'cause' | 'ref'>): boolean {
  return (cause === 'document_not_posted' && isTakenBackRef(ref)) || isBankRef(ref);
}
