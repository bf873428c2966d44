/** What approving or refusing draft orders would do, told from the copy. */
import { grantsPermit } from '#domain/access/grants.ts';
import { mayAnswerOrder } from '#domain/planning/replenishment/orderApproval.ts';
import type { CommandArgs } from '#contract/commands.ts';
import { BinnacleError } from '#contract/errors.ts';
import { scanner } from '#db/connection.ts';
import { judgedOrders } from '#db/replenishment/unseenOrders.ts';
import { domainGrants } from '#db/session/grants.ts';
import { companyDay } from './companyDay.ts';
import type { PredictContext, Prediction } from './predict.ts';
import { replenishmentLane } from './predictReplenishment.ts';

export function predictDraftApproval(context: PredictContext, args: CommandArgs<'approveDraftOrders'>): Prediction {
  const { reader, user, mutation_id, made_at_ms } = context;
  const { company_id, draft_order_ids, verdict, reason } = args;
  const { currency } = companyDay(context, company_id);
  const grants = domainGrants(user.grants);
  const place = reader.prepare<[string, number], { site_id: number; number: string }>(
    'SELECT site_id, number FROM v_draft_order WHERE id = ? AND company_id = ?',
  );
  const company = { id: company_id, currency, now_ms: made_at_ms };
  const judged = judgedOrders(scanner(reader), company, draft_order_ids);
  const effects = draft_order_ids.map((draft_order_id, index) => {
    const draft = place.get(draft_order_id, company_id);
    const found = judged.get(draft_order_id);
    if (!draft || !found) throw new BinnacleError('not_found', 'That draft order is not on this machine.');
    const { site_id, number } = draft;
    const may_approve = grantsPermit(grants, 'approve_purchases', { company_id, site_id });
    const answer = mayAnswerOrder(found.order, { user_name: user.name, may_approve });
    if (!answer.ok) {
      const code = answer.outcome === 'conflict' ? 'conflict' : 'not_permitted';
      throw new BinnacleError(code, draft_order_ids.length === 1 ? answer.message : `${number}: ${answer.message}`);
    }
    return {
      tbl: 'draft_order_approval' as const,
      pk: `${mutation_id}/${index}`,
      image: [company_id, site_id, draft_order_id, verdict, reason, user.name, made_at_ms, made_at_ms],
    };
  });
  const [first = ''] = draft_order_ids;
  const what =
    draft_order_ids.length === 1
      ? `draft order ${place.get(first, company_id)?.number ?? ''}`
      : `${draft_order_ids.length} draft orders`;
  return {
    lane: replenishmentLane(company_id),
    title: `${verdict === 'approved' ? 'Approve' : 'Refuse'} ${what}`,
    effects,
  };
}
