/**
 * Draft orders as the rule on what nobody else saw judges them, with this person's undecided changes over them. Of sites this
 * person does not see nothing is counted: the server does.
 */
import {
  type JudgedLine,
  type JudgedOrder,
  UNSEEN_DAYS,
  type UnseenValue,
  unseenValue,
} from '#domain/planning/replenishment/orderApproval.ts';
import { approvalLimitsIn } from '#domain/planning/replenishment/orderTerms.ts';
import type { Scan } from '#db/connection.ts';

const DAY_MS = 86_400_000;

type OrderTuple = readonly [
  id: string,
  supplier_id: number,
  author: string,
  accepted_at: number,
  mutation_state: string,
  kind: 'sent' | 'cancelled' | null,
  ended_by: string | null,
  ended_at: number | null,
  verdict: 'approved' | 'refused' | null,
  answered_by: string | null,
  answered_at: number | null,
  reason: string | null,
  answer_state: string | null,
];
const ORDERS = `SELECT o.id, o.supplier_id, o.author, o.accepted_at, o.mutation_state, e.kind, e.author, e.accepted_at,
    a.verdict, a.author, a.accepted_at, a.reason, a.mutation_state
  FROM v_draft_order o LEFT JOIN v_draft_order_event e ON e.draft_order_id = o.id
  LEFT JOIN v_draft_order_approval a ON a.draft_order_id = o.id
  WHERE o.company_id = ?
    AND (o.id IN (SELECT value FROM json_each(?)) OR e.kind IS NULL OR (e.kind = 'sent' AND e.accepted_at > ?))`;

interface LineHere extends JudgedLine {
  readonly draft_order_id: string;
  readonly decision_id: string;
}
interface OrderHere extends JudgedOrder {
  readonly lines: readonly LineHere[];
  /** Its answer waits for the server. */
  readonly answer_waiting: boolean;
}
export interface JudgedHere {
  readonly order: OrderHere;
  readonly value: UnseenValue;
}

export interface CompanyNow {
  readonly id: number;
  readonly currency: string;
  readonly now_ms: number;
}

/** Those asked for and those that are open, each with what counts with it; by id. */
export function judgedOrders(
  scan: Scan,
  { id: company_id, currency, now_ms }: CompanyNow,
  draft_order_ids: readonly string[],
): ReadonlyMap<string, JudgedHere> {
  const since_ms = now_ms - UNSEEN_DAYS * DAY_MS;
  const rows = scan<OrderTuple>(ORDERS, [company_id, JSON.stringify(draft_order_ids), since_ms]);
  const lines = linesOf(
    scan,
    company_id,
    rows.map(([id]) => id),
  );
  const orders = rows.map((row): OrderHere => {
    const [id, supplier_id, author, made_at_ms, state, kind, ended_by, ended_at, ...answer] = row;
    const [verdict, answered_by, answered_at, reason, answer_state] = answer;
    return {
      id,
      supplier_id,
      author,
      made_at_ms,
      waiting: state !== 'accepted',
      ended: kind === null ? null : { kind, by: ended_by ?? '', at_ms: ended_at ?? 0 },
      answer: verdict === null ? null : { verdict, by: answered_by ?? '', at_ms: answered_at ?? 0, reason },
      answer_waiting: answer_state !== null && answer_state !== 'accepted',
      lines: lines.get(id) ?? [],
    };
  });
  const limit_minor = approvalLimitsIn(currency).value_minor;
  const bySupplier = Map.groupBy(orders, (each) => each.supplier_id);
  return new Map(
    orders.map((order) => {
      const others = bySupplier.get(order.supplier_id) ?? [];
      return [order.id, { order, value: unseenValue(order, others, { limit_minor, now_ms }) }];
    }),
  );
}

function linesOf(
  scan: Scan,
  company_id: number,
  draft_order_ids: readonly string[],
): ReadonlyMap<string, readonly LineHere[]> {
  if (draft_order_ids.length === 0) return new Map();
  const lines = scan<readonly [draft_order_id: string, decision_id: string, value_minor: number | null]>(
    `SELECT draft_order_id, decision_id, value_minor FROM v_draft_order_line
     WHERE company_id = ? AND draft_order_id IN (SELECT value FROM json_each(?))`,
    [company_id, JSON.stringify(draft_order_ids)],
  );
  const asked = JSON.stringify(lines.map(([, decision_id]) => decision_id));
  const authors = new Map(
    scan<readonly [id: string, author: string]>(
      `SELECT id, author FROM v_replenishment_decision
       WHERE company_id = ? AND id IN (SELECT value FROM json_each(?))`,
      [company_id, asked],
    ),
  );
  const approved = new Set(
    scan<readonly [decision_id: string]>(
      `SELECT decision_id FROM v_replenishment_approval
       WHERE company_id = ? AND verdict = 'approved' AND decision_id IN (SELECT value FROM json_each(?))`,
      [company_id, asked],
    ).map(([decision_id]) => decision_id),
  );
  return Map.groupBy(
    lines.map(([draft_order_id, decision_id, value_minor]) => ({
      draft_order_id,
      decision_id,
      value_minor,
      decided_by: authors.get(decision_id) ?? '',
      seen: approved.has(decision_id),
    })),
    (line) => line.draft_order_id,
  );
}
