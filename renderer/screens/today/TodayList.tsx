/** The decisions as two-line rows: one focus, arrows move it, Enter does it. */
import { ChevronRight } from 'lucide-react';
import { type KeyboardEvent, type Ref, useEffect, useRef } from 'react';
import { isAnswered } from '#domain/exceptions/exception.ts';
import type { TodayRow } from '#contract/queries.ts';
import { daysBetween } from '#renderer/format/dates.ts';
import { overviewMoney } from '#renderer/format/money.ts';
import { integer, NBSP, NO_DATA } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Shape, Status } from '#renderer/ui/Mark.tsx';
import { MUTATION_STATES } from '#renderer/notes/noteStates.ts';
import styles from './today.module.css';
import { dueWords, exceptionWords } from './words.ts';
import { escalationWords, ownStake, SEVERITY_SHAPES } from './workingWords.ts';

const PAGE_ROWS = 10;

export function TodayList({
  rows,
  currency,
  companyOf,
  current,
  today,
  keys_act,
  onCurrent,
  onAct,
  ref,
}: {
  readonly rows: readonly TodayRow[];
  /** What stakes are shown in. */
  readonly currency: string;
  /** Names the company of a decision; null while one is in view. */
  readonly companyOf: ((row: TodayRow) => string) | null;
  readonly current: string | null;
  /** ISO date the list speaks of. */
  readonly today: string;
  /** Whether the row in focus is one to act on, or only what stands first so far. */
  readonly keys_act: boolean;
  readonly onCurrent: (key: string) => void;
  readonly onAct: (row: TodayRow) => void;
  readonly ref?: Ref<HTMLDivElement>;
}) {
  const largest = Math.max(1, ...rows.map((row) => row.shown_minor ?? 0));
  const at = Math.max(
    0,
    rows.findIndex((row) => row.key === current),
  );
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    body.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at]);

  const move = (to: number): void => {
    const row = rows[Math.min(rows.length - 1, Math.max(0, to))];
    if (row) onCurrent(row.key);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + PAGE_ROWS,
      PageUp: at - PAGE_ROWS,
      Home: 0,
      End: rows.length - 1,
    };
    const to = steps[event.key];
    if (to !== undefined) {
      event.preventDefault();
      move(to);
    } else if (event.key === 'Enter' && event.target === event.currentTarget) {
      event.preventDefault();
      const row = rows[at];
      if (row && keys_act) onAct(row);
    }
  };

  return (
    <div
      ref={ref}
      className={styles['list']}
      role="grid"
      tabIndex={0}
      data-keys=""
      aria-label="Decisions"
      aria-busy={!keys_act}
      aria-rowcount={rows.length + 1}
      aria-activedescendant={rows[at] ? `today-${rows[at].key}` : undefined}
      onKeyDown={onKeyDown}
    >
      <div role="row" aria-rowindex={1} className={`${styles['row']} ${styles['head']}`}>
        {HEADERS.map(({ word, look }) => (
          <span key={word} role="columnheader" className={styles[look]}>
            {word}
          </span>
        ))}
      </div>
      <div role="rowgroup" ref={body}>
        {rows.map((row, index) => (
          <Row
            key={row.key}
            row={row}
            index={index}
            currency={currency}
            company={companyOf?.(row) ?? null}
            share={(row.shown_minor ?? 0) / largest}
            current={index === at}
            today={today}
            onCurrent={() => onCurrent(row.key)}
            onAct={() => onAct(row)}
          />
        ))}
      </div>
    </div>
  );
}

const HEADERS = [
  { word: 'At stake', look: 'stake' },
  { word: 'What happened, and why', look: 'what' },
  { word: 'Due', look: 'due' },
  { word: 'Age', look: 'age' },
  { word: 'Who', look: 'who' },
  { word: 'Next step', look: 'next' },
] as const;

function Row({
  row,
  index,
  currency,
  company,
  share,
  current,
  today,
  onCurrent,
  onAct,
}: {
  readonly row: TodayRow;
  readonly index: number;
  readonly currency: string;
  readonly company: string | null;
  readonly share: number;
  readonly current: boolean;
  readonly today: string;
  readonly onCurrent: () => void;
  readonly onAct: () => void;
}) {
  const words = exceptionWords(row, row.currency);
  const own = ownStake(row, currency);
  const who = row.assigned_to ?? row.owner;
  const rose = escalationWords(row);
  return (
    // The focus is on the grid, which names its current row: a row takes clicks only as a short cut for the arrows.
    <div
      className={styles['row']}
      role="row"
      id={`today-${row.key}`}
      aria-rowindex={index + 2}
      aria-selected={current}
      data-severity={row.severity}
      onClick={onCurrent}
      onDoubleClick={onAct}
    >
      <div role="gridcell" className={styles['stake']}>
        <strong>{isAnswered(row.facts.kind) ? NO_DATA : overviewMoney(row.shown_minor, currency)}</strong>
        {isAnswered(row.facts.kind) ? null : (
          <span className={styles['bar']} aria-hidden="true">
            <i style={{ width: `${Math.max(2, share * 100)}%` }} />
          </span>
        )}
      </div>
      <div role="gridcell" className={styles['what']}>
        <p className={styles['title']}>
          <Shape shape={SEVERITY_SHAPES[row.severity]} />
          <span>{words.title}</span>
          {row.mark_state === null ? null : (
            <span className={styles['waiting']}>
              <Status shape={MUTATION_STATES[row.mark_state].shape}>{MUTATION_STATES[row.mark_state].word}</Status>
            </span>
          )}
        </p>
        <p className={styles['reason']}>
          {company === null ? null : (
            <b>
              {company}
              {own}.{' '}
            </b>
          )}
          {rose === null ? null : <b className={styles['rose']}>{rose}. </b>}
          {words.reason}
        </p>
      </div>
      <div role="gridcell" className={styles['due']}>
        <Due on={row.snoozed_until_on ?? row.due_on} today={today} />
      </div>
      <div role="gridcell" className={styles['age']}>
        {row.since_on === null ? NO_DATA : `${integer(Math.max(0, daysBetween(row.since_on, today)))}${NBSP}d`}
      </div>
      <div role="gridcell" className={styles['who']}>
        {who === null ? NO_DATA : <abbr title={who}>{initials(who)}</abbr>}
      </div>
      <div role="gridcell" className={styles['next']}>
        <Button
          kind={current ? 'solid' : 'link'}
          tabIndex={-1}
          {...(current ? { keyCap: '↵' } : {})}
          onClick={(event) => {
            event.stopPropagation();
            onAct();
          }}
        >
          {words.action}
          {current ? null : <ChevronRight size={12} aria-hidden="true" />}
        </Button>
      </div>
    </div>
  );
}

/** In heavy type from the day on it is due. */
function Due({ on, today }: { readonly on: string | null; readonly today: string }) {
  const { text, since } = dueWords(on, today);
  return on !== null && on <= today ? <strong title={since}>{text}</strong> : text;
}

/** 'ingrid.maas' and 'Ingrid Maas' → 'IM'. */
export function initials(name: string): string {
  const parts = name.split(/[\s._-]+/).filter(Boolean);
  const [first, last] = parts.length > 1 ? [parts[0] ?? '', parts.at(-1) ?? ''] : [name.slice(0, 1), name.slice(1, 2)];
  return (first.slice(0, 1) + last.slice(0, 1)).toUpperCase();
}
