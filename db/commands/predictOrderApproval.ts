/** What a decision about an order beyond its rules would do, told from the copy. */
import { createHash } from 'node:crypto';
import { grantsPermit, grantsSee } from '#domain/access/grants.ts';
import {
  type ApprovalDecision,
  type ApprovedLine,
  approvalState,
  areaOfApproval,
  mayDecideOrder,
  orderContent,
  requestersOf,
} from '#domain/orders/approval.ts';
import type { CommandArgs } from '#contract/commands.ts';
import { BinnacleError } from '#contract/errors.ts';
import { APPROVAL_TABLE } from '#contract/wire/approvalTables.ts';
import { domainGrants } from '#db/session/grants.ts';
import type { PredictContext, Prediction } from './predict.ts';

const VERBS = { asked: 'Ask for approval of', approved: 'Approve', refused: 'Refuse' } as const;
const ABOUT = {
  floor: 'below the floor',
  discount: 'beyond the discount rule',
  credit: 'beyond the credit limit',
} as const;

interface OrderRow {
  readonly id: number;
  readonly company_id: number;
  readonly site_id: number | null;
  readonly channel_id: number | null;
  readonly party_id: number | null;
  readonly number: string;
  readonly state: string;
  readonly salesperson: string | null;
}

interface SaidRow {
  readonly decision: ApprovalDecision;
  readonly content_hash: string;
  readonly author: string;
  readonly accepted_at: number;
  readonly mutation_state: string;
}

export function predictOrderApproval(context: PredictContext, args: CommandArgs<'approveOrder'>): Prediction {
  const { reader, user } = context;
  const order = reader
    .prepare<[number], OrderRow>(
      `SELECT o.id, o.company_id, o.site_id, o.channel_id, o.party_id, o.number, o.state, p.salesperson
       FROM main.sales_order o LEFT JOIN main.party p ON p.id = o.party_id WHERE o.id = ?`,
    )
    .get(args.order_id);
  const grants = domainGrants(user.grants);
  if (!order || !grantsSee(grants, areaOfApproval(args.kind), order)) {
    throw new BinnacleError('not_found', 'That order is not on this machine.');
  }
  const asks = args.decision === 'asked';
  if (!grantsPermit(grants, asks ? 'write_notes' : 'approve_orders', order)) {
    throw new BinnacleError('not_permitted', `Your role may not ${asks ? 'ask for approvals' : 'approve orders'}.`);
  }
  if (order.state !== 'open') throw new BinnacleError('conflict', 'That order is not open any more.');
  const lines = reader
    .prepare<[number], ApprovedLine>(
      `SELECT id, kind, item_id, ordered_qty_milli, cancelled_qty_milli, unit_price_micro, gross_minor, discount_minor,
         net_minor FROM main.order_line WHERE order_id = ?`,
    )
    .all(args.order_id);
  if (createHash('sha256').update(orderContent(order, lines)).digest('hex') !== args.content_hash) {
    throw new BinnacleError('conflict', 'The order changed since you looked. Look at its lines again, then decide.');
  }
  const said = reader
    .prepare<[number], SaidRow>(
      `SELECT decision, content_hash, author, accepted_at, mutation_state FROM v_${APPROVAL_TABLE[args.kind]}
       WHERE order_id = ? AND mutation_state NOT IN ('conflict', 'rejected')`,
    )
    .all(args.order_id)
    .map(({ accepted_at, mutation_state, ...row }) => ({
      ...row,
      accepted_at_ms: accepted_at,
      accepted: mutation_state === 'accepted',
    }));
  const { state, by } = approvalState(said, args.content_hash);
  if (state === 'approved' || (state === 'refused' && !asks)) {
    throw new BinnacleError('conflict', `${by?.author ?? 'Somebody'} ${state} it already.`);
  }
  if (!asks && !mayDecideOrder(user, requestersOf(said, order.salesperson))) {
    throw new BinnacleError('not_permitted', 'Whoever wants an order as it is cannot allow it: somebody else decides.');
  }
  return {
    lane: `approval:${args.order_id}`,
    title: `${VERBS[args.decision]} order ${order.number} ${ABOUT[args.kind]}`,
    effects: [
      {
        tbl: APPROVAL_TABLE[args.kind],
        pk: context.mutation_id,
        image: [
          order.company_id,
          order.site_id,
          order.channel_id,
          args.order_id,
          args.decision,
          args.reason,
          args.content_hash,
          // the server judges again and keeps the rules as it found them
          '[]',
          user.name,
          context.made_at_ms,
          context.made_at_ms,
        ],
      },
    ],
  };
}
