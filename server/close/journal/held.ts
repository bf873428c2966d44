/** A period held while somebody acts on its proposed entries: locks and signatures wait, and two who act take turns. */
import { sql } from 'kysely';
import { addMonths } from '#domain/calendar.ts';
import { type JournalBooks, standsBeyond } from '#domain/close/journal/books.ts';
import { landedToStock } from '#domain/close/journal/turned.ts';
import { methodsOf } from '#domain/close/reconcile/methods.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import { whyLocked } from '../lockedDays.ts';
import { accountsByRole, landedEntries, openItems, proposalsOf, type StoredProposal } from './read.ts';

export interface HeldBooks extends JournalBooks {
  readonly id: number;
  readonly company_id: number;
  readonly period: number;
  readonly proposals: readonly StoredProposal[];
}

/**
 * The next month is held too where it is open; both in the order of their ids. A document may be proposed for in any month, so a
 * company's proposals take turns before any month is held.
 */
export async function heldBooks(
  tx: ServerTransaction,
  { company_id, period }: { readonly company_id: number; readonly period: number },
  now_ms: number,
): Promise<HeldBooks> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`journal:${company_id}`}, 2))`.execute(tx);
  const held = await tx
    .selectFrom('close_period')
    .select(['id', 'period', 'state', 'cut_off_on', 'locked'])
    .where('company_id', '=', company_id)
    .where('period', 'in', [period, addMonths(period, 1)])
    .orderBy('id')
    .forUpdate()
    .execute();
  const own = held.find((each) => each.period === period);
  if (!own) throw new Error(`company ${company_id} has no period ${period}`);
  const next = held.find((each) => each.period !== period);
  const { currency } = await tx
    .selectFrom('company')
    .select('currency')
    .where('id', '=', company_id)
    .executeTakeFirstOrThrow();
  const items = await openItems(tx, own.id);
  const methods = await tx
    .selectFrom('reconciliation_setting')
    .select(['code', 'from_month', 'valuation', 'settlement', 'settlement_day', 'what', 'to_month', 'amount_minor'])
    .where('company_id', '=', company_id)
    .execute();
  const proposals = await proposalsOf(tx, company_id);
  return {
    id: own.id,
    company_id,
    period,
    currency,
    cut_off_on: own.cut_off_on,
    landed_to_stock: landedToStock(methodsOf(methods, period).valuation, await landedEntries(tx, company_id, items)),
    locked: whyLocked(own, 'ledger', now_ms),
    next_locked: next ? whyLocked(next, 'ledger', now_ms) : null,
    items,
    accounts: await accountsByRole(tx, company_id),
    proposals: proposals.filter(({ period_id }) => period_id === own.id),
    elsewhere: proposals.filter((each) => each.period_id !== own.id && standsBeyond(each)),
  };
}
