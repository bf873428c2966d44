/**
 * What was decided about a company's positions, with this person's undecided changes over it: the newest decision of each,
 * its approval, its draft, and what that makes of it. For the predictions and for every question that shows decisions.
 */
import {
  decisionKey,
  type DecisionState,
  decisionStands,
  decisionState,
  type Verdict,
} from '#domain/planning/replenishment/decision.ts';
import type { OrderTerms } from '#domain/planning/replenishment/draftOrder.ts';
import { NO_ORDER_TERMS } from '#domain/planning/replenishment/orderTerms.ts';
import { dayInZone } from '#domain/zoneDay.ts';
import type { Scan } from '#db/connection.ts';
import { type Transfer, transfersOf } from './transfers.ts';

export interface CompanyToday {
  readonly id: number;
  readonly currency: string;
  readonly time_zone: string;
  readonly today_on: number;
}

interface DecisionRow {
  readonly id: string;
  readonly site_id: number;
  readonly item_id: number;
  readonly kind: 'buy' | 'transfer';
  readonly supplier_id: number | null;
  readonly from_site_id: number | null;
  readonly verdict: Verdict;
  readonly proposed_qty_milli: number;
  readonly qty_milli: number;
  readonly receive_on: number;
  readonly reason: string | null;
  readonly unit_price_micro: number | null;
  readonly value_minor: number | null;
  readonly approval: string | null;
  readonly author: string;
  readonly accepted_at: number;
  readonly mutation_state: string;
}

export interface Decision extends DecisionRow {
  readonly answer: {
    readonly verdict: 'approved' | 'refused';
    readonly by: string;
    readonly at_ms: number;
    readonly reason: string | null;
  } | null;
  /** The draft it is a line of, cancelled ones left out. */
  readonly draft: { readonly id: string; readonly number: string; readonly sent: boolean } | null;
  /** The newest that carries it out. */
  readonly transfer: Transfer | null;
  readonly state: DecisionState;
  readonly stands: boolean;
  /** It, its approval or its draft waits for the server. */
  readonly waiting: boolean;
}

const DECISIONS = `SELECT id, site_id, item_id, kind, supplier_id, from_site_id, verdict, proposed_qty_milli, qty_milli,
    receive_on, reason, unit_price_micro, value_minor, approval, author, accepted_at, mutation_state
  FROM v_replenishment_decision WHERE company_id = ? ORDER BY mutation_state <> 'accepted', accepted_at, ver`;
const APPROVALS = `SELECT decision_id, verdict, author, accepted_at, reason, mutation_state
  FROM v_replenishment_approval WHERE company_id = ?`;
const LINES = `SELECT l.decision_id, o.id, o.number, e.kind AS ended,
    l.mutation_state <> 'accepted' OR coalesce(e.mutation_state, 'accepted') <> 'accepted' AS waiting
  FROM v_draft_order_line l JOIN v_draft_order o ON o.id = l.draft_order_id
  LEFT JOIN v_draft_order_event e ON e.draft_order_id = o.id WHERE l.company_id = ?`;

/** As a line of the proposals names itself. */
export function lineKey({
  kind,
  item_id,
  site_id,
  from_site_id,
}: Pick<DecisionRow, 'kind' | 'item_id' | 'site_id' | 'from_site_id'>): string {
  return kind === 'buy' ? `buy:${item_id}:${site_id}` : `transfer:${item_id}:${site_id}:${from_site_id}`;
}

type DecisionTuple = [
  id: string,
  site_id: number,
  item_id: number,
  kind: 'buy' | 'transfer',
  supplier_id: number | null,
  from_site_id: number | null,
  verdict: Verdict,
  proposed_qty_milli: number,
  qty_milli: number,
  receive_on: number,
  reason: string | null,
  unit_price_micro: number | null,
  value_minor: number | null,
  approval: string | null,
  author: string,
  accepted_at: number,
  mutation_state: string,
];
type ApprovalTuple = [
  decision_id: string,
  verdict: 'approved' | 'refused',
  author: string,
  accepted_at: number,
  reason: string | null,
  mutation_state: string,
];
type LineTuple = [decision_id: string, id: string, number: string, ended: string | null, waiting: 0 | 1];

