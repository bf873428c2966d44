/** Entries proposed for what reconciliations found, and what was said of them. Frozen. */
import { type Kysely, sql } from 'kysely';

const UUID = `check (id ~ '^[0-9a-f-]{36}$')`;
const PLACE = `company_id safe_integer not null references company(id),
  period_id safe_integer not null references close_period(id)`;
const WRITTEN = 'author text not null, written_at timestamptz not null, accepted_at timestamptz not null';
const ROW = `ver safe_integer not null default nextval('row_ver'), bucket int not null,
  source text not null default 'binnacle', model text, external_id text, row_hash text, deleted_at timestamptz`;

const STATEMENTS = [
  `create table journal_proposal (id text primary key ${UUID}, ${PLACE},
    reference text not null check (reference ~ '^JP-[0-9]{6}-[0-9A-F]{8}$'),
    words text not null check (length(words) between 1 and 200), booked_on date not null,
    reverses_on date check (reverses_on > booked_on), amount_minor safe_integer not null check (amount_minor > 0),
    inputs jsonb not null check (jsonb_typeof(inputs) = 'object'), lines jsonb not null check (jsonb_typeof(lines) = 'array'),
    renews_id text unique references journal_proposal(id), posted_as text, reversed_as text,
    posted_otherwise boolean not null default false, ${WRITTEN}, ${ROW}, unique (company_id, reference))`,
  `create index journal_proposal_period on journal_proposal (period_id)`,
  `create table journal_step (id text primary key ${UUID}, ${PLACE},
    proposal_id text not null references journal_proposal(id),
    step text not null check (step in ('reworded', 'withdrawn', 'renewed', 'approved', 'refused', 'exported')),
    words text check (length(words) between 1 and 500), ${WRITTEN}, ${ROW},
    check (step not in ('reworded', 'refused') or words is not null))`,
  `create index journal_step_proposal on journal_step (proposal_id)`,
  // nobody decides twice
  `create unique index journal_step_decided on journal_step (proposal_id) where step in ('approved', 'refused')`,
  ...['journal_proposal', 'journal_step'].map((name) => `create index ${name}_bucket on ${name} (bucket, id)`),
  // the entries that bear a proposal's reference, among all of the ledger
  `create index gl_entry_proposed on gl_entry (company_id, ref) where ref like 'JP-%'`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
