/**
 * A payment of a locked month may be split over several invoices: its rows have to come to what came, by payment, day and currency,
 * when the transaction ends. What settled an invoice in a locked month stays so, in the company's own currency too. Frozen.
 */
import { type Kysely, sql } from 'kysely';

const monthOf = (day: string): string => `(extract(year from ${day}) * 100 + extract(month from ${day}))::int`;
const AREA = `case r.kind when 'customer' then 'sales' else 'purchasing' end`;
const IGNORED = ['ver', 'bucket', 'source', 'model', 'external_id', 'row_hash', 'written_at'];
const without = (row: 'o' | 'n', names: readonly string[]): string =>
  `to_jsonb(${row}) - array[${[...IGNORED, ...names].map((name) => `'${name}'`).join(', ')}]`;

const SETTLES = ['settled_on', 'exchange_minor', 'invoice_id'];
const CAME_OTHERWISE = `${without('o', SETTLES)} <> ${without('n', SETTLES)}`;
const SETTLED_OTHERWISE = `${without('o', [])} <> ${without('n', [])}`;
const changed = (side: 'o' | 'n', differ: string): string =>
  `select ${side}.* from old_rows o join new_rows n using (id) where ${differ}`;

/** Rows with the sign they count with in the month they came in. */
const came = (rows: string, sign: 1 | -1): string => `select r.*, ${sign} as sign, ${AREA} as area from (${rows}) r`;
/** Where they settled something. */
const settled = (rows: string): string =>
  `select r.company_id, ${monthOf('r.settled_on')} as month, ${AREA} as area from (${rows}) r where r.settled_on is not null`;

const LOCKED = `(booked.state = 'hard_locked' or (booked.locked ? booked.area
      and coalesce((booked.locked ->> booked.area)::numeric, 0) <= extract(epoch from clock_timestamp()) * 1000))`;
const REFUSE = `raise exception 'The month %-% is locked for %.', booked.period / 100,
        lpad((booked.period % 100)::text, 2, '0'), booked.area using errcode = 'BNLCK'`;

const guard = (event: 'insert' | 'update' | 'delete', moves: string, settles: string): string =>
  `create or replace function refuse_locked_payment_${event}() returns trigger language plpgsql as $body$
declare booked record;
begin
  for booked in
    select p.company_id, p.period, p.state, p.locked, x.area, x.settles
    from (select company_id, month, area, bool_or(settles) as settles from (
        select company_id, month, area, false as settles from (${moves}) m
        union all select company_id, month, area, true from (${settles}) s) all_of
      group by company_id, month, area) x
    join close_period p on p.company_id = x.company_id and p.period = x.month
    order by p.id for share of p
  loop
    if ${LOCKED} then
      if booked.settles then ${REFUSE}; end if;
      insert into payment_moved (company_id, period, area, kind, party_id, number, paid_on, currency, amount_minor, foreign_minor)
        select m.company_id, m.month, m.area, m.kind, m.party_id, coalesce(m.number, ''), m.paid_on, coalesce(m.currency, ''),
          m.sign * m.amount_minor, m.sign * coalesce(m.foreign_minor, 0)
        from (${moves}) m
        where m.company_id = booked.company_id and m.month = booked.period and m.area = booked.area;
    end if;
  end loop;
  return null;
end $body$`;

const KEY = ['company_id', 'period', 'area', 'kind', 'party_id', 'number', 'paid_on', 'currency'];
const SAME = KEY.map((name) => `m.${name} = new.${name}`).join(' and ');

const STATEMENTS = [
  // what one transaction moves in locked months; empty when it ends
  `create table payment_moved (tx xid8 not null default pg_current_xact_id(), company_id bigint not null, period int not null,
    area text not null, kind text not null, party_id bigint not null, number text not null, paid_on date not null,
    currency text not null, amount_minor bigint not null, foreign_minor bigint not null)`,
  `create index payment_moved_key on payment_moved (company_id, number, party_id)`,
  `create function refuse_locked_payment_came() returns trigger language plpgsql as $body$
begin
  if exists (select from payment_moved m where m.tx = new.tx and ${SAME}
      having sum(m.amount_minor) <> 0 or sum(m.foreign_minor) <> 0) then
    raise exception 'The month %-% is locked for %.', new.period / 100, lpad((new.period % 100)::text, 2, '0'), new.area
      using errcode = 'BNLCK';
  end if;
  delete from payment_moved m where m.tx = new.tx and ${SAME};
  return null;
end $body$`,
  `create constraint trigger locked_payment_came after insert on payment_moved deferrable initially deferred
    for each row execute function refuse_locked_payment_came()`,
  guard('insert', came('select * from new_rows', 1), settled('select * from new_rows')),
  guard('delete', came('select * from old_rows', -1), settled('select * from old_rows')),
  guard(
    'update',
    `${came(changed('o', CAME_OTHERWISE), -1)} union all ${came(changed('n', CAME_OTHERWISE), 1)}`,
    `${settled(changed('o', SETTLED_OTHERWISE))} union all ${settled(changed('n', SETTLED_OTHERWISE))}`,
  ),
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
