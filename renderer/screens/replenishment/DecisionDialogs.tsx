/** Changing a quantity and rejecting a proposal: both say why, both work without a connection. */
import { useState } from 'react';
import type { ReplenishmentLine, StandingDecision } from '#contract/queries.ts';
import { quantity, quantityWithUnit } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Dialog } from '#renderer/ui/Dialog.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import { quantityNow, typedQuantity, type Wish } from './decisionRows.ts';
import styles from './replenishment.module.css';

interface DecisionDialogProps {
  readonly line: ReplenishmentLine;
  readonly standing: StandingDecision | undefined;
  readonly busy: boolean;
  readonly problem: string | null;
  readonly onDecide: (wish: Wish) => void;
  readonly onClose: () => void;
}

export function ChangeDialog({ line, standing, busy, problem, onDecide, onClose }: DecisionDialogProps) {
  const [text, setText] = useState(quantity(quantityNow(line, standing)));
  const [reason, setReason] = useState('');
  const qty_milli = typedQuantity(text);
  const same = qty_milli === line.proposed_qty_milli;
  const wrong =
    qty_milli === null || qty_milli === 0
      ? 'A quantity is a number above 0.'
      : same
        ? 'That is what is proposed: accept it with ↵.'
        : null;
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Change the order of ${line.code}`}
      aside={`${line.site} · ${line.supplier ?? `from ${line.from_site ?? ''}`}`}
      onSubmit={() => {
        if (wrong === null && reason.trim() !== '' && qty_milli !== null && !busy) {
          onDecide({ verdict: 'changed', qty_milli, reason: reason.trim() });
        }
      }}
      foot={
        <>
          <Button kind="solid" type="submit" disabled={busy || wrong !== null || reason.trim() === ''}>
            {wrong === null ? `Order ${quantityWithUnit(qty_milli, line.uom)}` : 'Order'}
          </Button>
          <Button onClick={onClose} keyCap="Esc">
            Leave it
          </Button>
        </>
      }
    >
      <p className={styles['said']}>
        Proposed are {quantityWithUnit(line.proposed_qty_milli, line.uom)} for {line.name}.
      </p>
      <Field
        label={`Quantity, ${line.uom}`}
        value={text}
        inputMode="decimal"
        autoFocus
        wrong={text.trim() === '' ? null : wrong}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setText(event.target.value)}
      />
      <Field
        label="Why"
        value={reason}
        maxLength={500}
        hint="Kept with the decision, for whoever approves and for later."
        onChange={(event) => setReason(event.target.value)}
      />
      {problem ? <InlineMessage tone="bad">{problem}</InlineMessage> : null}
    </Dialog>
  );
}

export function RejectDialog({
  lines,
  busy,
  problem,
  onDecide,
  onClose,
}: Omit<DecisionDialogProps, 'line' | 'standing'> & { readonly lines: readonly ReplenishmentLine[] }) {
  const [reason, setReason] = useState('');
  const [first] = lines;
  const one = lines.length === 1 ? first : undefined;
  return (
    <Dialog
      open
      onClose={onClose}
      title={one ? `Reject ${quantity(one.proposed_qty_milli)} of ${one.code}` : `Reject ${lines.length} proposals`}
      aside={one?.site ?? ''}
      onSubmit={() => {
        if (reason.trim() !== '' && !busy) onDecide({ verdict: 'rejected', reason: reason.trim() });
      }}
      foot={
        <>
          <Button kind="solid" type="submit" disabled={busy || reason.trim() === ''}>
            {one ? `Reject ${one.code}` : `Reject ${lines.length}`}
          </Button>
          <Button onClick={onClose} keyCap="Esc">
            Leave it
          </Button>
        </>
      }
    >
      <Field
        label="Why"
        value={reason}
        maxLength={500}
        autoFocus
        hint="Nothing is ordered for it now. A proposal that still holds comes back after seven days."
        onChange={(event) => setReason(event.target.value)}
      />
      {problem ? <InlineMessage tone="bad">{problem}</InlineMessage> : null}
    </Dialog>
  );
}
