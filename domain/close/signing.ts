/** May this person sign this task in this role now? One rule: the replica predicts with it, the server decides by it. */
import { type Answer, refuse } from '../answer.ts';
import { unexplainedMessage } from './reconcile/explaining.ts';

export type SignoffRole = 'preparer' | 'reviewer';

export interface SignoffFact {
  readonly role: SignoffRole;
  readonly user_name: string;
  readonly content_hash: string;
  readonly signed_at_ms: number;
}

/** Signed when every area of the month is locked: the signature says that nothing moves any more. */
const SOFT_LOCK_TASK = 'soft_lock';

export interface SigningQuestion {
  readonly task_code: string;
  readonly user_name: string;
  readonly role: SignoffRole;
  readonly may_prepare: boolean;
  readonly may_review: boolean;
  readonly period_state: string;
  /** The task's content now, and what the signer saw. */
  readonly content_hash: string;
  readonly seen_content_hash: string;
  readonly signoffs: readonly SignoffFact[];
  /** Codes of tasks this one depends on that are not signed by both. */
  readonly waiting_for: readonly string[];
  /** References of items that stand open at or above the account's threshold and nobody explained. */
  readonly unexplained: readonly string[];
  /** The task asks for a file and none stands on it. */
  readonly evidence_missing: boolean;
}

export type SigningAnswer = Answer<
  | 'not_permitted'
  | 'period_locked'
  | 'not_locked'
  | 'waiting_for'
  | 'unexplained'
  | 'evidence_missing'
  | 'content_changed'
  | 'already_signed'
  | 'not_prepared'
  | 'same_person'
> & {
  /** Who signed before, and when. */
  readonly by?: string;
  readonly at_ms?: number;
};

/** A sign-off counts while the content is what was signed. */
export function validSignoff(
  signoffs: readonly SignoffFact[],
  role: SignoffRole,
  content_hash: string,
): SignoffFact | undefined {
  return signoffs.findLast((signoff) => signoff.role === role && signoff.content_hash === content_hash);
}

/** 'signed' needs both roles on the present content. */
export function taskState(
  signoffs: readonly SignoffFact[],
  content_hash: string,
): 'open' | 'prepared' | 'signed' | 'changed' {
  if (validSignoff(signoffs, 'preparer', content_hash)) {
    return validSignoff(signoffs, 'reviewer', content_hash) ? 'signed' : 'prepared';
  }
  return signoffs.length > 0 ? 'changed' : 'open';
}

export function maySign(question: SigningQuestion): SigningAnswer {
  const { role, user_name } = question;
  if (role === 'preparer' ? !question.may_prepare : !question.may_review) {
    return refuse('rejected', 'not_permitted', `Your role may not sign as ${role}.`);
  }
  if (question.period_state === 'hard_locked') {
    return refuse('rejected', 'period_locked', 'The period is locked for good.');
  }
  if (question.task_code === SOFT_LOCK_TASK && question.period_state === 'open') {
    return refuse('rejected', 'not_locked', 'Lock sales, purchasing, stock and ledger first.');
  }
  const existing = validSignoff(question.signoffs, role, question.content_hash);
  if (existing) {
    return {
      ok: false,
      outcome: 'conflict',
      code: 'already_signed',
      message: `Already signed as ${role} by ${existing.user_name}.`,
      by: existing.user_name,
      at_ms: existing.signed_at_ms,
    };
  }
  if (question.content_hash !== question.seen_content_hash) {
    return refuse('conflict', 'content_changed', 'The balance changed after you looked at it. Look again, then sign.');
  }
  if (question.waiting_for.length > 0) {
    return refuse('rejected', 'waiting_for', `Waits for ${question.waiting_for.join(', ')}.`);
  }
  if (question.unexplained.length > 0) {
    return refuse('rejected', 'unexplained', unexplainedMessage(question.unexplained));
  }
  if (question.evidence_missing) {
    return refuse('rejected', 'evidence_missing', 'This task asks for evidence. Attach a file first.');
  }
  const preparer = validSignoff(question.signoffs, 'preparer', question.content_hash);
  if (role === 'reviewer' && !preparer) {
    return refuse('rejected', 'not_prepared', 'Nobody has signed as preparer yet.');
  }
  const reviewer = validSignoff(question.signoffs, 'reviewer', question.content_hash);
  const other = role === 'reviewer' ? preparer : reviewer;
  if (other?.user_name === user_name) {
    return refuse('rejected', 'same_person', 'You prepared it, so another person must review.');
  }
  return { ok: true };
}
