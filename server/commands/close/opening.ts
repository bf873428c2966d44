/** Opening the close of a month, and saying who does its tasks by when. */
import { addWorkdays, dayNumber, isoDate, lastDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import { grantsPermit, grantsSee } from '#domain/access/grants.ts';
import { type OpenedFrom, mayOpenPeriod, mayPlanTask, withoutLeft } from '#domain/close/opening.ts';
import { monthByTemplate, type OwnTemplate } from '#domain/close/ownTemplate.ts';
import { FIRST_CLOSE } from '#domain/close/template.ts';
import { closePeopleOf } from '#server/auth/closePeople.ts';
import { companyDaysOff } from '#server/close/daysOff.ts';
import { ownTemplate } from '#server/close/ownTemplate.ts';
import { sealOf } from '#server/close/sealing.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import { companyDay } from '../companyDay.ts';
import type { CommandHandler } from '../handler.ts';
import { granted, notFound } from '../refusal.ts';
import { heldTask } from './heldTask.ts';

export const openClose: CommandHandler<'openClose'> = async (context, { company_id, period }) => {
  const { tx, user } = context;
  if (!grantsSee(user.grants, 'finance', { company_id })) throw notFound('company');
  const company = await companyDay(context, company_id);
  // two who open the same month at once take turns
  await tx.selectFrom('company').select('id').where('id', '=', company_id).forUpdate().execute();
  const periods = await tx
    .selectFrom('close_period')
    .select(['id', 'period'])
    .where('company_id', '=', company_id)
    .orderBy('period', 'desc')
    .execute();
  granted(
    mayOpenPeriod({
      period,
      may_prepare: grantsPermit(user.grants, 'prepare_close', { company_id }),
      periods: periods.map((each) => each.period),
      this_month: monthOfDay(company.today_on),
    }),
  );
  const cut_off = lastDayOfMonth(period);
  const off = await companyDaysOff(tx, company_id);
  const planned = await tasksFor(tx, company_id, periods[0]?.id ?? null);
  const { tasks, left_out } = withoutLeft(planned.tasks, await closePeopleOf(tx, company_id));
  const made = await tx
    .insertInto('close_period')
    .values({
      company_id,
      period,
      state: 'open',
      cut_off_on: isoDate(cut_off),
      opened_from: planned.from,
      template_name: planned.template?.name ?? null,
      template_on: planned.template?.given_on ?? null,
      left_out: left_out.length === 0 ? null : left_out.join(' '),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  for (const task of tasks) {
    const { id } = await tx
      .insertInto('close_task')
      .values({
        ...task,
        company_id,
        period_id: made.id,
        depends_on: JSON.stringify(task.depends_on),
        due_on: isoDate(addWorkdays(cut_off, task.due_day, off)),
        state: 'open',
        amount_minor: 0,
        content_hash: '0'.repeat(64),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    // the seal of no lines: it says the task's own id
    const content_hash = sealOf({ id, code: task.code }, [], []);
    await tx.updateTable('close_task').set({ content_hash }).where('id', '=', id).execute();
  }
};

interface PlannedTask {
  readonly code: string;
  readonly title: string;
  readonly account: string | null;
  readonly depends_on: readonly string[];
  readonly owner: string | null;
  readonly reviewer: string | null;
  readonly due_day: number;
  readonly needs_evidence: boolean;
}

interface PlannedMonth {
  readonly from: OpenedFrom;
  readonly template: OwnTemplate | null;
  readonly tasks: readonly PlannedTask[];
}

/** The company's own list; else those of the close before with who did them; else the standing ones, with the accounts that have their roles. */
async function tasksFor(tx: ServerTransaction, company_id: number, before_id: number | null): Promise<PlannedMonth> {
  const before =
    before_id === null
      ? []
      : await tx
          .selectFrom('close_task')
          .select(['code', 'title', 'account', 'depends_on', 'owner', 'reviewer', 'due_day', 'needs_evidence'])
          .where('period_id', '=', before_id)
          .orderBy('id')
          .execute();
  const template = await ownTemplate(tx, company_id);
  if (template !== null) {
    const tasks = monthByTemplate(template, before, await accountsByRole(tx, company_id));
    return { from: 'template', template, tasks };
  }
  if (before.length > 0) return { from: 'before', template: null, tasks: before };
  const accounts = await accountsByRole(tx, company_id);
  const tasks = FIRST_CLOSE.map(({ role, ...task }) => ({
    ...task,
    account: role === null ? null : (accounts.get(role) ?? null),
    owner: null,
    reviewer: null,
  }));
  return { from: 'first', template: null, tasks };
}

async function accountsByRole(tx: ServerTransaction, company_id: number): Promise<ReadonlyMap<string | null, string>> {
  const accounts = await tx
    .selectFrom('gl_account')
    .select(['code', 'role'])
    .where('company_id', '=', company_id)
    .where('role', 'is not', null)
    .orderBy('code')
    .execute();
  return new Map(accounts.toReversed().map(({ role, code }) => [role, code]));
}

export const planCloseTask: CommandHandler<'planCloseTask'> = async (context, args) => {
  const { tx } = context;
  const { task_id, task_ver, owner, reviewer, due_day, needs_evidence } = args;
  const { period, task, may_review } = await heldTask(context, task_id);
  granted(
    mayPlanTask({
      may_review,
      period_state: period.state,
      task_ver: task.ver,
      seen_ver: task_ver,
      owner,
      reviewer,
      people: await closePeopleOf(tx, task.company_id),
    }),
  );
  const off = await companyDaysOff(tx, task.company_id);
  const due_on = isoDate(addWorkdays(dayNumber(period.cut_off_on) ?? 0, due_day, off));
  await tx
    .updateTable('close_task')
    .set({ owner, reviewer, due_day, due_on, ...(needs_evidence === undefined ? {} : { needs_evidence }) })
    .where('id', '=', task_id)
    .execute();
};
