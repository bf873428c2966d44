/** The chart of accounts: one for both companies. Rules look an account up by its role, never by its code. */
import type { DemoCompany } from '../companies.ts';
import type { DemoBatch } from '../rows.ts';
import type { Ids } from '../size.ts';

export type AccountKind = 'asset' | 'liability' | 'equity' | 'income' | 'expense';

const CHART = [
  ['0100', 'Fixed assets', 'asset', 'fixed_assets'],
  ['0190', 'Accumulated depreciation', 'asset', 'accumulated_depreciation'],
  ['0500', 'Equity and result brought forward', 'equity', 'equity'],
  ['1000', 'Bank', 'asset', 'bank'],
  ['1300', 'Receivables', 'asset', 'ar'],
  ['1350', 'Shipped, not billed', 'asset', 'shipped_not_billed'],
  ['1400', 'Inventory', 'asset', 'inventory'],
  ['1450', 'Billed, not received', 'asset', 'billed_not_received'],
  ['1490', 'Inventory reserve', 'asset', 'inventory_reserve'],
  ['1700', 'Prepaid costs', 'asset', 'prepaid'],
  ['1800', 'Intercompany', 'asset', 'intercompany'],
  ['2100', 'Payables', 'liability', 'ap'],
  ['2150', 'Goods received, not invoiced', 'liability', 'grni'],
  ['2160', 'Landed-cost clearing', 'liability', 'landed_cost_clearing'],
  ['2170', 'Accrued rebates', 'liability', 'rebate_accrual'],
  ['2175', 'Accrued channel fees', 'liability', 'fee_accrual'],
  ['2180', 'Accrued outbound freight', 'liability', 'freight_accrual'],
  ['4000', 'Personnel', 'expense', 'personnel'],
  ['4100', 'Rent and premises', 'expense', 'premises'],
  ['4300', 'Depreciation', 'expense', 'depreciation'],
  ['4400', 'Insurance and licences', 'expense', 'insurance'],
  ['7000', 'Cost of goods sold', 'expense', 'cogs'],
  ['7050', 'Purchase price variance', 'expense', 'price_variance'],
  ['7060', 'Stock valuation differences', 'expense', 'valuation_difference'],
  ['7070', 'Count differences and scrap', 'expense', 'inventory_adjustment'],
  ['7080', 'Write-down of stock', 'expense', 'write_down'],
  ['7100', 'Outbound freight', 'expense', 'freight_out'],
  ['7300', 'Channel fees', 'expense', 'channel_fees'],
  ['7400', 'Claims', 'expense', 'claims'],
  ['7800', 'Purchases from the sister company', 'expense', 'intercompany_purchases'],
  ['8000', 'Sales', 'income', 'revenue'],
  ['8050', 'Discounts', 'income', 'discounts'],
  ['8060', 'Returns and credits', 'income', 'returns'],
  ['8100', 'Freight and fees billed', 'income', 'other_revenue'],
  ['8300', 'Rebates', 'income', 'rebates'],
  ['8800', 'Sales to the sister company', 'income', 'intercompany_sales'],
  ['8900', 'Exchange differences', 'income', 'fx_gain'],
] as const satisfies readonly (readonly [string, string, AccountKind, string])[];

export type AccountRole = (typeof CHART)[number][3];
export const ACCOUNT_ROLES: readonly AccountRole[] = CHART.map(([, , , role]) => role);

export type AccountIds = ReadonlyMap<AccountRole, number>;

export function accountCode(role: AccountRole): string {
  return CHART.find((account) => account[3] === role)?.[0] ?? '';
}

export function accountKind(role: AccountRole): AccountKind {
  return CHART.find((account) => account[3] === role)?.[2] ?? 'asset';
}

export function accountName(role: AccountRole): string {
  return CHART.find((account) => account[3] === role)?.[1] ?? '';
}

/** Whether the account is part of the result. */
export function isResultRole(role: AccountRole): boolean {
  const kind = CHART.find((account) => account[3] === role)?.[2];
  return kind === 'income' || kind === 'expense';
}

export function makeAccounts(ids: Ids): AccountIds {
  return new Map(CHART.map(([, , , role]) => [role, ids.next()]));
}

export function* accountBatches(company: DemoCompany, accounts: AccountIds): Generator<DemoBatch> {
  yield {
    table: 'gl_account',
    rows: CHART.map(([code, name, kind, role]) => ({
      id: accounts.get(role) ?? 0,
      company_id: company.id,
      code,
      name,
      kind,
      role,
      bank_account: null,
      currency: null,
      partner_company_id: null,
    })),
  };
}
