/**
 * The tables of pricing, purchases, counts, service and the ledger, and the columns that came with them. Frozen.
 * PostgreSQL 15 and the embedded PGlite run the same text.
 */
import { type Kysely, sql } from 'kysely';

const ROW = `ver safe_integer not null default nextval('row_ver'), bucket int not null,
  source text not null default 'binnacle', model text, external_id text, row_hash text, deleted_at timestamptz,
  written_at timestamptz`;
const ID = `id safe_integer primary key default nextval('row_id')`;
const COMPANY = `company_id safe_integer not null references company(id)`;
const SITE = `site_id safe_integer not null references site(id)`;
const ITEM = `item_id safe_integer not null references item(id)`;
const PARTY = `party_id safe_integer not null references party(id)`;
const CHANNEL = `channel_id safe_integer not null references channel(id)`;
const ANY_SITE = `site_id safe_integer references site(id)`;
const ANY_CHANNEL = `channel_id safe_integer references channel(id)`;
const ANY_ITEM = `item_id safe_integer references item(id)`;
const ANY_PARTY = `party_id safe_integer references party(id)`;
const ANY_LINE = `order_line_id safe_integer references order_line(id)`;
const MONTH = `month int not null check (month between 190001 and 299912 and month % 100 between 1 and 12)`;
const VALID = `valid_from date not null, valid_to date check (valid_to >= valid_from)`;
const RATE = 'rate_bp int not null check (rate_bp between 0 and 10000)';

const COLUMNS = [
  `alter table party add payment_terms_days int check (payment_terms_days between 0 and 3650),
    add credit_limit_minor safe_integer check (credit_limit_minor >= 0), add salesperson text`,
  `alter table item add introduced_on date, add barcode text, add weight_g safe_integer check (weight_g >= 0)`,
  `alter table purchase_order add approved_on date, add buyer text`,
  `alter table order_line add promised_on date, add approved_by text`,
  `alter table order_line_cost add freight_minor safe_integer, add rebate_minor safe_integer, add fee_minor safe_integer`,
  `alter table shipment_line add delivered_on date`,
];

const REFERENCE = [
  `create table supplier_item (${ID}, ${COMPANY}, supplier_id safe_integer not null references party(id), ${ITEM},
    supplier_code text, moq_qty_milli safe_integer not null check (moq_qty_milli >= 0),
    multiple_qty_milli safe_integer not null check (multiple_qty_milli > 0),
    lead_time_days int not null check (lead_time_days >= 0), preferred boolean not null, ${ROW},
    unique (supplier_id, item_id))`,
  `create index supplier_item_item on supplier_item (item_id)`,
  `create table supplier_item_price (${ID}, ${COMPANY},
    supplier_item_id safe_integer not null references supplier_item(id),
    unit_price_micro safe_integer not null check (unit_price_micro >= 0), ${VALID}, ${ROW},
    unique (supplier_item_id, valid_from))`,
  `create table fx_rate (${ID}, ${COMPANY}, ${MONTH}, currency text not null check (currency ~ '^[A-Z]{3}$'),
    average_rate_micro safe_integer not null check (average_rate_micro > 0),
    closing_rate_micro safe_integer not null check (closing_rate_micro > 0), ${ROW},
    unique (company_id, month, currency))`,
  `create table kpi_target (${ID}, ${COMPANY}, ${ANY_CHANNEL}, kpi text not null check (kpi <> ''),
    from_month int not null check (from_month between 190001 and 299912), target safe_integer not null, ${ROW},
    unique nulls not distinct (company_id, channel_id, kpi, from_month))`,
];

