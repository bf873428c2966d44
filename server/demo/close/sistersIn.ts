/** For tests: the books of companies about each other from generated rows in memory, all of them. */
import { journalsOf } from '#domain/close/journalKinds.ts';
import { sisterAccounts } from '#domain/close/reconcile/sister/accounts.ts';
import type { SisterBooks, SisterEntry, SisterRates } from '#domain/close/reconcile/sister/facts.ts';
import { byId, type CollectedRows, groupBy } from '../testing.ts';

export function sistersIn(
  rows: CollectedRows,
  company_id: number,
  { cut_off, until }: { readonly cut_off: number; readonly until: number },
): SisterBooks | null {
  const companies = byId(rows.company);
  const accounts = rows.gl_account
    .filter(({ role }) => role === 'intercompany')
    .map((row) => ({
      ...row,
      company_name: companies.get(row.company_id)?.name ?? '',
      currency: companies.get(row.company_id)?.currency ?? '',
    }));
  const names = new Map(rows.company.map(({ id, name }) => [id, name]));
  const found = sisterAccounts(accounts, company_id, names);
  if (!found) return null;
  const all = byId(rows.gl_account);
  const entries = byId(rows.gl_entry);
  const lines = groupBy(rows.gl_line, ({ entry_id }) => entry_id);
  const journals = Map.groupBy(rows.gl_journal, (each) => each.company_id);
  const entriesOn = (ids: readonly number[]): readonly SisterEntry[] =>
    [...lines].flatMap(([entry_id, own]): readonly SisterEntry[] => {
      const entry = entries.get(entry_id);
      const amount_minor = sumOf(own.filter(({ account_id }) => ids.includes(account_id)));
      if (!entry || amount_minor === 0 || entry.booked_on > until) return [];
      const roles = own.map(({ account_id }) => all.get(account_id)?.role ?? null);
      const others = own.filter((_, nth) => roles[nth] !== 'intercompany' && roles[nth] !== 'fx_gain');
      const { number, ref, memo, booked_on, journal } = entry;
      const journal_kind = journalsOf(journals.get(entry.company_id) ?? []).kindOf(journal);
      const trade = roles.includes('intercompany_sales')
        ? 'sold'
        : roles.includes('intercompany_purchases')
          ? 'bought'
          : null;
      const other_minor = others.length === 0 && roles.includes('fx_gain') ? null : sumOf(others);
      return [
        {
          entry_id,
          number,
          ref,
          memo,
          journal_kind,
          booked_on,
          amount_minor,
          paid: roles.includes('bank'),
          trade,
          other_minor,
        },
      ];
    });
  const ratesOf = (of: number, currency: string): SisterRates =>
    new Map(
      rows.fx_rate
        .filter((rate) => rate.company_id === of && rate.currency === currency)
        .map(({ month, average_rate_micro, closing_rate_micro, per_units }) => [
          month,
          {
            average: { rate_micro: average_rate_micro, per_units },
            closing: { rate_micro: closing_rate_micro, per_units },
          },
        ]),
    );
  return {
    pairs: found.pairs.map(({ sister, ours, hers }) => ({
      sister,
      ours: entriesOn(ours),
      hers: entriesOn(hers),
      our_rates: ratesOf(company_id, sister.currency),
      her_rates: ratesOf(sister.id, found.currency),
    })),
    unpaired: found.unpaired.map(({ id, code, sister }) => {
      const booked = rows.gl_line.filter(
        ({ account_id, entry_id }) => account_id === id && (entries.get(entry_id)?.booked_on ?? Infinity) <= cut_off,
      );
      return { code, sister, balance_minor: sumOf(booked) };
    }),
  };
}

function sumOf(lines: readonly { readonly amount_minor: number }[]): number {
  return lines.reduce((sum, each) => sum + each.amount_minor, 0);
}
