/**
 * The synchronised tables: one registry from which the server makes its triggers and row images, and the replica
 * makes its tables. The order of `columns` is the order of values in a row image on the wire; columns are only ever
 * appended, and a change of this file raises WIRE_SCHEMA_VERSION.
 */

export const WIRE_SCHEMA_VERSION = 1;

/**
 * How a value travels and rests:
 * - `integer`: whole number within ±(2^53 − 1) (ids, minor units, thousandths, micro units)
 * - `text`, `boolean` (0/1 on the wire and in SQLite)
 * - `date`: business date; `date` in PostgreSQL, day number (days since 1970-01-01) on the wire and in SQLite
 * - `instant`: UTC; `timestamptz` in PostgreSQL, epoch milliseconds on the wire and in SQLite
 * - `json`: `jsonb` in PostgreSQL, its text on the wire and in SQLite
 */
export type ColumnType = 'integer' | 'text' | 'boolean' | 'date' | 'instant' | 'json';

export interface WireColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
}

/** A dimension of the bucket key that a grant may restrict. `client` is the private bucket of one installation. */
export type Dimension = 'company' | 'site' | 'channel' | 'month' | 'client';

/** What a role must hold to receive a table at all; see domain/access. */
export type Area = 'general' | 'cost' | 'finance' | 'outcome';

export interface WireTable {
  /** Stable small number used in the change log. Never reused. */
  readonly id: number;
  readonly name: WireTableName;
  readonly area: Area;
  /** Dimensions of the bucket key; each has a physical column (DIMENSION_COLUMN) unless the table names another. */
  readonly dimensions: readonly Dimension[];
  /** Overrides of the physical column behind a dimension (company rows are keyed by their own id). */
  readonly dimensionColumns?: Partial<Record<Dimension, string>>;
  readonly idType: 'integer' | 'text';
  /** All columns but `id`, `ver` and `bucket`, which every table has. */
  readonly columns: readonly WireColumn[];
  /** Load order at bootstrap: 0 reference, 1 stock and open documents, 2 facts by month (newest first). */
  readonly loadOrder: 0 | 1 | 2;
}

export const DIMENSION_COLUMN: Readonly<Record<Dimension, string>> = {
  company: 'company_id',
  site: 'site_id',
  channel: 'channel_id',
  month: 'month',
  client: 'client_id',
};

const int = (name: string): WireColumn => ({ name, type: 'integer', nullable: false });
const intOrNull = (name: string): WireColumn => ({ name, type: 'integer', nullable: true });
const text = (name: string): WireColumn => ({ name, type: 'text', nullable: false });
const textOrNull = (name: string): WireColumn => ({ name, type: 'text', nullable: true });
const bool = (name: string): WireColumn => ({ name, type: 'boolean', nullable: false });
const date = (name: string): WireColumn => ({ name, type: 'date', nullable: false });
const dateOrNull = (name: string): WireColumn => ({ name, type: 'date', nullable: true });
const instant = (name: string): WireColumn => ({ name, type: 'instant', nullable: false });
const json = (name: string): WireColumn => ({ name, type: 'json', nullable: false });
const jsonOrNull = (name: string): WireColumn => ({ name, type: 'json', nullable: true });

export type WireTableName =
  | 'company'
  | 'site'
  | 'channel'
  | 'party'
  | 'item'
  | 'item_cost'
  | 'policy'
  | 'stock_balance'
  | 'purchase_order'
  | 'po_line'
  | 'po_line_price'
  | 'sales_order'
  | 'order_line'
  | 'order_line_cost'
  | 'shipment_line'
  | 'item_note'
  | 'order_note'
  | 'close_period'
  | 'close_task'
  | 'close_task_line'
  | 'signoff'
  | 'mutation_outcome';

