/** The store of each kind. The reader made its rows by the very fields the store names. */
import type { KindName } from '#domain/imports/kinds/kinds.ts';
import type { AnyRow } from '#domain/imports/engine/field.ts';
import type { KindStore } from './job.ts';
import { accountStore } from './kinds/accounts.ts';
import { chargeStore, freightStore } from './kinds/charges.ts';
import { claimCostStore, claimStore } from './kinds/claims.ts';
import { countStore } from './kinds/counts.ts';
import { creditStore } from './kinds/credits.ts';
import { glStore } from './kinds/gl.ts';
import { invoiceStore } from './kinds/invoices.ts';
import { itemStore } from './kinds/items.ts';
import { journalStore } from './kinds/journals.ts';
import { customerStore, supplierStore } from './kinds/parties.ts';
import { methodStore } from './kinds/methods.ts';
import { paymentStore } from './kinds/payments.ts';
import { planStore } from './kinds/plan.ts';
import { priceStore } from './kinds/prices.ts';
import { purchaseStore } from './kinds/purchases.ts';
import { rateStore } from './kinds/rates.ts';
import { shipmentStore } from './kinds/shipments.ts';
import { statementStore } from './kinds/statements.ts';
import { stockStore } from './kinds/stock.ts';
import { taskStore } from './kinds/tasks.ts';
import { feeStore, rebateStore } from './kinds/terms.ts';
import { valuationStore } from './kinds/valuation.ts';

const STORES: Readonly<Record<KindName, KindStore<AnyRow>>> = {
  items: itemStore,
  stock: stockStore,
  suppliers: supplierStore,
  purchases: purchaseStore,
  shipments: shipmentStore,
  gl: glStore,
  customers: customerStore,
  prices: priceStore,
  accounts: accountStore,
  journals: journalStore,
  rates: rateStore,
  plan: planStore,
  rebates: rebateStore,
  fees: feeStore,
  charges: chargeStore,
  freight: freightStore,
  claims: claimStore,
  claimcosts: claimCostStore,
  credits: creditStore,
  counts: countStore,
  valuation: valuationStore,
  statements: statementStore,
  invoices: invoiceStore,
  payments: paymentStore,
  tasks: taskStore,
  methods: methodStore,
};

export function kindStore(kind: KindName): KindStore<AnyRow> {
  return STORES[kind];
}
