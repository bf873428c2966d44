/** What is known of a month when somebody acts on its proposed entries, and what the rules say to it: asked here and at the server. */
import { refuse } from '../../answer.ts';
import { dayNumber } from '../../calendar.ts';
import { isCause } from '../reconcile/causes.ts';
import type { DocumentRef } from '../reconcile/facts.ts';
import { isReconciledRole, RECONCILIATIONS } from '../reconcile/plan.ts';
import type { Allocation } from './allocation.ts';
import { covers, postsTwice } from './covering.ts';
import {
  changedSince,
  type EntryRefusal,
  type JournalEntry,
  journalEntry,
  type JournalInputs,
  journalInputs,
  type OpenItem,
} from './entry.ts';
import {
  holdsItems,
  isMeant,
  type JournalAnswer,
  type JournalStanding,
  alreadyStands,
  mayDecide,
  mayExport,
  mayPropose,
  type StandingEntry,
} from './steps.ts';
import type { BookedEntry } from './turned.ts';

/** An item with what its task shows of it. */
export interface ShownItem extends OpenItem {
  readonly task_id: number;
  /** In the sign the task shows it in. */
  readonly shown_minor: number;
}

/** A reconciliation's item as it is stored, with its task's code. */
export interface StoredItem {
  readonly line_id: number;
  readonly task_id: number;
  readonly code: string;
  readonly role: string;
  readonly cause: string;
  /** ISO day. */
  readonly arose_on: string;
  readonly documents: readonly DocumentRef[];
  readonly ref: string;
  readonly amount_minor: number;
  readonly allocation: Allocation | null;
}

/** The entry of the ledger that an item is, where it is one nobody has a document for; null = it is none, or several. */
export function entryByHand({ cause, documents }: Pick<StoredItem, 'cause' | 'documents'>): number | null {
  const [only, ...others] = documents;
  return cause === 'entry_by_hand' && only?.kind === 'entry' && others.length === 0 ? only.id : null;
}

/**
 * Undefined: of an account or a cause this program does not know.
 * @param booked entries of the ledger by `entryByHand`
 */
export function shownItem(stored: StoredItem, booked: ReadonlyMap<number, BookedEntry>): ShownItem | undefined {
  const { code, role, cause, documents, amount_minor, ...item } = stored;
  const by_hand = entryByHand(stored);
  if (!isReconciledRole(role) || !isCause(cause)) return undefined;
  const sign = RECONCILIATIONS.find((plan) => plan.code === code)?.sign ?? 1;
  return {
    ...item,
    role,
    cause,
    // + 0: no negative nothing
    amount_minor: sign * amount_minor + 0,
    document_kind: documents[0]?.kind ?? null,
    document_id: documents[0]?.id ?? null,
    ...(by_hand === null ? {} : { booked: booked.get(by_hand) ?? null }),
    shown_minor: amount_minor,
  };
}

/** Whether what is proposed for it goes by how the ledger books landed costs. */
export function asksOfLanded({ role, document_kind, amount_minor }: OpenItem): boolean {
  return role === 'landed_cost_clearing' && document_kind === 'landed_cost' && amount_minor !== 0;
}

export interface KnownProposal {
  readonly id: string;
  readonly reference: string;
  readonly inputs: JournalInputs;
  readonly standing: JournalStanding;
}

export interface JournalBooks {
  readonly currency: string;
  readonly cut_off_on: string;
  /** What it costs to bring goods in comes to stock with them (`landedToStock`). */
  readonly landed_to_stock: boolean;
  /** Why the ledger of this month, or of the next, takes nothing, in a sentence; null = it does. */
  readonly locked: string | null;
  readonly next_locked: string | null;
  /** Every item of the period. */
  readonly items: readonly ShownItem[];
  /** Account codes by role, as `accountsByKey` has them. */
  readonly accounts: ReadonlyMap<string, string>;
  readonly proposals: readonly KnownProposal[];
  /**
   * Of the company's other months those that `standsBeyond`: what is not posted yet stands for what is carried on, a cost that no goods
   * bear stands there month after month until it is split.
   */
  readonly elsewhere: readonly KnownProposal[];
}

