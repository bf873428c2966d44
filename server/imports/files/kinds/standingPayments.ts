/** What the database holds of the invoices and payments a file of payments speaks of. */
import { sql } from 'kysely';
import type { SettledBefore } from '#domain/credit/exchange.ts';
import { integerArray } from '#server/imports/arrayText.ts';
import { settledMinor } from '#server/kpi/settled.ts';
import type { PartyKind } from '../documents.ts';
import type { Job } from '../job.ts';

export interface DocumentKey {
  readonly kind: PartyKind;
  readonly party_id: number;
  readonly number: string;
}

export interface BilledInvoice {
  readonly id: number;
  readonly number: string;
  readonly amount_minor: number;
  readonly currency: string | null;
  readonly foreign_minor: number | null;
  readonly posted_on: string;
}

const asKey = (kind: string, party_id: number, number: string): string => JSON.stringify([kind, party_id, number]);

/** A finder of invoices by party and number, or why there is none. */
export async function findInvoices(
  job: Job,
  wanted: readonly DocumentKey[],
): Promise<(kind: PartyKind, party_id: number, party: string, number: string) => BilledInvoice | string> {
  const numbers = [...new Set(wanted.map(({ number }) => number))];
  const { rows } = await sql<BilledInvoice & { kind: string; party_id: number; party: string }>`
    select i.id, i.kind, i.party_id, p.code as party, i.number, i.amount_minor, i.currency, i.foreign_minor,
      i.posted_on::text as posted_on
    from jsonb_array_elements_text(${JSON.stringify(numbers)}::text::jsonb) as n(number)
    join invoice i on i.company_id = ${job.company_id}::bigint and i.number = n.number
    join party p on p.id = i.party_id
    order by i.id`.execute(job.tx);
  const own = new Map(rows.map((row) => [asKey(row.kind, row.party_id, row.number), row]));
  const others = Map.groupBy(rows, ({ kind, number }) => `${kind}|${number}`);
  return (kind, party_id, party, number) => {
    const found = own.get(asKey(kind, party_id, number));
    if (found) return found;
    const [other] = others.get(`${kind}|${number}`) ?? [];
    return other
      ? `The invoice "${number}" is of the ${kind} "${other.party}", not of "${party}". Bring the payment for whose invoice it pays, or without an invoice.`
      : `There is no invoice "${number}" of the ${kind} "${party}". Import it first, or leave the invoice empty: the payment then stands as paid ahead.`;
  };
}

export interface KeptPayment {
  readonly id: number;
  readonly kind: string;
  readonly party_id: number;
  readonly number: string;
  readonly invoice_id: number | null;
  readonly invoice_number: string | null;
  readonly paid_on: string;
  readonly settled_on: string | null;
  readonly amount_minor: number;
  readonly currency: string | null;
  readonly foreign_minor: number | null;
  readonly exchange_minor: number;
}

/** The rows of each payment, by party and number. */
export async function keptPayments(
  job: Job,
  wanted: readonly DocumentKey[],
): Promise<ReadonlyMap<string, readonly KeptPayment[]>> {
  const once = [...new Map(wanted.map((each) => [asKey(each.kind, each.party_id, each.number), each])).values()];
  const { rows } = await sql<KeptPayment>`
    select p.id, p.kind, p.party_id, p.number, p.invoice_id, i.number as invoice_number, p.paid_on::text as paid_on,
      p.settled_on::text as settled_on, p.amount_minor, p.currency, p.foreign_minor, p.exchange_minor
    from jsonb_to_recordset(${JSON.stringify(once)}::text::jsonb) as n(kind text, party_id bigint, number text)
    join payment p on p.company_id = ${job.company_id}::bigint and p.kind = n.kind and p.party_id = n.party_id
      and p.number = n.number
    left join invoice i on i.id = p.invoice_id
    order by p.id`.execute(job.tx);
  return Map.groupBy(rows, (row) => asKey(row.kind, row.party_id, row.number));
}

/** What payments settle of each invoice in both currencies, but for some rows. */
export async function settledOf(
  job: Job,
  invoice_ids: readonly number[],
  but: readonly number[],
): Promise<ReadonlyMap<number, SettledBefore>> {
  const { rows } = await sql<SettledBefore & { invoice_id: number }>`
    select p.invoice_id, sum(${settledMinor})::bigint as settled_minor,
      coalesce(sum(p.foreign_minor), 0)::bigint as foreign_minor
    from payment p
    where p.invoice_id = any(${integerArray(new Set(invoice_ids))}::text::bigint[])
      and p.id <> all(${integerArray(but)}::text::bigint[])
    group by p.invoice_id`.execute(job.tx);
  return new Map(rows.map((row) => [row.invoice_id, row]));
}
