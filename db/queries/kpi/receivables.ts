/** Receivables and deposits on each snapshot's day: customer invoices with their payments. */
import { sql } from 'kysely';
import { settledMinor } from '#domain/credit/settled.ts';
import { type DepositFact, depositRows, type InvoiceFact, receivableRows } from '#domain/kpi/receivables.ts';
import type { EmitRow } from '#domain/kpi/tally.ts';
import type { QueryContext } from '../context.ts';
import type { KpiScope } from './scope.ts';

interface Row extends Omit<InvoiceFact, 'payments'> {
  readonly payment_id: number | null;
  readonly paid_on: number | null;
  readonly settled_on: number | null;
  readonly paid_minor: number | null;
  readonly exchange_minor: number | null;
}

type Invoice = InvoiceFact & { readonly payments: DepositFact[] };

export async function scanReceivables(context: QueryContext, scope: KpiScope, emit: EmitRow): Promise<void> {
  const { rows } = await sql<Row>`
    SELECT i.id, i.posted_on, i.due_on, i.amount_minor, p.id AS payment_id, p.paid_on, p.settled_on, p.amount_minor AS paid_minor,
      p.exchange_minor
    FROM invoice i LEFT JOIN payment p ON p.invoice_id = i.id
    WHERE i.company_id = ${scope.company.id} AND i.kind = 'customer'`.execute(context.db);
  const invoices = new Map<number, Invoice>();
  for (const { payment_id, paid_on, settled_on, paid_minor, exchange_minor, ...row } of rows) {
    const invoice = invoices.get(row.id) ?? { ...row, payments: [] };
    invoices.set(row.id, invoice);
    if (payment_id !== null && paid_on !== null && paid_minor !== null && exchange_minor !== null) {
      invoice.payments.push({ id: payment_id, paid_on, settled_on, amount_minor: paid_minor, exchange_minor });
    }
  }
  context.checkCancelled();
  for (const invoice of invoices.values()) {
    const until_on = settledOn(invoice);
    for (const { on } of scope.snapshots) if (on < until_on) receivableRows(invoice, on, emit);
  }
  const deposits = await context.db
    .selectFrom('payment')
    .select(['id', 'paid_on', 'settled_on', 'amount_minor', 'exchange_minor'])
    .where('company_id', '=', scope.company.id)
    .where('kind', '=', 'customer')
    .where('invoice_id', 'is', null)
    .execute();
  for (const deposit of deposits) for (const { on } of scope.snapshots) depositRows(deposit, on, emit);
}

/** From this day on nothing is open of the invoice, nor paid ahead for it. */
function settledOn(invoice: Invoice): number {
  let left = invoice.amount_minor;
  let last_on = invoice.posted_on;
  for (const payment of invoice.payments) {
    left -= settledMinor(payment);
    last_on = Math.max(last_on, payment.settled_on ?? Number.POSITIVE_INFINITY);
  }
  return left === 0 ? last_on : Number.POSITIVE_INFINITY;
}
