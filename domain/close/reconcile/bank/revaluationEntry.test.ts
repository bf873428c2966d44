/** The entry that values a bank account in another currency anew, month after month: proposed, posted, not taken back. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addMonths, firstDayOfMonth, isoDate, lastDayOfMonth } from '../../../calendar.ts';
import { perOne, type RateValue } from '../../../currency/rateValue.ts';
import {
  accountsByKey,
  changedSince,
  journalEntry,
  journalInputs,
  type OpenItem,
  usuallyReverses,
} from '../../journal/entry.ts';
import type { Found } from '../facts.ts';
import { bankOfRef, valueInOurs } from '../foreign.ts';
import type { BankAccount, StatementLine } from './facts.ts';
import { bankRevaluations } from './ownCurrency.ts';
import { reconcileBank } from './reconcileBank.ts';

const CHART = accountsByKey([
  { role: 'bank', code: '1000', currency: null },
  { role: 'bank', code: '1020', currency: 'USD' },
  { role: 'bank', code: 'B 30', currency: 'GBP' },
  { role: 'fx_gain', code: '8900', currency: null },
]);

interface Booked {
  readonly on: number;
  /** In the account's currency; 0 = it only values the account, null = the ledger does not say. */
  readonly own: number | null;
  readonly minor: number;
}

interface Month {
  readonly period: number;
  readonly rate: RateValue;
  readonly lines: readonly { readonly at: number; readonly own: number; readonly booked: number }[];
}

const ratesOf = (currency: string, months: readonly Pick<Month, 'period' | 'rate'>[]) =>
  new Map([[currency, new Map(months.map(({ period, rate }) => [period, { average: rate, closing: rate }]))]]);

/** All of it is within the days looked at. */
function accountOf(
  booked: readonly Booked[],
  statement: readonly { readonly on: number; readonly own: number }[],
  { currency = 'USD', since, code = '1020' }: { currency?: string; since: number; code?: string },
): BankAccount {
  let balance_after_minor = 0;
  const lines = statement.map(({ on: booked_on, own: amount_minor }, nth): StatementLine => {
    balance_after_minor += amount_minor;
    return { id: nth + 1, booked_on, amount_minor, balance_after_minor, reference: `R-${nth}`, counterparty: null };
  });
  const told = booked.map((each, nth) => ({ ...each, id: 500 + nth }));
  return {
    code,
    since,
    opening_minor: 0,
    statement_opening_minor: null,
    entries: told.flatMap(({ id, on: booked_on, own }) =>
      own === null || own === 0 ? [] : [{ id, number: `B/${id}`, ref: null, memo: '', booked_on, amount_minor: own }],
    ),
    statement: lines,
    own: {
      currency,
      opening_booked_minor: 0,
      booked: told.map(({ on: booked_on, minor: amount_minor }) => ({ booked_on, amount_minor })),
      valuations: told.flatMap(({ id, own }) => (own === 0 ? [id] : [])),
      lacking: told.flatMap(({ on, own }) => (own === null ? [on] : [])),
    },
  };
}

function openItem({ role, cause, ref, arose_on, amount_minor, documents }: Found, line_id = 1): OpenItem {
  const document_kind = documents[0]?.kind ?? null;
  return { line_id, role, cause, ref, arose_on: isoDate(arose_on), amount_minor, document_kind };
}

/** The item on exchange differences beside it. */
const gainOf = (item: OpenItem): OpenItem => ({
  ...item,
  line_id: item.line_id + 100,
  role: 'fx_gain',
  amount_minor: -item.amount_minor,
});

function proposed(items: readonly OpenItem[], all: readonly OpenItem[] = items, reverses = false, accounts = CHART) {
  const cut_off_on = items[0]?.arose_on ?? '';
  return journalInputs({ currency: 'EUR', cut_off_on, reverses, items, period_items: all, accounts });
}

const OCTOBER: Month = { period: 202610, rate: perOne(1_250_000), lines: [] };
const [FROM, END] = [firstDayOfMonth(202610), lastDayOfMonth(202610)];

function closed(
  account: BankAccount,
  { period, rate }: Pick<Month, 'period' | 'rate'>,
  carried: readonly Found[] = [],
) {
  const values = { currency: 'EUR', rates: ratesOf(account.own?.currency ?? '', [{ period, rate }]) };
  const asked = { from: firstDayOfMonth(period), cut_off: lastDayOfMonth(period), carried, values };
  return reconcileBank([account], asked);
}

const revaluationsOf = (account: BankAccount, month: Pick<Month, 'period' | 'rate'>, ours = 'EUR') =>
  bankRevaluations(
    [account],
    { from: firstDayOfMonth(month.period), until: lastDayOfMonth(month.period), carried: new Set() },
    { currency: ours, rates: ratesOf(account.own?.currency ?? '', [month]) },
  );

