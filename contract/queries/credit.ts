/** What customers owe, how long, how they pay, and what the bank will hold. For roles that see the ledger of the whole company. */
import { z } from 'zod';
import type { ValuedHolding } from '#domain/credit/bankHolding.ts';
import type { FollowUpReason } from '#domain/credit/followUp.ts';
import { Id, Offset } from './arguments.ts';
import type { Provenance } from './session.ts';
import type { MutationState } from '../events.ts';

const AsOf = z.iso.date().nullable().default(null);

/** As of the end of a day; null = the day of the copy. */
export const creditList = { args: z.strictObject({ company_id: Id, as_of_on: AsOf }) };
export interface FollowUpView {
  readonly id: string;
  readonly said: string;
  readonly promised_on: string | null;
  readonly next_on: string | null;
  readonly author: string;
  readonly written_at_ms: number;
  readonly state: MutationState;
}
export interface CreditRow {
  readonly party_id: number;
  readonly code: string;
  readonly name: string;
  readonly salesperson: string | null;
  readonly open_minor: number;
  /** In the order of AGE_PARTS: they add up to what is open. */
  readonly parts_minor: readonly number[];
  readonly overdue_minor: number;
  readonly oldest_days: number;
  readonly invoices: number;
  /** Paid, and not matched to an invoice that is posted by then. */
  readonly deposits_minor: number;
  readonly limit_minor: number | null;
  /** Open receivables + shipped, not billed + open orders − deposits, with a limit or without. */
  readonly exposure_minor: number;
  /** Days after the due day it usually pays; null = too few payments in a year. */
  readonly habit_days: number | null;
  readonly habit_payments: number;
  readonly follow_up: FollowUpView | null;
  /** Why somebody should ask today; null = nothing to do. */
  readonly ask: FollowUpReason | null;
}
export interface CreditList {
  readonly as_of_on: string;
  readonly rows: readonly CreditRow[];
  readonly may_write: boolean;
  readonly currency: string;
  readonly provenance: Provenance;
}

export const customerCredit = { args: z.strictObject({ company_id: Id, party_id: Id, as_of_on: AsOf }) };
/** In the currency a document is made out in, where that is not the company's. */
export interface OwnAmount {
  readonly currency: string;
  readonly amount_minor: number;
}
export interface OpenInvoiceView {
  readonly id: number;
  readonly number: string;
  readonly order_id: number | null;
  readonly issued_on: string;
  readonly due_on: string;
  /** Days past due; 0 or less = not due. */
  readonly late_days: number;
  readonly amount_minor: number;
  /** At the rate it was booked at. */
  readonly open_minor: number;
  /** What is open in the currency it is made out in; null = the company's. */
  readonly own: OwnAmount | null;
  /** When it is expected by how the customer usually pays. */
  readonly expected_on: string;
}
export interface CustomerCredit {
  readonly party_id: number;
  readonly code: string;
  readonly name: string;
  readonly exposure: {
    readonly receivables_minor: number;
    readonly shipped_unbilled_minor: number;
    readonly open_orders_minor: number;
    readonly deposits_minor: number;
    readonly limit_minor: number | null;
  } | null;
  readonly invoices: readonly OpenInvoiceView[];
  readonly total_invoices: number;
  readonly follow_ups: readonly FollowUpView[];
  readonly currency: string;
  readonly provenance: Provenance;
}

/** Every invoice or bill that is open at the end of a day, the oldest due first: for files. */
export const openInvoices = {
  args: z.strictObject({
    company_id: Id,
    kind: z.enum(['customer', 'supplier']),
    as_of_on: AsOf,
    offset: Offset,
    limit: z.int().min(1).max(2000).default(500),
  }),
};
export interface OpenInvoiceRow extends OpenInvoiceView {
  readonly party_code: string;
  readonly party: string;
}
export interface OpenInvoices {
  readonly as_of_on: string;
  readonly rows: readonly OpenInvoiceRow[];
  readonly total_rows: number;
  readonly currency: string;
  /** Decimal places that hold an amount in any of the other currencies. */
  readonly own_places: number;
  readonly provenance: Provenance;
}

export const cashOutlook = { args: z.strictObject({ company_id: Id, weeks: z.int().min(1).max(26).default(13) }) };
export interface CashWeekView {
  /** Monday. */
  readonly from_on: string;
  readonly in_minor: number;
  readonly out_minor: number;
  readonly closing_minor: number;
  /** The largest expected in it. */
  readonly items: readonly CashItemView[];
  readonly other_items: number;
}
export interface CashItemView {
  readonly kind: 'customer' | 'supplier';
  readonly party: string;
  readonly invoices: number;
  /** Comes in; below nothing goes out. At the rates the invoices were booked at. */
  readonly amount_minor: number;
  /** What of it is made out in other currencies, by currency, in these. */
  readonly own: readonly OwnAmount[];
}
export interface CashOutlookView {
  readonly as_of_on: string;
  /** Of the accounts whose role is bank, those in another currency at its newest closing rate; null = none has it. */
  readonly opening_minor: number | null;
  /** Of these, the accounts in other currencies and at which rate they count. */
  readonly opening_own: readonly ValuedHolding[];
  readonly weeks: readonly CashWeekView[];
  readonly later_in_minor: number;
  readonly later_out_minor: number;
  readonly lowest: { readonly from_on: string; readonly closing_minor: number } | null;
  /** Taken for who has too few payments. */
  readonly usual_days: { readonly customer: number; readonly supplier: number };
  readonly currency: string;
  readonly provenance: Provenance;
}
