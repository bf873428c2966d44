/** What is said of a proposed entry: refusing, wording otherwise, withdrawing. Works without a connection. */
import { MOST_TEXT } from '#domain/close/journal/steps.ts';
import type { JournalRow } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useRun } from '#renderer/client/useContract.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { ReasonDialog } from '#renderer/ui/ReasonDialog.tsx';

export interface JournalDialogProps {
  readonly row: JournalRow;
  readonly period_id: number;
  readonly onClose: () => void;
}

export function RefuseDialog({ row, period_id, onClose }: JournalDialogProps) {
  const run = useRun('decideJournal');
  return (
    <ReasonDialog
      title={`Refuse ${row.reference}`}
      says={row.words}
      button="Refuse the entry"
      label="Reason"
      hint="Whoever proposed it reads it."
      busy={run.isPending}
      problems={[run.error ? errorMessage(run.error) : null]}
      onDecide={(reason) =>
        run.mutate(
          { period_id, proposal_id: row.id, verdict: 'refused', reason, seen_words: row.words },
          { onSuccess: onClose },
        )
      }
      onClose={onClose}
    />
  );
}

export function ChangeDialog({
  row,
  period_id,
  step,
  onClose,
}: JournalDialogProps & { readonly step: 'reworded' | 'withdrawn' }) {
  const run = useRun('changeJournal');
  const words = step === 'reworded';
  return (
    <ReasonDialog
      title={words ? `Text of ${row.reference}` : `Withdraw ${row.reference}`}
      button={words ? 'Keep the text' : 'Withdraw the entry'}
      label={words ? 'Text' : 'Reason'}
      reason={words ? row.words : ''}
      most={words ? MOST_TEXT : 500}
      hint={
        words ? 'Stands in the ledger. Whoever words an entry does not approve it.' : 'Its items can be proposed anew.'
      }
      busy={run.isPending}
      problems={[run.error ? errorMessage(run.error) : null]}
      onDecide={(said) =>
        run.mutate({ period_id, proposal_id: row.id, step, words: said, seen_words: row.words }, { onSuccess: onClose })
      }
      onClose={onClose}
    />
  );
}

/** On purpose: the ledger would have it twice. */
export function AgainDialog({
  row,
  busy,
  onExport,
  onClose,
}: {
  readonly row: JournalRow;
  readonly busy: boolean;
  readonly onExport: () => void;
  readonly onClose: () => void;
}) {
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Export ${row.reference} again`}
      onSubmit={onExport}
      foot={
        <>
          <Button kind="solid" type="submit" disabled={busy}>
            Export it again
          </Button>
          <Button onClick={onClose} keyCap="Esc">
            Leave it
          </Button>
        </>
      }
    >
      <p>
        {row.exported?.by ?? 'Somebody'} exported it already. Posted from both files it would stand in the ledger twice:
        export it again only where the first file was lost.
      </p>
    </Dialog>
  );
}
