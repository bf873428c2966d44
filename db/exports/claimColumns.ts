/** What a file of claims holds. Ids are the grid's. */
import { claimReason, type ClaimState } from '#domain/claims/claim.ts';
import { minorDigits } from '#domain/money.ts';
import type { ClaimRow } from '#contract/queries.ts';
import { type Column, date, decimal, integer, text } from './table.ts';

const STATES: Readonly<Record<ClaimState, string>> = {
  ours: 'Waits for us',
  customer: 'Waits for the customer',
  resolved: 'Resolved',
};

/** Whoever sees no cost has no columns of it. */
export function claimColumns(currency: string, cost_visible: boolean): readonly Column<ClaimRow>[] {
  const money = (id: string, title: string, value: (row: ClaimRow) => number | null) =>
    decimal<ClaimRow>(id, `${title}, ${currency}`, minorDigits(currency), value);
  return [
    text('name', 'Claim or group', (row) => row.label, 22),
    integer('name', 'Claims', (row) => row.claims),
    text('customer', 'Customer', (row) => row.party, 32),
    text('state', 'State', (row) => (row.state === null ? null : STATES[row.state]), 22),
    integer('too_long', 'Open too long', (row) => row.too_long),
    integer('age', 'Age, days', (row) => row.age_days),
    decimal('clock', 'Our time, days', 3, (row) => row.clock_milli_days),
    text('reason', 'Reason', (row) => (row.reason === null ? null : claimReason(row.reason)), 18),
    text('item', 'Item', (row) => row.item_code),
    text('item', 'Name', (row) => row.item, 34),
    text('order', 'Order', (row) => row.order_number),
    date('shipped', 'Shipped on', (row) => row.shipped_on),
    date('opened', 'Opened on', (row) => row.opened_on),
    date('resolved', 'Resolved on', (row) => row.resolved_on),
    money('claimed', 'Claimed', (row) => row.claimed_minor),
    money('allowed', 'Allowed', (row) => row.allowed_minor),
    ...(cost_visible
      ? [
          money('cost', 'Cost beside it', (row) => row.cost_minor),
          money('margin', 'Effect on GM3', (row) => row.margin_minor),
        ]
      : []),
    text('owner', 'Salesperson', (row) => row.owner, 20),
    text('owner', 'Given to', (row) => row.assigned_to),
    date('owner', 'Asleep until', (row) => row.snoozed_until_on),
    text('site', 'Site', (row) => row.site, 18),
    text('channel', 'Channel', (row) => row.channel, 18),
  ];
}
