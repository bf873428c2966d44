/** Draft orders with their lines, what became of them, and what nobody else saw of them. */
import { grantsPermit } from '#domain/access/grants.ts';
import { approvalStands, notTheirs } from '#domain/planning/replenishment/orderApproval.ts';
import type { DraftApproval, DraftOrderView, OrderContainers, ReplenishmentDesk } from '#contract/queries.ts';
import { type JudgedHere, judgedOrders } from '#db/replenishment/unseenOrders.ts';
import { domainGrants } from '#db/session/grants.ts';
import type { QueryContext } from '../context.ts';
import type { Names } from './deskNames.ts';

const MOST_DRAFTS = 200;

type DraftTuple = readonly [
  id: string,
  number: string,
  supplier_id: number,
  site_id: number,
  value_minor: number,
  freight_minor: number,
  minimum_reason: string | null,
  author: string,
  accepted_at: number,
  mutation_state: string,
  kind: 'sent' | 'cancelled' | null,
  ended_by: string | null,
  ended_at: number | null,
  ended_reason: string | null,
  ended_state: string | null,
  purchase_order_id: number | null,
];
type LineTuple = readonly [
  draft_order_id: string,
  decision_id: string,
  item_id: number,
  qty_milli: number,
  unit_price_micro: number | null,
  value_minor: number | null,
];

export interface DraftParts {
  readonly names: Names;
  /** How full the supplier's containers are with these lines. */
  readonly load: (
    lines: readonly { readonly item_id: number; readonly qty_milli: number }[],
    supplier_id: number,
  ) => OrderContainers | null;
}

export function draftsOf(
  { scan, user, now_ms }: QueryContext,
  { id: company_id, currency }: { readonly id: number; readonly currency: string },
  { names, load }: DraftParts,
): Pick<ReplenishmentDesk, 'drafts' | 'drafts_total'> {
  const all = scan<DraftTuple>(
    `SELECT o.id, o.number, o.supplier_id, o.site_id, o.value_minor, o.freight_minor, o.minimum_reason, o.author,
       o.accepted_at, o.mutation_state, e.kind, e.author, e.accepted_at, e.reason, e.mutation_state, e.purchase_order_id
     FROM v_draft_order o LEFT JOIN v_draft_order_event e ON e.draft_order_id = o.id
     WHERE o.company_id = ? ORDER BY o.accepted_at DESC`,
    [company_id],
  );
  // what is still to be sent is never left out for what is done
  const drafts = all.toSorted((a, b) => Number(a[10] !== null) - Number(b[10] !== null)).slice(0, MOST_DRAFTS);
  const wanted = new Set(drafts.map(([id]) => id));
  const lines = Map.groupBy(
    scan<LineTuple>(
      `SELECT draft_order_id, decision_id, item_id, qty_milli, unit_price_micro, value_minor FROM v_draft_order_line
       WHERE company_id = ? ORDER BY id`,
      [company_id],
    ).filter(([id]) => wanted.has(id)),
    ([id]) => id,
  );
  const judged = judgedOrders(scan, { id: company_id, currency, now_ms }, [...wanted]);
  const numbers = new Map(all.map(([id, number]) => [id, number]));
  const grants = domainGrants(user.grants);
  return {
    drafts_total: all.length,
    drafts: drafts.map(
      ([id, number, supplier_id, site_id, value_minor, freight_minor, minimum_reason, by, at_ms, state, ...end]) => {
        const [kind, ended_by, ended_at, ended_reason, ended_state, purchase_order_id] = end;
        const here = judged.get(id);
        const decided = new Map(here?.order.lines.map((line) => [line.decision_id, line]));
        const own = (lines.get(id) ?? []).map(([, decision_id, item_id, qty_milli, unit_price_micro, worth]) => ({
          decision_id,
          item_id,
          ...names.item(item_id),
          qty_milli,
          unit_price_micro,
          value_minor: worth,
          by: decided.get(decision_id)?.decided_by ?? '',
          seen: decided.get(decision_id)?.seen ?? false,
        }));
        const may_approve = grantsPermit(grants, 'approve_purchases', { company_id, site_id });
        const view: DraftOrderView = {
          id,
          number: state === 'accepted' ? number : null,
          state: kind ?? 'draft',
          supplier: names.party(supplier_id) ?? '',
          site: names.site(site_id) ?? '',
          value_minor,
          freight_minor,
          minimum_reason,
          by,
          at_ms,
          ended: kind === null ? null : { by: ended_by ?? '', at_ms: ended_at ?? 0, reason: ended_reason },
          purchase_order_id,
          waiting: state !== 'accepted' || (kind !== null && ended_state !== 'accepted'),
          container: load(own, supplier_id),
          approval: approvalOf(here, { user_name: user.name, may_approve }, numbers),
          lines: own,
        };
        return view;
      },
    ),
  };
}

function approvalOf(
  here: JudgedHere | undefined,
  who: { readonly user_name: string; readonly may_approve: boolean },
  numbers: ReadonlyMap<string, string>,
): DraftApproval {
  if (here === undefined) throw new Error('a draft that is shown was not judged');
  const { order, value } = here;
  const { answer } = order;
  return {
    state: approvalStands(order, value),
    unseen_minor: value.own_minor,
    others_minor: value.others_minor,
    others: value.others.map((id) => numbers.get(id) ?? '').toSorted(),
    unpriced: value.unpriced,
    limit_minor: value.limit_minor,
    answered:
      answer === null
        ? null
        : { by: answer.by, at_ms: answer.at_ms, reason: answer.reason, waiting: order.answer_waiting },
    not_mine: notTheirs(order, who),
  };
}
