/** What proposing an entry, changing it and deciding on it would do, told from the copy. */
import { dayNumber } from '#domain/calendar.ts';
import { grantsPermit } from '#domain/access/grants.ts';
import { decidedEntry, type MadeEntry, proposedEntry } from '#domain/close/journal/books.ts';
import { entryAmountMinor } from '#domain/close/journal/entry.ts';
import { journalReference } from '#domain/close/journal/reference.ts';
import { type JournalStepKind, mayChange } from '#domain/close/journal/steps.ts';
import type { CommandArgs } from '#contract/commands.ts';
import { BinnacleError } from '#contract/errors.ts';
import { type CopiedBooks, copiedBooks } from '#db/close/journal.ts';
import { scanner } from '#db/connection.ts';
import { domainGrants } from '#db/session/grants.ts';
import { granted } from './granted.ts';
import type { PredictContext, PredictedRow, Prediction } from './predict.ts';

export function predictProposal(context: PredictContext, args: CommandArgs<'proposeJournal'>): Prediction {
  const { user, mutation_id, made_at_ms } = context;
  const books = booksOf(context, args.period_id);
  const { company_id } = books;
  const may_prepare = grantsPermit(domainGrants(user.grants), 'prepare_close', { company_id });
  const { inputs, entry } = granted<MadeEntry>(proposedEntry(books, { ...args, may_prepare }));
  const reference = journalReference(books.period, mutation_id);
  return {
    lane: `close_period:${books.id}`,
    title: `Propose ${reference}, ${args.words}`,
    effects: [
      {
        tbl: 'journal_proposal',
        pk: mutation_id,
        image: [
          company_id,
          books.id,
          reference,
          args.words,
          dayNumber(entry.booked_on),
          entry.reverses_on === null ? null : dayNumber(entry.reverses_on),
          entryAmountMinor(entry.lines),
          JSON.stringify(inputs),
          JSON.stringify(entry.lines),
          args.renews_id,
          null,
          null,
          0,
          user.name,
          made_at_ms,
          made_at_ms,
        ],
      },
      ...(args.renews_id === null ? [] : [stepRow(context, books, args.renews_id, 'renewed', null)]),
    ],
  };
}

export function predictJournalChange(context: PredictContext, args: CommandArgs<'changeJournal'>): Prediction {
  const { proposal_id, step, words, seen_words } = args;
  const books = booksOf(context, args.period_id);
  granted(
    mayChange({
      may_prepare: grantsPermit(domainGrants(context.user.grants), 'prepare_close', { company_id: books.company_id }),
      proposal: books.proposals.find(({ id }) => id === proposal_id)?.standing,
      step,
      seen_words,
    }),
  );
  return {
    lane: `close_period:${books.id}`,
    title: `${step === 'reworded' ? 'Word' : 'Withdraw'} ${referenceOf(books, proposal_id)}`,
    effects: [stepRow(context, books, proposal_id, step, words)],
  };
}

export function predictJournalDecision(context: PredictContext, args: CommandArgs<'decideJournal'>): Prediction {
  const { user } = context;
  const books = booksOf(context, args.period_id);
  const may_review = grantsPermit(domainGrants(user.grants), 'review_close', { company_id: books.company_id });
  granted(decidedEntry(books, { ...args, may_review, user_name: user.name }));
  return {
    lane: `close_period:${books.id}`,
    title: `${args.verdict === 'approved' ? 'Approve' : 'Refuse'} ${referenceOf(books, args.proposal_id)}`,
    effects: [stepRow(context, books, args.proposal_id, args.verdict, args.reason)],
  };
}

function booksOf({ reader, made_at_ms }: PredictContext, period_id: number): CopiedBooks {
  const books = copiedBooks(scanner(reader), period_id, made_at_ms);
  if (!books) throw new BinnacleError('not_found', 'That period is not on this machine.');
  return books;
}

function referenceOf({ proposals }: CopiedBooks, proposal_id: string): string {
  return proposals.find(({ id }) => id === proposal_id)?.reference ?? '';
}

function stepRow(
  { user, mutation_id, made_at_ms }: PredictContext,
  { company_id, id }: CopiedBooks,
  proposal_id: string,
  step: JournalStepKind,
  words: string | null,
): PredictedRow {
  return {
    tbl: 'journal_step',
    pk: mutation_id,
    image: [company_id, id, proposal_id, step, words, user.name, made_at_ms, made_at_ms],
  };
}
