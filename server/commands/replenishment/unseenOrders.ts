/** Draft orders as the rule on what nobody else saw judges them. Under the company's lock. */
import { approvalLimitsIn } from '#domain/planning/replenishment/orderTerms.ts';
import {
  type JudgedOrder,
  UNSEEN_DAYS,
  type UnseenValue,
  unseenValue,
} from '#domain/planning/replenishment/orderApproval.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import type { CompanyDay } from '../companyDay.ts';

export interface StoredOrder extends JudgedOrder {
  readonly site_id: number;
  readonly number: string;
}

const DAY_MS = 86_400_000;

/** Those asked for, whatever became of them, and those to the same suppliers that may count with them: of every site. */
async function ordersWith(
  tx: ServerTransaction,
  company: CompanyDay,
  asked: { readonly draft_order_ids: readonly string[]; readonly now_ms: number },
): Promise<readonly StoredOrder[]> {
  const since = new Date(asked.now_ms - UNSEEN_DAYS * DAY_MS);
  const orders = await tx
    .selectFrom('draft_order as o')
    .leftJoin('draft_order_event as e', 'e.draft_order_id', 'o.id')
    .leftJoin('draft_order_approval as a', 'a.draft_order_id', 'o.id')
    .select(['o.id', 'o.site_id', 'o.number', 'o.supplier_id', 'o.author', 'o.accepted_at'])
    .select(['e.kind', 'e.author as ended_by', 'e.accepted_at as ended_at'])
    .select(['a.verdict', 'a.author as answered_by', 'a.accepted_at as answered_at', 'a.reason'])
    .where('o.company_id', '=', company.id)
    .where('o.supplier_id', 'in', (eb) =>
      eb.selectFrom('draft_order').select('supplier_id').where('id', 'in', asked.draft_order_ids),
    )
    .where(({ eb, or, and }) =>
      or([
        eb('o.id', 'in', asked.draft_order_ids),
        and([eb('e.id', 'is', null), eb('o.accepted_at', '>', since)]),
        and([eb('e.kind', '=', 'sent'), eb('e.accepted_at', '>', since)]),
      ]),
    )
    .execute();
  const ids = orders.map(({ id }) => id);
  const lines =
    ids.length === 0
      ? []
      : await tx
          .selectFrom('draft_order_line as l')
          .innerJoin('replenishment_decision as d', 'd.id', 'l.decision_id')
          .leftJoin('replenishment_approval as a', 'a.decision_id', 'd.id')
          .select(['l.draft_order_id', 'l.value_minor', 'd.author as decided_by', 'a.verdict'])
          .where('l.draft_order_id', 'in', ids)
          .execute();
  const byOrder = Map.groupBy(lines, (line) => line.draft_order_id);
  return orders.map((each): StoredOrder => {
    const { kind, ended_by, ended_at, verdict, answered_by, answered_at } = each;
    return {
      id: each.id,
      site_id: each.site_id,
      number: each.number,
      supplier_id: each.supplier_id,
      author: each.author,
      made_at_ms: each.accepted_at.getTime(),
      waiting: false,
      ended:
        kind === null || ended_by === null || ended_at === null
          ? null
          : { kind: kind as 'sent' | 'cancelled', by: ended_by, at_ms: ended_at.getTime() },
      answer:
        verdict === null || answered_by === null || answered_at === null
          ? null
          : {
              verdict: verdict as 'approved' | 'refused',
              by: answered_by,
              at_ms: answered_at.getTime(),
              reason: each.reason,
            },
      lines: (byOrder.get(each.id) ?? []).map((line) => ({
        value_minor: line.value_minor,
        decided_by: line.decided_by,
        seen: line.verdict === 'approved',
      })),
    };
  });
}

/** Each draft asked for, with what nobody else saw of it and of what counts with it. One there is not is left out. */
export async function judgedOrders(
  tx: ServerTransaction,
  company: CompanyDay,
  asked: { readonly draft_order_ids: readonly string[]; readonly now_ms: number },
): Promise<ReadonlyMap<string, { readonly order: StoredOrder; readonly value: UnseenValue }>> {
  const orders = await ordersWith(tx, company, asked);
  const limit_minor = approvalLimitsIn(company.currency).value_minor;
  const wanted = new Set(asked.draft_order_ids);
  return new Map(
    orders
      .filter(({ id }) => wanted.has(id))
      .map((order) => [order.id, { order, value: unseenValue(order, orders, { limit_minor, now_ms: asked.now_ms }) }]),
  );
}
