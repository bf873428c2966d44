/** What is paid ahead: released in equal parts at the end of each month it is for, as the company's schedules say. */
import { firstDayOfMonth, lastDayOfMonth, monthRange } from '../../calendar.ts';
import { safeNumber, splitMinor } from '../../money.ts';
import type { LedgerMovement } from './facts.ts';
import type { PrepaidSchedule } from './methods.ts';
import { JOURNALS } from './plan.ts';
import type { DocumentBooks } from './postings.ts';

/** Each schedule begins with the first entry of its amount that pays one, or with the first day it is for. */
export function prepaid(
  books: DocumentBooks,
  movements: readonly LedgerMovement[],
  cut_off: number,
  schedules: readonly PrepaidSchedule[],
): void {
  if (schedules.length === 0) return;
  const paid = movements.filter(
    ({ role, journal_kind, amount_minor }) =>
      role === 'prepaid' && JOURNALS.prepaid.own.has(journal_kind) && amount_minor > 0,
  );
  for (const { what, from_month, to_month, amount_minor } of schedules) {
    const begins = firstDayOfMonth(from_month);
    const near = paid
      .filter((each) => each.amount_minor === amount_minor)
      .toSorted((a, b) => Math.abs(a.booked_on - begins) - Math.abs(b.booked_on - begins))[0];
    if (near) paid.splice(paid.indexOf(near), 1);
    const document = { kind: 'entry', id: near?.entry_id ?? 0, ref: near?.number ?? what } as const;
    const first = near?.booked_on ?? begins;
    books.post('prepaid', first, amount_minor, { document });
    let left = first <= cut_off ? amount_minor : 0;
    const months = monthRange(from_month, to_month);
    const parts = splitMinor(
      BigInt(amount_minor),
      months.map(() => 1n),
    );
    for (const [nth, part] of parts.entries()) {
      const day = lastDayOfMonth(months[nth] ?? from_month);
      books.post('prepaid', day, -safeNumber(part), { document });
      if (day <= cut_off) left -= safeNumber(part);
    }
    if (left !== 0) books.openAt('prepaid', `${what}, months to come`, cut_off, left);
  }
  for (const { entry_id: id, number: ref, booked_on: day, amount_minor } of paid) {
    const documents = [{ kind: 'entry', id, ref }] as const;
    books.suspect({ role: 'prepaid', day, amount_minor, cause: 'entry_by_hand', ref, documents });
  }
}
