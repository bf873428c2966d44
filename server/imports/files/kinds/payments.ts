import { sql } from 'kysely';
import { dayNumber } from '#domain/calendar.ts';
import { exchangeDifferences } from '#domain/credit/exchange.ts';
import { sameMoney } from '#domain/credit/settled.ts';
import type { RowOf } from '#domain/imports/engine/field.ts';
import { type OwnCurrency, ownCurrencyOf } from '#domain/imports/kinds/ownCurrency.ts';
import { type PAYMENTS, paymentAmounts } from '#domain/imports/kinds/payments.ts';
import { minorText } from '#domain/money.ts';
import { integerArray } from '#server/imports/arrayText.ts';
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
import { syncRows, type SyncedRow } from '../syncRows.ts';
import { type BilledInvoice, findInvoices, type KeptPayment, keptPayments, settledOf } from './standingPayments.ts';

type PaymentRow = RowOf<(typeof PAYMENTS)['fields']>;

/** A line as it is to stand, and the row that stands for it already. */
interface Part {
  readonly line: Line<PaymentRow>;
  readonly party_kind: PartyKind;
  readonly party_id: number;
  readonly amount_minor: number;
  readonly own: OwnCurrency | null;
  readonly invoice: BilledInvoice | null;
  readonly stands: KeptPayment | null;
}

export const paymentStore: KindStore<PaymentRow> = {
  check: async (job, lines) => {
    const reasons = new Map<number, string>();
    const { parts, surplus } = await partsOf(job, lines, reasons);
    const locked = await lockedDocuments(job);
    const exchange = await exchangeOf(job, parts, surplus);
    const came = new Map(
      [...Map.groupBy(parts, paymentKey)].map(([key, own]) => [key, daysItCame(own, surplus.get(key) ?? [])]),
    );
    for (const part of parts) {
      const key = paymentKey(part);
      // a payment that got shorter loses a row, and what that settled
      const gone = (surplus.get(key) ?? []).flatMap(({ settled_on }) => settled_on ?? []);
      const whyNot = (days: readonly string[]) => days.map(locked[part.party_kind]).find((each) => each !== null);
      const settled = whyNot([...daysItSettled(part), ...gone]);
      const why = whyNot(came.get(key) ?? []) ?? (settled === undefined ? undefined : takenBack(settled));
      const odd =
        exchange.get(part) === null
          ? 'The payment is out of all proportion to its invoice. Look at its amount in its currency.'
          : null;
      const reason = why ?? odd;
      if (reason !== null) reasons.set(part.line.line_number, reason);
    }
    return reasons;
  },
  store: async (job, lines) => {
    const { parts, surplus } = await partsOf(job, lines, new Map());
    await drop(job, parts, surplus);
    const exchange = await exchangeOf(job, parts, surplus);
    const locked = await lockedDocuments(job);
    const set = (part: Part) => ({
      paid_on: part.line.row.paid_on,
      settled_on: settledOn(part, locked),
      month: monthOf(part.line.row.paid_on),
      amount_minor: part.amount_minor,
      currency: part.own?.currency ?? null,
      foreign_minor: part.own?.foreign_minor ?? null,
      exchange_minor: exchange.get(part) ?? undefined,
      invoice_id: part.invoice?.id ?? null,
    });
    const known = parts.filter(({ stands }) => stands !== null);
    const fresh = parts.filter(({ stands }) => stands === null);
    note(
      job,
      known,
      await syncRows(
        job,
        'payment',
        known.map((part) => ({ key: { id: part.stands?.id ?? null }, set: set(part) })),
      ),
    );
    note(
      job,
      fresh,
      await syncRows(
        job,
        'payment',
        fresh.map((part) => {
          const { invoice_id, ...rest } = set(part);
          const { number } = part.line.row;
          return { key: { kind: part.party_kind, party_id: part.party_id, number, invoice_id }, set: rest };
        }),
      ),
    );
    await flagOverpaid(job, parts);
  },
};

interface Parts {
  readonly parts: readonly Part[];
  /** Rows of payments of the file that no line of it stands for any more. */
  readonly surplus: ReadonlyMap<string, readonly KeptPayment[]>;
}

