/** Changing a quantity and rejecting a proposal: both say why, both work without a connection. */
import { useState } from 'react';
import type { ReplenishmentLine, StandingDecision } from '#contract/queries.ts';
import { integer, quantity, quantityWithUnit } from '#renderer/format/numbers.ts';
import { Field } from '#renderer/ui/Field.tsx';
import { ReasonDialog } from '#renderer/ui/ReasonDialog.tsx';
import { quantityNow, typedUnits, type Wish } from './decisionRows.ts';

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
  const qty_milli = typedUnits(text);
  const same = qty_milli === line.proposed_qty_milli;
  const wrong =
    qty_milli === null || qty_milli === 0
      ? 'A quantity is a number above 0.'
      : same
        ? 'That is what is proposed: accept it with ↵.'
        : null;
  return (
    <ReasonDialog
      title={`Change the order of ${line.code}`}
      aside={`${line.site} · ${line.supplier ?? `from ${line.from_site ?? ''}`}`}
      says={`Proposed are ${quantityWithUnit(line.proposed_qty_milli, line.uom)} for ${line.name}.`}
      button={wrong === null ? `Order ${quantityWithUnit(qty_milli, line.uom)}` : 'Order'}
      hint="Kept with the decision, for whoever approves and for later."
      blocked={wrong !== null}
      busy={busy}
      problems={[problem]}
      ownFocus
      onDecide={(reason) => {
        if (qty_milli !== null) onDecide({ verdict: 'changed', qty_milli, reason });
      }}
      onClose={onClose}
    >
      <Field
        label={`Quantity, ${line.uom}`}
        value={text}
        inputMode="decimal"
        autoFocus
        wrong={text.trim() === '' ? null : wrong}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setText(event.target.value)}
      />
    </ReasonDialog>
  );
}

export function RejectDialog({
  lines,
  busy,
  problem,
  onDecide,
  onClose,
}: Omit<DecisionDialogProps, 'line' | 'standing'> & { readonly lines: readonly ReplenishmentLine[] }) {
  const [first] = lines;
  const one = lines.length === 1 ? first : undefined;
  return (
    <ReasonDialog
      title={
        one ? `Reject ${quantity(one.proposed_qty_milli)} of ${one.code}` : `Reject ${integer(lines.length)} proposals`
      }
      aside={one?.site ?? ''}
      button={one ? `Reject ${one.code}` : `Reject ${integer(lines.length)}`}
      hint="Nothing is ordered for it now. A proposal that still holds comes back after seven days."
      busy={busy}
      problems={[problem]}
      onDecide={(reason) => onDecide({ verdict: 'rejected', reason })}
      onClose={onClose}
    />
  );
}
