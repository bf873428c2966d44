/** What files of invoices and of payments have in common: whose documents they are, and how their own currency is told. */
import { dayNumber, isoDate, monthOfDay } from '#domain/calendar.ts';
import type { LockArea } from '#domain/close/locking.ts';
import { settlementDay } from '#domain/credit/settled.ts';
import type { OwnCurrency } from '#domain/imports/kinds/ownCurrency.ts';
import { minorText } from '#domain/money.ts';
import { type LockedDays, lockedDays } from '#server/close/lockedDays.ts';
import type { Job } from './job.ts';
import type { SyncedRow } from './syncRows.ts';

export type PartyKind = 'customer' | 'supplier';

const AREAS: Readonly<Record<PartyKind, LockArea>> = { customer: 'sales', supplier: 'purchasing' };

export async function findParties(
  job: Job,
  named: readonly { readonly party_kind: PartyKind; readonly code: string }[],
): Promise<void> {
  for (const kind of ['customer', 'supplier'] as const) {
    await job.lookups.find(
      kind,
      named.filter(({ party_kind }) => party_kind === kind).map(({ code }) => code),
    );
  }
}

/** Why nothing of a kind can be booked on a day. */
export async function lockedDocuments(job: Job): Promise<Readonly<Record<PartyKind, LockedDays>>> {
  return { customer: await lockedDays(job, AREAS.customer), supplier: await lockedDays(job, AREAS.supplier) };
}

export function monthOf(iso: string): number {
  return monthOfDay(dayOf(iso));
}

function dayOf(iso: string): number {
  const day = dayNumber(iso);
  if (day === null) throw new Error(`${iso} is no date`);
  return day;
}

/** The day a payment settles an invoice, ISO; domain/credit/settled.ts. */
export function settlementDayOf(
  { paid_on, posted_on }: { readonly paid_on: string; readonly posted_on: string },
  { isLocked }: LockedDays,
): string {
  return isoDate(settlementDay({ paid_on: dayOf(paid_on), posted_on: dayOf(posted_on) }, isLocked));
}

/** An amount in another currency has that currency's places, not the company's: a preview tells it with its currency. */
export function toldInItsCurrency(row: SyncedRow, own: OwnCurrency | null): SyncedRow {
  const currency = row.fields.find(({ column }) => column === 'currency');
  const amount = row.fields.find(({ column }) => column === 'foreign_minor');
  if (!currency && !amount) return row;
  const now = { currency: own?.currency ?? null, foreign_minor: own?.foreign_minor ?? null };
  const before = told(currency ? currency.before : now.currency, amount ? amount.before : now.foreign_minor);
  const after = told(now.currency, now.foreign_minor);
  return {
    ...row,
    fields: [
      ...row.fields.filter((field) => field !== currency && field !== amount),
      { column: 'amount_in_its_currency', before, after },
    ],
  };
}

function told(currency: unknown, minor: unknown): string | null {
  return typeof currency === 'string' && typeof minor === 'number'
    ? `${currency} ${minorText(BigInt(minor), currency)}`
    : null;
}
