/** What is said of a task: notes, names that are asked with an @, and work that is given. Works without a connection. */
import { type KeyboardEvent, type SubmitEvent, useId, useRef, useState } from 'react';
import { mentionsOf } from '#domain/close/notes.ts';
import type { CloseNotes as CloseNotesAnswer, CloseNoteView } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk, useRun } from '#renderer/client/useContract.ts';
import { useDraft } from '#renderer/client/useDraft.ts';
import { moment } from '#renderer/format/dates.ts';
import { counted } from '#renderer/format/numbers.ts';
import { MUTATION_STATES } from '#renderer/notes/noteStates.ts';
import shared from '#renderer/notes/notes.module.css';
import { useNow } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import controls from '#renderer/ui/controls.module.css';
import { Status } from '#renderer/ui/Mark.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import styles from './closeNotes.module.css';

/** As many characters as the contract takes. */
const NOTE_LENGTH = 2000;
const MOST_SUGGESTED = 6;
/** The name being typed at the end of what stands before the caret. */
const TYPED_NAME = /(?:^|[^\w@.-])@([a-z0-9._-]*)$/;

export function CloseNotes({ task_id }: { readonly task_id: number }) {
  const { data, error } = useAsk('closeNotes', { task_id }, { keepPrevious: false });
  if (!data) {
    return error ? <InlineMessage tone="bad">The notes could not be read: {errorMessage(error)}</InlineMessage> : null;
  }
  return (
    <section className={styles['section']} aria-label="Notes">
      <h3>
        Notes
        {data.open_work > 0 ? <Status shape="working">{counted(data.open_work, 'piece')} of work open</Status> : null}
      </h3>
      {data.why_not === null ? (
        <Editor key={task_id} task_id={task_id} people={data.people} />
      ) : (
        <p className={shared['reader']}>{data.why_not}</p>
      )}
      <ol aria-label="Notes on this task" className={styles['list']}>
        {data.notes.map((note) => (
          <Note key={note.id} note={note} task_id={task_id} />
        ))}
      </ol>
    </section>
  );
}

function Note({ note, task_id }: { readonly note: CloseNoteView; readonly task_id: number }) {
  const now_ms = useNow();
  const finish = useRun('addCloseNote');
  const { word, shape } = MUTATION_STATES[note.state];
  return (
    <li data-state={note.state}>
      <p className={shared['body']}>{withNames(note.body)}</p>
      <p className={shared['about']}>
        <span>
          {note.author}, {moment(note.written_at_ms, now_ms)}
        </span>
        {note.state === 'accepted' ? null : <Status shape={shape}>{word}</Status>}
      </p>
      {note.assigned_to === null ? null : (
        <p className={styles['work']}>
          {note.done ? (
            <Status shape="done">
              Done by {note.done.author}, {moment(note.done.written_at_ms, now_ms)}
              {note.done.body === DONE ? '' : `: ${note.done.body}`}
            </Status>
          ) : (
            <Status shape="working">Work for {note.assigned_to}</Status>
          )}
          {note.may_finish ? (
            <Button
              kind="link"
              disabled={finish.isPending}
              onClick={() => finish.mutate({ task_id, body: DONE, assigned_to: null, answers_id: note.id })}
            >
              Mark as done
            </Button>
          ) : null}
        </p>
      )}
      {finish.error ? <InlineMessage tone="bad">{finish.error.message}</InlineMessage> : null}
    </li>
  );
}

const DONE = 'Done';

function withNames(body: string) {
  const names = new Set(mentionsOf(body));
  return body
    .split(/(@[a-z][a-z0-9._-]*[a-z0-9])/)
    .map((part, at) => (names.has(part.slice(1)) ? <b key={`${at} ${part}`}>{part}</b> : part));
}

function Editor({ task_id, people }: { readonly task_id: number; readonly people: CloseNotesAnswer['people'] }) {
  const { text: body, change: setBody, ready } = useDraft(`note-close-${task_id}`);
  const run = useRun('addCloseNote');
  const [work, setWork] = useState(false);
  const [typed, setTyped] = useState<string | null>(null);
  const [picked, setPicked] = useState(0);
  const box = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const [asked] = mentionsOf(body);
  const suggested =
    typed === null ? [] : people.filter((name) => name.startsWith(typed) && name !== typed).slice(0, MOST_SUGGESTED);

  const look = (): void => {
    const at = box.current?.selectionStart ?? 0;
    setTyped(TYPED_NAME.exec((box.current?.value ?? '').slice(0, at))?.[1] ?? null);
    setPicked(0);
  };
  const take = (name: string): void => {
    const at = box.current?.selectionStart ?? body.length;
    const from = at - (typed?.length ?? 0);
    const after = body.slice(at);
    setBody(`${body.slice(0, from)}${name}${after.startsWith(' ') ? '' : ' '}${after}`);
    setTyped(null);
    box.current?.focus();
  };
  const write = (): void => {
    const text = body.trim();
    if (text === '' || run.isPending) return;
    run.mutate(
      { task_id, body: text, assigned_to: work && asked !== undefined ? asked : null, answers_id: null },
      {
        onSuccess: () => {
          setBody('');
          setWork(false);
          setTyped(null);
        },
      },
    );
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const name = suggested[picked];
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) write();
    else if (name !== undefined && (event.key === 'Enter' || event.key === 'Tab')) take(name);
    else if (name !== undefined && event.key === 'ArrowDown') setPicked(Math.min(suggested.length - 1, picked + 1));
    else if (name !== undefined && event.key === 'ArrowUp') setPicked(Math.max(0, picked - 1));
    else if (name !== undefined && event.key === 'Escape') {
      setTyped(null);
      event.stopPropagation();
    } else return;
    event.preventDefault();
  };

  return (
    <form
      className={shared['editor']}
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault();
        write();
      }}
    >
      <label className={shared['heard']} htmlFor={id}>
        Note on this task
      </label>
      <textarea
        ref={box}
        id={id}
        className={controls['input']}
        rows={2}
        maxLength={NOTE_LENGTH}
        placeholder="Write a note; @name asks somebody"
        value={body}
        readOnly={!ready}
        role="combobox"
        aria-expanded={suggested.length > 0}
        aria-controls={`${id}-names`}
        aria-autocomplete="list"
        aria-activedescendant={suggested.length > 0 ? `${id}-name-${picked}` : undefined}
        onChange={(event) => {
          setBody(event.target.value);
          look();
        }}
        onKeyUp={(event) => {
          if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') look();
        }}
        onBlur={() => setTyped(null)}
        onKeyDown={onKeyDown}
      />
      {suggested.length > 0 ? (
        <div className={styles['names']} id={`${id}-names`} role="listbox" aria-label="Names">
          {suggested.map((name, at) => (
            <div
              key={name}
              id={`${id}-name-${at}`}
              role="option"
              aria-selected={at === picked}
              tabIndex={-1}
              // before the text loses its focus
              onMouseDown={(event) => {
                event.preventDefault();
                take(name);
              }}
            >
              {name}
            </div>
          ))}
        </div>
      ) : null}
      {run.error ? <InlineMessage tone="bad">{run.error.message}</InlineMessage> : null}
      {body.trim() === '' ? null : (
        <p className={shared['send']}>
          <Button type="submit" keyCap="Ctrl ↵" disabled={run.isPending}>
            Add note
          </Button>
          {asked === undefined ? null : (
            <label className={styles['give']}>
              <input type="checkbox" checked={work} onChange={(event) => setWork(event.target.checked)} />
              work for {asked}
            </label>
          )}
        </p>
      )}
    </form>
  );
}
