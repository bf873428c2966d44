/** Who prepares and who reviews a task, when it is due, and whether it asks for evidence; the next close begins with the same. */
import { useState } from 'react';
import { MOST_DUE_DAY } from '#domain/close/opening.ts';
import type { ClosePersonView, CloseTaskView } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useRun, useSyncPill } from '#renderer/client/useContract.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Field, Tick } from '#renderer/ui/Field.tsx';
import { KEPT_OFFLINE } from '#renderer/ui/ReasonDialog.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import { PersonField } from './PersonField.tsx';

export function PlanDialog({
  task,
  people,
  onClose,
}: {
  readonly task: CloseTaskView;
  /** Who may prepare or review here. */
  readonly people: readonly ClosePersonView[];
  readonly onClose: () => void;
}) {
  const run = useRun('planCloseTask');
  const offline = useSyncPill()?.connection === 'offline';
  const [owner, setOwner] = useState(task.owner ?? '');
  const [reviewer, setReviewer] = useState(task.reviewer ?? '');
  const [day, setDay] = useState(String(task.due_day));
  const [needs_evidence, setNeedsEvidence] = useState(task.needs_evidence);
  const due_day = Number(day);
  const wrongDay =
    Number.isInteger(due_day) && due_day >= 1 && due_day <= MOST_DUE_DAY
      ? null
      : `A working day after the cut-off, 1 to ${MOST_DUE_DAY}.`;
  const same = owner.trim() !== '' && owner.trim() === reviewer.trim();
  const preparers = people.filter(({ may_prepare }) => may_prepare);
  const reviewers = people.filter(({ may_review }) => may_review);
  const nobodyPrepares = nobodyOf(owner, preparers, 'prepare');
  const nobodyReviews = nobodyOf(reviewer, reviewers, 'review');
  const wrong = wrongDay !== null || same || nobodyPrepares !== null || nobodyReviews !== null;
  const named = (name: string): string | null => (name.trim() === '' ? null : name.trim());
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Plan ${task.title}`}
      onSubmit={() => {
        if (wrong || run.isPending) return;
        run.mutate(
          {
            task_id: task.id,
            task_ver: task.ver,
            owner: named(owner),
            reviewer: named(reviewer),
            due_day,
            needs_evidence,
          },
          { onSuccess: onClose },
        );
      }}
      foot={
        <>
          <Button kind="solid" type="submit" disabled={wrong || run.isPending}>
            Plan the task
          </Button>
          <Button onClick={onClose} keyCap="Esc">
            Leave it
          </Button>
        </>
      }
    >
      <PersonField
        label="Prepares"
        autoFocus
        value={owner}
        people={preparers}
        wrong={nobodyPrepares}
        onChange={setOwner}
      />
      <PersonField
        label="Reviews"
        value={reviewer}
        people={reviewers}
        wrong={same ? 'Who prepares and who reviews are two people.' : nobodyReviews}
        onChange={setReviewer}
      />
      <Field
        label="Due on working day"
        inputMode="numeric"
        value={day}
        wrong={wrongDay}
        hint="After the cut-off, Monday to Friday. The next close begins with the same."
        onChange={(event) => setDay(event.target.value)}
      />
      <Tick label="Nobody signs it without a file of evidence" checked={needs_evidence} onChange={setNeedsEvidence} />
      {offline ? <p>{KEPT_OFFLINE}</p> : null}
      {run.error ? <InlineMessage tone="bad">{errorMessage(run.error)}</InlineMessage> : null}
    </Dialog>
  );
}

/** Why nobody is called that; null = somebody who may is, or the field is empty. */
function nobodyOf(name: string, may: readonly ClosePersonView[], does: 'prepare' | 'review'): string | null {
  const typed = name.trim();
  if (typed === '' || may.some(({ user_name }) => user_name === typed)) return null;
  return `Nobody named “${typed}” may ${does} here. Down arrow lists who may.`;
}
