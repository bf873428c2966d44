/** Invoices, payments and what is open of them by party. */
import { sql } from 'kysely';
import type { Found, OpenDocument, PartyName } from '#domain/close/reconcile/facts.ts';
import type { InvoiceRow, PaymentRow } from '#domain/close/reconcile/postings.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import type { ClaimCostRow, Days } from '../source.ts';
import { dateOf, dayOf, idList, onDays, PAGE_ROWS } from './days.ts';

export async function* invoicesOn(
  tx: ServerTransaction,
  company_id: number,
  days: Days,
): AsyncGenerator<readonly InvoiceRow[]> {
  for (let after = 0; ; ) {
    const { rows } = await sql<InvoiceRow>`
      select id, kind, number, party_id, ${dayOf('posted_on')} as posted_on, amount_minor
      from invoice where company_id = ${company_id} and ${onDays('posted_on', days)} and id > ${after}
      order by id limit ${PAGE_ROWS}`.execute(tx);
    yield rows;
    if (rows.length < PAGE_ROWS) return;
    after = rows.at(-1)?.id ?? 0;
  }
}

export async function* paymentsOn(
  tx: ServerTransaction,
  company_id: number,
  days: Days,
): AsyncGenerator<readonly PaymentRow[]> {
  for (let after = 0; ; ) {
    const { rows } = await sql<PaymentRow>`
      select id, kind, number, party_id, ${dayOf('paid_on')} as paid_on, ${dayOf('settled_on')} as settled_on,
        amount_minor, exchange_minor
      from payment where company_id = ${company_id} and id > ${after}
        and (${onDays('paid_on', days)} or exchange_minor <> 0 and ${onDays('settled_on', days)})
      order by id limit ${PAGE_ROWS}`.execute(tx);
    yield rows;
    if (rows.length < PAGE_ROWS) return;
    after = rows.at(-1)?.id ?? 0;
  }
}

export async function* claimCostsOn(
  tx: ServerTransaction,
  company_id: number,
  days: Days,
): AsyncGenerator<readonly ClaimCostRow[]> {
  const { rows } = await sql<ClaimCostRow>`
    select id, 'Claim ' || claim_id as ref, ${dayOf('booked_on')} as booked_on, amount_minor
    from claim_cost where company_id = ${company_id} and ${onDays('booked_on', days)} order by id`.execute(tx);
  yield rows;
}

/** What each customer owes, and what is owed to each supplier, at the end of a day, as it was booked. */
export async function partyBalances(
  tx: ServerTransaction,
  company_id: number,
  cut_off: number,
): Promise<readonly OpenDocument[]> {
  const { rows } = await sql<OpenDocument>`
    select case m.kind when 'customer' then 'ar' else 'ap' end as role, p.code || ' ' || p.name as ref,
      m.booked_on, (case m.kind when 'customer' then 1 else -1 end * m.amount_minor)::bigint as amount_minor
    from (
      select kind, party_id, sum(amount)::bigint as amount_minor, max(day) as booked_on
      from (
        select kind, party_id, amount_minor as amount, ${dayOf('posted_on')} as day from invoice
        where company_id = ${company_id} and posted_on <= ${dateOf(cut_off)} and amount_minor <> 0
        union all
        select kind, party_id, -amount_minor, ${dayOf('paid_on')} from payment
        where company_id = ${company_id} and paid_on <= ${dateOf(cut_off)} and amount_minor <> 0
        union all
        select kind, party_id, exchange_minor, ${dayOf('settled_on')} from payment
        where company_id = ${company_id} and settled_on <= ${dateOf(cut_off)} and exchange_minor <> 0) d
      group by kind, party_id having sum(amount) <> 0) m
    join party p on p.id = m.party_id
    order by role, p.code`.execute(tx);
  return rows;
}

interface WrongRow {
  readonly id: number;
  readonly kind: string;
  readonly number: string;
  readonly paid_on: number;
  readonly invoice_id: number;
  readonly invoice: string;
}

export async function wrongParties(
  tx: ServerTransaction,
  company_id: number,
  days: Days,
  payment_ids: readonly number[],
): Promise<readonly Found[]> {
  const { rows } = await sql<WrongRow>`
    select p.id, p.kind, p.number, ${dayOf('p.paid_on')} as paid_on, i.id as invoice_id, i.number as invoice
    from payment p join invoice i on i.id = p.invoice_id
    where p.company_id = ${company_id} and p.party_id <> i.party_id
      and (${onDays('p.paid_on', days)} or p.id = any(${idList(payment_ids)}))
    order by p.id`.execute(tx);
  return rows.map(({ id, kind, number, paid_on, invoice_id, invoice }) => ({
    role: kind === 'customer' ? 'ar' : 'ap',
    cause: 'with_another_party',
    amount_minor: 0,
    ref: number,
    arose_on: paid_on,
    documents: [
      { kind: 'payment', id, ref: number },
      { kind: 'invoice', id: invoice_id, ref: invoice },
    ],
    settles_on: null,
  }));
}

export async function partiesOf(
  tx: ServerTransaction,
  ids: readonly number[],
): Promise<ReadonlyMap<number, PartyName>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.selectFrom('party').select(['id', 'code', 'name']).where('id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.id, row]));
}
