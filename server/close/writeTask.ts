/** The lines and items of one reconciliation. */
import { isoDate } from '#domain/calendar.ts';
import type { RecItem } from '#domain/close/reconcile/reconcile.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import type { WordedResult } from './reconcilePeriod.ts';
import {
  BLOCK_ROWS,
  type LineKey,
  type Pair,
  type WantedLine,
  writeLines,
  type WriteLinesAsked,
} from './writeLines.ts';

export interface WriteAsked extends WriteLinesAsked {
  readonly threshold_minor: number;
}

interface Wanted extends WantedLine {
  readonly item: RecItem | null;
}

interface Task {
  readonly id: number;
  readonly company_id: number;
}

/** Answers whether any line changed. */
export async function writeTask(
  tx: ServerTransaction,
  task: Task,
  result: WordedResult,
  asked: WriteAsked,
): Promise<boolean> {
  const { kept, moved } = await writeLines(tx, task, wantedLines(result), keyOf, asked);
  await writeItems(tx, task, kept);
  await writeReconciliation(tx, task, result, asked);
  return moved;
}

/** A line is the same while its side, reference and account are. */
const keyOf: LineKey = ({ side, ref, account }) => JSON.stringify([side, ref, account]);

function wantedLines(result: WordedResult): readonly Wanted[] {
  const lines = result.lines.map(
    (line): Wanted => ({
      ...line,
      booked_on: isoDate(line.booked_on),
      item: null,
      explanation: null,
    }),
  );
  const items = result.items.map(
    (item, nth): Wanted => ({
      side: 'item',
      ref: item.ref,
      account: item.account,
      booked_on: isoDate(item.arose_on),
      amount_minor: item.amount_minor,
      item,
      documents: item.documents.map(({ ref }) => ref),
      explanation: result.words[nth] ?? null,
    }),
  );
  return [...lines, ...items];
}

async function writeItems(
  tx: ServerTransaction,
  { id: task_id, company_id }: Task,
  pairs: readonly Pair<Wanted>[],
): Promise<void> {
  const rows = pairs.flatMap(([{ id }, { item }]) =>
    item
      ? [
          {
            id,
            company_id,
            task_id,
            role: item.role,
            cause: item.cause,
            origin_period: item.origin_period,
            arose_on: isoDate(item.arose_on),
            age_days: item.age_days,
            settles_on: item.settles_on === null ? null : isoDate(item.settles_on),
            documents: JSON.stringify(item.documents),
            allocation: item.allocation ? JSON.stringify(item.allocation) : null,
          },
        ]
      : [],
  );
  for (let at = 0; at < rows.length; at += BLOCK_ROWS) {
    await tx
      .insertInto('rec_item')
      .values(rows.slice(at, at + BLOCK_ROWS))
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet(({ ref }) => ({
          company_id: ref('excluded.company_id'),
          task_id: ref('excluded.task_id'),
          role: ref('excluded.role'),
          cause: ref('excluded.cause'),
          origin_period: ref('excluded.origin_period'),
          arose_on: ref('excluded.arose_on'),
          age_days: ref('excluded.age_days'),
          settles_on: ref('excluded.settles_on'),
          documents: ref('excluded.documents'),
          allocation: ref('excluded.allocation'),
        })),
      )
      .execute();
  }
}

/** `computed_at` moves only when something else does: a computation that says the same writes nothing. */
async function writeReconciliation(
  tx: ServerTransaction,
  { id, company_id }: Task,
  { ledger_minor, subledger_minor, difference_minor }: WordedResult,
  { threshold_minor, now_ms }: WriteAsked,
): Promise<void> {
  const figures = { ledger_minor, subledger_minor, difference_minor, threshold_minor };
  const known = await tx.selectFrom('reconciliation').selectAll().where('id', '=', id).executeTakeFirst();
  const same =
    known !== undefined &&
    known.ledger_minor === ledger_minor &&
    known.subledger_minor === subledger_minor &&
    known.threshold_minor === threshold_minor;
  if (same) return;
  const row = { company_id, ...figures, computed_at: new Date(now_ms) };
  await tx
    .insertInto('reconciliation')
    .values({ id, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute();
}
