/** Imports of order files: what was imported when, and the lines that could not be represented. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  // Exact totals are decimal text: their scale is the file's, not ours.
  `create table import_batch (id safe_integer primary key default nextval('row_id'),
    company_id safe_integer not null references company(id), source text not null check (source <> ''),
    mode text not null check (mode in ('file', 'retry')), file_name text not null, header jsonb not null, map jsonb,
    user_name text not null, opened_at timestamptz not null, finished_at timestamptz,
    last_block int not null default 0, last_answer jsonb, lines int not null default 0, imported int not null default 0,
    quarantined int not null default 0, created int not null default 0, changed int not null default 0,
    corrected_earlier int not null default 0, source_total text not null default '0',
    imported_total text not null default '0', quarantined_total text not null default '0',
    rounding text not null default '0', reasons jsonb not null default '{}',
    check (lines = imported + quarantined))`,
  // (company, source, invoice, ordinal) is the line's identity, as it would be in sales_order and order_line.
  `create table quarantine_line (id safe_integer primary key default nextval('row_id'),
    company_id safe_integer not null references company(id), source text not null, invoice text not null,
    ordinal int not null check (ordinal >= 1), line_number int not null, fields jsonb not null, raw text,
    reason text not null, state text not null check (state in ('open', 'corrected')),
    batch_id safe_integer not null references import_batch(id), corrected_invoice text, corrected_ordinal int,
    written_at timestamptz not null, unique (company_id, source, invoice, ordinal),
    check ((state = 'corrected') = (corrected_invoice is not null and corrected_ordinal is not null)))`,
  `create index quarantine_line_state on quarantine_line (company_id, source, state, id)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
