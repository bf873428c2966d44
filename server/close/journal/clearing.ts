/** Proposed entries that stand in the ledger: which they are, by their references, and what of them clears which items. */
import { sql } from 'kysely';
import { dayNumber } from '#domain/calendar.ts';
import { reversalReference } from '#domain/close/journal/reference.ts';
import type { ProposedEntry } from '#domain/close/reconcile/proposed.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import { proposalsOf, type StoredProposal } from './read.ts';

/** Approved by a second person, whatever became of it since: what nobody approved clears nothing. */
const CLEARS: ReadonlySet<string> = new Set(['approved', 'exported', 'posted', 'reversed']);

export async function proposedEntries(
  tx: ServerTransaction,
  company_id: number,
  references: readonly string[],
): Promise<readonly ProposedEntry[]> {
  if (references.length === 0) return [];
  const wanted = new Set(references);
  const proposals = await proposalsOf(tx, company_id);
  return proposals
    .filter(({ standing }) => CLEARS.has(standing.state))
    .filter(({ reference }) => wanted.has(reference) || wanted.has(reversalReference(reference)))
    .map(({ reference, inputs }) => ({
      reference,
      items: inputs.items.map(({ arose_on, ...item }) => ({ ...item, arose_on: dayNumber(arose_on) ?? 0 })),
    }));
}

interface PostedLine {
  readonly ref: string;
  readonly name: string;
  readonly booked_on: string;
  readonly account: string;
  readonly amount_minor: number;
}

/** Writes at each approved entry under which number it, and what takes it back, stands in the ledger; or that it does no more. */
export async function markPosted(tx: ServerTransaction, company_id: number): Promise<void> {
  const proposals = (await proposalsOf(tx, company_id)).filter(({ standing }) => CLEARS.has(standing.state));
  if (proposals.length === 0) return;
  const { rows } = await sql<PostedLine>`
    select e.ref, e.journal || ' ' || e.number as name, to_char(e.booked_on, 'YYYY-MM-DD') as booked_on,
      a.code as account, sum(l.amount_minor)::bigint as amount_minor
    from gl_entry e join gl_line l on l.entry_id = e.id join gl_account a on a.id = l.account_id
    where e.company_id = ${company_id} and e.ref like 'JP-%'
    group by e.ref, e.id, a.code order by e.ref, e.id, a.code`.execute(tx);
  const posted = Map.groupBy(rows, ({ ref }) => ref);
  for (const proposal of proposals) {
    const entry = posted.get(proposal.reference) ?? [];
    const back = posted.get(reversalReference(proposal.reference)) ?? [];
    const posted_as = entry[0]?.name ?? null;
    const reversed_as = back[0]?.name ?? null;
    const posted_otherwise =
      (posted_as !== null && !isAsProposed(entry, proposal, proposal.booked_on, 1)) ||
      (reversed_as !== null && !isAsProposed(back, proposal, proposal.reverses_on, -1));
    await tx
      .updateTable('journal_proposal')
      .set({ posted_as, reversed_as, posted_otherwise })
      .where('id', '=', proposal.id)
      .where(
        sql<boolean>`(posted_as, reversed_as, posted_otherwise) is distinct from (${posted_as}::text, ${reversed_as}::text, ${posted_otherwise}::boolean)`,
      )
      .execute();
  }
}

/** The same accounts, amounts and month: on which day of it the ledger took it is the ledger's affair. */
function isAsProposed(
  posted: readonly PostedLine[],
  { lines }: StoredProposal,
  day: string | null,
  sign: 1 | -1,
): boolean {
  const sums = new Map<string, number>();
  for (const { account, amount_minor } of lines) sums.set(account, (sums.get(account) ?? 0) + sign * amount_minor);
  for (const { account, amount_minor } of posted) sums.set(account, (sums.get(account) ?? 0) - amount_minor);
  return (
    [...sums.values()].every((rest) => rest === 0) &&
    posted.every(({ booked_on }) => booked_on.slice(0, 7) === day?.slice(0, 7))
  );
}
