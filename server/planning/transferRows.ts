/** Transfers between sites as the server has them: their steps in order, how they stand, what they count for. */
import { dayNumber } from '#domain/calendar.ts';
import {
  type Move,
  type TransferEvent,
  type TransferStanding,
  type TransferStep,
  transferStanding,
} from '#domain/transfers/transfer.ts';
import { dayInZone } from '#domain/zoneDay.ts';
import type { CompanyDay } from '#server/commands/companyDay.ts';
import type { ServerTransaction } from '#server/schema/database.ts';

export interface StoredTransfer extends Move {
  readonly id: string;
  readonly number: string;
  readonly item_id: number;
  readonly decision_id: string | null;
  readonly last: TransferEvent;
  readonly standing: TransferStanding;
}

/** Of these items, or these by their ids; in the order in which they were asked for. */
export async function storedTransfers(
  tx: ServerTransaction,
  company: CompanyDay,
  of: { readonly item_ids: readonly number[] } | { readonly ids: readonly string[] },
): Promise<readonly StoredTransfer[]> {
  const wanted = 'ids' in of ? of.ids : of.item_ids;
  if (wanted.length === 0) return [];
  let query = tx
    .selectFrom('transfer_event')
    .selectAll()
    .where('company_id', '=', company.id)
    // each step lies at both sites: one of them is enough
    .whereRef('site_id', '=', 'from_site_id');
  query = 'ids' in of ? query.where('transfer_id', 'in', of.ids) : query.where('item_id', 'in', of.item_ids);
  const rows = await query.orderBy('accepted_at').orderBy('ver').execute();
  const found: StoredTransfer[] = [];
  for (const [id, steps] of Map.groupBy(rows, (row) => row.transfer_id)) {
    const events = steps.map((row): TransferEvent => {
      const at_ms = row.accepted_at.getTime();
      return {
        step: row.step as TransferStep,
        qty_milli: row.qty_milli,
        due_on: row.due_on === null ? null : dayNumber(row.due_on),
        reason: row.reason,
        author: row.author,
        at_ms,
        said_on: dayInZone(at_ms, company.time_zone),
      };
    });
    const standing = transferStanding(events, company.today_on);
    const [first, last] = [steps[0], events.at(-1)];
    if (!first || !last || !standing) continue;
    const { number, item_id, from_site_id, to_site_id, decision_id } = first;
    found.push({ id, number, item_id, from_site_id, to_site_id, decision_id, last, standing });
  }
  return found;
}
