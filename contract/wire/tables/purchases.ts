/** What was ordered of suppliers, what they said, what came and what it cost to bring in. */
import { date, dateOrNull, int, text, textOrNull } from '../columns.ts';
import type { TableEntry } from '../table.ts';

export const PURCHASE_TABLES = [
  {
    id: 9,
    name: 'purchase_order',
    area: 'general',
    dimensions: ['company', 'site'],
    idType: 'integer',
    loadOrder: 1,
    // state: 'open' | 'received' | 'cancelled'; approved_on: the day the lead time starts
    columns: [
      int('company_id'),
      int('site_id'),
      text('number'),
      int('supplier_id'),
      date('ordered_on'),
      text('state'),
      dateOrNull('approved_on'),
      textOrNull('buyer'),
    ],
  },
  {
    id: 10,
    name: 'po_line',
    area: 'general',
    dimensions: ['company', 'site'],
    idType: 'integer',
    loadOrder: 1,
    // promised_on: the supplier's first promise; expected_on: the latest; received_on: the last receipt
    columns: [
      int('company_id'),
      int('site_id'),
      int('purchase_order_id'),
      int('item_id'),
      int('ordered_qty_milli'),
      int('received_qty_milli'),
      date('promised_on'),
      date('expected_on'),
      dateOrNull('received_on'),
    ],
  },
  {
    id: 11,
    name: 'po_line_price',
    area: 'cost',
    dimensions: ['company', 'site'],
    idType: 'integer',
    loadOrder: 1,
    columns: [int('company_id'), int('site_id'), int('unit_price_micro')],
  },
  {
    id: 33,
    name: 'receipt_line',
    area: 'general',
    dimensions: ['company', 'site'],
    idType: 'integer',
    loadOrder: 1,
    // number: the receipt's; Σ qty of a line = its received_qty_milli
    columns: [
      int('company_id'),
      int('site_id'),
      int('po_line_id'),
      text('number'),
      date('received_on'),
      int('qty_milli'),
    ],
  },
  {
    id: 34,
    name: 'promise_event',
    area: 'general',
    dimensions: ['company', 'site'],
    idType: 'integer',
    loadOrder: 1,
    // the supplier said on told_on that the line comes on promised_on
    columns: [int('company_id'), int('site_id'), int('po_line_id'), date('told_on'), date('promised_on')],
  },
  {
    id: 39,
    name: 'landed_cost',
    area: 'cost',
    dimensions: ['company', 'site'],
    idType: 'integer',
    loadOrder: 1,
    // kind: 'freight' | 'duty' | 'insurance' | 'handling'; split_by: 'value' | 'weight' | 'volume' | 'quantity'
    columns: [
      int('company_id'),
      int('site_id'),
      int('purchase_order_id'),
      text('kind'),
      date('booked_on'),
      int('amount_minor'),
      text('split_by'),
    ],
  },
  {
    id: 40,
    name: 'landed_cost_line',
    area: 'cost',
    dimensions: ['company', 'site'],
    idType: 'integer',
    loadOrder: 1,
    // Σ of a landed cost's lines = its amount, to the cent
    columns: [int('company_id'), int('site_id'), int('landed_cost_id'), int('po_line_id'), int('amount_minor')],
  },
] as const satisfies readonly TableEntry[];
