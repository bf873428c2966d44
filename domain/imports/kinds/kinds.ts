/** Every kind of file that is imported with preview and difference; orders have a reader of their own in `orders/`. */
import type { ImportKind } from '#domain/imports/engine/kind.ts';
import { ACCOUNTS } from './accounts.ts';
import { CHARGES, FREIGHT } from './charges.ts';
import { CLAIM_COSTS, CLAIMS } from './claims.ts';
import { COUNTS } from './counts.ts';
import { CREDITS } from './credits.ts';
import { GL } from './gl.ts';
import { INVOICES } from './invoices.ts';
import { ITEMS } from './items.ts';
import { JOURNAL_CODES } from './journals.ts';
import { CUSTOMERS, SUPPLIERS } from './parties.ts';
import { METHODS } from './methods.ts';
import { PAYMENTS } from './payments.ts';
import { PLAN } from './plan.ts';
import { PRICES } from './prices.ts';
import { PURCHASES } from './purchases.ts';
import { RATES } from './rates.ts';
import { SHIPMENTS } from './shipments.ts';
import { STATEMENTS } from './statements.ts';
import { STOCK } from './stock.ts';
import { TASKS } from './tasks.ts';
import { FEES, REBATES } from './terms.ts';
import { VALUATION } from './valuation.ts';

export const KIND_NAMES = [
  'items',
  'stock',
  'suppliers',
  'purchases',
  'shipments',
  'gl',
  'customers',
  'prices',
  'accounts',
  'journals',
  'rates',
  'plan',
  'rebates',
  'fees',
  'charges',
  'freight',
  'claims',
  'claimcosts',
  'credits',
  'counts',
  'valuation',
  'statements',
  'invoices',
  'payments',
  'tasks',
  'methods',
] as const;
export type KindName = (typeof KIND_NAMES)[number];

const KINDS: Readonly<Record<KindName, ImportKind>> = {
  items: ITEMS,
  stock: STOCK,
  suppliers: SUPPLIERS,
  purchases: PURCHASES,
  shipments: SHIPMENTS,
  gl: GL,
  customers: CUSTOMERS,
  prices: PRICES,
  accounts: ACCOUNTS,
  journals: JOURNAL_CODES,
  rates: RATES,
  plan: PLAN,
  rebates: REBATES,
  fees: FEES,
  charges: CHARGES,
  freight: FREIGHT,
  claims: CLAIMS,
  claimcosts: CLAIM_COSTS,
  credits: CREDITS,
  counts: COUNTS,
  valuation: VALUATION,
  statements: STATEMENTS,
  invoices: INVOICES,
  payments: PAYMENTS,
  tasks: TASKS,
  methods: METHODS,
};

export function importKind(name: KindName): ImportKind {
  return KINDS[name];
}

export function isKindName(name: string): name is KindName {
  return (KIND_NAMES as readonly string[]).includes(name);
}
