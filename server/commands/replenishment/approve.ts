/** Approving or refusing what needs a second person. */
import { grantsPermit } from '#domain/access/grants.ts';
import { mayApprove } from '#domain/planning/replenishment/approval.ts';
import { decisionKey } from '#domain/planning/replenishment/decision.ts';
import { type CommandHandler, written } from '../handler.ts';
import { notFound, Refusal } from '../refusal.ts';
import { rowId } from './decide.ts';
import { enterCompany } from './place.ts';
import { decisionsById, newestDecisions } from './standing.ts';

export const approveReplenishment: CommandHandler<'approveReplenishment'> = async (context, args) => {
  const { tx, user } = context;
  const { company_id, decision_ids, verdict, reason } = args;
  const places = await tx
    .selectFrom('replenishment_decision')
    .select(['id', 'site_id'])
    .where('company_id', '=', company_id)
    .where('id', 'in', decision_ids)
    .execute();
  if (places.length !== decision_ids.length) throw notFound('decision');
  const company = await enterCompany(
    context,
    company_id,
    places.map((each) => each.site_id),
    'approve_purchases',
    'approve purchases here',
  );
  const decisions = await decisionsById(tx, company, decision_ids);
  const newest = await newestDecisions(tx, company, [...decisions.values()]);
  for (const decision of decisions.values()) {
    const answer = mayApprove({
      user_name: user.name,
      may_approve: grantsPermit(user.grants, 'approve_purchases', decision),
      requested_by: decision.author,
      approval_needed: decision.approval !== null,
      stands: decision.stands && newest.get(decisionKey(decision))?.id === decision.id,
      answered: decision.answer,
    });
    if (!answer.ok) {
      throw new Refusal(answer.outcome, {
        code: answer.code,
        message: answer.message,
        detail: decision.answer === null ? {} : { by: decision.answer.by, at_ms: decision.answer.at_ms },
      });
    }
  }
  await tx
    .insertInto('replenishment_approval')
    .values(
      decision_ids.map((decision_id, index) => ({
        id: rowId(context.mutation_id, index),
        company_id,
        site_id: decisions.get(decision_id)?.site_id ?? 0,
        decision_id,
        verdict,
        reason,
        ...written(context),
      })),
    )
    .execute();
  context.tell(
    ...[...decisions.values()].map((decision) => ({
      kind: verdict === 'approved' ? ('purchase_approved' as const) : ('purchase_refused' as const),
      about: decision.author,
      detail: {
        decision: decision.id,
        item: decision.item_id,
        quantity_thousandths: decision.qty_milli,
        why_asked: decision.approval,
        reason,
      },
    })),
  );
};
