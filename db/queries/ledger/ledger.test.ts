import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isoDate, monthOfDay } from '#domain/calendar.ts';
import { fiscalYearWords } from '#domain/close/fiscalYear.ts';
import { QUERIES } from '#contract/queries.ts';
import { COMPANY, day, insertReference } from '../testing/golden.ts';
import { createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { accountLines } from './accountLines.ts';
import { linesKnownAt } from './books.ts';
import { ledgerEntry } from './ledgerEntry.ts';
import { trialBalance } from './trialBalance.ts';

let replica: TestReplica;
const AR = 1;
const SALES = 2;
const BANK = 3;

/** [day, posted at, debit account, credit account, amount] */
const BOOKED = [
  ['2026-09-30', 1_000, AR, SALES, 50_000],
  ['2026-10-05', 2_000, AR, SALES, 12_100],
  ['2026-10-20', 3_000, BANK, AR, 40_000],
  // of September, posted when October was under way
  ['2026-09-29', 4_000, AR, SALES, 700],
  ['2026-11-02', 5_000, BANK, AR, 9_999],
] as const;

beforeAll(() => {
  replica = createTestReplica();
  insertReference(replica);
  const account = (id: number, code: string, name: string, kind: string) => ({
    id,
    company_id: COMPANY,
    code,
    name,
    kind,
  });
  replica.insert('gl_account', [
    account(AR, '1300', 'Receivables', 'asset'),
    account(SALES, '8000', 'Sales', 'income'),
    account(BANK, '1000', 'Bank', 'asset'),
  ]);
  for (const [nth, [iso, posted_at, debit, credit, amount]] of BOOKED.entries()) {
    const id = nth + 1;
    const month = Number(iso.slice(0, 7).replace('-', ''));
    const row = { company_id: COMPANY, month };
    const head = { journal: 'GEN', number: `G${id}`, booked_on: day(iso), posted_at, memo: 'by hand' };
    replica.insert('gl_entry', [{ id, ...row, ...head }]);
    replica.insert('gl_line', [
      { id: id * 10, ...row, entry_id: id, account_id: debit, amount_minor: amount },
      { id: id * 10 + 1, ...row, entry_id: id, account_id: credit, amount_minor: -amount },
    ]);
  }
});
afterAll(() => replica.close());

const balance = async (as_of_on: string, known_at_ms: number | null = null) =>
  await trialBalance(replica.context({ role: 'finance' }), {
    company_id: COMPANY,
    as_of_on,
    known_at_ms,
    closing: 'pre',
  });
const lines = async (more: object = {}) =>
  await accountLines(
    replica.context({ role: 'finance' }),
    QUERIES.accountLines.args.parse({
      company_id: COMPANY,
      account_id: AR,
      from_on: '2026-10-01',
      to_on: '2026-10-31',
      ...more,
    }),
  );

describe('the trial balance', () => {
  test('stands at the end of any day, and adds up to nothing', async () => {
    const answer = await balance('2026-10-31');
    expect(
      answer.rows.map(({ code, before_minor, debit_minor, credit_minor, balance_minor }) => [
        code,
        before_minor,
        debit_minor,
        credit_minor,
        balance_minor,
      ]),
    ).toEqual([
      ['1000', 0, 40_000, 0, 40_000],
      ['1300', 50_700, 12_100, 40_000, 22_800],
      ['8000', -50_700, 0, 12_100, -62_800],
    ]);
    expect(answer).toMatchObject({
      debit_minor: 52_100,
      credit_minor: 52_100,
      balance_minor: 0,
      month_from_on: '2026-10-01',
      later_entries: 0,
    });
    const before = await balance('2026-10-19');
    expect(before.rows.find(({ code }) => code === '1300')?.balance_minor).toBe(62_800);
  });

  test('as it was known at a moment leaves out what was posted later, and says how much that is', async () => {
    const known = await balance('2026-10-31', 3_500);
    expect(known.rows.find(({ code }) => code === '1300')).toMatchObject({
      before_minor: 50_000,
      balance_minor: 22_100,
    });
    expect(known).toMatchObject({ balance_minor: 0, later_entries: 1 });
  });

  test('says what each account did beside the month before, and asks why beyond the thresholds', async () => {
    const { rows, flux_threshold } = await balance('2026-10-31');
    expect(flux_threshold).toEqual({ amount_minor: 100_000, rate_bp: 1_000 });
    const flux = new Map(rows.map((row) => [row.code, row.flux]));
    // sales by what moved in the month, receivables by what stood at its end
    expect(flux.get('8000')).toEqual({
      now_minor: -12_100,
      before_minor: -50_700,
      change_minor: 38_600,
      rate_bp: -7_613,
      asks: false,
      words: null,
      by: null,
    });
    expect(flux.get('1300')).toEqual({
      now_minor: 22_800,
      before_minor: 50_700,
      change_minor: -27_900,
      rate_bp: -5_503,
      asks: false,
      words: null,
      by: null,
    });
  });

  test('is for those who see all of the ledger', async () => {
    const asked = { company_id: COMPANY, as_of_on: '2026-10-31', known_at_ms: null, closing: 'pre' } as const;
    for (const role of ['sales', 'planner', 'warehouse'])
      await expect(trialBalance(replica.context({ role }), asked)).rejects.toThrow('is for Finance');
  });
});

describe('with the year', () => {
  const EQUITY = 4;
  const RENT = 5;
  const KINDS = { [AR]: 'asset', [SALES]: 'income', [BANK]: 'asset', [EQUITY]: 'equity', [RENT]: 'expense' } as const;
  type Account = keyof typeof KINDS;
  const account_of = fc.constantFrom<Account>(AR, SALES, BANK, EQUITY, RENT);
  const on = fc.integer({ min: day('2024-11-01'), max: day('2027-02-28') });
  const booked = fc.array(
    fc.record({ on, debit: account_of, credit: account_of, amount: fc.integer({ min: 0, max: 1_000_000 }) }),
    { maxLength: 40 },
  );
  const isResult = (id: number): boolean => id === SALES || id === RENT;

  test.each([1, 4, 7, 10])(
    'of a year that begins with month %i income and expense begin anew, earlier years are a line of their own, and all adds up to nothing',
    async (start) => {
      await fc.assert(
        fc.asyncProperty(booked, fc.array(on, { minLength: 1, maxLength: 4 }), async (entries, days) => {
          const own = createTestReplica();
          try {
            insertReference(own, { fiscal_year_start_month: start });
            own.insert(
              'gl_account',
              [AR, SALES, BANK, EQUITY, RENT].map((id) => ({
                id,
                company_id: COMPANY,
                code: String(id),
                name: `Account ${id}`,
                kind: KINDS[id as Account],
              })),
            );
            for (const [nth, entry] of entries.entries()) {
              const id = nth + 1;
              const row = { company_id: COMPANY, month: Number(isoDate(entry.on).slice(0, 7).replace('-', '')) };
              const head = { journal: 'GEN', number: `G${id}`, booked_on: entry.on, posted_at: 1_000, memo: '' };
              own.insert('gl_entry', [{ id, ...row, ...head }]);
              own.insert('gl_line', [
                { id: id * 10, ...row, entry_id: id, account_id: entry.debit, amount_minor: entry.amount },
                { id: id * 10 + 1, ...row, entry_id: id, account_id: entry.credit, amount_minor: 0 - entry.amount },
              ]);
            }
            const context = own.context({ role: 'finance' });
            for (const as_of of days) {
              const as_of_on = isoDate(as_of);
              const begun = Number(as_of_on.slice(5, 7)) >= start ? 0 : 1;
              const year = Number(as_of_on.slice(0, 4)) - begun;
              const first = day(`${year}-${String(start).padStart(2, '0')}-01`);
              const sum = (id: number, from: number, to: number): number =>
                entries.reduce((total, { on: when, debit, credit, amount }) => {
                  if (when < from || when > to) return total;
                  return total + (debit === id ? amount : 0) - (credit === id ? amount : 0);
                }, 0);
              const { rows, ...all } = await trialBalance(context, {
                company_id: COMPANY,
                as_of_on,
                known_at_ms: null,
                closing: 'pre',
              });
              const total = (of: (row: (typeof rows)[number]) => number): number =>
                rows.reduce((minor, row) => minor + of(row), 0);
              expect([total((row) => row.opening_minor), total((row) => row.year_minor), all.balance_minor]).toEqual([
                0, 0, 0,
              ]);
              expect(all.year_from_on).toBe(isoDate(first));
              expect(all.year_words).toBe(fiscalYearWords(monthOfDay(as_of), start));
              for (const row of rows) {
                expect(row.balance_minor).toBe(row.opening_minor + row.year_minor);
                expect(row.balance_minor).toBe(row.before_minor + row.debit_minor - row.credit_minor);
                if (row.account_id < 0) continue;
                const id = row.account_id;
                expect(row.opening_minor).toBe(isResult(id) ? 0 : sum(id, 0, first - 1));
                expect(row.year_minor).toBe(sum(id, first, as_of));
                const asked = { company_id: COMPANY, account_id: id, from_on: '2024-11-01', to_on: as_of_on };
                const drilled = await accountLines(context, QUERIES.accountLines.args.parse(asked));
                expect(drilled.closing_minor).toBe(row.balance_minor);
                const last = drilled.lines.at(-1);
                if (last && last.booked_on >= isoDate(first)) expect(last.balance_minor).toBe(row.balance_minor);
              }
              const earlier = sum(SALES, 0, first - 1) + sum(RENT, 0, first - 1);
              const carried = rows
                .filter((row) => row.account_id < 0)
                .map((row) => [row.kind, row.opening_minor, row.year_minor]);
              expect(carried).toEqual(earlier === 0 ? [] : [['equity', earlier, 0]]);
            }
          } finally {
            await own.close();
          }
        }),
        { numRuns: 10 },
      );
    },
  );
});

describe('an account', () => {
  test('of income begins anew with the year, as the trial balance does', async () => {
    const { rows } = await balance('2027-01-31');
    expect(rows.map((row) => [row.code, row.name, row.opening_minor, row.before_minor, row.year_minor])).toEqual([
      ['1000', 'Bank', 49_999, 49_999, 0],
      ['1300', 'Receivables', 12_801, 12_801, 0],
      ['', 'Result of earlier years', -62_800, -62_800, 0],
      ['8000', 'Sales', 0, 0, 0],
    ]);
    expect(rows.find(({ code }) => code === '')?.flux).toMatchObject({ change_minor: 0, asks: false });
    const over = await lines({ account_id: SALES, to_on: '2027-01-31' });
    expect(over).toMatchObject({ opening_minor: -50_700, closing_minor: 0, total_lines: 1 });
    expect(over.lines.map(({ balance_minor }) => balance_minor)).toEqual([-62_800]);
  });

  test('comes line by line with what stood on it after each, and the ends meet the trial balance', async () => {
    const answer = await lines();
    expect(
      answer.lines.map(({ number, amount_minor, balance_minor }) => [number, amount_minor, balance_minor]),
    ).toEqual([
      ['G2', 12_100, 62_800],
      ['G3', -40_000, 22_800],
    ]);
    expect(answer).toMatchObject({ opening_minor: 50_700, closing_minor: 22_800, total_lines: 2 });
    // the second block goes on where the first ended
    const second = await lines({ offset: 1, limit: 1 });
    expect(second.lines).toEqual([answer.lines[1]]);
    expect(await lines({ known_at_ms: 3_500 })).toMatchObject({ opening_minor: 50_000, closing_minor: 22_100 });
  });

  test('days the wrong way round and accounts of nobody are told', async () => {
    await expect(lines({ from_on: '2026-11-01' })).rejects.toThrow('before the first');
    await expect(lines({ account_id: 99 })).rejects.toThrow('no account 99');
  });

  test('an entry shows all of its accounts', async () => {
    const entry = await ledgerEntry(replica.context({ role: 'auditor' }), {
      company_id: COMPANY,
      entry_id: 3,
      known_at_ms: null,
    });
    expect(entry).toMatchObject({ number: 'G3', booked_on: '2026-10-20', posted_at_ms: 3_000 });
    expect(entry.lines.map(({ account, amount_minor }) => [account, amount_minor])).toEqual([
      ['1000', 40_000],
      ['1300', -40_000],
    ]);
  });
});

describe('an entry that was changed', () => {
  const moment = (known_at_ms: number | null, as_of_on = '2026-11-30') => ({
    company_id: COMPANY,
    as_of_on,
    known_at_ms,
    closing: 'pre' as const,
  });
  /** Posted at 1_000; its amounts changed at 2_000, its day and an account at 3_000; another taken out at 3_000. */
  const changed = (): TestReplica => {
    const own = createTestReplica();
    insertReference(own);
    own.insert(
      'gl_account',
      [AR, SALES, BANK].map((id) => ({
        id,
        company_id: COMPANY,
        code: String(id),
        name: `Account ${id}`,
        kind: id === SALES ? 'income' : 'asset',
      })),
    );
    const head = { company_id: COMPANY, journal: 'GEN', posted_at: 1_000, ref: null, memo: 'by hand' };
    const now = { id: 1, ...head, number: 'G1', month: 202610, booked_on: day('2026-10-31'), changed_at: 3_000 };
    own.insert('gl_entry', [now]);
    const lines = [
      { id: 10, account_id: BANK, amount_minor: 99_900 },
      { id: 11, account_id: SALES, amount_minor: -99_900 },
    ];
    own.insert(
      'gl_line',
      lines.map((line) => ({ ...line, company_id: COMPANY, month: 202610, entry_id: 1 })),
    );
    let id = 0;
    const stood = (number: string, from_at: number, until_at: number, amount: number) =>
      [AR, SALES].map((account_id, nth) => ({
        id: (id += 1),
        ...head,
        number,
        entry_id: number === 'G1' ? 1 : 2,
        line_id: 10 + nth,
        account_id,
        from_at,
        until_at,
        month: 202611,
        booked_on: day('2026-11-05'),
        changed_by: 'admin',
        amount_minor: nth === 0 ? amount : -amount,
      }));
    own.insert('gl_replaced_line', [
      ...stood('G1', 1_000, 2_000, 10_000),
      ...stood('G1', 2_000, 3_000, 99_900),
      ...stood('G2', 1_000, 3_000, 5),
    ]);
    return own;
  };

  test('stands at every moment as it stood then, on the day it was booked on then, account by account', async () => {
    const own = changed();
    try {
      const context = own.context({ role: 'finance' });
      const seen = async (known_at_ms: number | null, as_of_on?: string) => {
        const answer = await trialBalance(context, moment(known_at_ms, as_of_on));
        expect(answer.balance_minor).toBe(0);
        for (const { account_id, balance_minor } of answer.rows) {
          const of = { company_id: COMPANY, account_id, from_on: '2026-11-01', to_on: as_of_on ?? '2026-11-30' };
          const drilled = await accountLines(context, QUERIES.accountLines.args.parse({ ...of, known_at_ms }));
          expect(drilled.closing_minor).toBe(balance_minor);
          expect(drilled.lines.at(-1)?.balance_minor ?? drilled.opening_minor).toBe(balance_minor);
        }
        return [
          answer.rows.map(({ balance_minor }) => balance_minor),
          answer.later_entries,
          answer.changed_entries,
        ] as const;
      };
      expect(await seen(999)).toEqual([[0, 0, 0], 1, 0]);
      expect(await seen(1_000)).toEqual([[10_005, -10_005, 0], 0, 2]);
      expect(await seen(1_999)).toEqual([[10_005, -10_005, 0], 0, 2]);
      expect(await seen(2_500)).toEqual([[99_905, -99_905, 0], 0, 2]);
      // before it moved it was of November
      expect(await seen(2_500, '2026-11-04')).toEqual([[0, 0, 0], 0, 0]);
      expect(await seen(3_000)).toEqual([[0, -99_900, 99_900], 0, 0]);
      expect(await seen(3_000, '2026-11-04')).toEqual([[0, -99_900, 99_900], 0, 0]);
      expect(await seen(null)).toEqual([[0, -99_900, 99_900], 0, 0]);
    } finally {
      await own.close();
    }
  });

  test('says when, by whom, and what it was; opens as it stood at a moment, also when it is gone', async () => {
    const own = changed();
    try {
      const context = own.context({ role: 'auditor' });
      const open = async (entry_id: number, known_at_ms: number | null) =>
        await ledgerEntry(context, { company_id: COMPANY, entry_id, known_at_ms });
      const now = await open(1, null);
      expect(now).toMatchObject({ booked_on: '2026-10-31', changed_at_ms: 3_000, shown_until_ms: null });
      expect(now.versions).toEqual([
        { from_ms: 2_000, until_ms: 3_000, changed_by: 'admin', debit_minor: 99_900, moved_from_on: '2026-11-05' },
        { from_ms: 1_000, until_ms: 2_000, changed_by: 'admin', debit_minor: 10_000, moved_from_on: null },
      ]);
      const first = await open(1, 1_500);
      expect(first).toMatchObject({
        number: 'G1',
        booked_on: '2026-11-05',
        changed_at_ms: null,
        shown_until_ms: 2_000,
        versions: now.versions,
      });
      expect(first.lines.map(({ account, amount_minor }) => [account, amount_minor])).toEqual([
        [String(AR), 10_000],
        [String(SALES), -10_000],
      ]);
      expect(await open(2, 1_500)).toMatchObject({
        number: 'G2',
        shown_until_ms: 3_000,
        removed: true,
        versions: [{ until_ms: 3_000 }],
      });
      await expect(open(2, null)).rejects.toThrow('was taken out');
      await expect(open(1, 999)).rejects.toThrow('was not in the books yet');
      await expect(open(3, null)).rejects.toThrow('no entry 3');
    } finally {
      await own.close();
    }
  });

  test('costs a moment nothing where nothing was changed: what was replaced is found by its index', () => {
    const own = createTestReplica();
    try {
      const plan = linesKnownAt(COMPANY, 1_000).compile(own.context({ role: 'finance' }).db);
      const steps = own.reader
        .prepare<unknown[], { readonly detail: string }>(`EXPLAIN QUERY PLAN SELECT * FROM ${plan.sql}`)
        .all(...plan.parameters)
        .map(({ detail }) => detail);
      expect(steps.filter((step) => / r\b/.test(step))).toEqual([
        'SEARCH r USING INDEX gl_replaced_line_company_id_until_at (company_id=? AND until_at>?)',
      ]);
    } finally {
      void own.close();
    }
  });
});
