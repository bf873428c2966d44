/** Empty, error, loading, no permission and stale: one pattern each, used on every screen. */
import { FilterX, Lock, RefreshCw } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { ageOld, clock } from '#renderer/format/dates.ts';
import { Button } from './Button.tsx';
import { Shape } from './Mark.tsx';
import styles from './states.module.css';

function State({
  icon,
  title,
  children,
  actions,
  role,
}: {
  readonly icon: ReactNode;
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  readonly role?: 'alert' | 'status';
}) {
  const id = useId();
  return (
    <div className={styles['state']} role={role} aria-labelledby={role ? id : undefined}>
      <span className={styles['icon']}>{icon}</span>
      <div>
        <p id={id} className={styles['title']}>
          {title}
        </p>
        {children ? <div className={styles['text']}>{children}</div> : null}
        {actions ? <div className={styles['actions']}>{actions}</div> : null}
      </div>
    </div>
  );
}

/** Nothing matches the filters: names them and offers the way out. */
export function EmptyByFilter({
  title,
  text,
  filters,
  onClearAll,
}: {
  /** 'No items match 3 filters' */
  readonly title: string;
  /** '2,567 items without the filter “Status is Excess”.' */
  readonly text?: string;
  readonly filters: readonly { readonly name: string; readonly onRemove: () => void }[];
  readonly onClearAll?: () => void;
}) {
  const last = filters.at(-1);
  return (
    <State
      role="status"
      icon={<FilterX size={17} aria-hidden="true" />}
      title={title}
      actions={
        <>
          {last ? <Button onClick={last.onRemove}>Remove “{last.name}”</Button> : null}
          {onClearAll && filters.length > 1 ? (
            <Button kind="plain" onClick={onClearAll}>
              Clear all
            </Button>
          ) : null}
        </>
      }
    >
      {text}
    </State>
  );
}

/** Nothing to do or nothing there: one line of good or plain news. */
export function Empty({
  title,
  text,
  action,
  good = false,
}: {
  readonly title: string;
  readonly text?: ReactNode;
  readonly action?: ReactNode;
  readonly good?: boolean;
}) {
  return (
    <State icon={<Shape shape={good ? 'done' : 'waiting'} size={15} />} title={title} actions={action}>
      {text}
    </State>
  );
}

/** What happened, what is safe, what to do. */
export function ErrorState({
  title,
  text,
  onRetry,
  details,
}: {
  readonly title: string;
  readonly text: ReactNode;
  readonly onRetry?: () => void;
  /** Text for the support person, copied on request. */
  readonly details?: string;
}) {
  return (
    <State
      role="alert"
      icon={<Shape shape="bad" size={16} />}
      title={title}
      actions={
        <>
          {onRetry ? (
            <Button icon={<RefreshCw size={13} aria-hidden="true" />} onClick={onRetry}>
              Try again
            </Button>
          ) : null}
          {details ? (
            <Button kind="plain" onClick={() => void navigator.clipboard.writeText(details)}>
              Copy details
            </Button>
          ) : null}
        </>
      }
    >
      {text}
    </State>
  );
}

/** This user may not see it: says whose it is. */
export function NoPermission({ title, text }: { readonly title: string; readonly text: ReactNode }) {
  return (
    <State role="status" icon={<Lock size={16} aria-hidden="true" />} title={title}>
      {text}
    </State>
  );
}

/** Real row heights with bars that appear after 150 ms; no spinner. What may take seconds `says` what it waits for after one. */
export function LoadingRows({
  rows = 8,
  label = 'Reading',
  says,
}: {
  readonly rows?: number;
  readonly label?: string;
  readonly says?: string;
}) {
  return (
    <div className={styles['loading']} role="status" aria-label={says ?? label}>
      {says ? <p className={styles['waits']}>{says}</p> : null}
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className={styles['row']} aria-hidden="true">
          <i style={{ width: `${40 - ((index * 7) % 22)}%` }} />
          <i style={{ width: '8%' }} />
          <i style={{ width: '7%' }} />
          <i style={{ width: '9%' }} />
        </div>
      ))}
    </div>
  );
}

/** Values stay; their age is said; the edge is hatched. */
export function StaleEdge({
  as_of_ms,
  now_ms,
  why,
  onCheck,
}: {
  readonly as_of_ms: number;
  readonly now_ms: number;
  readonly why: string;
  readonly onCheck?: () => void;
}) {
  return (
    <div role="status">
      <div className={styles['hatch']} />
      <div className={styles['stale']}>
        <Shape shape="warn" />
        <span>
          As of {clock(as_of_ms)}, {ageOld(as_of_ms, now_ms)}
        </span>
        <span className={styles['why']}>{why}</span>
        {onCheck ? (
          <Button kind="link" onClick={onCheck}>
            Check again ›
          </Button>
        ) : null}
      </div>
    </div>
  );
}

/** One line inside a form or panel: said where it happened, not in a corner. */
export function InlineMessage({
  tone,
  children,
}: {
  readonly tone: 'bad' | 'warn' | 'good' | 'quiet';
  readonly children: ReactNode;
}) {
  return (
    <p className={`${styles['inline']} ${styles[tone]}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <Shape shape={tone === 'quiet' ? 'waiting' : tone === 'good' ? 'done' : tone} />
      <span>{children}</span>
    </p>
  );
}

/** A line under the screen header for what concerns the whole screen. */
export function Banner({
  children,
  action,
  tone = 'warn',
}: {
  readonly children: ReactNode;
  readonly action?: ReactNode;
  /** `good`: all is well, in a line as high as a warning, so that nothing moves when it turns into one. */
  readonly tone?: 'warn' | 'good';
}) {
  return (
    <div className={styles['banner']} data-tone={tone} role="status">
      <Shape shape={tone} size={13} />
      <div>{children}</div>
      {action}
    </div>
  );
}
