/**
 * How a proposed entry stands from what was said of it, and who may say what. Whoever worded it does not approve it; once it
 * is exported it is the ledger's. The copy predicts by this, the server decides by it.
 */
import { type Answer, refuse } from '../../answer.ts';

export const JOURNAL_STEPS = ['reworded', 'withdrawn', 'renewed', 'approved', 'refused', 'exported'] as const;
export type JournalStepKind = (typeof JOURNAL_STEPS)[number];

export type JournalState =
  | 'proposed'
  | 'approved'
  | 'exported'
  | 'posted'
  | 'reversed'
  | 'refused'
  | 'withdrawn'
  | 'renewed';

/** Characters of the text an entry bears, and of a reason. */
export const MOST_TEXT = 200;
export const MOST_REASON = 500;

/** Throws on a word that is none. */
export function journalStepOf(text: string): JournalStepKind {
  const step = JOURNAL_STEPS.find((each) => each === text);
  if (!step) throw new Error(`'${text}' is no step of a proposed entry`);
  return step;
}

export interface JournalStep {
  readonly step: JournalStepKind;
  /** The new text, or the reason. */
  readonly words: string | null;
  readonly author: string;
  readonly at_ms: number;
}

export interface Proposed {
  readonly words: string;
  readonly author: string;
  readonly reverses_on: string | null;
  /** The ledger's entry that bears its reference; null = there is none. */
  readonly posted_as: string | null;
  readonly reversed_as: string | null;
}

export interface JournalStanding {
  readonly state: JournalState;
  readonly words: string;
  /** Whoever proposed or worded it. */
  readonly authors: readonly string[];
  /** Who approved, refused, withdrew or renewed it. */
  readonly decided_by: string | null;
  readonly decided_at_ms: number | null;
  readonly reason: string | null;
  /** The last time it left as a file; null = it never did. */
  readonly exported: { readonly by: string; readonly at_ms: number } | null;
}

/** @param steps in the order they were taken */
export function journalStanding(proposed: Proposed, steps: readonly JournalStep[]): JournalStanding {
  let state: JournalState = 'proposed';
  let { words } = proposed;
  const authors = [proposed.author];
  let decided_by: string | null = null;
  let decided_at_ms: number | null = null;
  let reason: string | null = null;
  let exported: JournalStanding['exported'] = null;
  for (const step of steps) {
    if (step.step === 'reworded') {
      words = step.words ?? words;
      if (!authors.includes(step.author)) authors.push(step.author);
    } else {
      state = step.step;
      if (step.step === 'exported') exported = { by: step.author, at_ms: step.at_ms };
      else {
        decided_by = step.author;
        decided_at_ms = step.at_ms;
        reason = step.words;
      }
    }
  }
  if (proposed.posted_as !== null && (state === 'approved' || state === 'exported')) state = 'posted';
  if (state === 'posted' && proposed.reversed_as !== null) state = 'reversed';
  return { state, words, authors, decided_by, decided_at_ms, reason, exported };
}

/** It stands for its items: no other may be proposed for them. */
export function holdsItems(state: JournalState): boolean {
  return state === 'proposed' || state === 'approved' || state === 'exported';
}

/** It does, or did until the ledger had it: of an item that no posting makes go, it still does. */
export function isMeant(state: JournalState): boolean {
  return holdsItems(state) || state === 'posted' || state === 'reversed';
}

export type JournalAnswer = Answer<
  | 'not_permitted'
  | 'not_found'
  | 'period_locked'
  | 'item_changed'
  | 'proposed_already'
  | 'decided_already'
  | 'own_proposal'
  | 'not_approved'
  | 'exported_already'
>;

export interface StandingEntry {
  readonly reference: string;
  readonly state: JournalState;
  /** Who proposed it. */
  readonly by: string;
  /** What the document is called where the entry was proposed from its item on another account; null = from this very item. */
  readonly from_another_item: string | null;
}

export interface ProposingFacts {
  readonly may_prepare: boolean;
  /** Why the ledger takes nothing on the entry's days, in a sentence; null = it does. */
  readonly locked: string | null;
  /** What of the items is not as it was seen, in a sentence; null = nothing. */
  readonly changed: string | null;
  /** Another that stands for one of the items; null = none. */
  readonly standing: StandingEntry | null;
  /** How the one it stands in for is; null = it stands in for none, undefined = that one is not there. */
  readonly renews: JournalStanding | null | undefined;
}

export function mayPropose({ may_prepare, locked, changed, standing, renews }: ProposingFacts): JournalAnswer {
  if (!may_prepare) return refuse('rejected', 'not_permitted', 'Your role may not propose entries.');
  if (locked !== null) return refuse('rejected', 'period_locked', locked);
  if (renews === undefined) return refuse('rejected', 'not_found', 'The entry this renews does not exist.');
  if (renews !== null && renews.state !== 'proposed' && renews.state !== 'approved') {
    return refuse('conflict', 'decided_already', `The entry this renews is ${STATE_WORDS[renews.state]} meanwhile.`);
  }
  if (changed !== null) return refuse('conflict', 'item_changed', `${changed} Look at the task again.`);
  return standing === null ? { ok: true } : alreadyStands(standing);
}