const TABLES: readonly WireTable[] = [
  {
    id: 1,
    name: 'company',
    area: 'general',
    dimensions: ['company'],
    dimensionColumns: { company: 'id' },
    idType: 'integer',
    loadOrder: 0,
    columns: [text('code'), text('name'), text('currency'), text('time_zone')],
  },
  {
    id: 2,
    name: 'site',
    area: 'general',
    dimensions: ['company', 'site'],
    dimensionColumns: { site: 'id' },
    idType: 'integer',
    loadOrder: 0,
    // kind: 'dc' | 'counter'
    columns: [int('company_id'), text('code'), text('name'), text('kind')],
  },
  {
    id: 3,
    name: 'channel',
    area: 'general',
    dimensions: ['company', 'channel'],
    dimensionColumns: { channel: 'id' },
    idType: 'integer',
    loadOrder: 0,
    // kind: 'inside_sales' | 'key_accounts' | 'ecommerce' | 'counter' | 'unmapped'; grace_days: the channel's grace after the committed date
    columns: [int('company_id'), text('code'), text('name'), text('kind'), int('grace_days')],
  },
  {
    id: 4,
    name: 'party',
    area: 'general',
    dimensions: ['company'],
    idType: 'integer',
    loadOrder: 0,
    // kind: 'customer' | 'supplier'
    columns: [int('company_id'), text('code'), text('name'), text('kind'), textOrNull('country')],
  },
  {
    id: 5,
    name: 'item',
    area: 'general',
    dimensions: ['company'],
    idType: 'integer',
    loadOrder: 0,
    // uom: base unit code ('pcs', 'm', 'kg', …); lead_time_days: the main supplier's
    columns: [
      int('company_id'),
      text('code'),
      text('name'),
      textOrNull('category'),
      text('uom'),
      intOrNull('supplier_id'),
      bool('active'),
    ],
  },
  {
    id: 6,
    name: 'item_cost',
    area: 'cost',
    dimensions: ['company'],
    idType: 'integer',
    loadOrder: 0,
    // same id as the item; cost per base unit in company currency × 10⁻⁶
    columns: [int('company_id'), int('unit_cost_micro')],
  },
  {
    id: 7,
    name: 'policy',
    area: 'general',
    dimensions: ['company', 'site'],
    idType: 'integer',
    loadOrder: 1,
    columns: [
      int('company_id'),
      int('site_id'),
      int('item_id'),
      int('min_qty_milli'),
      int('max_qty_milli'),
      int('multiple_qty_milli'),
      int('lead_time_days'),
      textOrNull('owner'),
    ],
  },
  {
    id: 8,
    name: 'stock_balance',
    area: 'general',
    dimensions: ['company', 'site'],
    idType: 'integer',
    loadOrder: 1,
    columns: [
      int('company_id'),
      int('site_id'),
      int('item_id'),
      int('on_hand_qty_milli'),
      int('reserved_qty_milli'),
      dateOrNull('counted_on'),
    ],
  },
  {
    id: 9,
    name: 'purchase_order',
    area: 'general',
    dimensions: ['company', 'site'],
    idType: 'integer',
    loadOrder: 1,
    // state: 'open' | 'received' | 'cancelled'
    columns: [int('company_id'), int('site_id'), text('number'), int('supplier_id'), date('ordered_on'), text('state')],
  },
  {
    id: 10,
    name: 'po_line',
    area: 'general',
    dimensions: ['company', 'site'],
    idType: 'integer',
    loadOrder: 1,
    // promised_on: the supplier's first promise; expected_on: the latest
    columns: [
      int('company_id'),
      int('site_id'),
      int('purchase_order_id'),
      int('item_id'),
      int('ordered_qty_milli'),
      int('received_qty_milli'),
      date('promised_on'),
      date('expected_on'),
      dateOrNull('received_on'),
    ],
  },
  {
    id: 11,
    name: 'po_line_price',
    area: 'cost',
    dimensions: ['company', 'site'],
    idType: 'integer',
    loadOrder: 1,
    columns: [int('company_id'), int('site_id'), int('unit_price_micro')],
  },
  {
    id: 12,
    name: 'sales_order',
    area: 'general',
    dimensions: ['company', 'site', 'channel', 'month'],
    idType: 'integer',
    loadOrder: 2,
    // number is unique within (company, source); state: 'open' | 'done' | 'cancelled'
    columns: [
      int('company_id'),
      intOrNull('site_id'),
      intOrNull('channel_id'),
      int('month'),
      text('source'),
      text('number'),
      intOrNull('party_id'),
      date('ordered_on'),
      instant('ordered_at'),
      textOrNull('country'),
      text('state'),
    ],
  },
  {
    id: 13,
    name: 'order_line',
    area: 'general',
    dimensions: ['company', 'site', 'channel', 'month'],
    idType: 'integer',
    loadOrder: 2,
    // kind: see domain/orders/lineKind.ts. Amounts are in the company's currency; net = gross − discount.
    // An order line's amounts (gross, discount, net, and its cost) are of the quantity still sold: ordered − cancelled.
    // A line cancelled in full has amounts of 0; unit_price_micro keeps the price.
    // ordered_qty_milli is the snapshot at confirmation; requested_on and committed_on are the original dates.
    // cancelled_by: 'customer' | 'us' | null
    columns: [
      int('company_id'),
      intOrNull('site_id'),
      intOrNull('channel_id'),
      int('month'),
      int('order_id'),
      int('ordinal'),
      intOrNull('item_id'),
      intOrNull('party_id'),
      textOrNull('description'),
      text('kind'),
      date('ordered_on'),
      dateOrNull('requested_on'),
      dateOrNull('committed_on'),
      int('ordered_qty_milli'),
      int('cancelled_qty_milli'),
      textOrNull('cancelled_by'),
      int('unit_price_micro'),
      int('gross_minor'),
      int('discount_minor'),
      int('net_minor'),
      textOrNull('country'),
    ],
  },
  {
    id: 14,
    name: 'order_line_cost',
    area: 'cost',
    dimensions: ['company', 'site', 'channel', 'month'],
    idType: 'integer',
    loadOrder: 2,
    // same id as the order line; landed cost of the quantity its amounts are of, in company currency (negative for
    // restocked returns)
    columns: [int('company_id'), intOrNull('site_id'), intOrNull('channel_id'), int('month'), int('cost_minor')],
  },
  {
    id: 15,
    name: 'shipment_line',
    area: 'general',
    dimensions: ['company', 'site', 'channel', 'month'],
    idType: 'integer',
    loadOrder: 2,
    // month is the order line's month, so that a line and its shipments arrive together
    columns: [
      int('company_id'),
      intOrNull('site_id'),
      intOrNull('channel_id'),
      int('month'),
      int('order_line_id'),
      text('number'),
      date('shipped_on'),
      int('qty_milli'),
    ],
  },
  {
    id: 16,
    name: 'item_note',
    area: 'general',
    dimensions: ['company'],
    idType: 'text',
    loadOrder: 1,
    // id = the mutation that wrote it; written_at is the device's clock and is only data
    columns: [
      int('company_id'),
      int('item_id'),
      text('body'),
      text('author'),
      instant('written_at'),
      instant('accepted_at'),
    ],
  },
  {
    id: 17,
    name: 'order_note',
    area: 'general',
    dimensions: ['company', 'site', 'channel'],
    idType: 'text',
    loadOrder: 1,
    columns: [
      int('company_id'),
      intOrNull('site_id'),
      intOrNull('channel_id'),
      int('order_id'),
      text('body'),
      text('author'),
      instant('written_at'),
      instant('accepted_at'),
    ],
  },
  {
    id: 18,
    name: 'close_period',
    area: 'finance',
    dimensions: ['company'],
    idType: 'integer',
    loadOrder: 1,
    // period: yyyymm; state: 'open' | 'soft_locked' | 'hard_locked'
    columns: [int('company_id'), int('period'), text('state'), date('cut_off_on')],
  },
  {
    id: 19,
    name: 'close_task',
    area: 'finance',
    dimensions: ['company'],
    idType: 'integer',
    loadOrder: 1,
    // depends_on: JSON array of task codes in the same period; state: 'open' | 'prepared' | 'signed' (derived by the server)
    // content_hash: sha-256 of domain/close signoffContent over the task's lines; amount_minor: the balance that is signed
    columns: [
      int('company_id'),
      int('period_id'),
      text('code'),
      text('title'),
      textOrNull('account'),
      json('depends_on'),
      textOrNull('owner'),
      textOrNull('reviewer'),
      int('due_day'),
      date('due_on'),
      text('state'),
      int('amount_minor'),
      text('content_hash'),
    ],
  },
  {
    id: 20,
    name: 'close_task_line',
    area: 'finance',
    dimensions: ['company'],
    idType: 'integer',
    loadOrder: 1,
    // side: 'ledger' | 'subledger' | 'item'
    columns: [
      int('company_id'),
      int('task_id'),
      text('side'),
      text('ref'),
      textOrNull('account'),
      date('booked_on'),
      int('amount_minor'),
      text('currency'),
      textOrNull('explanation'),
    ],
  },
  {
    id: 21,
    name: 'signoff',
    area: 'finance',
    dimensions: ['company'],
    idType: 'text',
    loadOrder: 1,
    // id = the mutation that wrote it; role: 'preparer' | 'reviewer'; append-only
    columns: [
      int('company_id'),
      int('task_id'),
      text('role'),
      text('user_name'),
      text('content_hash'),
      int('amount_minor'),
      text('device'),
      instant('signed_at'),
      instant('accepted_at'),
    ],
  },
  {
    id: 22,
    name: 'mutation_outcome',
    area: 'outcome',
    dimensions: ['client'],
    idType: 'text',
    loadOrder: 0,
    // id = the mutation; state: 'accepted' | 'conflict' | 'rejected' | 'held'; reason: an OutcomeReason or null
    columns: [text('client_id'), text('command'), text('state'), jsonOrNull('reason'), instant('decided_at')],
  },
];

export const WIRE_TABLES: readonly WireTable[] = TABLES;

const BY_NAME: ReadonlyMap<string, WireTable> = new Map(TABLES.map((table) => [table.name, table]));
const BY_ID: ReadonlyMap<number, WireTable> = new Map(TABLES.map((table) => [table.id, table]));

/** The table of that name; throws on an unknown one (a programming error, never user input). */
export function wireTable(name: WireTableName): WireTable {
  const table = BY_NAME.get(name);
  if (!table) throw new Error(`unknown wire table ${name}`);
  return table;
}

export function wireTableById(id: number): WireTable | undefined {
  return BY_ID.get(id);
}

/** The physical column that carries a dimension of this table. */
export function dimensionColumn(table: WireTable, dimension: Dimension): string {
  return table.dimensionColumns?.[dimension] ?? DIMENSION_COLUMN[dimension];
}
