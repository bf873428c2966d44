/** The sealed entries of the audit trail that concern a close, as rows of the change log for those who see that close. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `create table close_entry (id safe_integer primary key, company_id safe_integer not null references company(id),
    period_id safe_integer not null references close_period(id), event_id safe_integer not null unique,
    happened_at timestamptz not null, kind text not null, user_name text, address text, about text, detail jsonb not null,
    seal_before text not null, seal text not null,
    ver safe_integer not null default nextval('row_ver'), bucket int not null, source text not null default 'binnacle',
    model text, external_id text, row_hash text, deleted_at timestamptz, written_at timestamptz)`,
  `create index close_entry_period on close_entry (period_id)`,
  `create index close_entry_bucket on close_entry (bucket, id)`,
  `create trigger decision_stays before update or delete on close_entry for each row execute function decision_stays()`,
  // what concerns a close and is not among them yet: it is sealed first
  `create table close_entry_waiting (event_id bigint primary key, company_id bigint not null, period_id bigint not null)`,
  // what was written before said the month in its subject, or in its detail
  `insert into close_entry_waiting (event_id, company_id, period_id)
    select e.id, p.company_id, p.id from close_period p join company c on c.id = p.company_id
    cross join lateral (select c.code || ' ' || left(p.period::text, 4) || '-' || right(p.period::text, 2) as name) m
    join audit_event e on (e.kind in ('close_signed', 'close_opened', 'close_planned', 'close_noted', 'evidence_attached',
        'evidence_removed', 'item_explained', 'entry_proposed', 'entry_reworded', 'entry_withdrawn', 'entry_approved',
        'entry_refused') and (e.about = m.name or starts_with(e.about, m.name || ' ')))
      or (e.kind in ('period_locked', 'reopening_asked', 'period_opened', 'reopening_refused', 'binder_recorded')
        and e.about = p.period::text and e.detail ->> 'company' = p.company_id::text)
      or (e.kind = 'exported' and e.about = 'journal' and e.detail ->> 'company' = p.company_id::text
        and e.detail ->> 'period' = p.period::text)
    on conflict do nothing`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
