/** What is said of a draft order that a second person has to see before it is sent. Pure. */
import type { DraftApproval, DraftOrderView } from '#contract/queries.ts';
import { overviewMoney } from '#renderer/format/money.ts';
import { counted, predicted } from '#renderer/format/numbers.ts';
import type { MarkShape } from '#renderer/ui/Mark.tsx';

/** 'DO-00012'; of what the server has not numbered, that it is new. */
export function orderNumber({ number }: Pick<DraftOrderView, 'number'>): string {
  return number ?? predicted('new');
}

/** '€6,532 of lines nobody else saw, €4,900 of it in DO-00001; limit €5,000'. */
export function unseenWords(approval: DraftApproval, currency: string): string {
  const { unseen_minor, others_minor, others, unpriced, limit_minor } = approval;
  const elsewhere = others.length > 2 ? counted(others.length, 'other draft') : others.map(otherName).join(' and ');
  return [
    `${overviewMoney(unseen_minor + others_minor, currency)} of lines nobody else saw`,
    others_minor === 0 ? '' : `, ${overviewMoney(others_minor, currency)} of it in ${elsewhere}`,
    unpriced === 0 ? '' : `, ${counted(unpriced, 'line')} without a price`,
    `; limit ${overviewMoney(limit_minor, currency)}`,
  ].join('');
}

/** As much as a cell holds: '€6,532 unseen, limit €5,000'. */
export function shortUnseen(
  { unseen_minor, others_minor, unpriced, limit_minor }: DraftApproval,
  currency: string,
): string {
  const unseen = `${overviewMoney(unseen_minor + others_minor, currency)} unseen`;
  return unpriced > 0 && unseen_minor + others_minor <= limit_minor
    ? `${counted(unpriced, 'line')} without a price`
    : `${unseen}, limit ${overviewMoney(limit_minor, currency)}`;
}

/** A copy numbers nothing. */
export function otherName(number: string): string {
  return /\d/.test(number) ? number : 'another new one';
}

/** Why this person does not answer it; '' = they may. */
export function notMineWords({ not_mine }: Pick<DraftApproval, 'not_mine'>): string {
  switch (not_mine) {
    case 'own_order':
      return 'You made it; somebody else answers.';
    case 'own_decision':
      return 'You decided lines of it; somebody else answers.';
    case 'role':
      return 'Buyers, controllers and executives answer who decided none of it.';
    case null:
      return '';
  }
}

const STATES: Readonly<Record<DraftOrderView['state'], { readonly shape: MarkShape; readonly word: string }>> = {
  draft: { shape: 'ring', word: 'Draft' },
  sent: { shape: 'done', word: 'Sent' },
  cancelled: { shape: 'refused', word: 'Cancelled' },
};

/** Where it stands: an open draft says whether a second person has to see it, or did. */
export function draftState({ state, approval, waiting }: Pick<DraftOrderView, 'state' | 'approval' | 'waiting'>): {
  readonly shape: MarkShape;
  readonly word: string;
} {
  const open = state === 'draft' ? OPEN_STATES[approval.state] : null;
  const { shape, word } = open ?? STATES[state];
  return waiting || approval.answered?.waiting === true ? { shape: 'waiting', word: predicted(word) } : { shape, word };
}

const OPEN_STATES: Readonly<
  Record<DraftApproval['state'], { readonly shape: MarkShape; readonly word: string } | null>
> = {
  none: null,
  waits: { shape: 'warn', word: 'Waits for approval' },
  approved: { shape: 'good', word: 'Approved' },
  refused: { shape: 'refused', word: 'Refused' },
};
