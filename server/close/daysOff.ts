/** The company's days off as the server has them, and the due days that move with them. */
import { addWorkdays, dayNumber, isoDate } from '#domain/calendar.ts';
import { daysOff } from '#domain/close/daysOff.ts';
import type { ServerTransaction } from '#server/schema/database.ts';

export async function companyDaysOff(tx: ServerTransaction, company_id: number): Promise<ReadonlySet<number>> {
  const rows = await tx
    .selectFrom('buying_calendar')
    .select(['closed_on', 'valid_from', 'valid_to'])
    .where('company_id', '=', company_id)
    .where('party_id', 'is', null)
    .where('site_id', 'is', null)
    .orderBy('id')
    .execute();
  const dayOf = (day: string | null): number | null => (day === null ? null : dayNumber(day));
  return daysOff(rows.map((row) => ({ ...row, valid_from: dayOf(row.valid_from), valid_to: dayOf(row.valid_to) })));
}

/** Of months that are not locked for good. A signature is not bound to the day a task is due. */
export async function moveDueDays(tx: ServerTransaction, company_id: number): Promise<void> {
  const off = await companyDaysOff(tx, company_id);
  const tasks = await tx
    .selectFrom('close_task as t')
    .innerJoin('close_period as p', 'p.id', 't.period_id')
    .select(['t.id', 't.due_day', 't.due_on', 'p.cut_off_on'])
    .where('p.company_id', '=', company_id)
    .where('p.state', '<>', 'hard_locked')
    .orderBy('t.id')
    .execute();
  for (const { id, due_day, due_on, cut_off_on } of tasks) {
    const moved = isoDate(addWorkdays(dayNumber(cut_off_on) ?? 0, due_day, off));
    if (moved !== due_on) await tx.updateTable('close_task').set({ due_on: moved }).where('id', '=', id).execute();
  }
}
