/** Ledger accounts, and what each is for: by their roles the margin finds the accounts it has to tie to. */
import { currencyCodeProblem } from '#domain/currency/currencies.ts';
import { declareKind } from '#domain/imports/engine/kind.ts';
import { TIE_ROLE_NAMES } from '#domain/close/marginTie.ts';
import { ACCOUNT_KIND_NAMES, ACCOUNT_KINDS, ACCOUNT_NAMES, ACCOUNT_TITLE_NAMES, CURRENCY_NAMES } from './names.ts';

/** Roles the close and the books know besides those of the margin. */
const OTHER_ROLES = [
  ...(['bank', 'ar', 'ap', 'inventory', 'grni', 'shipped_not_billed', 'billed_not_received'] as const),
  ...(['landed_cost_clearing', 'rebate_accrual', 'fee_accrual', 'freight_accrual', 'inventory_reserve'] as const),
  ...(['prepaid', 'intercompany', 'other_revenue', 'price_variance', 'valuation_difference'] as const),
  ...(['insurance', 'intercompany_purchases', 'intercompany_sales'] as const),
  ...(['inventory_adjustment', 'write_down', 'fx_gain', 'depreciation', 'equity'] as const),
];

export const ACCOUNTS = declareKind({
  kind: 'accounts',
  title: 'Ledger accounts',
  one: 'ledger account',
  many: 'ledger accounts',
  about:
    'One line an account. The role says what the margin and the close look it up by, such as revenue, cogs or rebates; several accounts may share one. The IBAN says which bank account it is, so that the bank’s own files find it. A bank account in another currency than the company’s says which. An account kept with a sister company names it; where only two companies have such accounts, each is the other’s.',
  area: 'finance',
  fields: [
    {
      name: 'code',
      label: 'account code',
      type: 'code',
      required: true,
      strong: [...ACCOUNT_NAMES, 'code'],
      weak: ['id', 'nr', 'no', 'number'],
    },
    {
      name: 'name',
      label: 'account name',
      type: 'text',
      required: true,
      strong: [...ACCOUNT_TITLE_NAMES, 'name', 'description'],
    },
    {
      name: 'kind',
      label: 'kind of account',
      type: 'choice',
      required: true,
      strong: [...ACCOUNT_KIND_NAMES, 'kind', 'type'],
      choices: ACCOUNT_KINDS,
    },
    {
      name: 'role',
      label: 'role',
      type: 'choice',
      strong: ['role', 'rolle', 'mapping', 'accountrole', 'usage', 'verwendung'],
      choices: Object.fromEntries([...TIE_ROLE_NAMES, ...OTHER_ROLES].map((role) => [role, []])),
    },
    {
      name: 'bank_account',
      label: 'IBAN or number of the bank account',
      type: 'code',
      strong: ['bankaccount', 'iban', 'bankaccountnumber', 'bankkonto', 'bankrekening', 'comptebancaire'],
    },
    {
      name: 'currency',
      label: 'currency of the bank account, empty for the company’s',
      type: 'code',
      strong: CURRENCY_NAMES,
    },
    {
      name: 'partner',
      label: 'sister company it is kept with, by code or name',
      type: 'text',
      strong: ['partner', 'partnercompany', 'sistercompany', 'intercompanypartner', 'tradingpartner', 'icpartner'],
    },
  ],
  key: ['code'],
  check: ({ role, bank_account, currency, partner }) => {
    if (role != null && role !== 'intercompany' && partner != null)
      return `Only an account of the role intercompany is kept with a sister company, not one of the role ${role}.`;
    if (role != null && role !== 'bank') {
      if (bank_account != null) return `A bank account stands on an account of the role bank, not ${role}.`;
      if (currency != null)
        return `Only an account of the role bank has a currency of its own, not one of the role ${role}.`;
    }
    return currency == null ? null : currencyCodeProblem(currency);
  },
  measures: [],
  examples: [
    ['1010', 'Bank', 'asset', 'bank', 'NL91 ABNA 0417 1643 00', '', ''],
    ['1020', 'Bank in dollars', 'asset', 'bank', '', 'USD', ''],
    ['1800', 'Owed by and to the sister company', 'asset', 'intercompany', '', '', ''],
    ['4000', 'Sales', 'income', 'revenue', '', '', ''],
    ['4050', 'Discounts given', 'income', 'discounts', '', '', ''],
    ['5000', 'Cost of goods sold', 'expense', 'cogs', '', '', ''],
  ],
});
