/** Locks of a month: the domain rule on what is true now, with the period held against every posting into it. */
import { isoDate } from '#domain/calendar.ts';
import { grantsPermit, grantsSee } from '#domain/access/grants.ts';
import {
  type LockArea,
  LOCK_AREAS,
  type LockQuestion,
  type Locks,
  type LockStep,
  locksOf,
  mayLock,
} from '#domain/close/locking.ts';
import { unsignedTitles } from '#domain/close/monthStanding.ts';
import type { AuditKind } from '#contract/auditWords.ts';
import { catchUp, duePeriods } from '#server/close/duePeriods.ts';
import { lockEvents } from '#server/close/lockEvents.ts';
import { keepStates, standingOfMonth } from '#server/close/standing.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import { sha256 } from '#server/audit/chain.ts';
import { companyDay } from '../companyDay.ts';
import { type CommandContext, type CommandHandler, written } from '../handler.ts';
import { granted, notFound, Refusal } from '../refusal.ts';

export const lockPeriod: CommandHandler<'lockPeriod'> = async (context, { period_id, step, areas }) => {
  await take(context, period_id, { step, areas, hours: null, answers_id: null, reason: null });
};

export const askReopening: CommandHandler<'askReopening'> = async (context, { period_id, areas, hours, reason }) => {
  await take(context, period_id, { step: 'reopening_asked', areas, hours, answers_id: null, reason });
};

export const answerReopening: CommandHandler<'answerReopening'> = async (context, args) => {
  const { period_id, asked_id, verdict, reason } = args;
  const step = verdict === 'given' ? 'reopening_given' : 'reopening_refused';
  await take(context, period_id, { step, areas: [], hours: null, answers_id: asked_id, reason });
};

const STEP_KINDS = {
  soft_lock: 'period_locked',
  hard_lock: 'period_locked',
  reopening_asked: 'reopening_asked',
  reopening_given: 'period_opened',
  reopening_refused: 'reopening_refused',
} as const satisfies Record<LockStep, AuditKind>;

interface Step {
  readonly step: LockStep;
  /** Of an answer: those that were asked for. */
  readonly areas: readonly LockArea[];
  readonly hours: number | null;
  readonly answers_id: string | null;
  readonly reason: string | null;
}

interface Period {
  readonly id: number;
  readonly state: string;
}

async function take(context: CommandContext, period_id: number, step: Step): Promise<void> {
  const { tx, user, now_ms } = context;
  // waits for every posting under way, and every posting from now on waits for this
  const period = await tx
    .selectFrom('close_period')
    .select(['id', 'company_id', 'period', 'state', 'cut_off_on'])
    .where('id', '=', period_id)
    .forUpdate()
    .executeTakeFirst();
  if (!period || !grantsSee(user.grants, 'finance', { company_id: period.company_id })) throw notFound('period');
  const events = await lockEvents(tx, period.id);
  const before = locksOf(events, now_ms, period.state);
  const company = await companyDay(context, period.company_id);
  const question = {
    step: step.step,
    areas: step.areas,
    answers_id: step.answers_id,
    user_name: user.name,
    may_prepare: grantsPermit(user.grants, 'prepare_close', { company_id: period.company_id }),
    may_review: grantsPermit(user.grants, 'review_close', { company_id: period.company_id }),
    locks: before,
    cut_off_on: period.cut_off_on,
    today_on: isoDate(company.today_on),
    unsigned: step.step === 'hard_lock' ? await unsignedOf(tx, period) : [],
    earlier_open: step.step === 'hard_lock' ? await earlierOpen(tx, period) : [],
  };
  granted(mayLock(question));
  if (step.step === 'hard_lock') await caughtUp(context, question, period);

  const asked = before.asked.find(({ id }) => id === step.answers_id);
  const areas = LOCK_AREAS.filter((area) => (asked?.areas ?? step.areas).includes(area));
  const event = { id: context.mutation_id, ...step, areas, user_name: user.name, at_ms: now_ms };
  await tx
    .insertInto('lock_event')
    .values({
      id: event.id,
      company_id: period.company_id,
      period_id: period.id,
      step: step.step,
      areas: areas.join(' '),
      hours: step.hours,
      answers_id: step.answers_id,
      reason: step.reason,
      ...written(context),
    })
    .execute();
  await keep(tx, period.id, locksOf([...events, event], now_ms, period.state));
  if (step.step === 'hard_lock') await keepStates(tx, { id: period.id, state: 'hard_locked' });
  context.tell({
    kind: STEP_KINDS[step.step],
    about: String(period.period),
    detail: {
      company: period.company_id,
      areas: areas.join(', '),
      step: step.step,
      asked_by: asked?.user_name ?? null,
      reason: asked?.reason ?? step.reason,
      hours: asked?.hours ?? step.hours,
      // of an answer its own words, which are not the reason it was asked for
      words_sha256: step.reason === null ? null : sha256(step.reason),
    },
  });
}

/** Signatures are on figures as the job last computed them: for good they stand on the books as they are, or the lock is refused. */
async function caughtUp({ tx, now_ms }: CommandContext, question: LockQuestion, period: Period): Promise<void> {
  const period_id = period.id;
  if ((await duePeriods(tx, { now_ms, period_id })).length === 0) return;
  await catchUp(tx, { period_id, now_ms });
  const answer = mayLock({ ...question, unsigned: await unsignedOf(tx, period) });
  if (answer.ok) return;
  const why = `The books changed after tasks were signed. ${answer.message}`;
  throw new Refusal(answer.outcome, { code: answer.code, message: why }, { stays: true });
}

/** What the database refuses postings by. */
async function keep(tx: ServerTransaction, period_id: number, { period_state, areas }: Locks): Promise<void> {
  const locked = Object.fromEntries(
    LOCK_AREAS.filter((area) => areas[area].state !== 'open').map((area) => [area, areas[area].open_until_ms]),
  );
  await tx
    .updateTable('close_period')
    .set({ state: period_state, locked: JSON.stringify(locked) })
    .where('id', '=', period_id)
    .execute();
}

async function earlierOpen(
  tx: ServerTransaction,
  { company_id, period }: { readonly company_id: number; readonly period: number },
): Promise<readonly number[]> {
  const rows = await tx
    .selectFrom('close_period')
    .select('period')
    .where('company_id', '=', company_id)
    .where('period', '<', period)
    .where('state', '<>', 'hard_locked')
    .orderBy('period')
    .execute();
  return rows.map((row) => row.period);
}

async function unsignedOf(tx: ServerTransaction, period: Period): Promise<readonly string[]> {
  const { tasks, standing } = await standingOfMonth(tx, period);
  return unsignedTitles(tasks, (code) => standing.get(code)?.state);
}
