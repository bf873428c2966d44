/** Approving or refusing draft orders that need a second person before they are sent: all of those named, or none. */
import { grantsPermit } from '#domain/access/grants.ts';
import { mayAnswerOrder } from '#domain/planning/replenishment/orderApproval.ts';
import { type CommandHandler, written } from '../handler.ts';
import { notFound, Refusal } from '../refusal.ts';
import { rowId } from './decide.ts';
import { enterCompany } from './place.ts';
import { judgedOrders } from './unseenOrders.ts';

export const approveDraftOrders: CommandHandler<'approveDraftOrders'> = async (context, args) => {
  const { tx, user, now_ms } = context;
  const { company_id, draft_order_ids, verdict, reason } = args;
  const places = await tx
    .selectFrom('draft_order')
    .select('site_id')
    .where('company_id', '=', company_id)
    .where('id', 'in', draft_order_ids)
    .execute();
  if (places.length !== draft_order_ids.length) throw notFound('draft order');
  const company = await enterCompany(
    context,
    company_id,
    places.map((each) => each.site_id),
    'approve_purchases',
    'approve purchases here',
  );
  const judged = await judgedOrders(tx, company, { draft_order_ids, now_ms });
  const asked = draft_order_ids.map((id) => {
    const found = judged.get(id);
    if (!found) throw notFound('draft order');
    return found;
  });
  for (const { order } of asked) {
    const may_approve = grantsPermit(user.grants, 'approve_purchases', { company_id, site_id: order.site_id });
    const answer = mayAnswerOrder(order, { user_name: user.name, may_approve });
    if (answer.ok) continue;
    const first = order.answer ?? order.ended;
    throw new Refusal(answer.outcome, {
      code: answer.code,
      message: asked.length === 1 ? answer.message : `${order.number}: ${answer.message}`,
      detail: answer.outcome === 'conflict' && first !== null ? { by: first.by, at_ms: first.at_ms } : {},
    });
  }
  await tx
    .insertInto('draft_order_approval')
    .values(
      asked.map(({ order: { id: draft_order_id, site_id } }, index) => ({
        id: rowId(context.mutation_id, index),
        company_id,
        site_id,
        draft_order_id,
        verdict,
        reason,
        ...written(context),
      })),
    )
    .execute();
  context.tell(
    ...asked.map(({ order, value }) => ({
      kind: verdict === 'approved' ? ('draft_order_approved' as const) : ('draft_order_refused' as const),
      about: order.number,
      detail: {
        made_by: order.author,
        supplier: order.supplier_id,
        lines: order.lines.length,
        unseen_minor: value.own_minor,
        unseen_in_others_minor: value.others_minor,
        limit_minor: value.limit_minor,
        reason,
      },
    })),
  );
};
