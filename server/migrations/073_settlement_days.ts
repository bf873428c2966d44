/**
 * The day a payment settles its invoice, where an exchange difference arises. What was realised on the day of payment stays
 * there where a locked month lies between: it stands as it was closed. The guard of locked months (025) holds both days; which
 * invoice a payment settles, and what it wins by it, may be said after its own month was locked. Frozen.
 */
import { type Kysely, sql } from 'kysely';

const monthOf = (day: string): string => `(extract(year from ${day}) * 100 + extract(month from ${day}))::int`;
const AREA = `case r.kind when 'customer' then 'sales' else 'purchasing' end`;
const IGNORED = ['ver', 'bucket', 'source', 'model', 'external_id', 'row_hash', 'written_at', 'invoice_id'];
const without = (row: 'o' | 'n', names: readonly string[]): string =>
  `to_jsonb(${row}) - array[${[...IGNORED, ...names].map((name) => `'${name}'`).join(', ')}]`;

/** Of its own month, and where it won or lost something that of the day it settled. */
const paid = (rows: string): string => `select r.company_id, r.month, ${AREA} as area from (${rows}) r`;
const won = (rows: string): string =>
  `select r.company_id, ${monthOf('r.settled_on')} as month, ${AREA} as area from (${rows}) r
    where r.settled_on is not null and r.exchange_minor <> 0`;
const both = (rows: string): string => `${paid(rows)} union all ${won(rows)}`;
const changed = (side: 'o' | 'n', differ: string): string =>
  `select ${side}.* from old_rows o join new_rows n using (id) where ${differ}`;

const CAME_OTHERWISE = `${without('o', ['settled_on', 'exchange_minor'])} <> ${without('n', ['settled_on', 'exchange_minor'])}`;
const WON_OTHERWISE = `(o.settled_on, o.exchange_minor) is distinct from (n.settled_on, n.exchange_minor)`;

const guard = (event: 'insert' | 'update' | 'delete', places: string): string =>
  `create or replace function refuse_locked_payment_${event}() returns trigger language plpgsql as $body$
declare booked record;
begin
  for booked in
    select p.period, p.state, p.locked, x.area
    from (select distinct company_id, month, area from (${places}) r) x
    join close_period p on p.company_id = x.company_id and p.period = x.month
    order by p.id for share of p
  loop
    if booked.state = 'hard_locked' or (booked.locked ? booked.area
      and coalesce((booked.locked ->> booked.area)::numeric, 0) <= extract(epoch from clock_timestamp()) * 1000) then
      raise exception 'The month %-% is locked for %.', booked.period / 100, lpad((booked.period % 100)::text, 2, '0'),
        booked.area using errcode = 'BNLCK';
    end if;
  end loop;
  return null;
end $body$`;

const STATEMENTS = [
  'alter table payment add settled_on date',
  // no row moves its money, nor is anything booked: nobody wrote it
  'alter table payment disable trigger user',
  `update payment r set settled_on = case when r.exchange_minor <> 0 and exists (
      select from close_period p where p.company_id = r.company_id
        and p.period between r.month and ${monthOf('greatest(r.paid_on, i.posted_on)')}
        and (p.state = 'hard_locked' or p.locked ? ${AREA})) then r.paid_on
      else greatest(r.paid_on, i.posted_on) end
    from invoice i where i.id = r.invoice_id`,
  'update payment set settled_on = paid_on where settled_on is null and exchange_minor <> 0',
  'alter table payment enable trigger user',
  `alter table payment add check (settled_on >= paid_on),
    add check (settled_on is not null or (invoice_id is null and exchange_minor = 0))`,
  guard('insert', both('select * from new_rows')),
  guard('delete', both('select * from old_rows')),
  guard(
    'update',
    [
      paid(changed('o', CAME_OTHERWISE)),
      paid(changed('n', CAME_OTHERWISE)),
      won(changed('o', `${CAME_OTHERWISE} or ${WON_OTHERWISE}`)),
      won(changed('n', `${CAME_OTHERWISE} or ${WON_OTHERWISE}`)),
    ].join(' union all '),
  ),
  // rows look otherwise on the wire now: what was summed of them holds no more
  'delete from sync_bucket_sum',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
