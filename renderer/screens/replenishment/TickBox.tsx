/** The box of a row that may be ticked. Space ticks the row that has the focus: the box itself is for the mouse. */
import styles from './replenishment.module.css';

export function TickBox({
  of,
  on,
  onTick,
}: {
  /** The row's code, for who does not see it. */
  readonly of: string;
  readonly on: boolean;
  readonly onTick: () => void;
}) {
  return (
    <button
      type="button"
      role="checkbox"
      aria-checked={on}
      aria-label={`Tick ${of}`}
      tabIndex={-1}
      className={styles['tick']}
      onClick={onTick}
    >
      {on ? (
        <svg width="10" height="10" viewBox="0 0 12 12" aria-hidden="true">
          <path d="m1.5 6.4 3 3 6-6.8" fill="none" stroke="currentColor" strokeWidth="2.2" />
        </svg>
      ) : null}
    </button>
  );
}
