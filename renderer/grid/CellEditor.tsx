/** A figure typed in its cell: what it would become is said below it before it is kept, and why is asked for in place. */
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { KeyHint } from '#renderer/ui/KeyHint.tsx';
import { Status } from '#renderer/ui/Mark.tsx';
import type { CellEdit } from './columns.ts';
import styles from './editor.module.css';

/** Where the cell lies in its grid. */
export interface CellPlace {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** What is said stands above the cell: below it there is no room. */
  readonly above: boolean;
}

export function CellEditor<Row>({
  row,
  edit,
  label,
  start,
  reason: given,
  place,
  onKeep,
  onLeave,
  onGone,
}: {
  readonly row: Row;
  readonly edit: CellEdit<Row>;
  readonly label: string;
  /** What it begins with: the cell's own figure, or the digit that was typed on it. */
  readonly start: { readonly text: string; readonly typed: boolean };
  /** The reason given last. */
  readonly reason: string;
  readonly place: CellPlace;
  readonly onKeep: (text: string, reason: string) => void;
  /** Back to the cell. */
  readonly onLeave: () => void;
  /** The focus went elsewhere, and stays there. */
  readonly onGone: () => void;
}) {
  const [text, setText] = useState(start.text);
  const [reason, setReason] = useState(given);
  const [asked, setAsked] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const why = useRef<HTMLInputElement>(null);
  const saysId = useId();
  const look = edit.look(row, text);

  useEffect(() => {
    field.current?.focus();
    if (!start.typed) field.current?.select();
  }, [start]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      onLeave();
    } else if (event.key === 'Enter') {
      event.preventDefault();
      event.stopPropagation();
      if (look.kind === 'wrong') return;
      if (look.kind === 'kept' && look.asks_reason && reason.trim() === '') {
        setAsked(true);
        why.current?.focus();
      } else onKeep(text, reason.trim());
    }
  };
  return (
    <div
      ref={box}
      className={styles['editor']}
      style={{ left: place.left, top: place.top, width: place.width, height: place.height }}
      onKeyDown={onKeyDown}
      onBlur={(event) => {
        // another window came to the front: what is typed is still here when one comes back
        if (document.activeElement === event.target) return;
        if (!(event.relatedTarget instanceof Node) || !box.current?.contains(event.relatedTarget)) onGone();
      }}
    >
      <input
        ref={field}
        className={styles['field']}
        aria-label={label}
        aria-describedby={saysId}
        aria-invalid={look.kind === 'wrong'}
        inputMode="decimal"
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className={styles['says']} data-above={place.above ? '' : undefined}>
        <div id={saysId} role="status">
          {look.says.map(({ shape, words }) => (
            <p key={words}>{shape ? <Status shape={shape}>{words}</Status> : words}</p>
          ))}
        </div>
        {look.kind === 'kept' && look.asks_reason ? (
          <label>
            Why
            <input
              ref={why}
              className={styles['why']}
              aria-label="Why"
              autoComplete="off"
              maxLength={500}
              value={reason}
              data-asked={asked && reason.trim() === '' ? '' : undefined}
              onChange={(event) => setReason(event.target.value)}
            />
          </label>
        ) : null}
        <p className={styles['keys']}>
          <KeyHint cap="↵" /> keep, next line <KeyHint cap="Esc" /> leave it
        </p>
      </div>
    </div>
  );
}
