/** Rules over prices and terms: what a channel may give, below what nobody sells, what is owed back. */
import { date, dateOrNull, int, intOrNull, text, textOrNull } from '../columns.ts';
import type { TableEntry } from '../table.ts';

export const PRICING_TABLES = [
  {
    id: 23,
    name: 'channel_rule',
    area: 'general',
    dimensions: ['company', 'channel'],
    idType: 'integer',
    loadOrder: 0,
    // priority: 1 is served first; freight is charged below free_freight_from_minor (null = never charged);
    // max_discount_bp: what the channel may give without approval; a channel has one rule a day, valid_from null = since ever
    columns: [
      int('company_id'),
      int('channel_id'),
      int('priority'),
      intOrNull('free_freight_from_minor'),
      intOrNull('freight_charge_minor'),
      intOrNull('max_discount_bp'),
      int('protected_bp'),
      dateOrNull('valid_from'),
      dateOrNull('valid_to'),
      textOrNull('owner'),
      // days after the committed date that still count as in time; null = the channel's own
      intOrNull('grace_days'),
    ],
  },
  {
    id: 26,
    name: 'price_rule',
    area: 'general',
    dimensions: ['company', 'channel'],
    idType: 'integer',
    loadOrder: 0,
    // the narrowest rule wins: party and item, then item, then category, then channel; null = any; a row is a list price
    // or a discount rule, never both
    columns: [
      int('company_id'),
      intOrNull('channel_id'),
      intOrNull('party_id'),
      intOrNull('item_id'),
      textOrNull('category'),
      intOrNull('list_price_micro'),
      intOrNull('max_discount_bp'),
      date('valid_from'),
      dateOrNull('valid_to'),
      textOrNull('owner'),
    ],
  },
  {
    id: 27,
    name: 'price_floor',
    area: 'cost',
    dimensions: ['company', 'channel'],
    idType: 'integer',
    loadOrder: 0,
    // net price of one base unit below which nobody sells, company currency × 10⁻⁶
    columns: [
      int('company_id'),
      intOrNull('channel_id'),
      int('item_id'),
      int('floor_price_micro'),
      date('valid_from'),
      dateOrNull('valid_to'),
      textOrNull('owner'),
    ],
  },
  {
    id: 30,
    name: 'plan_line',
    area: 'cost',
    dimensions: ['company', 'channel'],
    idType: 'integer',
    loadOrder: 0,
    columns: [
      int('company_id'),
      intOrNull('channel_id'),
      int('month'),
      textOrNull('category'),
      int('net_minor'),
      int('gm3_minor'),
    ],
  },
  {
    id: 31,
    name: 'rebate_agreement',
    area: 'cost',
    dimensions: ['company', 'channel'],
    idType: 'integer',
    loadOrder: 0,
    // a customer's rebate on net sales, once the threshold of the agreement's time is reached
    columns: [
      int('company_id'),
      intOrNull('channel_id'),
      int('party_id'),
      text('name'),
      int('rate_bp'),
      int('threshold_minor'),
      date('valid_from'),
      dateOrNull('valid_to'),
      textOrNull('owner'),
    ],
  },
  {
    id: 32,
    name: 'channel_fee',
    area: 'cost',
    dimensions: ['company', 'channel'],
    idType: 'integer',
    loadOrder: 0,
    // what a portal or payment provider takes of net sales
    columns: [
      int('company_id'),
      int('channel_id'),
      text('name'),
      int('rate_bp'),
      date('valid_from'),
      dateOrNull('valid_to'),
      textOrNull('owner'),
    ],
  },
] as const satisfies readonly TableEntry[];
