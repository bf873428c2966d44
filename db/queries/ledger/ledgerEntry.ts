/** What does this entry book, on all of its accounts? */
import { isoDate } from '#domain/calendar.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { QueryHandler } from '../context.ts';
import { provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { companyJournals } from './journals.ts';
import { LEDGER_TABLES, mayReadBooks } from './books.ts';

export const ledgerEntry: QueryHandler<'ledgerEntry'> = async (context, { company_id, entry_id }) => {
  mayReadBooks(context, company_id);
  const company = await companyById(context, company_id);
  const entry = await context.db
    .selectFrom('gl_entry')
    .select(['id', 'journal', 'number', 'booked_on', 'posted_at', 'ref', 'memo'])
    .where('id', '=', entry_id)
    .where('company_id', '=', company_id)
    .executeTakeFirst();
  if (!entry) throw new BinnacleError('not_found', `There is no entry ${entry_id} among yours.`);
  const lines = await context.db
    .selectFrom('gl_line as l')
    .innerJoin('gl_account as a', 'a.id', 'l.account_id')
    .leftJoin('party as p', 'p.id', 'l.party_id')
    .leftJoin('channel as c', 'c.id', 'l.channel_id')
    .select(['l.id', 'l.account_id', 'a.code as account', 'a.name as account_name', 'p.name as party'])
    .select(['c.name as channel', 'l.ref', 'l.amount_minor'])
    .where('l.entry_id', '=', entry.id)
    .orderBy('l.id')
    .execute();
  const { posted_at: posted_at_ms, booked_on, ...head } = entry;
  const journals = await companyJournals(context, company_id);
  return {
    ...head,
    journal_name: journals.nameOf(head.journal),
    journal_kind: journals.kindOf(head.journal),
    booked_on: isoDate(booked_on),
    posted_at_ms,
    lines,
    currency: company.currency,
    provenance: provenance(context, LEDGER_TABLES),
  };
};
