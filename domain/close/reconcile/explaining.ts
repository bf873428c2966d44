import { type Answer, refuse } from '../../answer.ts';

/** May this person say why an item stands there? The copy predicts by it, the server decides by it. */
export const MOST_EXPLANATION = 500;

export interface ExplainQuestion {
  readonly may_prepare: boolean;
  readonly period_state: string;
  /** What stands there now, and what the writer saw; null = nothing. `undefined`: the item is not there any more. */
  readonly explanation: string | null | undefined;
  readonly seen_explanation: string | null;
}

export type ExplainAnswer = Answer<'not_permitted' | 'period_locked' | 'item_gone' | 'explained_already'>;

export function mayExplain(question: ExplainQuestion): ExplainAnswer {
  if (!question.may_prepare) {
    return refuse('rejected', 'not_permitted', 'Your role may not explain items of the close.');
  }
  if (question.period_state === 'hard_locked') {
    return refuse('rejected', 'period_locked', 'The month is locked for good.');
  }
  if (question.explanation === undefined) {
    return refuse('conflict', 'item_gone', 'The item is no difference any more. Look at the task again.');
  }
  if (question.explanation !== question.seen_explanation) {
    return refuse('conflict', 'explained_already', 'Somebody explained it meanwhile. Read theirs, then decide.');
  }
  return { ok: true };
}

/** Below its account's threshold an item needs no words. */
export function needsExplanation(
  item: { readonly amount_minor: number; readonly explanation: string | null },
  threshold_minor: number,
): boolean {
  return item.explanation === null && Math.abs(item.amount_minor) >= threshold_minor;
}
