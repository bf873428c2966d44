/**
 * What imported order lines cost is reckoned again when what it is made of changes: what is due, written down in the
 * transaction of the change, for companies that import orders. Frozen.
 */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  // what carriers charged for sending an order, in the company's currency
  `create table carrier_charge (id safe_integer primary key default nextval('row_id'),
    company_id safe_integer not null references company(id), order_id safe_integer not null references sales_order(id),
    number text not null check (number <> ''), charged_on date not null, amount_minor safe_integer not null,
    source text not null, written_at timestamptz not null, unique (order_id, number))`,
  `create index carrier_charge_number on carrier_charge (company_id, number)`,
  // of one item, customer, channel or order, from a day on; none of them = everything
  `create table cost_due (id bigint generated always as identity primary key,
    company_id safe_integer not null references company(id) on delete cascade, item_id safe_integer, party_id safe_integer,
    channel_id safe_integer, order_id safe_integer, from_on date not null default '0001-01-01')`,
  `create index cost_due_company on cost_due (company_id)`,
  `create index import_batch_company on import_batch (company_id)`,
  `create index landed_cost_purchase on landed_cost (purchase_order_id)`,
  `insert into cost_due (company_id) select distinct company_id from import_batch`,
];

/** By table: what is due when its rows change, and from which day on. */
const SOURCES = [
  ['rebate_agreement', 'r.party_id', 'party_id', 'r.valid_from', ''],
  ['channel_fee', 'r.channel_id', 'channel_id', 'r.valid_from', ''],
  ['item_cost', 'r.id', 'item_id', `date '0001-01-01'`, ''],
  ['receipt_line', 'l.item_id', 'item_id', 'r.received_on', 'join po_line l on l.id = r.po_line_id'],
  [
    'po_line_price',
    'l.item_id',
    'item_id',
    'x.received_on',
    'join po_line l on l.id = r.id join receipt_line x on x.po_line_id = l.id',
  ],
  [
    'landed_cost',
    'l.item_id',
    'item_id',
    'x.received_on',
    'join po_line l on l.purchase_order_id = r.purchase_order_id join receipt_line x on x.po_line_id = l.id',
  ],
  [
    'landed_cost_line',
    'l.item_id',
    'item_id',
    'x.received_on',
    'join po_line l on l.id = r.po_line_id join receipt_line x on x.po_line_id = l.id',
  ],
  ['carrier_charge', 'r.order_id', 'order_id', `date '0001-01-01'`, ''],
] as const;

function due([table, id, column, from_on, join]: (typeof SOURCES)[number]): readonly string[] {
  const insert = (rows: string) => `insert into cost_due (company_id, ${column}, from_on)
    select r.company_id, ${id}, min(${from_on}) from ${rows} r ${join}
    where exists (select from import_batch b where b.company_id = r.company_id) group by 1, 2;`;
  const trigger = (event: 'insert' | 'update' | 'delete', tables: readonly string[]) => {
    const name = `note_cost_due_${table}_${event}`;
    return [
      `create function ${name}() returns trigger language plpgsql as $body$ begin
        ${tables.map((each) => insert(each)).join('\n')} return null; end $body$`,
      `create trigger note_cost_due_${event} after ${event} on ${table}
        referencing ${tables.map((each) => `${each.slice(0, 3)} table as ${each}`).join(' ')}
        for each statement execute function ${name}()`,
    ];
  };
  return [
    ...trigger('insert', ['new_rows']),
    ...trigger('update', ['old_rows', 'new_rows']),
    ...trigger('delete', ['old_rows']),
  ];
}

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...STATEMENTS, ...SOURCES.flatMap(due)]) await sql.raw(statement).execute(db);
}
