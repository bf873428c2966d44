/** Entries in a ledger, as a test posts them. */
import type { Database } from '#server/schema/database.ts';

export interface Posting {
  readonly journal: string;
  readonly number: string;
  readonly ref?: string;
  readonly booked_on?: string;
  readonly lines: readonly (readonly [account: string, amount_minor: number, foreign_minor?: number])[];
}

export function against(one: string, other: string, amount_minor: number): Posting['lines'] {
  return [
    [one, amount_minor],
    [other, -amount_minor],
  ];
}

/** @param accounts their ids by code */
export async function postEntry(
  db: Database,
  { company_id, now_ms, accounts }: { company_id: number; now_ms: number; accounts: ReadonlyMap<string, number> },
  { journal, number, ref, booked_on = '2026-10-20', lines }: Posting,
): Promise<void> {
  const place = { company_id, month: Number(booked_on.slice(0, 7).replace('-', '')) };
  const head = { ...place, journal, number, booked_on, posted_at: new Date(now_ms), ref: ref ?? null, memo: 'By hand' };
  const entry = await db.insertInto('gl_entry').values(head).returning('id').executeTakeFirstOrThrow();
  await db
    .insertInto('gl_line')
    .values(
      lines.map(([code, amount_minor, foreign_minor = null]) => ({
        ...place,
        foreign_minor,
        channel_id: null,
        entry_id: entry.id,
        party_id: null,
        ref: ref ?? null,
        account_id: accounts.get(code) ?? 0,
        amount_minor,
      })),
    )
    .execute();
}
