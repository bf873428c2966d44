/** Each table anything is written to here: whose area it is, where a row of it lies and what it says, in SQL by hand. */
import { CLOSE_ENTRY, CLOSE_PERIOD, CLOSE_PERSON, day, moment, SAID, same } from './truthValues.ts';

export type Area = 'general' | 'cost' | 'finance' | 'outcome';

interface TableTruth {
  readonly area: Area;
  /** Company, site, channel, month, client of a row, as SQL. */
  readonly place: readonly [company: string, site: string, channel: string, month: string, client: string];
  /** Each value of a row as PostgreSQL gives it for the wire, and the name of the replica's column. */
  readonly values: Readonly<Record<string, string>>;
}

const COMPANY = ['company_id', '0', '0', '0', `''`] as const;
const BOOKS = { area: 'finance', place: COMPANY } as const;
const SITE = ['company_id', 'site_id', '0', '0', `''`] as const;
const CHANNELLED = ['company_id', 'coalesce(site_id, 0)', 'coalesce(channel_id, 0)', '0', `''`] as const;
const FACT = ['company_id', 'coalesce(site_id, 0)', 'coalesce(channel_id, 0)', 'month', `''`] as const;

const CHANNEL = ['company_id', '0', 'coalesce(channel_id, 0)', '0', `''`] as const;

const approval = (area: Area): TableTruth => ({
  area,
  place: CHANNELLED,
  values: {
    ...same('company_id', 'site_id', 'channel_id', 'order_id', 'decision', 'reason', 'content_hash', 'rules'),
    ...SAID,
  },
});
const ruleChange = (area: Area): TableTruth => ({
  area,
  place: CHANNELLED,
  values: {
    ...same('company_id', 'site_id', 'channel_id', 'subject', 'title', 'reason'),
    ...day('effective_on'),
    lines: 'lines::text',
    ...SAID,
  },
});
const threshold = (...names: readonly string[]): TableTruth => ({
  area: 'finance',
  place: COMPANY,
  values: { ...same('company_id', ...names, 'owner'), ...day('valid_from'), ...day('valid_to') },
});
const ruleVerdict = (area: Area): TableTruth => ({
  area,
  place: CHANNELLED,
  values: {
    ...same('company_id', 'site_id', 'channel_id', 'change_id', 'verdict', 'reason', 'content_hash'),
    ...SAID,
  },
});

const mark = (area: Area): TableTruth => ({
  area,
  place: CHANNELLED,
  values: {
    ...same('company_id', 'site_id', 'channel_id', 'exception_key', 'kind'),
    ...day('until_on'),
    ...same('assigned_to', 'author'),
    ...moment('written_at'),
    ...moment('accepted_at'),
  },
});

