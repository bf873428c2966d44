/** What accounts are for, as people read it; in files of accounts a use goes by its code. */
const ROLE_NAMES: Readonly<Record<string, string>> = {
  bank: 'bank',
  ar: 'receivables',
  ap: 'payables',
  inventory: 'stock',
  grni: 'goods received not billed',
  shipped_not_billed: 'shipped not billed',
  billed_not_received: 'billed not received',
  landed_cost_clearing: 'landed cost clearing',
  rebate_accrual: 'accrued rebates',
  fee_accrual: 'accrued channel fees',
  freight_accrual: 'accrued freight',
  inventory_reserve: 'stock reserve',
  prepaid: 'paid in advance',
  intercompany: 'sister companies',
  fx_gain: 'exchange differences',
  revenue: 'sales',
  discounts: 'discounts',
  returns: 'returns and credits',
  other_revenue: 'other income',
  cogs: 'cost of sales',
  freight_out: 'outbound freight',
  rebates: 'rebates',
  channel_fees: 'channel fees',
  claims: 'claims',
  price_variance: 'purchase price variance',
  valuation_difference: 'stock valuation difference',
  inventory_adjustment: 'stock adjustment',
  write_down: 'write-down of stock',
  insurance: 'insurance',
  depreciation: 'depreciation',
  equity: 'equity',
  intercompany_purchases: 'purchases from sister companies',
  intercompany_sales: 'sales to sister companies',
};

/** A use this program does not know goes by its code. */
export function roleName(role: string): string {
  return ROLE_NAMES[role] ?? role.replaceAll('_', ' ');
}
