/** How a month stands by what the server took of it: signatures and proposed entries, nothing of this person's that waits. */
import { isoDate } from '#domain/calendar.ts';
import type { BinderFacts } from '#domain/close/binder/lacking.ts';
import { type JournalStanding, journalStanding, journalStepOf } from '#domain/close/journal/steps.ts';
import { monthStanding, type TaskStanding } from '#domain/close/monthStanding.ts';
import { placeOf, type SignoffFact, type SignoffRole, standingSignoffs } from '#domain/close/signing.ts';
import { codesOf } from '#db/close/standing.ts';
import type { QueryContext } from '#db/queries/context.ts';
import type { TableRow } from '#db/schema/tables.ts';

type Reading = Pick<QueryContext, 'db'>;

export async function periodTasks({ db }: Reading, period_id: number): Promise<readonly TableRow<'close_task'>[]> {
  return await db
    .selectFrom('close_task')
    .selectAll()
    .where('period_id', '=', period_id)
    .orderBy('due_day')
    .orderBy('id')
    .execute();
}

/** In the order the server took them, those that were withdrawn and that they were among them. */
export async function taskSignoffs(
  { db }: Reading,
  tasks: readonly TableRow<'close_task'>[],
): Promise<readonly TableRow<'signoff'>[]> {
  const ids = tasks.map((task) => task.id);
  return await db
    .selectFrom('signoff')
    .selectAll()
    .where('task_id', 'in', ids)
    .orderBy('accepted_at')
    .orderBy('id')
    .execute();
}

interface BinderSignoff extends SignoffFact {
  readonly id: string;
}

/** By code. */
export function signedStandings(
  period: Pick<TableRow<'close_period'>, 'state'>,
  tasks: readonly TableRow<'close_task'>[],
  signoffs: readonly TableRow<'signoff'>[],
): ReadonlyMap<string, TaskStanding<BinderSignoff>> {
  const byTask = Map.groupBy(signoffs, (each) => each.task_id);
  return monthStanding(
    tasks.map((task) => ({
      ...task,
      depends_on: codesOf(task),
      signoffs: standingSignoffs(byTask.get(task.id) ?? []).map(
        ({ id, role, user_name, content_hash, signed_at, accepted_at }) => ({
          id,
          role: role as SignoffRole,
          user_name,
          content_hash,
          signed_at_ms: signed_at,
          place: placeOf(true, accepted_at),
        }),
      ),
    })),
    period.state,
  );
}

export interface StandingProposal {
  readonly proposal: TableRow<'journal_proposal'>;
  readonly steps: readonly TableRow<'journal_step'>[];
  readonly standing: JournalStanding;
}

/** With what was said of them until then, in the order the server took them. */
export async function periodProposals(
  reading: Reading,
  period_id: number,
  until_ms: number,
): Promise<readonly StandingProposal[]> {
  const proposals = await reading.db
    .selectFrom('journal_proposal')
    .selectAll()
    .where('period_id', '=', period_id)
    .where('accepted_at', '<=', until_ms)
    .orderBy('accepted_at')
    .orderBy('id')
    .execute();
  return await standingOf(reading, proposals, until_ms);
}

/** What was proposed until then in other months of the company for costs that no goods bear. */
export async function costProposalsElsewhere(
  reading: Reading,
  { company_id, id }: TableRow<'close_period'>,
  until_ms: number,
): Promise<readonly StandingProposal[]> {
  const proposals = await reading.db
    .selectFrom('journal_proposal')
    .selectAll()
    .where('company_id', '=', company_id)
    .where('period_id', '<>', id)
    .where('accepted_at', '<=', until_ms)
    .where('inputs', 'like', '%"cost_not_allocated"%')
    .orderBy('accepted_at')
    .orderBy('id')
    .execute();
  return await standingOf(reading, proposals, until_ms);
}

async function standingOf(
  { db }: Reading,
  proposals: readonly TableRow<'journal_proposal'>[],
  until_ms: number,
): Promise<readonly StandingProposal[]> {
  const steps = await db
    .selectFrom('journal_step')
    .selectAll()
    .where(
      'proposal_id',
      'in',
      proposals.map(({ id }) => id),
    )
    .where('accepted_at', '<=', until_ms)
    .orderBy('accepted_at')
    .orderBy('id')
    .execute();
  const byProposal = Map.groupBy(steps, (step) => step.proposal_id);
  return proposals.map((proposal) => {
    const said = byProposal.get(proposal.id) ?? [];
    const { words, author, reverses_on, posted_as } = proposal;
    return {
      proposal,
      steps: said,
      standing: journalStanding(
        // the entry that takes it back stands in the month after, which goes on
        {
          words,
          author,
          reverses_on: reverses_on === null ? null : isoDate(reverses_on),
          posted_as,
          reversed_as: null,
        },
        said.map((step) => ({
          step: journalStepOf(step.step),
          words: step.words,
          author: step.author,
          at_ms: step.accepted_at,
        })),
      ),
    };
  });
}

export async function monthFacts(
  reading: Reading,
  period_id: number,
): Promise<Omit<BinderFacts, 'locked_for_good' | 'trail_faults' | 'files_away' | 'kept_away'>> {
  const tasks = await periodTasks(reading, period_id);
  const period = await reading.db
    .selectFrom('close_period')
    .select('state')
    .where('id', '=', period_id)
    .executeTakeFirstOrThrow();
  const standings = signedStandings(period, tasks, await taskSignoffs(reading, tasks));
  const proposals = await periodProposals(reading, period_id, Number.MAX_SAFE_INTEGER);
  return {
    tasks: tasks.length,
    signed_tasks: tasks.filter(({ code }) => standings.get(code)?.state === 'signed').length,
    open_proposals: proposals.filter(({ standing }) => standing.state === 'proposed').length,
  };
}