describe('the entry for what a bank account was not revalued', () => {
  const paid: readonly Booked[] = [{ on: FROM + 1, own: 100_000, minor: 90_000 }];
  const bank = [{ on: FROM + 1, own: 100_000 }];
  const item = openItem(closed(accountOf(paid, bank, { since: FROM }), OCTOBER)?.items[0] ?? (null as never));

  test('moves that very account against exchange differences, from whichever of the two it is proposed, and stays', () => {
    // 1,000.00 dollars are 800.00 euros; the ledger has 900.00
    for (const chosen of [[item], [gainOf(item)], [item, gainOf(item)]]) {
      const made = proposed(chosen, [item, gainOf(item)]);
      if (!made.ok) throw new Error(made.message);
      const { lines, reverses_on, booked_on } = journalEntry(made.inputs);
      expect(lines.map(({ account, amount_minor }) => [account, amount_minor]).toSorted()).toEqual([
        ['1020', -10_000],
        ['8900', 10_000],
      ]);
      expect([booked_on, reverses_on]).toEqual(['2026-10-31', null]);
      expect(usuallyReverses(chosen)).toBe(false);
      expect(changedSince(made.inputs, [item, gainOf(item)], CHART)).toBeNull();
      const without = accountsByKey([
        { role: 'bank', code: '1020', currency: null },
        { role: 'fx_gain', code: '8900', currency: null },
      ]);
      expect(changedSince(made.inputs, [item, gainOf(item)], without)).toBe(
        'Account 1020 is no bank account in another currency any more.',
      );
      expect(proposed(chosen, [item, gainOf(item)], false, without)).toMatchObject({ code: 'account_not_mapped' });
    }
  });

  test('of several accounts moves each; with a reversal, or beside other items, there is none', () => {
    const other = { ...item, line_id: 2, ref: 'FXR 202610 GBP bank B 30', amount_minor: -500 };
    expect(bankOfRef(other.ref)).toBe('B 30');
    const made = proposed([item, other]);
    if (!made.ok) throw new Error(made.message);
    expect(journalEntry(made.inputs).lines.map(({ account, amount_minor }) => [account, amount_minor])).toEqual([
      ['1020', -10_000],
      ['B 30', 500],
      ['8900', 9_500],
    ]);
    expect(proposed([item], [item], true)).toMatchObject({
      code: 'no_entry',
      message: `${item.ref}: the revaluation of a bank account is posted once. Propose it without a reversal, for itself.`,
    });
    const document: OpenItem = { ...item, line_id: 3, role: 'ar', ref: 'FXR 202610 USD receivables' };
    expect(proposed([item, document])).toMatchObject({
      code: 'no_entry',
      message: `${item.ref} values a bank account. Propose it apart from the other items.`,
    });
  });

  test('what is not known is said with what to bring, and nothing is proposed', () => {
    const silent = paid.map((each) => ({ ...each, own: null }));
    const refused = (account: BankAccount, month = OCTOBER, rate: RateValue | null = month.rate) => {
      const values = { currency: 'EUR', rates: rate ? ratesOf('USD', [{ ...month, rate }]) : new Map() };
      const asked = { from: FROM, cut_off: END, carried: [], values };
      const { own: _, ...stated } = accountOf([], [{ on: END, own: 1 }], { since: FROM, code: '1000' });
      const found = reconcileBank([stated, account], asked)?.items.find(({ cause }) => cause === 'not_revalued');
      const answer = proposed([openItem(found ?? (null as never))]);
      return answer.ok ? 'proposed' : answer.message;
    };
    expect(refused(accountOf(paid, bank, { since: FROM }), OCTOBER, null)).toBe(
      'FXR 202610 USD bank 1020: no closing rate. It is not known what it is worth: import the rates of its month under Exchange rates, USD among them, then propose its revaluation.',
    );
    expect(refused(accountOf([...paid, ...silent], bank, { since: FROM }))).toBe(
      'FXR 202610 USD bank 1020: 1 entry without USD. It is not known what it is worth: import Ledger entries again with their amount in USD, then propose its revaluation.',
    );
    expect(refused(accountOf(silent, [], { since: FROM }))).toBe(
      'FXR 202610 USD bank 1020: no statement, 1 entry without USD. It is not known what it is worth: import the statement of account 1020 under Bank statements, or Ledger entries again with their amount in USD, then propose its revaluation.',
    );
  });

  test('where the ledger keeps nothing in dollars the bank’s closing balance is valued', () => {
    const silent = paid.map((each) => ({ ...each, own: null }));
    const stated = [...bank, { on: FROM + 9, own: -150_000 }];
    const side = closed(accountOf(silent, stated, { since: FROM }), OCTOBER);
    expect(side?.open).toMatchObject([
      { ref: 'Bank statement, the ledger has no USD: USD -500.00 at 1.25', amount_minor: -40_000 },
    ]);
    expect(side?.items).toMatchObject([{ cause: 'not_revalued', amount_minor: 130_000 }]);
    const posted = [...silent, { on: END, own: 0, minor: -130_000 }];
    expect(closed(accountOf(posted, stated, { since: FROM }), OCTOBER)?.items).toEqual([]);
    // nothing moved in October; that the next statement goes on says what it closed with
    const next = { ...accountOf(silent, [{ on: END + 3, own: 1 }], { since: FROM }), statement_opening_minor: 5_000 };
    expect(closed(next, OCTOBER)?.open).toMatchObject([{ amount_minor: 4_000 }]);
  });

  test('an empty account is worth nothing at any rate; one that is emptied in the month needs one', () => {
    const rest = [{ on: FROM - 20, own: 0, minor: 7 }];
    const values = { currency: 'EUR', rates: new Map() };
    const asked = { from: FROM, until: END, carried: new Set<string>() };
    const since = FROM - 45;
    expect(bankRevaluations([accountOf(rest, [], { since })], asked, values)).toMatchObject([
      { words: 'Revaluation of USD bank 1020', amount_minor: -7 },
    ]);
    const emptied = [...rest, { on: FROM, own: 5, minor: 4 }, { on: FROM + 1, own: -5, minor: -4 }];
    expect(bankRevaluations([accountOf(emptied, [], { since })], asked, values)).toEqual([]);
  });

  test('a rate that is corrected afterwards leaves what it is off, and no more', () => {
    const posted = [...paid, { on: END, own: 0, minor: -10_000 }];
    const account = accountOf(posted, bank, { since: FROM });
    expect(closed(account, OCTOBER)?.items).toEqual([]);
    expect(closed(account, { ...OCTOBER, rate: perOne(1_000_000) })?.items).toMatchObject([
      { cause: 'not_revalued', ref: 'FXR 202610 USD bank 1020', amount_minor: -20_000 },
    ]);
  });

  test('month after month what is revalued is the last value less what was paid in, at any rates, in any currency', () => {
    const Rate = fc
      .tuple(fc.constantFrom(1, 1_000, 1_000_000), fc.integer({ min: 5_000, max: 160_000_000 }), fc.nat())
      .map(
        ([per_units, micro, more]): RateValue => ({ per_units, rate_micro: micro * per_units + (more % per_units) }),
      );
    const Line = fc.record({
      at: fc.integer({ min: 0, max: 27 }),
      own: fc.integer({ min: -900_000_000, max: 900_000_000 }).filter((own) => own !== 0),
      booked: fc.integer({ min: 1, max: 900_000_000 }),
    });
    const Months = fc
      .array(fc.record({ rate: Rate, lines: fc.array(Line, { maxLength: 4 }) }), { minLength: 1, maxLength: 6 })
      .map((each) => each.map((month, nth): Month => ({ ...month, period: addMonths(202610, nth) })));
    fc.assert(
      fc.property(
        Months,
        fc.constantFrom('EUR', 'KRW', 'KWD'),
        fc.constantFrom('USD', 'JPY', 'BHD'),
        // whether its proposed entry is posted, in each month
        fc.infiniteStream(fc.constantFrom(true, true, false)),
        fc.boolean(),
        (months, ours, currency, isPosted, keeps) => {
          const booked: Booked[] = [];
          const stated: { on: number; own: number }[] = [];
          let [paidIn, owned, revalued, left] = [0, 0, 0, 0];
          let last: RateValue = perOne(1_000_000);
          for (const { period, rate, lines } of months) {
            const first = firstDayOfMonth(period);
            const sorted = lines.toSorted((a, b) => a.at - b.at);
            for (const { at, own, booked: minor } of sorted) {
              booked.push({ on: first + at, own: keeps ? own : null, minor });
              stated.push({ on: first + at, own });
              paidIn += minor;
              owned += own;
            }
            // without a statement of the month nothing would be known of it
            if (!keeps && paidIn !== 0) {
              stated.push({ on: lastDayOfMonth(period), own: 1 });
              owned += 1;
            }
            const month = { period, rate };
            const account = () => accountOf(booked, stated, { since: FROM, currency });
            const lacks = revaluationsOf(account(), month, ours).filter(
              ({ booked_on }) => booked_on === lastDayOfMonth(period),
            );
            left = lacks.reduce((sum, { amount_minor }) => sum + amount_minor, 0);
            last = rate;
            const [one] = lacks;
            if (!one || !isPosted.next().value) continue;
            const asItem: OpenItem = {
              line_id: 1,
              role: 'bank',
              cause: 'not_revalued',
              ref: one.ref,
              arose_on: isoDate(one.booked_on),
              amount_minor: -one.amount_minor,
              document_kind: 'rate',
            };
            const made = proposed([asItem]);
            if (!made.ok) throw new Error(made.message);
            const { lines: posted } = journalEntry(made.inputs);
            for (const { account: code, amount_minor } of posted) {
              if (code === '1020') {
                booked.push({ on: lastDayOfMonth(period), own: 0, minor: amount_minor });
                revalued += amount_minor;
              }
            }
            // once it is posted there is none left
            expect(revaluationsOf(account(), month, ours)).toEqual([]);
            left = 0;
          }
          expect(revalued + left).toBe(valueInOurs(owned, { currency, ours, ...last }) - paidIn + 0);
        },
      ),
      { numRuns: 100 },
    );
  });
});
