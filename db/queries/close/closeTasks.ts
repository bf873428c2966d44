/** The tasks of a period as the board shows them: state, signatures, and what this person may do next. */
import { sql } from 'kysely';
import { isoDate } from '#domain/calendar.ts';
import { type Locks, locksOf } from '#domain/close/locking.ts';
import { monthStanding, type TaskStanding } from '#domain/close/monthStanding.ts';
import {
  counts,
  HARD_LOCK_TASK,
  maySign,
  mayWithdraw,
  placeOf,
  type SigningAnswer,
  type SignoffFact,
  type SignoffRole,
  standingSignoffs,
  standsInFor,
} from '#domain/close/signing.ts';
import type { CloseTaskState, CloseTaskView, SignoffView, WithdrawnSignoffView } from '#contract/queries.ts';
import { foreseenTasks, type ForeseenTask } from '#db/close/foreseenTasks.ts';
import { lockEventsOf } from '#db/close/lockEvents.ts';
import { codesOf } from '#db/close/standing.ts';
import type { ReadSchema, TableRow } from '#db/schema/tables.ts';
import type { QueryContext } from '../context.ts';
import { mutationState } from '../orders/notes.ts';
import { mayInCompany } from '../rights.ts';

/** A refused signature is shown to its author but signs nothing. */
const REFUSED: ReadonlySet<string> = new Set(['conflict', 'rejected']);

/** A period with its locks as they stand for this person. */
export type LockedPeriod = TableRow<'close_period'> & { readonly locks: Locks };

export async function withLocks(context: QueryContext, period: TableRow<'close_period'>): Promise<LockedPeriod> {
  const rows = await context.db
    .selectFrom('v_lock_event')
    .selectAll()
    .where('period_id', '=', period.id)
    .orderBy('ver')
    .execute();
  return { ...period, locks: locksOf(lockEventsOf(rows), context.now_ms, period.state) };
}

export async function tasksOfPeriod(context: QueryContext, period: LockedPeriod): Promise<CloseTaskView[]> {
  const foreseen = foreseenTasks(context.scan, period.id);
  const stored = await context.db
    .selectFrom('close_task')
    .selectAll()
    .where('period_id', '=', period.id)
    .orderBy('due_day')
    .orderBy('id')
    .execute();
  if (stored.length === 0) return [];
  // as they are once this person's own words have arrived: that is what a signature made now binds to
  const tasks = stored.map((task): ForeseenRow => {
    const seen = foreseen.get(task.id) ?? { ...task, unexplained: [], unreckoned: false, evidence_missing: false };
    const { content_hash, unexplained, unreckoned, evidence_missing } = seen;
    return { ...task, content_hash, unexplained, unreckoned, evidence_missing };
  });
  const signoffs = await context.db
    .selectFrom('v_signoff')
    .selectAll()
    .where(
      'task_id',
      'in',
      tasks.map((task) => task.id),
    )
    .orderBy(sql`mutation_state <> 'accepted'`)
    .orderBy('accepted_at')
    .orderBy('ver')
    .execute();
  const byTask = Map.groupBy(signoffs, (signoff) => signoff.task_id);
  const standing = monthStanding(
    tasks.map((task) => ({
      code: task.code,
      title: task.title,
      depends_on: codesOf(task),
      content_hash: task.content_hash,
      signoffs: signoffFacts(byTask.get(task.id) ?? []),
    })),
    period.locks.period_state,
  );
  return tasks.map((task) => {
    const own = standing.get(task.code);
    if (!own) throw new Error(`task ${task.id} has no standing in its month`);
    return taskView(context, period, task, byTask.get(task.id) ?? [], own);
  });
}

type ForeseenRow = TableRow<'close_task'> & Pick<ForeseenTask, 'unexplained' | 'unreckoned' | 'evidence_missing'>;

function taskView(
  context: QueryContext,
  period: LockedPeriod,
  task: ForeseenRow,
  signoffs: readonly Signoff[],
  standing: TaskStanding<StandingFact>,
): CloseTaskView {
  const { waiting_for, signoffs: facts } = standing;
  const overtaken = new Map(facts.map(({ id, overtaken_by }) => [id, overtaken_by]));
  return {
    id: task.id,
    ver: task.ver,
    code: task.code,
    title: task.title,
    account: task.account,
    depends_on: codesOf(task),
    waiting_for,
    owner: task.owner,
    reviewer: task.reviewer,
    due_day: task.due_day,
    due_on: isoDate(task.due_on),
    state: shownState(standing, task.content_hash),
    amount_minor: task.amount_minor,
    needs_evidence: task.needs_evidence === 1,
    content_hash: task.content_hash,
    signoffs: shownSignoffs(signoffs).map((signoff) =>
      signoffView(signoff, task.content_hash, overtaken.get(signoff.id) ?? []),
    ),
    withdrawn: withdrawnOf(signoffs),
    may_withdraw: mayTakeBack(context, period, task, facts),
    next: nextStep(context, period, task, standing),
  };
}

/** What only others opened again waits for them, and asks for its own signatures once they are given. */
function shownState({ state, signoffs, waiting_for }: TaskStanding, content_hash: string): CloseTaskState {
  if (state === 'prepared') return 'in_review';
  const only_overtaken = signoffs.at(-1)?.content_hash === content_hash;
  return waiting_for.length > 0 && (state === 'open' || (state === 'changed' && only_overtaken)) ? 'waiting' : state;
}

