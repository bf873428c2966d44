/** A ledger beside documents in other currencies: what it has right is no item, what it lacks is told, and can be booked. */
import fc from 'fast-check';
import { perOne } from '../../currency/rateValue.ts';
import { describe, expect, test } from 'vitest';
import { isoDate } from '../../calendar.ts';
import { journalEntry, journalInputs, type OpenItem, usuallyReverses } from '../journal/entry.ts';
import { journalReference, reversalReference } from '../journal/reference.ts';
import { carriedFrom } from './carry.ts';
import type { Found, LedgerMovement } from './facts.ts';
import { valueInOurs } from './foreign.ts';
import { ACCOUNTS, closed, moved, rightLedger, told } from './foreignClosing.ts';
import { day, type Document, documentsOf, MONTHS, ratesOf, sumOf } from './foreignTesting.ts';
import { isReconciledRole } from './plan.ts';
import type { ProposedEntry } from './proposed.ts';

const Rate = fc.integer({ min: 5_000, max: 160_000_000 });
const Rates = fc.array(fc.record({ average: Rate, closing: Rate }), { minLength: 4, maxLength: 4 });
/** Documents with their payments, some paid ahead: each part at the rate of the month it is paid in. */
const Documents = fc.array(
  fc.record({
    customer: fc.boolean(),
    currency: fc.constantFrom('USD', 'JPY', 'KWD'),
    // credits too
    amount: fc.integer({ min: -40_000_000, max: 40_000_000 }).filter((amount) => amount !== 0),
    foreign: fc.integer({ min: 1, max: 40_000_000 }),
    month: fc.integer({ min: 0, max: 3 }),
    cuts: fc.array(fc.record({ part: fc.integer({ min: 1, max: 900 }), later: fc.integer({ min: -2, max: 2 }) }), {
      maxLength: 3,
    }),
    whole: fc.boolean(),
  }),
  { minLength: 1, maxLength: 8 },
);

