/** What is bought by besides policies: what suppliers ask of an order, how long goods keep, the ways between sites. */
import { dateOrNull, int, intOrNull, textOrNull } from '../columns.ts';
import type { TableEntry } from '../table.ts';

export const BUYING_TABLES = [
  {
    id: 60,
    name: 'supplier_terms',
    area: 'general',
    dimensions: ['company'],
    idType: 'integer',
    loadOrder: 0,
    // review_days: between two orders to the supplier, for policies that say none; null = ordered any day
    columns: [int('company_id'), int('supplier_id'), intOrNull('review_days')],
  },
  {
    id: 61,
    name: 'supplier_terms_cost',
    area: 'cost',
    dimensions: ['company'],
    idType: 'integer',
    loadOrder: 0,
    // same id as the terms; of one order in the company's currency: no less than, freight below, null = freight always
    columns: [
      int('company_id'),
      int('minimum_order_minor'),
      int('freight_minor'),
      intOrNull('free_freight_from_minor'),
    ],
  },
  {
    id: 62,
    name: 'item_keeping',
    area: 'general',
    dimensions: ['company'],
    idType: 'integer',
    loadOrder: 0,
    // same id as the item; null = it does not go off, as many as are wanted
    columns: [int('company_id'), intOrNull('shelf_life_days'), intOrNull('most_days')],
  },
  {
    id: 63,
    name: 'transfer_lane',
    area: 'general',
    dimensions: ['company'],
    idType: 'integer',
    loadOrder: 0,
    columns: [int('company_id'), int('from_site_id'), int('to_site_id'), int('days')],
  },
  {
    id: 64,
    name: 'transfer_lane_cost',
    area: 'cost',
    dimensions: ['company'],
    idType: 'integer',
    loadOrder: 0,
    // same id as the lane; each transfer, and per base unit × 10⁻⁶
    columns: [int('company_id'), int('fixed_minor'), int('unit_cost_micro')],
  },
  {
    id: 86,
    name: 'buying_calendar',
    area: 'general',
    dimensions: ['company', 'site'],
    idType: 'integer',
    loadOrder: 0,
    // of a supplier (party_id) or of a site; weekdays 'mon thu', days closed '2026-12-25 2026-12-26'; null = any day, none
    columns: [
      int('company_id'),
      intOrNull('party_id'),
      intOrNull('site_id'),
      textOrNull('orders_on'),
      textOrNull('receives_on'),
      textOrNull('closed_on'),
      dateOrNull('valid_from'),
      dateOrNull('valid_to'),
      textOrNull('owner'),
    ],
  },
  {
    id: 111,
    name: 'supplier_container',
    area: 'general',
    dimensions: ['company'],
    idType: 'integer',
    loadOrder: 0,
    // what a container of the supplier (party_id) holds, one of the two or both; how full the last one must be, basis points
    columns: [
      int('company_id'),
      int('party_id'),
      intOrNull('volume_litres'),
      intOrNull('weight_kg'),
      int('least_fill_bp'),
      dateOrNull('valid_from'),
      dateOrNull('valid_to'),
      textOrNull('owner'),
    ],
  },
] as const satisfies readonly TableEntry[];
