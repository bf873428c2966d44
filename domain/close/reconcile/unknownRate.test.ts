/** A revaluation booked on the month's end itself at a rate nobody gave: the cause is known, and so is the rate. */
import fc from 'fast-check';
import { perOne } from '../../currency/rateValue.ts';
import { describe, expect, test } from 'vitest';
import { carriedFrom } from './carry.ts';
import type { LedgerMovement } from './facts.ts';
import { valueInOurs } from './foreign.ts';
import { closed, moved } from './foreignClosing.ts';
import { day, type Document } from './foreignTesting.ts';
import { impliedRate } from './impliedRate.ts';
import type { MonthRate } from './sister/facts.ts';

const rates = (september: number, october: number): ReadonlyMap<number, MonthRate> =>
  new Map([
    [202609, { average: perOne(september), closing: perOne(september) }],
    [202610, { average: perOne(october), closing: perOne(october) }],
  ]);
const RATES = new Map([
  ['USD', rates(1_100_000, 1_250_000)],
  ['KWD', rates(320_000, 400_000)],
]);
const document = (
  id: number,
  kind: 'customer' | 'supplier',
  [currency, foreign_minor]: readonly [string, number],
  amount_minor: number,
): Document => {
  const row = { id, kind, number: `DOC ${id}`, party_id: 1, posted_on: day('2026-10-05'), amount_minor, payments: [] };
  return { ...row, currency, foreign_minor };
};
// 5 500.00 $ booked at 5 000.00 €, at 1.25 worth 4 400.00: −600.00; 800.000 KD at 2 400.00 €, at 0.4 worth 2 000.00: +400.00
const DOCUMENTS = [
  document(1, 'customer', ['USD', 550_000], 500_000),
  document(2, 'supplier', ['KWD', 800_000], 240_000),
];
const DOCUMENTS_BOOKED: readonly LedgerMovement[] = [
  { ...moved('ar', day('2026-10-05'), 500_000), journal_kind: 'sales_invoices' },
  { ...moved('ap', day('2026-10-05'), -240_000), journal_kind: 'purchase_bills' },
];
const both = (role: 'ar' | 'ap', on: string, amount: number): readonly LedgerMovement[] => {
  const entry = moved(role, day(on), amount);
  return [entry, { ...entry, role: 'fx_gain', amount_minor: -amount }];
};
const asked = { period: 202610, documents: DOCUMENTS, rates: RATES, carried: [] };
const toldOf = (ledger: readonly LedgerMovement[], documents = DOCUMENTS) =>
  carriedFrom(closed({ ...asked, documents, ledger: [...DOCUMENTS_BOOKED, ...ledger] })).map(
    ({ role, cause, ref, amount_minor, documents: own }) =>
      `${role} ${cause} ${amount_minor} ${ref}: ${own.at(-1)?.ref}`,
  );
// 5 500 / 1.17 = 4 700.85: −299.15 where −600.00 is due
const AT_117 = both('ar', '2026-10-31', -29_915);
const ANOTHER = [
  'ar revalued_at_another_rate 30085 FXR 202610 USD receivables: USD at 1.17, closing rate 1.25',
  'fx_gain revalued_at_another_rate -30085 FXR 202610 USD receivables: USD at 1.17, closing rate 1.25',
];

describe('on the month’s end at a rate nobody gave', () => {
  test('it is revalued at another rate, with both rates', () => {
    expect(toldOf([...AT_117, ...both('ap', '2026-10-31', 40_000)])).toEqual(ANOTHER);
  });

  test('beside another currency that nobody revalued each is told for itself', () => {
    expect(toldOf(AT_117)).toEqual([
      ANOTHER[0],
      'ap not_revalued -40000 FXR 202610 KWD payables: FXR 202610 KWD payables',
      'fx_gain not_revalued 40000 FXR 202610 KWD payables: FXR 202610 KWD payables',
      ANOTHER[1],
    ]);
  });

  test('two of them, and what else the account lacks that day', () => {
    // 800 / 0.38 = 2 105.26: 294.74 where 400.00 is due; the document is of no dollars, so 5 777.00 are valued at 5 477.85
    const lacking = { ...document(9, 'customer', ['USD', 0], 77_700), posted_on: day('2026-10-31') };
    expect(toldOf([...AT_117, ...both('ap', '2026-10-31', 29_474)], [...DOCUMENTS, lacking])).toEqual([
      'ar document_not_posted -77700 DOC 9: DOC 9',
      'ar revalued_at_another_rate 107785 FXR 202610 USD receivables: USD at 1.004044, closing rate 1.25',
      'ap revalued_at_another_rate -10526 FXR 202610 KWD payables: KWD at 0.38, closing rate 0.4',
      'fx_gain revalued_at_another_rate 10526 FXR 202610 KWD payables: KWD at 0.38, closing rate 0.4',
      'fx_gain revalued_at_another_rate -107785 FXR 202610 USD receivables: USD at 1.004044, closing rate 1.25',
    ]);
  });

  test('an entry by hand that revalues nothing stays one by hand', () => {
    const written = { ...moved('ar', day('2026-10-31'), -5_000), journal_kind: 'by_hand' as const, number: 'ADJ 1' };
    expect(toldOf([written, ...both('ap', '2026-10-31', 40_000)])).toEqual([
      'ar entry_by_hand -5000 ADJ 1: ADJ 1',
      'ar not_revalued 60000 FXR 202610 USD receivables: FXR 202610 USD receivables',
      'fx_gain not_revalued -60000 FXR 202610 USD receivables: FXR 202610 USD receivables',
    ]);
  });
});

test('the implied rate values what is open at exactly what was booked', () => {
  const Rate = fc.integer({ min: 100, max: 900_000_000 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40_000_000 }),
      fc.constantFrom('USD', 'JPY', 'KWD'),
      Rate,
      (open, currency, rate) => {
        const ours = 'EUR';
        const value = valueInOurs(open, { currency, ours, ...perOne(rate) });
        const valued = { currency, ours, foreign_minor: open, booked_minor: 700, sign: 1, ...perOne(1) } as const;
        const implied = impliedRate(valued, value - 700);
        if (value === 0) expect(implied).toBeNull();
        else expect(implied === null ? null : valueInOurs(open, { currency, ours, ...implied })).toBe(value);
        const owed = { ...valued, sign: -1 } as const;
        expect(impliedRate(owed, 700 - value)).toEqual(implied);
        expect(impliedRate({ ...valued, foreign_minor: -open }, value - 700)).toBeNull();
      },
    ),
  );
});
