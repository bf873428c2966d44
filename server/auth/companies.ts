/** What an administrator says of a company. */
import { sql } from 'kysely';
import { MONTH_NAMES, monthInWords } from '#domain/calendarWords.ts';
import { drawnAnewByFiscalYear } from '#domain/close/fiscalYear.ts';
import { CLOSING_JOURNALS, inTheMidstOfAYear } from '#domain/close/yearEnd.ts';
import { companyJournals } from '#server/close/facts/ledger.ts';
import { type Actor, writeAudit } from '#server/audit/trail.ts';
import { HttpError } from '#server/http/errors.ts';
import { heldPeriods, whyLocked } from '#server/close/lockedDays.ts';
import type { Database, ServerTransaction } from '#server/schema/database.ts';

interface FiscalYearSet {
  readonly code: string;
  /** 1–12 */
  readonly month: number;
  readonly by: Actor;
  readonly now_ms: number;
}

/**
 * Written into the audit trail where it changed anything. Throws HttpError 404, and 409 `conflict` where the trial balance of a locked
 * month would come out otherwise, or closing entries would end no year any more.
 */
export async function setFiscalYear(db: Database, { code, month, by, now_ms }: FiscalYearSet): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const company = await tx
      .selectFrom('company')
      .select(['id', 'fiscal_year_start_month'])
      .where('code', '=', code)
      .forUpdate()
      .executeTakeFirst();
    if (!company) throw new HttpError(404, 'not_found', `There is no company ${code}.`);
    const before = company.fiscal_year_start_month;
    if (before === month) return;
    await refuseLocked(tx, { code, company_id: company.id, before, after: month, now_ms });
    await refuseClosed(tx, { code, company_id: company.id, before, after: month });
    await tx
      .updateTable('company')
      .set({ fiscal_year_start_month: month, written_at: new Date(now_ms) })
      .where('id', '=', company.id)
      .execute();
    await writeAudit(tx, now_ms, {
      kind: 'company_changed',
      by,
      about: code,
      detail: {
        fiscal_year_begins_with: MONTH_NAMES[month - 1] ?? null,
        before: MONTH_NAMES[before - 1] ?? null,
      },
    });
  });
}

/** A year that was closed has to end where it was closed: its result is carried there, and what follows begins anew. */
async function refuseClosed(
  tx: ServerTransaction,
  change: { readonly code: string; readonly company_id: number; readonly before: number; readonly after: number },
): Promise<void> {
  const { code, company_id, before, after } = change;
  const journals = (await companyJournals(tx, company_id)).codesOf(CLOSING_JOURNALS);
  if (journals.length === 0) return;
  const { rows } = await sql<{ readonly month: number }>`
    select month from gl_entry where company_id = ${company_id} and journal = any(${[...journals]}) group by month
    order by month desc`.execute(tx);
  const closed = inTheMidstOfAYear(
    rows.map(({ month }) => month),
    { before, after },
  );
  if (closed.length === 0) return;
  throw new HttpError(
    409,
    'conflict',
    `The fiscal year of ${code} stays as it is: closing entries end a year in ${closed.map(monthInWords).join(', ')}, which would lie in the middle of one. Take them out of the ledger, or give their journal another kind under Imports, and set the fiscal year then.`,
  );
}

async function refuseLocked(
  tx: ServerTransaction,
  change: {
    readonly code: string;
    readonly company_id: number;
    readonly before: number;
    readonly after: number;
    readonly now_ms: number;
  },
): Promise<void> {
  const { code, company_id, before, after, now_ms } = change;
  const periods = await heldPeriods(tx, company_id);
  const locked = periods.filter((row) => whyLocked(row, 'ledger', now_ms) !== null);
  if (locked.length === 0) return;
  const { rows } = await sql<{ readonly month: number }>`
    select month from gl_line where company_id = ${company_id} group by month`.execute(tx);
  const changed = drawnAnewByFiscalYear(
    { locked: locked.map(({ period }) => period), booked: rows.map((line) => line.month) },
    { before, after },
  );
  if (changed.length === 0) return;
  const named = (months: readonly number[]): string =>
    months
      .toSorted((a, b) => b - a)
      .map(monthInWords)
      .join(', ');
  const for_good = changed.filter((month) =>
    locked.some(({ period, state }) => period === month && state === 'hard_locked'),
  );
  throw new HttpError(
    409,
    'conflict',
    for_good.length > 0
      ? `The fiscal year of ${code} stays as it is: it would change the trial balance of ${named(for_good)}, locked for good. It can be set until a month is locked for good.`
      : `The fiscal year of ${code} stays as it is: it would change the trial balance of ${named(changed)}, whose ledger is locked. Have it opened again under Close, set the fiscal year, and lock it again.`,
  );
}
