/** What is asked before somebody signs in another's place, and before a signature is taken back. */
import type { ClosePersonView, CloseTaskView } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useRun } from '#renderer/client/useContract.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { ReasonDialog } from '#renderer/ui/ReasonDialog.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';

export function StandInDialog({
  task,
  named,
  people,
  onSign,
  onClose,
}: {
  readonly task: CloseTaskView;
  /** Who is planned for it. */
  readonly named: string;
  readonly people: readonly ClosePersonView[];
  readonly onSign: () => void;
  readonly onClose: () => void;
}) {
  const { session } = useWorkplace();
  const { role } = task.next;
  const prepares = role === 'preparer';
  const others = people.filter(({ user_name, may_review }) => may_review && user_name !== session.user_name);
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Sign ${task.title} for ${named}?`}
      onSubmit={onSign}
      foot={
        <>
          <Button kind="solid" type="submit" autoFocus>
            Sign for {named}
          </Button>
          <Button onClick={onClose} keyCap="Esc">
            Leave it to {named}
          </Button>
        </>
      }
    >
      <p>
        {named} is the one who {prepares ? 'prepares' : 'reviews'} this task. Your signature will say that you{' '}
        {prepares ? 'prepared' : 'reviewed'} it for {named}.
      </p>
      {prepares ? (
        others.length === 0 ? (
          <InlineMessage tone="warn">
            Nobody but you may review here. Once you have prepared it, nobody can review it until you withdraw.
          </InlineMessage>
        ) : task.reviewer === session.user_name ? (
          <InlineMessage tone="warn">
            You are also the one who reviews it, and cannot do both: {names(others)} would have to review.
          </InlineMessage>
        ) : null
      ) : null}
    </Dialog>
  );
}

const MOST_NAMES = 3;

function names(people: readonly ClosePersonView[]): string {
  const shown = people.slice(0, MOST_NAMES).map(({ user_name }) => user_name);
  return people.length > MOST_NAMES ? `${shown.join(', ')} or another` : shown.join(' or ');
}

export function WithdrawDialog({ task, onClose }: { readonly task: CloseTaskView; readonly onClose: () => void }) {
  const run = useRun('withdrawSignoff');
  const own = task.may_withdraw;
  return (
    <ReasonDialog
      title={`Withdraw your signature on ${task.title}`}
      says={
        own?.role === 'reviewer'
          ? 'The task is in review again, and somebody who reviews signs it anew.'
          : 'The task is to prepare again, by you or by another.'
      }
      button="Withdraw the signature"
      hint="Stays with the signature in the records."
      blocked={own === null}
      busy={run.isPending}
      problems={[
        own === null ? 'This signature cannot be withdrawn any more.' : null,
        run.error ? errorMessage(run.error) : null,
      ]}
      onDecide={(reason) => {
        if (own !== null) run.mutate({ task_id: task.id, signoff_id: own.signoff_id, reason }, { onSuccess: onClose });
      }}
      onClose={onClose}
    />
  );
}
