/** Which reconciliations there are, of which accounts, through which journals documents reach them. */
import { JOURNAL_KINDS, JOURNAL_PARTS, type JournalKind } from '../journalKinds.ts';

export const RECONCILED_ROLES = [
  'bank',
  'ar',
  'ap',
  'grni',
  'shipped_not_billed',
  'billed_not_received',
  'landed_cost_clearing',
  'rebate_accrual',
  'fee_accrual',
  'freight_accrual',
  'inventory',
  'inventory_reserve',
  'prepaid',
  'intercompany',
  'fx_gain',
] as const;
export type ReconciledRole = (typeof RECONCILED_ROLES)[number];

export function isReconciledRole(role: string | null): role is ReconciledRole {
  return RECONCILED_ROLES.some((each) => each === role);
}

export interface ReconciliationPlan {
  /** The close task's code. */
  readonly code: string;
  readonly roles: readonly ReconciledRole[];
  /** −1 shows debts positive. */
  readonly sign: 1 | -1;
  /** What a line of the subledger is, where there are too many. */
  readonly what: string;
}

const plan = (code: string, sign: 1 | -1, what: string, ...roles: readonly ReconciledRole[]): ReconciliationPlan => ({
  code,
  roles,
  sign,
  what,
});

export const RECONCILIATIONS: readonly ReconciliationPlan[] = [
  plan('bank', 1, 'statements', 'bank'),
  plan('ar_gl', 1, 'customers', 'ar'),
  plan('ap_gl', -1, 'suppliers', 'ap'),
  plan('grni', -1, 'receipts', 'grni'),
  plan('shipped_not_billed', 1, 'deliveries', 'shipped_not_billed'),
  plan('billed_not_received', 1, 'orders', 'billed_not_received'),
  plan('landed_cost', -1, 'sites', 'landed_cost_clearing'),
  plan('rebates_fees', -1, 'accruals', 'rebate_accrual', 'fee_accrual', 'freight_accrual'),
  plan('inventory_valuation', 1, 'positions', 'inventory'),
  plan('reserves', -1, 'reserves', 'inventory_reserve'),
  plan('depreciation', 1, 'schedules', 'prepaid'),
  plan('intercompany', 1, 'deliveries', 'intercompany'),
  plan('fx_revaluation', 1, 'months', 'fx_gain'),
];

/** What a reconciliation does not look at though its name lets one think so, in a sentence; null = nothing. */
export function leftOutWords(code: string, currency: string): string | null {
  if (code !== 'fx_revaluation') return null;
  return `What is open of invoices and bills in other currencies, what sister companies owe each other, and bank accounts in other currencies are revalued here. A bank account is taken for one in ${currency} until Ledger accounts names its currency.`;
}

export function isReconciliationCode(code: string): boolean {
  return RECONCILIATIONS.some((each) => each.code === code);
}

export interface RoleJournals {
  /** Journals through which documents or schedules reach the account; an entry of another is by hand. */
  readonly usual: ReadonlySet<JournalKind>;
  /** Journals whose entries are documents themselves: a bank's statement, an opening balance, a closing entry. */
  readonly own: ReadonlySet<JournalKind>;
}

/** With the journals that keep several kinds in one: what is in them is told apart by documents alone. */
const withWhole = (kinds: readonly JournalKind[]): ReadonlySet<JournalKind> =>
  new Set([...kinds, ...JOURNAL_KINDS.filter((kind) => JOURNAL_PARTS[kind]?.some((part) => kinds.includes(part)))]);

const journals = (usual: readonly JournalKind[], own: readonly JournalKind[] = []): RoleJournals => ({
  usual: withWhole([...usual, ...own]),
  own: new Set(own),
});

export const JOURNALS: Readonly<Record<ReconciledRole, RoleJournals>> = {
  bank: journals(
    ['customer_receipts', 'supplier_payments', 'cash_sales', 'credit_notes', 'claims'],
    ['bank', 'opening_balances'],
  ),
  ar: journals(
    ['sales_invoices', 'cash_sales', 'credit_notes', 'customer_receipts', 'exchange_differences'],
    ['opening_balances'],
  ),
  ap: journals(['purchase_bills', 'supplier_payments', 'exchange_differences'], ['opening_balances']),
  grni: journals(['goods_received', 'purchase_bills'], ['opening_balances']),
  shipped_not_billed: journals(['goods_shipped', 'sales_invoices', 'cash_sales'], ['opening_balances']),
  billed_not_received: journals(['goods_received', 'purchase_bills'], ['opening_balances']),
  landed_cost_clearing: journals(['goods_received', 'purchase_bills'], ['opening_balances']),
  rebate_accrual: journals(['goods_shipped', 'credit_notes', 'bank'], ['opening_balances']),
  fee_accrual: journals(['goods_shipped', 'credit_notes', 'bank'], ['opening_balances']),
  freight_accrual: journals(['goods_shipped', 'credit_notes', 'purchase_bills'], ['opening_balances']),
  inventory: journals(
    ['goods_shipped', 'credit_notes', 'goods_received', 'stock_moves'],
    ['stock_valuation', 'opening_balances'],
  ),
  inventory_reserve: journals([], ['schedules', 'opening_balances']),
  // what is paid in advance begins a schedule, also in a journal of all payments
  prepaid: journals(['schedules'], ['bank', 'all_payments', 'opening_balances']),
  intercompany: journals(['intercompany', 'bank', 'exchange_differences']),
  // what a payment won or lost may stand in its own entry
  fx_gain: journals(['exchange_differences', 'customer_receipts', 'supplier_payments', 'bank'], ['opening_balances']),
};

/** Journals that add up many documents: shown as one line a month. */
export const DOCUMENT_JOURNALS: ReadonlySet<JournalKind> = withWhole([
  'goods_shipped',
  'sales_invoices',
  'cash_sales',
  'credit_notes',
  'customer_receipts',
  'goods_received',
  'purchase_bills',
  'supplier_payments',
  'stock_moves',
  'claims',
]);

/** A month's accruals may be settled so many months later: documents are read from so long before the first day. */
export const ACCRUAL_MONTHS = 3;
/** The first reconciliation of an account looks so many months back for what its difference comes from. */
export const FIRST_LOOK_MONTHS = 6;
/** So many days after the cut-off a posting is looked for that came too late. */
export const LATE_POSTING_DAYS = 45;
