/** Where an answer comes from: checkpoint, moment, and which needed rows are still on their way. */
import { isoDate, monthOfDay } from '#domain/calendar.ts';
import { MONTH_NAMES, shortName } from '#domain/calendarWords.ts';
import { dayInZone } from '#domain/zoneDay.ts';
import type { Provenance } from '#contract/queries.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { QueryContext } from './context.ts';

const TABLE_WORDS: Readonly<Record<WireTableName, string>> = {
  company: 'companies',
  site: 'sites',
  channel: 'channels',
  party: 'customers and suppliers',
  item: 'items',
  item_cost: 'item costs',
  policy: 'stock policies',
  stock_balance: 'stock',
  purchase_order: 'purchase orders',
  po_line: 'purchase order lines',
  po_line_price: 'purchase prices',
  sales_order: 'orders',
  order_line: 'order lines',
  order_line_cost: 'line costs',
  shipment_line: 'shipments',
  item_note: 'item notes',
  order_note: 'order notes',
  close_period: 'close periods',
  close_task: 'close tasks',
  close_task_line: 'close task lines',
  signoff: 'sign-offs',
  lock_event: 'locks of periods',
  close_note: 'notes on close tasks',
  close_evidence: 'evidence on close tasks',
  binder: 'recorded binders',
  close_entry: 'the audit trail of closes',
  close_person: 'who prepares and reviews the close',
  credit_follow_up: 'follow-ups of receivables',
  reconciliation: 'reconciliations',
  rec_item: 'items of reconciliations',
  close_line_change: 'changes of close task lines',
  item_explanation: 'explanations of items',
  flux_threshold: 'thresholds of flux',
  reconciliation_setting: 'settings of reconciliations',
  reconciliation_threshold: 'thresholds of reconciliations',
  journal_proposal: 'proposed entries',
  journal_step: 'steps of proposed entries',
  supplier_item: 'supplier items',
  supplier_item_price: 'supplier prices',
  supplier_terms: 'supplier terms',
  supplier_container: 'containers of suppliers',
  supplier_terms_cost: 'order minimums and freight',
  item_keeping: 'shelf lives',
  transfer_lane: 'ways between sites',
  transfer_lane_cost: 'costs of transfers',
  fx_rate: 'exchange rates',
  kpi_target: 'targets',
  channel_rule: 'channel rules',
  price_rule: 'price rules',
  price_floor: 'price floors',
  buying_calendar: 'order and receiving days',
  plan_line: 'plan',
  rebate_agreement: 'rebate agreements',
  channel_fee: 'channel fees',
  stock_move: 'stock moves',
  stock_count: 'counts',
  stock_count_line: 'count lines',
  stock_count_line_cost: 'count costs',
  inventory_month: 'stock values',
  forecast_line: 'forecasts',
  forecast_override: 'forecast overrides',
  receipt_line: 'receipts',
  promise_event: 'supplier promises',
  landed_cost: 'landed costs',
  landed_cost_line: 'landed cost lines',
  credit_note: 'credit notes',
  claim: 'claims',
  claim_event: 'claim events',
  claim_cost: 'claim costs',
  gl_account: 'ledger accounts',
  gl_journal: 'journals',
  gl_entry: 'ledger entries',
  gl_line: 'ledger lines',
  gl_replaced_line: 'what ledger entries said before',
  invoice: 'invoices',
  payment: 'payments',
  bank_statement_line: 'bank statements',
  exception_mark: 'marks on exceptions',
  exception_mark_cost: 'marks on cost exceptions',
  exception_mark_finance: 'marks on finance exceptions',
  fulfilment_override: 'decisions on the queue',
  order_approval: 'order approvals',
  order_approval_cost: 'order approvals below the floor',
  order_approval_finance: 'order approvals of credit',
  rule_change: 'changes of rules',
  rule_change_finance: 'changes of thresholds',
  rule_verdict_finance: 'decisions on thresholds',
  rule_change_cost: 'changes of price floors',
  rule_verdict: 'decisions on rules',
  rule_verdict_cost: 'decisions on price floors',
  replenishment_decision: 'replenishment decisions',
  replenishment_approval: 'approvals',
  draft_order: 'draft orders',
  draft_order_line: 'draft order lines',
  draft_order_event: 'what became of draft orders',
  draft_order_approval: 'approvals of draft orders',
  transfer_event: 'transfers between sites',
  audit_entry: 'the audit trail',
  mutation_outcome: 'outcomes',
};

/** How a table is called in a sentence. */
export function tableWords(table: WireTableName): string {
  return TABLE_WORDS[table];
}

/** `since_month` (yyyymm): the oldest month the answer speaks of, because older ones are not whole; null = all are. */
export function provenance(
  context: QueryContext,
  needed: readonly WireTableName[],
  since_month: number | null = null,
): Provenance {
  return {
    checkpoint: context.replica.checkpoint,
    as_of_ms: context.replica.as_of_ms,
    coverage: coverage(context, needed, since_month),
    elapsed_ms: Math.round(context.elapsedMs?.() ?? 0),
  };
}

function coverage(context: QueryContext, needed: readonly WireTableName[], since_month: number | null): string {
  const loading = needed
    .filter((table) => context.replica.loading_tables.has(table))
    .map((table) => TABLE_WORDS[table]);
  // a month that has not begun is not said to be here
  const begun = since_month !== null && since_month <= monthOfDay(asOfDay(context, 'UTC'));
  const since = since_month === null || !begun ? null : `complete since ${monthWords(since_month)}`;
  if (loading.length === 0) {
    if (since_month === null) return 'complete';
    return since === null ? 'still being prepared' : `${since}; older months are being prepared`;
  }
  const what = loading.length === 1 ? loading[0] : `${loading.slice(0, -1).join(', ')} and ${loading.at(-1)}`;
  return since === null ? `still loading: ${what}` : `${since}; older months are loading: ${what}`;
}

/** 202608 → 'Aug 2026' */
export function monthWords(month: number): string {
  return `${shortName(MONTH_NAMES[(month % 100) - 1] ?? '')} ${Math.floor(month / 100)}`;
}

/**
 * The business date (day number) the figures speak of, in the company's time zone: that of the last moment the replica
 * equalled the server, because a shipment later than that is not here and must not look missing.
 */
export function asOfDay(context: QueryContext, time_zone: string): number {
  return dayInZone(context.replica.as_of_ms ?? context.now_ms, time_zone);
}

export function isoDateOrNull(day: number | null): string | null {
  return day === null ? null : isoDate(day);
}
