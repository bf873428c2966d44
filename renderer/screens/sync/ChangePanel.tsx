/** One change: what happened to it, mine beside theirs, and what one may do about it. */
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { OutboxRow } from '#contract/queries.ts';
import { useRun, useSyncPill } from '#renderer/client/useContract.ts';
import { useDraft } from '#renderer/client/useDraft.ts';
import { moment } from '#renderer/format/dates.ts';
import { counted } from '#renderer/format/numbers.ts';
import { MUTATION_STATES } from '#renderer/notes/noteStates.ts';
import { useNow, useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import controls from '#renderer/ui/controls.module.css';
import { KeyHint } from '#renderer/ui/KeyHint.tsx';
import { Shape, Status } from '#renderer/ui/Mark.tsx';
import { Panel, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import { type Choice, choicesFor, isOfReplenishment } from './choices.ts';
import { isNote, whatHappens } from './outboxRows.ts';
import { SignoffComparison } from './SignoffComparison.tsx';
import styles from './sync.module.css';

const NOTE_LENGTH = 4000;

export function ChangePanel({
  change,
  place,
  onClose,
  onDone,
}: {
  readonly change: OutboxRow;
  /** '1 of 3' among what needs a person; empty elsewhere. */
  readonly place: string;
  readonly onClose: () => void;
  /** The change was decided: the next one, or none, comes up. */
  readonly onDone: () => void;
}) {
  const { session } = useWorkplace();
  const now_ms = useNow();
  const pill = useSyncPill();
  const [, navigate] = useLocation();
  const retry = useRun('retryMutation');
  const discard = useRun('discardMutation');
  const edit = useRun('editMutation');
  const detail = change.reason?.detail ?? {};
  const by = typeof detail['by'] === 'string' ? detail['by'] : null;
  const choices = choicesFor(change, by);
  const [chosen, setChosen] = useState(0);
  const choice = choices[Math.min(chosen, choices.length - 1)];
  const written = typeof change.args['body'] === 'string' ? change.args['body'] : '';
  const { text: body, change: setBody, ready } = useDraft(`change-${change.id}`, written);
  const done = (): void => {
    setBody('');
    onDone();
  };
  const busy = retry.isPending || discard.isPending || edit.isPending;
  const error = retry.error ?? discard.error ?? edit.error;
  const task_id = typeof change.args['task_id'] === 'number' ? change.args['task_id'] : null;

  const act = (): void => {
    if (!choice || busy) return;
    const { id } = change;
    switch (choice.kind) {
      case 'edit':
        if (body.trim() === '') return;
        return edit.mutate({ id, args: { ...change.args, body: body.trim() } }, { onSuccess: done });
      case 'retry':
        return retry.mutate({ id }, { onSuccess: done });
      case 'discard':
        return discard.mutate({ id }, { onSuccess: done });
      case 'look':
        return discard.mutate(
          { id },
          {
            onSuccess: () =>
              navigate(
                isOfReplenishment(change) ? '/replenishment' : task_id === null ? '/today' : `/close/open/${task_id}`,
              ),
          },
        );
    }
  };

  return (
    <Panel
      title={
        <span className={styles['panelTitle']}>
          <Shape shape={MUTATION_STATES[change.state].shape} size={12} /> {panelTitle(change)}
        </span>
      }
      aside={place}
      onClose={onClose}
      actions={
        choice ? (
          <>
            <Button
              kind="solid"
              disabled={busy || (choice.kind === 'edit' && (body.trim() === '' || body.trim() === written))}
              onClick={act}
            >
              {choice.verb}
            </Button>
            <Button onClick={onClose} keyCap="Esc">
              Later
            </Button>
            <span className={styles['later']}>
              {pill?.connection === 'offline' && choice.kind !== 'discard' ? 'sent when the connection is back' : ''}
            </span>
          </>
        ) : null
      }
    >
      <PanelSection title={change.title}>
        {isNote(change) && change.state === 'pending' && change.attempts === 0 ? null : (
          <p className={styles['happened']}>{whatHappens(change, now_ms)}</p>
        )}
        <PanelRow
          label="State"
          value={<Status shape={MUTATION_STATES[change.state].shape}>{MUTATION_STATES[change.state].word}</Status>}
        />
        <PanelRow label="Made" value={moment(change.made_at_ms, now_ms)} />
        {change.attempts > 0 ? <PanelRow label="Sent" value={counted(change.attempts, 'time')} /> : null}
        {change.decided_at_ms === null ? null : (
          <PanelRow label="Decided by the server" value={moment(change.decided_at_ms, now_ms)} />
        )}
      </PanelSection>
      {task_id === null ? null : (
        <SignoffComparison change={change} task_id={task_id} by={by} me={session.user_name} now_ms={now_ms} />
      )}
      {isNote(change) ? (
        <PanelSection title="Text">
          {choice?.kind === 'edit' ? (
            <NoteText body={body} ready={ready} onChange={setBody} onSend={act} />
          ) : (
            <p className={styles['note']}>{written}</p>
          )}
        </PanelSection>
      ) : null}
      {choices.length > 0 ? (
        <PanelSection title="Choose">
          <ChoiceList choices={choices} chosen={chosen} onChoose={setChosen} onAct={act} />
        </PanelSection>
      ) : null}
      {error ? (
        <PanelSection>
          <InlineMessage tone="bad">{error.message}</InlineMessage>
        </PanelSection>
      ) : null}
    </Panel>
  );
}

function panelTitle(change: OutboxRow): string {
  switch (change.state) {
    case 'conflict':
      return change.reason?.code === 'already_signed'
        ? 'Two people signed the same task'
        : 'It changed before yours arrived';
    case 'rejected':
      return 'The server refused it';
    case 'held':
      return 'The server holds it back';
    case 'accepted':
      return 'Accepted';
    default:
      return 'Waiting for the server';
  }
}

function NoteText({
  body,
  ready,
  onChange,
  onSend,
}: {
  readonly body: string;
  readonly ready: boolean;
  readonly onChange: (body: string) => void;
  readonly onSend: () => void;
}) {
  return (
    <textarea
      className={controls['input']}
      aria-label="Text of the note"
      rows={5}
      maxLength={NOTE_LENGTH}
      value={body}
      readOnly={!ready}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          onSend();
        }
      }}
    />
  );
}

function ChoiceList({
  choices,
  chosen,
  onChoose,
  onAct,
}: {
  readonly choices: readonly Choice[];
  readonly chosen: number;
  readonly onChoose: (index: number) => void;
  readonly onAct: () => void;
}) {
  const name = useId();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('input:checked')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const digit = Number(event.key);
    if (Number.isInteger(digit) && digit >= 1 && digit <= choices.length) {
      event.preventDefault();
      onChoose(digit - 1);
      list.current?.querySelectorAll('input')[digit - 1]?.focus();
    } else if (event.key === 'Enter') {
      event.preventDefault();
      onAct();
    }
  };
  return (
    <div ref={list} role="radiogroup" aria-label="What to do" className={styles['choices']} onKeyDown={onKeyDown}>
      {choices.map((choice, index) => (
        <label key={choice.kind} data-chosen={index === chosen ? '' : undefined}>
          <input type="radio" name={name} checked={index === chosen} onChange={() => onChoose(index)} />
          <span>
            <b>{choice.title}</b>
            <small>{choice.consequence}</small>
          </span>
          <KeyHint cap={String(index + 1)} />
        </label>
      ))}
    </div>
  );
}
