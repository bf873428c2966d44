/** The lines of one task: what is there already stays as it is, to the row, and what changed after a signature is kept. */
import { sql } from 'kysely';
import type { BroughtBy } from './bookAuthors.ts';
import type { ServerTransaction } from '#server/schema/database.ts';

export interface WriteLinesAsked {
  readonly now_ms: number;
  /** Who or what brought a line that changed. */
  readonly broughtBy: () => Promise<BroughtBy>;
  readonly currency: string;
  /** The task was signed before: what changes is kept. */
  readonly keep_changes: boolean;
  readonly lines_stay: boolean;
}

export interface WantedLine {
  readonly side: 'ledger' | 'subledger' | 'item';
  readonly ref: string;
  readonly account: string | null;
  readonly booked_on: string;
  readonly amount_minor: number;
  readonly explanation: string | null;
  /** Of an item: the numbers of its documents. */
  readonly documents?: readonly string[];
}

export interface StoredLine {
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

/** A line as it is kept, and as it should be. */
export type Pair<W extends WantedLine> = readonly [StoredLine, W];
/** Two lines are the same while this says the same of them. */
export type LineKey = (line: Pick<StoredLine, 'side' | 'ref' | 'account'>) => string;

/** Rows of one statement. */
export const BLOCK_ROWS = 500;

/** Answers the lines that stand, and whether any changed. */
export async function writeLines<W extends WantedLine>(
  tx: ServerTransaction,
  task: Task,
  wanted: readonly W[],
  keyOf: LineKey,
  asked: WriteLinesAsked,
): Promise<{ readonly kept: readonly Pair<W>[]; readonly moved: boolean }> {
  const stored = await tx
    .selectFrom('close_task_line')
    .select(['id', 'side', 'ref', 'account', 'booked_on', 'amount_minor'])
    .where('task_id', '=', task.id)
    .orderBy('id')
    .execute();
  const { pairs, fresh, gone } = paired(stored, wanted, keyOf);
  if (asked.lines_stay) return { kept: pairs, moved: false };
  const altered = pairs.filter(
    ([old, line]) => old.amount_minor !== line.amount_minor || old.booked_on !== line.booked_on || old.ref !== line.ref,
  );
  const known = asked.keep_changes
    ? await documentsOf(tx, [...altered.map(([line]) => line), ...gone])
    : new Map<number, readonly string[]>();
  await alterLines(tx, altered);
  if (gone.length > 0) {
    const ids = gone.map(({ id }) => id);
    await tx.deleteFrom('rec_item').where('id', 'in', ids).execute();
    await tx.deleteFrom('close_task_line').where('id', 'in', ids).execute();
  }
  const kept = [...pairs, ...(await insertLines(tx, task, fresh, asked))];
  const moved = altered.length + gone.length + fresh.length > 0;
  if (moved && asked.keep_changes) await keepChanges(tx, task, { altered, fresh, gone, known }, asked);
  return { kept, moved };
}

async function alterLines(tx: ServerTransaction, altered: readonly Pair<WantedLine>[]): Promise<void> {
  for (let at = 0; at < altered.length; at += BLOCK_ROWS) {
    const lines = altered
      .slice(at, at + BLOCK_ROWS)
      .map(([{ id }, { amount_minor, booked_on, ref }]) => ({ id, amount_minor, booked_on, ref }));
    await sql`update close_task_line l set amount_minor = n.amount_minor, booked_on = n.booked_on, ref = n.ref
      from jsonb_to_recordset(${JSON.stringify(lines)}::text::jsonb)
        as n(id bigint, amount_minor bigint, booked_on date, ref text)
      where l.id = n.id`.execute(tx);
  }
}

/** Of several of the same key the one of the same amount, then the first. */
function paired<W extends WantedLine>(stored: readonly StoredLine[], wanted: readonly W[], keyOf: LineKey) {
  const left = new Map<string, StoredLine[]>();
  for (const line of stored) left.set(keyOf(line), [...(left.get(keyOf(line)) ?? []), line]);
  const pairs: Pair<W>[] = [];
  const fresh: W[] = [];
  for (const line of wanted) {
    const own = left.get(keyOf(line)) ?? [];
    const at = own.findIndex((each) => each.amount_minor === line.amount_minor && each.booked_on === line.booked_on);
    const [old] = own.splice(Math.max(0, at), 1);
    if (old) pairs.push([old, line]);
    else fresh.push(line);
  }
  return { pairs, fresh, gone: [...left.values()].flat() };
}

async function insertLines<W extends WantedLine>(
  tx: ServerTransaction,
  { id: task_id, company_id }: Task,
  fresh: readonly W[],
  { currency }: WriteLinesAsked,
): Promise<readonly Pair<W>[]> {
  const pairs: Pair<W>[] = [];
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
  readonly altered: readonly Pair<WantedLine>[];
  readonly fresh: readonly WantedLine[];
  readonly gone: readonly StoredLine[];
  /** The documents of lines as they were. */
  readonly known: ReadonlyMap<number, readonly string[]>;
}

async function keepChanges(
  tx: ServerTransaction,
  { id: task_id, company_id }: Task,
  { altered, fresh, gone, known }: Changes,
  asked: WriteLinesAsked,
): Promise<void> {
  const broughtBy = await asked.broughtBy();
  const of = (
    { side, ref, account }: Pick<WantedLine, 'side' | 'ref' | 'account'>,
    change: string,
    documents: readonly string[],
  ) => ({
    company_id,
    task_id,
    side,
    ref,
    account,
    change,
    changed_by: broughtBy({ side, ref, account, documents }),
    changed_at: new Date(asked.now_ms),
  });
  const rows = [
    ...altered.map(([old, line]) => ({
      ...of(line, 'altered', [old.ref, ...(known.get(old.id) ?? []), ...(line.documents ?? [])]),
      before_minor: old.amount_minor,
      after_minor: line.amount_minor,
    })),
    ...fresh.map((line) => ({
      ...of(line, 'added', line.documents ?? []),
      before_minor: null,
      after_minor: line.amount_minor,
    })),
    ...gone.map((line) => ({
      ...of({ ...line, side: sideOf(line.side) }, 'removed', known.get(line.id) ?? []),
      before_minor: line.amount_minor,
      after_minor: null,
    })),
  ];
  for (let at = 0; at < rows.length; at += BLOCK_ROWS) {
    await tx
      .insertInto('close_line_change')
      .values(rows.slice(at, at + BLOCK_ROWS))
      .execute();
  }
}

function sideOf(side: string): WantedLine['side'] {
  return side === 'ledger' || side === 'subledger' ? side : 'item';
}

/** Numbers of the documents of items, by line. */
async function documentsOf(
  tx: ServerTransaction,
  lines: readonly StoredLine[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  const ids = lines.filter(({ side }) => side === 'item').map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const rows = await tx.selectFrom('rec_item').select(['id', 'documents']).where('id', 'in', ids).execute();
  return new Map(
    rows.map(({ id, documents }) => [
      id,
      (documents as unknown as readonly { readonly ref: string }[]).map(({ ref }) => ref),
    ]),
  );
}
