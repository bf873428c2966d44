/** An open invoice as it is told. */
import { isoDate } from '#domain/calendar.ts';
import { expectedOn } from '#domain/credit/cashOutlook.ts';
import type { OpenInvoiceView } from '#contract/queries.ts';
import { type CreditGround, type OpenInvoice, usualDaysOf } from './ground.ts';

export function invoiceView(ground: CreditGround, invoice: OpenInvoice, as_of_on: number): OpenInvoiceView {
  return {
    id: invoice.id,
    number: invoice.number,
    order_id: invoice.order_id,
    issued_on: isoDate(invoice.issued_on),
    due_on: isoDate(invoice.due_on),
    late_days: as_of_on - invoice.due_on,
    amount_minor: invoice.amount_minor,
    open_minor: invoice.open_minor,
    own: invoice.own,
    expected_on: isoDate(expectedOn({ due_on: invoice.due_on, habit_days: usualDaysOf(ground, invoice) }, as_of_on)),
  };
}
