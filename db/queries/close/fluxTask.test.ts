/** The flux task on the copy: what asks, whose words, which cause, and what one may do about it without a connection. */
import { createHash, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isoDate } from '#domain/calendar.ts';
import { signoffContent } from '#domain/close/signoffContent.ts';
import { NO_KEY } from '#domain/governance/subjects.ts';
import type { CommandArgs, CommandName } from '#contract/commands.ts';
import { predict } from '#db/commands/predict.ts';
import { trialBalance, trialBalanceOf } from '../ledger/trialBalance.ts';
import { COMPANY, day, insertReference } from '../testing/golden.ts';
import { createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { closeBoard } from './closeBoard.ts';
import { fluxTask } from './fluxTask.ts';

const TASK = 3;
const RENT = 11;
const BANK = 12;
/** [id, side, account, amount] */
const LINES = [
  [1, 'ledger', '1000', -1_900_000],
  [2, 'ledger', '4100', 900_000],
  [3, 'subledger', '1000', -1_000_000],
  [4, 'subledger', '4100', 300_000],
  [5, 'item', '1000', -900_000],
  [6, 'item', '4100', 600_000],
] as const;
const line = ([id, side, account, amount_minor]: (typeof LINES)[number], explanation: string | null = null) => ({
  id,
  company_id: COMPANY,
  task_id: TASK,
  side,
  ref: account === '4100' ? '4100 Rent' : '1000 Bank',
  account,
  booked_on: day('2026-10-31'),
  amount_minor,
  currency: 'EUR',
  explanation,
});
const hashOf = (lines: readonly ReturnType<typeof line>[]) =>
  createHash('sha256')
    .update(
      signoffContent(
        { id: TASK, code: 'flux' },
        lines.map((each) => ({ ...each, booked_on: isoDate(each.booked_on) })),
        [],
      ),
    )
    .digest('hex');
const STORED = hashOf(LINES.map((each) => line(each)));
/** [month, memo, party, amount]: on rent, against the bank */
const BOOKED = [
  [202609, 'Rent 202609', null, 300_000],
  [202610, 'Rent 202610', null, 300_000],
  [202610, 'Second building', 'Landlord', 520_000],
  [202610, 'Repairs', null, 80_000],
] as const;

let replica: TestReplica;
beforeEach(() => {
  replica = createTestReplica();
  insertReference(replica);
  replica.insert('close_period', [
    { id: 1, company_id: COMPANY, period: 202610, state: 'open', cut_off_on: day('2026-10-31') },
    { id: 2, company_id: COMPANY, period: 202609, state: 'hard_locked', cut_off_on: day('2026-09-30') },
  ]);
  const task = {
    company_id: COMPANY,
    period_id: 1,
    code: 'flux',
    title: 'Flux',
    state: 'open',
    due_on: day('2026-11-09'),
  };
  replica.insert('close_task', [
    { id: TASK, ...task, depends_on: '[]', due_day: 6, amount_minor: -1_000_000, content_hash: STORED },
  ]);
  replica.insert(
    'close_task_line',
    LINES.map((each) => line(each)),
  );
  const account = (id: number, code: string, kind: string) => ({ id, company_id: COMPANY, code, name: 'N', kind });
  replica.insert('gl_account', [account(RENT, '4100', 'expense'), account(BANK, '1000', 'asset')]);
  replica.insert('party', [{ id: 901, company_id: COMPANY, code: 'L', name: 'Landlord', kind: 'supplier' }]);
  for (const [nth, [month, memo, party, amount_minor]] of BOOKED.entries()) {
    const of = { company_id: COMPANY, month };
    const id = 500 + nth;
    const booked_on = day(month === 202610 ? '2026-10-15' : '2026-09-15');
    replica.insert('gl_entry', [{ id, ...of, journal: 'GEN', number: `G${id}`, booked_on, posted_at: 1, memo }]);
    const party_id = party === null ? null : 901;
    replica.insert('gl_line', [
      { id: id * 10, ...of, entry_id: id, account_id: RENT, amount_minor, party_id },
      { id: id * 10 + 1, ...of, entry_id: id, account_id: BANK, amount_minor: -amount_minor, party_id },
    ]);
  }
});
afterEach(() => replica.close());

const as = (user_name: string, role = user_name) => replica.context({ user_name, role });
const shown = async (user_name = 'finance', role = user_name) => await fluxTask(as(user_name, role), { task_id: TASK });
const rentLine = async () => (await shown()).lines.find(({ account }) => account === '4100');

/** As the outbox keeps a command of this person that the server has not decided. */
function queue<N extends CommandName>(user_name: string, name: N, args: CommandArgs<N>): string {
  const id = randomUUID();
  const { user } = as(user_name);
  const context = {
    reader: replica.reader,
    user,
    device: 'desk',
    mutation_id: id,
    made_at_ms: 5_000,
    hasEvidence: () => false,
  };
  const { effects } = predict(context, name, args);
  replica.work
    .prepare(
      `INSERT INTO outbox (id, command, args_json, body_hash, lane, title, state, effects_json, made_at_ms)
       VALUES (?, ?, ?, ?, 'task', 'Do', 'pending', '[]', 1)`,
    )
    .run(id, name, JSON.stringify(args), '0'.repeat(64));
  for (const { tbl, pk, image } of effects) {
    replica.work
      .prepare('INSERT INTO overlay (mutation_id, tbl, pk, image) VALUES (?, ?, ?, ?)')
      .run(id, tbl, pk, JSON.stringify(image));
  }
  return id;
}
const explain = (line_id: number, explanation: string) =>
  queue('finance', 'explainItem', { task_id: TASK, line_id, explanation, seen_explanation: null });
const signWith = (content_hash: string) =>
  queue('finance', 'signCloseTask', {
    task_id: TASK,
    role: 'preparer',
    task_ver: 1,
    content_hash,
    amount_minor: -1_000_000,
  });
const drafts = (user: string, effective_on: string) =>
  queue(user, 'draftRuleChange', {
    company_id: COMPANY,
    subject: 'flux_threshold',
    title: 'Higher',
    reason: 'Agreed',
    effective_on,
    lines: [{ ...NO_KEY, before: null, after: { amount_minor: 700_000, rate_bp: 1_000, owner: 'finance' } }],
  });

describe('the flux task', () => {
  test('says what asks, largest first, and which entries make most of it', async () => {
    const { lines, threshold: asked, period } = await shown();
    expect([period, asked]).toEqual([202610, { amount_minor: 100_000, rate_bp: 1_000, rule: null }]);
    expect(
      lines.map(({ account, change_minor, asks, needs_words }) => [account, change_minor, asks, needs_words]),
    ).toEqual([
      ['1000', -900_000, true, true],
      ['4100', 600_000, true, true],
    ]);
    // rent came again: what is new makes the change, and each entry leads to the ledger
    expect(lines[1]?.causes).toEqual([
      {
        label: 'GEN Second building',
        change_minor: 520_000,
        share_bp: 8_667,
        entries: [
          {
            entry_id: 502,
            name: 'GEN G502',
            booked_on: '2026-10-15',
            about: 'Landlord, Second building',
            change_minor: 520_000,
          },
        ],
      },
    ]);
    // a balance changes by all that moved in the month
    expect(lines[0]?.causes.map(({ label, change_minor }) => [label, change_minor])).toEqual([
      ['GEN Second building', -520_000],
      ['GEN Rent 202610', -300_000],
    ]);
  });

  test('takes words and the signature on them without a connection; without words nobody signs', async () => {
    expect(() => signWith(STORED)).toThrow('2 items need an explanation before anybody signs: 1000 Bank, 4100 Rent.');
    explain(5, 'Paid rent.');
    explain(6, 'A second building.');
    expect(await rentLine()).toMatchObject({
      words: 'A second building.',
      by: 'finance',
      at_ms: 5_000,
      words_state: 'pending',
      needs_words: false,
    });
    const worded = hashOf(
      LINES.map((each) => line(each, each[0] === 5 ? 'Paid rent.' : each[0] === 6 ? 'A second building.' : null)),
    );
    expect(() => signWith(STORED)).toThrow('changed after you looked');
    signWith(worded);
    const board = await closeBoard(as('finance'), { company_id: COMPANY, period: 202610 });
    expect(board.tasks[0]).toMatchObject({ content_hash: worded, state: 'in_review' });
  });

  test('its words stand on the trial balance of the month; a binder shows those the server has', async () => {
    explain(6, 'A second building.');
    const asked = { company_id: COMPANY, as_of_on: '2026-10-31', known_at_ms: null, closing: 'pre' } as const;
    const rent = (rows: Awaited<ReturnType<typeof trialBalance>>['rows']) =>
      rows.find(({ code }) => code === '4100')?.flux;
    expect(rent((await trialBalance(as('finance'), asked)).rows)).toMatchObject({
      words: 'A second building.',
      by: 'finance',
    });
    expect(rent((await trialBalanceOf(as('finance'), asked, 'accepted')).rows)).toMatchObject({
      words: null,
      by: null,
    });
  });

  test('other thresholds are a rule’s, for the months it holds in, shown where they ask', async () => {
    const held = { company_id: COMPANY, rate_bp: 1_000, owner: 'controller' };
    replica.insert('flux_threshold', [
      { ...held, id: 1, amount_minor: 700_000, valid_from: day('2026-10-01'), valid_to: day('2026-10-31') },
      { ...held, id: 2, amount_minor: 800_000, valid_from: day('2026-11-01') },
    ]);
    const view = await shown('controller');
    expect(view.threshold).toEqual({
      amount_minor: 700_000,
      rate_bp: 1_000,
      rule: { since: '2026-10-01', owner: 'controller' },
    });
    expect(view.lines.map(({ account, asks }) => [account, asks])).toEqual([
      ['1000', true],
      ['4100', false],
    ]);
    const of = async (as_of_on: string) =>
      (await trialBalance(as('controller'), { company_id: COMPANY, as_of_on, known_at_ms: null, closing: 'pre' }))
        .flux_threshold;
    expect(
      [await of('2026-09-30'), await of('2026-10-31'), await of('2026-11-30')].map((each) => each.amount_minor),
    ).toEqual([100_000, 700_000, 800_000]);
    const board = await closeBoard(as('finance'), { company_id: COMPANY, period: 202610 });
    expect(board.tasks[0]?.next.explain_first).toEqual([5]);
  });

  test('without a connection nobody but finance drafts a threshold, none for a month that runs, and a draft asks nothing yet', async () => {
    for (const role of ['controller', 'executive', 'admin', 'auditor', 'planner']) {
      expect(() => drafts(role, '2026-12-01')).toThrow('may not draft');
    }
    expect(() => drafts('finance', '1970-01-01')).not.toThrow();
    const before = (await shown()).threshold;
    expect(() => drafts('finance', '1970-01-15')).toThrow('from the first of a month');
    expect(() => drafts('finance', '1969-12-01')).toThrow('has passed');
    expect((await shown()).threshold).toEqual(before);
  });

  test('is no other task, and none of a company whose books one does not see', async () => {
    await expect(fluxTask(as('finance'), { task_id: 99 })).rejects.toThrow('no close task 99');
    expect((await shown('auditor')).why_not).toMatch('may not explain');
  });
});