/** Those lines that can stand; why the others cannot is told by line. */
async function partsOf(job: Job, lines: readonly Line<PaymentRow>[], reasons: Map<number, string>): Promise<Parts> {
  await findParties(
    job,
    lines.map(({ row }) => ({ party_kind: kindOf(row), code: row.party })),
  );
  const placed = lines.flatMap((line) => {
    const { row } = line;
    const party_kind = kindOf(row);
    const party_id = job.lookups.id(party_kind, row.party);
    const cells = paymentAmounts(row);
    const own = ownCurrencyOf(cells, job.currency);
    if (party_id !== null && typeof own !== 'string')
      return [{ line, party_kind, party_id, amount_minor: cells.amount, own }];
    reasons.set(line.line_number, typeof own === 'string' ? own : unknown(party_kind, row.party));
    return [];
  });
  const invoiceOf = await findInvoices(
    job,
    placed.flatMap(({ line, party_kind, party_id }) =>
      line.row.invoice == null ? [] : [{ kind: party_kind, party_id, number: line.row.invoice }],
    ),
  );
  const found = placed.flatMap((each) => {
    const { row, line_number } = each.line;
    const invoice = row.invoice == null ? null : invoiceOf(each.party_kind, each.party_id, row.party, row.invoice);
    const reason = typeof invoice === 'string' ? invoice : otherCurrency(job, each.own, invoice);
    if (typeof invoice !== 'string' && reason === null) return [{ ...each, invoice }];
    reasons.set(line_number, reason ?? '');
    return [];
  });
  const kept = await keptPayments(
    job,
    found.map(({ line, party_kind, party_id }) => ({ kind: party_kind, party_id, number: line.row.number })),
  );
  const parts: Part[] = [];
  const surplus = new Map<string, readonly KeptPayment[]>();
  for (const [key, own] of Map.groupBy(found, paymentKey)) {
    // a row of the same invoice is the line's; what is left over goes on as another line: matched now, or to another invoice
    const left = new Map((kept.get(key) ?? []).map((row) => [row.id, row]));
    const byInvoice = own.map((part) => {
      const row = [...left.values()].find(({ invoice_id }) => invoice_id === (part.invoice?.id ?? null)) ?? null;
      if (row) left.delete(row.id);
      return { ...part, stands: row };
    });
    // a line that could not be read, or the rest of a payment that is put right, may be what stands there
    if (left.size > 0 && !job.all_read) {
      for (const { line } of own) reasons.set(line.line_number, oddlyKept(line.row.number));
      continue;
    }
    for (const part of byInvoice) {
      const [next = null] = part.stands === null ? left.values() : [];
      if (next) left.delete(next.id);
      parts.push({ ...part, stands: part.stands ?? next });
    }
    if (left.size > 0) surplus.set(key, [...left.values()]);
  }
  return { parts, surplus };
}

function oddlyKept(number: string): string {
  return `The payment "${number}" is here with lines this file does not name. Bring all of its lines again, in a file of which every line can be read.`;
}

/** What a locked month settled stays settled there; an open month takes it off with a payment of its own. */
function takenBack(locked: string): string {
  return `${locked} What the payment settled there stays: take it off in an open month by a payment under another number, on the same invoice with the sign turned round.`;
}

function otherCurrency(job: Job, own: OwnCurrency | null, invoice: BilledInvoice | null): string | null {
  if (invoice === null || invoice.currency === (own?.currency ?? null)) return null;
  const paid = own?.currency ?? job.currency;
  const billed = invoice.currency ?? job.currency;
  return `The invoice "${invoice.number}" is in ${billed}, the payment in ${paid}. Bring what it pays of it in ${billed}.`;
}

function kindOf(row: PaymentRow): PartyKind {
  return row.kind === 'customer' ? 'customer' : 'supplier';
}

function paymentKey(of: {
  readonly party_kind: PartyKind;
  readonly party_id: number;
  readonly line: Line<PaymentRow>;
}): string {
  return JSON.stringify([of.party_kind, of.party_id, of.line.row.number]);
}

/** As it stands: what came, and what it settles by it. */
function isSame({ line, amount_minor, own, invoice, stands }: Part): boolean {
  const { exchange } = line.row;
  return (
    stands !== null &&
    stands.paid_on === line.row.paid_on &&
    stands.amount_minor === amount_minor &&
    stands.currency === (own?.currency ?? null) &&
    stands.foreign_minor === (own?.foreign_minor ?? null) &&
    stands.invoice_id === (invoice?.id ?? null) &&
    (exchange == null || stands.exchange_minor === exchange)
  );
}

/**
 * Days whose months have to take postings because a payment came otherwise than it stands. Over how many invoices it is split
 * may be said later: what came is the same.
 */
function daysItCame(parts: readonly Part[], surplus: readonly KeptPayment[]): readonly string[] {
  const stood = [...parts.flatMap(({ stands }) => stands ?? []), ...surplus];
  const before = stood.map(({ paid_on, currency, amount_minor, foreign_minor }) => ({
    paid_on,
    currency,
    amount_minor,
    foreign_minor,
  }));
  const now = parts.map(({ line, own, amount_minor }) => ({
    paid_on: line.row.paid_on,
    currency: own?.currency ?? null,
    amount_minor,
    foreign_minor: own?.foreign_minor ?? null,
  }));
  return sameMoney(before, now) ? [] : [...new Set([...before, ...now].map(({ paid_on }) => paid_on))];
}

