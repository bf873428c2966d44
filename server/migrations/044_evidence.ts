/** Files on close tasks, known by their hash; their bytes sealed in parts, which no replica receives as rows. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `alter table close_task add column needs_evidence boolean not null default false`,
  `create table close_evidence (id text primary key check (id ~ '^[0-9a-f-]{36}$'),
    company_id safe_integer not null references company(id), task_id safe_integer not null references close_task(id),
    step text not null check (step in ('attached', 'removed')), item_ref text,
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'), name text not null check (length(name) between 1 and 120),
    media_type text not null check (length(media_type) between 3 and 127),
    size_bytes safe_integer not null check (size_bytes between 1 and 20971520),
    removes_id text unique references close_evidence(id), reason text,
    check ((step = 'removed') = (removes_id is not null)), check ((step = 'removed') = (reason is not null)),
    author text not null, written_at timestamptz not null, accepted_at timestamptz not null,
    ver safe_integer not null default nextval('row_ver'), bucket int not null, source text not null default 'binnacle',
    model text, external_id text, row_hash text, deleted_at timestamptz)`,
  `create index close_evidence_task on close_evidence (task_id)`,
  `create index close_evidence_bucket on close_evidence (bucket, id)`,
  // the key the parts are sealed with: itself sealed when the server has a key file, else as it is
  `create table evidence_key (id int primary key check (id = 1), sealed boolean not null, key bytea not null)`,
  // of a company: whoever sees the books of one learns nothing of another's files by their hash
  `create table evidence_file (id safe_integer primary key default nextval('row_id'),
    company_id safe_integer not null references company(id), sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    size_bytes safe_integer not null check (size_bytes between 1 and 20971520), uploaded_by safe_integer not null references app_user(id),
    begun_at timestamptz not null, whole_at timestamptz, named_at timestamptz)`,
  `create unique index evidence_file_whole on evidence_file (company_id, sha256) where whole_at is not null`,
  // everybody fills an upload of their own, so that nobody spoils another's
  `create unique index evidence_file_begun on evidence_file (company_id, sha256, uploaded_by) where whole_at is null`,
  `create index evidence_file_unnamed on evidence_file (uploaded_by) where named_at is null`,
  `create table evidence_part (file_id safe_integer not null references evidence_file(id) on delete cascade, part int not null,
    sealed bytea not null, primary key (file_id, part))`,
  // sealed bytes do not pack
  `alter table evidence_part alter column sealed set storage external`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
