import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestColumns } from '#db/analysis/testing/columns.ts';
import { COMPANY, day, insertReference } from '../testing/golden.ts';
import { createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { closeJournal, journalDraft } from './closeJournal.ts';
import { reconciliation } from './reconciliation.ts';

let replica: TestReplica;
const SIGNED_AT = 1_000;
beforeEach(() => {
  replica = createTestReplica();
  insertReference(replica);
  replica.insert('close_period', [
    { id: 1, company_id: COMPANY, period: 202610, state: 'open', cut_off_on: day('2026-10-31') },
  ]);
  replica.insert('close_task', [
    {
      id: 2,
      company_id: COMPANY,
      period_id: 1,
      code: 'ar_gl',
      title: 'AR vs GL',
      depends_on: '[]',
      due_on: day('2026-11-04'),
      state: 'open',
      content_hash: 'b'.repeat(64),
    },
  ]);
  const line = { company_id: COMPANY, task_id: 2, side: 'item', account: '1300', currency: 'EUR', explanation: null };
  replica.insert('close_task_line', [
    { ...line, id: 10, ref: 'INV 7', booked_on: day('2026-10-05'), amount_minor: -9_000 },
    { ...line, id: 11, ref: 'GEN/3', booked_on: day('2026-09-15'), amount_minor: 400 },
  ]);
  replica.insert('reconciliation', [
    {
      id: 2,
      company_id: COMPANY,
      ledger_minor: 1_400,
      subledger_minor: 10_000,
      difference_minor: -8_600,
      threshold_minor: 500,
      computed_at: 900,
    },
  ]);
  replica.insert('invoice', [
    {
      id: 70,
      company_id: COMPANY,
      month: 202610,
      kind: 'customer',
      number: 'INV 7',
      party_id: 1,
      order_id: 5,
      posted_on: day('2026-10-05'),
      amount_minor: 9_000,
      currency: 'USD',
      foreign_minor: 9_900,
    },
  ]);
  const item = { company_id: COMPANY, task_id: 2, role: 'ar' };
  replica.insert('rec_item', [
    {
      ...item,
      id: 10,
      cause: 'posted_to_another_account',
      origin_period: 202610,
      arose_on: day('2026-10-05'),
      age_days: 26,
      documents: JSON.stringify([{ kind: 'invoice', id: 70, ref: 'INV 7' }]),
    },
    {
      ...item,
      id: 11,
      cause: 'entry_by_hand',
      origin_period: 202609,
      arose_on: day('2026-09-15'),
      age_days: 46,
      documents: JSON.stringify([{ kind: 'entry', id: 999, ref: 'GEN/3' }]),
    },
  ]);
});
afterEach(() => replica.close());

const asked = (user_name = 'finance', role = 'finance') =>
  reconciliation(replica.context({ user_name, role }), { task_id: 2 });

test('items come oldest first with cause, age and documents; below the threshold no words are needed', async () => {
  const view = await asked();
  expect(view.computed).toMatchObject({ difference_minor: -8_600, threshold_minor: 500 });
  expect(view.items.map((item) => [item.ref, item.cause, item.age_days, item.needs_explanation])).toEqual([
    ['GEN/3', 'entry_by_hand', 46, false],
    ['INV 7', 'posted_to_another_account', 26, true],
  ]);
  expect(view.items[1]?.documents).toMatchObject([
    {
      kind: 'invoice',
      ref: 'INV 7',
      on: '2026-10-05',
      amount_minor: 9_000,
      own: { currency: 'USD', amount_minor: 9_900 },
    },
  ]);
  // what is not on this machine has its reference alone
  expect(view.items[0]?.documents).toMatchObject([{ kind: 'entry', ref: 'GEN/3', on: null, amount_minor: null }]);
  const line = { company_id: COMPANY, month: 202609, entry_id: 999, account_id: 1 };
  replica.insert('gl_entry', [
    {
      id: 999,
      company_id: COMPANY,
      month: 202609,
      journal: 'GEN',
      number: 'GEN/3',
      booked_on: day('2026-09-15'),
      memo: 'Joe',
    },
  ]);
  replica.insert('gl_line', [
    { ...line, id: 1, amount_minor: 400 },
    { ...line, id: 2, amount_minor: 60 },
    { ...line, id: 3, amount_minor: -460 },
  ]);
  // of an entry what its debits come to
  expect((await asked()).items[0]?.documents).toMatchObject([{ on: '2026-09-15', about: 'Joe', amount_minor: 460 }]);
  expect(view.why_not).toBeNull();
  expect((await asked('auditor', 'auditor')).why_not).toMatch('may not explain');
});

test('journals without a kind that moved the accounts are named: in the month, and in those its items come from', async () => {
  replica.insert('gl_account', [
    { id: 80, company_id: COMPANY, code: '1300', name: 'Receivables', kind: 'asset', role: 'ar' },
    { id: 81, company_id: COMPANY, code: '1000', name: 'Bank', kind: 'asset', role: 'bank' },
  ]);
  const booked = (id: number, month: number, journal: string, account_id = 80) => {
    const of = { company_id: COMPANY, month };
    replica.insert('gl_entry', [{ id, ...of, journal, number: `N${id}`, booked_on: day('2026-10-09'), memo: '' }]);
    replica.insert('gl_line', [{ id, ...of, entry_id: id, account_id, amount_minor: 5 }]);
  };
  booked(1, 202610, 'INV');
  booked(2, 202610, 'STJ');
  booked(3, 202609, 'OLD');
  booked(4, 202608, 'OLDER');
  booked(5, 202610, 'BNK1', 81);
  const unmapped = async () => (await asked()).unmapped_journals;
  expect(await unmapped()).toEqual(['OLD', 'STJ']);
  replica.insert('gl_journal', [{ id: 90, company_id: COMPANY, code: 'STJ', name: 'Stock', kind: 'all_stock' }]);
  expect(await unmapped()).toEqual(['INV', 'OLD']);
});

test('what delivered goods cost and owe is said to be missing where it is, and which rebates ended short, to who sees costs', async () => {
  replica.writer.exec(`UPDATE close_task SET code = 'rebates_fees'`);
  const of = { company_id: COMPANY, site_id: null, channel_id: null };
  const sold = (id: number, month: number, net_minor: number, kind = 'goods') => {
    const amounts = { unit_price_micro: 0, gross_minor: net_minor, discount_minor: 0, net_minor };
    const quantity = { ordered_qty_milli: 2_000, cancelled_qty_milli: 0 };
    const line = { id, month, order_id: id, ordinal: 1, kind, ordered_on: day('2026-09-30') };
    replica.insert('order_line', [{ ...of, ...line, ...quantity, ...amounts }]);
  };
  const left = (id: number, month: number, line: number, on: string) =>
    replica.insert('shipment_line', [
      { ...of, id, month, order_line_id: line, number: `D${id}`, shipped_on: day(on), qty_milli: 1_000 },
    ]);
  sold(500, 202609, 10_000);
  sold(501, 202610, 2_500);
  sold(502, 202610, 300);
  sold(503, 202610, 70, 'freight');
  sold(504, 202610, 5);
  // ordered before, left in the month in two parts; one left after it
  left(900, 202609, 500, '2026-10-02');
  left(901, 202609, 500, '2026-10-03');
  left(902, 202610, 501, '2026-10-31');
  left(903, 202610, 502, '2026-10-31');
  left(904, 202610, 503, '2026-10-31');
  left(905, 202610, 504, '2026-11-01');
  const costs = { cost_minor: null, freight_minor: null, rebate_minor: 0, fee_minor: 3 };
  replica.insert('order_line_cost', [
    { ...of, id: 500, month: 202609, ...costs },
    { ...of, id: 501, month: 202610, ...costs, cost_minor: 900 },
  ]);
  const unknown = async (role?: string) => (await asked('finance', role)).unknown_costs;
  expect(await unknown()).toEqual({
    cost: { lines: 2, net_minor: 10_300 },
    freight: { lines: 3, net_minor: 12_800 },
    owed: { lines: 1, net_minor: 300 },
  });
  expect(await unknown('sales')).toBeNull();

  // an agreement that ended in the month: 128.05 of goods less a credit of 1.00, of 200.00
  replica.writer.exec('UPDATE order_line SET party_id = 31');
  const bonus = { company_id: COMPANY, channel_id: null, party_id: 31, rate_bp: 200, valid_from: day('2026-09-01') };
  const agreement = (id: number, name: string, threshold_minor: number, valid_to: string | null) =>
    replica.insert('rebate_agreement', [
      { ...bonus, id, name, threshold_minor, valid_to: valid_to === null ? null : day(valid_to) },
    ]);
  agreement(60, 'Bonus', 20_000, '2026-10-31');
  const note = { ...of, id: 70, month: 202610, number: 'CN', issued_on: day('2026-10-20'), party_id: 31 };
  replica.insert('credit_note', [{ ...note, claim_id: null, amount_minor: 100 }]);
  replica.writer.exec('UPDATE order_line_cost SET rebate_minor = 125');
  const thresholds = async (role?: string) => (await asked('finance', role)).rebate_thresholds;
  expect(await thresholds()).toMatchObject({
    running: [],
    short: [{ party_code: 'C31', name: 'Bonus', net_minor: 12_705, accrued_minor: 250 }],
  });
  replica.writer.exec('UPDATE rebate_agreement SET threshold_minor = 12705');
  expect(await thresholds()).toEqual({ running: [], short: [] });
  replica.writer.exec('UPDATE rebate_agreement SET valid_to = NULL');
  expect(await thresholds()).toMatchObject({
    running: [{ party_code: 'C31', name: 'Bonus', net_minor: 12_705, threshold_minor: 12_705, to: null }],
    short: [],
  });
  expect(await thresholds('sales')).toBeNull();
  // on its last day it runs
  replica.writer.exec(`UPDATE rebate_agreement SET threshold_minor = 20000, valid_to = ${day('2026-10-31')}`);
  const on = async (iso: string) =>
    (await reconciliation(replica.context({ as_of_ms: day(iso) * 86_400_000 }), { task_id: 2 })).rebate_thresholds;
  expect(await on('2026-10-31')).toMatchObject({ running: [{ to: day('2026-10-31') }], short: [] });
  expect(await on('2026-11-02')).toMatchObject({ running: [], short: [{ net_minor: 12_705, accrued_minor: 250 }] });
  // columns say what the tables say
  const tables = await thresholds();
  const columns = createTestColumns(replica, { rows: 256, many_lines: 40, many_orders: 15 });
  columns.settle();
  const context = replica.context({ user_name: 'finance', role: 'finance', facts: () => columns.view() });
  expect((await columns.reading(() => reconciliation(context, { task_id: 2 }))).rebate_thresholds).toEqual(tables);
  replica.writer.exec(`UPDATE close_task SET code = 'ar_gl'`);
  expect(await unknown()).toBeNull();
});

test('words that wait for the server stand on the item and say so; refused ones do not', async () => {
  const explain = (id: string, state: string) => {
    replica.work
      .prepare(
        `INSERT INTO outbox (id, command, args_json, body_hash, lane, title, state, effects_json, made_at_ms)
         VALUES (?, 'explainItem', '{}', ?, 'task', 'Explain', ?, '[]', 1)`,
      )
      .run(id, '0'.repeat(64), state);
    replica.work
      .prepare(`INSERT INTO overlay (mutation_id, tbl, pk, image) VALUES (?, 'item_explanation', ?, ?)`)
      .run(id, id, JSON.stringify([COMPANY, 2, 10, `words ${id}`, 'finance', 2_000, 2_000]));
  };
  explain('a', 'rejected');
  expect((await asked()).items[1]).toMatchObject({ explanation: null, explanation_state: null });
  explain('b', 'pending');
  expect((await asked()).items[1]).toMatchObject({
    explanation: 'words b',
    explained_by: 'finance',
    explanation_state: 'pending',
    needs_explanation: false,
  });
});

test('changes are told since the newest signature, while the content is not what it was made on', async () => {
  replica.insert('signoff', [
    {
      id: 's1',
      company_id: COMPANY,
      task_id: 2,
      role: 'preparer',
      user_name: 'finance',
      content_hash: 'a'.repeat(64),
      signed_at: SIGNED_AT,
      accepted_at: SIGNED_AT,
    },
  ]);
  const change = { company_id: COMPANY, task_id: 2, side: 'ledger', change: 'added', changed_by: 'warehouse' };
  replica.insert('close_line_change', [
    { ...change, id: 1, ref: 'before', after_minor: 1, changed_at: SIGNED_AT - 1 },
    { ...change, id: 2, ref: 'after', after_minor: 2, changed_at: SIGNED_AT + 5 },
  ]);
  const { changes, changed } = await asked();
  expect(changes).toMatchObject([{ ref: 'after', after_minor: 2, changed_by: 'warehouse' }]);
  expect(changed).toEqual({ ledger_minor: 2, subledger_minor: 0, items_minor: 0, items: 0, by: ['warehouse'] });
});

test('a cost no goods bear says which entry stands for it, that of an earlier month too, unless it is taken back', async () => {
  const allocation = { amount_minor: 500, split_by: 'value', valuation: 'perpetual', lines: [], problem: null };
  const cost = {
    role: 'landed_cost_clearing',
    cause: 'cost_not_allocated',
    ref: 'INV 7',
    arose_on: '2026-10-05',
    amount_minor: 0,
    allocation: { ...allocation, on_hand_minor: 300, gone_minor: 200 },
  };
  replica.writer.exec(`UPDATE close_task_line SET amount_minor = 0 WHERE id = 10;
    UPDATE rec_item SET cause = 'cost_not_allocated', role = 'landed_cost_clearing',
      allocation = '${JSON.stringify(cost.allocation)}' WHERE id = 10`);
  const of = { company_id: COMPANY, author: 'finance', written_at: 1_000, accepted_at: 1_000 };
  const proposal = (id: string, period_id: number, cut_off_on: string, reverses: boolean) => ({
    ...of,
    id,
    period_id,
    reference: `JP-${id}`,
    words: 'Freight',
    booked_on: day(cut_off_on),
    reverses_on: null,
    amount_minor: 500,
    inputs: JSON.stringify({ currency: 'EUR', cut_off_on, reverses, accounts: {}, items: [{ ...cost, line_id: 5 }] }),
    lines: '[]',
    posted_otherwise: 0,
  });
  expect((await asked()).items[1]).toMatchObject({ to_allocate_minor: 500, entry: null });
  replica.insert('journal_proposal', [proposal('aug', 8, '2026-08-31', true)]);
  replica.insert('journal_step', [{ ...of, id: 's', period_id: 8, proposal_id: 'aug', step: 'approved' }]);
  expect((await asked()).items[1]?.entry).toBeNull();
  replica.insert('journal_proposal', [{ ...proposal('sep', 9, '2026-09-30', false), posted_as: 'ADJ 17' }]);
  const approved = { ...of, author: 'controller', accepted_at: 2_000, id: 't', period_id: 9, proposal_id: 'sep' };
  replica.insert('journal_step', [{ ...approved, step: 'approved' }]);
  expect((await asked()).items[1]?.entry).toEqual({
    reference: 'JP-sep',
    state: 'posted',
    decided_by: 'controller',
    decided_at_ms: 2_000,
    exported_at_ms: null,
    posted_as: 'ADJ 17',
  });
  expect((await asked()).items[0]?.entry).toBeNull();
});

test('an item of a document that another task’s entry posts says so, and what this machine works out refuses it as the server does', async () => {
  replica.insert('gl_account', [
    { id: 80, company_id: COMPANY, code: '1300', name: 'Receivables', kind: 'asset', role: 'ar' },
    { id: 81, company_id: COMPANY, code: '1150', name: 'Shipped', kind: 'asset', role: 'shipped_not_billed' },
    { id: 82, company_id: COMPANY, code: '6100', name: 'Charges', kind: 'expense' },
  ]);
  const task = { company_id: COMPANY, period_id: 1, depends_on: '[]', due_on: day('2026-11-04'), state: 'open' };
  replica.insert('close_task', [
    { ...task, id: 3, code: 'shipped_not_billed', title: 'Shipped', content_hash: 'c'.repeat(64) },
  ]);
  const line = { company_id: COMPANY, task_id: 3, side: 'item', account: '1150', currency: 'EUR' };
  replica.insert('close_task_line', [{ ...line, id: 12, ref: 'INV 7', amount_minor: 9_000 }]);
  const item = { company_id: COMPANY, task_id: 3, role: 'shipped_not_billed', cause: 'posted_to_another_account' };
  const since = { origin_period: 202610, arose_on: day('2026-10-05'), age_days: 26 };
  const documents = JSON.stringify([{ kind: 'invoice', id: 70, ref: 'INV 7' }]);
  replica.insert('rec_item', [{ ...item, ...since, id: 12, documents }]);
  const draft = async (line_id: number, amount_minor: number) =>
    await journalDraft(replica.context({ user_name: 'finance', role: 'finance' }), {
      period_id: 1,
      items: [{ line_id, amount_minor }],
      reverses: false,
      renews_id: null,
    });
  const own = await draft(12, 9_000);
  expect(own.lines.map(({ account, amount_minor }) => [account, amount_minor])).toEqual([
    ['1150', -9_000],
    ['1300', 9_000],
  ]);
  const cleared = { line_id: 12, role: 'shipped_not_billed', counter_role: 'ar', amount_minor: 9_000 };
  const of = { cause: 'posted_to_another_account', ref: 'INV 7', document_kind: 'invoice', document_id: 70 };
  const items = [{ ...cleared, ...of, arose_on: '2026-10-05' }];
  const inputs = { currency: 'EUR', cut_off_on: '2026-10-31', reverses: false, accounts: {}, items };
  const said = { company_id: COMPANY, author: 'finance2', written_at: 1_000, accepted_at: 1_000, words: 'INV 7' };
  const days = { booked_on: day('2026-10-31'), reverses_on: null, posted_otherwise: 0 };
  const made = { id: 'p', period_id: 1, reference: 'JP-p', inputs: JSON.stringify(inputs), lines: '[]' };
  replica.insert('journal_proposal', [{ ...said, ...days, ...made, amount_minor: 9_000 }]);
  expect((await asked()).items[1]?.entry).toMatchObject({ reference: 'JP-p', state: 'proposed' });
  expect((await draft(10, -9_000)).why_not).toBe(
    'JP-p by finance2 is proposed for INV 7 already. It posts to this account too. Withdraw or renew that one.',
  );
  const approved = { company_id: COMPANY, period_id: 1, proposal_id: 'p', step: 'approved', author: 'controller' };
  replica.insert('journal_step', [{ ...approved, id: 's', written_at: 1_900, accepted_at: 2_000 }]);
  const { rows } = await closeJournal(replica.context({ user_name: 'finance', role: 'finance' }), { period_id: 1 });
  expect(rows).toMatchObject([{ state: 'approved', decided_by: 'controller', decided_at_ms: 2_000 }]);

  // an entry by hand is undone by its own lines, as far as they are here
  expect((await draft(11, 400)).why_not).toContain('not known here');
  const booked = { company_id: COMPANY, month: 202609 };
  const entry = { id: 999, ...booked, journal: 'GEN', number: 'GEN/3', booked_on: day('2026-09-15'), memo: '' };
  replica.insert('gl_entry', [entry]);
  replica.insert('gl_line', [
    { id: 1, ...booked, entry_id: 999, account_id: 80, amount_minor: 400 },
    { id: 2, ...booked, entry_id: 999, account_id: 82, amount_minor: -400 },
  ]);
  const undone = await draft(11, 400);
  expect(undone.lines.map(({ account, amount_minor }) => [account, amount_minor])).toEqual([
    ['1300', -400],
    ['6100', 400],
  ]);
  expect(undone.taken_back_whole).toEqual(['GEN/3']);
});