/** Every table anything is written to here; the others have to stay empty. */
export const TRUTH: Readonly<Record<string, TableTruth>> = {
  company: {
    area: 'general',
    place: ['id', '0', '0', '0', `''`],
    values: same('code', 'name', 'currency', 'time_zone', 'fiscal_year_start_month'),
  },
  site: {
    area: 'general',
    place: ['company_id', 'id', '0', '0', `''`],
    values: same('company_id', 'code', 'name', 'kind'),
  },
  channel: {
    area: 'general',
    place: ['company_id', '0', 'id', '0', `''`],
    values: same('company_id', 'code', 'name', 'kind', 'grace_days'),
  },
  item: {
    area: 'general',
    place: COMPANY,
    values: {
      ...same('company_id', 'code', 'name', 'category', 'uom', 'supplier_id'),
      active: 'active::int',
      ...day('introduced_on'),
      ...same('barcode', 'weight_g', 'volume_ml'),
    },
  },
  item_cost: { area: 'cost', place: COMPANY, values: same('company_id', 'unit_cost_micro') },
  stock_balance: {
    area: 'general',
    place: SITE,
    values: {
      ...same('company_id', 'site_id', 'item_id', 'on_hand_qty_milli', 'reserved_qty_milli'),
      ...day('counted_on'),
    },
  },
  stock_move: {
    area: 'general',
    place: SITE,
    values: { ...same('company_id', 'site_id', 'item_id', 'kind', 'qty_milli', 'ref'), ...day('moved_on') },
  },
  sales_order: {
    area: 'general',
    place: FACT,
    values: {
      ...same('company_id', 'site_id', 'channel_id', 'month', 'source', 'number', 'party_id', 'country', 'state'),
      ...day('ordered_on'),
      ...moment('ordered_at'),
    },
  },
  order_line: {
    area: 'general',
    place: FACT,
    values: {
      ...same('company_id', 'site_id', 'channel_id', 'month', 'order_id', 'ordinal', 'item_id', 'party_id'),
      ...same('description', 'kind', 'ordered_qty_milli', 'cancelled_qty_milli', 'cancelled_by', 'unit_price_micro'),
      ...same('gross_minor', 'discount_minor', 'net_minor', 'country', 'approved_by'),
      ...day('ordered_on'),
      ...day('requested_on'),
      ...day('committed_on'),
      ...day('promised_on'),
    },
  },
  order_line_cost: {
    area: 'cost',
    place: FACT,
    values: same(
      'company_id',
      'site_id',
      'channel_id',
      'month',
      'cost_minor',
      'freight_minor',
      'rebate_minor',
      'fee_minor',
    ),
  },
  item_note: {
    area: 'general',
    place: COMPANY,
    values: {
      ...same('company_id', 'item_id', 'body'),
      ...SAID,
    },
  },
  order_note: {
    area: 'general',
    place: CHANNELLED,
    values: {
      ...same('company_id', 'site_id', 'channel_id', 'order_id', 'body'),
      ...SAID,
    },
  },
  close_period: { ...BOOKS, values: CLOSE_PERIOD },
  close_task: {
    area: 'finance',
    place: COMPANY,
    values: {
      ...same('company_id', 'period_id', 'code', 'title', 'account'),
      depends_on: 'depends_on::text',
      ...same('owner', 'reviewer', 'due_day', 'state', 'amount_minor', 'content_hash'),
      ...day('due_on'),
      needs_evidence: 'needs_evidence::int',
    },
  },
  close_task_line: {
    area: 'finance',
    place: COMPANY,
    values: {
      ...same('company_id', 'task_id', 'side', 'ref', 'account', 'amount_minor', 'currency', 'explanation'),
      ...day('booked_on'),
    },
  },
  flux_threshold: threshold('amount_minor', 'rate_bp'),
  reconciliation_threshold: threshold('name', 'threshold_minor'),
  item_explanation: {
    area: 'finance',
    place: COMPANY,
    values: { ...same('company_id', 'task_id', 'line_id', 'explanation'), ...SAID },
  },
  reconciliation: {
    area: 'finance',
    place: COMPANY,
    values: {
      ...same('company_id', 'ledger_minor', 'subledger_minor', 'difference_minor', 'threshold_minor'),
      ...moment('computed_at'),
    },
  },
  close_line_change: {
    area: 'finance',
    place: COMPANY,
    values: {
      ...same('company_id', 'task_id', 'side', 'ref', 'account', 'change', 'before_minor', 'after_minor', 'changed_by'),
      ...moment('changed_at'),
    },
  },
  signoff: {
    area: 'finance',
    place: COMPANY,
    values: {
      ...same('company_id', 'task_id', 'role', 'user_name', 'content_hash', 'amount_minor', 'device'),
      ...moment('signed_at'),
      ...moment('accepted_at'),
      ...same('for_user', 'withdraws_id', 'reason'),
    },
  },
  party: {
    area: 'general',
    place: COMPANY,
    values: same(
      'company_id',
      'code',
      'name',
      'kind',
      'country',
      'payment_terms_days',
      'credit_limit_minor',
      'salesperson',
    ),
  },
  supplier_item: {
    area: 'general',
    place: COMPANY,
    values: {
      ...same('company_id', 'supplier_id', 'item_id', 'supplier_code', 'moq_qty_milli', 'multiple_qty_milli'),
      ...same('lead_time_days'),
      preferred: 'preferred::int',
    },
  },
  supplier_item_price: {
    area: 'cost',
    place: COMPANY,
    values: { ...same('company_id', 'supplier_item_id', 'unit_price_micro'), ...day('valid_from'), ...day('valid_to') },
  },
  supplier_terms: { area: 'general', place: COMPANY, values: same('company_id', 'supplier_id', 'review_days') },
  supplier_terms_cost: {
    area: 'cost',
    place: COMPANY,
    values: same('company_id', 'minimum_order_minor', 'freight_minor', 'free_freight_from_minor'),
  },
  channel_rule: {
    area: 'general',
    place: CHANNEL,
    values: {
      ...same('company_id', 'channel_id', 'priority', 'free_freight_from_minor', 'freight_charge_minor'),
      ...same('max_discount_bp', 'protected_bp', 'owner', 'grace_days'),
      ...day('valid_from'),
      ...day('valid_to'),
    },
  },
  price_floor: {
    area: 'cost',
    place: CHANNEL,
    values: {
      ...same('company_id', 'channel_id', 'item_id', 'floor_price_micro', 'owner'),
      ...day('valid_from'),
      ...day('valid_to'),
    },
  },
  replenishment_decision: {
    area: 'cost',
    place: SITE,
    values: {
      ...same('company_id', 'site_id', 'item_id', 'kind', 'supplier_id', 'from_site_id', 'verdict'),
      ...same('proposed_qty_milli', 'qty_milli', 'reason', 'rule_version', 'unit_price_micro', 'value_minor'),
      ...same('approval', 'follows'),
      inputs: 'inputs::text',
      ...day('receive_on'),
      ...SAID,
    },
  },
  replenishment_approval: {
    area: 'cost',
    place: SITE,
    values: { ...same('company_id', 'site_id', 'decision_id', 'verdict', 'reason'), ...SAID },
  },
  draft_order: {
    area: 'cost',
    place: SITE,
    values: {
      ...same('company_id', 'site_id', 'number', 'supplier_id', 'value_minor', 'freight_minor', 'minimum_reason'),
      ...SAID,
    },
  },
  draft_order_line: {
    area: 'cost',
    place: SITE,
    values: {
      ...same('company_id', 'site_id', 'draft_order_id', 'decision_id', 'item_id', 'qty_milli'),
      ...same('unit_price_micro', 'value_minor'),
    },
  },
  draft_order_event: {
    area: 'cost',
    place: SITE,
    values: { ...same('company_id', 'site_id', 'draft_order_id', 'kind', 'purchase_order_id', 'reason'), ...SAID },
  },
  draft_order_approval: {
    area: 'cost',
    place: SITE,
    values: { ...same('company_id', 'site_id', 'draft_order_id', 'verdict', 'reason'), ...SAID },
  },
  purchase_order: {
    area: 'general',
    place: SITE,
    values: {
      ...same('company_id', 'site_id', 'number', 'supplier_id', 'state', 'buyer'),
      ...day('ordered_on'),
      ...day('approved_on'),
    },
  },
  po_line: {
    area: 'general',
    place: SITE,
    values: {
      ...same('company_id', 'site_id', 'purchase_order_id', 'item_id', 'ordered_qty_milli', 'received_qty_milli'),
      ...day('promised_on'),
      ...day('expected_on'),
      ...day('received_on'),
    },
  },
  po_line_price: { area: 'cost', place: SITE, values: same('company_id', 'site_id', 'unit_price_micro') },
  credit_follow_up: {
    area: 'finance',
    place: COMPANY,
    values: { ...same('company_id', 'party_id', 'said'), ...day('promised_on'), ...day('next_on'), ...SAID },
  },
  close_note: {
    area: 'finance',
    place: COMPANY,
    values: { ...same('company_id', 'task_id', 'body', 'assigned_to', 'answers_id'), ...SAID },
  },
  close_evidence: {
    area: 'finance',
    place: COMPANY,
    values: {
      ...same('company_id', 'task_id', 'step', 'item_ref', 'sha256', 'name', 'media_type', 'size_bytes', 'removes_id'),
      ...same('reason'),
      ...SAID,
    },
  },
  binder: {
    ...BOOKS,
    values: {
      ...same('company_id', 'period_id', 'manifest_hash', 'checkpoint', 'checkpoint_id'),
      ...same('archive_sha256', 'archive_bytes'),
      final: 'final::int',
      ...moment('moment'),
      ...SAID,
    },
  },
  close_entry: { ...BOOKS, values: CLOSE_ENTRY },
  gl_account: {
    ...BOOKS,
    values: same('company_id', 'code', 'name', 'kind', 'role', 'bank_account', 'currency', 'partner_company_id'),
  },
  close_person: { ...BOOKS, values: CLOSE_PERSON },
  rec_item: {
    ...BOOKS,
    values: {
      ...same('company_id', 'task_id', 'role', 'cause', 'origin_period'),
      ...day('arose_on'),
      ...same('age_days'),
      ...day('settles_on'),
      documents: 'documents::text',
      allocation: 'allocation::text',
    },
  },
  journal_proposal: {
    area: 'finance',
    place: COMPANY,
    values: {
      ...same('company_id', 'period_id', 'reference', 'words'),
      ...day('booked_on'),
      ...day('reverses_on'),
      ...same('amount_minor'),
      inputs: 'inputs::text',
      lines: 'lines::text',
      ...same('renews_id', 'posted_as', 'reversed_as'),
      posted_otherwise: 'posted_otherwise::int',
      ...SAID,
    },
  },
  journal_step: {
    area: 'finance',
    place: COMPANY,
    values: { ...same('company_id', 'period_id', 'proposal_id', 'step', 'words'), ...SAID },
  },
  lock_event: {
    area: 'finance',
    place: COMPANY,
    values: { ...same('company_id', 'period_id', 'step', 'areas', 'hours', 'answers_id', 'reason'), ...SAID },
  },
  transfer_event: {
    area: 'general',
    place: SITE,
    values: {
      ...same('company_id', 'site_id', 'transfer_id', 'step', 'number', 'item_id', 'from_site_id', 'to_site_id'),
      ...same('qty_milli', 'reason', 'decision_id'),
      ...day('due_on'),
      ...SAID,
    },
  },
  forecast_override: {
    area: 'general',
    place: SITE,
    values: {
      ...same('company_id', 'site_id', 'item_id', 'kind', 'replaces', 'from_month', 'to_month', 'qty_milli'),
      ...same('factor_bp', 'reason'),
      ...day('expires_on'),
      ...SAID,
    },
  },
  fulfilment_override: {
    area: 'general',
    place: CHANNELLED,
    values: {
      ...same('company_id', 'site_id', 'channel_id', 'order_id', 'order_line_id', 'kind', 'reason'),
      ...day('until_on'),
      ...SAID,
    },
  },
  order_approval: approval('general'),
  order_approval_cost: approval('cost'),
  order_approval_finance: approval('finance'),
  rule_change: ruleChange('general'),
  rule_change_cost: ruleChange('cost'),
  rule_verdict: ruleVerdict('general'),
  rule_verdict_cost: ruleVerdict('cost'),
  rule_change_finance: ruleChange('finance'),
  rule_verdict_finance: ruleVerdict('finance'),
  exception_mark: mark('general'),
  exception_mark_cost: mark('cost'),
  exception_mark_finance: mark('finance'),
  mutation_outcome: {
    area: 'outcome',
    place: ['0', '0', '0', '0', 'client_id'],
    values: { ...same('client_id', 'command', 'state'), reason: 'reason::text', ...moment('decided_at') },
  },
};
export const TRUTH_NAMES: readonly string[] = Object.keys(TRUTH);
