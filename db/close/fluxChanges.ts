/** The changes of a month's flux task with their words, as the copy has them. */
import { isoDate } from '#domain/calendar.ts';
import { type FluxChange, FLUX_TASK, fluxChanges } from '#domain/close/flux/lines.ts';
import { thresholdOf } from '#domain/close/flux/thresholds.ts';
import type { MutationState } from '#contract/events.ts';
import type { FluxThresholdView } from '#contract/queries.ts';
import type { QueryContext } from '#db/queries/context.ts';
import { mutationState } from '#db/queries/orders/notes.ts';
import type { ReadSchema, TableRow } from '#db/schema/tables.ts';
import { fluxVersions } from './fluxThresholds.ts';

/** Refused words are shown to their author on Sync, not here. */
const REFUSED: ReadonlySet<string> = new Set(['conflict', 'rejected', 'held']);

export interface WordedChange extends FluxChange<TableRow<'close_task_line'>> {
  readonly by: string | null;
  readonly at_ms: number | null;
  readonly words_state: MutationState | null;
}

export interface FluxOfMonth {
  readonly task: TableRow<'close_task'> | undefined;
  readonly threshold: FluxThresholdView;
  readonly changes: readonly WordedChange[];
}

/** What the server accepted alone, or with this person's own on their way. */
export type Words = 'accepted' | 'with own';

export async function fluxOfMonth(
  context: QueryContext,
  company: { readonly id: number; readonly currency: string },
  period: number,
  which: Words,
): Promise<FluxOfMonth> {
  const { db } = context;
  const { version, amount_minor, rate_bp } = thresholdOf(
    period,
    fluxVersions(context.scan, company.id),
    company.currency,
  );
  const threshold: FluxThresholdView = {
    amount_minor,
    rate_bp,
    rule: version && {
      since: version.valid_from === null ? null : isoDate(version.valid_from),
      owner: version.owner,
    },
  };
  const task = await db
    .selectFrom('close_task as t')
    .innerJoin('close_period as p', 'p.id', 't.period_id')
    .selectAll('t')
    .where('p.company_id', '=', company.id)
    .where('p.period', '=', period)
    .where('t.code', '=', FLUX_TASK)
    .executeTakeFirst();
  if (!task) return { task, threshold, changes: [] };
  const stored = await db
    .selectFrom('close_task_line')
    .selectAll()
    .where('task_id', '=', task.id)
    .orderBy('id')
    .execute();
  const said = await wordsOf(context, task.id, which);
  const lines = stored.map((line) => {
    const newest = said.get(line.id);
    // what is not decided yet stands before what the server has
    const waits = newest !== undefined && newest.mutation_state !== 'accepted';
    return { ...line, explanation: waits ? newest.explanation : line.explanation };
  });
  const changes = fluxChanges(lines, threshold).map((change): WordedChange => {
    const { id, explanation } = change.line;
    const newest = said.get(id);
    const own = explanation !== null && newest?.explanation === explanation ? newest : null;
    return {
      ...change,
      by: own?.author ?? null,
      at_ms: own?.written_at ?? null,
      words_state: explanation === null ? null : own ? mutationState(own.mutation_state) : 'accepted',
    };
  });
  return { task, threshold, changes };
}

type Said = Pick<ReadSchema['v_item_explanation'], 'explanation' | 'author' | 'written_at' | 'mutation_state'>;

/** The newest words of each line. */
async function wordsOf({ db }: QueryContext, task_id: number, which: Words): Promise<ReadonlyMap<number, Said>> {
  if (which === 'accepted') {
    const rows = await db
      .selectFrom('item_explanation')
      .selectAll()
      .where('task_id', '=', task_id)
      .orderBy('accepted_at')
      .orderBy('ver')
      .execute();
    return new Map(rows.map((row) => [row.line_id, { ...row, mutation_state: 'accepted' }]));
  }
  const rows = await db
    .selectFrom('v_item_explanation')
    .selectAll()
    .where('task_id', '=', task_id)
    .orderBy('written_at')
    .orderBy('id')
    .execute();
  return new Map(rows.flatMap((row) => (REFUSED.has(row.mutation_state) ? [] : [[row.line_id, row] as const])));
}
