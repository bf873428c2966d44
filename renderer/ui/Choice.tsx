/** One of a few: segments for how a view is made, tabs for which view. Arrow keys move within the group. */
import type { KeyboardEvent } from 'react';
import styles from './controls.module.css';

export interface Option<V extends string | number> {
  readonly value: V;
  readonly label: string;
}
interface ChoiceProps<V extends string | number> {
  /** What is chosen, for screen readers: 'Group by'. */
  readonly label: string;
  readonly options: readonly Option<V>[];
  readonly value: V;
  readonly onChange: (value: V) => void;
}

function step<V extends string | number>(
  event: KeyboardEvent<HTMLElement>,
  { options, value, onChange }: ChoiceProps<V>,
): void {
  const by =
    event.key === 'ArrowRight' || event.key === 'ArrowDown'
      ? 1
      : event.key === 'ArrowLeft' || event.key === 'ArrowUp'
        ? -1
        : 0;
  if (by === 0) return;
  event.preventDefault();
  const at = options.findIndex((option) => option.value === value);
  const next = (at + by + options.length) % options.length;
  const option = options[next];
  if (!option) return;
  onChange(option.value);
  const button = event.currentTarget.children[next];
  if (button instanceof HTMLElement) button.focus();
}

export function SegmentedControl<V extends string | number>(props: ChoiceProps<V>) {
  return (
    <div
      role="radiogroup"
      aria-label={props.label}
      className={styles['segments']}
      onKeyDown={(event) => step(event, props)}
    >
      {props.options.map((option) => (
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={option.value === props.value}
          tabIndex={option.value === props.value ? 0 : -1}
          className={styles['segment']}
          onClick={() => props.onChange(option.value)}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}

export function Tabs<V extends string | number>(props: ChoiceProps<V>) {
  return (
    <div role="tablist" aria-label={props.label} className={styles['tabs']} onKeyDown={(event) => step(event, props)}>
      {props.options.map((option) => (
        <button
          key={option.value}
          type="button"
          role="tab"
          aria-selected={option.value === props.value}
          tabIndex={option.value === props.value ? 0 : -1}
          className={styles['tab']}
          onClick={() => props.onChange(option.value)}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
