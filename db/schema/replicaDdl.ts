/**
 * The tables of replica.db, made from the wire registry when the file is created. The file can always be rebuilt from
 * the server, so it has no migrations: another REPLICA_SCHEMA_VERSION means another file.
 */
import {
  WIRE_SCHEMA_VERSION,
  WIRE_TABLES,
  type WireColumn,
  type WireTable,
  type WireTableName,
} from '#contract/wire/tables.ts';
import { factDdl } from '#db/analysis/factSchema.ts';
import { FORECAST_DDL } from './forecastDdl.ts';
import { searchDdl } from '#db/search/searchDdl.ts';
import { tableVersionDdl } from './tableVersions.ts';

/** Raised when the meta tables or the indexes below change; the registry brings its own version. */
const LAYOUT_VERSION = 14;
export const REPLICA_SCHEMA_VERSION = WIRE_SCHEMA_VERSION * 1000 + LAYOUT_VERSION;

/** Dates rest as day numbers, instants as epoch milliseconds, booleans as 0/1, JSON as its text. */
function sqliteType(column: WireColumn): 'INTEGER' | 'TEXT' {
  return column.type === 'text' || column.type === 'json' ? 'TEXT' : 'INTEGER';
}

/** What the screens look rows up by, beside the id and the bucket. */
const INDEXES: Readonly<Partial<Record<WireTableName, readonly (readonly string[])[]>>> = {
  party: [['company_id', 'kind']],
  item: [['company_id', 'code']],
  policy: [['company_id', 'item_id']],
  stock_balance: [['item_id'], ['company_id', 'site_id']],
  purchase_order: [['company_id', 'state']],
  po_line: [['item_id'], ['purchase_order_id']],
  sales_order: [
    ['company_id', 'month'],
    ['company_id', 'number'],
  ],
  order_line: [['company_id', 'month'], ['company_id', 'committed_on'], ['order_id'], ['item_id']],
  order_line_cost: [['company_id', 'month']],
  // of a month's orders those that left since a day are read from the index alone
  shipment_line: [['order_line_id'], ['company_id', 'month', 'shipped_on', 'order_line_id']],
  item_note: [['item_id']],
  order_note: [['order_id']],
  close_period: [['company_id', 'period']],
  close_task: [['period_id']],
  close_task_line: [['task_id']],
  rec_item: [['task_id']],
  close_line_change: [['task_id']],
  item_explanation: [['line_id'], ['task_id']],
  signoff: [['task_id']],
  journal_proposal: [['period_id']],
  journal_step: [['proposal_id']],
  lock_event: [['period_id']],
  close_note: [['task_id']],
  close_evidence: [['task_id']],
  credit_follow_up: [['party_id']],
  supplier_item: [['item_id'], ['supplier_id']],
  supplier_item_price: [['supplier_item_id']],
  price_rule: [['company_id']],
  price_floor: [['item_id']],
  plan_line: [['company_id', 'month']],
  stock_move: [['item_id']],
  stock_count_line: [['stock_count_id'], ['item_id']],
  inventory_month: [['company_id', 'month']],
  forecast_line: [['item_id']],
  forecast_override: [['item_id'], ['company_id']],
  receipt_line: [['po_line_id']],
  promise_event: [['po_line_id']],
  landed_cost: [['purchase_order_id']],
  landed_cost_line: [['po_line_id']],
  credit_note: [['company_id', 'month']],
  claim: [['company_id', 'state'], ['order_line_id']],
  claim_event: [['claim_id']],
  claim_cost: [['company_id', 'month']],
  gl_entry: [['company_id', 'month']],
  gl_line: [['entry_id'], ['account_id', 'month']],
  gl_replaced_line: [['company_id', 'until_at'], ['entry_id']],
  invoice: [['party_id'], ['company_id', 'kind', 'due_on']],
  // what is paid of an invoice is read from the index alone: that of all invoices is asked for every morning
  payment: [
    ['invoice_id', 'settled_on', 'amount_minor', 'exchange_minor', 'kind'],
    ['party_id'],
    ['company_id', 'settled_on'],
  ],
  exception_mark: [['exception_key']],
  exception_mark_cost: [['exception_key']],
  exception_mark_finance: [['exception_key']],
  fulfilment_override: [['order_id']],
  order_approval: [['order_id']],
  order_approval_cost: [['order_id']],
  order_approval_finance: [['order_id']],
  rule_verdict: [['change_id']],
  rule_verdict_cost: [['change_id']],
  rule_verdict_finance: [['change_id']],
  replenishment_decision: [['company_id', 'item_id']],
  replenishment_approval: [['decision_id']],
  draft_order: [['company_id']],
  draft_order_line: [['draft_order_id'], ['decision_id']],
  draft_order_event: [['draft_order_id']],
  draft_order_approval: [['draft_order_id']],
  transfer_event: [['transfer_id'], ['company_id', 'item_id']],
  audit_entry: [['event_id']],
  close_entry: [['period_id']],
  close_person: [['company_id']],
};