function decisionRow(tuple: DecisionTuple): DecisionRow {
  const [id, site_id, item_id, kind, supplier_id, from_site_id, verdict, proposed_qty_milli, qty_milli, ...more] =
    tuple;
  const [receive_on, reason, unit_price_micro, value_minor, approval, author, accepted_at, mutation_state] = more;
  return {
    id,
    site_id,
    item_id,
    kind,
    supplier_id,
    from_site_id,
    verdict,
    proposed_qty_milli,
    qty_milli,
    receive_on,
    reason,
    unit_price_micro,
    value_minor,
    approval,
    author,
    accepted_at,
    mutation_state,
  };
}

/** The newest of each position by `decisionKey`; whether it still says something is in `stands`. */
export function newestDecisions(scan: Scan, company: CompanyToday): ReadonlyMap<string, Decision> {
  const newest = new Map<string, DecisionRow>();
  for (const tuple of scan<DecisionTuple>(DECISIONS, [company.id])) {
    const row = decisionRow(tuple);
    newest.set(decisionKey(row), row);
  }
  if (newest.size === 0) return new Map();
  const approvals = new Map(scan<ApprovalTuple>(APPROVALS, [company.id]).map((each) => [each[0], each]));
  const lines = new Map(
    scan<LineTuple>(LINES, [company.id])
      .filter(([, , , ended]) => ended !== 'cancelled')
      .map((each) => [each[0], each]),
  );
  const transfers = new Map(transfersOf(scan, company).map((each) => [each.decision_id, each]));
  return new Map(
    [...newest].map(([key, row]) => [
      key,
      standing(row, company, {
        approval: approvals.get(row.id),
        line: lines.get(row.id),
        transfer: transfers.get(row.id),
      }),
    ]),
  );
}

interface What {
  readonly approval: ApprovalTuple | undefined;
  readonly line: LineTuple | undefined;
  readonly transfer: Transfer | undefined;
}

function standing(row: DecisionRow, company: CompanyToday, { approval, line, transfer }: What): Decision {
  const draft = line ? { id: line[1], number: line[2], sent: line[3] === 'sent' } : null;
  const state = decisionState({
    verdict: row.verdict,
    approval: row.approval,
    answer: approval?.[1] ?? null,
    draft: draft === null ? null : draft.sent ? 'sent' : 'open',
    transfer: transfer?.standing.state ?? null,
  });
  const dates = { ...row, decided_on: dayInZone(row.accepted_at, company.time_zone) };
  return {
    ...row,
    answer: approval ? { verdict: approval[1], by: approval[2], at_ms: approval[3], reason: approval[4] } : null,
    draft,
    transfer: transfer ?? null,
    state,
    stands: decisionStands(dates, state, company.today_on),
    waiting:
      row.mutation_state !== 'accepted' ||
      (approval !== undefined && approval[5] !== 'accepted') ||
      line?.[4] === 1 ||
      transfer?.waiting === true,
  };
}

/** What suppliers ask of an order as a whole, by supplier. */
export function orderTermsBySupplier(scan: Scan, company_id: number): (supplier_id: number) => OrderTerms {
  const rows = scan<readonly [number, number, number, number | null]>(
    `SELECT t.supplier_id, c.minimum_order_minor, c.freight_minor, c.free_freight_from_minor
     FROM main.supplier_terms t JOIN main.supplier_terms_cost c ON c.id = t.id WHERE t.company_id = ?`,
    [company_id],
  );
  const terms = new Map(
    rows.map(([supplier_id, minimum_minor, freight_minor, free_freight_from_minor]) => [
      supplier_id,
      { minimum_minor, freight_minor, free_freight_from_minor },
    ]),
  );
  return (supplier_id) => terms.get(supplier_id) ?? NO_ORDER_TERMS;
}
