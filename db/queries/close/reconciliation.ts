/** What makes up the difference of this task's account? And what changed since somebody signed it? */
import { sql } from 'kysely';
import { isoDate } from '#domain/calendar.ts';
import { changedSides } from '#domain/close/changedSides.ts';
import { isCause } from '#domain/close/reconcile/causes.ts';
import { standingSignoffs } from '#domain/close/signing.ts';
import { mayExplain, needsExplanation } from '#domain/close/reconcile/explaining.ts';
import type { Allocation } from '#domain/close/journal/allocation.ts';
import { entryFor } from '#domain/close/journal/books.ts';
import type { ItemEntry, LineChange, RecItemView } from '#contract/queries.ts';
import { copiedBooks } from '#db/close/journal.ts';
import type { ReadSchema } from '#db/schema/tables.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { mutationState } from '../orders/notes.ts';
import { provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { mayInCompany } from '../rights.ts';
import { unmappedJournals } from '../ledger/journals.ts';
import { documentKey, itemDocuments, type NamedDocument } from './itemDocuments.ts';
import { rebateThresholds } from './rebateThresholds.ts';
import { taskInMonth } from './taskInMonth.ts';
import { unknownCosts } from './unknownCosts.ts';

/** A task reopened over and over shows so many of its newest changes. */
const MOST_CHANGES = 200;
/** What entries that stand for items are made of. */
const ENTRIES = ['journal_proposal', 'journal_step'] as const;
/** Refused words are shown to their author on Sync, not here. */
const REFUSED: ReadonlySet<string> = new Set(['conflict', 'rejected', 'held']);

export const reconciliation: QueryHandler<'reconciliation'> = async (context, { task_id }) => {
  const { db } = context;
  const task = await taskInMonth(context, task_id);
  const company = await companyById(context, task.company_id);
  const computed = await db.selectFrom('reconciliation').selectAll().where('id', '=', task_id).executeTakeFirst();
  const threshold_minor = computed?.threshold_minor ?? 0;
  const answer = mayExplain({
    may_prepare: mayInCompany(context.user, task.company_id, 'prepare_close'),
    period_state: task.period_state,
    explanation: null,
    seen_explanation: null,
  });
  const items = await itemsOf(context, task, threshold_minor);
  const changes = await changesOf(context, task);
  const months = [task.period, ...items.map(({ origin_period }) => origin_period)];
  return {
    computed: computed
      ? {
          ledger_minor: computed.ledger_minor,
          subledger_minor: computed.subledger_minor,
          difference_minor: computed.difference_minor,
          threshold_minor,
          computed_at_ms: computed.computed_at,
        }
      : null,
    currency: company.currency,
    // entries that still arrive are told as they do
    unmapped_journals: computed ? await unmappedJournals(context, company.id, task.code, months) : [],
    unknown_costs: computed ? await unknownCosts(context, company.id, task.code, task.period) : null,
    rebate_thresholds: computed ? await rebateThresholds(context, company.id, task.code, task.period) : null,
    items,
    changes: changes.slice(0, MOST_CHANGES),
    changed:
      changes.length === 0
        ? null
        : { ...changedSides(changes), by: [...new Set(changes.map(({ changed_by }) => changed_by))] },
    why_not: answer.ok ? null : answer.message,
    provenance: provenance(context, [
      'reconciliation',
      'rec_item',
      'close_line_change',
      'item_explanation',
      'gl_journal',
      ...ENTRIES,
    ]),
  };
};

async function itemsOf(
  context: QueryContext,
  { id: task_id, period_id }: { readonly id: number; readonly period_id: number },
  threshold_minor: number,
): Promise<readonly RecItemView[]> {
  const rows = await context.db
    .selectFrom('rec_item as i')
    .innerJoin('close_task_line as l', 'l.id', 'i.id')
    .select([
      'i.id',
      'i.cause',
      'i.arose_on',
      'i.origin_period',
      'i.age_days',
      'i.settles_on',
      'i.documents',
      'i.allocation',
    ])
    .select(['l.ref', 'l.account', 'l.amount_minor', 'l.explanation'])
    .where('i.task_id', '=', task_id)
    .orderBy('i.arose_on')
    .orderBy('i.id')
    .execute();
  const words = await context.db
    .selectFrom('v_item_explanation')
    .selectAll()
    .where('task_id', '=', task_id)
    .orderBy(sql`mutation_state <> 'accepted'`)
    .orderBy('accepted_at')
    .orderBy('ver')
    .orderBy('id')
    .execute();
  const newest = new Map<number, ReadSchema['v_item_explanation']>();
  for (const each of words) if (!REFUSED.has(each.mutation_state)) newest.set(each.line_id, each);
  const entries = entriesOf(context, period_id);
  const named = rows.map((row) => JSON.parse(row.documents) as readonly NamedDocument[]);
  const documents = await itemDocuments(context, named.flat());
  return rows.map((row, nth) => {
    const said = newest.get(row.id);
    // what is not decided yet stands before what the server has
    const waiting = said !== undefined && said.mutation_state !== 'accepted' ? said : undefined;
    const explanation = waiting?.explanation ?? row.explanation;
    if (!isCause(row.cause)) throw new Error(`item ${row.id} has the cause ${row.cause}`);
    return {
      line_id: row.id,
      ref: row.ref,
      account: row.account,
      cause: row.cause,
      amount_minor: row.amount_minor,
      to_allocate_minor: row.allocation === null ? null : (JSON.parse(row.allocation) as Allocation).amount_minor,
      arose_on: isoDate(row.arose_on),
      origin_period: row.origin_period,
      age_days: row.age_days,
      settles_on: row.settles_on === null ? null : isoDate(row.settles_on),
      documents: (named[nth] ?? []).flatMap((each) => documents.get(documentKey(each)) ?? []),
      explanation,
      explained_by: explanation !== null && said?.explanation === explanation ? said.author : null,
      explanation_state: explanation === null ? null : waiting ? mutationState(waiting.mutation_state) : 'accepted',
      needs_explanation: needsExplanation(
        { ref: row.ref, amount_minor: row.amount_minor, explanation },
        threshold_minor,
      ),
      entry: entries.get(row.id) ?? null,
    };
  });
}

/** By item: its own, or one that posts the same document from another task or month. */
function entriesOf(context: QueryContext, period_id: number): ReadonlyMap<number, ItemEntry> {
  const books = copiedBooks(context.scan, period_id, context.now_ms);
  const entries = new Map<number, ItemEntry>();
  for (const item of books?.items ?? []) {
    const entry = books && entryFor(item, books);
    if (entry === undefined) continue;
    const { reference, posted_as, standing } = entry;
    const { state, decided_by, decided_at_ms, exported } = standing;
    const exported_at_ms = exported?.at_ms ?? null;
    entries.set(item.line_id, { reference, state, decided_by, decided_at_ms, exported_at_ms, posted_as });
  }
  return entries;
}

/** What happened to the lines after the newest signature that the content no longer bears. */
async function changesOf(
  context: QueryContext,
  task: { readonly id: number; readonly content_hash: string },
): Promise<readonly LineChange[]> {
  const signoffs = await context.db
    .selectFrom('signoff')
    .select(['id', 'withdraws_id', 'accepted_at', 'content_hash'])
    .where('task_id', '=', task.id)
    .orderBy('accepted_at')
    .execute();
  const signed = standingSignoffs(signoffs).at(-1);
  if (!signed || signed.content_hash === task.content_hash) return [];
  const rows = await context.db
    .selectFrom('close_line_change')
    .selectAll()
    .where('task_id', '=', task.id)
    .where('changed_at', '>=', signed.accepted_at)
    .orderBy('changed_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return rows.map(({ id, side, ref, change, before_minor, after_minor, changed_by, changed_at }) => ({
    id,
    side,
    ref,
    change,
    before_minor,
    after_minor,
    changed_by,
    changed_at_ms: changed_at,
  }));
}
