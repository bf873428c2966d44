/**
 * A reconciliation that was signed rests on the bank's lines: the last guard of locked months (025) holds them too. Lines of a locked
 * ledger month are neither brought, altered nor taken out, whoever does it. Frozen.
 */
import { type Kysely, sql } from 'kysely';

/** Columns that say where a row came from and who receives it. */
const IGNORED = ['ver', 'bucket', 'source', 'model', 'external_id', 'row_hash', 'written_at']
  .map((name) => `'${name}'`)
  .join(', ');
const changed = (side: 'o' | 'n'): string => `select ${side}.* from old_rows o join new_rows n using (id)
  where to_jsonb(o) - array[${IGNORED}] <> to_jsonb(n) - array[${IGNORED}]`;

function guard(event: 'insert' | 'update' | 'delete', rows: string, transition: string): string[] {
  return [
    `create function refuse_locked_bank_statement_line_${event}() returns trigger language plpgsql as $body$
declare booked record;
begin
  for booked in
    select p.period, p.state, p.locked from (select distinct company_id, month from (${rows}) r) x
    join close_period p on p.company_id = x.company_id and p.period = x.month
    order by p.id for share of p
  loop
    if booked.state = 'hard_locked' or (booked.locked ? 'ledger'
      and coalesce((booked.locked ->> 'ledger')::numeric, 0) <= extract(epoch from clock_timestamp()) * 1000) then
      raise exception 'The month %-% is locked for ledger.', booked.period / 100, lpad((booked.period % 100)::text, 2, '0')
        using errcode = 'BNLCK';
    end if;
  end loop;
  return null;
end $body$`,
    `create trigger locked_${event} after ${event} on bank_statement_line
      referencing ${transition} for each statement execute function refuse_locked_bank_statement_line_${event}()`,
  ];
}

const STATEMENTS = [
  ...guard('insert', 'select * from new_rows', 'new table as new_rows'),
  ...guard('delete', 'select * from old_rows', 'old table as old_rows'),
  ...guard('update', `${changed('o')} union all ${changed('n')}`, 'old table as old_rows new table as new_rows'),
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
