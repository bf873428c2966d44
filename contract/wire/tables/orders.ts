/** What customers ordered, what it cost, what was shipped and credited. */
import { date, dateOrNull, instant, int, intOrNull, text, textOrNull } from '../columns.ts';
import type { TableEntry } from '../table.ts';

export const ORDER_TABLES = [
  {
    id: 12,
    name: 'sales_order',
    area: 'general',
    dimensions: ['company', 'site', 'channel', 'month'],
    idType: 'integer',
    loadOrder: 2,
    // number is unique within (company, source); state: 'open' | 'done' | 'cancelled'
    columns: [
      int('company_id'),
      intOrNull('site_id'),
      intOrNull('channel_id'),
      int('month'),
      text('source'),
      text('number'),
      intOrNull('party_id'),
      date('ordered_on'),
      instant('ordered_at'),
      textOrNull('country'),
      text('state'),
    ],
  },
  {
    id: 13,
    name: 'order_line',
    area: 'general',
    dimensions: ['company', 'site', 'channel', 'month'],
    idType: 'integer',
    loadOrder: 2,
    // kind: see domain/orders/lineKind.ts. Amounts are in the company's currency; net = gross − discount.
    // An order line's amounts (gross, discount, net, and its cost) are of the quantity still sold: ordered − cancelled.
    // A line cancelled in full has amounts of 0; unit_price_micro keeps the price.
    // ordered_qty_milli is the snapshot at confirmation; requested_on and committed_on are the original dates,
    // promised_on the latest promise (null = never moved). cancelled_by: 'customer' | 'us' | null
    // approved_by: who allowed a discount beyond the rule
    columns: [
      int('company_id'),
      intOrNull('site_id'),
      intOrNull('channel_id'),
      int('month'),
      int('order_id'),
      int('ordinal'),
      intOrNull('item_id'),
      intOrNull('party_id'),
      textOrNull('description'),
      text('kind'),
      date('ordered_on'),
      dateOrNull('requested_on'),
      dateOrNull('committed_on'),
      int('ordered_qty_milli'),
      int('cancelled_qty_milli'),
      textOrNull('cancelled_by'),
      int('unit_price_micro'),
      int('gross_minor'),
      int('discount_minor'),
      int('net_minor'),
      textOrNull('country'),
      dateOrNull('promised_on'),
      textOrNull('approved_by'),
    ],
  },
  {
    id: 14,
    name: 'order_line_cost',
    area: 'cost',
    dimensions: ['company', 'site', 'channel', 'month'],
    idType: 'integer',
    loadOrder: 2,
    // same id as the order line; landed cost of the quantity its amounts are of, in company currency (negative for
    // restocked returns); the line's exact part of outbound freight, rebates and channel fees; each null = not known
    columns: [
      int('company_id'),
      intOrNull('site_id'),
      intOrNull('channel_id'),
      int('month'),
      intOrNull('cost_minor'),
      intOrNull('freight_minor'),
      intOrNull('rebate_minor'),
      intOrNull('fee_minor'),
    ],
  },
  {
    id: 15,
    name: 'shipment_line',
    area: 'general',
    dimensions: ['company', 'site', 'channel', 'month'],
    idType: 'integer',
    loadOrder: 2,
    // month is the order line's month, so that a line and its shipments arrive together
    columns: [
      int('company_id'),
      intOrNull('site_id'),
      intOrNull('channel_id'),
      int('month'),
      int('order_line_id'),
      text('number'),
      date('shipped_on'),
      int('qty_milli'),
      dateOrNull('delivered_on'),
    ],
  },
  {
    id: 43,
    name: 'credit_note',
    area: 'general',
    dimensions: ['company', 'site', 'channel', 'month'],
    idType: 'integer',
    loadOrder: 2,
    // money given back without goods coming back; amount_minor is positive; month is that of issued_on; site and channel
    // are the original sale's. With claim_id it counts in claims, not in returns and credits
    columns: [
      int('company_id'),
      intOrNull('site_id'),
      intOrNull('channel_id'),
      int('month'),
      text('number'),
      date('issued_on'),
      intOrNull('party_id'),
      intOrNull('order_line_id'),
      intOrNull('item_id'),
      intOrNull('claim_id'),
      int('amount_minor'),
      text('reason'),
    ],
  },
] as const satisfies readonly TableEntry[];
