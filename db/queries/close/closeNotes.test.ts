import { afterEach, beforeEach, expect, test } from 'vitest';
import { exceptionDetail } from '../today/exceptionDetail.ts';
import { exceptionsOf, findingOf } from '../today/exceptions.ts';
import { today } from '../today/today.ts';
import { COMPANY, day, insertReference } from '../testing/golden.ts';
import { createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { closeNotes } from './closeNotes.ts';

let replica: TestReplica;
const AS_OF_MS = Date.parse('2026-11-05T10:00:00Z');
const HOUR_MS = 3_600_000;
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
      code: 'bank',
      title: 'Bank',
      depends_on: '[]',
      owner: 'finance',
      reviewer: 'controller',
      due_on: day('2026-11-20'),
      state: 'open',
    },
  ]);
});
afterEach(() => replica.close());

/** Every hour one. */
const said = (id: string, author: string, body: string, more: Record<string, string> = {}): void => {
  const at = AS_OF_MS - HOUR_MS * (20 - Number(id));
  replica.insert('close_note', [
    {
      id,
      company_id: COMPANY,
      task_id: 2,
      body,
      author,
      written_at: at,
      accepted_at: at,
      assigned_to: null,
      answers_id: null,
      ...more,
    },
  ]);
};
const context = (user_name: string, role = 'finance') => replica.context({ user_name, role, as_of_ms: AS_OF_MS });
const asked = async (user_name: string) => {
  const { exceptions } = await exceptionsOf(await findingOf(context(user_name), COMPANY));
  return exceptions.find(({ key }) => key === 'close_asked:2');
};

test('notes come newest first, what was done stands at the work, and names are offered', async () => {
  said('1', 'controller', 'find the statement @finance', { assigned_to: 'finance' });
  said('2', 'finance2', 'which one?');
  said('3', 'finance', 'sent by the bank', { answers_id: '1' });
  said('4', 'controller', 'and this', { assigned_to: 'finance' });
  const view = await closeNotes(context('finance'), { task_id: 2 });
  expect(view.notes.map(({ id, done, may_finish }) => [id, done?.body ?? null, may_finish])).toEqual([
    ['4', null, true],
    ['2', null, false],
    ['1', 'sent by the bank', false],
  ]);
  expect([view.open_work, view.people, view.why_not]).toEqual([1, ['controller', 'finance', 'finance2'], null]);
  expect((await closeNotes(context('anna', 'auditor'), { task_id: 2 })).why_not).toMatch('may not write');
});

test('whoever is asked finds it on Today before what money ranks, until they say a word', async () => {
  said('1', 'controller', '@finance where is it?');
  expect(await asked('finance')).toMatchObject({
    facts: { kind: 'close_asked', asks: 'word', asked_by: 'controller', says: '@finance where is it?', period: 202610 },
    severity: 'warn',
    stake_minor: 0,
    owner: 'finance',
  });
  expect(await asked('controller')).toBeUndefined();
  const { rows } = await today(context('finance'), {
    company_ids: [COMPANY],
    whose: 'mine',
    snoozed: false,
    escalated: false,
    at_once: false,
    limit: 10,
  });
  expect(rows[0]?.key).toBe('close_asked:2');
  const detail = await exceptionDetail(context('finance'), { company_id: COMPANY, key: 'close_asked:2', limit: 10 });
  expect(detail.row?.key).toBe('close_asked:2');

  said('2', 'finance', 'with the bank');
  expect(await asked('finance')).toBeUndefined();
  said('3', 'controller', 'call them @finance', { assigned_to: 'finance' });
  said('4', 'finance', 'I will');
  expect(await asked('finance')).toMatchObject({ facts: { asks: 'work', notes: 1 } });
  said('5', 'finance', 'done', { answers_id: '3' });
  expect(await asked('finance')).toBeUndefined();
});

test('nothing is asked of a month that is locked for good', async () => {
  said('1', 'controller', '@finance?');
  replica.writer.exec(`UPDATE close_period SET state = 'hard_locked'`);
  expect(await asked('finance')).toBeUndefined();
});
