/** A field that names what fits below it: typed on, chosen with the arrows and Enter or by a press. */
import { type ComponentProps, type KeyboardEvent, useId, useState } from 'react';
import { Field } from './Field.tsx';
import styles from './controls.module.css';

export interface Suggestion {
  readonly id: number | string;
  /** What it is known by, and what it is called. */
  readonly code: string;
  readonly name: string;
}

export function SuggestField<One extends Suggestion>({
  label,
  suggested,
  onChoose,
  onAsk,
  onLeave,
  onText,
  ...field
}: Omit<ComponentProps<typeof Field>, 'onChange' | 'onKeyDown' | 'role'> & {
  /** Shown while there are any; the first is chosen by Enter alone, but where a press asked for them. */
  readonly suggested: readonly One[];
  readonly onText: (text: string) => void;
  readonly onChoose: (one: One) => void;
  /** An arrow or a press, where nothing is shown. */
  readonly onAsk?: () => void;
  /** What is shown goes: by Esc, or because the focus left. */
  readonly onLeave?: () => void;
}) {
  /** What Enter takes; below 0: nothing yet. */
  const [at, setAt] = useState(0);
  const listId = useId();
  const open = suggested.length > 0;
  const place = Math.min(at, suggested.length - 1);
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const one = suggested[place];
    if (by !== 0 && !open) {
      setAt(0);
      onAsk?.();
    } else if (!open) return;
    else if (by !== 0)
      setAt(place < 0 ? (by > 0 ? 0 : suggested.length - 1) : (place + by + suggested.length) % suggested.length);
    else if (event.key === 'Enter' && one) onChoose(one);
    else if (event.key === 'Escape' && onLeave) {
      onLeave();
      event.stopPropagation();
    } else return;
    event.preventDefault();
  };
  return (
    <div className={styles['suggest']}>
      <Field
        {...field}
        label={label}
        role="combobox"
        aria-expanded={open}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={open && place >= 0 ? `${listId}-${place}` : undefined}
        autoComplete="off"
        spellCheck={false}
        onFocus={(event) => event.target.select()}
        onBlur={onLeave}
        // whoever presses has chosen nobody yet: Enter still does what the dialog is for
        onClick={() => {
          if (open || !onAsk) return;
          setAt(-1);
          onAsk();
        }}
        onKeyDown={onKeyDown}
        onChange={(event) => {
          onText(event.target.value);
          setAt(0);
        }}
      />
      {open ? (
        <div id={listId} role="listbox" aria-label={label} className={styles['suggested']}>
          {suggested.map((one, nth) => (
            <div
              key={one.id}
              id={`${listId}-${nth}`}
              role="option"
              aria-selected={nth === place}
              tabIndex={-1}
              // before the text loses its focus
              onMouseDown={(event) => {
                event.preventDefault();
                onChoose(one);
              }}
            >
              <strong>{one.code}</strong> {one.name}
            </div>
          ))}
        </div>
      ) : null}
    </div>
  );
}