const PRICING = [
  `create table channel_rule (${ID}, ${COMPANY}, ${CHANNEL}, priority int not null check (priority >= 1),
    free_freight_from_minor safe_integer, freight_charge_minor safe_integer,
    max_discount_bp int check (max_discount_bp between 0 and 10000),
    protected_bp int not null check (protected_bp between 0 and 10000), ${ROW}, unique (channel_id))`,
  `create table price_rule (${ID}, ${COMPANY}, ${ANY_CHANNEL}, ${ANY_PARTY}, ${ANY_ITEM}, category text,
    list_price_micro safe_integer check (list_price_micro >= 0),
    max_discount_bp int check (max_discount_bp between 0 and 10000), ${VALID}, ${ROW},
    unique nulls not distinct (company_id, channel_id, party_id, item_id, category, valid_from))`,
  `create table price_floor (${ID}, ${COMPANY}, ${ANY_CHANNEL}, ${ITEM},
    floor_price_micro safe_integer not null check (floor_price_micro >= 0), ${VALID}, ${ROW},
    unique nulls not distinct (item_id, channel_id, valid_from))`,
  `create table plan_line (${ID}, ${COMPANY}, ${ANY_CHANNEL}, ${MONTH}, category text, net_minor safe_integer not null,
    gm3_minor safe_integer not null, ${ROW}, unique nulls not distinct (company_id, channel_id, month, category))`,
  `create table rebate_agreement (${ID}, ${COMPANY}, ${ANY_CHANNEL}, ${PARTY}, name text not null, ${RATE},
    threshold_minor safe_integer not null, ${VALID}, ${ROW})`,
  `create table channel_fee (${ID}, ${COMPANY}, ${CHANNEL}, name text not null, ${RATE}, ${VALID}, ${ROW})`,
];

const STOCK = [
  `create table stock_move (${ID}, ${COMPANY}, ${SITE}, ${ITEM},
    kind text not null check (kind in ('transfer_in', 'transfer_out', 'count', 'scrap', 'return', 'adjustment')),
    moved_on date not null, qty_milli safe_integer not null, ref text, ${ROW})`,
  `create table stock_count (${ID}, ${COMPANY}, ${SITE}, number text not null check (number <> ''), counted_on date not null,
    state text not null check (state in ('open', 'posted')), ${ROW}, unique (company_id, number))`,
  `create table stock_count_line (${ID}, ${COMPANY}, ${SITE}, stock_count_id safe_integer not null references stock_count(id),
    ${ITEM}, location text not null, book_qty_milli safe_integer not null, counted_qty_milli safe_integer not null,
    tolerance_qty_milli safe_integer not null check (tolerance_qty_milli >= 0), ${ROW},
    unique (stock_count_id, item_id, location))`,
  `create table stock_count_line_cost (id safe_integer primary key references stock_count_line(id), ${COMPANY}, ${SITE},
    unit_cost_micro safe_integer not null, ${ROW})`,
  `create table inventory_month (${ID}, ${COMPANY}, ${SITE}, ${MONTH}, category text, mean_value_minor safe_integer not null,
    closing_value_minor safe_integer not null, ${ROW}, unique nulls not distinct (site_id, month, category))`,
  `create table forecast_line (${ID}, ${COMPANY}, ${SITE}, ${ITEM}, ${MONTH}, made_on date not null,
    qty_milli safe_integer not null, ${ROW}, unique (site_id, item_id, month, made_on))`,
];

const PURCHASES = [
  `create table receipt_line (${ID}, ${COMPANY}, ${SITE}, po_line_id safe_integer not null references po_line(id),
    number text not null check (number <> ''), received_on date not null, qty_milli safe_integer not null, ${ROW},
    unique (po_line_id, number))`,
  `create table promise_event (${ID}, ${COMPANY}, ${SITE}, po_line_id safe_integer not null references po_line(id),
    told_on date not null, promised_on date not null, ${ROW})`,
  `create index promise_event_po_line on promise_event (po_line_id)`,
  `create table landed_cost (${ID}, ${COMPANY}, ${SITE}, purchase_order_id safe_integer not null references purchase_order(id),
    kind text not null check (kind in ('freight', 'duty', 'insurance', 'handling')), booked_on date not null,
    amount_minor safe_integer not null, split_by text not null check (split_by in ('value', 'weight', 'quantity')), ${ROW})`,
  `create table landed_cost_line (${ID}, ${COMPANY}, ${SITE}, landed_cost_id safe_integer not null references landed_cost(id),
    po_line_id safe_integer not null references po_line(id), amount_minor safe_integer not null, ${ROW},
    unique (landed_cost_id, po_line_id))`,
];

