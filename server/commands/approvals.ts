/** Allowing or refusing an order that breaks a rule: judged again here, on the server's own rows, and kept with the rules. */
import { createHash } from 'node:crypto';
import { grantsPermit, grantsSee } from '#domain/access/grants.ts';
import {
  type ApprovalDecision,
  approvalState,
  areaOfApproval,
  mayDecideOrder,
  orderContent,
  requestersOf,
  type SaidOfOrder,
} from '#domain/orders/approval.ts';
import { APPROVAL_TABLE } from '#contract/wire/approvalTables.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import { brokenRulesOf, linesToJudge } from './brokenRules.ts';
import { companyDay } from './companyDay.ts';
import { type CommandHandler, written } from './handler.ts';
import { notFound, notPermitted, Refusal } from './refusal.ts';

export const approveOrder: CommandHandler<'approveOrder'> = async (context, args) => {
  const { tx, user } = context;
  const table = APPROVAL_TABLE[args.kind];
  // decisions about one order take turns
  const order = await tx
    .selectFrom('sales_order')
    .select(['id', 'company_id', 'site_id', 'channel_id', 'party_id', 'state'])
    .where('id', '=', args.order_id)
    .forUpdate()
    .executeTakeFirst();
  if (!order) throw notFound('order');
  const { company_id, site_id, channel_id } = order;
  if (!grantsSee(user.grants, areaOfApproval(args.kind), order)) throw notFound('order');
  const asks = args.decision === 'asked';
  if (!grantsPermit(user.grants, asks ? 'write_notes' : 'approve_orders', order)) {
    throw notPermitted(asks ? 'ask for approvals' : 'approve orders');
  }
  if (order.state !== 'open') throw conflict('order_closed', 'That order is not open any more.');
  const lines = await linesToJudge(tx, order.id);
  const content_hash = createHash('sha256').update(orderContent(order, lines)).digest('hex');
  if (content_hash !== args.content_hash) {
    throw conflict('order_changed', 'The order changed since you looked. Look at its lines again, then decide.');
  }
  const said = await saidOf(tx, table, order.id);
  const { state, by } = approvalState(said, content_hash);
  if (state === 'approved' || (state === 'refused' && !asks)) {
    throw conflict('already_decided', `${by?.author ?? 'Somebody'} ${state} it already.`);
  }
  const party =
    order.party_id === null
      ? undefined
      : await tx
          .selectFrom('party')
          .select(['id', 'ver', 'credit_limit_minor', 'salesperson'])
          .where('id', '=', order.party_id)
          .executeTakeFirst();
  if (!asks && !mayDecideOrder(user, requestersOf(said, party?.salesperson ?? null))) {
    throw new Refusal('rejected', {
      code: 'own_request',
      message: 'Whoever wants an order as it is cannot allow it: somebody else decides.',
    });
  }
  const rules = await brokenRulesOf(tx, args.kind, {
    company_id,
    party: party ?? null,
    lines,
    decided_here: said.some((each) => each.decision !== 'asked'),
    on: (await companyDay(context, company_id)).today_on,
  });
  if (rules.length === 0) throw conflict('nothing_broken', 'The order breaks no such rule any more.');
  await tx
    .insertInto(table)
    .values({
      id: context.mutation_id,
      company_id,
      site_id,
      channel_id,
      order_id: order.id,
      decision: args.decision,
      reason: args.reason,
      content_hash,
      rules: JSON.stringify(rules),
      ...written(context),
    })
    .execute();
  if (args.kind === 'discount' && args.decision === 'approved') {
    // one meaning: what somebody allowed here is no leak anywhere
    await tx
      .updateTable('order_line')
      .set({ approved_by: user.name })
      .where(
        'id',
        'in',
        rules.flatMap(({ order_line_id }) => order_line_id ?? []),
      )
      .execute();
  }
};

function conflict(code: string, message: string): Refusal {
  return new Refusal('conflict', { code, message });
}

async function saidOf(
  tx: ServerTransaction,
  table: (typeof APPROVAL_TABLE)[keyof typeof APPROVAL_TABLE],
  order_id: number,
): Promise<readonly SaidOfOrder[]> {
  const rows = await tx
    .selectFrom(table)
    .select(['decision', 'content_hash', 'author', 'accepted_at'])
    .where('order_id', '=', order_id)
    .orderBy('accepted_at')
    .execute();
  return rows.map(({ decision, content_hash, author, accepted_at }) => ({
    decision: decision as ApprovalDecision,
    content_hash,
    author,
    accepted_at_ms: accepted_at.getTime(),
    accepted: true,
  }));
}
