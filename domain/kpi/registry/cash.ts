/** What customers owe, and what they may come to owe. */
import type { KpiDefinition } from '../definition.ts';

const CASH = {
  family: 'Cash',
  version: 1,
  owner: 'finance',
  area: 'finance',
  unit: 'company currency',
  denominator: '–',
  needs: ['invoice'],
  measure: 'sum',
  format: 'money',
  parts: 'money',
  period: 'snapshot',
  better: 'lower',
  target: 'company',
  dimensions: [],
} as const;

function receivable(id: string, name: string, which: string, better: 'lower' | null = 'lower'): KpiDefinition {
  return {
    ...CASH,
    version: 3,
    id,
    name,
    grain: 'customer invoice, on the last day of the period',
    numerator: `Σ invoice − payments settling it, ${which}; what is made out in another currency at the rate it was booked at`,
    exclusions: [
      'invoices posted and payments made after that day',
      'payments that settle no invoice posted by that day: deposits',
    ],
    null_rule: 'nothing open: 0',
    better,
  };
}

const OF_LINES = ['channel', 'site', 'category'] as const;
const ORDERS = 'orders closed short: what they never shipped';

export const CASH_KPIS: readonly KpiDefinition[] = [
  receivable('ar_open', 'Open receivables', 'posted by that day', null),
  receivable('ar_not_due', 'Receivables not yet due', 'due that day or later', null),
  receivable('ar_overdue_1_30', 'Receivables 1–30 days overdue', 'due 1 to 30 days before'),
  receivable('ar_overdue_31_60', 'Receivables 31–60 days overdue', 'due 31 to 60 days before'),
  receivable('ar_overdue_61_90', 'Receivables 61–90 days overdue', 'due 61 to 90 days before'),
  receivable('ar_overdue_over_90', 'Receivables over 90 days overdue', 'due more than 90 days before'),
  {
    ...CASH,
    dimensions: OF_LINES,
    version: 3,
    id: 'shipped_unbilled',
    name: 'Shipped, not billed',
    grain: 'shipment of an order line, on the last day of the period',
    numerator:
      'Σ shipped quantity (at most what is wanted) × net price (each part of a line reckoned from its whole), less what posted invoices bill of it: the delivery they name, else what is open of their order, oldest first',
    exclusions: ['quantity shipped above what was ordered', 'lines that are not goods'],
    null_rule: 'everything billed: 0',
    needs: ['order_line', 'shipment_line', 'invoice'],
  },
  {
    ...CASH,
    dimensions: OF_LINES,
    id: 'open_orders_value',
    name: 'Open orders',
    area: 'general',
    owner: 'sales',
    grain: 'order line, on the last day of the period',
    numerator: 'Σ (ordered − cancelled − shipped) × net price, forward orders included',
    exclusions: [ORDERS, 'lines that are not goods'],
    null_rule: 'nothing open: 0',
    needs: ['order_line', 'shipment_line'],
    better: null,
  },
  {
    ...CASH,
    version: 4,
    id: 'deposits',
    name: 'Deposits',
    grain: 'customer payment that settles no invoice posted by then, on the last day of the period',
    numerator: 'Σ payment',
    exclusions: ['payments that settle an invoice posted by that day', 'payments after that day'],
    null_rule: 'no deposit: 0',
    better: null,
  },
  {
    ...CASH,
    version: 5,
    id: 'credit_exposure',
    name: 'Credit exposure',
    grain: 'invoice, shipment, order line and payment, on the last day of the period',
    numerator: 'open receivables + shipped, not billed + open orders − deposits',
    exclusions: [ORDERS],
    null_rule: 'nothing owed: 0',
    needs: ['order_line', 'shipment_line', 'invoice'],
  },
];
