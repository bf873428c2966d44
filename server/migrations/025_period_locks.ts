/**
 * Locks of a period by area, and the last guard behind every command and file: what is booked, altered or taken out in a
 * locked area of a month is refused by the database, and a lock waits for postings that are under way. Frozen.
 */
import { type Kysely, sql } from 'kysely';

const LOCK_EVENT = [
  `create table lock_event (id text primary key check (id ~ '^[0-9a-f-]{36}$'),
    company_id safe_integer not null references company(id),
    period_id safe_integer not null references close_period(id),
    step text not null
      check (step in ('soft_lock', 'hard_lock', 'reopening_asked', 'reopening_given', 'reopening_refused')),
    areas text not null check (areas ~ '^(sales|purchasing|stock|ledger)( (sales|purchasing|stock|ledger)){0,3}$'),
    hours int check (hours between 1 and 168), answers_id text references lock_event(id),
    reason text check (length(reason) between 1 and 500),
    author text not null, written_at timestamptz not null, accepted_at timestamptz not null,
    ver safe_integer not null default nextval('row_ver'), bucket int not null, source text not null default 'binnacle',
    model text, external_id text, row_hash text, deleted_at timestamptz,
    check ((hours is not null) = (step = 'reopening_asked')),
    check ((answers_id is not null) = (step in ('reopening_given', 'reopening_refused'))),
    check (step not in ('reopening_asked', 'reopening_refused') or reason is not null))`,
  `create index lock_event_period on lock_event (period_id)`,
  `create index lock_event_bucket on lock_event (bucket, id)`,
  `alter table close_period add locked jsonb not null default '{}' check (jsonb_typeof(locked) = 'object')`,
];

/** What is booked in which area, the month it is booked in, and what of a row may still change: it books nothing. */
const BOOKED = [
  ['gl_entry', `'ledger'`, 'r.month', ['posted_at']],
  ['gl_line', `'ledger'`, 'r.month', []],
  ['invoice', `case r.kind when 'customer' then 'sales' else 'purchasing' end`, 'r.month', ['due_on']],
  ['payment', `case r.kind when 'customer' then 'sales' else 'purchasing' end`, 'r.month', ['invoice_id']],
  ['credit_note', `'sales'`, 'r.month', []],
  ['shipment_line', `'sales'`, monthOf('r.shipped_on'), ['delivered_on', 'month', 'site_id', 'channel_id']],
  ['receipt_line', `'purchasing'`, monthOf('r.received_on'), ['site_id']],
  ['stock_move', `'stock'`, monthOf('r.moved_on'), []],
] as const;

/** Columns that say where a row came from and who receives it. */
const SAYS_NOTHING = ['ver', 'bucket', 'source', 'model', 'external_id', 'row_hash', 'written_at'];

function monthOf(day: string): string {
  return `(extract(year from ${day}) * 100 + extract(month from ${day}))::int`;
}

/**
 * Locked periods are taken FOR SHARE, open ones too: a lock that comes meanwhile waits for the posting's transaction, a
 * posting for the lock's, and then sees it.
 */
function guard(table: string, area: string, month: string, free: readonly string[]): string[] {
  const ignored = [...SAYS_NOTHING, ...free].map((name) => `'${name}'`).join(', ');
  const places = (rows: string) => `select r.company_id, ${month} as month, ${area} as area from ${rows} r`;
  const changed = `select o.* from old_rows o join new_rows n using (id)
      where to_jsonb(o) - array[${ignored}] <> to_jsonb(n) - array[${ignored}]`;
  const changedTo = changed.replace('select o.*', 'select n.*');
  const body = (name: string, rows: string) => `create function ${name}() returns trigger language plpgsql as $body$
declare booked record;
begin
  for booked in
    select p.period, p.state, p.locked, x.area
    from (select distinct company_id, month, area from (${rows}) r) x
    join close_period p on p.company_id = x.company_id and p.period = x.month
    order by p.id for share of p
  loop
    if booked.state = 'hard_locked' or (booked.locked ? booked.area
      and coalesce((booked.locked ->> booked.area)::numeric, 0) <= extract(epoch from clock_timestamp()) * 1000) then
      raise exception 'The month %-% is locked for %.', booked.period / 100, lpad((booked.period % 100)::text, 2, '0'),
        booked.area using errcode = 'BNLCK';
    end if;
  end loop;
  return null;
end $body$`;
  const trigger = (event: string, transition: string) => `create trigger locked_${event} after ${event} on ${table}
    referencing ${transition} for each statement execute function refuse_locked_${table}_${event}()`;
  return [
    body(`refuse_locked_${table}_insert`, places('new_rows')),
    body(`refuse_locked_${table}_delete`, places('old_rows')),
    body(`refuse_locked_${table}_update`, `${places(`(${changed})`)} union all ${places(`(${changedTo})`)}`),
    trigger('insert', 'new table as new_rows'),
    trigger('delete', 'old table as old_rows'),
    trigger('update', 'old table as old_rows new table as new_rows'),
  ];
}

export async function up(db: Kysely<unknown>): Promise<void> {
  const guards = BOOKED.flatMap(([table, area, month, free]) => guard(table, area, month, free));
  for (const statement of [...LOCK_EVENT, ...guards]) await sql.raw(statement).execute(db);
}
