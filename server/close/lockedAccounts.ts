/** Which accounts keep their role, kind and currency: those that stand in a month whose ledger is locked. */
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
  };
}

/** So many months a sentence names before it counts the rest. */
const NAMED_MONTHS = 3;

/** Why, by line number. The database refuses the same (migration 087). */
export async function lockedAccounts(
  { tx, company_id, now }: { readonly tx: ImportDatabase; readonly company_id: number; readonly now: Date },
  lines: readonly AccountLine[],
): Promise<Map<number, string>> {
  const reasons = new Map<number, string>();
  const { rows: accounts } = await sql<{ code: string; kind: string; role: string | null; currency: string | null }>`
    select code, kind, role, currency from gl_account where company_id = ${company_id}::bigint
      and code = any(${textArray(new Set(lines.map(({ row }) => row.code)))}::text::text[])`.execute(tx);
  const kept = new Map(accounts.map((account) => [account.code, account]));
  const changing = lines.filter(({ row }) => {
    const account = kept.get(row.code);
    return (
      account &&
      (account.kind !== row.kind ||
        (row.role !== undefined && account.role !== row.role) ||
        (row.currency !== undefined && account.currency !== row.currency))
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
    if (stands.length > 0) reasons.set(line_number, whyHeld(row.code, kept.get(row.code)?.role === 'bank', stands));
  }
  return reasons;
}

function whyHeld(
  code: string,
  bank: boolean,
  stands: readonly { readonly period: number; readonly how: string }[],
): string {
  const for_good = stands.filter(({ how }) => how === 'for_good');
  const named = (for_good.length > 0 ? for_good : stands).map(({ period }) => monthInWords(period));
  const more = named.length - NAMED_MONTHS;
  const months = `${named.slice(0, NAMED_MONTHS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  const many = named.length > 1;
  const is = many ? 'are' : 'is';
  const its = bank ? 'its role, kind and currency stay' : 'its role and kind stay';
  const way = 'Make a new account as you want it and book there from an open month on';
  return for_good.length > 0
    ? `The account ${code} stands in ${months}, which ${is} locked for good: ${its}. ${way}.`
    : `The account ${code} stands in ${months}, which ${is} locked: ${its}. ${way}, or have ${many ? 'them' : 'it'} opened again under Close.`;
}
