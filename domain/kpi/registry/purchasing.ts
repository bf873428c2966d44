/** How well suppliers keep their word. */
import type { KpiDefinition } from '../definition.ts';

const SUPPLIER = {
  family: 'Suppliers',
  version: 1,
  owner: 'buyer',
  area: 'general',
  needs: ['purchase_order', 'po_line', 'receipt_line'],
  period: 'flow',
  target: 'company',
  dimensions: ['site', 'category'],
  parts: 'count',
} as const;

const LEAD_TIME = {
  ...SUPPLIER,
  parts: 'days',
  unit: 'days',
  grain: 'purchase order line received in full, by month of the receipt that completed it',
  numerator: 'Σ days from approval to the receipt that completed the line',
  exclusions: ['cancelled orders', 'orders without an approval day', 'lines not yet received in full'],
  format: 'days',
  better: 'lower',
} as const;

export const PURCHASING_KPIS: readonly KpiDefinition[] = [
  {
    ...SUPPLIER,
    id: 'supplier_otif',
    name: 'Supplier OTIF',
    unit: '%',
    grain: 'purchase order line, by month of the supplier’s first promise',
    numerator: 'lines received in full by the first promise',
    denominator: 'lines due, the unreceived too',
    exclusions: ['lines not yet due: promised today or later', 'cancelled orders', 'later promises move no date'],
    null_rule: 'no line due: no data, never 100 %',
    measure: 'ratio',
    format: 'rate',
    better: 'higher',
  },
  {
    ...LEAD_TIME,
    id: 'supplier_lead_time_mean',
    name: 'Supplier lead time, mean',
    denominator: 'lines received in full',
    null_rule: 'no line received: no data',
    measure: 'ratio',
  },
  {
    ...LEAD_TIME,
    id: 'supplier_lead_time_deviation',
    name: 'Supplier lead time, standard deviation',
    denominator: 'lines received in full (the sample’s deviation: n − 1)',
    null_rule: 'fewer than two lines received: no data',
    measure: 'deviation',
  },
];
