import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addMonths, isoDate, monthOfDay } from '#domain/calendar.ts';
import { QUERIES } from '#contract/queries.ts';
import { asOfDay } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { COMPANY, insertReference } from '../testing/golden.ts';
import { createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { creditExceptions } from '../today/finance.ts';
import { cashOutlook } from './cashOutlook.ts';
import { creditList } from './creditList.ts';
import { customerCredit } from './customerCredit.ts';
import { openInvoices } from './openInvoices.ts';

let replica: TestReplica;
let today = 0;
const DEBTOR = 901;
const PAYER = 902;
const SUPPLIER = 903;
const ABROAD = 904;
const FACTORY = 905;
const context = (role = 'finance', user_name = 'finance') => replica.context({ role, user_name });

beforeAll(() => {
  replica = createTestReplica();
  insertReference(replica);
  today = asOfDay(context(), 'Europe/Amsterdam');
  const party = (id: number, kind: string, limit: number | null) => ({
    id,
    company_id: COMPANY,
    code: `P${id}`,
    name: `Party ${id}`,
    kind,
    credit_limit_minor: limit,
  });
  replica.insert('party', [
    party(DEBTOR, 'customer', 50_000),
    party(PAYER, 'customer', null),
    party(SUPPLIER, 'supplier', null),
    party(ABROAD, 'customer', 4_000),
    party(FACTORY, 'supplier', null),
  ]);
  const invoice = (id: number, party_id: number, due_in: number, amount_minor: number, kind = 'customer') => ({
    id,
    company_id: COMPANY,
    month: 202610,
    kind,
    number: `I${id}`,
    party_id,
    issued_on: today - 90,
    posted_on: today - 90,
    due_on: today + due_in,
    amount_minor,
  });
  replica.insert('invoice', [
    invoice(1, DEBTOR, -45, 30_000),
    invoice(2, DEBTOR, 10, 40_000),
    invoice(3, DEBTOR, -20, 9_000),
    // three that were paid, ten days late each
    ...[4, 5, 6].map((id) => invoice(id, PAYER, -60, 10_000)),
    invoice(7, PAYER, 1, 8_000),
    invoice(8, SUPPLIER, 2, 25_000, 'supplier'),
    // posted tomorrow: not owed today
    { ...invoice(9, PAYER, 30, 99_000), posted_on: today + 1 },
    // USD 110.00 and USD 55.00, booked at 1.10
    { ...invoice(10, ABROAD, -3, 10_000), currency: 'USD', foreign_minor: 11_000 },
    { ...invoice(12, ABROAD, -3, 2_000), currency: 'USD', foreign_minor: 2_200 },
    { ...invoice(11, FACTORY, 4, 5_000, 'supplier'), currency: 'USD', foreign_minor: 5_500 },
  ]);
  const payment = (id: number, invoice_id: number | null, party_id: number, ago: number, amount_minor: number) => ({
    id,
    company_id: COMPANY,
    month: 202610,
    kind: 'customer',
    number: `R${id}`,
    party_id,
    invoice_id,
    paid_on: today - ago,
    amount_minor,
    settled_on: invoice_id === null ? null : today - ago,
  });
  replica.insert('payment', [
    payment(1, 1, DEBTOR, 5, 12_000),
    payment(2, null, DEBTOR, 1, 700),
    ...[4, 5, 6].map((id) => payment(id, id, PAYER, 50, 10_000)),
    // paid before its invoice is posted: paid ahead until then
    { ...payment(8, 9, PAYER, 2, 1_500), settled_on: today + 1 },
    // tomorrow's money is not here
    { ...payment(7, 2, DEBTOR, 0, 40_000), paid_on: today + 1, settled_on: today + 1 },
    // matched when its month was locked: paid ahead until yesterday, at what came
    {
      ...payment(12, 12, ABROAD, 4, 2_200),
      currency: 'USD',
      foreign_minor: 2_200,
      exchange_minor: 200,
      settled_on: today - 1,
    },
    // half of it, worth more by then: 5,250 came, 5,000 of the invoice are paid
    { ...payment(10, 10, ABROAD, 3, 5_250), currency: 'USD', foreign_minor: 5_500, exchange_minor: 250 },
    // a fifth, dearer by then: 1,100 left for 1,000 of the bill
    {
      ...payment(11, 11, FACTORY, 3, 1_100),
      kind: 'supplier',
      currency: 'USD',
      foreign_minor: 1_100,
      exchange_minor: 100,
    },
  ]);
  replica.insert('gl_account', [
    { id: 91, company_id: COMPANY, code: '1000', name: 'Bank', kind: 'asset', role: 'bank' },
  ]);
  const head = { company_id: COMPANY, month: 202610, journal: 'BNK', number: 'B', posted_at: 1, memo: '' };
  replica.insert('gl_entry', [
    { id: 91, ...head, booked_on: today - 3 },
    { id: 92, ...head, number: 'C', booked_on: today + 3 },
  ]);
  replica.insert('gl_line', [
    { id: 91, company_id: COMPANY, month: 202610, entry_id: 91, account_id: 91, amount_minor: 5_000 },
    { id: 92, company_id: COMPANY, month: 202610, entry_id: 92, account_id: 91, amount_minor: 7_777 },
  ]);
});
afterAll(() => replica.close());

const list = async (role?: string, as_of_on: string | null = null) =>
  await creditList(context(role), { company_id: COMPANY, as_of_on });
const rowOf = async (party_id: number) => (await list()).rows.find((row) => row.party_id === party_id);

describe('who owes what', () => {
  test('by age, against the limit, with how they pay', async () => {
    expect(await rowOf(DEBTOR)).toMatchObject({
      open_minor: 67_000,
      parts_minor: [40_000, 9_000, 18_000, 0, 0],
      overdue_minor: 27_000,
      oldest_days: 45,
      invoices: 3,
      deposits_minor: 700,
      limit_minor: 50_000,
      exposure_minor: 66_300,
      habit_days: null,
      ask: 'never_asked',
    });
    expect(await rowOf(PAYER)).toMatchObject({
      open_minor: 8_000,
      habit_days: 10,
      habit_payments: 4,
      ask: null,
      deposits_minor: 1_500,
      limit_minor: null,
      exposure_minor: 6_500,
    });
  });

  test('open less what was paid ahead is what invoices and payments of any day come to', async () => {
    for (const ago of [0, 2, 3, 10, 60]) {
      const on = today - ago;
      const { rows } = await list('finance', isoDate(on));
      const shown = rows.reduce((sum, row) => sum + row.open_minor - row.deposits_minor, 0);
      const [[booked] = [Number.NaN]] = context().scan<readonly [number]>(
        `SELECT (SELECT coalesce(sum(amount_minor), 0) FROM invoice WHERE kind = 'customer' AND posted_on <= ?)
           - (SELECT coalesce(sum(amount_minor), 0) FROM payment WHERE kind = 'customer' AND paid_on <= ?)
           + (SELECT coalesce(sum(exchange_minor), 0) FROM payment WHERE kind = 'customer' AND settled_on <= ?)`,
        [on, on, on],
      );
      expect([ago, shown]).toEqual([ago, booked]);
    }
  });

  test('as of an earlier day the payments since are not in it, and nobody is asked for the past', async () => {
    const then = (await list('finance', isoDate(today - 10))).rows.find((row) => row.party_id === DEBTOR);
    expect(then).toMatchObject({ open_minor: 79_000, deposits_minor: 0, oldest_days: 35, ask: null });
  });

  test('a follow-up on its way counts here, and is asked for again on its day', async () => {
    replica.work
      .prepare(
        `INSERT INTO outbox (id, command, args_json, body_hash, lane, title, state, effects_json, made_at_ms)
         VALUES ('f1', 'addFollowUp', '{}', ?, 'party', 'Ask', 'pending', '[]', 1)`,
      )
      .run('0'.repeat(64));
    const at = today * 86_400_000;
    replica.work
      .prepare(`INSERT INTO overlay (mutation_id, tbl, pk, image) VALUES ('f1', 'credit_follow_up', 'f1', ?)`)
      .run(JSON.stringify([COMPANY, DEBTOR, 'They pay on Friday', today + 3, null, 'finance', at, at]));
    expect(await rowOf(DEBTOR)).toMatchObject({
      ask: null,
      follow_up: { said: 'They pay on Friday', promised_on: isoDate(today + 3), state: 'pending' },
    });
  });

  test('invoice by invoice, the oldest due first, with what is expected', async () => {
    const detail = await customerCredit(context(), { company_id: COMPANY, party_id: DEBTOR, as_of_on: null });
    expect(detail.invoices.map(({ number, open_minor, late_days }) => [number, open_minor, late_days])).toEqual([
      ['I1', 18_000, 45],
      ['I3', 9_000, 20],
      ['I2', 40_000, -10],
    ]);
    expect(detail.exposure).toMatchObject({ receivables_minor: 67_000, deposits_minor: 700, limit_minor: 50_000 });
    await expect(
      customerCredit(context(), { company_id: COMPANY, party_id: SUPPLIER, as_of_on: null }),
    ).rejects.toThrow('no customer');
  });

  test('what settles its invoice later is paid ahead until then, at what came', async () => {
    const of = async (ago: number) =>
      (await list('finance', isoDate(today - ago))).rows.find((row) => row.party_id === ABROAD);
    expect(await of(5)).toMatchObject({ open_minor: 12_000, deposits_minor: 0, exposure_minor: 12_000 });
    // 5,000 of the other invoice are paid the day after
    expect(await of(2)).toMatchObject({ open_minor: 7_000, deposits_minor: 2_200, exposure_minor: 4_800 });
    expect(await of(1)).toMatchObject({ open_minor: 5_000, deposits_minor: 0, exposure_minor: 5_000 });
  });

  test('of what is made out in another currency, the rest stands at the rate it was booked at, and beside it in its own', async () => {
    expect(await rowOf(ABROAD)).toMatchObject({ open_minor: 5_000, overdue_minor: 5_000, exposure_minor: 5_000 });
    const detail = await customerCredit(context(), { company_id: COMPANY, party_id: ABROAD, as_of_on: null });
    expect(detail.invoices).toMatchObject([
      { number: 'I10', amount_minor: 10_000, open_minor: 5_000, own: { currency: 'USD', amount_minor: 5_500 } },
    ]);
    const company = await companyById(context(), COMPANY);
    const found = await creditExceptions({ context: context(), company, as_of_on: today });
    expect(found.find(({ facts }) => facts.kind === 'over_credit_limit' && facts.party_id === ABROAD)).toMatchObject({
      facts: { open_minor: 5_000 },
      stake_minor: 1_000,
    });
  });

  test('every open invoice and bill leaves with its party and its own currency, in blocks', async () => {
    const ask = async (kind: string, offset = 0, limit = 500) =>
      await openInvoices(context(), QUERIES.openInvoices.args.parse({ company_id: COMPANY, kind, offset, limit }));
    const bills = await ask('supplier');
    expect(bills.rows.map(({ number, party_code, open_minor, own }) => [number, party_code, open_minor, own])).toEqual([
      ['I8', 'P903', 25_000, null],
      ['I11', 'P905', 4_000, { currency: 'USD', amount_minor: 4_400 }],
    ]);
    expect([bills.own_places, bills.total_rows]).toEqual([2, 2]);
    const all = await ask('customer');
    expect(all.rows.reduce((sum, { open_minor }) => sum + open_minor, 0)).toBe(80_000);
    const [first, then] = [await ask('customer', 0, 2), await ask('customer', 2)];
    expect([...first.rows, ...then.rows]).toEqual(all.rows);
  });

  test('is for those who see all of the ledger', async () => {
    for (const role of ['sales', 'planner', 'warehouse']) await expect(list(role)).rejects.toThrow('is for Finance');
    await expect(list('auditor')).resolves.toMatchObject({ may_write: false });
  });
});

describe('the cash outlook', () => {
  test('begins with what the bank holds and loses no cent of what is open', async () => {
    const answer = await cashOutlook(context(), QUERIES.cashOutlook.args.parse({ company_id: COMPANY }));
    expect(answer).toMatchObject({ opening_minor: 5_000, usual_days: { customer: 10 } });
    const sum = (of: (week: (typeof answer.weeks)[number]) => number) =>
      answer.weeks.reduce((all, week) => all + of(week), 0);
    // of 800.00 open, 7.00 is here and matched with no invoice; what was paid for tomorrow's invoice is of none of these
    expect(sum((week) => week.in_minor)).toBe(79_300);
    expect(sum((week) => week.out_minor)).toBe(29_000);
    expect(answer.weeks.at(-1)?.closing_minor).toBe(55_300);
    for (const week of answer.weeks) {
      expect(week.items.reduce((all, item) => all + item.amount_minor, 0)).toBe(week.in_minor - week.out_minor);
    }
    const abroad = answer.weeks.flatMap(({ items }) => items.filter(({ own }) => own.length > 0));
    expect(abroad.map(({ party, amount_minor, own }) => [party, amount_minor, own]).toSorted()).toEqual([
      ['Party 904', 5_000, [{ currency: 'USD', amount_minor: 5_500 }]],
      ['Party 905', -4_000, [{ currency: 'USD', amount_minor: -4_400 }]],
    ]);
  });

  test('counts a bank account in dollars at the newest closing rate, and as booked where its balance is not known', async () => {
    const { writer } = replica;
    const line = { company_id: COMPANY, month: 202610, account_id: 92, amount_minor: 1_000 };
    const entry = { company_id: COMPANY, month: 202610, posted_at: 1, memo: '', booked_on: today - 2 };
    const asked = async () => await cashOutlook(context(), QUERIES.cashOutlook.args.parse({ company_id: COMPANY }));
    const bank = { company_id: COMPANY, name: 'Dollars', kind: 'asset', role: 'bank', currency: 'USD' };
    replica.insert('gl_account', [{ id: 92, code: '1020', ...bank }]);
    replica.insert('gl_entry', [
      { id: 93, ...entry, journal: 'BNK', number: 'D' },
      { id: 94, ...entry, journal: 'FXR', number: 'E' },
      { id: 95, ...entry, journal: 'ADJ', number: 'F', ref: 'JP-202610-1A2B3C4D' },
    ]);
    replica.insert('gl_line', [
      { ...line, id: 93, entry_id: 93, foreign_minor: 1_100 },
      // both only value it, and say nothing of dollars
      { ...line, id: 94, entry_id: 94, amount_minor: 7 },
      { ...line, id: 95, entry_id: 95, amount_minor: -3 },
    ]);
    try {
      const month = monthOfDay(today);
      writer.exec(`DELETE FROM fx_rate WHERE currency = 'USD'`);
      expect(await asked()).toMatchObject({ opening_minor: 6_004, opening_own: [{ own_minor: 1_100, rate: null }] });
      const rate = { company_id: COMPANY, currency: 'USD', average_rate_micro: 1, per_units: 1 };
      replica.insert('fx_rate', [
        { id: 9_001, ...rate, month: addMonths(month, -1), closing_rate_micro: 1_250_000 },
        { id: 9_002, ...rate, month: addMonths(month, 1), closing_rate_micro: 1 },
      ]);
      expect(await asked()).toMatchObject({
        opening_minor: 5_880,
        opening_own: [{ code: '1020', own_minor: 1_100, amount_minor: 880, rate: { month: addMonths(month, -1) } }],
      });
      replica.insert('gl_entry', [{ id: 96, ...entry, journal: 'BNK', number: 'G' }]);
      replica.insert('gl_line', [{ ...line, id: 96, entry_id: 96, amount_minor: 5 }]);
      expect(await asked()).toMatchObject({ opening_minor: 6_009, opening_own: [{ own_minor: null, rate: null }] });
    } finally {
      writer.exec(`DELETE FROM gl_account WHERE id = 92`);
    }
  });
});
