/** The ledger's entries as rows. */
import { monthOfDay } from '#domain/calendar.ts';
import type { DemoBatch, DemoRow } from '../rows.ts';
import type { Ids } from '../size.ts';
import type { AccountIds } from './accounts.ts';
import type { Journals } from './journals.ts';

const DAY_MS = 86_400_000;
/** Journals are posted in the evening. */
const EVENING_MS = 18 * 3_600_000;
const FLUSH_ROWS = 4_000;

export function* entryBatches(
  company_id: number,
  journals: Journals,
  accounts: AccountIds,
  ids: Ids,
): Generator<DemoBatch> {
  let entries: DemoRow<'gl_entry'>[] = [];
  let lines: DemoRow<'gl_line'>[] = [];
  for (const entry of journals.entries()) {
    const { journal, number, booked_on, ref, memo } = entry;
    const month = monthOfDay(booked_on);
    const id = ids.next();
    entries.push({
      id,
      company_id,
      month,
      journal,
      number,
      booked_on,
      posted_at: booked_on * DAY_MS + EVENING_MS,
      ref,
      memo,
      changed_at: null,
    });
    for (const line of entry.lines) {
      lines.push({
        id: ids.next(),
        company_id,
        channel_id: line.channel_id,
        month,
        entry_id: id,
        account_id: accounts.get(line.role) ?? 0,
        party_id: line.party_id,
        amount_minor: line.amount_minor,
        ref,
        foreign_minor: null,
      });
    }
    if (lines.length >= FLUSH_ROWS) {
      yield { table: 'gl_entry', rows: entries };
      yield { table: 'gl_line', rows: lines };
      entries = [];
      lines = [];
    }
  }
  yield { table: 'gl_entry', rows: entries };
  yield { table: 'gl_line', rows: lines };
}
