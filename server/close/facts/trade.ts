/** Invoices, payments and what is open of them by party. */
import { type RawBuilder, sql } from 'kysely';
import type { Found, OpenDocument, PartyName } from '#domain/close/reconcile/facts.ts';
import type { InvoiceRow, InvoiceSum, PaymentRow, PaymentSum } from '#domain/close/reconcile/documentRows.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import type { ClaimCostRow, Days } from '../source.ts';
import { asIdText, dateOf, dayOf, idList, idsOf, onDays, PAGE_ROWS } from './days.ts';

export async function invoicesInSum(
  tx: ServerTransaction,
  company_id: number,
  days: Days,
): Promise<readonly InvoiceSum[]> {
  const { rows } = await sql<InvoiceSum>`
    select kind, ${dayOf('posted_on')} as posted_on, sum(amount_minor)::bigint as amount_minor
    from invoice where company_id = ${company_id} and ${onDays('posted_on', days)} group by 1, 2 order by 1, 2`.execute(
    tx,
  );
  return rows;
}

export async function paymentsInSum(
  tx: ServerTransaction,
  company_id: number,
  days: Days,
): Promise<readonly PaymentSum[]> {
  const { rows } = await sql<PaymentSum>`
    select kind, ${dayOf('paid_on')} as paid_on, ${dayOf('settled_on')} as settled_on,
      sum(amount_minor)::bigint as amount_minor, sum(exchange_minor)::bigint as exchange_minor
    from (${paidOrSettled(company_id, days, sql`kind, paid_on, settled_on, amount_minor, exchange_minor`)}) p
    group by 1, 2, 3 order by 1, 2, 3`.execute(tx);
  return rows;
}

/** Payments that came on the days, or won or lost by their rate then: each by an index of its own. */
function paidOrSettled(company_id: number, days: Days, columns: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`select ${columns} from payment where company_id = ${company_id} and ${onDays('paid_on', days)}
    union all select ${columns} from payment
    where company_id = ${company_id} and exchange_minor <> 0 and ${onDays('settled_on', days)} and not ${onDays('paid_on', days)}`;
}

export async function* invoicesOn(
  tx: ServerTransaction,
  company_id: number,
  days: Days,
): AsyncGenerator<readonly InvoiceRow[]> {
  const { rows: found } = await sql<Ids>`
    select ${asIdText('id')} as ids from invoice
    where company_id = ${company_id} and ${onDays('posted_on', days)}`.execute(tx);
  for (const ids of pagesOf(found)) {
    const { rows } = await sql<InvoiceRow>`
      select id, kind, number, party_id, ${dayOf('posted_on')} as posted_on, amount_minor
      from invoice where id = any(${idList(ids)}) order by id`.execute(tx);
    yield rows;
  }
}

export async function* paymentsOn(
  tx: ServerTransaction,
  company_id: number,
  days: Days,
): AsyncGenerator<readonly PaymentRow[]> {
  const { rows: found } = await sql<Ids>`
    select ${asIdText('id')} as ids from (${paidOrSettled(company_id, days, sql`id`)}) p`.execute(tx);
  for (const ids of pagesOf(found)) {
    const { rows } = await sql<PaymentRow>`
      select id, kind, number, party_id, ${dayOf('paid_on')} as paid_on, ${dayOf('settled_on')} as settled_on,
        amount_minor, exchange_minor
      from payment where id = any(${idList(ids)}) order by id`.execute(tx);
    yield rows;
  }
}

interface Ids {
  readonly ids: string | null;
}

/** Only ids are held at once. A page by id alone would walk the whole table in that order to find the days. */
function* pagesOf(found: readonly Ids[]): Generator<readonly number[]> {
  const ids = idsOf(found[0]?.ids);
  for (let at = 0; at < ids.length; at += PAGE_ROWS) yield ids.slice(at, at + PAGE_ROWS);
}

/** Only the demo's are paid from the bank as they are booked; those of a file are paid by a payment, or an entry, of their own. */
export async function* claimCostsOn(
  tx: ServerTransaction,
  company_id: number,
  days: Days,
): AsyncGenerator<readonly ClaimCostRow[]> {
  const { rows } = await sql<ClaimCostRow>`
    select id, 'Claim ' || claim_id as ref, ${dayOf('booked_on')} as booked_on, amount_minor
    from claim_cost where company_id = ${company_id} and written_at is null and ${onDays('booked_on', days)} order by id`.execute(
    tx,
  );
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