export function alreadyStands(standing: StandingEntry): Extract<JournalAnswer, { readonly ok: false }> {
  return refuse('conflict', 'proposed_already', standsAlready(standing));
}

function standsAlready({ reference, state, by, from_another_item }: StandingEntry): string {
  const entry = by === '' ? reference : `${reference} by ${by}`;
  const document = from_another_item ?? 'it';
  const posts = from_another_item === null ? '' : ' It posts to this account too.';
  if (state === 'exported') return `${entry} was exported for ${document} and waits for the ledger.${posts}`;
  if (holdsItems(state)) return `${entry} is proposed for ${document} already.${posts} Withdraw or renew that one.`;
  return `${entry} is in the ledger for it. It goes once the system of record has split the cost over its goods.`;
}

export interface ChangingFacts {
  readonly may_prepare: boolean;
  /** undefined = it is not there. */
  readonly proposal: JournalStanding | undefined;
  readonly step: 'reworded' | 'withdrawn';
  /** The words it had when it was changed. */
  readonly seen_words: string;
}

/** Its words until somebody decided on it; it may be withdrawn until it left as a file. */
export function mayChange({ may_prepare, proposal, step, seen_words }: ChangingFacts): JournalAnswer {
  if (!may_prepare) return refuse('rejected', 'not_permitted', 'Your role may not change proposed entries.');
  if (!proposal) return refuse('rejected', 'not_found', 'That proposed entry does not exist.');
  const open = proposal.state === 'proposed' || (step === 'withdrawn' && proposal.state === 'approved');
  if (!open) return decided(proposal);
  if (proposal.words !== seen_words) {
    return refuse('conflict', 'decided_already', 'Somebody changed its text meanwhile. Read theirs, then decide.');
  }
  return { ok: true };
}

export interface DecidingFacts {
  readonly may_review: boolean;
  readonly user_name: string;
  readonly proposal: JournalStanding | undefined;
  readonly verdict: 'approved' | 'refused';
  readonly seen_words: string;
  readonly locked: string | null;
  /** What of its items or accounts is otherwise than when it was proposed; null = nothing. */
  readonly changed: string | null;
}

/** Another person's: never whoever proposed or worded it. What has changed since cannot be approved. */
export function mayDecide(facts: DecidingFacts): JournalAnswer {
  const { may_review, user_name, proposal, verdict, seen_words, locked, changed } = facts;
  if (!may_review) return refuse('rejected', 'not_permitted', 'Your role may not approve entries.');
  if (!proposal) return refuse('rejected', 'not_found', 'That proposed entry does not exist.');
  if (proposal.authors.includes(user_name)) {
    return refuse('rejected', 'own_proposal', 'You proposed or worded this yourself, so another person must decide.');
  }
  if (proposal.state !== 'proposed') return decided(proposal);
  if (proposal.words !== seen_words) {
    return refuse('conflict', 'decided_already', 'Its text was changed meanwhile. Read it, then decide.');
  }
  if (verdict === 'refused') return { ok: true };
  if (locked !== null) return refuse('rejected', 'period_locked', locked);
  if (changed !== null) return refuse('conflict', 'item_changed', `${changed} It has to be renewed first.`);
  return { ok: true };
}

export interface ExportingFacts {
  readonly may_prepare: boolean;
  readonly proposal: JournalStanding | undefined;
  /** Asked for on purpose although it left before. */
  readonly again: boolean;
  readonly locked: string | null;
  readonly changed: string | null;
}

/** Approved ones leave once, and again only if that is asked for: the ledger would have it twice. */
export function mayExport({ may_prepare, proposal, again, locked, changed }: ExportingFacts): JournalAnswer {
  if (!may_prepare) return refuse('rejected', 'not_permitted', 'Your role may not export entries.');
  if (!proposal) return refuse('rejected', 'not_found', 'That proposed entry does not exist.');
  const { state, exported } = proposal;
  if (state === 'posted' || state === 'reversed') {
    return refuse('conflict', 'exported_already', 'It stands in the ledger already.');
  }
  if (state === 'exported' && !again) {
    return refuse(
      'conflict',
      'exported_already',
      `${exported?.by ?? 'Somebody'} exported it already. Ask for it again on purpose.`,
    );
  }
  if (state !== 'approved' && state !== 'exported') {
    return refuse('rejected', 'not_approved', `It is ${STATE_WORDS[state]}: only approved entries are exported.`);
  }
  if (locked !== null) return refuse('rejected', 'period_locked', locked);
  if (changed !== null) return refuse('conflict', 'item_changed', `${changed} Withdraw it and propose it anew.`);
  return { ok: true };
}

function decided({ state, decided_by }: JournalStanding): JournalAnswer {
  const by = decided_by === null ? '' : ` by ${decided_by}`;
  return refuse('conflict', 'decided_already', `It is ${STATE_WORDS[state]}${state === 'proposed' ? '' : by} already.`);
}

export const STATE_WORDS: Readonly<Record<JournalState, string>> = {
  proposed: 'proposed',
  approved: 'approved',
  exported: 'exported',
  posted: 'posted',
  reversed: 'posted and reversed',
  refused: 'refused',
  withdrawn: 'withdrawn',
  renewed: 'renewed',
};
