/** What entries moved on the accounts that are reconciled. */
import { type RawBuilder, sql } from 'kysely';
import { type Journals, journalsOf } from '#domain/close/journalKinds.ts';
import type { LedgerMovement } from '#domain/close/reconcile/facts.ts';
import { isReconciledRole, RECONCILED_ROLES, type ReconciledRole } from '#domain/close/reconcile/plan.ts';
import type { RatesByCurrency } from '#domain/close/reconcile/foreign.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import type { Days } from '../source.ts';
import { dateOf, dayOf, onDays } from './days.ts';

export async function accountsOf(
  tx: ServerTransaction,
  company_id: number,
): Promise<ReadonlyMap<ReconciledRole, string>> {
  const rows = await tx
    .selectFrom('gl_account')
    .select(['code', 'role'])
    .where('company_id', '=', company_id)
    .orderBy('code', 'desc')
    .execute();
  return new Map(rows.flatMap(({ role, code }) => (isReconciledRole(role) ? [[role, code] as const] : [])));
}

export async function companyJournals(tx: ServerTransaction, company_id: number): Promise<Journals> {
  const rows = await tx
    .selectFrom('gl_journal')
    .select(['code', 'name', 'kind'])
    .where('company_id', '=', company_id)
    .orderBy('id')
    .execute();
  return journalsOf(rows);
}

export async function balancesBefore(
  tx: ServerTransaction,
  company_id: number,
  day: number,
): Promise<ReadonlyMap<ReconciledRole, number>> {
  const { rows } = await sql<{ role: ReconciledRole; amount_minor: number }>`
    select a.role, sum(l.amount_minor)::bigint as amount_minor
    from gl_line l join gl_entry e on e.id = l.entry_id join gl_account a on a.id = l.account_id
    where l.company_id = ${company_id} and a.role = any(${[...RECONCILED_ROLES]}) and e.booked_on < ${dateOf(day)}
    group by a.role`.execute(tx);
  return new Map(rows.map(({ role, amount_minor }) => [role, amount_minor]));
}

export async function movementsOn(
  tx: ServerTransaction,
  company_id: number,
  days: Days,
  role: ReconciledRole | null = null,
): Promise<readonly LedgerMovement[]> {
  const roles = role === null ? [...RECONCILED_ROLES] : [role];
  return await movementsWhere(tx, company_id, sql`a.role = any(${roles}) and ${onDays('e.booked_on', days)}`);
}

async function movementsWhere(
  tx: ServerTransaction,
  company_id: number,
  where: RawBuilder<unknown>,
): Promise<readonly LedgerMovement[]> {
  const journals = await companyJournals(tx, company_id);
  const { rows } = await sql<Omit<LedgerMovement, 'journal_kind' | 'journal_name'>>`
    select a.role, e.id as entry_id, e.journal, e.number, e.memo, e.ref, ${dayOf('e.booked_on')} as booked_on,
      sum(l.amount_minor)::bigint as amount_minor,
      case when min(l.party_id) = max(l.party_id) then min(l.party_id) end as party_id
    from gl_line l join gl_entry e on e.id = l.entry_id join gl_account a on a.id = l.account_id
    where l.company_id = ${company_id} and ${where}
    group by a.role, e.id having sum(l.amount_minor) <> 0
    order by e.booked_on, e.id, a.role`.execute(tx);
  return rows.map((row) => ({
    ...row,
    journal_kind: journals.kindOf(row.journal),
    journal_name: journals.nameOf(row.journal),
  }));
}

/** Units of each currency for the company's own, by month. */
export async function ratesOf(tx: ServerTransaction, company_id: number): Promise<RatesByCurrency> {
  const rows = await tx
    .selectFrom('fx_rate')
    .select(['currency', 'month', 'average_rate_micro', 'closing_rate_micro', 'per_units'])
    .where('company_id', '=', company_id)
    .execute();
  const byCurrency = Map.groupBy(rows, ({ currency }) => currency);
  return new Map(
    [...byCurrency].map(([currency, rates]) => [
      currency,
      new Map(
        rates.map(({ month, average_rate_micro, closing_rate_micro, per_units }) => [
          month,
          {
            average: { rate_micro: average_rate_micro, per_units },
            closing: { rate_micro: closing_rate_micro, per_units },
          },
        ]),
      ),
    ]),
  );
}
