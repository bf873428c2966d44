/** What an administrator says of a company. */
import { MONTH_NAMES } from '#domain/calendarWords.ts';
import { type Actor, writeAudit } from '#server/audit/trail.ts';
import { HttpError } from '#server/http/errors.ts';
import type { Database } from '#server/schema/database.ts';

interface FiscalYearSet {
  readonly code: string;
  /** 1–12 */
  readonly month: number;
  readonly by: Actor;
  readonly now_ms: number;
}

/** Written into the audit trail where it changed anything. Throws HttpError 404. */
export async function setFiscalYear(db: Database, { code, month, by, now_ms }: FiscalYearSet): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const company = await tx
      .selectFrom('company')
      .select(['id', 'fiscal_year_start_month'])
      .where('code', '=', code)
      .forUpdate()
      .executeTakeFirst();
    if (!company) throw new HttpError(404, 'not_found', `There is no company ${code}.`);
    if (company.fiscal_year_start_month === month) return;
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
        before: MONTH_NAMES[company.fiscal_year_start_month - 1] ?? null,
      },
    });
  });
}
