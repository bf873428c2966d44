/** Changing a quantity and rejecting a proposal: both say why, both work without a connection. */
import { useState } from 'react';
import { quantityFaultWords } from '#domain/planning/replenishment/decision.ts';
import type { TypedQuantity } from '#domain/planning/replenishment/typedQuantity.ts';
import type { ReplenishmentLine, StandingDecision } from '#contract/queries.ts';
import { integer, quantity, quantityWithUnit } from '#renderer/format/numbers.ts';
import { Field } from '#renderer/ui/Field.tsx';
import { ReasonDialog } from '#renderer/ui/ReasonDialog.tsx';
import { quantityNow, type Wish } from './decisionRows.ts';
import { approvalWords, raisedWords, typedFor, wishOf } from './quantityWords.ts';

interface DecisionDialogProps {
  readonly line: ReplenishmentLine;
  readonly standing: StandingDecision | undefined;
  readonly busy: boolean;
  readonly problem: string | null;
  readonly onDecide: (wish: Wish) => void;
  readonly onClose: () => void;
}

export function ChangeDialog({
  line,
  standing,
  currency,
  busy,
  problem,
  onDecide,
  onClose,
}: DecisionDialogProps & { readonly currency: string }) {
  const [text, setText] = useState(quantity(quantityNow(line, standing)));
  const typed = typedFor(line, text, currency);
  const changed = typed?.is === 'changed' ? typed : null;
  const says = changed === null ? [] : [raisedWords(line, changed.raised_to), approvalWords(changed.approval)];
  return (
    <ReasonDialog
      title={`Change the order of ${line.code}`}
      aside={`${line.site} · ${line.supplier ?? `from ${line.from_site ?? ''}`}`}
      says={`Proposed are ${quantityWithUnit(line.proposed_qty_milli, line.uom)} for ${line.name}.`}
      button={changed === null ? 'Order' : `Order ${quantityWithUnit(changed.qty_milli, line.uom)}`}
      hint="Kept with the decision, for whoever approves and for later."
      blocked={changed === null}
      busy={busy}
      problems={[problem]}
      ownFocus
      onDecide={(reason) => {
        const wish = wishOf(line, text, reason, currency);
        if (wish !== null) onDecide(wish);
      }}
      onClose={onClose}
    >
      <Field
        label={`Quantity, ${line.uom}`}
        value={text}
        inputMode="decimal"
        autoFocus
        wrong={text.trim() === '' ? null : wrongWords(typed, line)}
        hint={says.filter(Boolean).join('. ') || undefined}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setText(event.target.value)}
      />
    </ReasonDialog>
  );
}

function wrongWords(typed: TypedQuantity | null, line: ReplenishmentLine): string | null {
  switch (typed?.is) {
    case 'changed':
      return null;
    case 'accepted':
      return 'That is what is proposed: accept it with ↵.';
    case 'too_large':
      return quantityFaultWords('too_large', line);
    default:
      return quantityFaultWords('not_a_quantity', line);
  }
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