export interface ReplicaIndex {
  readonly name: string;
  readonly ddl: string;
}

/** The indexes of a table beside the one on its bucket, which loading needs. */
function indexesOf(table: WireTable): ReplicaIndex[] {
  return (INDEXES[table.name] ?? []).map((names) => {
    const name = `${table.name}_${names.join('_')}`;
    return { name, ddl: `CREATE INDEX ${name} ON ${table.name} (${names.join(', ')})` };
  });
}

/** Large tables' indexes whose keys come in no order, so that every row would touch another page. */
const SCATTERED: Readonly<Partial<Record<WireTableName, readonly string[]>>> = {
  sales_order: ['company_id_number'],
  order_line: ['company_id_committed_on', 'item_id'],
  po_line: ['item_id'],
  stock_move: ['item_id'],
  gl_line: ['account_id_month'],
  invoice: ['party_id'],
  payment: ['party_id'],
};

/**
 * A first load leaves these out and makes them at its end, which is much faster than keeping them up row by row. What
 * screens need for a page or a click stays. A file that lacks one of them is still in its first load.
 */
export const LATE_INDEXES: readonly ReplicaIndex[] = WIRE_TABLES.flatMap((table) => {
  const late = (SCATTERED[table.name] ?? []).map((columns) => `${table.name}_${columns}`);
  return indexesOf(table).filter(({ name }) => late.includes(name));
});

/** Rows of a kind that are few among many. */
const PARTIAL_INDEXES = ["CREATE INDEX sales_order_open ON sales_order (company_id) WHERE state = 'open'"];

function tableDdl(table: WireTable): string[] {
  const columns = table.columns.map(
    (column) => `${column.name} ${sqliteType(column)}${column.nullable ? '' : ' NOT NULL'}`,
  );
  const id = table.idType === 'integer' ? 'id INTEGER PRIMARY KEY' : 'id TEXT PRIMARY KEY NOT NULL';
  return [
    `CREATE TABLE ${table.name} (${[id, 'ver INTEGER NOT NULL', 'bucket INTEGER NOT NULL', ...columns].join(', ')}) STRICT`,
    `CREATE INDEX ${table.name}_bucket ON ${table.name} (bucket)`,
    ...indexesOf(table).map(({ ddl }) => ddl),
  ];
}

/**
 * Where the copy stands: one row. `checkpoint_number` is null before the first contact; `withdrawals` counts how often rows
 * were taken from this person.
 */
const META = [
  `CREATE TABLE replica_meta (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    schema_version INTEGER NOT NULL,
    epoch TEXT,
    checkpoint_number INTEGER,
    checkpoint_id TEXT,
    scope_hash TEXT,
    withdrawals INTEGER NOT NULL DEFAULT 0,
    as_of_ms INTEGER
  ) STRICT`,
  `CREATE TABLE bucket (
    id INTEGER PRIMARY KEY,
    tbl INTEGER NOT NULL,
    company INTEGER NOT NULL,
    site INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    month INTEGER NOT NULL,
    client TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('complete', 'missing')),
    rows INTEGER NOT NULL,
    -- What verification last read its rows to add up to, equal to the server's; null since they changed.
    hash TEXT,
    -- The verification that last read its rows.
    read_pass INTEGER,
    -- How far mending it had to go, and when: 1 its rows, 2 the whole bucket, 3 to no avail.
    trouble INTEGER NOT NULL DEFAULT 0,
    trouble_at_ms INTEGER NOT NULL DEFAULT 0
  ) STRICT`,
  'CREATE INDEX bucket_state ON bucket (state, tbl)',
  `CREATE TABLE verification (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    pass INTEGER NOT NULL,
    under_way INTEGER NOT NULL,
    paused INTEGER NOT NULL,
    differed INTEGER NOT NULL,
    last_at_ms INTEGER,
    last_equal INTEGER,
    last_rows INTEGER,
    last_tables TEXT,
    full_at_ms INTEGER,
    full_equal INTEGER,
    full_rows INTEGER
  ) STRICT`,
  'INSERT INTO verification (only_row, pass, under_way, paused, differed) VALUES (1, 0, 0, 0, 0)',
  `CREATE TABLE repaired_row (
    number INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    tbl INTEGER NOT NULL,
    id TEXT NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('replaced', 'added', 'removed')),
    columns TEXT NOT NULL
  ) STRICT`,
  `INSERT INTO replica_meta (only_row, schema_version) VALUES (1, ${REPLICA_SCHEMA_VERSION})`,
];

/** Every statement that turns an empty file into an empty replica. */
export function replicaDdl(): string[] {
  return [
    ...WIRE_TABLES.flatMap(tableDdl),
    ...PARTIAL_INDEXES,
    ...META,
    ...tableVersionDdl(),
    ...factDdl(),
    ...FORECAST_DDL,
    ...searchDdl(),
  ];
}
