import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LedgerAccount, statementLines, trialBalanceLines } from './drawnUp.ts';

const account = (
  code: string,
  kind: string,
  balance_minor: number,
  moved_minor = balance_minor,
  earlier_minor = 0,
): LedgerAccount => ({
  code,
  name: `Account ${code}`,
  kind,
  balance_minor,
  moved_minor,
  earlier_minor,
});
const total = (lines: readonly { readonly side: string; readonly amount_minor: number }[], side: string): number =>
  lines.reduce((sum, line) => (line.side === side ? sum + line.amount_minor : sum), 0);

describe('the trial balance', () => {
  test('names every account that stands at something, under its code', () => {
    expect(
      trialBalanceLines([account('1000', 'asset', 90), account('8000', 'income', -90), account('9', 'asset', 0)]),
    ).toEqual([
      { side: 'ledger', ref: 'Account 1000', account: '1000', amount_minor: 90 },
      { side: 'ledger', ref: 'Account 8000', account: '8000', amount_minor: -90 },
    ]);
  });

  test('income and expense are those of the year, and what earlier years came to is a line of its own', () => {
    expect(
      trialBalanceLines([
        account('1000', 'asset', 90, 5, 70),
        account('8000', 'income', -100, -5, -80),
        account('7000', 'expense', 10, 0, 10),
      ]),
    ).toEqual([
      { side: 'ledger', ref: 'Account 1000', account: '1000', amount_minor: 90 },
      { side: 'ledger', ref: 'Account 8000', account: '8000', amount_minor: -20 },
      { side: 'ledger', ref: 'Result of earlier years', account: null, amount_minor: -70 },
    ]);
  });
});

describe('the statements', () => {
  test('show income positive against what everything else did; a ledger without entries has none', () => {
    expect(
      statementLines([
        account('1000', 'asset', 400, 60),
        account('8000', 'income', -500, -80),
        account('7000', 'expense', 100, 20),
      ]),
    ).toEqual([
      { side: 'ledger', ref: 'Account 8000', account: '8000', amount_minor: 80 },
      { side: 'ledger', ref: 'Account 7000', account: '7000', amount_minor: -20 },
      { side: 'subledger', ref: 'Change of assets, debts and equity', account: null, amount_minor: 60 },
    ]);
    expect(statementLines([account('1000', 'asset', 400, 0)])).toEqual([]);
  });

  test('of books that balance, both sides come to the same result; of others they differ by what is missing', () => {
    const kinds = fc.constantFrom('asset', 'liability', 'equity', 'income', 'expense');
    const amount = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });
    fc.assert(
      fc.property(fc.array(fc.tuple(kinds, amount), { maxLength: 30 }), (rows) => {
        const lines = statementLines(rows.map(([kind, moved], nth) => account(String(nth), kind, 0, moved)));
        const off = rows.reduce((sum, [, moved]) => sum + moved, 0);
        expect(total(lines, 'subledger') - total(lines, 'ledger')).toBe(off);
      }),
    );
  });
});
