/** Which decisions need a second person, and who that may be. */
import type { ApprovalLimits } from './orderTerms.ts';

export const APPROVAL_REASONS = ['value', 'deviation', 'no_price', 'not_recomputed'] as const;
export type ApprovalReason = (typeof APPROVAL_REASONS)[number];

export interface JudgedDecision {
  readonly kind: 'buy' | 'transfer';
  readonly verdict: 'accepted' | 'changed' | 'rejected' | 'withdrawn';
  readonly proposed_qty_milli: number;
  readonly qty_milli: number;
  /** At the supplier's price of the day; null = none is known. Of both quantities. */
  readonly value_minor: number | null;
  readonly proposed_value_minor: number | null;
  /** What it was proposed from gives the proposed quantity again, and the server's own facts do not contradict it. */
  readonly recomputed: boolean;
}

/**
 * Why it needs approval; none = it does not. What is not bought needs none, and goods that only move between sites cost
 * nothing: of them only a quantity nobody proposed does. Equal to a limit is within it.
 */
export function approvalReasons(decision: JudgedDecision, limits: ApprovalLimits): readonly ApprovalReason[] {
  if (decision.verdict === 'rejected' || decision.verdict === 'withdrawn') return [];
  const reasons: ApprovalReason[] = [];
  const { value_minor, proposed_value_minor, proposed_qty_milli: proposed, qty_milli } = decision;
  const far = departs(qty_milli, proposed, limits);
  if (decision.kind === 'transfer') {
    if (far) reasons.push('deviation');
  } else if (value_minor === null || proposed_value_minor === null) {
    reasons.push('no_price');
    if (far) reasons.push('deviation');
  } else {
    if (value_minor > limits.value_minor) reasons.push('value');
    if (far && Math.abs(value_minor - proposed_value_minor) > limits.deviation_floor_minor) {
      reasons.push('deviation');
    }
  }
  if (!decision.recomputed) reasons.push('not_recomputed');
  return reasons;
}

/** Further from another quantity than a decision may be without a second person; what it is worth is asked apart. */
export function departs(qty_milli: number, from_qty_milli: number, limits: ApprovalLimits): boolean {
  return BigInt(Math.abs(qty_milli - from_qty_milli)) * 10_000n > BigInt(from_qty_milli) * BigInt(limits.deviation_bp);
}

/** As it is kept: words separated by blanks, null = needs none. */
export function approvalText(reasons: readonly ApprovalReason[]): string | null {
  return reasons.length === 0 ? null : reasons.join(' ');
}

export function approvalReasonsOf(text: string | null): readonly ApprovalReason[] {
  const words = new Set((text ?? '').split(' '));
  return APPROVAL_REASONS.filter((reason) => words.has(reason));
}

export interface ApprovalQuestion {
  readonly user_name: string;
  readonly may_approve: boolean;
  readonly requested_by: string;
  readonly approval_needed: boolean;
  /** It is still what counts for its position. */
  readonly stands: boolean;
  /** Who answered already. */
  readonly answered: { readonly by: string; readonly at_ms: number; readonly verdict: string } | null;
}

export type ApprovalAnswer =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly outcome: 'conflict' | 'rejected';
      readonly code: 'not_permitted' | 'own_decision' | 'no_approval_needed' | 'already_answered' | 'decision_replaced';
      readonly message: string;
    };

/** The same question on both sides: predicted in the replica, decided at the server. */
export function mayApprove(question: ApprovalQuestion): ApprovalAnswer {
  const no = (
    outcome: 'conflict' | 'rejected',
    code: Extract<ApprovalAnswer, { ok: false }>['code'],
    message: string,
  ): ApprovalAnswer => ({ ok: false, outcome, code, message });
  if (!question.may_approve) return no('rejected', 'not_permitted', 'Your role may not approve purchases here.');
  if (question.requested_by === question.user_name) {
    return no('rejected', 'own_decision', 'You decided this yourself; somebody else approves it.');
  }
  if (!question.approval_needed) {
    return no('rejected', 'no_approval_needed', 'This decision needs no approval.');
  }
  if (question.answered !== null) {
    const { verdict, by } = question.answered;
    return no('conflict', 'already_answered', `${by} ${verdict} it before you.`);
  }
  if (!question.stands) {
    return no(
      'conflict',
      'decision_replaced',
      'The decision was replaced or withdrawn meanwhile. Look at what stands now.',
    );
  }
  return { ok: true };
}
