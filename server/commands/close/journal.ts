/** Entries proposed for items of a close: the domain's rules on what is true now, with the period held. */
import { grantsPermit, grantsSee } from '#domain/access/grants.ts';
import { decidedEntry, type MadeEntry, proposedEntry } from '#domain/close/journal/books.ts';
import { entryAmountMinor } from '#domain/close/journal/entry.ts';
import { journalReference } from '#domain/close/journal/reference.ts';
import { type JournalStepKind, mayChange } from '#domain/close/journal/steps.ts';
import { type HeldBooks, heldBooks } from '#server/close/journal/held.ts';
import { type CommandContext, type CommandHandler, written } from '../handler.ts';
import { granted, notFound, Refusal } from '../refusal.ts';

export const proposeJournal: CommandHandler<'proposeJournal'> = async (context, args) => {
  const { tx, user, mutation_id } = context;
  const books = await booksOf(context, args.period_id);
  const { company_id } = books;
  const may_prepare = grantsPermit(user.grants, 'prepare_close', { company_id });
  const { inputs, entry } = granted<MadeEntry>(proposedEntry(books, { ...args, may_prepare }));
  const reference = journalReference(books.period, mutation_id);
  const taken = await tx
    .selectFrom('journal_proposal')
    .select('id')
    .where('company_id', '=', company_id)
    .where('reference', '=', reference)
    .executeTakeFirst();
  if (taken) {
    throw new Refusal('conflict', {
      code: 'reference_taken',
      message: 'Another entry has the same reference by chance. Propose it again.',
    });
  }
  await tx
    .insertInto('journal_proposal')
    .values({
      id: mutation_id,
      company_id,
      period_id: books.id,
      reference,
      words: args.words,
      booked_on: entry.booked_on,
      reverses_on: entry.reverses_on,
      amount_minor: entryAmountMinor(entry.lines),
      inputs: JSON.stringify(inputs),
      lines: JSON.stringify(entry.lines),
      renews_id: args.renews_id,
      posted_as: null,
      reversed_as: null,
      posted_otherwise: false,
      ...written(context),
    })
    .execute();
  if (args.renews_id !== null) await take(context, books, args.renews_id, 'renewed', null);
};

export const changeJournal: CommandHandler<'changeJournal'> = async (context, args) => {
  const { proposal_id, step, words, seen_words } = args;
  const books = await booksOf(context, args.period_id);
  granted(
    mayChange({
      may_prepare: grantsPermit(context.user.grants, 'prepare_close', { company_id: books.company_id }),
      proposal: books.proposals.find(({ id }) => id === proposal_id)?.standing,
      step,
      seen_words,
    }),
  );
  await take(context, books, proposal_id, step, words);
};

export const decideJournal: CommandHandler<'decideJournal'> = async (context, args) => {
  const { user } = context;
  const books = await booksOf(context, args.period_id);
  const may_review = grantsPermit(user.grants, 'review_close', { company_id: books.company_id });
  granted(decidedEntry(books, { ...args, may_review, user_name: user.name }));
  await take(context, books, args.proposal_id, args.verdict, args.reason);
};

async function booksOf({ tx, user, now_ms }: CommandContext, period_id: number): Promise<HeldBooks> {
  const period = await tx
    .selectFrom('close_period')
    .select(['company_id', 'period'])
    .where('id', '=', period_id)
    .executeTakeFirst();
  if (!period || !grantsSee(user.grants, 'finance', { company_id: period.company_id })) throw notFound('period');
  return await heldBooks(tx, period, now_ms);
}

async function take(
  context: CommandContext,
  { id: period_id, company_id }: HeldBooks,
  proposal_id: string,
  step: JournalStepKind,
  words: string | null,
): Promise<void> {
  await context.tx
    .insertInto('journal_step')
    .values({ id: context.mutation_id, company_id, period_id, proposal_id, step, words, ...written(context) })
    .execute();
}
