import { sql } from 'kysely';
import type { RowOf } from '#domain/imports/engine/field.ts';
import { type INVOICES, invoiceAmounts } from '#domain/imports/kinds/invoices.ts';
import { type OwnCurrency, ownCurrencyOf } from '#domain/imports/kinds/ownCurrency.ts';
import { integerArray, textArray } from '#server/imports/arrayText.ts';
import {
  findParties,
  lockedDocuments,
  monthOf,
  type PartyKind,
  settlementDayOf,
  toldInItsCurrency,
} from '../documents.ts';
import type { Job, KindStore, Line } from '../job.ts';
import { unknown } from '../missing.ts';
import { syncRows } from '../syncRows.ts';

type InvoiceRow = RowOf<(typeof INVOICES)['fields']>;

/** A line as it is to stand. */
interface Document {
  readonly line: Line<InvoiceRow>;
  readonly party_kind: PartyKind;
  readonly party_id: number;
  readonly issued_on: string;
  readonly posted_on: string;
  readonly amount_minor: number;
  readonly own: OwnCurrency | null;
}

export const invoiceStore: KindStore<InvoiceRow> = {
  check: async (job, lines) => {
    const reasons = new Map<number, string>();
    const read = await documentsOf(job, lines, reasons);
    const standing = await standingInvoices(job, read);
    const locked = await lockedDocuments(job);
    const seen = new Map<string, number>();
    for (const document of read) {
      const { line_number } = document.line;
      const key = keyOf(document);
      const stands = standing.get(key);
      const before = seen.get(key);
      const days = [document.posted_on, ...(stands ? [stands.posted_on] : [])];
      const reason =
        before !== undefined
          ? `Line ${before} is the same invoice; only one of them can be right.`
          : stands && isSame(document, stands)
            ? null
            : (days.map(locked[document.party_kind]).find((why) => why !== null) ?? paidOtherwise(document, stands));
      if (reason !== null) reasons.set(line_number, reason);
      else seen.set(key, line_number);
    }
    return reasons;
  },
  store: async (job, lines) => {
    const read = await documentsOf(job, lines, new Map());
    const standing = await standingInvoices(job, read);
    const locked = await lockedDocuments(job);
    const orderOf = await orders(job, read, (document) => {
      const stands = standing.get(keyOf(document));
      return stands && locked[document.party_kind](stands.posted_on) !== null ? stands : null;
    });
    const synced = await syncRows(
      job,
      'invoice',
      read.map((document) => ({
        key: { kind: document.party_kind, party_id: document.party_id, number: document.line.row.number },
        set: {
          issued_on: document.issued_on,
          posted_on: document.posted_on,
          month: monthOf(document.posted_on),
          due_on: document.line.row.due_on,
          amount_minor: document.amount_minor,
          currency: document.own?.currency ?? null,
          foreign_minor: document.own?.foreign_minor ?? null,
          ref: document.line.row.delivery,
          [document.party_kind === 'customer' ? 'order_id' : 'purchase_order_id']: orderOf(document),
        },
      })),
    );
    for (const [index, { line, own }] of read.entries()) {
      const row = synced[index];
      if (row) job.changes.note(line, toldInItsCurrency(row, own), true);
    }
    const moved = synced.filter(({ fields }) => fields.some(({ column }) => column === 'posted_on'));
    await settleAnew(
      job,
      moved.map(({ id }) => id),
      locked,
    );
  },
};

/** Payments of invoices that are posted on another day settle them on another; what stands in a locked month stays. */
async function settleAnew(
  job: Job,
  invoice_ids: readonly number[],
  locked: Awaited<ReturnType<typeof lockedDocuments>>,
): Promise<void> {
  if (invoice_ids.length === 0) return;
  const { rows } = await sql<{ id: number; kind: PartyKind; paid_on: string; posted_on: string; settled_on: string }>`
    select p.id, p.kind, p.paid_on::text as paid_on, i.posted_on::text as posted_on, p.settled_on::text as settled_on
    from payment p join invoice i on i.id = p.invoice_id
    where p.invoice_id = any(${integerArray(invoice_ids)}::text::bigint[])`.execute(job.tx);
  const open = rows.filter(({ kind, settled_on }) => locked[kind](settled_on) === null);
  await syncRows(
    job,
    'payment',
    open.map((row) => ({ key: { id: row.id }, set: { settled_on: settlementDayOf(row, locked[row.kind]) } })),
  );
}

/** Those that can stand; why the others cannot is told by line. */
async function documentsOf(
  job: Job,
  lines: readonly Line<InvoiceRow>[],
  reasons: Map<number, string>,
): Promise<readonly Document[]> {
  const read = lines.map((line) => ({ line, ...invoiceAmounts(line.row) }));
  await findParties(
    job,
    read.map(({ party_kind, line }) => ({ party_kind, code: line.row.party })),
  );
  return read.flatMap(({ line, party_kind, ...cells }): readonly Document[] => {
    const { row, line_number } = line;
    const party_id = job.lookups.id(party_kind, row.party);
    const own = ownCurrencyOf(cells, job.currency);
    if (party_id === null || typeof own === 'string') {
      reasons.set(line_number, typeof own === 'string' ? own : unknown(party_kind, row.party));
      return [];
    }
    const posted_on = row.posted_on ?? row.issued_on;
    return [{ line, party_kind, party_id, issued_on: row.issued_on, posted_on, amount_minor: cells.amount, own }];
  });
}

