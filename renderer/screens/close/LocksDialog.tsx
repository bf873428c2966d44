/** The locks of a month: which areas take postings, locking them, and opening one again by two people. Works without a connection. */
import { useState } from 'react';
import { LOCK_AREA_NAMES, LOCK_AREAS, type LockArea, MOST_REOPENING_HOURS } from '#domain/close/locking.ts';
import type { AreaLockView, LocksView, ReopeningView } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useRun, useSyncPill } from '#renderer/client/useContract.ts';
import { clock, moment, monthYearLong } from '#renderer/format/dates.ts';
import { counted, NO_DATA } from '#renderer/format/numbers.ts';
import { useNow } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Field, Tick } from '#renderer/ui/Field.tsx';
import { type MarkShape, Status } from '#renderer/ui/Mark.tsx';
import { KEPT_OFFLINE } from '#renderer/ui/ReasonDialog.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import styles from './locks.module.css';

const WORDS: Readonly<Record<AreaLockView['state'], { readonly shape: MarkShape; readonly word: string }>> = {
  open: { shape: 'good', word: 'Takes postings' },
  soft_locked: { shape: 'locked', word: 'Locked' },
  reopened: { shape: 'warn', word: 'Open again' },
  hard_locked: { shape: 'locked', word: 'Locked for good' },
};

/** 'Locks: 2 of 4' */
export function lockCount({ areas }: LocksView): string {
  const locked = areas.filter(({ state }) => state === 'soft_locked' || state === 'hard_locked').length;
  return `Locks: ${locked} of ${areas.length}`;
}

