/** Asking other sites for goods: whole or not at all, one open request a way and item, none that leads back. */
import { sql } from 'kysely';
import { dayNumber, isoDate } from '#domain/calendar.ts';
import { decisionKey } from '#domain/planning/replenishment/decision.ts';
import { isTheirs, mayRequest } from '#domain/transfers/rules.ts';
import { type Move, OPEN_TRANSFER_STATES, RECENT_MOVE_DAYS, leadsBack } from '#domain/transfers/transfer.ts';
import type { CommandArgs } from '#contract/commands.ts';
import { storedTransfers } from '#server/planning/transferRows.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import type { CompanyDay } from '../companyDay.ts';
import type { CommandHandler } from '../handler.ts';
import { notFound, Refusal } from '../refusal.ts';
import { decisionsById, newestDecisions } from '../replenishment/standing.ts';
import { enterSites, permitsOf, refuseUnlessOk, writeSteps } from './place.ts';

type Asked = CommandArgs<'requestTransfers'>['transfers'][number];

export const requestTransfers: CommandHandler<'requestTransfers'> = async (context, { company_id, transfers }) => {
  const { tx } = context;
  const { company } = await enterSites(
    context,
    company_id,
    transfers.flatMap((each) => [each.from_site_id, each.to_site_id]),
  );
  const item_ids = [...new Set(transfers.map((each) => each.item_id))];
  const items = await tx
    .selectFrom('item')
    .select('id')
    .where('company_id', '=', company_id)
    .where('id', 'in', item_ids)
    .execute();
  if (items.length !== item_ids.length) throw notFound('item');
  await refuseUnlessDecided(tx, company, transfers);
  const stored = await storedTransfers(tx, company, { item_ids });
  const moves = await recentMoves(tx, company, item_ids);
  for (const each of stored) {
    if (OPEN_TRANSFER_STATES.has(each.standing.state)) push(moves, each.item_id, each);
  }
  for (const asked of transfers) {
    const open = stored.find(
      (each) =>
        each.item_id === asked.item_id &&
        each.from_site_id === asked.from_site_id &&
        each.to_site_id === asked.to_site_id &&
        // what is under way is on its way: more can be asked for
        (each.standing.state === 'requested' || each.standing.state === 'approved'),
    );
    refuseUnlessOk(
      mayRequest({
        may: isTheirs('requested', asked, permitsOf(context, company_id)),
        open_by: open?.standing.requested.author ?? null,
        leads_back: leadsBack(moves.get(asked.item_id) ?? [], asked),
      }),
      open,
    );
    push(moves, asked.item_id, asked);
  }
  const made = await transfersMade(tx, company_id);
  await writeSteps(
    context,
    company_id,
    transfers.map(({ wanted_on, ...asked }, index) => ({
      ...asked,
      step: 'requested',
      number: `TR-${String(made + index + 1).padStart(5, '0')}`,
      due_on: wanted_on === null ? null : dayNumber(wanted_on),
    })),
  );
};

/** What carries out a proposal is what was accepted, the same way, and no more of it. */
async function refuseUnlessDecided(
  tx: ServerTransaction,
  company: CompanyDay,
  transfers: readonly Asked[],
): Promise<void> {
  const linked = transfers.filter((each) => each.decision_id !== null);
  if (linked.length === 0) return;
  const decisions = await decisionsById(
    tx,
    company,
    linked.map((each) => each.decision_id ?? ''),
  );
  const newest = decisions.size === 0 ? decisions : await newestDecisions(tx, company, [...decisions.values()]);
  for (const asked of linked) {
    const decision = decisions.get(asked.decision_id ?? '');
    const about =
      decision?.kind === 'transfer' &&
      decision.item_id === asked.item_id &&
      decision.site_id === asked.to_site_id &&
      decision.from_site_id === asked.from_site_id;
    if (!decision || !about) throw notFound('accepted transfer');
    const counts = newest.get(decisionKey(decision))?.id === decision.id && decision.stands;
    if (!counts || decision.state !== 'accepted' || asked.qty_milli > decision.qty_milli) {
      throw new Refusal('conflict', {
        code: 'decision_replaced',
        message: 'The proposal was decided anew, or is not approved. Look at what stands now, then ask.',
        detail: { by: decision.author, at_ms: decision.accepted_at_ms },
      });
    }
  }
}

/** What left a site and arrived at another lately, under one document. */
async function recentMoves(
  tx: ServerTransaction,
  company: CompanyDay,
  item_ids: readonly number[],
): Promise<Map<number, Move[]>> {
  const { rows } = await sql<{ item_id: number; from_site_id: number; to_site_id: number }>`
    select i.item_id, o.site_id as from_site_id, i.site_id as to_site_id
    from stock_move i join stock_move o on o.item_id = i.item_id and o.ref = i.ref and o.kind = 'transfer_out'
      and o.company_id = i.company_id
    where i.company_id = ${company.id} and i.item_id = any(${item_ids}::int8[]) and i.kind = 'transfer_in'
      and i.moved_on >= ${isoDate(company.today_on - RECENT_MOVE_DAYS)}::date and i.ref is not null`.execute(tx);
  const moves = new Map<number, Move[]>();
  for (const { item_id, ...move } of rows) push(moves, item_id, move);
  return moves;
}

function push(moves: Map<number, Move[]>, item_id: number, move: Move): void {
  const held = moves.get(item_id);
  if (held) held.push(move);
  else moves.set(item_id, [move]);
}

/** So many were asked for in the company; its lock is held. */
async function transfersMade(tx: ServerTransaction, company_id: number): Promise<number> {
  const { made } = await tx
    .selectFrom('transfer_event')
    .select(({ fn }) => fn.countAll().as('made'))
    .where('company_id', '=', company_id)
    .where('step', '=', 'requested')
    .whereRef('site_id', '=', 'from_site_id')
    .executeTakeFirstOrThrow();
  return Number(made);
}
