/** Notes on close tasks that ask this person for a word, or gave them work: one exception a task. */
import { sql } from 'kysely';
import { askedOf } from '#domain/close/notes.ts';
import { exceptionKey } from '#domain/exceptions/exception.ts';
import { dayInZone } from '#domain/zoneDay.ts';
import { notesSaid } from '../close/closeNotes.ts';
import type { Finding, FoundException } from './found.ts';

/** Asked this many days ago it is bad. */
const LONG_DAYS = 3;
/** Of what was said, as far as a row shows it. */
const SHOWN_LENGTH = 160;

export async function askedInClose({ context, company, as_of_on }: Finding): Promise<FoundException[]> {
  const notes = await notesSaid(
    context,
    sql`n.company_id = ${company.id} AND n.mutation_state NOT IN ('conflict', 'rejected', 'held')
      AND n.task_id IN (SELECT t.id FROM close_task t JOIN close_period p ON p.id = t.period_id WHERE p.state <> 'hard_locked')`,
  );
  const asked = askedOf(notes, context.user.name);
  if (asked.length === 0) return [];
  const tasks = await context.db
    .selectFrom('close_task as t')
    .innerJoin('close_period as p', 'p.id', 't.period_id')
    .select(['t.id', 't.title', 'p.period'])
    .where('t.id', 'in', [...new Set(asked.map(({ note }) => note.task_id))])
    .execute();
  return tasks.flatMap((task): FoundException[] => {
    const own = asked.filter(({ note }) => note.task_id === task.id);
    const newest = own.at(-1);
    const [oldest] = own;
    if (!newest || !oldest) return [];
    const since_on = dayInZone(oldest.note.accepted_at, company.time_zone);
    const { body, author } = newest.note;
    return [
      {
        key: exceptionKey('close_asked', task.id),
        facts: {
          kind: 'close_asked',
          task_id: task.id,
          period: task.period,
          title: task.title,
          asked_by: author,
          says: body.length > SHOWN_LENGTH ? `${body.slice(0, SHOWN_LENGTH - 1)}…` : body,
          asks: own.some(({ asks }) => asks === 'work') ? 'work' : 'word',
          notes: own.length,
        },
        severity: as_of_on - since_on >= LONG_DAYS ? 'bad' : 'warn',
        company_id: company.id,
        site_id: null,
        channel_id: null,
        stake_minor: 0,
        parts: [],
        due_on: null,
        since_on,
        owner: context.user.name,
        lines: [],
        po_line_ids: [],
      },
    ];
  });
}
