/** Books kept in a currency of small units: one won is 0.000676 euros, so six decimals would be three digits. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keptTogether, type RateValue, rateDecimalText } from '../../currency/rateValue.ts';
import { divideRounded, minorDigits } from '../../money.ts';
import { valueInOurs } from './foreign.ts';
import { closed, rightLedger, told } from './foreignClosing.ts';
import { day, type Document, MONTHS, ratesOf } from './foreignTesting.ts';

/** What a bank says of one unit of the currency (thousandths of ours), as the rate of one of ours to `places` decimals. */
function turned(ours_milli: number, places: number): RateValue {
  const units = divideRounded(10n ** BigInt(places + 3), BigInt(ours_milli));
  const kept = keptTogether([{ units, places }]);
  const [rate_micro] = kept?.rates_micro ?? [];
  // one digit less where it has too many to be kept
  if (!kept || rate_micro === undefined) return turned(ours_milli, places - 1);
  return { rate_micro, per_units: kept.per_units };
}

const RATE = '0.000676109664987661';

const invoice = (amount_minor: number, foreign_minor: number): Document => ({
  id: 1,
  kind: 'customer',
  number: 'DOC 1',
  party_id: 1,
  posted_on: day('2026-08-10'),
  amount_minor,
  currency: 'EUR',
  foreign_minor,
  payments: [],
});

test('a million euros in books of won are worth what the bank says, to the won', () => {
  expect(rateDecimalText(turned(1_479_050, 18))).toBe(RATE);
  expect(turned(1_479_050, 6)).toEqual({ rate_micro: 676, per_units: 1 });
  const worth = (rate: RateValue) => valueInOurs(100_000_000, { currency: 'EUR', ours: 'KRW', ...rate });
  expect(worth(turned(1_479_050, 18))).toBe(1_479_050_000);
  // six decimals are 239,941 won too many
  expect(worth(turned(1_479_050, 6))).toBe(1_479_289_941);
});

test('what a bank says of one unit of the other currency comes back from the rate of ours to the last unit', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('KRW', 'IDR', 'JPY', 'VND'),
      // 20 to 40,000 of ours
      fc.integer({ min: 20_000, max: 40_000_000 }),
      fc.integer({ min: -100_000_000, max: 100_000_000 }),
      (ours, ours_milli, foreign_minor) => {
        const value = valueInOurs(foreign_minor, { currency: 'EUR', ours, ...turned(ours_milli, 18) });
        const scale = 10n ** BigInt(5 - minorDigits(ours));
        const off = BigInt(value) * scale - BigInt(foreign_minor) * BigInt(ours_milli);
        // half a unit, and the tenth of one the last decimal may come to
        expect((off < 0n ? -off : off) * 10n <= scale * 6n).toBe(true);
      },
    ),
  );
});

test('a ledger that revalued at the bank’s rates has no difference; at six decimals of them it has, and is told the rate', () => {
  const rates = ratesOf(
    MONTHS.map((_, nth) => {
      const rate = turned(1_479_050 + nth * 7_130, 18);
      return { average: rate, closing: rate };
    }),
  );
  const documents = [invoice(1_478_000_000, 100_000_000)];
  const ledger = rightLedger(documents, rates, 'KRW');
  expect(
    ledger
      .filter(({ role }) => role === 'ar')
      .map(({ amount_minor }) => amount_minor)
      .slice(0, 2),
  ).toEqual([1_478_000_000, 1_050_000]);
  for (const period of MONTHS.slice(0, 3))
    expect(told(closed({ ours: 'KRW', period, documents, rates, ledger }))).toEqual([]);
  const rough = ratesOf(
    MONTHS.map((_, nth) => {
      const rate = turned(1_479_050 + nth * 7_130, 6);
      return { average: rate, closing: rate };
    }),
  );
  const found = closed({ ours: 'KRW', period: 202608, documents, rates, ledger: rightLedger(documents, rough, 'KRW') });
  expect(told(found)).toEqual([
    'ar revalued_at_another_rate FXR 202608 EUR receivables',
    'fx_gain revalued_at_another_rate FXR 202608 EUR receivables',
  ]);
  expect(found.flatMap(({ items }) => items.flatMap(({ documents: of }) => of.map(({ ref }) => ref)))).toContain(
    `EUR at 0.000676, closing rate ${RATE}`,
  );
});
