import { createHash, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isoDate } from '#domain/calendar.ts';
import { type SignedLine, signoffContent } from '#domain/close/signoffContent.ts';
import type { CommandArgs } from '#contract/commands.ts';
import { QUERIES } from '#contract/queries.ts';
import { wireTable } from '#contract/wire/tables.ts';
import { predict as predictCommand } from '#db/commands/predict.ts';
import { COMPANY, day, insertReference } from '../testing/golden.ts';
import { createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { findingOf } from '../today/exceptions.ts';
import { closeExceptions } from '../today/finance.ts';
import { closeBoard } from './closeBoard.ts';
import { closePeriods } from './closePeriods.ts';
import { closeTask } from './closeTask.ts';

let replica: TestReplica;
const LINES = [
  { id: 1, side: 'ledger', ref: 'BILL/1', amount_minor: 218_000, explanation: null },
  { id: 2, side: 'ledger', ref: 'REC/2', amount_minor: 341_200, explanation: null },
  { id: 3, side: 'subledger', ref: 'RCV 2', amount_minor: 327_450, explanation: null },
  { id: 4, side: 'item', ref: 'BILL/1', amount_minor: 218_000, explanation: 'Bill posted without a receipt' },
  { id: 5, side: 'item', ref: 'REC/2', amount_minor: 13_750, explanation: null },
].map((line) => ({ ...line, account: '2150', booked_on: day('2026-10-30'), currency: 'EUR' }));
const hashOf = (lines: readonly (Omit<SignedLine, 'booked_on'> & { readonly booked_on: number })[]) =>
  createHash('sha256')
    .update(
      signoffContent(
        { id: 2, code: 'grni' },
        lines.map((line) => ({ ...line, booked_on: isoDate(line.booked_on) })),
        [],
      ),
    )
    .digest('hex');
const HASH = hashOf(LINES);
const PLAIN = 'c'.repeat(64);

beforeEach(() => {
  replica = createTestReplica();
  insertReference(replica);
  replica.insert('close_period', [
    { id: 1, company_id: COMPANY, period: 202610, state: 'open', cut_off_on: day('2026-10-31') },
    { id: 2, company_id: COMPANY, period: 202609, state: 'hard_locked', cut_off_on: day('2026-09-30') },
  ]);
  const task = { company_id: COMPANY, period_id: 1, due_on: day('2026-11-04'), state: 'open', content_hash: PLAIN };
  replica.insert('close_task', [
    { id: 1, ver: 41, ...task, code: 'cut_off', title: 'Cut-off calendar', depends_on: '[]', due_day: 1 },
    {
      id: 2,
      ver: 42,
      ...task,
      code: 'grni',
      title: 'GRNI',
      account: '2150',
      depends_on: '["cut_off"]',
      due_day: 3,
      amount_minor: 559_200,
      content_hash: HASH,
    },
    { id: 3, ver: 43, ...task, code: 'trial', title: 'Trial balance', depends_on: '["grni"]', due_day: 6 },
  ]);
  replica.insert(
    'close_task_line',
    LINES.map((line) => ({ ...line, company_id: COMPANY, task_id: 2 })),
  );
  replica.insert('signoff', [
    signoff('s1', 1, 'preparer', 'finance', PLAIN),
    signoff('s2', 1, 'reviewer', 'controller', PLAIN),
  ]);
  // no item needs words
  reconciled(1_000_000);
});
afterEach(() => replica.close());

const signoff = (id: string, task_id: number, role: string, user_name: string, content_hash: string) => ({
  id,
  company_id: COMPANY,
  task_id,
  role,
  user_name,
  content_hash,
  amount_minor: 559_200,
  device: 'desk',
  signed_at: 1000,
  accepted_at: 1001,
});

/** The account of GRNI was compared, by a threshold in cents. */
function reconciled(threshold_minor: number): void {
  replica.writer.exec('DELETE FROM reconciliation');
  replica.insert('reconciliation', [{ id: 2, company_id: COMPANY, threshold_minor, computed_at: 1 }]);
}

/** A signature of this user that the server has not decided. */
function predict(id: string, task_id: number, role: string, user_name: string, state: string): void {
  replica.work
    .prepare(
      `INSERT INTO outbox (id, command, args_json, body_hash, lane, title, state, effects_json, made_at_ms)
       VALUES (?, 'signCloseTask', '{}', ?, 'task', 'Sign', ?, '[]', 1)`,
    )
    .run(id, '0'.repeat(64), state);
  replica.work
    .prepare(`INSERT INTO overlay (mutation_id, tbl, pk, image) VALUES (?, 'signoff', ?, ?)`)
    .run(id, id, JSON.stringify([COMPANY, task_id, role, user_name, HASH, 559_200, 'laptop', 2000, 2000]));
}

/** An item nobody has explained. */
const ITEM_ID = 5;

/** Words of this user about it that the server has not decided. */
function explain(id: string, explanation: string, seen_explanation: string | null): void {
  replica.work
    .prepare(
      `INSERT INTO outbox (id, command, args_json, body_hash, lane, title, state, effects_json, made_at_ms)
       VALUES (?, 'explainItem', ?, ?, 'task', 'Explain', 'pending', '[]', 1)`,
    )
    .run(id, JSON.stringify({ task_id: 2, line_id: ITEM_ID, explanation, seen_explanation }), '0'.repeat(64));
}

function predicted<N extends 'signCloseTask' | 'withdrawSignoff'>(name: N, args: CommandArgs<N>) {
  const { user } = replica.context({ user_name: 'finance', role: 'finance' });
  const context = {
    reader: replica.reader,
    user,
    device: 'desk',
    mutation_id: randomUUID(),
    made_at_ms: 2,
    hasEvidence: () => true,
  };
  return predictCommand(context, name, args);
}

/** As the preparer who looked at that content. */
function signGrni(content_hash = HASH) {
  const seen = { task_ver: 42, amount_minor: 559_200, content_hash };
  return predicted('signCloseTask', { task_id: 2, role: 'preparer', ...seen });
}

/** A step of the locks of October; `state` not accepted: this user's own, on its way. */
function lockStep(id: string, step: string, areas: string, state = 'accepted', more: object = {}): void {
  const row = { company_id: COMPANY, period_id: 1, step, areas, hours: null, answers_id: null, reason: null };
  const written = { author: 'controller', written_at: 3000, accepted_at: 3000 };
  const image = { ...row, ...written, ...more };
  if (state === 'accepted') replica.insert('lock_event', [{ id, ...image }]);
  else {
    replica.work
      .prepare(
        `INSERT INTO outbox (id, command, args_json, body_hash, lane, title, state, effects_json, made_at_ms)
         VALUES (?, 'lockPeriod', '{}', ?, 'period', 'Lock', ?, '[]', 1)`,
      )
      .run(id, '0'.repeat(64), state);
    replica.work
      .prepare(`INSERT INTO overlay (mutation_id, tbl, pk, image) VALUES (?, 'lock_event', ?, ?)`)
      .run(id, id, JSON.stringify(Object.values(image)));
  }
}

const board = (user_name = 'finance', role = 'finance') =>
  closeBoard(replica.context({ user_name, role }), { company_id: COMPANY, period: 202610 });
const task = async (code: string, user_name = 'finance', role = 'finance') => {
  const found = (await board(user_name, role)).tasks.find((each) => each.code === code);
  if (!found) throw new Error(`no task ${code}`);
  return found;
};

describe('the close board', () => {
  test('signed tasks open the way for what depends on them', async () => {
    expect((await board()).tasks.map((each) => [each.code, each.state, each.waiting_for])).toEqual([
      ['cut_off', 'signed', []],
      ['grni', 'open', []],
      ['trial', 'waiting', ['grni']],
    ]);
    expect((await task('grni')).next).toEqual({
      role: 'preparer',
      why_not: null,
      code: null,
      explain_first: [],
      stands_in_for: null,
    });
    expect((await task('trial')).next).toEqual({
      role: null,
      why_not: 'Waits for GRNI.',
      code: 'waiting_for',
      explain_first: [],
      stands_in_for: null,
    });
    expect((await task('cut_off')).next.role).toBeNull();
    expect((await task('grni', 'auditor', 'auditor')).next.why_not).toMatch('may not sign');
  });

  test('an item without words keeps a task from being signed; words on their way open it, on the content they make', async () => {
    reconciled(500);
    expect((await task('grni')).next).toEqual({
      role: null,
      why_not: '1 item needs an explanation before anybody signs: REC/2.',
      code: 'unexplained',
      explain_first: [ITEM_ID],
      stands_in_for: null,
    });
    expect(() => signGrni()).toThrow('1 item needs an explanation');
    explain('w1', 'Freight.', null);
    // over what was not seen: the server will not take it, so nobody counts on it
    explain('w2', 'Other words.', 'Theirs.');
    const worded = hashOf(LINES.map((line) => (line.id === ITEM_ID ? { ...line, explanation: 'Freight.' } : line)));
    const open = await task('grni');
    expect(open).toMatchObject({ content_hash: worded, next: { role: 'preparer', explain_first: [] } });
    const detail = await closeTask(replica.context({ user_name: 'finance', role: 'finance' }), {
      task_id: 2,
      offset: 0,
      limit: 100,
    });
    expect(detail.lines.find(({ id }) => id === ITEM_ID)?.explanation).toBe('Freight.');
    expect(() => signGrni()).toThrow('changed after you looked');
    expect(signGrni(worded).effects[0]?.image).toContain(worded);
    // once the server has decided, the stored lines alone say what became of the words
    replica.insert('mutation_outcome', [{ id: 'w1', client_id: 'c', command: 'explainItem', state: 'rejected' }]);
    expect((await task('grni')).next.explain_first).toEqual([ITEM_ID]);
  });

  test('an account the server has not compared is not signed; while comparisons are arriving, nobody says so', async () => {
    replica.writer.exec('DELETE FROM reconciliation');
    expect((await task('grni')).next).toMatchObject({ role: null, code: 'unreckoned', explain_first: [] });
    expect((await task('grni')).next.why_not).toMatch('choose Reconcile');
    expect(() => signGrni()).toThrow('Not reconciled yet');
    // what it waits for is said first, and a task that compares nothing is signed without
    expect((await task('trial')).next.code).toBe('waiting_for');
    replica.writer.exec(`UPDATE signoff SET content_hash = 'x' WHERE task_id = 1`);
    expect((await task('cut_off')).next.role).toBe('preparer');
    replica.writer.exec(`UPDATE signoff SET content_hash = '${PLAIN}' WHERE task_id = 1`);
    replica.writer.exec(
      `INSERT INTO bucket (id, tbl, company, site, channel, month, client, state, rows)
       VALUES (1, ${wireTable('reconciliation').id}, ${COMPANY}, 0, 0, 0, '', 'missing', 1)`,
    );
    expect((await task('grni')).next.role).toBe('preparer');
    expect(signGrni().effects).toHaveLength(1);
  });

  test('a predicted signature counts here and says that it waits', async () => {
    predict('p1', 2, 'preparer', 'finance', 'pending');
    const grni = await task('grni');
    expect(grni.state).toBe('in_review');
    expect(grni.signoffs).toMatchObject([
      { id: 'p1', role: 'preparer', state: 'pending', stale: false, signed_at_ms: 2000 },
    ]);
    expect((await task('grni', 'controller', 'controller')).next).toEqual({
      role: 'reviewer',
      why_not: null,
      code: null,
      explain_first: [],
      stands_in_for: null,
    });
    expect((await task('grni', 'finance', 'controller')).next.why_not).toMatch('another person must review');
  });

  test('a signature of one’s own is taken back with a reason, at once here, and one that was refused takes nothing back', async () => {
    predict('p1', 2, 'preparer', 'finance', 'pending');
    expect((await task('grni')).may_withdraw).toEqual({ signoff_id: 'p1', role: 'preparer' });
    expect((await task('grni', 'controller', 'controller')).may_withdraw).toBeNull();
    // somebody reviewed it
    expect((await task('cut_off')).may_withdraw).toBeNull();
    expect((await task('cut_off', 'controller', 'controller')).may_withdraw).toMatchObject({ role: 'reviewer' });
    const withdrawal = predicted('withdrawSignoff', { task_id: 2, signoff_id: 'p1', reason: 'Too early' });
    const reviewed = { task_id: 1, signoff_id: 's1', reason: 'Too early' };
    expect(() => predicted('withdrawSignoff', reviewed)).toThrow('controller reviewed it');
    const [effect] = withdrawal.effects;
    if (!effect) throw new Error('nothing is foretold');
    const takeBack = (id: string, state: string) => {
      replica.work
        .prepare(
          `INSERT INTO outbox (id, command, args_json, body_hash, lane, title, state, effects_json, made_at_ms)
           VALUES (?, 'withdrawSignoff', '{}', ?, 'task', 'Withdraw', ?, '[]', 1)`,
        )
        .run(id, '0'.repeat(64), state);
      replica.work
        .prepare(`INSERT INTO overlay (mutation_id, tbl, pk, image) VALUES (?, 'signoff', ?, ?)`)
        .run(id, id, JSON.stringify(effect.image));
    };
    takeBack('p2', 'conflict');
    expect(await task('grni')).toMatchObject({ state: 'in_review', withdrawn: [] });
    takeBack('p3', 'pending');
    expect(await task('grni')).toMatchObject({
      state: 'open',
      signoffs: [],
      may_withdraw: null,
      withdrawn: [{ role: 'preparer', user_name: 'finance', reason: 'Too early', state: 'pending' }],
      next: { role: 'preparer' },
    });
  });

  test('a refused signature signs nothing', async () => {
    predict('p1', 2, 'preparer', 'finance', 'conflict');
    const grni = await task('grni');
    expect(grni.state).toBe('open');
    expect(grni.signoffs).toMatchObject([{ id: 'p1', state: 'conflict' }]);
  });

  test('content that changed after the signature reopens the task', async () => {
    replica.insert('signoff', [signoff('s3', 2, 'preparer', 'finance', 'd'.repeat(64))]);
    const grni = await task('grni');
    expect(grni.state).toBe('changed');
    expect(grni.signoffs).toMatchObject([{ id: 's3', stale: true }]);
  });

  test('Today says which side changed after the signature, though the ledger stands; what changed before it is signed', async () => {
    replica.insert('signoff', [signoff('s3', 2, 'preparer', 'finance', 'd'.repeat(64))]);
    const change = { company_id: COMPANY, task_id: 2, change: 'altered', changed_by: 'warehouse', changed_at: 1005 };
    replica.insert('close_line_change', [
      { ...change, id: 1, side: 'subledger', ref: 'RCV 2', before_minor: 607_850, after_minor: 327_450 },
      { ...change, id: 2, side: 'item', ref: 'RCV 2', change: 'added', before_minor: null, after_minor: 280_400 },
      {
        ...change,
        id: 3,
        side: 'item',
        ref: 'RCV 9',
        change: 'added',
        before_minor: null,
        after_minor: 7,
        changed_at: 900,
      },
    ]);
    const as_of_ms = Date.parse('2026-11-05T10:00:00Z');
    const context = replica.context({ user_name: 'finance', role: 'finance', as_of_ms });
    const found = await closeExceptions(await findingOf(context, COMPANY));
    expect(found.find(({ key }) => key === 'close_changed:2')).toMatchObject({
      stake_minor: 280_400,
      facts: { changed: { ledger_minor: 0, subledger_minor: -280_400, items_minor: 280_400, items: 1 } },
    });
  });

  test('locks stand as they were taken, one that waits counts here, a refused one does not', async () => {
    lockStep('l1', 'soft_lock', 'sales purchasing stock');
    const before = await board('controller', 'controller');
    expect(before.state).toBe('open');
    expect(before.locks.areas.map(({ area, state, by }) => [area, state, by])).toEqual([
      ['sales', 'soft_locked', 'controller'],
      ['purchasing', 'soft_locked', 'controller'],
      ['stock', 'soft_locked', 'controller'],
      ['ledger', 'open', null],
    ]);
    expect(before.locks).toMatchObject({ asked: [], ask_why_not: null });
    expect(before.locks.hard_why_not).toMatch('Lock Ledger first');
    lockStep('l2', 'soft_lock', 'ledger', 'conflict');
    expect((await board()).state).toBe('open');
    lockStep('l3', 'soft_lock', 'ledger', 'pending');
    const after = await board('controller', 'controller');
    expect(after.state).toBe('soft_locked');
    expect(after.locks.hard_why_not).toMatch('Not signed by both yet: GRNI; Trial balance.');
    const [october] = await closePeriods(replica.context(), { company_id: COMPANY });
    expect(october?.state).toBe('soft_locked');
  });

  test('what was asked for waits for another person', async () => {
    lockStep('l1', 'soft_lock', 'sales purchasing stock ledger');
    const asked = { author: 'finance', hours: 4, reason: 'A late credit' };
    const asked_for = { hours: 4, reason: 'A late credit', asked_by: 'finance' };
    lockStep('q1', 'reopening_asked', 'sales', 'accepted', asked);
    const [mine] = (await board('finance', 'finance')).locks.asked;
    expect(mine).toMatchObject({ id: 'q1', areas: ['sales'], ...asked_for, not_permitted: true, may_take_back: true });
    expect(mine?.why_not).toMatch('may not');
    expect((await board('finance', 'controller')).locks.asked[0]?.why_not).toMatch('another person must answer');
    expect((await board('finance', 'auditor')).locks.asked[0]?.may_take_back).toBe(false);
    const [theirs] = (await board('controller', 'controller')).locks.asked;
    expect(theirs).toMatchObject({ why_not: null, may_take_back: false });
  });

  test('says when the close will be done, from what earlier months took, and what to do now', async () => {
    replica.insert('close_task', [
      {
        id: 9,
        ver: 1,
        company_id: COMPANY,
        period_id: 2,
        code: 'grni',
        title: 'GRNI',
        depends_on: '[]',
        due_day: 3,
        due_on: day('2026-10-05'),
        state: 'signed',
        content_hash: PLAIN,
      },
    ]);
    const at = (iso: string) => Date.parse(`${iso}T12:00:00Z`);
    replica.insert('signoff', [
      { ...signoff('p9', 9, 'preparer', 'finance', PLAIN), signed_at: 1, accepted_at: at('2026-10-06') },
      { ...signoff('r9', 9, 'reviewer', 'controller', PLAIN), signed_at: 2, accepted_at: at('2026-10-07') },
    ]);
    const { forecast } = await board();
    expect(forecast.tasks.find(({ code }) => code === 'grni')).toMatchObject({
      usual_days: 5,
      critical: true,
      slack_days: 0,
    });
    expect(forecast.tasks.find(({ code }) => code === 'cut_off')).toMatchObject({ slack_days: null, critical: false });
    expect(forecast).toMatchObject({ next: ['grni'], earlier_closes: 1 });
    expect([forecast.finish_on, forecast.late_days]).toEqual(['2026-11-11', 2]);
    // the company is closed on one of the days left
    replica.insert('buying_calendar', [{ id: 7, company_id: COMPANY, closed_on: '2026-11-10', owner: 'controller' }]);
    expect((await board()).forecast.finish_on).toBe('2026-11-12');
  });

  test('a period locked for good says so without an event', async () => {
    const { state, locks } = await closeBoard(replica.context(), { company_id: COMPANY, period: 202609 });
    expect([state, locks.areas.map((each) => each.state)]).toEqual(['hard_locked', Array(4).fill('hard_locked')]);
    expect(locks.ask_why_not).toMatch('locked for good');
  });

  test('periods come newest first with their progress', async () => {
    expect(await closePeriods(replica.context(), { company_id: COMPANY })).toEqual([
      { id: 1, period: 202610, state: 'open', cut_off_on: '2026-10-31', tasks: 3, signed: 1 },
      { id: 2, period: 202609, state: 'hard_locked', cut_off_on: '2026-09-30', tasks: 0, signed: 0 },
    ]);
  });
});

describe('a close task', () => {
  const detail = (loading: readonly ['close_task_line'] | readonly [] = []) =>
    closeTask(replica.context({ loading }), QUERIES.closeTask.args.parse({ task_id: 2, limit: 2, offset: 1 }));

  test('shows both sides, the difference and what explains it', async () => {
    const answer = await detail();
    expect(answer).toMatchObject({
      ledger_minor: 559_200,
      subledger_minor: 327_450,
      difference_minor: 231_750,
      explained_minor: 218_000,
      total_lines: 5,
      currency: 'EUR',
    });
    expect(answer.lines.map((line) => line.id)).toEqual([2, 3]);
    expect(answer.task).toMatchObject({ id: 2, ver: 42, content_hash: HASH });
  });

  test('is not shown to sign when its lines are not what the hash says', async () => {
    replica.writer.exec('UPDATE close_task_line SET amount_minor = amount_minor + 1 WHERE id = 3');
    await expect(detail()).rejects.toMatchObject({ message: expect.stringContaining('content hash') as string });
    // while lines are loading there is nothing to compare yet, and the answer says so
    expect((await detail(['close_task_line'])).provenance.coverage).toBe('still loading: close task lines');
  });

  test('outside the scope is not found', async () => {
    const context = replica.context();
    await expect(closeTask(context, QUERIES.closeTask.args.parse({ task_id: 99 }))).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(closeBoard(context, { company_id: COMPANY, period: 202601 })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});
