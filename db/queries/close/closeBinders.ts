/** The binders of a month that were recorded, and what one made now would lack to be final. */
import { filesOver } from '#domain/close/binder/evidenceRoom.ts';
import { lackingOf } from '#domain/close/binder/lacking.ts';
import { mayRecord } from '#domain/close/binder/record.ts';
import { lockedUntil, locksOf } from '#domain/close/locking.ts';
import { monthInWords } from '#domain/calendarWords.ts';
import { BinnacleError } from '#contract/errors.ts';
import { monthFiles } from '#db/binder/evidence.ts';
import { keptRow } from '#db/binder/kept.ts';
import { monthFacts } from '#db/binder/standing.ts';
import { monthTrail } from '#db/binder/trail.ts';
import { acceptedLockEvents } from '#db/close/lockEvents.ts';
import type { CloseBinders } from '#contract/queries/close.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { mutationState } from '../orders/notes.ts';
import { provenance } from '../provenance.ts';
import { mayInCompany } from '../rights.ts';

const MOST_RECORDS = 200;

export const closeBinders: QueryHandler<'closeBinders'> = async (context, { company_id, period: month }) => {
  const { db, user } = context;
  const period = await db
    .selectFrom('close_period')
    .selectAll()
    .where('company_id', '=', company_id)
    .where('period', '=', month)
    .executeTakeFirst();
  if (!period) throw new BinnacleError('not_found', `There is no close of ${monthInWords(month)} among yours.`);
  const locks = locksOf(await acceptedLockEvents(db, period.id), context.now_ms, period.state);
  const locked_for_good = locks.period_state === 'hard_locked';
  const records = await db
    .selectFrom('v_binder')
    .selectAll()
    .where('period_id', '=', period.id)
    .orderBy('final', 'desc')
    .orderBy('accepted_at', 'desc')
    .orderBy('ver', 'desc')
    .orderBy('id')
    .limit(MOST_RECORDS)
    .execute();
  const answer = mayRecord({
    may_record: mayInCompany(user, company_id, 'prepare_close') || mayInCompany(user, company_id, 'review_close'),
    final: false,
    period_state: period.state,
    trail_faults: [],
    bytes_known: true,
  });
  const kept = await keptRow(context, { company_id, period: month });
  const all_files = await monthFiles(context, period.id);
  const standing = all_files.filter(({ removed }) => removed === null);
  const over = filesOver(standing.map(({ attached }) => attached));
  const held = standing.filter(({ attached }) => !over.has(attached.sha256));
  const files = new Map(held.map(({ attached: { sha256, name } }) => [sha256, { sha256, name, here: false }]));
  const until_ms = lockedUntil(locks);
  const trail = await monthTrail({ context, period, files: all_files, until_ms });
  return {
    locked_for_good,
    files: [...files.values()],
    files_over: over.size,
    kept: kept && { sha256: kept.archive_sha256, here: false },
    lacking: lackingOf({
      locked_for_good,
      ...(await monthFacts(context, period.id)),
      // who gets the kept one gets it whatever became of the rows
      trail_faults: kept === null ? trail.faults.length : 0,
      files_away: 0,
      kept_away: false,
    }),
    records: records.map((row) => ({
      id: row.id,
      manifest_hash: row.manifest_hash,
      final: row.final === 1,
      author: row.author,
      written_at_ms: row.written_at,
      checkpoint: row.checkpoint,
      state: mutationState(row.mutation_state),
      kept: kept !== null && row.archive_sha256 === kept.archive_sha256 && row.manifest_hash === kept.manifest_hash,
    })),
    trail: await heldEntries(context, period.id),
    why_not: answer.ok ? null : answer.message,
    provenance: provenance(context, [
      'binder',
      'close_evidence',
      'close_period',
      'close_task',
      'signoff',
      'lock_event',
      'close_entry',
    ]),
  };
};

/** Who holds the whole trail is told the seals of that, which their copy checks from its first entry on. */
async function heldEntries({ db }: QueryContext, period_id: number): Promise<CloseBinders['trail']> {
  const rows = await db
    .selectFrom('close_entry as c')
    .leftJoin('audit_entry as a', 'a.id', 'c.id')
    .select(['c.id as seq', 'c.happened_at as happened_at_ms', 'c.seal as own', 'a.seal as whole'])
    .where('c.period_id', '=', period_id)
    .orderBy('c.id')
    .execute();
  return rows.map(({ own, whole, ...row }) => ({ ...row, seal: whole ?? own }));
}
