import { type InputHTMLAttributes, type ReactNode, type Ref, useId } from 'react';
import styles from './controls.module.css';

/** A labelled input; `wrong` says what is the matter and is read out with it. */
export function Field({
  label,
  hint,
  wrong,
  ref,
  ...rest
}: Omit<InputHTMLAttributes<HTMLInputElement>, 'id' | 'className'> & {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly wrong?: string | null;
  readonly ref?: Ref<HTMLInputElement>;
}) {
  const id = useId();
  return (
    <div className={styles['field']}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        ref={ref}
        className={styles['input']}
        aria-invalid={wrong ? true : undefined}
        aria-describedby={wrong || hint ? `${id}-about` : undefined}
        {...rest}
      />
      {wrong || hint ? (
        <div id={`${id}-about`} className={wrong ? styles['wrong'] : styles['hint']}>
          {wrong ?? hint}
        </div>
      ) : null}
    </div>
  );
}

/** A small text box among tools; its label is for screen readers. */
export function ToolField({
  label,
  ref,
  ...rest
}: Omit<InputHTMLAttributes<HTMLInputElement>, 'className'> & {
  readonly label: string;
  readonly ref?: Ref<HTMLInputElement>;
}) {
  return <input ref={ref} aria-label={label} className={`${styles['input']} ${styles['small']}`} {...rest} />;
}

/** Narrows what is listed below by a word; Esc empties it. */
export function SearchField({
  label,
  placeholder,
  value,
  onText,
  ref,
}: {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onText: (text: string) => void;
  readonly ref?: Ref<HTMLInputElement>;
}) {
  return (
    <span className={styles['search']}>
      <ToolField
        {...(ref ? { ref } : {})}
        type="search"
        label={label}
        placeholder={placeholder}
        maxLength={200}
        value={value}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onText('');
        }}
      />
    </span>
  );
}

/** A labelled tick box. */
export function Tick({
  label,
  checked,
  onChange,
}: {
  readonly label: ReactNode;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}) {
  return (
    <label className={styles['check']}>
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      {label}
    </label>
  );
}

/** A labelled pick list. */
export function Select<V extends string>({
  label,
  value,
  wrong = null,
  options,
  onChange,
}: {
  readonly label: string;
  readonly wrong?: string | null;
  readonly value: V;
  readonly options: readonly { readonly value: V; readonly label: string }[];
  readonly onChange: (value: V) => void;
}) {
  const id = useId();
  return (
    <div className={styles['field']}>
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className={styles['input']}
        value={value}
        aria-invalid={wrong ? true : undefined}
        aria-describedby={wrong ? `${id}-about` : undefined}
        onChange={(event) => {
          const picked = options.find((option) => option.value === event.target.value);
          if (picked) onChange(picked.value);
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      {wrong ? (
        <div id={`${id}-about`} className={styles['wrong']}>
          {wrong}
        </div>
      ) : null}
    </div>
  );
}