/** The role this person may sign in now, or the reason why in none. */
function nextStep(
  context: QueryContext,
  period: LockedPeriod,
  task: ForeseenRow,
  { state, signoffs, waiting_for_titles }: TaskStanding<StandingFact>,
): CloseTaskView['next'] {
  const ask = (role: SignoffRole): SigningAnswer =>
    maySign({
      task_code: task.code,
      user_name: context.user.name,
      role,
      may_prepare: mayInCompany(context.user, task.company_id, 'prepare_close'),
      may_review: mayInCompany(context.user, task.company_id, 'review_close'),
      period_state: period.locks.period_state,
      content_hash: task.content_hash,
      seen_content_hash: task.content_hash,
      signoffs,
      named: namedOf(task, role),
      stands_in_for: standsInFor(namedOf(task, role), context.user.name),
      waiting_for: waiting_for_titles,
      unexplained: task.unexplained.map(({ ref }) => ref),
      unreckoned: task.unreckoned,
      evidence_missing: task.evidence_missing,
    });
  if (state === 'signed') {
    return {
      role: null,
      why_not:
        task.code === HARD_LOCK_TASK ? 'Done: the month is locked for good.' : 'Signed by preparer and reviewer.',
      code: null,
      explain_first: [],
      stands_in_for: null,
    };
  }
  const role: SignoffRole = state === 'prepared' ? 'reviewer' : 'preparer';
  const answer = ask(role);
  const stands_in_for = standsInFor(namedOf(task, role), context.user.name);
  if (answer.ok) return { role, why_not: null, code: null, explain_first: [], stands_in_for };
  const explain_first = answer.code === 'unexplained' ? task.unexplained.map(({ id }) => id) : [];
  return { role: null, why_not: answer.message, code: answer.code, explain_first, stands_in_for: null };
}

function namedOf(task: Pick<ForeseenRow, 'owner' | 'reviewer'>, role: SignoffRole): string | null {
  return role === 'preparer' ? task.owner : task.reviewer;
}

/** Of this person's signatures the one that may be withdrawn now: nobody has two that count. */
function mayTakeBack(
  { user }: QueryContext,
  { locks: { period_state } }: LockedPeriod,
  { company_id, content_hash }: ForeseenRow,
  signoffs: readonly StandingFact[],
): CloseTaskView['may_withdraw'] {
  const may_sign = mayInCompany(user, company_id, 'prepare_close') || mayInCompany(user, company_id, 'review_close');
  const facts = { user_name: user.name, may_sign, period_state, content_hash, signoffs };
  const own = signoffs.find((signoff) => mayWithdraw({ ...facts, signoff }).ok);
  return own ? { signoff_id: own.id, role: own.role } : null;
}

type Signoff = ReadSchema['v_signoff'];

/** What was refused withdraws nothing. */
function shownSignoffs(signoffs: readonly Signoff[]): readonly Signoff[] {
  const counting = signoffs.filter(
    ({ mutation_state, withdraws_id }) => withdraws_id === null || !REFUSED.has(mutation_state),
  );
  return standingSignoffs(counting);
}

function withdrawnOf(signoffs: readonly Signoff[]): readonly WithdrawnSignoffView[] {
  return signoffs.flatMap(({ id, role, user_name, withdraws_id, reason, signed_at, accepted_at, mutation_state }) =>
    withdraws_id === null || REFUSED.has(mutation_state)
      ? []
      : [
          {
            id,
            role: signoffRole(role),
            user_name,
            reason: reason ?? '',
            at_ms: signed_at,
            accepted_at_ms: mutation_state === 'accepted' ? accepted_at : null,
            state: mutationState(mutation_state),
          },
        ],
  );
}

interface StandingFact extends SignoffFact {
  readonly id: string;
}

function signoffFacts(signoffs: readonly Signoff[]): StandingFact[] {
  return shownSignoffs(signoffs)
    .filter((signoff) => !REFUSED.has(signoff.mutation_state))
    .map((signoff) => ({
      id: signoff.id,
      role: signoffRole(signoff.role),
      user_name: signoff.user_name,
      content_hash: signoff.content_hash,
      signed_at_ms: signoff.signed_at,
      place: placeOf(signoff.mutation_state === 'accepted', signoff.accepted_at),
    }));
}

function signoffView(signoff: Signoff, content_hash: string, overtaken_by: readonly string[]): SignoffView {
  return {
    id: signoff.id,
    role: signoffRole(signoff.role),
    user_name: signoff.user_name,
    content_hash: signoff.content_hash,
    amount_minor: signoff.amount_minor,
    device: signoff.device,
    signed_at_ms: signoff.signed_at,
    accepted_at_ms: signoff.mutation_state === 'accepted' ? signoff.accepted_at : null,
    state: mutationState(signoff.mutation_state),
    stale: !counts({ content_hash: signoff.content_hash, overtaken_by }, content_hash),
    overtaken_by: signoff.content_hash === content_hash ? overtaken_by : [],
    for_user: signoff.for_user,
  };
}

function signoffRole(text: string): SignoffRole {
  if (text !== 'preparer' && text !== 'reviewer') throw new Error(`'${text}' is no role of a sign-off`);
  return text;
}
