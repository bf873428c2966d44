import { type Answer, refuse } from '../../answer.ts';
import { isUnvaluedRef } from './foreign.ts';
import { isMissingRef } from './missingFacts.ts';

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

/** Below its account's threshold an item needs no words; what could not be valued or compared is never below. */
export function needsExplanation(
  item: { readonly ref: string; readonly amount_minor: number; readonly explanation: string | null },
  threshold_minor: number,
): boolean {
  const { ref, amount_minor, explanation } = item;
  return explanation === null && (Math.abs(amount_minor) >= threshold_minor || isUnvaluedRef(ref) || isMissingRef(ref));
}

/** A line as it is explained: items are of `side` 'item'; amounts in minor units of the company's currency. */
export interface ExplainedLine {
  readonly id: number;
  readonly side: string;
  readonly ref: string;
  readonly amount_minor: number;
  readonly explanation: string | null;
}

/**
 * Which items keep a task from being signed, in the order of the lines. `threshold_minor` null: the task is no reconciliation,
 * and its lines need no words.
 */
export function unexplainedItems<L extends ExplainedLine>(lines: readonly L[], threshold_minor: number | null): L[] {
  if (threshold_minor === null) return [];
  return lines.filter((line) => line.side === 'item' && needsExplanation(line, threshold_minor));
}

/** So many references a sentence names before it counts the rest. */
const NAMED_REFS = 3;

export function unexplainedMessage(refs: readonly string[]): string {
  const named = refs.slice(0, NAMED_REFS).join(', ');
  const more = refs.length - NAMED_REFS;
  const items = refs.length === 1 ? '1 item needs' : `${refs.length} items need`;
  return `${items} an explanation before anybody signs: ${named}${more > 0 ? ` and ${more} more` : ''}.`;
}

export interface QueuedWords {
  readonly line_id: number;
  readonly explanation: string;
  readonly seen_explanation: string | null;
}

/** The lines once these words are decided in their order: as at the server, words over something unseen are not taken. */
export function linesOnceExplained<
  L extends { readonly id: number; readonly side: string; readonly explanation: string | null },
>(lines: readonly L[], queued: readonly QueuedWords[]): L[] {
  return lines.map((line) => {
    if (line.side !== 'item') return line;
    const explanation = queued
      .filter(({ line_id }) => line_id === line.id)
      .reduce((now, words) => (words.seen_explanation === now ? words.explanation : now), line.explanation);
    return explanation === line.explanation ? line : { ...line, explanation };
  });
}