/** A cost that no goods bear: no posting makes it go, since it moves no total of its account. */
export function isCost({ amount_minor, allocation }: Pick<OpenItem, 'amount_minor' | 'allocation'>): boolean {
  return amount_minor === 0 && Boolean(allocation);
}

/** Whether another month asks for it. */
export function standsBeyond({ inputs, standing }: Pick<KnownProposal, 'inputs' | 'standing'>): boolean {
  return holdsItems(standing.state) || inputs.items.some(isCost);
}

/** As much of an item as says which entry stands for it. */
export type StandingItem = Pick<OpenItem, 'line_id' | 'ref' | 'arose_on' | 'amount_minor' | 'allocation'> &
  Partial<Pick<OpenItem, 'cause' | 'document_kind' | 'document_id'>> & {
    readonly role: string;
  };

/**
 * The entry that stands for an item on some day from the period's cut-off on, so that no other may be proposed for it: its own, or
 * one that posts the same document to its account from another task; of a cost one of any month that is not taken back by then, in
 * the ledger or not. Undefined = none.
 * @param reverses whether what would be proposed is taken back the day after the cut-off; true asks of the cut-off alone
 */
export function entryFor<Proposal extends KnownProposal>(
  item: StandingItem,
  {
    proposals,
    elsewhere,
    cut_off_on,
  }: {
    readonly proposals: readonly Proposal[];
    readonly elsewhere: readonly Proposal[];
    readonly cut_off_on: string;
  },
  reverses = true,
): Proposal | undefined {
  const own = proposals.find(
    ({ standing, inputs }) =>
      holdsItems(standing.state) && inputs.items.some(({ line_id }) => line_id === item.line_id),
  );
  if (own !== undefined) return own;
  const { cause, document_kind = null, document_id = null } = item;
  if (!isCost(item)) {
    return [...proposals, ...elsewhere].find(
      ({ standing, inputs }) =>
        holdsItems(standing.state) &&
        standTogether(inputs, { cut_off_on, reverses }) &&
        cause !== undefined &&
        inputs.items.some((other) => covers(other, { ...item, cause, document_kind, document_id })),
    );
  }
  return [...proposals, ...elsewhere].find(
    ({ standing, inputs }) =>
      isMeant(standing.state) &&
      standTogether(inputs, { cut_off_on, reverses }) &&
      inputs.items.some(
        (other) =>
          isCost(other) && other.role === item.role && other.ref === item.ref && other.arose_on === item.arose_on,
      ),
  );
}

type Standing = Pick<JournalInputs, 'cut_off_on' | 'reverses'>;

/** Each stands from its cut-off on, one that is taken back on that day alone. */
function standTogether(one: Standing, other: Standing): boolean {
  const lastDay = ({ cut_off_on, reverses }: Standing): number =>
    reverses ? (dayNumber(cut_off_on) ?? 0) : Number.MAX_SAFE_INTEGER;
  return (dayNumber(one.cut_off_on) ?? 0) <= lastDay(other) && (dayNumber(other.cut_off_on) ?? 0) <= lastDay(one);
}

export interface ProposalAsked {
  readonly may_prepare: boolean;
  readonly items: readonly { readonly line_id: number; readonly amount_minor: number }[];
  readonly reverses: boolean;
  readonly renews_id: string | null;
}

export type MadeEntry = { readonly ok: true; readonly inputs: JournalInputs; readonly entry: JournalEntry };
type ProposalRefusal = Extract<JournalAnswer, { readonly ok: false }>;

