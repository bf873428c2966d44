/** What the bank holds at the end of a day: accounts in the company's currency as booked, others at the newest closing rate. */
import { monthOfDay } from '#domain/calendar.ts';
import { type MonthClosing, type ValuedHolding, valuedHolding } from '#domain/credit/bankHolding.ts';
import { onlyValues } from '#domain/close/reconcile/bank/ownCurrency.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { QueryContext } from '../context.ts';
import { companyJournals } from '../ledger/journals.ts';

export const BANK_TABLES = [
  'gl_account',
  'gl_entry',
  'gl_line',
  'gl_journal',
  'fx_rate',
] as const satisfies readonly WireTableName[];

export interface BankHoldings {
  readonly amount_minor: number;
  /** Those in other currencies. */
  readonly own: readonly ValuedHolding[];
}

/** Null when no account has the role bank. */
export async function bankHoldings(
  context: QueryContext,
  company: { readonly id: number; readonly currency: string },
  as_of_on: number,
): Promise<BankHoldings | null> {
  const accounts = context.scan<readonly [id: number, code: string, currency: string | null, booked: number]>(
    `SELECT a.id, a.code, a.currency, coalesce((
       SELECT sum(l.amount_minor) FROM main.gl_line l JOIN main.gl_entry e ON e.id = l.entry_id
       WHERE l.account_id = a.id AND e.booked_on <= ?), 0)
     FROM main.gl_account a WHERE a.company_id = ? AND a.role = 'bank' ORDER BY a.code`,
    [as_of_on, company.id],
  );
  if (accounts.length === 0) return null;
  let amount_minor = 0;
  const own: ValuedHolding[] = [];
  for (const [id, code, currency, booked_minor] of accounts) {
    if (currency === null) {
      amount_minor += booked_minor;
      continue;
    }
    const own_minor = await ownMinor(context, company.id, id, as_of_on);
    const rates = ratesOf(context, company.id, currency, as_of_on);
    const valued = valuedHolding({ code, currency, booked_minor, own_minor }, { ours: company.currency, rates });
    amount_minor += valued.amount_minor;
    own.push(valued);
  }
  return { amount_minor, own };
}

/** Null where an entry does not say its amount in the account's currency. */
async function ownMinor(
  context: QueryContext,
  company_id: number,
  account_id: number,
  as_of_on: number,
): Promise<number | null> {
  const [[sum] = [0]] = context.scan<readonly [number]>(
    `SELECT coalesce(sum(l.foreign_minor), 0) FROM main.gl_line l JOIN main.gl_entry e ON e.id = l.entry_id
     WHERE l.account_id = ? AND e.booked_on <= ?`,
    [account_id, as_of_on],
  );
  const silent = context.scan<readonly [journal: string, ref: string | null]>(
    `SELECT DISTINCT e.journal, e.ref FROM main.gl_line l JOIN main.gl_entry e ON e.id = l.entry_id
     WHERE l.account_id = ? AND e.booked_on <= ? AND l.foreign_minor IS NULL AND l.amount_minor <> 0`,
    [account_id, as_of_on],
  );
  if (silent.length === 0) return sum;
  const journals = await companyJournals(context, company_id);
  return silent.every(([journal, ref]) => onlyValues(journals.kindOf(journal), ref)) ? sum : null;
}

function ratesOf(
  context: QueryContext,
  company_id: number,
  currency: string,
  as_of_on: number,
): readonly MonthClosing[] {
  return context
    .scan<readonly [month: number, rate_micro: number, per_units: number]>(
      `SELECT month, closing_rate_micro, per_units FROM main.fx_rate
       WHERE company_id = ? AND currency = ? AND month <= ? ORDER BY month`,
      [company_id, currency, monthOfDay(as_of_on)],
    )
    .map(([month, rate_micro, per_units]) => ({ month, rate_micro, per_units }));
}
