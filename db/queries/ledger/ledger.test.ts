import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { QUERIES } from '#contract/queries.ts';
import { COMPANY, day, insertReference } from '../testing/golden.ts';
import { createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { accountLines } from './accountLines.ts';
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
  await trialBalance(replica.context({ role: 'finance' }), { company_id: COMPANY, as_of_on, known_at_ms });
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
      rate_bp: 7_613,
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
    const asked = { company_id: COMPANY, as_of_on: '2026-10-31', known_at_ms: null };
    for (const role of ['sales', 'planner', 'warehouse'])
      await expect(trialBalance(replica.context({ role }), asked)).rejects.toThrow('is for Finance');
  });
});

describe('an account', () => {
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
    const entry = await ledgerEntry(replica.context({ role: 'auditor' }), { company_id: COMPANY, entry_id: 3 });
    expect(entry).toMatchObject({ number: 'G3', booked_on: '2026-10-20', posted_at_ms: 3_000 });
    expect(entry.lines.map(({ account, amount_minor }) => [account, amount_minor])).toEqual([
      ['1000', 40_000],
      ['1300', -40_000],
    ]);
  });
});
