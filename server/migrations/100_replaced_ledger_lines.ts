/**
 * What the ledger said before an entry was changed: whenever the head or a line of one is altered, added or taken out after
 * the transaction it came in, its lines as they stood are kept, and the entry says since when it stands as it does. Whoever
 * changes it, a file or a statement by hand, cannot forget that. Frozen.
 */
import { type Kysely, sql } from 'kysely';

const TABLES = [
  // entry_id and line_id name rows that may be gone by now
  `create table gl_replaced_line (id safe_integer primary key default nextval('row_id'),
    company_id safe_integer not null references company(id), channel_id safe_integer references channel(id),
    month int not null check (month between 190001 and 299912 and month % 100 between 1 and 12),
    entry_id safe_integer not null, line_id safe_integer not null, journal text not null, number text not null,
    booked_on date not null, posted_at timestamptz not null, ref text, memo text not null,
    account_id safe_integer not null references gl_account(id), party_id safe_integer references party(id),
    amount_minor safe_integer not null, line_ref text, foreign_minor safe_integer,
    from_at timestamptz not null, until_at timestamptz not null check (until_at > from_at), changed_by text,
    ver safe_integer not null default nextval('row_ver'), bucket int not null, source text not null default 'binnacle',
    model text, external_id text, row_hash text, deleted_at timestamptz, written_at timestamptz)`,
  `create index gl_replaced_line_bucket on gl_replaced_line (bucket, id)`,
  `create index gl_replaced_line_entry on gl_replaced_line (entry_id)`,
  `create trigger decision_stays before update or delete on gl_replaced_line for each row execute function decision_stays()`,
  // null = as it was posted; the transaction that made it stand so: its number and its begin, as numbers come again in a
  // database that was restored
  `alter table gl_entry add changed_at timestamptz, add stands_by_xid xid8, add stands_by_begin timestamptz`,
  `alter table gl_entry alter stands_by_xid set default pg_current_xact_id(), alter stands_by_begin set default now()`,
];

/** The server's clock where the writer's transaction says it; milliseconds, as on the wire. */
const MOMENT = `create function book_moment() returns timestamptz language sql stable as $body$
  select date_trunc('milliseconds', coalesce(nullif(current_setting('binnacle.moment', true), '')::timestamptz, now())) $body$`;

const EARLIER = '(e.stands_by_xid, e.stands_by_begin) is distinct from (pg_current_xact_id(), now())';
const SINCE = `date_trunc('milliseconds', coalesce(e.changed_at, e.posted_at))`;
// a clock that stood still or went back: what stood is kept for a moment of its own all the same
const UNTIL = `greatest(book_moment(), ${SINCE} + interval '1 millisecond')`;

/** `lines`: rows `l` as they were, of entries `e` as they still are. */
function keep(lines: string, entries: string): string {
  return `insert into gl_replaced_line (company_id, channel_id, month, entry_id, line_id, journal, number, booked_on, posted_at,
      ref, memo, account_id, party_id, amount_minor, line_ref, foreign_minor, from_at, until_at, changed_by, source, written_at)
    select e.company_id, l.channel_id, e.month, e.id, l.id, e.journal, e.number, e.booked_on, e.posted_at, e.ref, e.memo,
      l.account_id, l.party_id, l.amount_minor, l.ref, l.foreign_minor, ${SINCE}, ${UNTIL},
      nullif(current_setting('binnacle.author', true), ''), e.source, book_moment()
    from ${entries} join (${lines}) l on l.entry_id = e.id order by e.id, l.id`;
}

const HEAD = ['company_id', 'month', 'journal', 'number', 'booked_on', 'ref', 'memo'];
const LINE = 'company_id channel_id month entry_id account_id party_id amount_minor ref foreign_minor'.split(' ');

const ENTRY_TRIGGER = [
  `create function keep_changed_entry() returns trigger language plpgsql as $body$
begin
  if row(${HEAD.map((name) => `new.${name}`).join(', ')}) is not distinct from row(${HEAD.map((name) => `old.${name}`).join(', ')})
    or not exists (select from (select old.*) e where ${EARLIER}) then return new;
  end if;
  ${keep('select * from gl_line where entry_id = old.id', '(select old.*) e')};
  new.changed_at := (select ${UNTIL} from (select old.*) e);
  new.stands_by_xid := pg_current_xact_id();
  new.stands_by_begin := now();
  return new;
end $body$`,
  `create trigger keep_changed before update on gl_entry for each row execute function keep_changed_entry()`,
];

/** `touched`: ids of entries whose lines are others now; `gone` and `come`: the statement's rows before and after, if any. */
function lineTrigger(event: 'insert' | 'update' | 'delete', touched: string): readonly string[] {
  const [gone, come] = [event !== 'insert', event !== 'delete'];
  const entries = `gl_entry e join (${touched}) t on t.entry_id = e.id and ${EARLIER}`;
  const standing = `select l.* from gl_line l join (${touched}) t on t.entry_id = l.entry_id${
    come ? ' where not exists (select from new_rows n where n.id = l.id)' : ''
  }`;
  const lines = gone ? `${standing} union all select * from old_rows` : standing;
  const rows = [...(gone ? ['old table as old_rows'] : []), ...(come ? ['new table as new_rows'] : [])].join(' ');
  return [
    `create function keep_changed_lines_${event}() returns trigger language plpgsql as $body$
begin
  perform from ${entries} order by e.id for update of e;
  if not found then return null; end if;
  ${keep(lines, entries)};
  update gl_entry e set changed_at = ${UNTIL}, stands_by_xid = pg_current_xact_id(), stands_by_begin = now()
    where e.id in (${touched}) and ${EARLIER};
  return null;
end $body$`,
    `create trigger keep_changed_${event} after ${event} on gl_line
      referencing ${rows} for each statement execute function keep_changed_lines_${event}()`,
  ];
}

const DIFFERING = `(select o.entry_id as was, n.entry_id as is_now from old_rows o join new_rows n using (id)
  where row(${LINE.map((name) => `o.${name}`).join(', ')}) is distinct from row(${LINE.map((name) => `n.${name}`).join(', ')})) d`;

const STATEMENTS = [
  ...TABLES,
  MOMENT,
  ...ENTRY_TRIGGER,
  ...lineTrigger('insert', 'select distinct entry_id from new_rows'),
  ...lineTrigger('update', `select was as entry_id from ${DIFFERING} union select is_now from ${DIFFERING}`),
  ...lineTrigger('delete', 'select distinct entry_id from old_rows'),
  // entries look otherwise on the wire now: what was summed of them holds no more
  `delete from sync_bucket_sum`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