interface Standing {
  readonly kind: string;
  readonly party_id: number;
  readonly number: string;
  readonly issued_on: string;
  readonly posted_on: string;
  readonly amount_minor: number;
  readonly currency: string | null;
  readonly foreign_minor: number | null;
  readonly ref: string | null;
  readonly order_id: number | null;
  readonly purchase_order_id: number | null;
  /** Some payment of it is kept. */
  readonly paid: boolean;
}

async function standingInvoices(job: Job, read: readonly Document[]): Promise<ReadonlyMap<string, Standing>> {
  const wanted = read.map(({ party_kind, party_id, line }) => ({
    kind: party_kind,
    party_id,
    number: line.row.number,
  }));
  const { rows } = await sql<Standing>`
    select i.kind, i.party_id, i.number, i.issued_on::text as issued_on, i.posted_on::text as posted_on, i.amount_minor,
      i.currency, i.foreign_minor, i.ref, i.order_id, i.purchase_order_id, exists (select 1 from payment p where p.invoice_id = i.id) as paid
    from jsonb_to_recordset(${JSON.stringify(wanted)}::text::jsonb) as n(kind text, party_id bigint, number text)
    join invoice i on i.company_id = ${job.company_id}::bigint and i.kind = n.kind and i.party_id = n.party_id
      and i.number = n.number`.execute(job.tx);
  return new Map(rows.map((row) => [JSON.stringify([row.kind, row.party_id, row.number]), row]));
}

function keyOf({ party_kind, party_id, line }: Document): string {
  return JSON.stringify([party_kind, party_id, line.row.number]);
}

/** The day it is due may change in a locked month; the order it hangs on is left as it is there. */
function isSame(document: Document, stands: Standing): boolean {
  const { delivery } = document.line.row;
  return (
    stands.issued_on === document.issued_on &&
    stands.posted_on === document.posted_on &&
    (delivery === undefined || stands.ref === delivery) &&
    sameAmounts(document, stands)
  );
}

function sameAmounts({ amount_minor, own }: Document, stands: Standing): boolean {
  return (
    stands.amount_minor === amount_minor &&
    stands.currency === (own?.currency ?? null) &&
    stands.foreign_minor === (own?.foreign_minor ?? null)
  );
}

/** What was won or lost by the rate was reckoned from the amounts a payment found. */
function paidOtherwise(document: Document, stands: Standing | undefined): string | null {
  if (!stands?.paid || sameAmounts(document, stands)) return null;
  if (stands.currency === null && document.own === null) return null;
  return `Payments of it are kept, made of its amounts in ${stands.currency ?? 'the company’s currency'}. Bring what changes as a credit or an invoice of its own.`;
}

/**
 * The order a line names, by its number; undefined leaves what stands, flagged where there is no such order, or where the invoice
 * `stands` in a locked month.
 */
async function orders(
  job: Job,
  read: readonly Document[],
  lockedIn: (document: Document) => Standing | null,
): Promise<(document: Document) => number | null | undefined> {
  const named = (kind: PartyKind): string[] =>
    read.flatMap(({ party_kind, line }) => (party_kind === kind ? (line.row.order ?? []) : []));
  const tables = { customer: 'sales_order', supplier: 'purchase_order' } as const;
  const found = new Map<string, number[]>();
  for (const kind of ['customer', 'supplier'] as const) {
    const numbers = new Set(named(kind));
    if (numbers.size === 0) continue;
    const { rows } = await sql<{ id: number; number: string }>`
      select id, number from ${sql.table(tables[kind])} where company_id = ${job.company_id}::bigint
        and number = any(${textArray(numbers)}::text::text[]) order by id`.execute(job.tx);
    for (const { id, number } of rows) {
      const key = `${kind}|${number}`;
      found.set(key, [...(found.get(key) ?? []), id]);
    }
  }
  return (document) => {
    const { party_kind, line } = document;
    const { order } = line.row;
    if (order === undefined) return undefined;
    const [id, second] = order === null ? [null] : (found.get(`${party_kind}|${order}`) ?? []);
    if (id !== undefined && second === undefined) {
      const stands = lockedIn(document);
      if (stands === null || (party_kind === 'customer' ? stands.order_id : stands.purchase_order_id) === id) return id;
      job.changes.flag(line, 'Its month is locked: the order it hangs on stays as it was.');
      return undefined;
    }
    const what = party_kind === 'customer' ? 'order' : 'purchase order';
    job.changes.flag(
      line,
      id === undefined
        ? `There is no ${what} "${order}" in this company; the invoice stands without it.`
        : `The ${what} "${order}" exists more than once; the invoice stands without it.`,
    );
    return undefined;
  };
}
