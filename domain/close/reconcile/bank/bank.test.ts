/** Whatever the bank and the books say of each other, the items come to the difference; what both have is no item, and a guess says so. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayNumber, lastDayOfMonth } from '../../../calendar.ts';
import type { Found } from '../facts.ts';
import type { BankAccount, BankEntry, StatementLine } from './facts.ts';
import { matchStatement } from './match.ts';
import { BANK_DAYS_BEFORE, reconcileBank } from './reconcileBank.ts';

const day = (iso: string): number => dayNumber(iso) ?? Number.NaN;
const SEPTEMBER = day('2026-09-01');
const UNTIL = day('2026-11-30');

let ids = 0;
const entry = (booked_on: number, amount_minor: number, ref: string | null = null): BankEntry => {
  ids += 1;
  return { id: ids, number: `B/${ids}`, ref, memo: '', booked_on, amount_minor };
};
type Told = Omit<StatementLine, 'id' | 'balance_after_minor'>;
const told = (booked_on: number, amount_minor: number, reference: string | null = null): Told => ({
  booked_on,
  amount_minor,
  reference,
  counterparty: null,
});
function statementOf(lines: readonly Told[], opening = 0): readonly StatementLine[] {
  let balance_after_minor = opening;
  return lines
    .toSorted((a, b) => a.booked_on - b.booked_on)
    .map((line) => {
      ids += 1;
      balance_after_minor += line.amount_minor;
      return { ...line, id: ids, balance_after_minor };
    });
}

/** As a source reads it: all from 45 days before, and what is named. */
function accountOf(
  entries: readonly BankEntry[],
  statement: readonly StatementLine[],
  from: number,
  carried: readonly Found[] = [],
): BankAccount {
  const since = from - BANK_DAYS_BEFORE;
  const named = new Set(carried.flatMap(({ documents }) => documents.map(({ id }) => id)));
  const has = ({ id, booked_on }: { readonly id: number; readonly booked_on: number }) =>
    booked_on <= UNTIL && (booked_on >= since || named.has(id));
  return {
    code: '1010',
    since,
    opening_minor: entries.reduce((sum, each) => (each.booked_on < since ? sum + each.amount_minor : sum), 0),
    statement_opening_minor: statement.findLast(({ booked_on }) => booked_on < since)?.balance_after_minor ?? null,
    entries: entries.filter(has),
    statement: statement.filter(has),
  };
}

const sum = (some: readonly { readonly amount_minor: number }[]): number =>
  some.reduce((total, { amount_minor }) => total + amount_minor, 0);

function months(entries: readonly BankEntry[], statement: readonly StatementLine[], periods: readonly number[]) {
  let carried: readonly Found[] = [];
  return periods.map((period, nth) => {
    const cut_off = lastDayOfMonth(period);
    const from = nth === 0 ? SEPTEMBER : lastDayOfMonth(periods[nth - 1] ?? 0) + 1;
    const side = reconcileBank([accountOf(entries, statement, from, carried)], { from, cut_off, carried });
    const in_ledger = sum(entries.filter(({ booked_on }) => booked_on <= cut_off));
    const at_bank = statement.findLast(({ booked_on }) => booked_on <= cut_off)?.balance_after_minor ?? 0;
    if (side) {
      expect(sum(side.open)).toBe(at_bank);
      expect(sum(side.items)).toBe(in_ledger - at_bank);
    }
    carried = side?.items ?? [];
    return side;
  });
}

