/** One decision with one reason about the orders chosen. Works without a connection. */
import { type SubmitEvent, useId, useState } from 'react';
import { beyondTogether } from '#domain/orders/approval.ts';
import type { ApprovalRow } from '#contract/queries.ts';
import { useRun, useSyncPill } from '#renderer/client/useContract.ts';
import { overviewMoney } from '#renderer/format/money.ts';
import { counted } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import styles from './approvals.module.css';
import { KIND_WORDS, type Verdict, VERDICT_WORDS } from './approvalWords.ts';

export function VerdictDialog({
  verdict,
  rows,
  currency,
  onClose,
  onDone,
}: {
  readonly verdict: Verdict;
  readonly rows: readonly ApprovalRow[];
  readonly currency: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const run = useRun('approveOrder');
  const pill = useSyncPill();
  const form = useId();
  const [reason, setReason] = useState('');
  const [problems, setProblems] = useState<readonly string[]>([]);
  const beyond_minor = beyondTogether(rows);
  const { verb } = VERDICT_WORDS[verdict];
  const disabled = reason.trim() === '' || run.isPending || rows.length === 0;
  const send = async (): Promise<void> => {
    const failed: string[] = [];
    for (const { order_id, kind, content_hash, number } of rows) {
      try {
        await run.mutateAsync({ order_id, kind, decision: verdict, reason, content_hash });
      } catch (error) {
        failed.push(`${number}: ${error instanceof Error ? error.message : 'not kept'}`);
      }
    }
    if (failed.length === 0) onDone();
    else setProblems(failed);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={rows.length === 1 ? `${verb} ${rows[0]?.number ?? ''}` : `${verb} ${counted(rows.length, 'order')}`}
      foot={
        <>
          <Button kind="solid" type="submit" form={form} disabled={disabled}>
            {verb} {overviewMoney(beyond_minor, currency)} beyond
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <form
        id={form}
        className={styles['form']}
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          if (!disabled) void send();
        }}
      >
        <p>
          {rows.length === 1 && rows[0]
            ? `${KIND_WORDS[rows[0].kind].long}, ${rows[0].party ?? 'no customer'}.`
            : 'One reason for all of them.'}{' '}
          It holds for the lines as they are; a changed order asks again.
        </p>
        <Field
          label="Reason"
          maxLength={500}
          autoComplete="off"
          value={reason}
          hint={
            pill?.connection === 'offline'
              ? 'Kept on this machine and sent when the connection is back.'
              : 'Kept with the rules as they stand now.'
          }
          onChange={(event) => setReason(event.target.value)}
        />
        {problems.map((problem) => (
          <InlineMessage key={problem} tone="bad">
            {problem}
          </InlineMessage>
        ))}
      </form>
    </Dialog>
  );
}
