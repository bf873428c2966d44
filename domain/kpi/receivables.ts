/**
 * Receivables by age on a day, and deposits. Payments settled by the day reduce their invoice once it is posted, the others are
 * deposits: so both together are what invoices and payments of the day come to, as the ledger has it.
 */
import { monthOfDay } from '../calendar.ts';
import { isSettled, type PaidFact, settledMinor, takenOffBy } from '../credit/settled.ts';
import type { EmitRow } from './tally.ts';

export interface InvoiceFact {
  readonly id: number;
  readonly posted_on: number;
  readonly due_on: number;
  /** A credit is negative. */
  readonly amount_minor: number;
  readonly payments: readonly DepositFact[];
}

/** Which bucket an open invoice of that age lies in; days past its due date. */
export function ageingKpi(overdue_days: number): string {
  if (overdue_days <= 0) return 'ar_not_due';
  if (overdue_days <= 30) return 'ar_overdue_1_30';
  if (overdue_days <= 60) return 'ar_overdue_31_60';
  return overdue_days <= 90 ? 'ar_overdue_61_90' : 'ar_overdue_over_90';
}

export function receivableRows(invoice: InvoiceFact, on: number, emit: EmitRow): void {
  if (invoice.posted_on > on) {
    for (const payment of invoice.payments) depositRows(payment, on, emit);
    return;
  }
  let open_minor = invoice.amount_minor;
  for (const payment of invoice.payments) {
    if (isSettled(payment, on)) open_minor -= settledMinor(payment);
    else depositRows(payment, on, emit);
  }
  if (open_minor === 0) return;
  for (const kpi of ['ar_open', ageingKpi(on - invoice.due_on), 'credit_exposure']) {
    emit({ ...cashRow('invoice', invoice.id, on), kpi, numerator: open_minor });
  }
}

export interface DepositFact extends PaidFact {
  readonly id: number;
}

export function depositRows(payment: DepositFact, on: number, emit: EmitRow): void {
  const paid_minor = takenOffBy(payment, on);
  if (paid_minor === 0) return;
  const row = cashRow('payment', payment.id, on);
  emit({ ...row, kpi: 'deposits', numerator: paid_minor });
  emit({ ...row, kpi: 'credit_exposure', numerator: -paid_minor });
}

function cashRow(source: 'invoice' | 'payment', id: number, on: number) {
  return {
    source,
    id,
    month: monthOfDay(on),
    channel_id: null,
    denominator: 1,
    weight: 0,
    known: 0,
    unknown: false,
  } as const;
}
