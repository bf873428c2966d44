/** Files being imported with a preview: their staged lines, and the quarantine. No replica receives them. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `create table import_file (id safe_integer primary key default nextval('row_id'), kind text not null check (kind <> ''),
    company_code text not null check (company_code <> ''), company_id safe_integer references company(id), new_company jsonb,
    source text not null check (source <> ''), mode text not null check (mode in ('file', 'retry')),
    complete boolean not null, make_missing boolean not null, file_name text not null, header jsonb not null, map jsonb,
    user_name text not null, opened_at timestamptz not null, last_block int not null default 0, lines int not null default 0,
    applied_at timestamptz, outcome jsonb,
    check ((applied_at is null) = (outcome is null)), check (applied_at is null or company_id is not null))`,
  `create index import_file_applied on import_file (company_id, applied_at) where applied_at is not null`,
  `create table import_file_line (import_id safe_integer not null references import_file(id) on delete cascade,
    line_number int not null, fields jsonb not null, raw text, problem text, refused_id safe_integer,
    primary key (import_id, line_number))`,
  // The same content, counted, is the same line: a file that comes again meets its own lines.
  `create table import_refused (id safe_integer primary key default nextval('row_id'),
    company_id safe_integer not null references company(id), kind text not null, content_hash text not null,
    ordinal int not null check (ordinal >= 1), import_id safe_integer not null references import_file(id),
    line_number int not null, label text not null, fields jsonb not null, raw text, reason text not null,
    state text not null check (state in ('open', 'corrected', 'dismissed')), written_at timestamptz not null,
    unique (company_id, kind, content_hash, ordinal))`,
  `create index import_refused_state on import_refused (company_id, kind, state, id)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