describe('a bank account beside its statement', () => {
  const Happened = fc.record({
    on: fc.integer({ min: 0, max: 75 }),
    amount: fc.integer({ min: -900_000, max: 900_000 }).filter((amount) => amount !== 0),
    parts: fc.integer({ min: 1, max: 3 }),
    later: fc.integer({ min: 0, max: 30 }),
    named: fc.boolean(),
    fault: fc.constantFrom('none', 'none', 'none', 'only ledger', 'only bank', 'twice in the ledger'),
  });

  test('comes to its difference month after month, whatever is missing, late or split', () => {
    fc.assert(
      fc.property(fc.array(Happened, { maxLength: 40 }), (happened) => {
        const entries: BankEntry[] = [entry(SEPTEMBER, 5)];
        const lines: Told[] = [told(SEPTEMBER, 5)];
        for (const [nth, { on, amount, parts, later, named, fault }] of happened.entries()) {
          const booked_on = SEPTEMBER + on;
          const ref = named ? `REF-${nth}` : null;
          if (fault !== 'only bank') entries.push(entry(booked_on, amount, ref));
          if (fault === 'twice in the ledger') entries.push(entry(booked_on + 1, amount, ref));
          if (fault === 'only ledger') continue;
          const part = Math.trunc(amount / parts);
          for (let of = 1; of < parts; of++) if (part !== 0) lines.push(told(booked_on + later, part, ref));
          const rest = part === 0 ? amount : amount - part * (parts - 1);
          lines.push(told(booked_on + later, rest, ref));
        }
        months(entries, statementOf(lines), [202609, 202610, 202611]);
      }),
    );
  });

  test('has no item where both have everything within the days of a weekend', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ on: fc.integer({ min: 0, max: 24 }), late: fc.integer({ min: 0, max: 3 }) }), {
          maxLength: 30,
        }),
        (happened) => {
          const entries = happened.map(({ on }, nth) => entry(SEPTEMBER + on, 1_000 * 2 ** nth));
          const lines = happened.map(({ on, late }, nth) => told(SEPTEMBER + on + late, 1_000 * 2 ** nth));
          const [first] = months(
            [entry(SEPTEMBER, 1), ...entries],
            statementOf([told(SEPTEMBER, 1), ...lines]),
            [202609],
          );
          expect(first?.items).toEqual([]);
        },
      ),
    );
  });

  test('says of each item what it is, with its age, and forgets it when the other side has it', () => {
    const payment = entry(day('2026-09-29'), -700_00, 'PAY-88');
    const entries = [
      entry(day('2026-09-03'), 1_000_00, 'INV-7001'),
      entry(day('2026-09-04'), 1_000_00, 'INV-7001'),
      payment,
      entry(day('2026-11-03'), 55_00),
    ];
    const statement = statementOf([
      told(day('2026-09-03'), 1_000_00, 'INV 7001 Meyer'),
      told(day('2026-09-15'), -12_50, 'Account fees September'),
      told(day('2026-09-16'), -80_00, 'Direct debit'),
      told(day('2026-09-17'), 44_44, 'Mueller thank you'),
      told(day('2026-10-12'), -700_00, 'PAY-88'),
      told(day('2026-10-30'), 55_00),
    ]);
    const [september, october] = months(entries, statement, [202609, 202610]);
    const words = (items: readonly Found[] | undefined) =>
      items?.map(({ cause, amount_minor, ref, settles_on }) => [cause, amount_minor, ref, settles_on]).toSorted();
    const stays = [
      ['charge_not_booked', 12_50, 'Account fees September', null],
      ['payment_not_booked', 80_00, 'Direct debit', null],
      ['posted_twice', 1_000_00, entries[1]?.number, null],
      ['unknown_receipt', -44_44, 'Mueller thank you', null],
    ];
    expect(words(september?.items)).toEqual(
      [...stays, ['outstanding_payment', -700_00, payment.number, day('2026-10-12')]].toSorted(),
    );
    expect(words(october?.items)).toEqual(
      [...stays, ['unknown_receipt', -55_00, 'Line without words', day('2026-11-03')]].toSorted(),
    );
    expect(october?.items.find(({ cause }) => cause === 'charge_not_booked')?.arose_on).toBe(day('2026-09-15'));
  });

  test('what one day had from before the first statement is one item, and what that settles is none', () => {
    const entries = [
      entry(day('2026-08-20'), 500),
      entry(day('2026-08-31'), -200, 'CHQ-0041'),
      entry(SEPTEMBER + 9, 30),
    ];
    const settled = statementOf([told(SEPTEMBER + 1, -200, 'CHQ-0041'), told(SEPTEMBER + 9, 30)], 500);
    const account = (statement: readonly StatementLine[]) =>
      reconcileBank([accountOf(entries, statement, SEPTEMBER)], {
        from: SEPTEMBER,
        cut_off: lastDayOfMonth(202609),
        carried: [],
      });
    expect(account(settled)?.items).toEqual([]);
    const off = statementOf([told(SEPTEMBER + 1, -200, 'CHQ-0041'), told(SEPTEMBER + 9, 30)], 507);
    expect(account(off)?.items).toMatchObject([
      { cause: 'not_found', amount_minor: -7, ref: 'Balance of 1010 before 2026-09-02' },
    ]);
    const october = { day: day('2026-10-05'), amount: 90 };
    const [first, second] = months(
      [...entries, entry(october.day, october.amount)],
      statementOf(
        [told(SEPTEMBER + 1, -200, 'CHQ-0041'), told(SEPTEMBER + 9, 30), told(october.day, october.amount)],
        507,
      ),
      [202609, 202610],
    );
    expect(second?.items).toEqual(first?.items);
    expect(second?.items).toHaveLength(1);
  });

  test('entries after the last line wait for their statement; without one of the month nothing is said', () => {
    const entries = [entry(SEPTEMBER, 10), entry(SEPTEMBER + 20, -4)];
    const [september] = months(entries, statementOf([told(SEPTEMBER, 10)]), [202609]);
    expect(september?.items).toMatchObject([{ cause: 'statement_missing', amount_minor: -4 }]);
    expect(months(entries, [], [202609])).toEqual([null]);
  });

  test('a statement that closes days after its last line covers them, and a month it closes in', () => {
    const entries = [entry(SEPTEMBER, 10), entry(SEPTEMBER + 20, -4), entry(day('2026-10-08'), 3)];
    const account = accountOf(entries, statementOf([told(SEPTEMBER, 10)]), SEPTEMBER);
    const causes = (stated_until: number, cut_off: number) =>
      reconcileBank([{ ...account, stated_until }], { from: SEPTEMBER, cut_off, carried: [] })?.items.map(
        ({ cause, amount_minor }) => [cause, amount_minor],
      );
    const september = lastDayOfMonth(202609);
    expect(causes(september, september)).toEqual([['outstanding_payment', -4]]);
    expect(causes(SEPTEMBER + 19, september)).toEqual([['statement_missing', -4]]);
    expect(causes(day('2026-10-07'), lastDayOfMonth(202610))).toEqual([
      ['outstanding_payment', -4],
      ['statement_missing', 3],
    ]);
  });

  test('of two accounts the one without a statement is taken as the ledger has it', () => {
    const [first, second] = [
      accountOf([entry(SEPTEMBER, 10)], statementOf([told(SEPTEMBER, 10)]), SEPTEMBER),
      accountOf([entry(SEPTEMBER, 77)], [], SEPTEMBER),
    ];
    const side = reconcileBank([first, { ...second, code: '1020' }], {
      from: SEPTEMBER,
      cut_off: lastDayOfMonth(202609),
      carried: [],
    });
    expect(side?.items).toEqual([]);
    expect(side?.open.find(({ ref }) => ref.startsWith('1020'))).toMatchObject({
      ref: '1020: No statement: as the ledger has it',
      amount_minor: 77,
    });
  });
});

