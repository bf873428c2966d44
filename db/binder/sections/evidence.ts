/** What was said of the tasks, and the files on them with their hashes; the files themselves lie in `evidence/`. */
import { MOST_BINDER_EVIDENCE_BYTES } from '#domain/close/binder/evidenceRoom.ts';
import { integer, moment, text } from '#db/exports/table.ts';
import type { TableRow } from '#db/schema/tables.ts';
import type { MonthFile } from '../evidence.ts';
import { binderTable, type MakeSection, momentText } from '../section.ts';
import { periodTasks } from '../standing.ts';

export const evidenceSection: MakeSection = async ({ evidence }) => {
  const standing = evidence.files.filter(({ removed }) => removed === null);
  return await Promise.resolve({
    title: 'Evidence',
    words: [
      'A file is known by the SHA-256 of its bytes, and a signature is bound to the files that stand on its task. Attached to several tasks it is in this binder once.',
    ],
    facts: [
      ['Files that stand', String(standing.length)],
      ['With their bytes in this binder', String(standing.filter(({ path }) => path !== null).length)],
      ...(evidence.over.size > 0 ? [tooLarge(evidence.over.size)] : []),
    ],
    tables: [
      binderTable<MonthFile>(
        { id: 'evidence', title: 'Files', empty: 'No file was attached.' },
        [
          text('task', 'Task', (row) => row.task_code, 14),
          text('item', 'Item', (row) => row.attached.item_ref, 14),
          text('name', 'File', (row) => row.attached.name, 24),
          integer('bytes', 'Bytes', (row) => row.attached.size_bytes),
          text('by', 'Attached by', (row) => row.attached.author, 12),
          moment('at', 'At', (row) => row.attached.accepted_at),
          text('place', 'Where', (row) => placeWords(row, evidence.over), 34),
          { ...text('sha256', 'SHA-256', (row) => row.attached.sha256, 64), share: 33 },
        ],
        evidence.files,
      ),
    ],
  });
};

function tooLarge(files: number): readonly [string, string] {
  const most_mb = MOST_BINDER_EVIDENCE_BYTES / 1024 / 1024;
  return ['Beyond what a binder holds', `${files}: the first ${most_mb} MB are in it, the others stand on their tasks`];
}

function placeWords({ path, removed, attached }: MonthFile, over: ReadonlySet<string>): string {
  if (removed !== null) {
    return `Taken off by ${removed.author}, ${momentText(removed.accepted_at)}: ${removed.reason ?? ''}`;
  }
  if (over.has(attached.sha256)) return `Beyond what a binder holds, hash ${attached.sha256}`;
  return path ?? `Not at hand here, hash ${attached.sha256}`;
}

type Note = TableRow<'close_note'> & { readonly code: string };

export const notesSection: MakeSection = async ({ context, period, until_ms }) => {
  const tasks = await periodTasks(context, period.id);
  const codes = new Map(tasks.map(({ id, code }) => [id, code]));
  const rows = await context.db
    .selectFrom('close_note')
    .selectAll()
    .where('task_id', 'in', [...codes.keys()])
    .where('accepted_at', '<=', until_ms)
    .orderBy('accepted_at')
    .orderBy('id')
    .execute();
  const done = new Map(rows.map((row) => [row.answers_id, row]));
  return {
    title: 'Notes on tasks',
    words: [],
    facts: [],
    tables: [
      binderTable<Note>(
        { id: 'notes', title: 'Notes', empty: 'Nothing was said.' },
        [
          moment('at', 'At', (row) => row.accepted_at),
          text('task', 'Task', (row) => row.code, 14),
          text('by', 'By', (row) => row.author, 12),
          text('body', 'Said', (row) => row.body, 60),
          text('work', 'Work of', (row) => row.assigned_to, 12),
          text(
            'done',
            'Done',
            (row) => {
              const answer = done.get(row.id);
              return answer === undefined ? null : `${answer.author}, ${momentText(answer.accepted_at)}`;
            },
            20,
          ),
        ],
        rows.map((row) => ({ ...row, code: codes.get(row.task_id) ?? '' })),
      ),
    ],
  };
};
