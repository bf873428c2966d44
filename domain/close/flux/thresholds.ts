/** From when on which change asks for words: kept by company from a month on, so that a month locked for good keeps its own. */
import { type Answer, refuse } from '../../answer.ts';
import { monthInWords } from '../../calendarWords.ts';
import { minorDigits } from '../../money.ts';
import type { FluxThreshold } from '../flux.ts';

/** Of a company that set no other: a thousand of its currency's main unit, and a tenth. */
const MAIN_UNITS = 1_000;
const RATE_BP = 1_000;
/** A share beyond ten times what was there asks nothing any more. */
export const MOST_RATE_BP = 100_000;

export interface KeptThreshold extends FluxThreshold {
  /** yyyymm: the first month it is for. */
  readonly from_period: number;
}

/** @param kept of the company, in the order they were accepted: of those that are for the month the last holds */
export function thresholdOf<K extends KeptThreshold>(
  period: number,
  kept: readonly K[],
  currency: string,
): FluxThreshold & { readonly kept: K | null } {
  const last = kept.findLast(({ from_period }) => from_period <= period);
  if (last) return { amount_minor: last.amount_minor, rate_bp: last.rate_bp, kept: last };
  return { amount_minor: MAIN_UNITS * 10 ** minorDigits(currency), rate_bp: RATE_BP, kept: null };
}

export interface ThresholdQuestion {
  readonly may_review: boolean;
  /** yyyymm */
  readonly from_period: number;
  /** The company's newest month that is locked for good; null = none is. */
  readonly locked_period: number | null;
  /** What holds for the month now, and what the person saw. */
  readonly now: FluxThreshold;
  readonly seen: FluxThreshold;
}

export type ThresholdAnswer = Answer<'not_permitted' | 'period_locked' | 'changed_meanwhile'>;

/** May this person say what asks for words from a month on? The copy predicts by it, the server decides by it. */
export function maySetThreshold(question: ThresholdQuestion): ThresholdAnswer {
  const { from_period, locked_period, now, seen } = question;
  if (!question.may_review) {
    return refuse('rejected', 'not_permitted', 'Who reviews the close says which changes ask for words.');
  }
  if (locked_period !== null && from_period <= locked_period) {
    const message = `${monthInWords(locked_period)} is locked for good. Choose a later month.`;
    return refuse('rejected', 'period_locked', message);
  }
  if (now.amount_minor !== seen.amount_minor || now.rate_bp !== seen.rate_bp) {
    const message = 'Somebody set other thresholds meanwhile. Look at them, then decide.';
    return refuse('conflict', 'changed_meanwhile', message);
  }
  return { ok: true };
}