describe('matching', () => {
  const rules = (entries: readonly BankEntry[], lines: readonly Told[]) =>
    matchStatement(entries, statementOf(lines)).map((match) => [
      match.rule,
      match.entries.map(({ amount_minor }) => amount_minor),
      match.lines.map(({ amount_minor }) => amount_minor),
    ]);

  test.each<[string, readonly BankEntry[], readonly Told[], readonly unknown[]]>([
    [
      'a reference finds its line among equal amounts',
      [entry(SEPTEMBER, 50, 'SO-1234')],
      [told(SEPTEMBER, 50, 'other'), told(SEPTEMBER + 9, 50, 'your order so 1234')],
      [
        ['reference', [50], [50]],
        [null, [], [50]],
      ],
    ],
    [
      'one payment as two lines',
      [entry(SEPTEMBER, 70)],
      [told(SEPTEMBER, 30), told(SEPTEMBER, 40)],
      [['sum', [70], [30, 40]]],
    ],
    [
      'one line as the parts of several days',
      [entry(SEPTEMBER, 30), entry(SEPTEMBER + 2, 41), entry(SEPTEMBER + 3, 5)],
      [told(SEPTEMBER + 3, 71)],
      [
        ['sum', [41, 30], [71]],
        [null, [5], []],
      ],
    ],
    [
      'two ways to add up are none',
      [entry(SEPTEMBER, 100)],
      [told(SEPTEMBER, 60), told(SEPTEMBER + 1, 40), told(SEPTEMBER + 2, 70), told(SEPTEMBER + 1, 30)],
      [
        [null, [100], []],
        [null, [], [60]],
        [null, [], [40]],
        [null, [], [30]],
        [null, [], [70]],
      ],
    ],
    [
      'one of two alike is a guess, and says so',
      [entry(SEPTEMBER, 25)],
      [told(SEPTEMBER, 25), told(SEPTEMBER + 1, 25)],
      [
        ['amount', [25], [25]],
        [null, [], [25]],
      ],
    ],
    [
      'equal amounts weeks apart are a guess too',
      [entry(SEPTEMBER, 25)],
      [told(SEPTEMBER + 20, 25)],
      [['amount', [25], [25]]],
    ],
    [
      'months apart they are two',
      [entry(SEPTEMBER, 25)],
      [told(SEPTEMBER + 60, 25)],
      [
        [null, [25], []],
        [null, [], [25]],
      ],
    ],
  ])('%s', (_, entries, lines, expected) => {
    expect(rules(entries, lines)).toEqual(expected);
  });

  test('hundreds that fit nothing end, and stay open', () => {
    const many = Array.from({ length: 600 }, (_, nth) => nth);
    const matches = matchStatement(
      many.map((nth) => entry(SEPTEMBER + (nth % 20), 1_000_001 + nth * 14)),
      statementOf(many.map((nth) => told(SEPTEMBER + (nth % 20), 300_000 + nth * 14))),
    );
    expect(matches.filter(({ rule }) => rule === null)).toHaveLength(1_200);
  });
});
