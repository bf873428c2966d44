/** Which accounts keep their role, kind, currency and sister company: those that stand in a month whose ledger is locked. */
import { monthInWords } from '#domain/calendarWords.ts';
import { sql } from 'kysely';
import { textArray } from '#server/imports/arrayText.ts';
import type { ImportDatabase } from '#server/imports/schema.ts';
import { heldPeriods, lockedHow } from './lockedDays.ts';

/** An account as a file wants it; undefined = the file does not say. Its currency as it is kept: null = the company's. */
interface AccountLine {
  readonly line_number: number;
  readonly row: {
    readonly code: string;
    readonly kind: string;
    readonly role?: string | null | undefined;
    readonly currency?: string | null | undefined;
    readonly partner_company_id?: number | null | undefined;
  };
}

/** So many months a sentence names before it counts the rest. */
const NAMED_MONTHS = 3;

/** Why, by line number. The database refuses the same (migrations 087, 105). */
export async function lockedAccounts(
  { tx, company_id, now }: { readonly tx: ImportDatabase; readonly company_id: number; readonly now: Date },
  lines: readonly AccountLine[],
): Promise<Map<number, string>> {
  const reasons = new Map<number, string>();
  const { rows: accounts } = await sql<{
    code: string;
    kind: string;
    role: string | null;
    currency: string | null;
    partner_company_id: number | null;
  }>`
    select code, kind, role, currency, partner_company_id from gl_account where company_id = ${company_id}::bigint
      and code = any(${textArray(new Set(lines.map(({ row }) => row.code)))}::text::text[])`.execute(tx);
  const kept = new Map(accounts.map((account) => [account.code, account]));
  const changing = lines.filter(({ row }) => {
    const account = kept.get(row.code);
    return (
      account &&
      (account.kind !== row.kind ||
        (row.role !== undefined && account.role !== row.role) ||
        (row.currency !== undefined && account.currency !== row.currency) ||
        // the first name given says whose it always was
        (row.partner_company_id !== undefined &&
          account.partner_company_id !== null &&
          account.partner_company_id !== row.partner_company_id))
    );
  });
  if (changing.length === 0) return reasons;
  const periods = await heldPeriods(tx, company_id);
  const locked = periods
    .flatMap((period) => {
      const how = lockedHow(period, 'ledger', now.getTime());
      return how === null ? [] : [{ period: period.period, how }];
    })
    .toSorted((a, b) => b.period - a.period);
  if (locked.length === 0) return reasons;
  const { rows: firsts } = await sql<{ code: string; month: number }>`
    select a.code, min(l.month)::int as month from gl_line l join gl_account a on a.id = l.account_id
    where l.company_id = ${company_id}::bigint
      and a.code = any(${textArray(new Set(changing.map(({ row }) => row.code)))}::text::text[])
    group by a.code`.execute(tx);
  const first = new Map(firsts.map(({ code, month }) => [code, month]));
  for (const { line_number, row } of changing) {
    // a balance is all that was booked until then
    const stands = locked.filter(({ period }) => (first.get(row.code) ?? Infinity) <= period);
    if (stands.length > 0) reasons.set(line_number, whyHeld(row.code, kept.get(row.code)?.role ?? null, stands));
  }
  return reasons;
}

function whyHeld(
  code: string,
  role: string | null,
  stands: readonly { readonly period: number; readonly how: string }[],
): string {
  const for_good = stands.filter(({ how }) => how === 'for_good');
  const named = (for_good.length > 0 ? for_good : stands).map(({ period }) => monthInWords(period));
  const more = named.length - NAMED_MONTHS;
  const months = `${named.slice(0, NAMED_MONTHS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  const many = named.length > 1;
  const is = many ? 'are' : 'is';
  const its =
    role === 'bank'
      ? 'its role, kind and currency stay'
      : role === 'intercompany'
        ? 'its role, kind and sister company stay'
        : 'its role and kind stay';
  const way = 'Make a new account as you want it and book there from an open month on';
  return for_good.length > 0
    ? `The account ${code} stands in ${months}, which ${is} locked for good: ${its}. ${way}.`
    : `The account ${code} stands in ${months}, which ${is} locked: ${its}. ${way}, or have ${many ? 'them' : 'it'} opened again under Close.`;
}
