/** Notes on an item or an order: what was written, in what state, and an editor that works without a connection. */
import { type KeyboardEvent, type SubmitEvent, useId, useState } from 'react';
import type { NoteView } from '#contract/queries.ts';
import { useRun, useSyncPill } from '#renderer/client/useContract.ts';
import { useDraft } from '#renderer/client/useDraft.ts';
import { moment } from '#renderer/format/dates.ts';
import { integer } from '#renderer/format/numbers.ts';
import { useNow, useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import controls from '#renderer/ui/controls.module.css';
import { Status } from '#renderer/ui/Mark.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import { MUTATION_STATES } from './noteStates.ts';
import styles from './notes.module.css';

export type NoteSubject =
  | { readonly kind: 'item'; readonly item_id: number }
  | { readonly kind: 'order'; readonly order_id: number };

/** As many characters as the contract takes. */
const NOTE_LENGTH = 4000;
const SHOWN_FIRST = 5;

export function Notes({ subject, notes }: { readonly subject: NoteSubject; readonly notes: readonly NoteView[] }) {
  const { session } = useWorkplace();
  const now_ms = useNow();
  const [all, setAll] = useState(false);
  const shown = all ? notes : notes.slice(0, SHOWN_FIRST);
  return (
    <div className={styles['notes']}>
      {session.may.write_notes ? (
        <NoteEditor key={subjectKey(subject)} subject={subject} />
      ) : (
        <p className={styles['reader']}>Your role reads notes and does not write them.</p>
      )}
      <ol aria-label="Notes">
        {shown.map((note) => {
          const { word, shape } = MUTATION_STATES[note.state];
          return (
            <li key={note.id} data-state={note.state}>
              <p className={styles['body']}>{note.body}</p>
              <p className={styles['about']}>
                <span>
                  {note.author}, {moment(note.written_at_ms, now_ms)}
                </span>
                <Status shape={shape}>{word}</Status>
              </p>
            </li>
          );
        })}
      </ol>
      {notes.length > SHOWN_FIRST && !all ? (
        <Button kind="link" onClick={() => setAll(true)}>
          Show all {integer(notes.length)} notes
        </Button>
      ) : null}
    </div>
  );
}

function subjectKey(subject: NoteSubject): string {
  return subject.kind === 'item' ? `item-${subject.item_id}` : `order-${subject.order_id}`;
}

function NoteEditor({ subject }: { readonly subject: NoteSubject }) {
  const { text: body, change: setBody, ready } = useDraft(`note-${subjectKey(subject)}`);
  const onItem = useRun('addItemNote');
  const onOrder = useRun('addOrderNote');
  const pill = useSyncPill();
  const id = useId();
  const run = subject.kind === 'item' ? onItem : onOrder;
  const empty = body.trim() === '';

  const write = (): void => {
    if (empty || run.isPending) return;
    const text = body.trim();
    const done = { onSuccess: () => setBody('') };
    if (subject.kind === 'item') onItem.mutate({ item_id: subject.item_id, body: text }, done);
    else onOrder.mutate({ order_id: subject.order_id, body: text }, done);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      write();
    }
  };

  return (
    <form
      className={styles['editor']}
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault();
        write();
      }}
    >
      <label className={styles['heard']} htmlFor={id}>
        Note on this {subject.kind}
      </label>
      <textarea
        id={id}
        className={controls['input']}
        rows={2}
        maxLength={NOTE_LENGTH}
        placeholder={`Write a note on this ${subject.kind}`}
        value={body}
        readOnly={!ready}
        onChange={(event) => setBody(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {run.error ? <InlineMessage tone="bad">{run.error.message}</InlineMessage> : null}
      {empty ? null : (
        <p className={styles['send']}>
          <Button type="submit" keyCap="Ctrl ↵" disabled={run.isPending}>
            Add note
          </Button>
          <span>
            {pill?.connection === 'offline'
              ? 'kept here, sent when the connection is back'
              : body.length > NOTE_LENGTH - 200
                ? `${integer(NOTE_LENGTH - body.length)} characters left`
                : ''}
          </span>
        </p>
      )}
    </form>
  );
}
