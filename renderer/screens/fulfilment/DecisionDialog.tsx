/** Serving a line or its order sooner, later, not at all, or by the rule again; with a reason and a last day. */
import { useState } from 'react';
import { MAX_OVERRIDE_DAYS, type OverrideKind } from '#domain/allocation/servingOrder.ts';
import type { FulfilmentRow } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useRun } from '#renderer/client/useContract.ts';
import { dateAfter, weekdayDate } from '#renderer/format/dates.ts';
import { STALE_WORDS } from '#renderer/format/staleWords.ts';
import { SegmentedControl } from '#renderer/ui/Choice.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { ReasonDialog } from '#renderer/ui/ReasonDialog.tsx';
import { KIND_VERBS } from './queueWords.ts';

const MEANS: Readonly<Record<OverrideKind, string>> = {
  raised: 'Served before everything else of its item at its site, whatever the channel.',
  lowered: 'Served after everything else of its item at its site.',
  held: 'Given nothing; what it had goes to the others.',
  released: 'Served by the rule again: due date, protected minimum, priority, fair share.',
};
const LEFT_OUT = `This line is left out, as it is due ${STALE_WORDS}: it gets nothing, whatever is decided, until its day is corrected.`;
const USUAL_DAYS = 7;
const WHAT = [
  { value: 'line', label: 'This line' },
  { value: 'order', label: 'The whole order' },
] as const;

export function DecisionDialog({
  row,
  kind,
  as_of_date,
  onClose,
}: {
  readonly row: FulfilmentRow;
  readonly kind: OverrideKind;
  readonly as_of_date: string;
  readonly onClose: () => void;
}) {
  const run = useRun('overrideFulfilment');
  const [what, setWhat] = useState<'line' | 'order'>('line');
  const [until_on, setUntil] = useState(dateAfter(as_of_date, USUAL_DAYS));
  const ends = kind !== 'released';
  const wrong =
    ends && (until_on < as_of_date || until_on > dateAfter(as_of_date, MAX_OVERRIDE_DAYS))
      ? `From today, ${MAX_OVERRIDE_DAYS} days at the most.`
      : null;
  const { order_id } = row;
  return (
    <ReasonDialog
      title={`${KIND_VERBS[kind]}: ${row.number ?? ''}${what === 'line' ? ` line ${row.ordinal ?? ''}` : ''}`}
      says={row.state === 'left_out' ? `${MEANS[kind]} ${LEFT_OUT}` : MEANS[kind]}
      button={kind === 'released' ? 'Serve by the rule' : `${KIND_VERBS[kind]} until ${weekdayDate(until_on || null)}`}
      label="Reason"
      hint="Everyone who sees the order reads it."
      blocked={wrong !== null || order_id === null}
      busy={run.isPending}
      problems={[run.error ? errorMessage(run.error) : null]}
      onDecide={(reason) => {
        if (order_id === null) return;
        run.mutate(
          {
            order_id,
            order_line_id: what === 'line' ? row.order_line_id : null,
            kind,
            until_on: ends ? until_on : null,
            reason,
          },
          { onSuccess: onClose },
        );
      }}
      onClose={onClose}
    >
      <SegmentedControl label="What" options={WHAT} value={what} onChange={setWhat} />
      {ends ? (
        <Field
          label="Until"
          type="date"
          value={until_on}
          min={as_of_date}
          max={dateAfter(as_of_date, MAX_OVERRIDE_DAYS)}
          wrong={wrong}
          hint="After that day the rule decides again by itself."
          onChange={(event) => setUntil(event.target.value)}
        />
      ) : null}
    </ReasonDialog>
  );
}
