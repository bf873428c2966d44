/** Which changes ask for words, from this month on: said by who reviews the close, with a reason. */
import { useState } from 'react';
import { minorDigits } from '#domain/money.ts';
import { MOST_RATE_BP } from '#domain/close/flux/thresholds.ts';
import type { FluxTaskView } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useRun } from '#renderer/client/useContract.ts';
import { monthYearLong } from '#renderer/format/dates.ts';
import { plainNumber, typedUnits } from '#renderer/format/numbers.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Field } from '#renderer/ui/Field.tsx';
import { ReasonDialog } from '#renderer/ui/ReasonDialog.tsx';

export function FluxThresholdDialog({ view, onClose }: { readonly view: FluxTaskView; readonly onClose: () => void }) {
  const { company } = useWorkplace();
  const { period, currency, threshold } = view;
  const run = useRun('setFluxThreshold');
  const places = minorDigits(currency);
  const [amount, setAmount] = useState(plainNumber(threshold.amount_minor, places));
  const [share, setShare] = useState(plainNumber(threshold.rate_bp, 2));
  const amount_minor = typedUnits(amount, places);
  const rate_bp = typedUnits(share, 2);
  const wrongAmount = amount_minor === null || amount_minor < 0 ? 'An amount, such as 1,000.' : null;
  const wrongShare =
    rate_bp === null || rate_bp < 0 || rate_bp > MOST_RATE_BP ? `A share, 0 to ${MOST_RATE_BP / 100} %.` : null;
  return (
    <ReasonDialog
      title={`Which changes ask why, from ${monthYearLong(period)} on`}
      says="A change asks for words when it is more than both. Months that are locked for good keep what held for them."
      button="Set thresholds"
      hint="Kept with the thresholds and in the audit trail."
      ownFocus
      blocked={wrongAmount !== null || wrongShare !== null}
      busy={run.isPending}
      problems={[run.error ? errorMessage(run.error) : null]}
      onClose={onClose}
      onDecide={(reason) => {
        if (amount_minor === null || rate_bp === null) return;
        run.mutate(
          {
            company_id: company.id,
            from_period: period,
            amount_minor,
            rate_bp,
            reason,
            seen_amount_minor: threshold.amount_minor,
            seen_rate_bp: threshold.rate_bp,
          },
          { onSuccess: onClose },
        );
      }}
    >
      <Field
        label={`More than, ${currency}`}
        inputMode="decimal"
        autoComplete="off"
        autoFocus
        value={amount}
        wrong={wrongAmount}
        onChange={(event) => setAmount(event.target.value)}
      />
      <Field
        label="And more than, % of the month before"
        inputMode="decimal"
        autoComplete="off"
        value={share}
        wrong={wrongShare}
        onChange={(event) => setShare(event.target.value)}
      />
    </ReasonDialog>
  );
}
