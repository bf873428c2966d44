/** How the tasks of a month stand here: by what the server took and what this person has on its way. */
import { monthStanding, type TaskInMonth, type TaskStanding } from '#domain/close/monthStanding.ts';
import { placeOf, type SignoffFact, standingSignoffs } from '#domain/close/signing.ts';
import type { Connection } from '#db/connection.ts';
import type { ForeseenTask } from './foreseenTasks.ts';

export interface SignoffHere extends SignoffFact {
  readonly id: string;
  readonly amount_minor: number;
}

export interface StandingHere {
  /** By due day. */
  readonly tasks: readonly TaskInMonth<SignoffHere>[];
  /** By code. */
  readonly standing: ReadonlyMap<string, TaskStanding<SignoffHere>>;
}

type SignoffRow = Omit<SignoffHere, 'place'> & {
  readonly task_id: number;
  readonly withdraws_id: string | null;
  readonly accepted_at: number;
  readonly accepted: number;
};

/** `foreseen`: by task id; `period_state` with what is on its way. */
export function standingHere(
  reader: Connection,
  period: { readonly id: number; readonly state: string },
  foreseen: ReadonlyMap<number, Pick<ForeseenTask, 'content_hash'>>,
): StandingHere {
  const rows = reader
    .prepare<[number], SignoffRow>(
      `SELECT task_id, id, withdraws_id, role, user_name, content_hash, amount_minor, signed_at AS signed_at_ms,
         accepted_at, mutation_state = 'accepted' AS accepted
       FROM v_signoff WHERE task_id IN (SELECT t.id FROM main.close_task t WHERE t.period_id = ?)
         AND mutation_state NOT IN ('conflict', 'rejected')
       ORDER BY mutation_state <> 'accepted', accepted_at, ver`,
    )
    .all(period.id);
  const ofTask = Map.groupBy(
    standingSignoffs(rows).map(({ accepted, accepted_at, ...row }) => ({
      ...row,
      place: placeOf(accepted === 1, accepted_at),
    })),
    ({ task_id }) => task_id,
  );
  const tasks = reader
    .prepare<[number], { id: number; code: string; title: string; depends_on: string; content_hash: string }>(
      'SELECT id, code, title, depends_on, content_hash FROM main.close_task WHERE period_id = ? ORDER BY due_day, id',
    )
    .all(period.id)
    .map((task) => ({
      ...task,
      depends_on: codesOf(task),
      content_hash: foreseen.get(task.id)?.content_hash ?? task.content_hash,
      signoffs: ofTask.get(task.id) ?? [],
    }));
  return { tasks, standing: monthStanding(tasks, period.state) };
}

/** Codes of the tasks it depends on. */
export function codesOf(task: { readonly id: number; readonly depends_on: string }): string[] {
  const codes: unknown = JSON.parse(task.depends_on);
  if (!Array.isArray(codes) || !codes.every((code) => typeof code === 'string')) {
    throw new Error(`task ${task.id} depends on ${task.depends_on}, which is no list of codes`);
  }
  return codes;
}
