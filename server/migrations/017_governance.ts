/** Rules as versions with an owner, changes of them, and what was decided. Frozen. */
import { type Kysely, sql } from 'kysely';

const COMPANY = `company_id safe_integer not null references company(id)`;
const PLACE = `site_id safe_integer references site(id), channel_id safe_integer references channel(id)`;
const ROW = `ver safe_integer not null default nextval('row_ver'), bucket int not null,
  source text not null default 'binnacle', model text, external_id text, row_hash text, deleted_at timestamptz`;
const SAID = `written_at timestamptz not null, accepted_at timestamptz not null`;
const ID = `id text primary key check (id ~ '^[0-9a-f-]{36}$')`;

const change = (name: string, subjects: string): readonly string[] => [
  `create table ${name} (${ID}, ${COMPANY}, ${PLACE},
    subject text not null check (subject in (${subjects})), title text not null check (title <> ''),
    reason text not null check (reason <> ''), effective_on date not null,
    lines jsonb not null check (jsonb_array_length(lines) >= 1), author text not null, ${SAID}, ${ROW})`,
  `create index ${name}_bucket on ${name} (bucket, id)`,
];
const verdict = (name: string, of: string): readonly string[] => [
  `create table ${name} (${ID}, ${COMPANY}, ${PLACE}, change_id text not null references ${of}(id),
    verdict text not null check (verdict in ('approved', 'refused', 'withdrawn', 'effective', 'overtaken')),
    reason text not null, content_hash text not null check (content_hash ~ '^[0-9a-f]{64}$'), author text, ${SAID}, ${ROW})`,
  `create index ${name}_bucket on ${name} (bucket, id)`,
  `create index ${name}_change on ${name} (change_id)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    // What was there holds since ever: no day of the past changes its rule.
    `alter table channel_rule add valid_from date, add valid_to date, add owner text,
      add check (valid_to >= valid_from), drop constraint channel_rule_channel_id_key,
      add unique nulls not distinct (channel_id, valid_from)`,
    `alter table price_floor add owner text`,
    `alter table kpi_target add owner text`,
    ...change('rule_change', `'policy', 'channel_rule', 'kpi_target'`),
    ...change('rule_change_cost', `'price_floor'`),
    ...verdict('rule_verdict', 'rule_change'),
    ...verdict('rule_verdict_cost', 'rule_change_cost'),
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
