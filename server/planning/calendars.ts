/** The calendars of order and receiving days from today on, as the server has them. */
import { dayNumber } from '#domain/calendar.ts';
import { type BuyingCalendar, calendarOf } from '#domain/planning/buyingCalendar.ts';
import type { CompanyDay } from '#server/commands/companyDay.ts';
import type { ServerTransaction } from '#server/schema/database.ts';

/** Of a supplier, or none, and a site; null = any day. */
export async function calendarsOf(
  tx: ServerTransaction,
  { id, today_on }: CompanyDay,
): Promise<(supplier_id: number | null, site_id: number) => BuyingCalendar | null> {
  const rows = await tx
    .selectFrom('buying_calendar')
    .select(['party_id', 'site_id', 'orders_on', 'receives_on', 'closed_on', 'valid_from', 'valid_to'])
    .where('company_id', '=', id)
    .orderBy('id')
    .execute();
  const dayOf = (day: string | null): number | null => (day === null ? null : dayNumber(day));
  const versions = Map.groupBy(
    rows.map((row) => ({ ...row, valid_from: dayOf(row.valid_from), valid_to: dayOf(row.valid_to) })),
    ({ party_id, site_id }) => `${party_id ?? ''}:${site_id ?? ''}`,
  );
  return (supplier_id, site_id) => {
    const supplier = versions.get(`${supplier_id ?? 'none'}:`) ?? [];
    const site = versions.get(`:${site_id}`) ?? [];
    const calendar = calendarOf({ supplier, site }, today_on);
    return calendar.orders.length === 0 && calendar.receives.length === 0 ? null : calendar;
  };
}
