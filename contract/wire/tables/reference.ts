/** Who and what: companies, sites, channels, parties, items, and what is known of them. */
import { bool, date, dateOrNull, int, intOrNull, text, textOrNull } from '../columns.ts';
import type { TableEntry } from '../table.ts';

export const REFERENCE_TABLES = [
  {
    id: 1,
    name: 'company',
    area: 'general',
    dimensions: ['company'],
    dimensionColumns: { company: 'id' },
    idType: 'integer',
    loadOrder: 0,
    // fiscal_year_start_month: 1–12
    columns: [text('code'), text('name'), text('currency'), text('time_zone'), int('fiscal_year_start_month')],
  },
  {
    id: 2,
    name: 'site',
    area: 'general',
    dimensions: ['company', 'site'],
    dimensionColumns: { site: 'id' },
    idType: 'integer',
    loadOrder: 0,
    // kind: 'dc' | 'counter'
    columns: [int('company_id'), text('code'), text('name'), text('kind')],
  },
  {
    id: 3,
    name: 'channel',
    area: 'general',
    dimensions: ['company', 'channel'],
    dimensionColumns: { channel: 'id' },
    idType: 'integer',
    loadOrder: 0,
    // kind: 'inside_sales' | 'key_accounts' | 'ecommerce' | 'counter' | 'unmapped'; grace_days: the channel's grace after the committed date
    columns: [int('company_id'), text('code'), text('name'), text('kind'), int('grace_days')],
  },
  {
    id: 4,
    name: 'party',
    area: 'general',
    dimensions: ['company'],
    idType: 'integer',
    loadOrder: 0,
    // kind: 'customer' | 'supplier'; credit_limit_minor in company currency, null = no limit agreed
    columns: [
      int('company_id'),
      text('code'),
      text('name'),
      text('kind'),
      textOrNull('country'),
      intOrNull('payment_terms_days'),
      intOrNull('credit_limit_minor'),
      textOrNull('salesperson'),
    ],
  },
  {
    id: 5,
    name: 'item',
    area: 'general',
    dimensions: ['company'],
    idType: 'integer',
    loadOrder: 0,
    // uom: base unit code ('pcs', 'm', 'kg', …); supplier_id: the main supplier; introduced_on: first day it was sold; weight and volume of a base unit
    columns: [
      int('company_id'),
      text('code'),
      text('name'),
      textOrNull('category'),
      text('uom'),
      intOrNull('supplier_id'),
      bool('active'),
      dateOrNull('introduced_on'),
      textOrNull('barcode'),
      intOrNull('weight_g'),
      intOrNull('volume_ml'),
    ],
  },
  {
    id: 6,
    name: 'item_cost',
    area: 'cost',
    dimensions: ['company'],
    idType: 'integer',
    loadOrder: 0,
    // same id as the item; cost per base unit in company currency × 10⁻⁶
    columns: [int('company_id'), int('unit_cost_micro')],
  },
  {
    id: 24,
    name: 'supplier_item',
    area: 'general',
    dimensions: ['company'],
    idType: 'integer',
    loadOrder: 0,
    // what a supplier asks for an item: minimum order quantity, order multiple, agreed lead time
    columns: [
      int('company_id'),
      int('supplier_id'),
      int('item_id'),
      textOrNull('supplier_code'),
      int('moq_qty_milli'),
      int('multiple_qty_milli'),
      int('lead_time_days'),
      bool('preferred'),
    ],
  },
  {
    id: 25,
    name: 'supplier_item_price',
    area: 'cost',
    dimensions: ['company'],
    idType: 'integer',
    loadOrder: 0,
    // one row a validity; price per base unit in the company's currency × 10⁻⁶
    columns: [
      int('company_id'),
      int('supplier_item_id'),
      int('unit_price_micro'),
      date('valid_from'),
      dateOrNull('valid_to'),
    ],
  },
  {
    id: 28,
    name: 'fx_rate',
    area: 'general',
    dimensions: ['company'],
    idType: 'integer',
    loadOrder: 0,
    // units of `currency` for per_units (1, 10, … 10¹²) of the company's currency × 10⁻⁶; average of the month, and its last day
    columns: [
      int('company_id'),
      int('month'),
      text('currency'),
      int('average_rate_micro'),
      int('closing_rate_micro'),
      int('per_units'),
    ],
  },
  {
    id: 29,
    name: 'kpi_target',
    area: 'general',
    dimensions: ['company', 'channel'],
    idType: 'integer',
    loadOrder: 0,
    // kpi: id of domain/kpi; target in the KPI's own unit (basis points, thousandths of days, minor units); valid from that month on
    columns: [
      int('company_id'),
      intOrNull('channel_id'),
      text('kpi'),
      int('from_month'),
      int('target'),
      textOrNull('owner'),
    ],
  },
] as const satisfies readonly TableEntry[];
