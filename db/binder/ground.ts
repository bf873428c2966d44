/**
 * What a binder stands on: one company's month at the copy's checkpoint, with nothing of the person or the hour in it. A month
 * that is locked for good stands at that lock, whatever checkpoint the copy has gone on to.
 */
import { sql } from 'kysely';
import { firstDayOfMonth, lastDayOfMonth } from '#domain/calendar.ts';
import { monthInWords } from '#domain/calendarWords.ts';
import { lockedUntil, locksOf } from '#domain/close/locking.ts';
import { BinnacleError } from '#contract/errors.ts';
import { lackingOf } from '#domain/close/binder/lacking.ts';
import { acceptedLockEvents } from '#db/close/lockEvents.ts';
import type { QueryContext } from '#db/queries/context.ts';
import { companyById } from '#db/queries/reference/companies.ts';
import { mayInCompany, seesWholeCompany } from '#db/queries/rights.ts';
import type { TableRow } from '#db/schema/tables.ts';
import type { BinderGround } from './section.ts';
import { monthEvidence, type ReadEvidence } from './evidence.ts';
import { monthFacts } from './standing.ts';
import { monthTrail } from './trail.ts';

const DAY_MS = 86_400_000;

/**
 * Throws `not_permitted` unless the person may make binders and sees the whole company, `conflict` while rows are loading,
 * `not_found` for a month without a close.
 */
export async function binderGround(
  context: QueryContext,
  { company_id, period: month }: { readonly company_id: number; readonly period: number },
  read: ReadEvidence,
  kept_away: boolean,
): Promise<BinderGround> {
  const company = await companyById(context, company_id);
  const whole = (['general', 'cost', 'finance'] as const).every((area) =>
    seesWholeCompany(context.user, company_id, area),
  );
  if (!whole || !mayInCompany(context.user, company_id, 'make_binder')) {
    throw new BinnacleError(
      'not_permitted',
      'Binders are made by Finance, controllers and auditors of a whole company.',
    );
  }
  if (context.replica.loading_tables.size > 0) {
    throw new BinnacleError(
      'conflict',
      'Data is still loading on this machine. Make the binder when it is whole.',
      true,
    );
  }
  const period = await context.db
    .selectFrom('close_period')
    .selectAll()
    .where('company_id', '=', company_id)
    .where('period', '=', month)
    .executeTakeFirst();
  if (!period)
    throw new BinnacleError('not_found', `${company.name} has no close of ${monthInWords(month)} among yours.`);
  const { checkpoint } = context.replica;
  if (checkpoint === 0) throw new BinnacleError('conflict', 'Nothing is loaded on this machine yet.', true);
  const { rows: standing } = await sql<{ id: string | null; schema_version: number }>`
    SELECT checkpoint_id AS id, schema_version FROM main.replica_meta`.execute(context.db);
  const [at] = standing;
  const locks = locksOf(await acceptedLockEvents(context.db, period.id), context.now_ms, period.state);
  const { ledger } = locks.areas;
  const locked_for_good = ledger.state === 'hard_locked';
  const locked_at_ms = locked_for_good ? ledger.at_ms : null;
  const moment_ms = locked_at_ms ?? (await newestMoment(context, period, (firstDayOfMonth(month) + 31) * DAY_MS));
  // what is exported or reversed after the lock belongs to the months after it
  const until_ms = lockedUntil(locks);
  const evidence = await monthEvidence(context, period.id, until_ms, read);
  const trail = await monthTrail({ context, period, files: evidence.files, until_ms });
  const lacking = lackingOf({
    locked_for_good,
    ...(await monthFacts(context, period.id)),
    trail_faults: trail.faults.length,
    files_away: evidence.away,
    kept_away,
  });
  return {
    company,
    period,
    evidence,
    trail,
    until_ms,
    snapshot: {
      checkpoint,
      checkpoint_id: at?.id ?? '',
      schema_version: at?.schema_version ?? 0,
      moment_ms,
      locked_by: locked_for_good ? ledger.by : null,
      lacking,
      final: lacking.length === 0,
    },
    context: withoutHour(context, moment_ms),
  };
}

/** Questions are asked as of the rows' own newest moment, so that another hour or machine asks the same. */
function withoutHour({ cache: _, elapsedMs: __, ...context }: QueryContext, moment_ms: number): QueryContext {
  return { ...context, now_ms: moment_ms, replica: { ...context.replica, as_of_ms: moment_ms } };
}

/** Of what belongs to the month, however far the others have gone on. */
async function newestMoment(
  { db }: QueryContext,
  { id, company_id, period }: TableRow<'close_period'>,
  at_least_ms: number,
): Promise<number> {
  const tasks = sql`(SELECT id FROM main.close_task WHERE period_id = ${id})`;
  const { rows } = await sql<{ at: number | null }>`
    SELECT max(at) AS at FROM (
      SELECT max(coalesce(changed_at, posted_at)) AS at FROM main.gl_entry WHERE company_id = ${company_id} AND month = ${period}
      UNION ALL SELECT max(until_at) FROM main.gl_replaced_line WHERE company_id = ${company_id} AND month = ${period}
      UNION ALL SELECT max(accepted_at) FROM main.signoff WHERE task_id IN ${tasks}
      UNION ALL SELECT max(accepted_at) FROM main.lock_event WHERE period_id = ${id}
      UNION ALL SELECT max(accepted_at) FROM main.item_explanation WHERE task_id IN ${tasks}
      UNION ALL SELECT max(accepted_at) FROM main.close_note WHERE task_id IN ${tasks}
      UNION ALL SELECT max(accepted_at) FROM main.close_evidence WHERE task_id IN ${tasks}
      UNION ALL SELECT max(accepted_at) FROM main.journal_proposal WHERE period_id = ${id}
      UNION ALL SELECT max(accepted_at) FROM main.journal_step WHERE period_id = ${id}
      UNION ALL SELECT max(v.accepted_at) FROM main.rule_verdict_finance v JOIN main.rule_change_finance c ON c.id = v.change_id
        WHERE v.verdict = 'effective' AND c.company_id = ${company_id} AND c.effective_on <= ${lastDayOfMonth(period)}
      UNION ALL SELECT max(computed_at) FROM main.reconciliation WHERE id IN ${tasks}
      UNION ALL SELECT max(changed_at) FROM main.close_line_change WHERE task_id IN ${tasks}
    )`.execute(db);
  return rows[0]?.at ?? at_least_ms;
}