describe('reconciled', () => {
  test('a right ledger has no item, at any rates and parts, month after month', () => {
    fc.assert(
      fc.property(Documents, Rates, (drawn, drawnRates) => {
        const rates = ratesOf(drawnRates);
        const documents = documentsOf(drawn, rates);
        const ledger = rightLedger(documents, rates);
        let carried: readonly Found[] = [];
        for (const period of MONTHS) {
          const results = closed({ period, documents, rates, ledger, carried });
          expect(told(results)).toEqual([]);
          carried = carriedFrom(results);
        }
        // the control accounts and the bank take in what the gain gives
        const all = (role: string): number => sumOf(ledger.filter((e) => e.role === role).map((e) => e.amount_minor));
        const booked = documents.map((d) => (d.kind === 'customer' ? 1 : -1) * d.amount_minor);
        expect(all('ar') + all('ap') + all('bank') + all('fx_gain')).toBe(sumOf(booked));
      }),
    );
  });

  const rates = ratesOf([
    { average: 1_100_000, closing: 1_080_000 },
    { average: 1_070_000, closing: 1_050_000 },
    { average: 1_040_000, closing: 1_020_000 },
    { average: 1_010_000, closing: 1_000_000 },
  ]);
  const one = (customer: boolean, id: number): Document => ({
    id,
    kind: customer ? 'customer' : 'supplier',
    number: `DOC ${id}`,
    party_id: 1,
    posted_on: day('2026-08-10'),
    amount_minor: 100_000 * id,
    currency: 'USD',
    foreign_minor: 110_000 * id,
    payments: [],
  });
  const documents = [one(true, 1), one(false, 7)];
  const ledger = rightLedger(documents, rates);
  const without = (gone: (each: LedgerMovement) => boolean) => ledger.filter((each) => !gone(each));

  test('what was not booked at a month end is told on both accounts, and settled by the first of the next', () => {
    const missing = without(({ memo }) => memo.startsWith('FXR 202609 USD receivables'));
    const september = closed({ period: 202609, documents, rates, ledger: missing });
    const ref = 'FXR 202609 USD receivables';
    expect(told(september)).toEqual([`ar not_revalued ${ref}`, `fx_gain not_revalued ${ref}`]);
    // days later the books go on: what is not there is not taken back
    const late = closed({ period: 202609, documents, rates, ledger: missing, until: day('2026-10-20') });
    expect(told(late)).toEqual(told(september));
    const october = closed({ period: 202610, documents, rates, ledger: missing, carried: carriedFrom(september) });
    expect(told(october)).toEqual([]);
    expect(told(closed({ period: 202610, from: day('2026-08-01'), documents, rates, ledger: missing }))).toEqual([]);
  });

  test('another rate is told as such', () => {
    const right =
      ledger.find(({ role, memo }) => role === 'ap' && memo === 'FXR 202609 USD payables')?.amount_minor ?? 0;
    const used = 700_000 - valueInOurs(770_000, { currency: 'USD', ours: 'EUR', ...perOne(1_080_000) });
    expect(right).toBe(700_000 - valueInOurs(770_000, { currency: 'USD', ours: 'EUR', ...perOne(1_050_000) }));
    const wrong = ledger.map((each) =>
      each.memo.startsWith('FXR 202609 USD payables')
        ? { ...each, amount_minor: Math.sign(each.amount_minor) * Math.abs(used) * Math.sign(used * right) }
        : each,
    );
    const september = closed({ period: 202609, documents, rates, ledger: wrong });
    const ref = 'FXR 202609 USD payables';
    expect(told(september)).toEqual([`ap revalued_at_another_rate ${ref}`, `fx_gain revalued_at_another_rate ${ref}`]);
    const october = closed({ period: 202610, documents, rates, ledger: wrong, carried: carriedFrom(september) });
    expect(told(october)).toEqual([]);
  });

  test('what nobody took back is a document not posted', () => {
    const kept = without(({ memo }) => memo === 'FXR 202609 USD receivables taken back');
    const ref = 'FXR 202609 USD receivables taken back';
    expect(told(closed({ period: 202610, documents, rates, ledger: kept }))).toEqual([
      `ar document_not_posted ${ref}`,
      `fx_gain document_not_posted ${ref}`,
    ]);
  });

  test('a ledger that never revalued lacks the last month alone, from the first look on', () => {
    const never = without(({ memo }) => memo.startsWith('FXR'));
    for (const from of ['2026-08-01', '2026-09-01', '2026-10-01']) {
      const results = closed({ period: 202610, from: day(from), documents, rates, ledger: never });
      expect(told(results)).toEqual([
        'ar not_revalued FXR 202610 USD receivables',
        'ap not_revalued FXR 202610 USD payables',
        'fx_gain not_revalued FXR 202610 USD payables',
        'fx_gain not_revalued FXR 202610 USD receivables',
      ]);
    }
  });

  test('one that never revalues is told so each month anew, and of no month twice', () => {
    const never = without(({ memo }) => memo.startsWith('FXR'));
    let carried: readonly Found[] = [];
    for (const period of MONTHS) {
      const results = closed({ period, documents, rates, ledger: never, carried });
      expect(told(results)).toHaveLength(4);
      expect(told(results).every((each) => each.includes(`not_revalued FXR ${period}`))).toBe(true);
      carried = carriedFrom(results);
    }
  });

  test('a payment whose exchange difference was not booked is told with the payment', () => {
    const paid: Document = {
      ...one(true, 1),
      payments: [
        {
          id: 5,
          kind: 'customer',
          number: 'RC 5',
          party_id: 1,
          paid_on: day('2026-09-15'),
          settled_on: day('2026-09-15'),
          amount_minor: 102_805,
          exchange_minor: 2_805,
          currency: 'USD',
          foreign_minor: 110_000,
        },
      ],
    };
    const right = rightLedger([paid], rates);
    expect(told(closed({ period: 202609, documents: [paid], rates, ledger: right }))).toEqual([]);
    const lacking = right.filter(({ memo }) => memo !== 'RC 5 exchange difference');
    expect(told(closed({ period: 202609, documents: [paid], rates, ledger: lacking }))).toEqual([
      'ar document_not_posted RC 5 exchange difference',
      'fx_gain document_not_posted RC 5 exchange difference',
    ]);
  });

  test.each(['ar', 'ap', 'fx_gain', 'both'])('an entry proposed for what was not booked clears it: %s', (chosen) => {
    const missing = without(({ memo }) => memo.startsWith('FXR 202609'));
    const september = closed({ period: 202609, documents, rates, ledger: missing });
    const items = carriedFrom(september).map(
      (item, nth): OpenItem => ({
        ...item,
        line_id: nth + 1,
        arose_on: isoDate(item.arose_on),
        document_kind: item.documents[0]?.kind ?? null,
      }),
    );
    expect(items).toHaveLength(4);
    const own = items.filter(({ role }) => chosen === 'both' || role === chosen);
    expect(usuallyReverses(own)).toBe(true);
    const made = journalInputs({
      currency: 'EUR',
      cut_off_on: '2026-09-30',
      reverses: true,
      items: own,
      period_items: items,
      accounts: ACCOUNTS,
    });
    if (!made.ok) throw new Error(made.message);
    const entry = journalEntry(made.inputs);
    expect(new Set(entry.lines.map(({ role }) => role))).toEqual(
      new Set(chosen === 'both' || chosen === 'fx_gain' ? ['ar', 'ap', 'fx_gain'] : [chosen, 'fx_gain']),
    );
    const reference = journalReference(202609, '0192f0c1-0000-7000-8000-00001a2b3c4d');
    const posted = Map.groupBy(entry.lines, ({ role }) => role);
    const movements = [...posted].flatMap(([role, lines]) => {
      const amount = sumOf(lines.map((each) => each.amount_minor));
      if (!isReconciledRole(role)) return [];
      return [
        moved(role, day('2026-09-30'), amount, reference),
        moved(role, day('2026-10-01'), -amount, reversalReference(reference)),
      ];
    });
    const booked = [...missing, ...movements];
    const found: Found[] = own.map(({ role, cause, ref, amount_minor, arose_on }) => ({
      role,
      cause,
      ref,
      amount_minor,
      arose_on: day(arose_on),
      documents: [],
      settles_on: null,
    }));
    const proposed: ProposedEntry[] = [{ reference, items: found }];
    const cleared = closed({ period: 202609, documents, rates, ledger: booked, proposed });
    const stays = chosen === 'ar' ? 'payables' : chosen === 'ap' ? 'receivables' : null;
    expect(told(cleared).filter((each) => !each.endsWith(stays ?? 'nothing'))).toEqual([]);
    const carried = carriedFrom(cleared);
    expect(told(closed({ period: 202610, documents, rates, ledger: booked, proposed, carried }))).toEqual([]);
  });
});
