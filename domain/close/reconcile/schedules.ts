/** What is paid ahead: released in equal parts at the end of each month it is for, as the company's schedules say. */
import { addMonths, firstDayOfMonth, lastDayOfMonth, monthRange } from '../../calendar.ts';
import { safeNumber, splitMinor } from '../../money.ts';
import type { LedgerMovement } from './facts.ts';
import type { PrepaidSchedule } from './methods.ts';
import { JOURNALS } from './plan.ts';
import type { DocumentBooks } from './postings.ts';

/** Each schedule begins with the entry that pays it, or with the first day it is for. */
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
  const payments = paymentsOf(schedules, paid);
  for (const schedule of schedules) {
    const { what, from_month, to_month, amount_minor } = schedule;
    const payment = payments.get(schedule);
    const document = { kind: 'entry', id: payment?.entry_id ?? 0, ref: payment?.number ?? what } as const;
    const first = payment?.booked_on ?? firstDayOfMonth(from_month);
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
  const told = new Set(payments.values());
  for (const payment of paid) {
    if (told.has(payment)) continue;
    const { entry_id: id, number: ref, booked_on: day, amount_minor } = payment;
    const documents = [{ kind: 'entry', id, ref }] as const;
    books.suspect({ role: 'prepaid', day, amount_minor, cause: 'entry_by_hand', ref, documents });
  }
}

/** An entry of just its amount, up to so many months before those it is for. */
export const PAID_AHEAD_MONTHS = 12;

/** Of the same amount year after year each pays what begins nearest to it. */
function paymentsOf(
  schedules: readonly PrepaidSchedule[],
  paid: readonly LedgerMovement[],
): ReadonlyMap<PrepaidSchedule, LedgerMovement> {
  const pairs = schedules
    .flatMap((schedule) => {
      const begins = firstDayOfMonth(schedule.from_month);
      const earliest = firstDayOfMonth(addMonths(schedule.from_month, -PAID_AHEAD_MONTHS));
      return paid
        .filter(
          ({ amount_minor, booked_on }) =>
            amount_minor === schedule.amount_minor &&
            booked_on >= earliest &&
            booked_on <= lastDayOfMonth(schedule.to_month),
        )
        .map((payment) => ({ schedule, payment, days: Math.abs(payment.booked_on - begins) }));
    })
    .toSorted((a, b) => a.days - b.days);
  const found = new Map<PrepaidSchedule, LedgerMovement>();
  const taken = new Set<LedgerMovement>();
  for (const { schedule, payment } of pairs) {
    if (found.has(schedule) || taken.has(payment)) continue;
    found.set(schedule, payment);
    taken.add(payment);
  }
  return found;
}
