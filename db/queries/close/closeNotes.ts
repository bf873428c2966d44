/** What was said of a close task, and the work that was given by it. */
import { sql } from 'kysely';
import { maySay, openWork } from '#domain/close/notes.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { mutationState } from '../orders/notes.ts';
import { provenance } from '../provenance.ts';
import { mayInCompany } from '../rights.ts';
import { taskInMonth } from './taskInMonth.ts';

const MOST_NOTES = 500;
const MOST_PEOPLE = 100;
/** Refused words are shown to their author, and count for nothing. */
const REFUSED: ReadonlySet<string> = new Set(['conflict', 'rejected', 'held']);

export interface SaidNote {
  readonly id: string;
  readonly task_id: number;
  readonly body: string;
  readonly author: string;
  readonly written_at: number;
  /** The server's; of one on its way the device's. */
  readonly accepted_at: number;
  readonly assigned_to: string | null;
  readonly answers_id: string | null;
  readonly mutation_state: string;
}

/** In the order the server took them, then this person's own on their way; `where` is a condition on `n`. */
export function notesSaid(context: QueryContext, where: ReturnType<typeof sql>): Promise<readonly SaidNote[]> {
  return sql<SaidNote>`SELECT n.id, n.task_id, n.body, n.author, n.written_at, n.accepted_at, n.assigned_to, n.answers_id, n.mutation_state
      FROM v_close_note n WHERE ${where} ORDER BY n.mutation_state <> 'accepted', n.accepted_at, n.id`
    .execute(context.db)
    .then(({ rows }) => rows);
}

export const closeNotes: QueryHandler<'closeNotes'> = async (context, { task_id }) => {
  const { user } = context;
  const task = await taskInMonth(context, task_id);
  const all = await notesSaid(context, sql`n.task_id = ${task_id}`);
  const counted = all.filter(({ mutation_state }) => !REFUSED.has(mutation_state));
  const may = {
    may_write: mayInCompany(user, task.company_id, 'write_notes'),
    user_name: user.name,
    period_state: task.period_state,
  };
  const answer = maySay({ ...may, answers: false });
  const ids = new Set(all.map(({ id }) => id));
  const answers = new Map(counted.map((note) => [note.answers_id, note]));
  return {
    notes: all
      // what says that work is done stands at the work, unless it was refused
      .filter((note) => note.answers_id === null || REFUSED.has(note.mutation_state) || !ids.has(note.answers_id))
      .toReversed()
      .slice(0, MOST_NOTES)
      .map((note) => {
        const done = note.assigned_to === null ? undefined : answers.get(note.id);
        return {
          id: note.id,
          body: note.body,
          author: note.author,
          written_at_ms: note.written_at,
          assigned_to: note.assigned_to,
          done: done ? { author: done.author, body: done.body, written_at_ms: done.written_at } : null,
          may_finish:
            !REFUSED.has(note.mutation_state) &&
            maySay({ ...may, answers: true, answered: { note, done: done !== undefined } }).ok,
          state: mutationState(note.mutation_state),
        };
      }),
    open_work: openWork(counted).length,
    people: await peopleOfClose(context, task.company_id),
    why_not: answer.ok ? null : answer.message,
    provenance: provenance(context, ['close_note', 'close_task']),
  };
};

/** User names this copy has met in the company's books: those who sign, lock, ask and write there. */
async function peopleOfClose(context: QueryContext, company_id: number): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT name FROM (
      SELECT owner AS name FROM close_task WHERE company_id = ${company_id}
      UNION SELECT reviewer FROM close_task WHERE company_id = ${company_id}
      UNION SELECT user_name FROM signoff WHERE company_id = ${company_id}
      UNION SELECT author FROM v_close_note WHERE company_id = ${company_id}
      UNION SELECT assigned_to FROM v_close_note WHERE company_id = ${company_id}
      UNION SELECT author FROM lock_event WHERE company_id = ${company_id}
      UNION SELECT author FROM credit_follow_up WHERE company_id = ${company_id})
    WHERE name IS NOT NULL ORDER BY name LIMIT ${MOST_PEOPLE}`.execute(context.db);
  return rows.map(({ name }) => name);
}
