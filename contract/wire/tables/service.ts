/** Claims: what a customer complained of, when the clock ran, what it cost. */
import { date, dateOrNull, instant, int, intOrNull, text } from '../columns.ts';
import type { TableEntry } from '../table.ts';

export const SERVICE_TABLES = [
  {
    id: 44,
    name: 'claim',
    area: 'general',
    dimensions: ['company', 'site', 'channel', 'month'],
    idType: 'integer',
    loadOrder: 2,
    // month is that of opened_on; state: 'open' | 'waiting' (on the customer) | 'resolved'
    columns: [
      int('company_id'),
      intOrNull('site_id'),
      intOrNull('channel_id'),
      int('month'),
      text('number'),
      intOrNull('party_id'),
      intOrNull('order_line_id'),
      intOrNull('item_id'),
      text('kind'),
      date('opened_on'),
      dateOrNull('resolved_on'),
      text('state'),
      int('claimed_minor'),
    ],
  },
  {
    id: 45,
    name: 'claim_event',
    area: 'general',
    dimensions: ['company', 'site', 'channel', 'month'],
    idType: 'integer',
    loadOrder: 2,
    // month is the claim's; kind: 'opened' | 'waiting' | 'resumed' | 'resolved' | 'reopened'
    columns: [
      int('company_id'),
      intOrNull('site_id'),
      intOrNull('channel_id'),
      int('month'),
      int('claim_id'),
      text('kind'),
      instant('happened_at'),
    ],
  },
  {
    id: 46,
    name: 'claim_cost',
    area: 'cost',
    dimensions: ['company', 'site', 'channel', 'month'],
    idType: 'integer',
    loadOrder: 2,
    // what a claim cost us beside the goods; month is that of booked_on, site and channel are the original sale's
    columns: [
      int('company_id'),
      intOrNull('site_id'),
      intOrNull('channel_id'),
      int('month'),
      int('claim_id'),
      intOrNull('order_line_id'),
      intOrNull('item_id'),
      intOrNull('party_id'),
      date('booked_on'),
      int('amount_minor'),
    ],
  },
] as const satisfies readonly TableEntry[];
