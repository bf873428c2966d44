/** Snoozing an exception until a day, and giving it to somebody. Both work without a connection. */
import { type ReactNode, useId, useState } from 'react';
import { dayNumber } from '#domain/calendar.ts';
import { MAX_SNOOZE_DAYS } from '#domain/exceptions/marks.ts';
import type { CommandInput } from '#contract/commands.ts';
import type { TodayRow } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useRun, useSyncPill } from '#renderer/client/useContract.ts';
import { dateAfter, weekdayDate } from '#renderer/format/dates.ts';
import { counted } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { KEPT_OFFLINE } from '#renderer/ui/ReasonDialog.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import { listed } from './listed.ts';
import styles from './today.module.css';

/** Of an exception, or of a row of the screen where it is solved: what a mark names. */
export type MarkedRow = Pick<TodayRow, 'company_id' | 'site_id' | 'channel_id' | 'key' | 'assigned_to'>;

/** 'A', 'A and B', 'A, B and 3 others' */
export function subjectOf(titles: readonly string[]): string {
  return titles.length < 4 ? listed(titles) : listed([...titles.slice(0, 2), `${titles.length - 2} others`]);
}

/** Days until the next Monday, one at least. */
function untilMonday(iso: string): number {
  const day = dayNumber(iso) ?? 0;
  return 7 - ((((day + 3) % 7) + 7) % 7);
}

export function SnoozeDialog(props: {
  readonly open: boolean;
  readonly rows: readonly MarkedRow[];
  /** What they are called where they stand. */
  readonly subject: string;
  /** Whose decision it is; null while one company is in view. */
  readonly company: string | null;
  readonly as_of_date: string;
  readonly onClose: () => void;
}) {
  return props.open ? <SnoozeForm key={props.rows.map(({ key }) => key).join()} {...props} /> : null;
}

function SnoozeForm({
  rows,
  subject,
  company,
  as_of_date,
  onClose,
}: {
  readonly rows: readonly MarkedRow[];
  /** What they are called where they stand. */
  readonly subject: string;
  /** Whose decision it is; null while one company is in view. */
  readonly company: string | null;
  readonly as_of_date: string;
  readonly onClose: () => void;
}) {
  const run = useMarks(rows, onClose);
  const [until_on, setUntil] = useState(dateAfter(as_of_date, 1));
  const wrong =
    until_on <= as_of_date
      ? 'Choose a day after today.'
      : until_on > dateAfter(as_of_date, MAX_SNOOZE_DAYS)
        ? `An exception sleeps ${MAX_SNOOZE_DAYS} days at the most.`
        : null;
  const quick = [
    { label: 'Tomorrow', on: dateAfter(as_of_date, 1) },
    { label: 'Monday', on: dateAfter(as_of_date, untilMonday(as_of_date)) },
    { label: 'In two weeks', on: dateAfter(as_of_date, 14) },
  ];
  return (
    <MarkForm
      title="Snooze"
      rows={rows}
      subject={subject}
      company={company}
      button={wrong ? 'Snooze' : `Snooze until ${weekdayDate(until_on)}`}
      disabled={wrong !== null || run.pending}
      error={run.error}
      onClose={onClose}
      onSubmit={() => run.mark({ kind: 'snoozed', until_on, assigned_to: null })}
    >
      <div className={styles['quick']}>
        {quick.map((choice) => (
          <Button key={choice.label} aria-pressed={choice.on === until_on} onClick={() => setUntil(choice.on)}>
            {choice.label}
          </Button>
        ))}
      </div>
      <Field
        label="Until"
        type="date"
        value={until_on}
        min={dateAfter(as_of_date, 1)}
        max={dateAfter(as_of_date, MAX_SNOOZE_DAYS)}
        wrong={wrong}
        hint="It comes back on that day, or leaves by itself when it is solved."
        onChange={(event) => setUntil(event.target.value)}
      />
    </MarkForm>
  );
}

