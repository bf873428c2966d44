/** What is paid ahead of a fiscal year, month by month. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayNumber, lastDayOfMonth, monthOfDay, monthRange } from '../../calendar.ts';
import { fiscalYearEnd } from '../fiscalYear.ts';
import { DocumentBooks } from './postings.ts';
import { prepaid } from './schedules.ts';

const day = (iso: string): number => dayNumber(iso) ?? Number.NaN;
const CUT_OFF = day('2026-10-31');
const BANK = {
  role: 'prepaid',
  entry_id: 1,
  journal: 'BNK',
  journal_kind: 'bank',
  journal_name: null,
  number: 'BNK/1',
  memo: 'Insurance',
  ref: null,
} as const;

test('costs paid ahead are released to the end of the fiscal year in parts that add up, and the rest of them is open', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 12, max: 99_999_999 }),
      fc.integer({ min: 1, max: 10 }),
      fc.constantFrom(1, 4, 7, 10),
      (amount, month, first) => {
        const paid_in = 202600 + month;
        const paid = { ...BANK, booked_on: day(`2026-${String(month).padStart(2, '0')}-10`), amount_minor: amount };
        const books = new DocumentBooks({ from: 0, cut_off: CUT_OFF, until: day('2027-12-31'), keeps: () => false });
        prepaid(books, [paid], CUT_OFF, first);
        const days = [...(books.expected.get('prepaid') ?? [])];
        expect(days.reduce((sum, [, each]) => sum + each, 0)).toBe(0);
        const until = days.filter(([on]) => on <= CUT_OFF).reduce((sum, [, each]) => sum + each, 0);
        expect(books.openDocuments().reduce((sum, each) => sum + each.amount_minor, 0)).toBe(until);
        const last = lastDayOfMonth(fiscalYearEnd(paid_in, first));
        expect(Math.max(...days.map(([on]) => on))).toBe(last);
        expect(days.filter(([, each]) => each < 0)).toHaveLength(monthRange(paid_in, monthOfDay(last)).length);
      },
    ),
  );
});
