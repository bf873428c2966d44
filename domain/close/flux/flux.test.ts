import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addMonths, firstDayOfMonth, lastDayOfMonth } from '#domain/calendar.ts';
import { succession } from '#domain/governance/inForce.ts';
import { fluxOf } from '../flux.ts';
import { fluxCauses, type FluxPart, memoKind, MOST_CAUSES } from './causes.ts';
import { type FluxAccount, fluxChanges, fluxLines, unexplainedChanges } from './lines.ts';
import { itemThresholdOf, thresholdOf } from './thresholds.ts';

const threshold = { amount_minor: 100_000, rate_bp: 1_000 };
const account = (code: string, kind: string, more: Partial<FluxAccount>): FluxAccount => ({
  code,
  name: 'N',
  kind,
  balance_minor: 0,
  balance_before_minor: 0,
  moved_minor: 0,
  moved_before_minor: 0,
  ...more,
});
/** As the task keeps them. */
const kept = (accounts: readonly FluxAccount[], words: ReadonlyMap<string, string> = new Map()) =>
  fluxLines(accounts).map((line, id) => ({
    ...line,
    id,
    explanation: line.side === 'item' ? (words.get(line.account) ?? null) : null,
  }));

describe('the lines of the flux task', () => {
  test('income and expense by what moved, the rest by its balance', () => {
    const lines = fluxLines([
      account('1000', 'asset', { balance_minor: 50, balance_before_minor: 30, moved_minor: 20, moved_before_minor: 7 }),
      account('8000', 'income', {
        balance_minor: -90,
        balance_before_minor: -50,
        moved_minor: -40,
        moved_before_minor: 0,
      }),
      account('9000', 'expense', { balance_minor: 5, balance_before_minor: 5 }),
    ]);
    expect(lines.map(({ side, account: code, amount_minor }) => [side, code, amount_minor])).toEqual([
      ['ledger', '1000', 50],
      ['ledger', '8000', -40],
      ['subledger', '1000', 30],
      ['item', '1000', 20],
      ['item', '8000', -40],
    ]);
  });

  test('a change that asks keeps the task from being signed until it has words', () => {
    const accounts = [
      account('4000', 'expense', { moved_minor: 500_000, moved_before_minor: 100_000 }),
      account('4100', 'expense', { moved_minor: 100_500, moved_before_minor: 100_000 }),
    ];
    expect(unexplainedChanges(kept(accounts), threshold).map(({ ref }) => ref)).toEqual(['4000 N']);
    expect(unexplainedChanges(kept(accounts, new Map([['4000', 'why']])), threshold)).toEqual([]);
  });

  const amount = fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 });
  const some = fc.uniqueArray(
    fc.record({
      code: fc.string({ minLength: 1, maxLength: 4 }),
      name: fc.string(),
      kind: fc.constantFrom('asset', 'liability', 'equity', 'income', 'expense'),
      balance_minor: amount,
      balance_before_minor: amount,
      moved_minor: amount,
      moved_before_minor: amount,
    }),
    { selector: ({ code }) => code, maxLength: 20 },
  );

  test('both months differ by the items, to the cent, and the lines say again what each account did', () => {
    fc.assert(
      fc.property(some, (accounts) => {
        const lines = kept(accounts);
        const sum = (side: string) =>
          lines.reduce((all, line) => (line.side === side ? all + line.amount_minor : all), 0);
        expect(sum('ledger') - sum('subledger')).toBe(sum('item'));
        const changes = new Map(fluxChanges(lines, threshold).map((change) => [change.account, change]));
        for (const { code, kind, ...of } of accounts) {
          const result = kind === 'income' || kind === 'expense';
          const now_minor = result ? of.moved_minor : of.balance_minor;
          const before_minor = result ? of.moved_before_minor : of.balance_before_minor;
          if (now_minor === 0 && before_minor === 0) expect(changes.has(code)).toBe(false);
          else {
            expect(changes.get(code)).toMatchObject({
              now_minor,
              before_minor,
              ...fluxOf(now_minor, before_minor, threshold),
            });
          }
        }
      }),
    );
  });
});

