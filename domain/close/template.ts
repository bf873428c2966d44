/** The tasks of a month-end close: what waits for what, on which working day each is due, and the account it reconciles. */
export interface CloseTaskTemplate {
  readonly code: string;
  readonly title: string;
  /** The role of the account; null = it has none. */
  readonly role: string | null;
  readonly depends_on: readonly string[];
  /** Working day after the end of the month. */
  readonly due_day: number;
  /** Nobody signs it without a file: a statement of the bank, count sheets. A company's plan asks for it. */
  readonly needs_evidence: boolean;
}

const task = (
  code: string,
  title: string,
  role: string | null,
  due_day: number,
  ...depends_on: readonly string[]
): CloseTaskTemplate => ({ code, title, role, depends_on, due_day, needs_evidence: false });

/** Signed over something of another's hand: what the bank says, what was counted. */
const proven = (given: CloseTaskTemplate): CloseTaskTemplate => ({ ...given, needs_evidence: true });

/** The last task of each branch that runs beside the others. */
const RECONCILED =
  'ar_gl ap_gl grni shipped_not_billed billed_not_received landed_cost rebates_fees reserves bank depreciation fx_revaluation'.split(
    ' ',
  );

/** Of a company's first close; each later one begins with the tasks of the close before. */
export const FIRST_CLOSE: readonly CloseTaskTemplate[] = [
  task('cut_off', 'Cut-off calendar', null, 1),
  task('freeze', 'Freeze movements', null, 1, 'cut_off'),
  task('late_bills', 'Late supplier bills', null, 2, 'freeze'),
  task('late_invoices', 'Late invoices', null, 2, 'freeze'),
  proven(task('counts', 'Counts', null, 2, 'freeze')),
  proven(task('bank', 'Bank', 'bank', 2, 'late_bills', 'late_invoices')),
  task('ar_gl', 'AR vs GL', 'ar', 3, 'late_invoices'),
  task('ap_gl', 'AP vs GL', 'ap', 3, 'late_bills'),
  task('grni', 'GRNI', 'grni', 3, 'late_bills'),
  task('shipped_not_billed', 'Shipped, not billed', 'shipped_not_billed', 3, 'late_invoices'),
  task('billed_not_received', 'Billed, not received', 'billed_not_received', 4, 'late_bills'),
  task('landed_cost', 'Landed-cost accrual', 'landed_cost_clearing', 3, 'late_bills'),
  task('rebates_fees', 'Rebates and fees', 'rebate_accrual', 4, 'late_bills', 'late_invoices'),
  task('inventory_valuation', 'Inventory valuation', 'inventory', 5, 'counts'),
  task('reserves', 'Reserves', 'inventory_reserve', 5, 'inventory_valuation'),
  task('depreciation', 'Depreciation and prepaids', 'prepaid', 5, 'late_bills'),
  task('intercompany', 'Intercompany', 'intercompany', 5, 'late_bills', 'late_invoices'),
  task('fx_revaluation', 'FX revaluation', 'fx_gain', 5, 'intercompany'),
  task('trial_balance', 'Trial balance', null, 6, ...RECONCILED),
  task('flux', 'Flux', null, 6, 'trial_balance'),
  task('controller_review', 'Controller review', null, 7, 'flux'),
  task('soft_lock', 'Soft lock', null, 7, 'controller_review'),
  task('statements', 'Statements', null, 8, 'soft_lock'),
  task('hard_lock', 'Hard lock, binder', null, 8, 'statements'),
];
