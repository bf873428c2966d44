/** Stock counts come as files: a locked month keeps what was counted in it, whoever writes (docs/decisions/0054). Frozen. */
import { type Kysely, sql } from 'kysely';

type Event = 'insert' | 'update' | 'delete';
const EVENTS: readonly Event[] = ['insert', 'update', 'delete'];

/** Columns that say where a row came from and who receives it. */
const SAYS_NOTHING = `array['ver', 'bucket', 'source', 'model', 'external_id', 'row_hash', 'written_at']`;
const TRANSITION: Readonly<Record<Event, string>> = {
  insert: 'new table as new_rows',
  update: 'old table as old_rows new table as new_rows',
  delete: 'old table as old_rows',
};
const changed = (side: 'o' | 'n'): string => `select ${side}.* from old_rows o join new_rows n using (id)
  where to_jsonb(o) - ${SAYS_NOTHING} <> to_jsonb(n) - ${SAYS_NOTHING}`;
const ROWS: Readonly<Record<Event, readonly string[]>> = {
  insert: ['select * from new_rows'],
  update: [changed('o'), changed('n')],
  delete: ['select * from old_rows'],
};

/** The count `c` that rows `r` belong to. */
const COUNTS: readonly (readonly [table: string, from: (rows: string) => string])[] = [
  ['stock_count', (rows) => `(${rows}) c`],
  ['stock_count_line', (rows) => `(${rows}) r join stock_count c on c.id = r.stock_count_id`],
  [
    'stock_count_line_cost',
    (rows) => `(${rows}) r join stock_count_line l on l.id = r.id join stock_count c on c.id = l.stock_count_id`,
  ],
];

/** As in 095: by the period whose balances the month stands in, taken for share. */
function guard(table: string, event: Event, from: (rows: string) => string): readonly string[] {
  const places = ROWS[event].map(
    (
      rows,
    ) => `select c.company_id, (extract(year from c.counted_on) * 100 + extract(month from c.counted_on))::int as month
      from ${from(rows)}`,
  );
  return [
    `create function refuse_locked_${table}_${event}() returns trigger language plpgsql as $body$
declare held record;
begin
  for held in
    select p.period, p.state, p.locked from (select distinct company_id, month from (${places.join(' union all ')}) r) x
    join close_period p on p.company_id = x.company_id and p.period = held_month(x.company_id, x.month)
    order by p.id for share of p
  loop
    if held.state = 'hard_locked' or (held.locked ? 'stock'
        and coalesce((held.locked ->> 'stock')::numeric, 0) <= extract(epoch from clock_timestamp()) * 1000) then
      raise exception 'The month %-% is locked for stock.', held.period / 100, lpad((held.period % 100)::text, 2, '0')
        using errcode = 'BNLCK';
    end if;
  end loop;
  return null;
end $body$`,
    `create trigger locked_${event} after ${event} on ${table} referencing ${TRANSITION[event]}
    for each statement execute function refuse_locked_${table}_${event}()`,
  ];
}

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [table, from] of COUNTS)
    for (const event of EVENTS) for (const statement of guard(table, event, from)) await sql.raw(statement).execute(db);
}
