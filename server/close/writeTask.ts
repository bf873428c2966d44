/** The lines and items of one task: what is there already stays as it is, to the row. */
import { isoDate } from '#domain/calendar.ts';
import type { RecItem } from '#domain/close/reconcile/reconcile.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import type { WordedResult } from './reconcilePeriod.ts';

export interface WriteAsked {
  readonly now_ms: number;
  readonly changed_by: string;
  readonly currency: string;
  readonly threshold_minor: number;
  /** The task was signed before: what changes is kept. */
  readonly keep_changes: boolean;
  readonly lines_stay: boolean;
}

interface Wanted {
  readonly side: 'ledger' | 'subledger' | 'item';
  readonly ref: string;
  readonly account: string | null;
  readonly booked_on: string;
  readonly amount_minor: number;
  readonly item: RecItem | null;
  readonly explanation: string | null;
}

interface Stored {
  readonly id: number;
  readonly side: string;
  readonly ref: string;
  readonly account: string | null;
  readonly booked_on: string;
  readonly amount_minor: number;
}

interface Task {
  readonly id: number;
  readonly company_id: number;
}

/** Rows of one statement. */
const BLOCK_ROWS = 500;

/** Answers whether any line changed. */
export async function writeTask(
  tx: ServerTransaction,
  task: Task,
  result: WordedResult,
  asked: WriteAsked,
): Promise<boolean> {
  const stored = await tx
    .selectFrom('close_task_line')
    .select(['id', 'side', 'ref', 'account', 'booked_on', 'amount_minor'])
    .where('task_id', '=', task.id)
    .orderBy('id')
    .execute();
  const wanted = wantedLines(result);
  const { pairs, fresh, gone } = paired(stored, wanted);
  const altered = pairs.filter(
    ([old, line]) => old.amount_minor !== line.amount_minor || old.booked_on !== line.booked_on,
  );
  let moved = false;
  let kept = pairs;
  if (!asked.lines_stay) {
    for (const [{ id }, { amount_minor, booked_on }] of altered) {
      await tx.updateTable('close_task_line').set({ amount_minor, booked_on }).where('id', '=', id).execute();
    }
    if (gone.length > 0) {
      const ids = gone.map(({ id }) => id);
      await tx.deleteFrom('rec_item').where('id', 'in', ids).execute();
      await tx.deleteFrom('close_task_line').where('id', 'in', ids).execute();
    }
    kept = [...pairs, ...(await insertLines(tx, task, fresh, asked))];
    moved = altered.length + gone.length + fresh.length > 0;
    if (moved && asked.keep_changes) await keepChanges(tx, task, { altered, fresh, gone }, asked);
  }
  await writeItems(tx, task, kept);
  await writeReconciliation(tx, task, result, asked);
  return moved;
}

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
      explanation: result.words[nth] ?? null,
    }),
  );
  return [...lines, ...items];
}

type Pair = readonly [Stored, Wanted];

/** A line is the same while its side, reference and account are; of several the one of the same amount, then the first. */
function paired(stored: readonly Stored[], wanted: readonly Wanted[]) {
  const left = new Map<string, Stored[]>();
  for (const line of stored) left.set(keyOf(line), [...(left.get(keyOf(line)) ?? []), line]);
  const pairs: Pair[] = [];
  const fresh: Wanted[] = [];
  for (const line of wanted) {
    const own = left.get(keyOf(line)) ?? [];
    const at = own.findIndex((each) => each.amount_minor === line.amount_minor && each.booked_on === line.booked_on);
    const [old] = own.splice(Math.max(0, at), 1);
    if (old) pairs.push([old, line]);
    else fresh.push(line);
  }
  return { pairs, fresh, gone: [...left.values()].flat() };
}

function keyOf({ side, ref, account }: Pick<Stored, 'side' | 'ref' | 'account'>): string {
  return JSON.stringify([side, ref, account]);
}

async function insertLines(
  tx: ServerTransaction,
  { id: task_id, company_id }: Task,
  fresh: readonly Wanted[],
  { currency }: WriteAsked,
): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  for (let at = 0; at < fresh.length; at += BLOCK_ROWS) {
    const block = fresh.slice(at, at + BLOCK_ROWS);
    const rows = await tx
      .insertInto('close_task_line')
      .values(
        block.map(({ side, ref, account, booked_on, amount_minor, explanation }) => ({
          company_id,
          task_id,
          side,
          ref,
          account,
          booked_on,
          amount_minor,
          currency,
          explanation,
        })),
      )
      .returning(['id', 'side', 'ref', 'account', 'booked_on', 'amount_minor'])
      .execute();
    for (const [nth, row] of rows.entries()) {
      const line = block[nth];
      if (line) pairs.push([row, line]);
    }
  }
  return pairs;
}

interface Changes {
  readonly altered: readonly Pair[];
  readonly fresh: readonly Wanted[];
  readonly gone: readonly Stored[];
}

async function keepChanges(
  tx: ServerTransaction,
  { id: task_id, company_id }: Task,
  { altered, fresh, gone }: Changes,
  { changed_by, now_ms }: WriteAsked,
): Promise<void> {
  const of = ({ side, ref, account }: Pick<Stored, 'side' | 'ref' | 'account'>, change: string) => ({
    company_id,
    task_id,
    side,
    ref,
    account,
    change,
    changed_by,
    changed_at: new Date(now_ms),
  });
  const rows = [
    ...altered.map(([old, line]) => ({
      ...of(line, 'altered'),
      before_minor: old.amount_minor,
      after_minor: line.amount_minor,
    })),
    ...fresh.map((line) => ({ ...of(line, 'added'), before_minor: null, after_minor: line.amount_minor })),
    ...gone.map((line) => ({ ...of(line, 'removed'), before_minor: line.amount_minor, after_minor: null })),
  ];
  for (let at = 0; at < rows.length; at += BLOCK_ROWS) {
    await tx
      .insertInto('close_line_change')
      .values(rows.slice(at, at + BLOCK_ROWS))
      .execute();
  }
}

async function writeItems(
  tx: ServerTransaction,
  { id: task_id, company_id }: Task,
  pairs: readonly Pair[],
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
          },
        ]
      : [],
  );
  for (const row of rows) {
    await tx
      .insertInto('rec_item')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
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
