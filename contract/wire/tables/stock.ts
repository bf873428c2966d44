/** What lies where: policies, balances, movements that are neither a shipment nor a receipt, counts, value by month. */
import { date, dateOrNull, int, intOrNull, text, textOrNull } from '../columns.ts';
import type { TableEntry } from '../table.ts';

export const STOCK_TABLES = [
  {
    id: 7,
    name: 'policy',
    area: 'general',
    dimensions: ['company', 'site'],
    idType: 'integer',
    loadOrder: 1,
    // kind: 'min_max' | 'lots' (at the minimum, whole lots) | 'service' (measure 'cycle' | 'fill', target in basis points;
    // minimum and maximum as they were set last); order_qty_milli: what one order brings, null = the demand of a review
    columns: [
      int('company_id'),
      int('site_id'),
      int('item_id'),
      int('min_qty_milli'),
      int('max_qty_milli'),
      int('multiple_qty_milli'),
      int('lead_time_days'),
      textOrNull('owner'),
      text('kind'),
      intOrNull('lot_qty_milli'),
      textOrNull('measure'),
      intOrNull('target_bp'),
      intOrNull('review_days'),
      intOrNull('order_qty_milli'),
    ],
  },
  {
    id: 8,
    name: 'stock_balance',
    area: 'general',
    dimensions: ['company', 'site'],
    idType: 'integer',
    loadOrder: 1,
    columns: [
      int('company_id'),
      int('site_id'),
      int('item_id'),
      int('on_hand_qty_milli'),
      int('reserved_qty_milli'),
      dateOrNull('counted_on'),
    ],
  },
  {
    id: 35,
    name: 'stock_move',
    area: 'general',
    dimensions: ['company', 'site'],
    idType: 'integer',
    loadOrder: 1,
    // kind: 'transfer_in' | 'transfer_out' | 'count' | 'scrap' | 'return' | 'adjustment'; in is positive, out negative.
    // Shipments and receipts are moves in tables of their own. ref: the document
    columns: [
      int('company_id'),
      int('site_id'),
      int('item_id'),
      text('kind'),
      date('moved_on'),
      int('qty_milli'),
      textOrNull('ref'),
    ],
  },
  {
    id: 36,
    name: 'stock_count',
    area: 'general',
    dimensions: ['company', 'site'],
    idType: 'integer',
    loadOrder: 1,
    // state: 'open' | 'posted'
    columns: [int('company_id'), int('site_id'), text('number'), date('counted_on'), text('state')],
  },
  {
    id: 37,
    name: 'stock_count_line',
    area: 'general',
    dimensions: ['company', 'site'],
    idType: 'integer',
    loadOrder: 1,
    columns: [
      int('company_id'),
      int('site_id'),
      int('stock_count_id'),
      int('item_id'),
      text('location'),
      int('book_qty_milli'),
      int('counted_qty_milli'),
      int('tolerance_qty_milli'),
    ],
  },
  {
    id: 38,
    name: 'stock_count_line_cost',
    area: 'cost',
    dimensions: ['company', 'site'],
    idType: 'integer',
    loadOrder: 1,
    // same id as the count's line; cost per base unit on the day of the count
    columns: [int('company_id'), int('site_id'), int('unit_cost_micro')],
  },
  {
    id: 41,
    name: 'inventory_month',
    area: 'cost',
    dimensions: ['company', 'site'],
    idType: 'integer',
    loadOrder: 1,
    // stock at cost: the mean of the month's days, and its last day
    columns: [
      int('company_id'),
      int('site_id'),
      int('month'),
      textOrNull('category'),
      int('mean_value_minor'),
      int('closing_value_minor'),
    ],
  },
  {
    id: 42,
    name: 'forecast_line',
    area: 'general',
    dimensions: ['company', 'site'],
    idType: 'integer',
    loadOrder: 1,
    // the quantity expected of a month, as said on made_on
    columns: [int('company_id'), int('site_id'), int('item_id'), int('month'), date('made_on'), int('qty_milli')],
  },
] as const satisfies readonly TableEntry[];
