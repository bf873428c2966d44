/** What the files of leakage hold: its causes, and the lines of one cause or of all. Ids are the grid's. */
import { minorDigits } from '#domain/money.ts';
import type { LeakageCause } from '#domain/pricing/leakage.ts';
import type { LeakageLine, LeakageRow } from '#contract/queries.ts';
import { type Column, date, decimal, integer, percent, quantity, text } from './table.ts';

export const CAUSE_WORDS: Readonly<Record<LeakageCause, string>> = {
  below_floor: 'Price below floor',
  discount_not_approved: 'Discount not approved',
  freight_not_charged: 'Freight not charged',
  cost_rise: 'Cost rise not passed on',
  rebate_not_accrued: 'Rebate not accrued',
};

export function leakageColumns(currency: string): readonly Column<LeakageRow>[] {
  const places = minorDigits(currency);
  return [
    text('cause', 'Cause', (row) => CAUSE_WORDS[row.cause], 24),
    integer('lines', 'Lines', (row) => row.lines),
    decimal('leak', `Lost, ${currency}`, places, (row) => row.leak_minor),
    text('channel', 'Most in channel', (row) => row.channel, 18),
    text('party', 'Most with', (row) => row.party, 28),
    decimal('party', `Lost there, ${currency}`, places, (row) => (row.party === null ? null : row.party_minor)),
    text('who', 'Answers for most', (row) => row.owner, 20),
    text('who', 'Given to', (row) => row.given_to.join(', ') || null, 20),
  ];
}

export function leakageLineColumns(currency: string): readonly Column<LeakageLine>[] {
  const of_item = (row: LeakageLine): boolean => row.cause === 'cost_rise';
  return [
    text('cause', 'Cause', (row) => CAUSE_WORDS[row.cause], 24),
    text('number', 'Order or item', (row) => row.number),
    date('on', 'Date', (row) => row.on),
    text('item', 'Item', (row) => row.item, 34),
    text('party', 'Customer', (row) => (of_item(row) ? null : row.party), 28),
    text('party', 'Supplier', (row) => (of_item(row) ? row.party : null), 28),
    text('party', 'Channel', (row) => row.channel, 18),
    quantity('quantity', 'Quantity', (row) => row.qty_milli),
    text('uom', 'Unit', (row) => row.uom, 8),
    percent('rule', 'Rule', (row) => row.rule_bp),
    percent('given', 'Given or rise', (row) => row.given_bp),
    decimal('leak', `Lost, ${currency}`, minorDigits(currency), (row) => row.leak_minor),
    text('owner', 'Answers for it', (row) => row.owner, 20),
    text('owner', 'Allowed by', (row) => row.approved_by, 16),
  ];
}
