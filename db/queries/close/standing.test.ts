import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CommandArgs } from '#contract/commands.ts';
import { predict } from '#db/commands/predict.ts';
import { COMPANY, day, insertReference } from '../testing/golden.ts';
import { createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { closeBoard } from './closeBoard.ts';

let replica: TestReplica;
const CONTENT = 'c'.repeat(64);
const OTHER = 'd'.repeat(64);
const TASKS = ['bank', 'review', 'hard_lock'];

beforeEach(() => {
  replica = createTestReplica();
  insertReference(replica);
  replica.insert('close_period', [
    { id: 1, company_id: COMPANY, period: 202610, state: 'open', cut_off_on: day('2026-10-31') },
  ]);
  const task = { company_id: COMPANY, period_id: 1, due_on: day('2026-11-04'), due_day: 3, state: 'open' };
  replica.insert(
    'close_task',
    TASKS.map((code, at) => ({
      ...task,
      id: at + 1,
      ver: at + 1,
      code,
      title: `The ${code}`,
      depends_on: JSON.stringify(TASKS.slice(Math.max(0, at - 1), at)),
      content_hash: CONTENT,
      amount_minor: 0,
    })),
  );
});
afterEach(() => replica.close());

/** Both signatures on a task, taken by the server at `at_ms` and a moment later. */
function signed(task_id: number, at_ms: number, content_hash = CONTENT): void {
  const row = { company_id: COMPANY, task_id, content_hash, amount_minor: 0, device: 'desk', signed_at: 1 };
  replica.insert('signoff', [
    { ...row, id: `p${at_ms}`, role: 'preparer', user_name: 'finance', accepted_at: at_ms },
    { ...row, id: `r${at_ms}`, role: 'reviewer', user_name: 'controller', accepted_at: at_ms + 1 },
  ]);
}

function locked(step: string, at_ms: number): void {
  const areas = 'sales purchasing stock ledger';
  const row = { company_id: COMPANY, period_id: 1, step, areas, hours: null, answers_id: null, reason: null };
  replica.insert('lock_event', [{ ...row, id: step, author: 'controller', written_at: at_ms, accepted_at: at_ms }]);
}

const board = (role = 'finance') =>
  closeBoard(replica.context({ user_name: role, role }), { company_id: COMPANY, period: 202610 });
const states = async () => (await board()).tasks.map(({ state }) => state);
const review = async () => {
  const task = (await board()).tasks.find(({ code }) => code === 'review');
  if (!task) throw new Error('no review');
  return task;
};

function foretell(args: CommandArgs<'signCloseTask'>) {
  const { user } = replica.context({ user_name: 'finance', role: 'finance' });
  return predict(
    { reader: replica.reader, user, device: 'desk', mutation_id: randomUUID(), made_at_ms: 2, hasEvidence: () => true },
    'signCloseTask',
    args,
  );
}

/** What was foretold waits here to be sent. */
function waits(image: readonly unknown[]): void {
  const id = randomUUID();
  replica.work
    .prepare(
      `INSERT INTO outbox (id, command, args_json, body_hash, lane, title, state, effects_json, made_at_ms)
       VALUES (?, 'signCloseTask', '{}', ?, 'task', 'Sign', 'pending', '[]', 1)`,
    )
    .run(id, '0'.repeat(64));
  replica.work
    .prepare(`INSERT INTO overlay (mutation_id, tbl, pk, image) VALUES (?, 'signoff', ?, ?)`)
    .run(id, id, JSON.stringify(image));
}

test('a task waits for what was opened under it, and asks to be signed again, by name, once that is signed again', async () => {
  signed(1, 1_000);
  signed(2, 2_000);
  expect(await states()).toEqual(['signed', 'signed', 'open']);
  replica.writer.exec(`UPDATE close_task SET content_hash = '${OTHER}' WHERE id = 1`);
  expect(await states()).toEqual(['changed', 'waiting', 'waiting']);
  expect((await review()).next.why_not).toBe('Waits for The bank.');
  const args = { task_id: 2, role: 'preparer', task_ver: 2, amount_minor: 0, content_hash: CONTENT } as const;
  expect(() => foretell(args)).toThrow('Waits for The bank.');

  signed(1, 3_000, OTHER);
  const again = await review();
  expect(again).toMatchObject({ state: 'changed', next: { role: 'preparer' }, may_withdraw: null });
  expect(again.signoffs.map(({ stale, overtaken_by }) => [stale, overtaken_by])).toEqual([
    [true, ['The bank']],
    [true, ['The bank']],
  ]);
  locked('soft_lock', 4_000);
  expect((await board('controller')).locks.hard_why_not).toBe(
    'Not signed by both yet: The review. A hard lock needs every task signed.',
  );
  // on its way it comes after everything the server took, whatever this machine's clock says
  const [effect] = foretell(args).effects;
  waits(effect?.image ?? []);
  expect((await review()).state).toBe('in_review');
});

test('what is locked for good stays as it was signed, and the lock is what does its own task', async () => {
  signed(2, 1_000);
  signed(1, 2_000);
  expect(await states()).toEqual(['signed', 'changed', 'waiting']);
  expect((await board()).tasks[2]?.next).toMatchObject({ role: null, code: 'done_by_lock' });
  locked('soft_lock', 3_000);
  locked('hard_lock', Date.parse('2026-11-06T12:00:00Z'));
  expect(await states()).toEqual(['signed', 'signed', 'signed']);
  const { forecast, tasks } = await board();
  expect(tasks[2]?.next.why_not).toBe('Done: the month is locked for good.');
  expect([forecast.finish_on, forecast.next]).toEqual(['2026-11-06', []]);
});

test('figures go by when the server had a signature, not by the clock it was given on', async () => {
  signed(1, Date.parse('2026-11-03T12:00:00Z'));
  const { forecast } = await board();
  expect(forecast.tasks.find(({ code }) => code === 'bank')?.expected_on).toBe('2026-11-03');
  replica.writer.exec(`UPDATE signoff SET signed_at = ${Date.UTC(2198, 0, 1)} WHERE role = 'reviewer'`);
  expect((await board()).forecast).toEqual(forecast);
});
