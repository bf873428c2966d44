/** How long what is overdue is waited for yet, learned from the company's own receipts as the copies learn it. */
import { sql } from 'kysely';
import { dayNumber, isoDate } from '#domain/calendar.ts';
import { learnWaits, type OverdueWaits, WAITS_LEARNED_DAYS } from '#domain/planning/overdueWaits.ts';
import type { CompanyDay } from '#server/commands/companyDay.ts';
import type { ServerTransaction } from '#server/schema/database.ts';

interface Row {
  readonly supplier_id: number;
  readonly ordered_on: string;
  readonly promised_on: string;
  readonly received_on: string | null;
  readonly told: readonly (readonly [told_on: string, promised_on: string])[];
}

export async function overdueWaits(tx: ServerTransaction, { id, today_on }: CompanyDay): Promise<OverdueWaits> {
  const today = isoDate(today_on);
  const { rows } = await sql<Row>`
    select p.supplier_id, p.ordered_on::text as ordered_on, l.promised_on::text as promised_on,
      (case when p.state = 'open' and l.received_qty_milli < l.ordered_qty_milli then null else l.received_on end)::text
        as received_on,
      coalesce((select json_agg(json_build_array(e.told_on, e.promised_on) order by e.told_on, e.id)
        from promise_event e where e.po_line_id = l.id), '[]'::json) as told
    from purchase_order p join po_line l on l.purchase_order_id = p.id
    where p.company_id = ${id} and p.state <> 'cancelled' and (p.state = 'open' or l.received_on is not null)
      and (l.received_on is null or l.received_on >= ${isoDate(today_on - WAITS_LEARNED_DAYS)}::date)
      and coalesce(l.received_on, ${today}::date) > l.promised_on`.execute(tx);
  const day = (text: string): number => dayNumber(text) ?? Number.NaN;
  return learnWaits(
    rows.map(({ supplier_id, ordered_on, promised_on, received_on, told }) => ({
      supplier_id,
      ordered_on: day(ordered_on),
      promised_on: day(promised_on),
      received_on: received_on === null ? null : day(received_on),
      told: told.map(([told_on, then]) => ({ told_on: day(told_on), promised_on: day(then) })),
    })),
    today_on,
  );
}
