import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { USUAL_TASKS } from '#domain/close/ownTemplate.ts';
import { type RuleChangeContent, ruleChangeContent } from '#domain/governance/change.ts';
import { NO_KEY } from '#domain/governance/subjects.ts';
import { addGrant, setActive } from '#server/auth/accounts.ts';
import { giveTemplate } from '#server/close/ownTemplate.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { mutation } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

describe.each(ENGINES)('opening a close on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('and planning it', () => {
    let engine: TestEngine;
    let running: TestServer;
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine, {});
      running.time.now_ms = Date.parse('2026-11-20T12:00:00Z');
      const { db } = running.server.database;
      const account = {
        company_id: running.data.other_company_id,
        code: '1310',
        name: 'Debtors',
        kind: 'asset',
        role: 'ar',
      };
      await db.insertInto('gl_account').values(account).execute();
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });
    const open = (period: number, company_id = running.data.company_id) =>
      mutation('openClose', { company_id, period });
    const tasksOf = async (period: number, company_id = running.data.company_id) =>
      await running.server.database.db
        .selectFrom('close_task as t')
        .innerJoin('close_period as p', 'p.id', 't.period_id')
        .select([
          't.id',
          't.ver',
          't.code',
          't.account',
          't.depends_on',
          't.owner',
          't.reviewer',
          't.due_day',
          't.due_on',
        ])
        .select(['t.content_hash', 't.state'])
        .where('p.period', '=', period)
        .where('p.company_id', '=', company_id)
        .orderBy('t.id')
        .execute();

    test('the next month begins with the tasks of the one before', async () => {
      // what they do at their time is done, and not due again for minutes
      await running.server.runDueJobs();
      expect(await running.push('planner', open(202611))).toEqual(['rejected:not_found']);
      expect(await running.push('finance', open(202612), open(202610))).toEqual([
        'rejected:not_begun',
        'conflict:already_open',
      ]);
      const [first, second] = await Promise.all([
        running.push('finance', open(202611)),
        running.push('controller', open(202611)),
      ]);
      expect([...first, ...second].toSorted()).toEqual(['accepted', 'conflict:already_open']);
      const tasks = await tasksOf(202611);
      const plan = (of: typeof tasks) => of.map(({ code, depends_on, due_day }) => [code, depends_on, due_day]);
      expect(plan(tasks)).toEqual(plan(await tasksOf(202610)));
      for (const { due_on } of tasks) expect(due_on).toMatch(/^2026-12-/);
    });

    test('an account nobody compared yet is not signed; opening its month has it compared before the usual time', async () => {
      const { db } = running.server.database;
      const [first] = await tasksOf(202611);
      if (!first) throw new Error('no task was made');
      const sign = async (role: string) => {
        const task = (await tasksOf(202611)).find(({ id }) => id === first.id) ?? first;
        const { content_hash, ver: task_ver, id: task_id } = task;
        return mutation('signCloseTask', { task_id, role, task_ver, content_hash, amount_minor: 0 });
      };
      expect(await running.push('finance', await sign('preparer'))).toEqual(['rejected:unreckoned']);
      // words come first of what is compared, and nobody has given any here
      await running.server.runDueJobs();
      expect(await running.push('finance', await sign('preparer'))).toEqual(['rejected:unexplained']);
      const items = await db
        .selectFrom('close_task_line')
        .select('id')
        .where('task_id', '=', first.id)
        .where('side', '=', 'item')
        .execute();
      const words = { task_id: first.id, explanation: 'No such account', seen_explanation: null };
      const said = items.map(({ id: line_id }) => mutation('explainItem', { ...words, line_id }));
      expect(new Set(await running.push('finance', ...said))).toEqual(new Set(['accepted']));
      expect(await running.push('finance', await sign('preparer'))).toEqual(['accepted']);
    });

    test('of a company without any, the template with the accounts that have its roles', async () => {
      const { other_company_id } = running.data;
      expect(await running.push('controller', open(202610, other_company_id))).toEqual(['rejected:not_found']);
      expect(await running.push('admin', open(202610, other_company_id))).toEqual(['rejected:not_permitted']);
      const { db } = running.server.database;
      await addGrant(db, 'finance', { role: 'finance', company_code: 'BRK' }, () => running.time.now_ms);
      expect(await running.push('finance', open(202610, other_company_id))).toEqual(['accepted']);
      const tasks = await tasksOf(202610, other_company_id);
      expect(tasks).toHaveLength(24);
      expect(tasks.find(({ code }) => code === 'ar_gl')).toMatchObject({
        account: '1310',
        due_on: '2026-11-04',
        owner: null,
      });
      expect(tasks.find(({ code }) => code === 'bank')?.account).toBeNull();
    });

    test('who does a task and by when is said by who reviews, on the task as it stands', async () => {
      const [task] = await tasksOf(202611);
      if (!task) throw new Error('no task was made');
      const plan = (more: object = {}) =>
        mutation('planCloseTask', {
          task_id: task.id,
          task_ver: task.ver,
          owner: 'finance2',
          reviewer: 'controller',
          due_day: 4,
          ...more,
        });
      expect(await running.push('finance', plan())).toEqual(['rejected:not_permitted']);
      expect(await running.push('controller', plan({ reviewer: 'finance2' }), plan({ due_day: 0 }))).toEqual([
        'rejected:same_person',
        'rejected:bad_arguments',
      ]);
      expect(await running.push('controller', plan(), plan())).toEqual(['accepted', 'conflict:task_moved']);
      expect((await tasksOf(202611))[0]).toMatchObject({
        owner: 'finance2',
        reviewer: 'controller',
        due_day: 4,
        due_on: '2026-12-04',
      });
      // the signature on it stands: what was signed did not change
      expect((await tasksOf(202611))[0]?.state).toBe('prepared');
    });

    test('who may not prepare or review is nobody to plan a task for, and falls out of the next month once they lost the role', async () => {
      const [, task] = await tasksOf(202611);
      if (!task) throw new Error('no task was made');
      const plan = (owner: string | null, reviewer: string | null, task_ver = task.ver) =>
        mutation('planCloseTask', { task_id: task.id, task_ver, owner, reviewer, due_day: 4 });
      expect(
        await running.push(
          'controller',
          plan('sales', 'controller'),
          plan('nosuchperson', null),
          plan('finance', 'finance2'),
          plan('finance', 'auditor'),
          plan('finance', 'nosuchperson'),
        ),
      ).toEqual([
        'rejected:not_preparer',
        'rejected:not_preparer',
        'rejected:not_reviewer',
        'rejected:not_reviewer',
        'rejected:not_reviewer',
      ]);
      const { db } = running.server.database;
      const clock = () => running.time.now_ms;
      await setActive(db, 'finance2', false, clock);
      expect(await running.push('controller', plan('finance2', null))).toEqual(['rejected:not_preparer']);
      const people = await db
        .selectFrom('close_person')
        .select(['user_name', 'may_prepare', 'may_review'])
        .where('company_id', '=', running.data.company_id)
        .orderBy('user_name')
        .execute();
      expect(people).toEqual([
        { user_name: 'controller', may_prepare: true, may_review: true },
        { user_name: 'finance', may_prepare: true, may_review: false },
      ]);
      expect(await running.push('controller', plan('finance', 'controller'))).toEqual(['accepted']);
    });

    test('who stands in says so, and takes their own signature back with a reason while nobody reviewed it', async () => {
      const { db } = running.server.database;
      const [, task] = await tasksOf(202611);
      if (!task) throw new Error('no task was made');
      // the second waits for the first: here it is its own
      await db.updateTable('close_task').set({ depends_on: '[]' }).where('id', '=', task.id).execute();
      const { content_hash, ver: task_ver, id: task_id } = task;
      const sign = (role: string, stands_in_for?: string) =>
        mutation('signCloseTask', { task_id, role, task_ver, content_hash, amount_minor: 0, stands_in_for });
      expect(await running.push('controller', sign('preparer'), sign('preparer', 'finance2'))).toEqual([
        'conflict:named_other',
        'conflict:named_other',
      ]);
      const signed = sign('preparer', 'finance');
      expect(await running.push('controller', signed, sign('reviewer'))).toEqual(['accepted', 'rejected:same_person']);
      const withdraw = (signoff_id: string) =>
        mutation('withdrawSignoff', { task_id, signoff_id, reason: 'Finance is back' });
      expect(await running.push('finance', withdraw(signed.id))).toEqual(['rejected:not_yours']);
      const stateOf = async () => (await tasksOf(202611)).find(({ id }) => id === task_id)?.state;
      expect(await stateOf()).toBe('prepared');
      expect(await running.push('controller', withdraw(signed.id), withdraw(signed.id))).toEqual([
        'accepted',
        'conflict:not_signed',
      ]);
      expect(await stateOf()).toBe('open');
      const own = sign('preparer');
      expect(await running.push('finance', own)).toEqual(['accepted']);
      expect(await running.push('controller', sign('reviewer'))).toEqual(['accepted']);
      expect(await running.push('finance', withdraw(own.id))).toEqual(['conflict:reviewed']);
      const rows = await db
        .selectFrom('signoff')
        .select(['user_name', 'for_user', 'withdraws_id', 'reason'])
        .where('task_id', '=', task_id)
        .orderBy('ver')
        .execute();
      expect(rows).toEqual([
        { user_name: 'controller', for_user: 'finance', withdraws_id: null, reason: null },
        { user_name: 'controller', for_user: null, withdraws_id: signed.id, reason: 'Finance is back' },
        { user_name: 'finance', for_user: null, withdraws_id: null, reason: null },
        { user_name: 'controller', for_user: null, withdraws_id: null, reason: null },
      ]);
      const told = await db
        .selectFrom('audit_event')
        .select(['kind', 'user_name', 'detail'])
        .where('kind', 'in', ['signature_withdrawn', 'close_signed'])
        .orderBy('id', 'desc')
        .limit(4)
        .execute();
      expect(told.toReversed()).toMatchObject([
        { kind: 'close_signed', user_name: 'controller', detail: { for: 'finance' } },
        { kind: 'signature_withdrawn', user_name: 'controller', detail: { signature: signed.id } },
        { kind: 'close_signed', user_name: 'finance' },
        { kind: 'close_signed', user_name: 'controller' },
      ]);
    });

    test('days the company is closed, once another person allows them, move what is due; months that begin then know them', async () => {
      const { company_id } = running.data;
      const closed = Array.from({ length: 12 }, (_, nth) => `2027-${String(nth + 1).padStart(2, '0')}-01`);
      const sent = mutation('draftRuleChange', {
        company_id,
        subject: 'buying_calendar',
        title: 'Days off',
        reason: 'By law',
        effective_on: '2026-11-20',
        lines: [
          { ...NO_KEY, before: null, after: { closed_on: ['2026-12-02', ...closed].join(' '), owner: 'controller' } },
        ],
      });
      const before = await tasksOf(202611);
      expect(await running.push('finance', sent)).toEqual(['accepted']);
      expect(await tasksOf(202611)).toEqual(before);
      const content = ruleChangeContent({ ...(sent.args as unknown as RuleChangeContent), author: 'finance' });
      const content_hash = createHash('sha256').update(content).digest('hex');
      const approved = { change_id: sent.id, verdict: 'approved', content_hash, reason: '' };
      expect(await running.push('controller', mutation('decideRuleChange', approved))).toEqual(['accepted']);
      const after = await tasksOf(202611);
      const dueOf = (tasks: typeof after, due_day: number) => tasks.find((task) => task.due_day === due_day)?.due_on;
      expect([dueOf(before, 4), dueOf(after, 4)]).toEqual(['2026-12-04', '2026-12-07']);
      expect(after.map(({ state, content_hash: hash }) => [state, hash])).toEqual(
        before.map(({ state, content_hash: hash }) => [state, hash]),
      );
      running.time.now_ms = Date.parse('2027-01-20T12:00:00Z');
      expect(await running.push('finance', open(202612))).toEqual(['accepted']);
      expect(dueOf(await tasksOf(202612), 4)).toBe('2027-01-07');
      // the account of who was to prepare the first is closed
      const [first, second] = await tasksOf(202612);
      expect(first).toMatchObject({ owner: null, reviewer: 'controller' });
      expect(second).toMatchObject({ owner: 'finance', reviewer: 'controller' });
      const { db } = running.server.database;
      const opened = db.selectFrom('close_period').select(['opened_from', 'left_out']).where('period', '=', 202612);
      expect(await opened.executeTakeFirst()).toEqual({ opened_from: 'before', left_out: 'finance2' });
    });

    test('the next month begins with the company’s own tasks; those that are open stay as they are', async () => {
      const { db } = running.server.database;
      const { company_id } = running.data;
      const before = await tasksOf(202612);
      const payroll = { code: 'payroll', title: 'Payroll accrual', owner: 'finance', reviewer: null, due_day: 3 };
      const tasks = [
        ...USUAL_TASKS.map((task) => (task.code === 'freeze' ? { ...task, owner: 'finance2' } : task)),
        { ...payroll, depends_on: ['late_bills'], needs_evidence: true },
      ];
      const given = { name: 'tasks.csv', given_on: '2027-01-19', user_name: 'controller', now: new Date() };
      await giveTemplate(db, { ...given, company_id, tasks });
      running.time.now_ms = Date.parse('2027-02-02T12:00:00Z');
      expect(await running.push('finance', open(202701))).toEqual(['accepted']);
      expect(await tasksOf(202612)).toEqual(before);
      const month = await tasksOf(202701);
      expect(month.map(({ code, depends_on }) => [code, depends_on])).toEqual(
        tasks.map(({ code, depends_on }) => [code, depends_on]),
      );
      // by hand in the month before: who reviews the first; who the list names lost the role
      expect(month.find(({ code }) => code === before[0]?.code)?.reviewer).toBe('controller');
      expect(month.find(({ code }) => code === 'freeze')?.owner).toBeNull();
      expect(month.at(-1)).toMatchObject({ account: null, owner: 'finance', reviewer: null, due_day: 3 });
      const opened = db
        .selectFrom('close_period')
        .select(['opened_from', 'left_out', 'template_name', 'template_on'])
        .where('period', '=', 202701);
      expect(await opened.executeTakeFirst()).toEqual({
        opened_from: 'template',
        left_out: 'finance2',
        template_name: 'tasks.csv',
        template_on: '2027-01-19',
      });
    });
  });
});