export function LocksDialog({
  period_id,
  period,
  locks,
  onClose,
}: {
  readonly period_id: number;
  readonly period: number;
  readonly locks: LocksView;
  readonly onClose: () => void;
}) {
  const offline = useSyncPill()?.connection === 'offline';
  const lock = useRun('lockPeriod');
  const ask = useRun('askReopening');
  const answer = useRun('answerReopening');
  const [chosen, setChosen] = useState<ReadonlySet<LockArea>>(
    // what takes postings, and may be locked again
    () => new Set(locks.areas.filter(({ state }) => state === 'open' || state === 'reopened').map(({ area }) => area)),
  );
  const [step, setStep] = useState<'locks' | 'ask' | 'for good'>('locks');
  const areas = LOCK_AREAS.filter((area) => chosen.has(area));
  const stateOf = (area: LockArea) => locks.areas.find((each) => each.area === area)?.state;
  const toLock = areas.filter((area) => stateOf(area) === 'open' || stateOf(area) === 'reopened');
  const toOpen = areas.filter((area) => stateOf(area) === 'soft_locked');
  const busy = lock.isPending || ask.isPending || answer.isPending;
  const problem = [lock.error, ask.error, answer.error].find((error) => error !== null);
  const month = monthYearLong(period);
  const hard = locks.areas.every(({ state }) => state === 'hard_locked');
  const fixed = locks.soft_why_not !== null && locks.ask_why_not !== null;
  const whyNots = new Set(
    [toLock.length > 0 ? locks.soft_why_not : null, locks.hard_why_not].filter((words) => words !== null),
  );

  if (step === 'ask') {
    return (
      <AskForm
        month={month}
        areas={toOpen}
        busy={busy}
        problem={problem ? errorMessage(problem) : null}
        onAsk={(hours, reason) =>
          ask.mutate({ period_id, areas: toOpen, hours, reason }, { onSuccess: () => setStep('locks') })
        }
        onBack={() => setStep('locks')}
        onClose={onClose}
      />
    );
  }
  if (step === 'for good') {
    return (
      <Dialog
        open
        onClose={onClose}
        title={`Lock ${month} for good`}
        onSubmit={() =>
          lock.mutate({ period_id, step: 'hard_lock', areas: [...LOCK_AREAS] }, { onSuccess: () => setStep('locks') })
        }
        foot={
          <>
            <Button kind="solid" type="submit" disabled={busy || locks.hard_why_not !== null}>
              Lock {month} for good
            </Button>
            <Button onClick={() => setStep('locks')}>Back</Button>
          </>
        }
      >
        <p>
          Nothing can be booked into {month} any more, nothing in it altered, and nobody can open it again. What comes
          late is booked in an open month.
        </p>
        {problem ? <InlineMessage tone="bad">{errorMessage(problem)}</InlineMessage> : null}
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      middle
      onClose={onClose}
      title={`Locks of ${month}`}
      onSubmit={() => {
        if (toLock.length > 0 && !busy) lock.mutate({ period_id, step: 'soft_lock', areas: toLock });
      }}
      foot={
        hard ? undefined : (
          <>
            <Button
              kind="solid"
              type="submit"
              disabled={busy || toLock.length === 0 || locks.soft_why_not !== null}
              title={locks.soft_why_not ?? ''}
            >
              Lock {named(toLock)}
            </Button>
            <Button
              disabled={busy || toOpen.length === 0 || locks.ask_why_not !== null}
              title={locks.ask_why_not ?? ''}
              onClick={() => setStep('ask')}
            >
              Ask to open {named(toOpen)}
            </Button>
            <Button
              disabled={busy || locks.hard_why_not !== null}
              title={locks.hard_why_not ?? ''}
              onClick={() => setStep('for good')}
            >
              Lock for good
            </Button>
            <Button onClick={onClose} keyCap="Esc">
              Close
            </Button>
          </>
        )
      }
    >
      <table className={styles['locks']}>
        <thead>
          <tr>
            <th scope="col">Area</th>
            <th scope="col">State</th>
            <th scope="col">By</th>
          </tr>
        </thead>
        <tbody>
          {locks.areas.map((each) => (
            <AreaRow
              key={each.area}
              lock={each}
              chosen={chosen.has(each.area)}
              fixed={fixed}
              onChoose={(on) =>
                setChosen((now) => new Set(on ? [...now, each.area] : [...now].filter((area) => area !== each.area)))
              }
            />
          ))}
        </tbody>
      </table>
      {locks.asked.map((asked) => (
        <Asked
          key={asked.id}
          asked={asked}
          busy={busy}
          onAnswer={(verdict, reason) => answer.mutate({ period_id, asked_id: asked.id, verdict, reason })}
        />
      ))}
      {hard ? (
        <p className={styles['fine']}>The month is locked for good: what comes late is booked in an open month.</p>
      ) : (
        <>
          {[...whyNots].map((words) => (
            <p key={words} className={styles['fine']}>
              {words}
            </p>
          ))}
          {offline ? <p className={styles['fine']}>{KEPT_OFFLINE}</p> : null}
        </>
      )}
      {problem ? <InlineMessage tone="bad">{errorMessage(problem)}</InlineMessage> : null}
    </Dialog>
  );
}

function AreaRow({
  lock,
  chosen,
  fixed,
  onChoose,
}: {
  readonly lock: AreaLockView;
  readonly chosen: boolean;
  /** There is nothing this person could do with the area now. */
  readonly fixed: boolean;
  readonly onChoose: (on: boolean) => void;
}) {
  const now_ms = useNow();
  const { shape, word } = WORDS[lock.state];
  const until = lock.open_until_ms === null ? '' : ` until ${moment(lock.open_until_ms, now_ms)}`;
  return (
    <tr>
      <td>
        {lock.state === 'hard_locked' || fixed ? (
          LOCK_AREA_NAMES[lock.area]
        ) : (
          <Tick label={LOCK_AREA_NAMES[lock.area]} checked={chosen} onChange={onChoose} />
        )}
      </td>
      <td>
        <Status shape={shape}>
          {word}
          {until}
        </Status>
        {lock.reason ? <div className={styles['fine']}>{lock.reason}</div> : null}
      </td>
      <td>
        {lock.by !== null && lock.at_ms !== null
          ? `${lock.by}, ${moment(lock.at_ms, now_ms)}`
          : lock.state === 'open'
            ? NO_DATA
            : 'locked before it came here'}
      </td>
    </tr>
  );
}

function Asked({
  asked,
  busy,
  onAnswer,
}: {
  readonly asked: ReopeningView;
  readonly busy: boolean;
  readonly onAnswer: (verdict: 'given' | 'refused', reason: string | null) => void;
}) {
  const now_ms = useNow();
  const [reason, setReason] = useState('');
  const until = clock(now_ms + asked.hours * 3_600_000);
  return (
    <section className={styles['asked']} aria-label={`Asked by ${asked.asked_by}`}>
      <p>
        <strong>{asked.asked_by}</strong> asks to open {named(asked.areas)} for {counted(asked.hours, 'hour')}:{' '}
        {asked.reason} <span className={styles['fine']}>{moment(asked.asked_at_ms, now_ms)}</span>
      </p>
      {asked.why_not ? (
        <p className={styles['fine']}>
          {asked.not_permitted ? 'Somebody who reviews the close answers.' : asked.why_not}
        </p>
      ) : null}
      {asked.why_not && !asked.may_take_back ? null : (
        <div className={styles['answer']}>
          {asked.why_not ? null : (
            <Button disabled={busy} onClick={() => onAnswer('given', null)}>
              {asked.hours <= 12 ? `Open until ${until}` : `Open for ${counted(asked.hours, 'hour')}`}
            </Button>
          )}
          <Field
            label={asked.may_take_back ? 'Why it is not needed' : 'Why not'}
            maxLength={500}
            autoComplete="off"
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          <Button disabled={busy || reason.trim() === ''} onClick={() => onAnswer('refused', reason.trim())}>
            {asked.may_take_back ? 'Take back' : 'Keep locked'}
          </Button>
        </div>
      )}
    </section>
  );
}

function AskForm({
  month,
  areas,
  busy,
  problem,
  onAsk,
  onBack,
  onClose,
}: {
  readonly month: string;
  readonly areas: readonly LockArea[];
  readonly busy: boolean;
  readonly problem: string | null;
  readonly onAsk: (hours: number, reason: string) => void;
  readonly onBack: () => void;
  readonly onClose: () => void;
}) {
  const [hours, setHours] = useState('4');
  const [reason, setReason] = useState('');
  const asked = Number(hours);
  const wrong =
    Number.isInteger(asked) && asked >= 1 && asked <= MOST_REOPENING_HOURS
      ? null
      : `A whole number of hours, 1 to ${MOST_REOPENING_HOURS}.`;
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Ask to open ${named(areas)} of ${month}`}
      onSubmit={() => {
        if (wrong === null && reason.trim() !== '' && !busy) onAsk(asked, reason.trim());
      }}
      foot={
        <>
          <Button kind="solid" type="submit" disabled={busy || wrong !== null || reason.trim() === ''}>
            Ask to open
          </Button>
          <Button onClick={onBack}>Back</Button>
        </>
      }
    >
      <Field
        label="Hours"
        inputMode="numeric"
        value={hours}
        wrong={wrong}
        hint="From the moment it is given; then it is locked again by itself."
        onChange={(event) => setHours(event.target.value)}
      />
      <Field
        label="Why"
        maxLength={500}
        autoComplete="off"
        autoFocus
        value={reason}
        hint="Another person who reviews the close answers. What is signed and changes by it asks to be signed again."
        onChange={(event) => setReason(event.target.value)}
      />
      {problem ? <InlineMessage tone="bad">{problem}</InlineMessage> : null}
    </Dialog>
  );
}

/** 'sales and stock'; all areas are 'all areas', none is nothing. */
function named(areas: readonly LockArea[]): string {
  if (areas.length === LOCK_AREAS.length) return 'all areas';
  const names = areas.map((area) => LOCK_AREA_NAMES[area].toLowerCase());
  const last = names.pop();
  return names.length === 0 ? (last ?? '') : `${names.join(', ')} and ${last}`;
}
