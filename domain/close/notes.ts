/**
 * What is said of a close task, and who is asked by it. A name with an @ asks for a word of that person; work that is given to
 * somebody stays open until they, or who gave it, say that it is done.
 */

/** As a user is named everywhere. */
const NAME = '[a-z][a-z0-9._-]{1,39}';
/** Not inside a word or an address, and a full stop that ends the sentence is not part of the name. */
const MENTION = new RegExp(`(?<![\\w@.-])@(${NAME})`, 'g');

/** Each name once, in the order of the text. */
export function mentionsOf(body: string): readonly string[] {
  return [...new Set([...body.matchAll(MENTION)].map((match) => (match[1] ?? '').replace(/[._-]+$/, '')))].filter(
    (name) => name.length > 1,
  );
}

export interface CloseNote {
  readonly id: string;
  readonly task_id: number;
  readonly body: string;
  readonly author: string;
  /** Who is to do what it says; null = nobody is. */
  readonly assigned_to: string | null;
  /** The note whose work this one says is done; null = none. */
  readonly answers_id: string | null;
}

export interface Asked<Note extends CloseNote> {
  readonly note: Note;
  readonly asks: 'work' | 'word';
}

/**
 * What waits for a person, oldest first: work of theirs that nobody said is done, and the last mention of them on each task since
 * they said anything there.
 * @param notes in the order they were said
 */
export function askedOf<Note extends CloseNote>(notes: readonly Note[], user_name: string): readonly Asked<Note>[] {
  const done = new Set(notes.map(({ answers_id }) => answers_id));
  const spoke = new Map<number, number>();
  const mentioned = new Map<number, number>();
  for (const [at, note] of notes.entries()) {
    if (note.author === user_name) spoke.set(note.task_id, at);
    else if (mentionsOf(note.body).includes(user_name)) mentioned.set(note.task_id, at);
  }
  return notes.flatMap((note, at): Asked<Note>[] => {
    if (note.assigned_to === user_name && !done.has(note.id)) return [{ note, asks: 'work' }];
    const waits = mentioned.get(note.task_id) === at && at > (spoke.get(note.task_id) ?? -1);
    // work that was given and done asks for no word any more
    return waits && note.assigned_to !== user_name ? [{ note, asks: 'word' }] : [];
  });
}

/** Work nobody said is done. @param notes in any order */
export function openWork<Note extends CloseNote>(notes: readonly Note[]): readonly Note[] {
  const done = new Set(notes.map(({ answers_id }) => answers_id));
  return notes.filter(({ id, assigned_to }) => assigned_to !== null && !done.has(id));
}

export interface SayingFacts {
  readonly may_write: boolean;
  readonly user_name: string;
  readonly period_state: string;
  /** What it says is done: the note, and whether somebody said so already; undefined = no such note on this task. */
  readonly answered?: { readonly note: CloseNote; readonly done: boolean } | undefined;
  readonly answers: boolean;
}

export type SayingAnswer =
  | { readonly ok: true }
  | { readonly ok: false; readonly outcome: 'rejected' | 'conflict'; readonly code: string; readonly message: string };

/** May this be said of the task? The copy asks it of what it has, the server of what is so. */
export function maySay(facts: SayingFacts): SayingAnswer {
  const no = (outcome: 'rejected' | 'conflict', code: string, message: string): SayingAnswer => ({
    ok: false,
    outcome,
    code,
    message,
  });
  if (!facts.may_write) return no('rejected', 'not_permitted', 'Your role may not write notes here.');
  if (facts.period_state === 'hard_locked') {
    return no('rejected', 'period_locked', 'The month is locked for good: nothing more is said of its tasks.');
  }
  if (!facts.answers) return { ok: true };
  const { answered } = facts;
  if (answered === undefined || answered.note.assigned_to === null) {
    return no('rejected', 'not_found', 'What this says is done was given to nobody on this task.');
  }
  const { note } = answered;
  if (note.assigned_to !== facts.user_name && note.author !== facts.user_name) {
    return no('rejected', 'not_permitted', `${note.assigned_to}, or ${note.author} who gave it, says that it is done.`);
  }
  if (answered.done) return no('conflict', 'already_done', 'Somebody said already that it is done.');
  return { ok: true };
}