/** The entry for these items, or why there is none. */
export function proposedEntry(books: JournalBooks, asked: ProposalAsked): MadeEntry | ProposalRefusal | EntryRefusal {
  const wanted = new Map(asked.items.map((item) => [item.line_id, item.amount_minor]));
  const chosen = books.items.filter(({ line_id }) => wanted.has(line_id));
  const moved = chosen.find(({ line_id, shown_minor }) => wanted.get(line_id) !== shown_minor);
  const others = { ...books, proposals: books.proposals.filter(({ id }) => id !== asked.renews_id) };
  const held = chosen.flatMap((item) => {
    const holder = entryFor(item, others, asked.reverses);
    return holder ? [standingFor(holder, item)] : [];
  });
  const may = mayPropose({
    may_prepare: asked.may_prepare,
    locked: books.locked ?? (asked.reverses ? books.next_locked : null),
    changed:
      chosen.length < wanted.size
        ? 'An item is no difference any more.'
        : moved
          ? `The amount of ${moved.ref} has changed since.`
          : null,
    standing: held[0] ?? null,
    renews: asked.renews_id === null ? null : books.proposals.find(({ id }) => id === asked.renews_id)?.standing,
  });
  if (!may.ok) return may;
  const { currency, cut_off_on, landed_to_stock, accounts } = books;
  const made = journalInputs({
    currency,
    cut_off_on,
    landed_to_stock,
    reverses: asked.reverses,
    items: chosen.map(({ shown_minor: _shown, task_id: _task, ...item }) => item),
    period_items: books.items,
    accounts,
  });
  if (!made.ok) return made;
  for (const item of made.inputs.items) {
    const other = [...others.proposals, ...others.elsewhere].find(
      ({ standing, inputs }) =>
        holdsItems(standing.state) &&
        standTogether(inputs, made.inputs) &&
        inputs.items.some((each) => postsTwice(each, item)),
    );
    if (other) return alreadyStands(standingFor(other, item));
  }
  return { ok: true, inputs: made.inputs, entry: journalEntry(made.inputs) };
}

function standingFor({ reference, standing, inputs }: KnownProposal, { line_id, ref }: OpenItem): StandingEntry {
  const own = inputs.items.some((each) => each.line_id === line_id) || inputs.items.some(isCost);
  return { reference, state: standing.state, by: standing.authors[0] ?? '', from_another_item: own ? null : ref };
}

/** What of a proposal's items or accounts is otherwise now, in a sentence; null where nothing is, or it is over. */
export function proposalChanged({ items, accounts }: JournalBooks, proposal: KnownProposal): string | null {
  return holdsItems(proposal.standing.state) ? changedSince(proposal.inputs, items, accounts) : null;
}

export interface DecisionAsked {
  readonly may_review: boolean;
  readonly user_name: string;
  readonly proposal_id: string;
  readonly verdict: 'approved' | 'refused';
  readonly seen_words: string;
}

export function decidedEntry(books: JournalBooks, asked: DecisionAsked): JournalAnswer {
  const proposal = books.proposals.find(({ id }) => id === asked.proposal_id);
  return mayDecide({
    ...asked,
    proposal: proposal?.standing,
    locked: lockedFor(books, proposal),
    changed: proposal ? proposalChanged(books, proposal) : null,
  });
}

export function exportedEntry(
  books: JournalBooks,
  asked: { readonly may_prepare: boolean; readonly proposal_id: string; readonly again: boolean },
): JournalAnswer {
  const proposal = books.proposals.find(({ id }) => id === asked.proposal_id);
  if (proposal === undefined) return refuse('rejected', 'not_found', 'That proposed entry does not exist.');
  return mayExport({
    ...asked,
    proposal: proposal.standing,
    locked: lockedFor(books, proposal),
    changed: proposalChanged(books, proposal),
  });
}

function lockedFor({ locked, next_locked }: JournalBooks, proposal: KnownProposal | undefined): string | null {
  return locked ?? (proposal?.inputs.reverses === true ? next_locked : null);
}