export function AssignDialog(props: {
  readonly open: boolean;
  readonly rows: readonly MarkedRow[];
  /** What they are called where they stand. */
  readonly subject: string;
  /** Whose decision it is; null while one company is in view. */
  readonly company: string | null;
  readonly people: readonly string[];
  readonly onClose: () => void;
}) {
  return props.open ? <AssignForm key={props.rows.map(({ key }) => key).join()} {...props} /> : null;
}

function AssignForm({
  rows,
  subject,
  company,
  people,
  onClose,
}: {
  readonly rows: readonly MarkedRow[];
  /** What they are called where they stand. */
  readonly subject: string;
  /** Whose decision it is; null while one company is in view. */
  readonly company: string | null;
  readonly people: readonly string[];
  readonly onClose: () => void;
}) {
  const run = useMarks(rows, onClose);
  const [name, setName] = useState(rows[0]?.assigned_to ?? '');
  const id = useId();
  const fits = /^[a-z][a-z0-9._-]{1,39}$/.test(name);
  return (
    <MarkForm
      title="Assign"
      rows={rows}
      subject={subject}
      company={company}
      button={fits ? `Assign to ${name}` : 'Assign'}
      disabled={!fits || run.pending}
      error={run.error}
      onClose={onClose}
      onSubmit={() => run.mark({ kind: 'assigned', until_on: null, assigned_to: name })}
    >
      <Field
        label="User name"
        list={id}
        autoComplete="off"
        spellCheck={false}
        maxLength={40}
        value={name}
        wrong={name === '' || fits ? null : 'A user name has small letters, digits, dots and dashes.'}
        hint="It stands among their own on Today. The server says so if nobody has that name."
        onChange={(event) => setName(event.target.value.trim())}
      />
      <datalist id={id}>
        {people.map((person) => (
          <option key={person} value={person}>
            {person}
          </option>
        ))}
      </datalist>
    </MarkForm>
  );
}

type Mark = Pick<CommandInput<'markException'>, 'kind' | 'until_on' | 'assigned_to'>;

/** One mark each, one after the other; those that were made stay made when a later one cannot be. */
export function useMarks(rows: readonly MarkedRow[], onDone: () => void) {
  const run = useRun('markException');
  const [state, setState] = useState<{ readonly pending: boolean; readonly error: string | null }>({
    pending: false,
    error: null,
  });
  const mark = async (what: Mark, of: readonly MarkedRow[]): Promise<void> => {
    setState({ pending: true, error: null });
    let made = 0;
    try {
      for (const { company_id, site_id, channel_id, key } of of) {
        await run.mutateAsync({ company_id, site_id, channel_id, key, ...what });
        made += 1;
      }
    } catch (error) {
      const done = of.length === 1 ? '' : `${made} of ${of.length} are done. `;
      setState({ pending: false, error: `${done}${errorMessage(error)}` });
      return;
    }
    setState({ pending: false, error: null });
    onDone();
  };
  return { ...state, mark: (what: Mark, of: readonly MarkedRow[] = rows) => void mark(what, of) };
}

function MarkForm({
  title,
  rows,
  subject,
  company,
  button,
  disabled,
  error,
  onClose,
  onSubmit,
  children,
}: {
  readonly title: string;
  readonly rows: readonly MarkedRow[];
  /** What they are called where they stand. */
  readonly subject: string;
  /** Whose decision it is; null while one company is in view. */
  readonly company: string | null;
  readonly button: string;
  readonly disabled: boolean;
  readonly error: string | null;
  readonly onClose: () => void;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
}) {
  const pill = useSyncPill();
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={() => {
        if (!disabled) onSubmit();
      }}
      title={`${title}${rows.length > 1 ? ` ${counted(rows.length, 'exception')}` : ''}${company === null ? '' : `, ${company}`}`}
      foot={
        <>
          <Button kind="solid" type="submit" disabled={disabled}>
            {button}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <p className={styles['markSubject']} data-key={rows[0]?.key}>
        {subject}
      </p>
      <p className={styles['markTold']}>
        {pill?.connection === 'offline' ? KEPT_OFFLINE : 'Everyone who sees it is told.'}
      </p>
      {children}
      {error ? <InlineMessage tone="bad">{error}</InlineMessage> : null}
    </Dialog>
  );
}
