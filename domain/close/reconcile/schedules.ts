/** Prepaid costs and reserves: what entries themselves say is still to come. */
import { lastDayOfMonth, monthOfDay } from '../../calendar.ts';
import { safeNumber, splitMinor } from '../../money.ts';
import type { LedgerMovement } from './facts.ts';
import { JOURNALS } from './plan.ts';
import type { DocumentBooks } from './postings.ts';

/** Costs of a year are paid once and released in equal parts at the end of each month to December. */
export function prepaid(books: DocumentBooks, movements: readonly LedgerMovement[], cut_off: number): void {
  let left = 0;
  for (const movement of movements) {
    const { role, journal_kind, booked_on, amount_minor, entry_id: id, number: ref } = movement;
    if (role !== 'prepaid' || !JOURNALS.prepaid.own.has(journal_kind) || amount_minor <= 0) continue;
    const document = { kind: 'entry', id, ref } as const;
    books.post('prepaid', booked_on, amount_minor, { document });
    if (booked_on <= cut_off) left += amount_minor;
    const first = monthOfDay(booked_on);
    const months = 13 - (first % 100);
    const parts = splitMinor(
      BigInt(amount_minor),
      Array.from({ length: months }, () => 1n),
    );
    for (const [nth, part] of parts.entries()) {
      const day = lastDayOfMonth(first + nth);
      books.post('prepaid', day, -safeNumber(part), { document });
      if (day <= cut_off) left -= safeNumber(part);
    }
  }
  books.openAt('prepaid', 'Insurance and licences, months to come', cut_off, left);
}
