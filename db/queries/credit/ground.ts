/** What is open of every invoice and bill of a company as of a day, what was paid ahead, and how parties pay. */
import { type PaymentHabit, paymentHabit, type Settled } from '#domain/credit/paymentHabit.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { OwnAmount } from '#contract/queries.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { QueryContext } from '../context.ts';
import { rememberedOf } from '../readCache.ts';
import { seesWholeCompany } from '../rights.ts';
import {
  MATCHED_PAYMENTS,
  OWN_PAID_OF_INVOICE,
  PAID_OF_INVOICE,
  PAID_AHEAD_BY_PARTY,
  paidAheadAsked,
  UNSETTLED_BY_PARTY,
  unsettledAsked,
} from './settled.ts';

export interface OpenInvoice {
  readonly id: number;
  readonly kind: 'customer' | 'supplier';
  readonly party_id: number;
  readonly number: string;
  readonly order_id: number | null;
  readonly issued_on: number;
  readonly due_on: number;
  /** As it was booked, in the company's currency. */
  readonly amount_minor: number;
  /** At the rate it was booked at. */
  readonly open_minor: number;
  /** What is open in the currency it is made out in, where that is another; null = the company's. */
  readonly own: OwnAmount | null;
}

export interface CreditGround {
  /** By party, the oldest due first. */
  readonly open: ReadonlyMap<number, readonly OpenInvoice[]>;
  /** Of customers: what they paid that settles no invoice yet. */
  readonly deposits_minor: ReadonlyMap<number, number>;
  /** Of both: what came, or went, and is not off an invoice that is posted. */
  readonly paid_ahead_minor: ReadonlyMap<number, number>;
  readonly habits: ReadonlyMap<number, PaymentHabit>;
  /** Of all who paid: for parties with too few payments. Days after the due day. */
  readonly usual_days: { readonly customer: number; readonly supplier: number };
}

export const CREDIT_TABLES = ['invoice', 'payment', 'party'] as const satisfies readonly WireTableName[];
const HABIT_DAYS = 365;

/** Throws `not_permitted` unless the person sees all of the company's ledger. */
export async function creditGround(context: QueryContext, company_id: number, as_of_on: number): Promise<CreditGround> {
  if (!seesWholeCompany(context.user, company_id, 'finance')) {
    throw new BinnacleError('not_permitted', 'What customers of a whole company owe is for Finance.');
  }
  return await rememberedOf(
    context,
    (cache) => cache.credit,
    `${company_id}/${as_of_on}`,
    CREDIT_TABLES,
    async () => readGround(context, company_id, as_of_on),
    2,
  );
}

function readGround(context: QueryContext, company_id: number, as_of_on: number): CreditGround {
  // in the order of the ids both are read once from end to end; of an invoice posted later only what was paid for it is there
  const all_open = context.scan<
    readonly [
      id: number,
      kind: string,
      party_id: number,
      number: string,
      order_id: number | null,
      issued_on: number,
      due_on: number,
      amount_minor: number,
      open_minor: number,
      posted: number,
      currency: string | null,
      own_minor: number | null,
    ]
  >(
    `SELECT * FROM (
         SELECT i.id, i.kind, i.party_id, i.number, i.order_id, i.issued_on, i.due_on,
           iif(i.posted_on <= ?, i.amount_minor, 0) AS amount_minor,
           iif(i.posted_on <= ?, i.amount_minor, 0) - ${PAID_OF_INVOICE} AS open_minor, i.posted_on <= ? AS posted,
           i.currency, iif(i.currency IS NULL, NULL, i.foreign_minor - ${OWN_PAID_OF_INVOICE}) AS own_minor
         FROM main.invoice i NOT INDEXED WHERE i.company_id = ?)
       WHERE open_minor <> 0`,
    [as_of_on, as_of_on, as_of_on, as_of_on, as_of_on, company_id],
  );
  const invoices = all_open
    .filter((row) => row[9] === 1)
    .map(
      ([id, kind, party_id, number, order_id, issued_on, due_on, amount_minor, open_minor, , currency, own_minor]) =>
        ({
          id,
          kind: kind === 'customer' ? 'customer' : 'supplier',
          party_id,
          number,
          order_id,
          issued_on,
          due_on,
          amount_minor,
          open_minor,
          own: currency === null || own_minor === null ? null : { currency, amount_minor: own_minor },
        }) satisfies OpenInvoice,
    )
    .toSorted((a, b) => a.due_on - b.due_on || a.id - b.id);
  context.checkCancelled();
  const deposits = new Map(
    context.scan<readonly [number, number]>(UNSETTLED_BY_PARTY, unsettledAsked(company_id, as_of_on)),
  );
  for (const { 1: kind, 2: party_id, 8: open_minor, 9: posted } of all_open) {
    if (kind === 'customer' && posted === 0) deposits.set(party_id, (deposits.get(party_id) ?? 0) - open_minor);
  }
  const settled = new Map<number, Settled[]>();
  const all = { customer: [] as Settled[], supplier: [] as Settled[] };
  const rows = context.scan<readonly [number, string, number, number, number]>(MATCHED_PAYMENTS, [
    company_id,
    as_of_on - HABIT_DAYS,
    as_of_on,
  ]);
  for (const [party_id, kind, due_on, paid_on, amount_minor] of rows) {
    const each = { due_on, paid_on, amount_minor };
    const own = settled.get(party_id);
    if (own) own.push(each);
    else settled.set(party_id, [each]);
    all[kind === 'customer' ? 'customer' : 'supplier'].push(each);
  }
  context.checkCancelled();
  const habits = new Map(
    [...settled].flatMap(([party_id, of]) => {
      const habit = paymentHabit(of);
      return habit === null ? [] : [[party_id, habit] as const];
    }),
  );
  return {
    open: Map.groupBy(invoices, ({ party_id }) => party_id),
    deposits_minor: deposits,
    paid_ahead_minor: new Map(
      context.scan<readonly [number, number]>(PAID_AHEAD_BY_PARTY, paidAheadAsked(company_id, as_of_on)),
    ),
    habits,
    usual_days: { customer: paymentHabit(all.customer)?.days ?? 0, supplier: paymentHabit(all.supplier)?.days ?? 0 },
  };
}

export function usualDaysOf(ground: CreditGround, { party_id, kind }: Pick<OpenInvoice, 'party_id' | 'kind'>): number {
  return ground.habits.get(party_id)?.days ?? ground.usual_days[kind];
}
