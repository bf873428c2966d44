/** The next step of a transfer: giving or refusing, sending off, taking in. Quantities are asked, a reason where less than all. */
import { useState } from 'react';
import type { TransferRow } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useRun } from '#renderer/client/useContract.ts';
import { quantity, quantityWithUnit } from '#renderer/format/numbers.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Field } from '#renderer/ui/Field.tsx';
import { ReasonDialog } from '#renderer/ui/ReasonDialog.tsx';
import { givingWords, plainQty, qtyOf, transferNumber, typedQtyMilli } from './transferWords.ts';

type Step = 'approve' | 'refuse' | 'dispatch' | 'receive';

export function StepDialog({
  row,
  step,
  onClose,
}: {
  readonly row: TransferRow;
  readonly step: Step;
  readonly onClose: () => void;
}) {
  const { company } = useWorkplace();
  const answer = useRun('answerTransfers');
  const move = useRun('moveTransfer');
  const most = step === 'approve' ? row.asked_qty_milli : qtyOf(row);
  const spare = row.giving?.spare_qty_milli ?? null;
  const begin = step === 'approve' && spare !== null ? Math.min(most, spare) : most;
  const [text, setText] = useState(plainQty(begin));
  const nothing = step === 'receive' && text.trim() === '0';
  const typed = nothing ? 0 : typedQtyMilli(text);
  const less = typed !== null && typed < most;
  const needsReason = step === 'refuse' || (step === 'receive' && less);
  const wrong =
    step === 'refuse'
      ? null
      : typed === null
        ? 'A number above 0.'
        : typed > most
          ? `No more than ${quantity(most)}.`
          : step === 'approve' && spare !== null && typed > spare
            ? `${row.from_site} can spare ${quantity(spare)} now.`
            : null;
  const qty = quantityWithUnit(typed ?? 0, row.uom);
  const run = (reason: string): void => {
    const said = reason === '' ? null : reason;
    const about = { company_id: company.id };
    if (step === 'approve' || step === 'refuse') {
      const given = step === 'approve' ? (typed ?? 0) : row.asked_qty_milli;
      answer.mutate(
        {
          ...about,
          verdict: step === 'approve' ? 'approved' : 'refused',
          transfers: [{ transfer_id: row.id, qty_milli: given }],
          reason: said,
        },
        { onSuccess: onClose },
      );
      return;
    }
    move.mutate(
      {
        ...about,
        transfer_id: row.id,
        step: step === 'dispatch' ? 'dispatched' : 'received',
        qty_milli: typed ?? 0,
        reason: said,
      },
      { onSuccess: onClose },
    );
  };
  const words = WORDS[step](row, qty);
  return (
    <ReasonDialog
      title={words.title}
      aside={transferNumber(row)}
      says={words.says}
      button={words.button}
      label={needsReason ? 'Why' : 'Remark'}
      least={needsReason ? 1 : 0}
      hint="Both sites read it."
      ownFocus={step !== 'refuse'}
      blocked={wrong !== null}
      busy={answer.isPending || move.isPending}
      problems={[answer.error ? errorMessage(answer.error) : null, move.error ? errorMessage(move.error) : null]}
      onDecide={run}
      onClose={onClose}
    >
      {step === 'refuse' ? null : (
        <Field
          label={`How many, ${row.uom}`}
          inputMode="decimal"
          autoComplete="off"
          autoFocus
          value={text}
          wrong={wrong}
          hint={hintOf(row, step)}
          onChange={(event) => setText(event.target.value)}
        />
      )}
    </ReasonDialog>
  );
}

interface Words {
  readonly title: string;
  readonly says: string;
  readonly button: string;
}

const WORDS: Readonly<Record<Step, (row: TransferRow, qty: string) => Words>> = {
  approve: (row, qty) => ({
    title: `Give ${row.code} to ${row.to_site}`,
    says: `It is held back at ${row.from_site} until it is sent off, and expected at ${row.to_site}.`,
    button: `Give ${qty} to ${row.to_site}`,
  }),
  refuse: (row) => ({
    title: `Refuse ${quantityWithUnit(row.asked_qty_milli, row.uom)} of ${row.code}`,
    says: `${row.asked_by} asked for ${row.to_site} and is told why.`,
    button: `Refuse ${row.to_site}`,
  }),
  dispatch: (row, qty) => ({
    title: `Send ${row.code} off to ${row.to_site}`,
    says: `It leaves the stock of ${row.from_site} with a movement ${transferNumber(row)}.`,
    button: `Send ${qty} off`,
  }),
  receive: (row, qty) => ({
    title: `Take ${row.code} in from ${row.from_site}`,
    says: `It joins the stock of ${row.to_site} with a movement ${transferNumber(row)}.`,
    button: `Take ${qty} in`,
  }),
};

function hintOf(row: TransferRow, step: Step): string {
  if (step === 'approve') {
    const asked = `${quantity(row.asked_qty_milli)} asked for`;
    return row.giving === null ? asked : `${asked}; ${row.from_site}: ${givingWords(row.giving)}.`;
  }
  return step === 'dispatch'
    ? `${quantity(qtyOf(row))} given.`
    : `${quantity(qtyOf(row))} sent off. Say why, if less arrived.`;
}
