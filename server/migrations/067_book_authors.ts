/**
 * Who wrote into the books, statement by statement: what a reconciliation says of a change after a sign-off. The writer's
 * transaction names them; where it names nobody, another system wrote. Kept until every open period was reconciled past it.
 * Frozen.
 */
import { type Kysely, sql } from 'kysely';

/** The number of what was written, what it says it is about, and the account it moved. */
const BOOKS = [
  ['gl_account', 'null', 'null', 'r.id'],
  ['gl_journal', 'null', 'null', 'null'],
  ['gl_entry', 'r.number', 'r.ref', 'null'],
  ['gl_line', 'e.number', 'coalesce(r.ref, e.ref)', 'r.account_id'],
  ['invoice', 'r.number', 'r.ref', 'null'],
  ['payment', 'r.number', 'null', 'null'],
  ['bank_statement_line', 'null', 'null', 'r.account_id'],
  ['receipt_line', 'r.number', 'null', 'null'],
  ['po_line_price', 'null', 'null', 'null'],
  ['landed_cost', 'null', 'null', 'null'],
  ['landed_cost_line', 'null', 'null', 'null'],
  ['shipment_line', 'r.number', 'null', 'null'],
  ['order_line_cost', 'null', 'null', 'null'],
  ['claim_cost', 'null', 'null', 'null'],
  ['stock_count', 'r.number', 'null', 'null'],
  ['stock_count_line', 'null', 'null', 'null'],
  ['stock_count_line_cost', 'null', 'null', 'null'],
  ['inventory_month', 'null', 'null', 'null'],
  ['fx_rate', 'null', 'null', 'null'],
  ['channel_fee', 'null', 'null', 'null'],
  ['reconciliation_setting', 'null', 'null', 'null'],
  ['reconciliation_threshold', 'null', 'null', 'null'],
] as const;

function note([table, number, about, account]: (typeof BOOKS)[number]): readonly string[] {
  const entry = table === 'gl_line' ? 'left join gl_entry e on e.id = r.entry_id' : '';
  const insert = (
    rows: string,
  ) => `insert into book_author (company_id, table_name, number, about, account_id, user_name)
    select distinct r.company_id, '${table}', ${number}::text, ${about}::text, ${account}::bigint, nullif(current_setting('binnacle.author', true), '')
    from ${rows} r ${entry}
    where exists (select from close_period p where p.company_id = r.company_id and p.state <> 'hard_locked');`;
  const trigger = (event: 'insert' | 'update' | 'delete', tables: readonly string[]) => {
    const name = `note_author_${table}_${event}`;
    return [
      `create function ${name}() returns trigger language plpgsql as $body$ begin
        ${tables.map((each) => insert(each)).join('\n')} return null; end $body$`,
      `create trigger note_author_${event} after ${event} on ${table}
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

const STATEMENTS = [
  `create table book_author (id bigint generated always as identity primary key,
    company_id safe_integer not null references company(id) on delete cascade, table_name text not null, number text,
    about text, account_id bigint, user_name text, xid xid8 not null default pg_current_xact_id(),
    written_at timestamptz not null default now())`,
  `create index book_author_company on book_author (company_id, id)`,
  // what a period's last reconciliation could see: exact, also of what was committed late
  `create table reconciled_books (period_id safe_integer primary key references close_period(id) on delete cascade,
    seen pg_snapshot not null)`,
  ...BOOKS.flatMap(note),
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
