/** What a file of exceptions holds. Ids are the grid's. */
import { minorDigits } from '#domain/money.ts';
import { KIND_NAMES } from '#domain/exceptions/kindNames.ts';
import type { ExceptionRow } from '#contract/queries.ts';
import { type Column, date, decimal, text } from './table.ts';

export function exceptionColumns(currency: string): readonly Column<ExceptionRow>[] {
  return [
    text('subject', 'About', (row) => row.label, 40),
    text('subject', 'Kind', (row) => (row.exception === null ? null : KIND_NAMES[row.exception.facts.kind]), 22),
    text('company', 'Company', (row) => row.company, 24),
    text('site', 'Site', (row) => row.site, 16),
    text('supplier', 'Supplier', (row) => row.supplier, 28),
    decimal('stake', `At stake, ${currency}`, minorDigits(currency), (row) => row.shown_minor),
    date('due', 'Due', (row) => row.exception?.due_on ?? null),
    date('since', 'Since', (row) => row.exception?.since_on ?? null),
    text('owner', 'Owner', (row) => row.exception?.owner ?? null),
    text('owner', 'Given to', (row) => row.exception?.assigned_to ?? null),
    date('state', 'Asleep until', (row) => row.exception?.snoozed_until_on ?? null),
    date('state', 'Risen since', (row) => row.exception?.escalated?.since_on ?? null),
  ];
}
