/** Decisions on who is served first, and on orders beyond their rules. Only ever added to. Frozen. */
import { type Kysely, sql } from 'kysely';

const ROW = `ver safe_integer not null default nextval('row_ver'), bucket int not null,
  source text not null default 'binnacle', model text, external_id text, row_hash text, deleted_at timestamptz`;
const PLACE = `id text primary key check (id ~ '^[0-9a-f-]{36}$'), company_id safe_integer not null references company(id),
  site_id safe_integer references site(id), channel_id safe_integer references channel(id),
  order_id safe_integer not null references sales_order(id)`;
const SAID = `reason text not null check (length(reason) between 1 and 1000), author text not null,
  written_at timestamptz not null, accepted_at timestamptz not null, ${ROW}`;

const approval = (name: string): string =>
  `create table ${name} (${PLACE}, decision text not null check (decision in ('asked', 'approved', 'refused')),
    content_hash text not null check (content_hash ~ '^[0-9a-f]{64}$'), rules text not null, ${SAID})`;
const APPROVALS = ['order_approval', 'order_approval_cost', 'order_approval_finance'];

const STATEMENTS = [
  `create table fulfilment_override (${PLACE}, order_line_id safe_integer references order_line(id),
    kind text not null check (kind in ('raised', 'lowered', 'held', 'released')),
    until_on date check ((until_on is null) = (kind = 'released')), ${SAID})`,
  ...APPROVALS.map(approval),
  ...['fulfilment_override', ...APPROVALS].flatMap((name) => [
    `create index ${name}_bucket on ${name} (bucket, id)`,
    `create index ${name}_order on ${name} (order_id)`,
  ]),
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
