/** What a file of orders that wait for a decision holds. Ids are the grid's. */
import type { ApprovalKind } from '#domain/orders/approval.ts';
import { minorDigits } from '#domain/money.ts';
import type { ApprovalRow, OrderApprovals } from '#contract/queries.ts';
import { type Column, date, decimal, integer, percent, text, yesNo } from './table.ts';

const KINDS: Readonly<Record<ApprovalKind, string>> = {
  floor: 'Below the price floor',
  discount: 'Discount beyond its rule',
  credit: 'Beyond the credit limit',
};

export function approvalColumns(currency: string): readonly Column<ApprovalRow>[] {
  const places = minorDigits(currency);
  return [
    text('order', 'Order', (row) => row.number),
    text('order', 'Customer', (row) => row.party, 28),
    text('order', 'Channel', (row) => row.channel, 18),
    text('kind', 'Breaks', (row) => KINDS[row.kind], 24),
    percent('broken', 'Given', (row) => row.given_bp),
    percent('broken', 'Allowed', (row) => row.allowed_bp),
    integer('broken', 'Lines', (row) => row.lines),
    decimal('beyond', `Beyond, ${currency}`, places, (row) => row.beyond_minor),
    decimal('net', `Order, ${currency}`, places, (row) => row.net_minor),
    text('state', 'State', (row) => row.state, 10),
    yesNo('state', 'Changed since', (row) => row.changed),
    text('asked', 'Asked by', (row) => row.asked_by, 14),
    text('asked', 'Decided by', (row) => row.decided_by, 14),
    text('reason', 'Reason', (row) => row.reason, 40),
    text('salesperson', 'Salesperson', (row) => row.salesperson, 18),
    date('ordered', 'Ordered', (row) => row.ordered_on),
    text('site', 'Site', (row) => row.site, 18),
  ];
}

export function approvalStatements(answer: OrderApprovals): readonly (readonly [string, string])[] {
  return [
    ['Orders of the question', String(answer.total_rows)],
    ...answer.not_for_you.map((kind) => ['Not looked for', `${KINDS[kind]}: not for this role`] as const),
    ...answer.still_loading.map((kind) => ['Not looked for', `${KINDS[kind]}: still loading`] as const),
    ['Coverage', answer.provenance.coverage],
  ];
}
