/** Which entries are proposed in this month, how does each stand, and what may this person do? And what would one for these items be? */
import { decidedEntry, exportedEntry, proposalChanged, proposedEntry } from '#domain/close/journal/books.ts';
import { entryAmountMinor, usualText, usuallyReverses } from '#domain/close/journal/entry.ts';
import { mayChange } from '#domain/close/journal/steps.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { JournalRow } from '#contract/queries.ts';
import { type CopiedBooks, copiedBooks, type CopiedProposal } from '#db/close/journal.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { mutationState } from '../orders/notes.ts';
import { provenance } from '../provenance.ts';
import { mayInCompany } from '../rights.ts';

const TABLES = [
  'journal_proposal',
  'journal_step',
  'rec_item',
  'gl_account',
  'gl_entry',
  'gl_line',
  'reconciliation_setting',
] as const;

export const closeJournal: QueryHandler<'closeJournal'> = async (context, { period_id }) => {
  const books = booksOf(context, period_id);
  const rows = books.proposals.map((proposal) => rowOf(context, books, proposal)).toReversed();
  return await Promise.resolve({
    period: books.period,
    currency: books.currency,
    rows,
    to_approve: rows.filter(({ state }) => state === 'proposed').length,
    to_export: rows.filter(({ state }) => state === 'approved').length,
    propose_why_not: mayInCompany(context.user, books.company_id, 'prepare_close')
      ? books.locked
      : 'Your role may not propose entries.',
    provenance: provenance(context, TABLES),
  });
};

export const journalDraft: QueryHandler<'journalDraft'> = async (
  context,
  { period_id, items, reverses, renews_id },
) => {
  const books = booksOf(context, period_id);
  const wanted = new Set(items.map(({ line_id }) => line_id));
  const chosen = books.items.filter(({ line_id }) => wanted.has(line_id));
  const taken_back = reverses ?? usuallyReverses(chosen);
  const may_prepare = mayInCompany(context.user, books.company_id, 'prepare_close');
  const made = proposedEntry(books, { may_prepare, items, reverses: taken_back, renews_id });
  return await Promise.resolve({
    currency: books.currency,
    reverses: taken_back,
    words: usualText(chosen),
    booked_on: books.cut_off_on,
    reverses_on: made.ok ? made.entry.reverses_on : null,
    lines: made.ok ? made.entry.lines : [],
    amount_minor: made.ok ? entryAmountMinor(made.entry.lines) : 0,
    taken_back_whole: [...new Set(chosen.flatMap(({ ref, booked }) => (booked ? [ref] : [])))],
    allocations: chosen.flatMap(({ ref, allocation }) => (allocation ? [{ ref, allocation }] : [])),
    why_not: made.ok ? null : made.message,
    provenance: provenance(context, TABLES),
  });
};

function booksOf(context: QueryContext, period_id: number): CopiedBooks {
  const books = copiedBooks(context.scan, period_id, context.now_ms);
  if (!books) throw new BinnacleError('not_found', `There is no period ${period_id} among yours.`);
  return books;
}

function rowOf({ user }: QueryContext, books: CopiedBooks, proposal: CopiedProposal): JournalRow {
  const { id, standing, inputs } = proposal;
  const { company_id } = books;
  const may_prepare = mayInCompany(user, company_id, 'prepare_close');
  const may_review = mayInCompany(user, company_id, 'review_close');
  const seen_words = standing.words;
  const deciding = (verdict: 'approved' | 'refused'): string | null =>
    whyNot(decidedEntry(books, { may_review, user_name: user.name, proposal_id: id, verdict, seen_words }));
  const changing = (step: 'reworded' | 'withdrawn'): string | null =>
    whyNot(mayChange({ may_prepare, proposal: standing, step, seen_words }));
  const exporting = (again: boolean): string | null =>
    whyNot(exportedEntry(books, { may_prepare, proposal_id: id, again }));
  const mine = new Set(inputs.items.map(({ line_id }) => line_id));
  const now = books.items.filter(({ line_id }) => mine.has(line_id));
  return {
    id,
    reference: proposal.reference,
    words: standing.words,
    state: standing.state,
    mutation_state: mutationState(proposal.mutation_state),
    amount_minor: proposal.amount_minor,
    booked_on: proposal.booked_on,
    reverses_on: proposal.reverses_on,
    lines: proposal.lines,
    items: inputs.items.map(({ line_id, ref, cause, amount_minor }) => ({ line_id, ref, cause, amount_minor })),
    authors: standing.authors,
    proposed_at_ms: proposal.written_at,
    decided_by: standing.decided_by,
    decided_at_ms: standing.decided_at_ms,
    reason: standing.reason,
    exported: standing.exported,
    posted_as: proposal.posted_as,
    reversed_as: proposal.reversed_as,
    posted_otherwise: proposal.posted_otherwise,
    changed: proposalChanged(books, proposal),
    renewed_from:
      may_prepare && (standing.state === 'proposed' || standing.state === 'approved') && now.length > 0
        ? now.map(({ line_id, shown_minor }) => ({ line_id, amount_minor: shown_minor }))
        : null,
    approve_why_not: deciding('approved'),
    refuse_why_not: deciding('refused'),
    reword_why_not: changing('reworded'),
    withdraw_why_not: changing('withdrawn'),
    export_why_not: exporting(false),
    again_why_not: exporting(true),
  };
}

function whyNot(answer: { readonly ok: true } | { readonly ok: false; readonly message: string }): string | null {
  return answer.ok ? null : answer.message;
}
