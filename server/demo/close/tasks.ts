/** The month-end close as a graph of tasks: what waits for what, and on which working day each is due. */
export interface TaskTemplate {
  readonly code: string;
  readonly title: string;
  readonly account: string | null;
  readonly depends_on: readonly string[];
  /** Working day after the end of the month. */
  readonly due_day: number;
}

const task = (
  code: string,
  title: string,
  account: string | null,
  due_day: number,
  ...depends_on: readonly string[]
): TaskTemplate => ({ code, title, account, depends_on, due_day });

/** The last task of each branch that runs beside the others. */
const RECONCILED =
  'ar_gl ap_gl grni shipped_not_billed billed_not_received landed_cost rebates_fees reserves bank depreciation fx_revaluation'.split(
    ' ',
  );

export const CLOSE_TASKS: readonly TaskTemplate[] = [
  task('cut_off', 'Cut-off calendar', null, 1),
  task('freeze', 'Freeze movements', null, 1, 'cut_off'),
  task('late_bills', 'Late supplier bills', null, 2, 'freeze'),
  task('late_invoices', 'Late invoices', null, 2, 'freeze'),
  task('counts', 'Counts', null, 2, 'freeze'),
  task('bank', 'Bank', '1000', 2, 'late_bills', 'late_invoices'),
  task('ar_gl', 'AR vs GL', '1300', 3, 'late_invoices'),
  task('ap_gl', 'AP vs GL', '2100', 3, 'late_bills'),
  task('grni', 'GRNI', '2150', 3, 'late_bills'),
  task('shipped_not_billed', 'Shipped, not billed', '1350', 3, 'late_invoices'),
  task('billed_not_received', 'Billed, not received', '1450', 4, 'late_bills'),
  task('landed_cost', 'Landed-cost accrual', '2160', 3, 'late_bills'),
  task('rebates_fees', 'Rebates and fees', '2170', 4, 'late_bills', 'late_invoices'),
  task('inventory_valuation', 'Inventory valuation', '1400', 5, 'counts'),
  task('reserves', 'Reserves', '1490', 5, 'inventory_valuation'),
  task('depreciation', 'Depreciation and prepaids', '1700', 5, 'late_bills'),
  task('intercompany', 'Intercompany', '1800', 5, 'late_bills', 'late_invoices'),
  task('fx_revaluation', 'FX revaluation', '8900', 5, 'intercompany'),
  task('trial_balance', 'Trial balance', null, 6, ...RECONCILED),
  task('flux', 'Flux', null, 6, 'trial_balance'),
  task('controller_review', 'Controller review', null, 7, 'flux'),
  task('soft_lock', 'Soft lock', null, 7, 'controller_review'),
  task('statements', 'Statements', null, 8, 'soft_lock'),
  task('hard_lock', 'Hard lock, binder', null, 8, 'statements'),
];
