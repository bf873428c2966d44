/**
 * POST /close/journal.csv, and /close/journal for the workstations: approved entries of a month as a file an accountant or a
 * system of record posts. Everything that leaves is marked with who took it and when, in one transaction with the answer:
 * asked for a second time it is refused. So it is no GET, which anything on the way may ask again by itself.
 */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { grantsPermit, grantsSee } from '#domain/access/grants.ts';
import { exportedEntry } from '#domain/close/journal/books.ts';
import { journalCsv } from '#domain/close/journal/csv.ts';
import { type JournalExported, JournalExportRequest } from '#contract/wire/journal.ts';
import { writeAudit } from '#server/audit/trail.ts';
import type { SignedIn } from '#server/auth/guard.ts';
import { addressOf } from '#server/http/address.ts';
import type { RouteContext } from '#server/http/context.ts';
import { HttpError, parseWith } from '#server/http/errors.ts';
import { sendJson } from '#server/http/respond.ts';
import { companyJournals } from '../facts/ledger.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import { type HeldBooks, heldBooks } from './held.ts';
import type { StoredProposal } from './read.ts';

export function journalRoutes(app: FastifyInstance, context: RouteContext): void {
  const takeOut = async (request: FastifyRequest): Promise<JournalExported> => {
    const user = await context.requireUser(request);
    const asked = parseWith(JournalExportRequest, request.query);
    const taking = { user, address: addressOf(request), now_ms: context.clock(), again: asked.again === 'true' };
    const { company_code, entries } = await context.db.transaction().execute(async (tx) => {
      const found = await booksFor(tx, taking, asked.company, asked.period);
      const wanted = wantedOf(found.books, taking, asked.reference);
      const { by_hand: journal } = await companyJournals(tx, found.books.company_id);
      await markExported(tx, taking, found.books, wanted);
      return {
        ...found,
        entries: wanted.map(({ standing, ...entry }) => ({
          ...entry,
          company_code: found.company_code,
          currency: found.books.currency,
          journal,
          words: standing.words,
        })),
      };
    });
    context.kick();
    return {
      file_name: `journal-${company_code}-${asked.period}.csv`.replaceAll(/[^\w.-]/g, '_'),
      references: entries.map(({ reference }) => reference),
      text: journalCsv(entries),
    };
  };
  app.post('/close/journal', async (request, reply) => await sendJson(request, reply, await takeOut(request)));
  app.post('/close/journal.csv', async (request, reply) => {
    const { file_name, text } = await takeOut(request);
    return await reply
      .header('content-type', 'text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="${file_name}"`)
      .send(text);
  });
}

interface Taking {
  readonly user: SignedIn;
  readonly address: string;
  readonly now_ms: number;
  readonly again: boolean;
}

/** Of a company the person does not see it is not said whether it is there. */
async function booksFor(
  tx: ServerTransaction,
  { user, now_ms }: Taking,
  code: string,
  period: number,
): Promise<{ readonly books: HeldBooks; readonly company_code: string }> {
  const found = await tx
    .selectFrom('close_period as p')
    .innerJoin('company as c', 'c.id', 'p.company_id')
    .select(['p.company_id', 'c.code'])
    .where('c.code', '=', code)
    .where('p.period', '=', period)
    .executeTakeFirst();
  if (!found || !grantsSee(user.grants, 'finance', { company_id: found.company_id })) {
    throw new HttpError(404, 'not_found', `There is no close of ${period} for a company ${code} among yours.`);
  }
  if (!grantsPermit(user.grants, 'prepare_close', { company_id: found.company_id })) {
    throw new HttpError(403, 'not_permitted', 'Your role may not export entries.');
  }
  return { books: await heldBooks(tx, { company_id: found.company_id, period }, now_ms), company_code: found.code };
}

function wantedOf(
  books: HeldBooks,
  { again }: Taking,
  references: readonly string[] | undefined,
): readonly StoredProposal[] {
  const states: ReadonlySet<string> = new Set(again ? ['approved', 'exported'] : ['approved']);
  const named = references && [...new Set(references)];
  const wanted = named
    ? named.map((reference) => {
        const proposal = books.proposals.find((each) => each.reference === reference);
        if (!proposal) throw new HttpError(404, 'not_found', `There is no proposed entry ${reference} in this month.`);
        return proposal;
      })
    : books.proposals.filter(({ standing }) => states.has(standing.state));
  if (wanted.length === 0) {
    throw new HttpError(404, 'nothing_to_export', 'No approved entry of this month waits to be exported.');
  }
  for (const { id, reference } of wanted) {
    const answer = exportedEntry(books, { may_prepare: true, proposal_id: id, again });
    if (!answer.ok) throw new HttpError(409, answer.code, `${reference}: ${answer.message}`);
  }
  return wanted;
}

async function markExported(
  tx: ServerTransaction,
  { user, address, now_ms, again }: Taking,
  { company_id, id: period_id, period }: HeldBooks,
  wanted: readonly StoredProposal[],
): Promise<void> {
  const at = new Date(now_ms);
  await tx
    .insertInto('journal_step')
    .values(
      wanted.map(({ id: proposal_id }) => ({
        id: randomUUID(),
        company_id,
        period_id,
        proposal_id,
        step: 'exported',
        words: null,
        author: user.name,
        written_at: at,
        accepted_at: at,
      })),
    )
    .execute();
  await writeAudit(tx, now_ms, {
    kind: 'exported',
    by: { name: user.name, address },
    about: 'journal',
    detail: {
      company: company_id,
      period,
      entries: wanted.length,
      references: wanted.map(({ reference }) => reference).join(' '),
      again: again ? 'on purpose' : null,
    },
    close: { company_id, period_id },
  });
}
