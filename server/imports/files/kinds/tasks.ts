import { sql } from 'kysely';
import { isoDate } from '#domain/calendar.ts';
import { type OwnTask, USUAL_TASKS, whyNotPlanned, whyNotTasks } from '#domain/close/ownTemplate.ts';
import type { RowOf } from '#domain/imports/engine/field.ts';
import { cellsOfTask, codesOfText, OTHER_TASKS_REFUSED, type TASKS } from '#domain/imports/kinds/tasks.ts';
import { dayInZone } from '#domain/zoneDay.ts';
import { closePeopleOf, setsUpClose } from '#server/auth/closePeople.ts';
import { giveTemplate, ownTemplate } from '#server/close/ownTemplate.ts';
import type { ImportDatabase } from '#server/imports/schema.ts';
import type { Job, KindStore, Line } from '../job.ts';

type TaskRow = RowOf<(typeof TASKS)['fields']>;

const NOT_YOURS =
  'Who reviews the close says which tasks it has and who does them. Have one of them, or an administrator, import the file.';

export const taskStore: KindStore<TaskRow> = {
  check: async (job, lines) => {
    const db: ImportDatabase = job.tx;
    const people = await closePeopleOf(db, job.company_id);
    const reviews = setsUpClose(people, job.user_name);
    const tasks = lines.map(({ row }) => taskOf(row));
    // of a file not read whole nobody knows which codes it has
    const whys = job.all_read ? whyNotTasks(tasks, people) : null;
    const reasons = tasks.map((task, place) => {
      if (!reviews) return NOT_YOURS;
      return whys === null ? (whyNotPlanned(task, people) ?? OTHER_TASKS_REFUSED) : (whys.get(place) ?? null);
    });
    const refused = reasons.some((reason) => reason !== null);
    return new Map(
      refused ? lines.map(({ line_number }, place) => [line_number, reasons[place] ?? OTHER_TASKS_REFUSED]) : [],
    );
  },
  store: async (job, lines) => {
    const [first] = lines;
    if (first === undefined) return;
    const held = await ownTemplate(job.tx, job.company_id);
    const tasks = lines.map(({ row }) => taskOf(row));
    const before = new Map(held?.tasks.map((task) => [task.code, task]));
    for (const [place, line] of lines.entries()) {
      const task = tasks[place];
      if (task) noteTask(job, line, before.get(task.code), task);
    }
    // what is not named any more, or stands in another place, is a change of the list
    const codes = tasks.map(({ code }) => code);
    const kept = held?.tasks.map(({ code }) => code);
    if (kept && kept.join(' ') !== codes.filter((code) => before.has(code)).join(' ')) {
      const field = { column: 'list', before: kept.join(' '), after: codes.join(' ') };
      job.changes.note(first, { id: job.company_id, status: 'changed', fields: [field] }, false);
    }
    // the same list again keeps the name and the day it came with
    if (held && JSON.stringify(held.tasks.map(cellsOfTask)) === JSON.stringify(tasks.map(cellsOfTask))) return;
    const given_on = isoDate(dayInZone(job.now.getTime(), job.time_zone));
    const { tx, company_id, file_name: name, user_name, now } = job;
    await giveTemplate(tx, { company_id, name, given_on, tasks, user_name, now });
  },
  // the whole list is there: nothing of an earlier one waits any more, whatever its codes were
  finish: async ({ tx, company_id, now }, lines, refused) => {
    if (refused > 0 || lines.length === 0) return;
    await sql`update import_refused set state = 'corrected', written_at = ${now}::timestamptz
      where company_id = ${company_id}::bigint and kind = 'tasks' and state = 'open'`.execute(tx);
  },
  held: async (db, company_id) => ((await ownTemplate(db, company_id))?.tasks ?? USUAL_TASKS).map(cellsOfTask),
};

function taskOf({ code, title, owner, reviewer, due_day, depends_on, needs_evidence }: TaskRow): OwnTask {
  return {
    code,
    title,
    owner: owner ?? null,
    reviewer: reviewer ?? null,
    due_day,
    depends_on: codesOfText(depends_on),
    needs_evidence,
  };
}

function noteTask(job: Job, line: Line<TaskRow>, before: OwnTask | undefined, after: OwnTask): void {
  const plain = (task: OwnTask) => ({ ...task, depends_on: task.depends_on.join(' ') || null });
  const now = plain(after);
  const was = before === undefined ? null : plain(before);
  const fields = (['title', 'owner', 'reviewer', 'due_day', 'depends_on', 'needs_evidence'] as const).flatMap(
    (column) =>
      (was?.[column] ?? null) === now[column] ? [] : [{ column, before: was?.[column] ?? null, after: now[column] }],
  );
  const status = was === null ? 'created' : fields.length > 0 ? 'changed' : 'unchanged';
  job.changes.note(line, { id: job.company_id, status, fields }, true);
}