describe('thresholds', () => {
  const version = (valid_from: number | null, valid_to: number | null, amount_minor: number) => ({
    valid_from,
    valid_to,
    amount_minor,
    rate_bp: 500,
  });
  const first = (period: number) => firstDayOfMonth(period);

  test('of a month are those that held in it; without a rule a thousand of the main unit and a tenth', () => {
    const rows = [version(first(202601), lastDayOfMonth(202602), 1), version(first(202603), null, 2)];
    expect(thresholdOf(202512, rows, 'EUR')).toEqual({ amount_minor: 100_000, rate_bp: 1_000, version: null });
    expect(thresholdOf(202512, rows, 'JPY').amount_minor).toBe(1_000);
    expect([202601, 202602, 202603].map((period) => thresholdOf(period, rows, 'EUR').amount_minor)).toEqual([1, 1, 2]);
    const items = [
      { name: 'grni', threshold_minor: 7, valid_from: null, valid_to: lastDayOfMonth(202602) },
      { name: 'grni', threshold_minor: 9, valid_from: first(202603), valid_to: null },
      { name: 'ar_gl', threshold_minor: 5, valid_from: null, valid_to: null },
    ];
    const of = (period: number, code: string) => itemThresholdOf(period, code, items);
    expect([of(202602, 'grni'), of(202603, 'grni'), of(202603, 'ar_gl'), of(202603, 'ap_gl')]).toEqual([7, 9, 5, 0]);
  });

  test('whatever is changed from a month on, every month before is judged as it was', () => {
    const months = Array.from({ length: 24 }, (_, nth) => addMonths(202501, nth));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(23), fc.nat(1_000_000)), { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        (changes, kept) => {
          let versions = kept ? [version(null, null, 5)] : [];
          let before = months.map((month) => thresholdOf(month, versions, 'EUR').amount_minor);
          for (const [nth, amount_minor] of changes) {
            const from = first(months[nth] ?? 0);
            const next = succession(versions, from, { ends: false, dated: true });
            versions = versions.map((each) =>
              each === next.ends
                ? { ...each, valid_to: from - 1 }
                : each === next.replaced
                  ? { ...each, amount_minor }
                  : each,
            );
            if (next.added) versions.push({ ...next.added, amount_minor, rate_bp: 500 });
            const now = months.map((month) => thresholdOf(month, versions, 'EUR').amount_minor);
            expect(now.slice(0, nth)).toEqual(before.slice(0, nth));
            expect(now[nth]).toBe(amount_minor);
            before = now;
          }
        },
      ),
    );
  });
});

describe('the likely cause', () => {
  const part = (memo: string, now_minor: number, before_minor = 0): FluxPart => ({
    journal: 'GEN',
    memo,
    now_minor,
    before_minor,
  });

  test('is what moved the way of the change, largest first, until it makes most of it', () => {
    const parts = [
      part('Rent', 1_000, 1_000),
      part('Legal', 700),
      part('Travel', 250),
      part('Sold', -50),
      part('Pens', 30),
    ];
    expect(fluxCauses(930, parts, true).map((cause) => [cause.part.memo, cause.change_minor, cause.share_bp])).toEqual([
      ['Legal', 700, 7_527],
      ['Travel', 250, 2_688],
    ]);
    // a balance changes by what moved in the month, whatever moved before
    expect(fluxCauses(1_930, parts, false).map((cause) => cause.part.memo)).toEqual(['Rent', 'Legal']);
    expect(fluxCauses(0, parts, true)).toEqual([]);
  });

  test('texts that tell a month or a number are of one kind', () => {
    expect(memoKind('Salaries 202610')).toBe(memoKind('Salaries 202609'));
    expect(memoKind('Bill 4711/2026-10 of 3 pumps')).toBe('Bill of pumps');
    expect(memoKind('Rent')).not.toBe(memoKind('Repairs'));
  });

  test('goes the way of the change, is bounded, and does not hang on the order of parts', () => {
    const amount = fc.integer({ min: -1_000_000, max: 1_000_000 });
    const parts = fc.uniqueArray(
      fc.record({
        journal: fc.constantFrom('A', 'B'),
        memo: fc.string({ maxLength: 3 }),
        now_minor: amount,
        before_minor: amount,
      }),
      {
        selector: ({ journal, memo }) => `${journal}/${memo}`,
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(parts, fc.boolean(), (some, result) => {
        const change = some.reduce((sum, each) => sum + each.now_minor - (result ? each.before_minor : 0), 0);
        const causes = fluxCauses(change, some, result);
        expect(causes).toEqual(fluxCauses(change, some.toReversed(), result));
        expect(causes.length).toBeLessThanOrEqual(MOST_CAUSES);
        expect(causes.length > 0).toBe(change !== 0);
        for (const cause of causes) expect(Math.sign(cause.change_minor)).toBe(Math.sign(change));
        const made = causes.reduce((sum, cause) => sum + Math.abs(cause.change_minor), 0);
        if (causes.length < MOST_CAUSES && change !== 0)
          expect(made * 100).toBeGreaterThanOrEqual(Math.abs(change) * 80);
      }),
    );
  });
});