/** Where what it settled so far stands, if that is not as before. */
function daysItSettled(part: Part): readonly string[] {
  return isSame(part) ? [] : [part.stands?.settled_on ?? []].flat();
}

/** What settles the same invoice as before keeps its day. */
function settledOn(part: Part, locked: Awaited<ReturnType<typeof lockedDocuments>>): string | null {
  const { line, invoice, stands, party_kind } = part;
  if (invoice === null) return null;
  if (stands && isSame(part)) return stands.settled_on;
  return settlementDayOf({ paid_on: line.row.paid_on, posted_on: invoice.posted_on }, locked[party_kind]);
}

/** What stands keeps its difference; what is new or other is reckoned beside all the rest of its invoice. */
async function exchangeOf(
  job: Job,
  parts: readonly Part[],
  surplus: Parts['surplus'],
): Promise<ReadonlyMap<Part, number | null>> {
  const found = new Map<Part, number | null>();
  const reckoned = parts.filter((part) => !isSame(part));
  for (const part of reckoned) found.set(part, 0);
  const abroad = reckoned.filter(({ own, invoice }) => own !== null && invoice !== null);
  const gone = [...surplus.values()].flat();
  const anew = [...reckoned.flatMap(({ stands }) => stands ?? []), ...gone].map(({ id }) => id);
  const before = await settledOf(
    job,
    abroad.flatMap(({ invoice }) => invoice?.id ?? []),
    anew,
  );
  for (const [id, own] of Map.groupBy(abroad, ({ invoice }) => invoice?.id ?? 0)) {
    const invoice = own[0]?.invoice;
    if (!invoice) continue;
    const differences = exchangeDifferences(
      { amount_minor: invoice.amount_minor, foreign_minor: invoice.foreign_minor ?? 0 },
      own.map(({ line, amount_minor, own: of }) => ({
        paid_on: dayNumber(line.row.paid_on) ?? 0,
        number: line.row.number,
        amount_minor,
        foreign_minor: of?.foreign_minor ?? 0,
        exchange_minor: line.row.exchange ?? null,
      })),
      before.get(id) ?? { settled_minor: 0, foreign_minor: 0 },
    );
    for (const [at, part] of own.entries()) found.set(part, differences[at] ?? null);
  }
  return found;
}

/** The invoice a row hangs on is told by its number. */
function note(job: Job, parts: readonly Part[], synced: readonly SyncedRow[]): void {
  for (const [index, { line, own, invoice, stands }] of parts.entries()) {
    const row = synced[index];
    if (!row) continue;
    const was = stands?.invoice_number ?? null;
    const now = invoice?.number ?? null;
    const told = toldInItsCurrency(row, own);
    const fields = told.fields.filter(({ column }) => column !== 'invoice_id');
    job.changes.note(
      line,
      { ...told, fields: was === now ? fields : [...fields, { column: 'invoice', before: was, after: now }] },
      true,
    );
  }
}

/** A payment that got shorter loses the rows no line stands for. */
async function drop(job: Job, parts: readonly Part[], surplus: Parts['surplus']): Promise<void> {
  const firsts = new Map([...Map.groupBy(parts, paymentKey)].map(([key, own]) => [key, own]));
  for (const [key, rows] of surplus) {
    const own = firsts.get(key) ?? [];
    const [first] = own;
    if (!first) throw new Error('a payment without lines lost some');
    await sql`delete from payment where id = any(${integerArray(rows.map(({ id }) => id))}::text::bigint[])`.execute(
      job.tx,
    );
    job.changes.note(
      first.line,
      {
        id: 0,
        status: 'changed',
        fields: [{ column: 'lines', before: own.length + rows.length, after: own.length }],
      },
      false,
    );
  }
}

async function flagOverpaid(job: Job, parts: readonly Part[]): Promise<void> {
  const settled = await settledOf(
    job,
    parts.flatMap(({ invoice }) => invoice?.id ?? []),
    [],
  );
  for (const { line, invoice } of parts) {
    if (!invoice) continue;
    const over = (settled.get(invoice.id)?.settled_minor ?? 0) - invoice.amount_minor;
    if (over === 0 || over < 0 !== invoice.amount_minor < 0) continue;
    const more = minorText(BigInt(Math.abs(over)), job.currency);
    job.changes.flag(
      line,
      `The invoice "${invoice.number}" is paid by ${job.currency} ${more} more than it comes to. It is taken in, and stands as a credit on the invoice.`,
    );
  }
}
