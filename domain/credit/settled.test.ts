import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayNumber, monthOfDay } from '../calendar.ts';
import { foreignSteps, settlementDay, takenOffBy } from './settled.ts';

const day = (iso: string): number => dayNumber(iso) ?? Number.NaN;

test('a payment settles on the later day of both; in a locked month on the first day that takes postings', () => {
  const paid_on = day('2026-09-20');
  const locked =
    (...months: readonly number[]) =>
    (month: number) =>
      months.includes(month);
  expect(settlementDay({ paid_on, posted_on: day('2026-10-05') }, locked())).toBe(day('2026-10-05'));
  expect(settlementDay({ paid_on, posted_on: day('2026-09-05') }, locked())).toBe(paid_on);
  // its own month does not matter where its invoice comes later
  expect(settlementDay({ paid_on, posted_on: day('2026-10-05') }, locked(202609))).toBe(day('2026-10-05'));
  expect(settlementDay({ paid_on, posted_on: day('2026-09-25') }, locked(202609))).toBe(day('2026-10-01'));
  expect(settlementDay({ paid_on: day('2026-11-02'), posted_on: 0 }, locked(202611, 202612))).toBe(day('2027-01-01'));
});

test('the steps of a payment are at every day what it takes off, and never move a locked month', () => {
  const amount = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });
  const on = fc.integer({ min: 20_000, max: 20_400 });
  fc.assert(
    fc.property(
      amount,
      amount,
      amount,
      on,
      on,
      on,
      fc.uniqueArray(fc.nat({ max: 14 })),
      (came, won, own, paid, posted, asked, nth) => {
        const months = new Set(nth.map((each) => monthOfDay(20_000 + 30 * each)));
        const settled_on = settlementDay({ paid_on: paid, posted_on: posted }, (month) => months.has(month));
        const payment = { paid_on: paid, settled_on, amount_minor: came, exchange_minor: won, foreign_minor: own };
        const steps = foreignSteps(payment);
        const until = steps.filter((step) => step.day <= asked);
        const sum = (of: (step: (typeof steps)[number]) => number) => until.reduce((all, step) => all + of(step), 0);
        expect(sum((step) => -step.booked_minor) + 0).toBe(takenOffBy(payment, asked) + 0);
        expect(sum((step) => -step.foreign_minor) + 0).toBe(paid <= asked ? own + 0 : 0);
        expect(sum((step) => step.realised_minor)).toBe(settled_on <= asked && won !== 0 ? won : 0);
        expect(settled_on).toBeGreaterThanOrEqual(Math.max(paid, posted));
        expect(months.has(monthOfDay(settled_on))).toBe(false);
      },
    ),
  );
});
