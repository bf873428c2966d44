/** Somebody a task is planned for: typed, or chosen of those who may with arrows and Enter or a press; empty is anyone with the role. */
import { type KeyboardEvent, useId, useState } from 'react';
import type { ClosePersonView } from '#contract/queries.ts';
import { Field } from '#renderer/ui/Field.tsx';
import styles from './personField.module.css';

const MOST_SHOWN = 8;

export function PersonField({
  label,
  value,
  people,
  wrong,
  autoFocus = false,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  /** Those who may. */
  readonly people: readonly ClosePersonView[];
  readonly wrong: string | null;
  readonly autoFocus?: boolean;
  readonly onChange: (user_name: string) => void;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  /** Of those listed the one that Enter takes; below 0: none yet. */
  const [at, setAt] = useState(0);
  const listId = useId();
  const fitting = typed === null ? [] : people.filter((person) => fits(person, typed)).slice(0, MOST_SHOWN);
  const open = (place: number): void => {
    setTyped('');
    setAt(place);
  };
  const choose = (person: ClosePersonView | undefined): void => {
    if (person === undefined) return;
    onChange(person.user_name);
    setTyped(null);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by !== 0 && typed === null) open(0);
    else if (fitting.length === 0) return;
    else if (by !== 0) setAt(at < 0 ? (by > 0 ? 0 : fitting.length - 1) : (at + by + fitting.length) % fitting.length);
    else if (event.key === 'Enter' && at >= 0) choose(fitting[at] ?? fitting[0]);
    else if (event.key === 'Escape') {
      setTyped(null);
      event.stopPropagation();
    } else return;
    event.preventDefault();
  };
  return (
    <div className={styles['pick']}>
      <Field
        label={label}
        role="combobox"
        aria-expanded={fitting.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={fitting.length > 0 && at >= 0 ? `${listId}-${at}` : undefined}
        autoComplete="off"
        spellCheck={false}
        maxLength={40}
        autoFocus={autoFocus}
        value={value}
        wrong={wrong}
        hint="A click or the down arrow lists who may; empty is anyone with the role."
        onFocus={(event) => event.target.select()}
        onBlur={() => setTyped(null)}
        // a press lists them too, and takes nobody yet: Enter still plans
        onClick={() => {
          if (typed === null) open(-1);
        }}
        onKeyDown={onKeyDown}
        onChange={(event) => {
          onChange(event.target.value);
          setTyped(event.target.value.trim());
          setAt(0);
        }}
      />
      {fitting.length > 0 ? (
        <div id={listId} role="listbox" aria-label={label} className={styles['people']}>
          {fitting.map((person, place) => (
            <div
              key={person.user_name}
              id={`${listId}-${place}`}
              role="option"
              aria-selected={place === at}
              tabIndex={-1}
              // before the text loses its focus
              onMouseDown={(event) => {
                event.preventDefault();
                choose(person);
              }}
            >
              <strong>{person.user_name}</strong> {person.display_name}
            </div>
          ))}
        </div>
      ) : null}
    </div>
  );
}

function fits({ user_name, display_name }: ClosePersonView, typed: string): boolean {
  const word = typed.toLowerCase();
  return user_name !== word && (user_name.includes(word) || display_name.toLowerCase().includes(word));
}
