/**
 * What a locked month's figures are reckoned by is held as its postings are (025): its exchange rates, the role and kind of accounts
 * that have lines up to then, and what of an order line moves the margin of the month it was ordered in. Frozen.
 */
import { type Kysely, sql } from 'kysely';

type Event = 'insert' | 'update' | 'delete';

/** Columns that say where a row came from and who receives it. */
const SAYS_NOTHING = ['ver', 'bucket', 'source', 'model', 'external_id', 'row_hash', 'written_at']
  .map((name) => `'${name}'`)
  .join(', ');
const TRANSITION: Readonly<Record<Event, string>> = {
  insert: 'new table as new_rows',
  update: 'old table as old_rows new table as new_rows',
  delete: 'old table as old_rows',
};

/** Refuses a statement when a period that `periods` answers is locked for an area; `periods` names each once as `p`. */
function guard(table: string, event: Event, area: 'sales' | 'ledger', what: string, periods: string): string[] {
  return [
    `create function refuse_locked_${table}_${event}() returns trigger language plpgsql as $body$
declare held record;
begin
  for held in
    select p.period, p.state, p.locked from close_period p where ${periods} order by p.id for share of p
  loop
    if held.state = 'hard_locked' or (held.locked ? '${area}'
      and coalesce((held.locked ->> '${area}')::numeric, 0) <= extract(epoch from clock_timestamp()) * 1000) then
      raise exception 'The month %-% is locked for ${area}${what}.', held.period / 100, lpad((held.period % 100)::text, 2, '0')
        using errcode = 'BNLCK';
    end if;
  end loop;
  return null;
end $body$`,
    `create trigger locked_${event} after ${event} on ${table} referencing ${TRANSITION[event]}
      for each statement execute function refuse_locked_${table}_${event}()`,
  ];
}

/** A company's rate reaches its own books, and those of a sister in that currency that it owes or is owed by. */
function ofRates(rows: string): string {
  return `(p.company_id, p.period) in (
      select r.company_id, r.month from ${rows} r
      union all
      select c.id, r.month from ${rows} r join company c on c.currency = r.currency and c.id <> r.company_id
        where exists (select from gl_account a where a.company_id = c.id and a.role = 'intercompany')
          and exists (select from gl_account a where a.company_id = r.company_id and a.role = 'intercompany'))`;
}

const changedRates = (side: 'o' | 'n'): string => `select ${side}.* from old_rows o join new_rows n using (id)
  where to_jsonb(o) - array[${SAYS_NOTHING}] <> to_jsonb(n) - array[${SAYS_NOTHING}]`;

// the first rate of a currency that no document up to then is in changes nothing that is kept: only shows it in that currency
const NEW_RATES = `(select r.* from new_rows r
  where exists (select from invoice i where i.company_id = r.company_id and i.currency = r.currency and i.month <= r.month)
    or exists (select from payment y where y.company_id = r.company_id and y.currency = r.currency and y.month <= r.month)
    or exists (select from company c join gl_account a on a.company_id = c.id
      where c.currency = r.currency and c.id <> r.company_id and a.role = 'intercompany'))`;

const RATES = [
  ...guard('fx_rate', 'insert', 'ledger', ', and its rates with it', ofRates(NEW_RATES)),
  ...guard('fx_rate', 'delete', 'ledger', ', and its rates with it', ofRates('old_rows')),
  ...guard(
    'fx_rate',
    'update',
    'ledger',
    ', and its rates with it',
    ofRates(`(${changedRates('o')} union all ${changedRates('n')})`),
  ),
];

// a balance is all that was booked until then: lines of earlier months count
const ACCOUNTS = guard(
  'gl_account',
  'update',
  'ledger',
  ' and has lines on the account',
  `exists (select from old_rows o join new_rows n using (id)
    where (o.role is distinct from n.role or o.kind <> n.kind) and o.company_id = p.company_id
      and exists (select from gl_line l where l.account_id = o.id and l.month <= p.period))`,
);

/** Delivering, cancelling, promising and approving go on; texts say nothing of a margin. */
const OF_MARGIN = (
  'company_id month ordered_on order_id kind site_id channel_id item_id party_id country ' +
  'ordered_qty_milli unit_price_micro gross_minor discount_minor net_minor deleted_at'
).split(' ');
const changedLines = (
  side: 'o' | 'n',
): string => `select ${side}.company_id, ${side}.month from old_rows o join new_rows n using (id)
  where (${OF_MARGIN.map((name) => `o.${name}`).join(', ')}) is distinct from (${OF_MARGIN.map((name) => `n.${name}`).join(', ')})`;
const ofLines = (rows: string): string => `(p.company_id, p.period) in (select x.company_id, x.month from ${rows} x)`;

const LINES = [
  ...guard('order_line', 'insert', 'sales', '', ofLines('new_rows')),
  ...guard('order_line', 'delete', 'sales', '', ofLines('old_rows')),
  ...guard('order_line', 'update', 'sales', '', ofLines(`(${changedLines('o')} union all ${changedLines('n')})`)),
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...RATES, ...ACCOUNTS, ...LINES]) await sql.raw(statement).execute(db);
}
