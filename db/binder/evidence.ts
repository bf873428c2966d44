/** The files of a month's tasks: what stands and what was taken off, and the bytes of what stands as far as they are here. */
import { filesOver } from '#domain/close/binder/evidenceRoom.ts';
import type { QueryContext } from '#db/queries/context.ts';
import type { TableRow } from '#db/schema/tables.ts';
import { periodTasks } from './standing.ts';

/** Where bytes of evidence are read from; null when a file is not here. */
export type ReadEvidence = (sha256: string) => Buffer | null;

export interface AttachedFile {
  readonly task_code: string;
  readonly attached: TableRow<'close_evidence'>;
  readonly removed: TableRow<'close_evidence'> | null;
}

/** In the order of the tasks, of each as they were attached. */
export async function monthFiles(
  { db }: Pick<QueryContext, 'db'>,
  period_id: number,
  until_ms = Number.MAX_SAFE_INTEGER,
): Promise<readonly AttachedFile[]> {
  const tasks = await periodTasks({ db }, period_id);
  const ids = tasks.map(({ id }) => id);
  const rows = await db
    .selectFrom('close_evidence')
    .selectAll()
    .where('task_id', 'in', ids)
    .where('accepted_at', '<=', until_ms)
    .orderBy('accepted_at')
    .orderBy('id')
    .execute();
  const byTask = Map.groupBy(rows, (row) => row.task_id);
  return tasks.flatMap((task) => {
    const steps = byTask.get(task.id) ?? [];
    const removals = new Map(steps.map((row) => [row.removes_id, row]));
    return steps
      .filter(({ step }) => step === 'attached')
      .map((attached) => ({ task_code: task.code, attached, removed: removals.get(attached.id) ?? null }));
  });
}

export interface MonthFile extends AttachedFile {
  /** In the binder: 'evidence/003-statement.pdf'; null = its bytes are not in it. */
  readonly path: string | null;
}

export interface MonthEvidence {
  readonly files: readonly MonthFile[];
  /** Each once, however often it was attached. */
  readonly bytes: readonly { readonly path: string; readonly bytes: Buffer }[];
  /** Files that stand and are not on this machine. */
  readonly away: number;
  /** Files that stand and find no room in any binder of these rows. */
  readonly over: ReadonlySet<string>;
}

/** Numbered whether its bytes are here or not: a file has the same name in every binder of these rows. */
export async function monthEvidence(
  context: QueryContext,
  period_id: number,
  until_ms: number,
  read: ReadEvidence,
): Promise<MonthEvidence> {
  const taken = new Map<string, string | null>();
  const bytes: { path: string; bytes: Buffer }[] = [];
  const all = await monthFiles(context, period_id, until_ms);
  const over = filesOver(all.filter(({ removed }) => removed === null).map(({ attached }) => attached));
  const take = ({ sha256, name }: TableRow<'close_evidence'>): string | null => {
    const known = taken.get(sha256);
    if (known !== undefined) return known;
    context.checkCancelled();
    const number = String(taken.size + 1).padStart(3, '0');
    const whole = over.has(sha256) ? null : read(sha256);
    const path = whole === null ? null : `evidence/${number}-${plainName(name)}`;
    taken.set(sha256, path);
    if (whole !== null && path !== null) {
      bytes.push({ path, bytes: whole });
    }
    return path;
  };
  const files = all.map((file) => ({
    ...file,
    path: file.removed === null ? take(file.attached) : null,
  }));
  const without = [...taken.values()].filter((path) => path === null).length;
  return { files, bytes, away: without - over.size, over };
}

/** 'Kontoauszug Oktober.PDF' → 'kontoauszug-oktober.pdf': fit for the name of a file everywhere. */
function plainName(name: string): string {
  const ending = /\.([A-Za-z0-9]{1,10})$/.exec(name)?.[1]?.toLowerCase();
  const base = ending === undefined ? name : name.slice(0, -ending.length - 1);
  const plain = base
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replaceAll(/^-|-$/g, '');
  return `${plain === '' ? 'file' : plain}${ending === undefined ? '' : `.${ending}`}`;
}
