/**
 * What a bank account in another currency holds is worth what its rate makes of it: in a locked month neither its currency is
 * another nor a first rate of it comes, as with documents (087). Frozen.
 */
import { type Kysely, sql } from 'kysely';

/** The guard of 087 with other periods; `periods` names each once as `p`. */
function guard(name: string, what: string, periods: string): string {
  return `create or replace function ${name}() returns trigger language plpgsql as $body$
declare held record;
begin
  for held in
    select p.period, p.state, p.locked from close_period p where ${periods} order by p.id for share of p
  loop
    if held.state = 'hard_locked' or (held.locked ? 'ledger'
      and coalesce((held.locked ->> 'ledger')::numeric, 0) <= extract(epoch from clock_timestamp()) * 1000) then
      raise exception 'The month %-% is locked for ledger${what}.', held.period / 100, lpad((held.period % 100)::text, 2, '0')
        using errcode = 'BNLCK';
    end if;
  end loop;
  return null;
end $body$`;
}

const USED_RATES = `(select r.* from new_rows r
  where exists (select from invoice i where i.company_id = r.company_id and i.currency = r.currency and i.month <= r.month)
    or exists (select from payment y where y.company_id = r.company_id and y.currency = r.currency and y.month <= r.month)
    or exists (select from gl_account a where a.company_id = r.company_id and a.currency = r.currency
      and (exists (select from gl_line l where l.account_id = a.id and l.month <= r.month)
        or exists (select from bank_statement_line s
          where s.account_id = a.id and to_char(s.booked_on, 'YYYYMM')::int <= r.month)))
    or exists (select from company c join gl_account a on a.company_id = c.id
      where c.currency = r.currency and c.id <> r.company_id and a.role = 'intercompany'))`;

const STATEMENTS = [
  guard(
    'refuse_locked_fx_rate_insert',
    ', and its rates with it',
    `(p.company_id, p.period) in (
      select r.company_id, r.month from ${USED_RATES} r
      union all
      select c.id, r.month from ${USED_RATES} r join company c on c.currency = r.currency and c.id <> r.company_id
        where exists (select from gl_account a where a.company_id = c.id and a.role = 'intercompany')
          and exists (select from gl_account a where a.company_id = r.company_id and a.role = 'intercompany'))`,
  ),
  guard(
    'refuse_locked_gl_account_update',
    ' and has lines on the account',
    `exists (select from old_rows o join new_rows n using (id)
      where (o.role is distinct from n.role or o.kind <> n.kind or o.currency is distinct from n.currency)
        and o.company_id = p.company_id
        and exists (select from gl_line l where l.account_id = o.id and l.month <= p.period))`,
  ),
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
