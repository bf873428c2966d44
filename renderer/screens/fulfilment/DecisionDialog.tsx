/** Serving a line or its order sooner, later, not at all, or by the rule again; with a reason and a last day. */
import { type SubmitEvent, useId, useState } from 'react';
import { MAX_OVERRIDE_DAYS, type OverrideKind } from '#domain/allocation/servingOrder.ts';
import type { FulfilmentRow } from '#contract/queries.ts';
import { useRun, useSyncPill } from '#renderer/client/useContract.ts';
import { dateAfter } from '#renderer/format/dates.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { SegmentedControl } from '#renderer/ui/Choice.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import styles from './fulfilment.module.css';
import { KIND_VERBS } from './queueWords.ts';

const MEANS: Readonly<Record<OverrideKind, string>> = {
  raised: 'Served before everything else of its item at its site, whatever the channel.',
  lowered: 'Served after everything else of its item at its site.',
  held: 'Given nothing; what it had goes to the others.',
  released: 'Served by the rule again: due date, protected minimum, priority, fair share.',
};
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
  const pill = useSyncPill();
  const form = useId();
  const [what, setWhat] = useState<'line' | 'order'>('line');
  const [until_on, setUntil] = useState(dateAfter(as_of_date, USUAL_DAYS));
  const [reason, setReason] = useState('');
  const ends = kind !== 'released';
  const wrong =
    ends && (until_on < as_of_date || until_on > dateAfter(as_of_date, MAX_OVERRIDE_DAYS))
      ? `From today, ${MAX_OVERRIDE_DAYS} days at the most.`
      : null;
  const disabled = wrong !== null || reason.trim() === '' || run.isPending || row.order_id === null;
  return (
    <Dialog
      open
      onClose={onClose}
      title={`${KIND_VERBS[kind]}: ${row.number ?? ''}${what === 'line' ? ` line ${row.ordinal ?? ''}` : ''}`}
      foot={
        <>
          <Button kind="solid" type="submit" form={form} disabled={disabled}>
            {kind === 'released' ? 'Serve by the rule' : `${KIND_VERBS[kind]} until ${until_on}`}
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
          if (disabled || row.order_id === null) return;
          run.mutate(
            {
              order_id: row.order_id,
              order_line_id: what === 'line' ? row.order_line_id : null,
              kind,
              until_on: ends ? until_on : null,
              reason,
            },
            { onSuccess: onClose },
          );
        }}
      >
        <p>{MEANS[kind]}</p>
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
        <Field
          label="Reason"
          maxLength={500}
          autoComplete="off"
          value={reason}
          hint={
            pill?.connection === 'offline'
              ? 'Kept on this machine and sent when the connection is back; the queue here follows at once.'
              : 'Everyone who sees the order reads it.'
          }
          onChange={(event) => setReason(event.target.value)}
        />
        {run.error ? <InlineMessage tone="bad">{run.error.message}</InlineMessage> : null}
      </form>
    </Dialog>
  );
}
