/** What a typed quantity becomes, in words and as the decision it makes: in the cell, pasted, or for all that is ticked. Pure. */
import type { DecimalMark } from '#domain/imports/text/numberText.ts';
import type { ApprovalReason } from '#domain/planning/replenishment/approval.ts';
import { isUnderWay, quantityFaultWords } from '#domain/planning/replenishment/decision.ts';
import {
  type TypedQuantity,
  typedQuantity,
  wantedQuantityMilli,
} from '#domain/planning/replenishment/typedQuantity.ts';
import type { ReplenishmentLine, StandingDecision } from '#contract/queries.ts';
import { overviewMoney } from '#renderer/format/money.ts';
import { percent, quantity, quantityWithUnit, signed } from '#renderer/format/numbers.ts';
import type { EditLook } from '#renderer/grid/columns.ts';
import { quantityNow, type Wish } from './decisionRows.ts';

/** Said before the server says it: it judges by its own price. */
const APPROVAL_WORDS: Readonly<Record<ApprovalReason, string>> = {
  value: 'worth more than you decide alone',
  deviation: 'far from what is proposed',
  no_price: 'no price is known',
  not_recomputed: 'the figures it was proposed from have changed',
};

/** null = what was typed is no quantity. `mark`: how decimals are written, in what was pasted with it. */
export function typedFor(
  line: ReplenishmentLine,
  text: string,
  currency: string,
  mark: DecimalMark = '.',
): TypedQuantity | null {
  const qty_milli = wantedQuantityMilli(text, line.proposed_qty_milli, mark);
  return qty_milli === null ? null : typedQuantity(qty_milli, { ...line, currency });
}

/** What a line says that is on a draft order, or asked of another site, is not typed over. */
export function typedFrom(line: ReplenishmentLine, standing: StandingDecision | undefined): string | null {
  return standing !== undefined && isUnderWay(standing.state) ? null : quantity(quantityNow(line, standing));
}

export function raisedWords(line: ReplenishmentLine, raised_to: 'minimum' | 'multiple' | null): string | null {
  switch (raised_to) {
    case 'minimum':
      return `The supplier sells at least ${quantityWithUnit(line.minimum_qty_milli, line.uom)}`;
    case 'multiple':
      return `Sold in ${quantity(line.multiple_qty_milli)}s`;
    case null:
      return null;
  }
}

export function approvalWords(approval: readonly ApprovalReason[]): string | null {
  return approval.length === 0
    ? null
    : `Another person approves it: ${approval.map((each) => APPROVAL_WORDS[each]).join(', ')}`;
}

export function lookOf(line: ReplenishmentLine, text: string, currency: string): EditLook {
  const typed = typedFor(line, text, currency);
  if (typed === null)
    return { kind: 'wrong', says: [{ words: 'A quantity, or a share such as +10 %. 0 rejects it.' }] };
  switch (typed.is) {
    case 'too_large':
      return { kind: 'wrong', says: [{ shape: 'bad', words: quantityFaultWords('too_large', line) }] };
    case 'rejected':
      return { kind: 'kept', asks_reason: true, says: [{ shape: 'refused', words: 'Rejects it: nothing is ordered' }] };
    case 'accepted':
      return {
        kind: 'kept',
        asks_reason: false,
        says: [{ shape: 'done', words: `Accepts the proposed ${quantityWithUnit(line.proposed_qty_milli, line.uom)}` }],
      };
    case 'changed': {
      const raised = raisedWords(line, typed.raised_to);
      const asks = approvalWords(typed.approval);
      return {
        kind: 'kept',
        asks_reason: true,
        says: [
          {
            shape: 'working',
            words: [
              `Orders ${quantityWithUnit(typed.qty_milli, line.uom)}`,
              `${signed(percent(typed.departs_bp), typed.departs_bp)} of ${quantity(line.proposed_qty_milli)}`,
              typed.value_minor === null ? '' : overviewMoney(typed.value_minor, currency),
            ]
              .filter(Boolean)
              .join(', '),
          },
          ...(raised === null ? [] : [{ shape: 'ring' as const, words: raised }]),
          ...(asks === null ? [] : [{ shape: 'warn' as const, words: asks }]),
        ],
      };
    }
  }
}

/** The decision that is made of it; null = none. */
export function wishOf(line: ReplenishmentLine, text: string, reason: string, currency: string): Wish | null {
  return wishFor(typedFor(line, text, currency), reason);
}

export function wishFor(typed: TypedQuantity | null, reason: string): Wish | null {
  switch (typed?.is) {
    case 'accepted':
      return { verdict: 'accepted' };
    case 'rejected':
      return { verdict: 'rejected', reason };
    case 'changed':
      return { verdict: 'changed', qty_milli: typed.qty_milli, reason };
    default:
      return null;
  }
}