const SERVICE = [
  `create table claim (${ID}, ${COMPANY}, ${ANY_SITE}, ${ANY_CHANNEL}, ${MONTH}, number text not null check (number <> ''),
    ${ANY_PARTY}, ${ANY_LINE}, ${ANY_ITEM}, kind text not null, opened_on date not null, resolved_on date,
    state text not null check (state in ('open', 'waiting', 'resolved')), claimed_minor safe_integer not null, ${ROW},
    unique (company_id, number))`,
  `create table claim_event (${ID}, ${COMPANY}, ${ANY_SITE}, ${ANY_CHANNEL}, ${MONTH},
    claim_id safe_integer not null references claim(id),
    kind text not null check (kind in ('opened', 'waiting', 'resumed', 'resolved', 'reopened')),
    happened_at timestamptz not null, ${ROW})`,
  `create index claim_event_claim on claim_event (claim_id)`,
  `create table claim_cost (${ID}, ${COMPANY}, ${ANY_SITE}, ${ANY_CHANNEL}, ${MONTH},
    claim_id safe_integer not null references claim(id), ${ANY_LINE}, ${ANY_ITEM}, ${ANY_PARTY}, booked_on date not null,
    amount_minor safe_integer not null, ${ROW})`,
  `create table credit_note (${ID}, ${COMPANY}, ${ANY_SITE}, ${ANY_CHANNEL}, ${MONTH}, number text not null check (number <> ''),
    issued_on date not null, ${ANY_PARTY}, ${ANY_LINE}, ${ANY_ITEM}, claim_id safe_integer references claim(id),
    amount_minor safe_integer not null, reason text not null, ${ROW})`,
];

const LEDGER = [
  `create table gl_account (${ID}, ${COMPANY}, code text not null check (code <> ''), name text not null,
    kind text not null check (kind in ('asset', 'liability', 'equity', 'income', 'expense')), role text, ${ROW},
    unique (company_id, code))`,
  `create table gl_entry (${ID}, ${COMPANY}, ${MONTH}, journal text not null check (journal <> ''),
    number text not null check (number <> ''), booked_on date not null, posted_at timestamptz not null, ref text,
    memo text not null, ${ROW}, unique (company_id, journal, number))`,
  `create table gl_line (${ID}, ${COMPANY}, ${ANY_CHANNEL}, ${MONTH}, entry_id safe_integer not null references gl_entry(id),
    account_id safe_integer not null references gl_account(id), ${ANY_PARTY}, amount_minor safe_integer not null, ref text, ${ROW})`,
  `create index gl_line_entry on gl_line (entry_id)`,
  `create table invoice (${ID}, ${COMPANY}, ${MONTH}, kind text not null check (kind in ('customer', 'supplier')),
    number text not null check (number <> ''), ${PARTY}, order_id safe_integer references sales_order(id),
    purchase_order_id safe_integer references purchase_order(id), ref text, issued_on date not null, posted_on date not null,
    due_on date not null, amount_minor safe_integer not null, ${ROW}, unique (company_id, kind, party_id, number))`,
  `create table payment (${ID}, ${COMPANY}, ${MONTH}, kind text not null check (kind in ('customer', 'supplier')),
    number text not null check (number <> ''), ${PARTY}, invoice_id safe_integer references invoice(id), paid_on date not null,
    amount_minor safe_integer not null, ${ROW})`,
  `create index payment_invoice on payment (invoice_id)`,
];

// The device's clock is only data; the mutation that wrote the mark is its id.
const mark = (name: string): string =>
  `create table ${name} (id text primary key check (id ~ '^[0-9a-f-]{36}$'), ${COMPANY}, ${ANY_SITE}, ${ANY_CHANNEL},
    exception_key text not null check (length(exception_key) between 1 and 120),
    kind text not null check (kind in ('snoozed', 'assigned', 'reopened')), until_on date, assigned_to text,
    author text not null, written_at timestamptz not null, accepted_at timestamptz not null,
    ver safe_integer not null default nextval('row_ver'), bucket int not null, source text not null default 'binnacle',
    model text, external_id text, row_hash text, deleted_at timestamptz)`;
const MARKS = ['exception_mark', 'exception_mark_cost', 'exception_mark_finance'].map(mark);

const SYNCED =
  'supplier_item supplier_item_price fx_rate kpi_target channel_rule price_rule price_floor plan_line rebate_agreement ' +
  'channel_fee stock_move stock_count stock_count_line stock_count_line_cost inventory_month forecast_line receipt_line ' +
  'promise_event landed_cost landed_cost_line claim claim_event claim_cost credit_note gl_account gl_entry gl_line invoice ' +
  'payment exception_mark exception_mark_cost exception_mark_finance';

export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    ...COLUMNS,
    ...REFERENCE,
    ...PRICING,
    ...STOCK,
    ...PURCHASES,
    ...SERVICE,
    ...LEDGER,
    ...MARKS,
    ...SYNCED.split(' ').map((name) => `create index ${name}_bucket on ${name} (bucket, id)`),
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
