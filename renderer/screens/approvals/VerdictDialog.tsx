/** One decision with one reason about the orders chosen. Works without a connection. */
import { useState } from 'react';
import { beyondTogether } from '#domain/orders/approval.ts';
import type { ApprovalRow } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useRun } from '#renderer/client/useContract.ts';
import { overviewMoney } from '#renderer/format/money.ts';
import { counted } from '#renderer/format/numbers.ts';
import { ReasonDialog } from '#renderer/ui/ReasonDialog.tsx';
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
  const [problems, setProblems] = useState<readonly string[]>([]);
  const beyond_minor = beyondTogether(rows);
  const { verb } = VERDICT_WORDS[verdict];
  const send = async (reason: string): Promise<void> => {
    const failed: string[] = [];
    for (const { order_id, kind, content_hash, number } of rows) {
      try {
        await run.mutateAsync({ order_id, kind, decision: verdict, reason, content_hash });
      } catch (error) {
        failed.push(`${number}: ${errorMessage(error)}`);
      }
    }
    if (failed.length === 0) onDone();
    else setProblems(failed);
  };
  return (
    <ReasonDialog
      title={rows.length === 1 ? `${verb} ${rows[0]?.number ?? ''}` : `${verb} ${counted(rows.length, 'order')}`}
      says={`${
        rows.length === 1 && rows[0]
          ? `${KIND_WORDS[rows[0].kind].long}, ${rows[0].party ?? 'no customer'}.`
          : 'One reason for all of them.'
      } It holds for the lines as they are; a changed order asks again.`}
      button={`${verb} ${overviewMoney(beyond_minor, currency)} beyond`}
      label="Reason"
      hint="Kept with the rules as they stand now."
      blocked={rows.length === 0}
      busy={run.isPending}
      problems={problems}
      onDecide={(reason) => void send(reason)}
      onClose={onClose}
    />
  );
}
