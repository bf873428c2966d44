/** May this person sign this task in this role now? One rule: the replica predicts with it, the server decides by it. */
import { type Answer, refuse } from '../answer.ts';
import { inARow } from './inARow.ts';
import { unexplainedMessage } from './reconcile/explaining.ts';

export type SignoffRole = 'preparer' | 'reviewer';

export interface SignoffFact {
  readonly role: SignoffRole;
  readonly user_name: string;
  readonly content_hash: string;
  /** The device's clock: shown, and no order. */
  readonly signed_at_ms: number;
  /** The order in which the server took them; of `placeOf`. */
  readonly place: number;
  /** Titles of tasks this one depends on that were signed again after it, or are open again: with any it counts no more. */
  readonly overtaken_by?: readonly string[];
}

/** After everything the server took; a device's own clock orders what waits there, in the order it is sent. */
const ON_ITS_WAY = 2 ** 52;

/** Of a signature: where it stands among others, by when the server took it; of one on its way by when it was made. */
export function placeOf(accepted: boolean, at_ms: number): number {
  return accepted ? at_ms : ON_ITS_WAY + at_ms;
}

/** A signature, or that one was withdrawn: by `withdraws_id`, which is null of a signature. */
export interface SignoffStep {
  readonly id: string;
  readonly withdraws_id: string | null;
}

/** Signatures that were not withdrawn, in the given order. */
export function standingSignoffs<Step extends SignoffStep>(steps: readonly Step[]): readonly Step[] {
  const withdrawn = new Set(steps.map(({ withdraws_id }) => withdraws_id));
  return steps.filter(({ id, withdraws_id }) => withdraws_id === null && !withdrawn.has(id));
}

/** What locking a month for good does: nobody signs it, and nothing waits for it. */
export const HARD_LOCK_TASK = 'hard_lock';

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
  /** Whom the plan names for this role; null = anyone with it. */
  readonly named: string | null;
  /** Whom the signer knows to sign for; null = nobody else. */
  readonly stands_in_for: string | null;
  /** Titles of tasks this one depends on that are not signed by both. */
  readonly waiting_for: readonly string[];
  /** References of items that stand open at or above the account's threshold and nobody explained. */
  readonly unexplained: readonly string[];
  /** The task compares an account with its documents, and the server has not yet. */
  readonly unreckoned: boolean;
  /** The task asks for a file and none stands on it. */
  readonly evidence_missing: boolean;
}

export type SigningAnswer = Answer<
  | 'not_permitted'
  | 'period_locked'
  | 'not_locked'
  | 'done_by_lock'
  | 'waiting_for'
  | 'unreckoned'
  | 'unexplained'
  | 'evidence_missing'
  | 'content_changed'
  | 'already_signed'
  | 'not_prepared'
  | 'same_person'
  | 'named_other'
> & {
  /** Who signed before, and when. */
  readonly by?: string;
  readonly at_ms?: number;
};

/** A sign-off counts while the content is what was signed, and what the task depends on was signed before it. */
export function validSignoff(
  signoffs: readonly SignoffFact[],
  role: SignoffRole,
  content_hash: string,
): SignoffFact | undefined {
  return signoffs.findLast((signoff) => signoff.role === role && counts(signoff, content_hash));
}

export function counts(
  { content_hash, overtaken_by = [] }: Pick<SignoffFact, 'content_hash' | 'overtaken_by'>,
  content_now: string,
): boolean {
  return content_hash === content_now && overtaken_by.length === 0;
}

export type TaskState = 'open' | 'prepared' | 'signed' | 'changed';

/** 'signed' needs both roles on the present content. */
export function taskState(signoffs: readonly SignoffFact[], content_hash: string): TaskState {
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
  if (question.task_code === HARD_LOCK_TASK) {
    return refuse('rejected', 'done_by_lock', 'Nobody signs this: it is done when the month is locked for good.');
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
    return refuse('rejected', 'waiting_for', `Waits for ${inARow(question.waiting_for)}.`);
  }
  if (question.unreckoned) {
    return refuse(
      'rejected',
      'unreckoned',
      'Not reconciled yet, so there are no figures to sign. Wait until they are here, or choose Reconcile.',
    );
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
  if (standsInFor(question.named, user_name) !== question.stands_in_for) {
    return refuse('conflict', 'named_other', namedOtherMessage(role, question.named, user_name));
  }
  return { ok: true };
}

/** Whom a signer stands in for: who is named and is not they; null = nobody. */
export function standsInFor(named: string | null, user_name: string): string | null {
  return named === user_name ? null : named;
}

function namedOtherMessage(role: SignoffRole, named: string | null, user_name: string): string {
  if (standsInFor(named, user_name) === null) return 'The plan names nobody else now. Look again, then sign.';
  return `${named} is the one who ${role === 'preparer' ? 'prepares' : 'reviews'} this task. Sign in their place, or leave it to them.`;
}

/** Why a signature on what the content still is counts no more. */
export function overtakenMessage(titles: readonly string[]): string {
  return `${inARow(titles)} ${titles.length === 1 ? 'was' : 'were'} opened or signed again after this was signed, so this signature counts no more.`;
}

export interface WithdrawingQuestion {
  readonly user_name: string;
  /** May prepare or review the close of that company. */
  readonly may_sign: boolean;
  readonly period_state: string;
  readonly content_hash: string;
  /** The signature that is to be withdrawn; undefined = there is none of that id, or it was withdrawn. */
  readonly signoff: SignoffFact | undefined;
  /** Of the task, those that stand. */
  readonly signoffs: readonly SignoffFact[];
}

export type WithdrawingAnswer = Answer<
  'not_permitted' | 'not_signed' | 'not_yours' | 'period_locked' | 'stale' | 'reviewed'
>;

/**
 * Whoever gave a signature takes it back: a preparer while nobody reviewed it, a reviewer while the month is open. One whose
 * content changed counts no more and stays.
 */
export function mayWithdraw(question: WithdrawingQuestion): WithdrawingAnswer {
  const { signoff, signoffs, content_hash, period_state } = question;
  if (!question.may_sign) return refuse('rejected', 'not_permitted', 'Your role may not sign in this close.');
  if (!signoff) return refuse('conflict', 'not_signed', 'That signature is not there, or was withdrawn already.');
  if (signoff.user_name !== question.user_name) {
    return refuse('rejected', 'not_yours', `Only ${signoff.user_name} can withdraw this signature.`);
  }
  if (period_state === 'hard_locked') return refuse('rejected', 'period_locked', 'The month is locked for good.');
  if (signoff.content_hash !== content_hash) {
    return refuse('conflict', 'stale', 'The content changed since, so this signature counts no more.');
  }
  if (!counts(signoff, content_hash)) return refuse('conflict', 'stale', overtakenMessage(signoff.overtaken_by ?? []));
  if (signoff.role === 'reviewer') {
    return period_state === 'open'
      ? { ok: true }
      : refuse('rejected', 'period_locked', 'The month is locked. Open it again, then withdraw the signature.');
  }
  const reviewer = validSignoff(signoffs, 'reviewer', content_hash);
  if (reviewer) {
    return refuse(
      'conflict',
      'reviewed',
      `${reviewer.user_name} reviewed it, so their signature has to be withdrawn first.`,
    );
  }
  return { ok: true };
}
