/** A document that stands on another account, beside revaluations of the same day that come to the same amount. */
import { describe, expect, test } from 'vitest';
import type { LedgerMovement } from './facts.ts';
import { valueInOurs } from './foreign.ts';
import { closed, moved, rightLedger, told } from './foreignClosing.ts';
import { day, type Document, ratesOf } from './foreignTesting.ts';

const END = day('2026-09-30');
const RECEIVABLES = 'FXR 202609 USD receivables';
const rates = ratesOf([
  { average: 1_100_000, closing: 1_080_000 },
  { average: 1_070_000, closing: 1_050_000 },
  { average: 1_040_000, closing: 1_020_000 },
  { average: 1_010_000, closing: 1_000_000 },
]);
const worth = (foreign_minor: number, rate_micro: number): number =>
  valueInOurs(foreign_minor, { currency: 'USD', ours: 'EUR', rate_micro });
const invoice = (id: number, on: string, amount_minor: number, foreign_minor: number): Document => ({
  id,
  kind: 'customer',
  number: `INV ${id}`,
  party_id: 1,
  posted_on: day(on),
  amount_minor,
  currency: 'USD',
  foreign_minor,
  payments: [],
});
/** What the old rate says too little of what is open. */
const OFF = worth(113_000, 1_050_000) - worth(113_000, 1_080_000);
/** The second, of the month's last day, comes to exactly that. */
const documents = [invoice(1, '2026-08-10', 100_000, 110_000), invoice(2, '2026-09-30', OFF, 3_000)];
const right = rightLedger(documents, rates);
const september = (ledger: readonly LedgerMovement[]) => told(closed({ period: 202609, documents, rates, ledger }));

describe('where an invoice of the day comes to what the old rate is off by', () => {
  test('a revaluation at the old rate is told as one', () => {
    const old = right.map((each): LedgerMovement => {
      const { role, amount_minor, memo } = each;
      return memo === RECEIVABLES ? { ...each, amount_minor: amount_minor + (role === 'ar' ? -OFF : OFF) } : each;
    });
    expect(september(old)).toEqual([
      `ar revalued_at_another_rate ${RECEIVABLES}`,
      `fx_gain revalued_at_another_rate ${RECEIVABLES}`,
    ]);
  });

  test('an entry of exchange differences with both sides is no invoice on the wrong account', () => {
    const extra = moved('ar', day('2026-09-29'), -OFF);
    const both = [extra, { ...extra, role: 'fx_gain' as const, amount_minor: OFF }];
    const earlier = [invoice(1, '2026-08-10', 100_000, 110_000), invoice(2, '2026-09-29', OFF, 3_000)];
    const ledger = [...rightLedger(earlier, rates), ...both];
    const results = told(closed({ period: 202609, documents: earlier, rates, ledger }));
    expect(results.filter((each) => each.includes('posted_to_another_account'))).toEqual([]);
  });
});

describe('an invoice that stands on another account is told so', () => {
  const elsewhere = (ledger: readonly LedgerMovement[], role: LedgerMovement['role'], memo: string) =>
    ledger.map(
      (each): LedgerMovement => (each.role === 'ar' && each.memo === 'INV 2' ? { ...each, role, memo } : each),
    );
  const misplaced = (role: string) => [`ar posted_to_another_account INV 2`, `${role} posted_to_another_account INV 2`];

  test.each(['ap', 'bank'] as const)('on the day of a revaluation that was booked: %s', (role) => {
    expect(september(elsewhere(right, role, 'INV 2')).toSorted()).toEqual(misplaced(role).toSorted());
    expect(september(elsewhere(right, role, '')).toSorted()).toEqual(misplaced(role).toSorted());
  });

  test('on exchange differences, where the entry names it', () => {
    expect(september(elsewhere(right, 'fx_gain', 'INV 2'))).toEqual(misplaced('fx_gain'));
  });

  test('beside revaluations nobody booked', () => {
    const never = right.filter(({ booked_on, memo }) => booked_on !== END || !memo.startsWith('FXR'));
    const results = september(elsewhere(never, 'bank', ''));
    expect(results.filter((each) => each.includes('not_revalued'))).toEqual([
      `ar not_revalued ${RECEIVABLES}`,
      `fx_gain not_revalued ${RECEIVABLES}`,
    ]);
  });
});
