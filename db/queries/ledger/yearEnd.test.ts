/** The end of a fiscal year on both kinds of ledger: one that books closing entries, and one that never does. Worked by hand. */
import { afterEach, describe, expect, test } from 'vitest';
import { addMonths, firstDayOfMonth, isoDate, lastDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import { EARLIER_RESULT } from '#domain/close/fiscalYear.ts';
import { causesOf } from '../close/fluxCauses.ts';
import { tieEntries } from '../margin/tieGround.ts';
import { COMPANY, insertReference } from '../testing/golden.ts';
import { createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { accountLines } from './accountLines.ts';
import { trialBalance } from './trialBalance.ts';

const ACCOUNTS = [
  [1, '1000', 'Bank', 'asset', null],
  [2, '3200', 'Retained earnings', 'equity', null],
  [3, '7000', 'Rent', 'expense', null],
  [4, '8000', 'Sales', 'income', 'revenue'],
] as const;
const [BANK, EQUITY, RENT, SALES] = [1, 2, 3, 4];

let replica: TestReplica;
afterEach(() => replica.close());

describe.each([
  ['January', 1, 202601],
  ['April', 4, 202604],
])('a fiscal year that begins in %s', (_name, start, first) => {
  const last = addMonths(first, 11);
  const next = addMonths(first, 12);
  /** Capital of 500.00; sales of 600.00 and 400.00, rent of 700.00: a profit of 300.00. Then 50.00 in the new year. */
  function books(closing: 'none' | 'whole' | 'short' | 'too late' | 'monthly'): void {
    replica = createTestReplica();
    insertReference(replica, { fiscal_year_start_month: start });
    replica.insert(
      'gl_account',
      ACCOUNTS.map(([id, code, name, kind, role]) => ({ id, company_id: COMPANY, code, name, kind, role })),
    );
    replica.insert('gl_journal', [
      { id: 1, company_id: COMPANY, code: 'MISC', name: 'Miscellaneous', kind: 'by_hand' },
      { id: 2, company_id: COMPANY, code: 'P13', name: 'Period 13', kind: 'closing_entries' },
    ]);
    let id = 0;
    const book = (journal: string, on: number, ...lines: readonly (readonly [number, number])[]): void => {
      id += 1;
      const row = { company_id: COMPANY, month: monthOfDay(on) };
      const head = { journal, number: `E${id}`, booked_on: on, posted_at: 1_000 * id, memo: journal };
      replica.insert('gl_entry', [{ id, ...row, ...head }]);
      replica.insert(
        'gl_line',
        lines.map(([account_id, amount_minor], nth) => ({
          id: id * 10 + nth,
          ...row,
          entry_id: id,
          account_id,
          amount_minor,
        })),
      );
    };
    book('MISC', firstDayOfMonth(addMonths(first, -2)), [BANK, 50_000], [EQUITY, -50_000]);
    book('MISC', firstDayOfMonth(addMonths(first, 3)), [BANK, 60_000], [SALES, -60_000]);
    book('MISC', firstDayOfMonth(addMonths(first, 5)), [RENT, 70_000], [BANK, -70_000]);
    book('MISC', firstDayOfMonth(last) + 3, [BANK, 40_000], [SALES, -40_000]);
    const monthly = (nth: number, ...lines: readonly (readonly [number, number])[]): void =>
      book('P13', lastDayOfMonth(addMonths(first, nth)), ...lines);
    if (closing === 'monthly') {
      monthly(3, [SALES, 60_000], [EQUITY, -60_000]);
      monthly(5, [EQUITY, 70_000], [RENT, -70_000]);
      monthly(11, [SALES, 40_000], [EQUITY, -40_000]);
    } else if (closing !== 'none') {
      const rent = closing === 'short' ? 69_988 : 70_000;
      book('P13', lastDayOfMonth(last), [SALES, 100_000], [EQUITY, rent - 100_000], [RENT, -rent]);
    }
    // booked into the old year after it was closed
    if (closing === 'too late') book('MISC', lastDayOfMonth(last), [RENT, 1_200], [BANK, -1_200]);
    book('MISC', firstDayOfMonth(next) + 8, [BANK, 5_000], [SALES, -5_000]);
  }
  const at = async (month: number, closing: 'pre' | 'post' = 'pre') => {
    const as_of_on = isoDate(lastDayOfMonth(month));
    const context = replica.context({ role: 'finance' });
    const answer = await trialBalance(context, { company_id: COMPANY, as_of_on, known_at_ms: null, closing });
    expect(answer.balance_minor).toBe(0);
    const balances = Object.fromEntries(answer.rows.map(({ name, balance_minor }) => [name, balance_minor]));
    const opening = Object.fromEntries(answer.rows.map(({ name, opening_minor }) => [name, opening_minor]));
    return { ...answer, balances, opening };
  };
  const year_words = start === 1 ? '2026' : 'April 2026 – March 2027';
  const BEFORE = { Bank: 80_000, 'Retained earnings': -50_000, Rent: 70_000, Sales: -100_000 };

  test('without closing entries the result stands on its accounts, and both views are one', async () => {
    books('none');
    for (const closing of ['pre', 'post'] as const) {
      const { balances, ...all } = await at(last, closing);
      expect(balances).toEqual(BEFORE);
      expect(all.closing).toBeNull();
    }
    const opened = await at(next);
    expect(opened.opening).toEqual({
      Bank: 80_000,
      'Retained earnings': -50_000,
      [EARLIER_RESULT]: -30_000,
      Rent: 0,
      Sales: 0,
    });
    expect(opened.balances).toMatchObject({ Bank: 85_000, Sales: -5_000, Rent: 0 });
    expect(opened.closing).toBeNull();
  });

  test('with closing entries it does so before them, and is equity after them', async () => {
    books('whole');
    const closed = { year_words, own_year: true, result_minor: -30_000, carried_minor: -30_000, left_minor: 0 };
    const pre = await at(last);
    expect(pre.balances).toEqual(BEFORE);
    expect(pre.closing).toEqual(closed);
    expect([pre.debit_minor, pre.credit_minor]).toEqual([40_000, 40_000]);
    const post = await at(last, 'post');
    expect(post.balances).toEqual({ Bank: 80_000, 'Retained earnings': -80_000, Rent: 0, Sales: 0 });
    expect(post.closing).toEqual(closed);
    expect([post.debit_minor, post.credit_minor]).toEqual([140_000, 140_000]);
    // the month before the last has none
    expect((await at(addMonths(last, -1))).closing).toBeNull();
  });

  test('the new year opens with retained earnings and result together, whoever carried them', async () => {
    const equity: number[] = [];
    for (const kind of ['none', 'whole', 'short', 'too late'] as const) {
      books(kind);
      const { opening, closing, balances } = await at(next);
      equity.push((opening['Retained earnings'] ?? 0) + (opening[EARLIER_RESULT] ?? 0));
      expect([opening['Sales'], opening['Rent'], balances['Sales'], balances['Rent']]).toEqual([0, 0, -5_000, 0]);
      const left = { none: undefined, whole: 0, short: 12, 'too late': 1_200 }[kind];
      expect(closing?.left_minor).toBe(left);
      // what closing entries left is the result of earlier years
      if (left !== undefined) {
        expect(opening[EARLIER_RESULT] ?? 0).toBe(left);
        expect(closing).toMatchObject({ year_words, own_year: false });
      }
      await replica.close();
    }
    expect(equity).toEqual([-80_000, -80_000, -80_000, -78_800]);
    books('none');
  });

  test('what closing entries left on income and expense is told in their own year too', async () => {
    books('short');
    for (const view of ['pre', 'post'] as const) {
      const { closing, balances } = await at(last, view);
      expect(closing).toMatchObject({ own_year: true, result_minor: -30_000, carried_minor: -30_012, left_minor: 12 });
      expect(balances['Rent']).toBe(view === 'pre' ? 70_000 : 12);
    }
  });

  test('closing entries of each month: before them the year stands on its accounts, after them what was not closed yet', async () => {
    books('monthly');
    // half way: 600.00 sold and 700.00 of rent, both closed
    const half = addMonths(first, 5);
    const closed = { year_words, own_year: true, result_minor: 10_000, carried_minor: 10_000, left_minor: 0 };
    const pre = await at(half);
    expect(pre.balances).toEqual({ Bank: 40_000, 'Retained earnings': -50_000, Rent: 70_000, Sales: -60_000 });
    expect(pre.closing).toEqual(closed);
    const post = await at(half, 'post');
    expect(post.balances).toEqual({ Bank: 40_000, 'Retained earnings': -40_000, Rent: 0, Sales: 0 });
    expect(post.closing).toEqual(closed);
    // a month that is not closed yet leaves nothing of those that are
    const later = addMonths(first, 4);
    expect((await at(later)).closing).toMatchObject({ result_minor: -60_000, carried_minor: -60_000, left_minor: 0 });
    const before_last = isoDate(lastDayOfMonth(last) - 1);
    const open = await trialBalance(replica.context({ role: 'finance' }), {
      company_id: COMPANY,
      as_of_on: before_last,
      known_at_ms: null,
      closing: 'post',
    });
    expect(open.closing).toEqual(closed);
    expect(open.rows.find(({ account_id }) => account_id === SALES)?.balance_minor).toBe(-40_000);
    expect((await at(later, 'post')).balances).toMatchObject({ Rent: 0, Sales: 0, 'Retained earnings': -110_000 });
    expect((await at(last)).balances).toEqual(BEFORE);
    const whole = { result_minor: -30_000, carried_minor: -30_000, left_minor: 0 };
    expect((await at(last, 'post')).closing).toMatchObject({ ...whole, own_year: true });
    expect((await at(last, 'post')).balances).toEqual({
      Bank: 80_000,
      'Retained earnings': -80_000,
      Rent: 0,
      Sales: 0,
    });
    const opened = await at(next);
    expect(opened.opening).toMatchObject({ 'Retained earnings': -80_000, Rent: 0, Sales: 0 });
    expect(opened.closing).toMatchObject({ ...whole, own_year: false });
    for (const view of ['pre', 'post'] as const) {
      const { rows } = await at(half, view);
      const flux = Object.fromEntries(rows.map((row) => [row.name, [row.flux.now_minor, row.flux.before_minor]]));
      expect(flux).toMatchObject({ 'Retained earnings': [-50_000, -50_000], Rent: [70_000, 0], Sales: [0, 0] });
    }
  });

  test.each(['none', 'whole', 'short', 'too late', 'monthly'] as const)(
    'the lines of an account come to the figure one came from, before and after closing entries: %s',
    async (kind) => {
      books(kind);
      const context = replica.context({ role: 'finance' });
      for (const closing of ['pre', 'post'] as const) {
        for (const month of [addMonths(first, 4), addMonths(first, 5), last, next]) {
          for (const { account_id, balance_minor, debit_minor, credit_minor } of (await at(month, closing)).rows) {
            if (account_id < 0) continue;
            const days = { from_on: isoDate(firstDayOfMonth(month)), to_on: isoDate(lastDayOfMonth(month)) };
            const asked = { company_id: COMPANY, account_id, known_at_ms: null, offset: 0, limit: 100 };
            const answer = await accountLines(context, { ...asked, ...days, closing });
            const sum = answer.lines.reduce((all, { amount_minor }) => all + amount_minor, 0);
            expect([answer.closing_minor, answer.lines.length, sum]).toEqual([
              balance_minor,
              answer.total_lines,
              debit_minor - credit_minor,
            ]);
            expect(answer.lines.at(-1)?.balance_minor ?? balance_minor).toBe(balance_minor);
            const post = await accountLines(context, { ...asked, ...days, closing: 'post' });
            expect(answer.left_out_lines).toBe(post.total_lines - answer.total_lines);
            // and of all that was ever booked
            const ever = await accountLines(context, { ...asked, ...days, from_on: '2020-01-01', closing });
            expect(ever.closing_minor).toBe(balance_minor);
          }
        }
      }
    },
  );

  test('no account changed by them: not in their month, not in the one after', async () => {
    books('whole');
    const changes = async (month: number, view: 'pre' | 'post') =>
      Object.fromEntries(
        (await at(month, view)).rows.map(({ name, flux }) => [name, [flux.now_minor, flux.before_minor]]),
      );
    for (const view of ['pre', 'post'] as const) {
      expect(await changes(last, view)).toMatchObject({
        'Retained earnings': [-50_000, -50_000],
        Rent: [0, 0],
        Sales: [-40_000, 0],
      });
      expect(await changes(next, view)).toMatchObject({
        'Retained earnings': [-80_000, -80_000],
        Rent: [0, 0],
        Sales: [-5_000, -40_000],
      });
    }
    const context = replica.context({ role: 'finance' });
    const changed = { account_id: SALES, kind: 'income', change_minor: -40_000 };
    const causes = (await causesOf(context, COMPANY, last, [changed])).get(SALES);
    expect(causes?.map(({ label, change_minor }) => [label, change_minor])).toEqual([['MISC MISC', -40_000]]);
    // nor is one a sale
    expect((await tieEntries(context, COMPANY, last)).map(({ amount_minor }) => amount_minor)).toEqual([40_000]);
  });
});
