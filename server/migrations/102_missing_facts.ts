/**
 * A reconciliation without anything to compare with has an item that says so, of a cause of its own. What stock was worth at the end of a month is
 * held while its stock is locked, as what it is compared with is (025, 087). Frozen.
 */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `alter table rec_item drop constraint rec_item_cause_check`,
  `alter table rec_item add constraint rec_item_cause_check check (cause in ('posted_twice', 'posted_in_another_month',
    'posted_to_another_account', 'with_another_party', 'entry_by_hand', 'document_not_posted', 'accrual_missing',
    'accrued_at_old_rate', 'cost_not_allocated', 'revalued_at_another_rate', 'not_revalued', 'no_counterpart',
    'outstanding_payment', 'outstanding_receipt', 'charge_not_booked', 'payment_not_booked', 'unknown_receipt',
    'statement_missing', 'facts_missing', 'not_found'))`,
];

const VALUED = 'company_id, site_id, month, category, mean_value_minor, closing_value_minor';
const TRANSITION = {
  insert: 'new table as new_rows',
  update: 'old table as old_rows new table as new_rows',
  delete: 'old table as old_rows',
} as const;
// a row that comes or goes, and both sides of one that says something else
const MONTHS = {
  insert: 'select n.company_id, n.month from new_rows n',
  update: `select x.company_id, x.month
    from (select id, ${VALUED} from old_rows union all select id, ${VALUED} from new_rows) x
    where exists (select from old_rows o join new_rows n using (id) where o.id = x.id
      and (${VALUED.replaceAll(/\w+/g, 'o.$&')}) is distinct from (${VALUED.replaceAll(/\w+/g, 'n.$&')}))`,
  delete: 'select o.company_id, o.month from old_rows o',
} as const;

const GUARDS = (['insert', 'update', 'delete'] as const).flatMap((event) => [
  `create function refuse_locked_inventory_month_${event}() returns trigger language plpgsql as $body$
declare held record;
begin
  for held in
    select p.period, p.state, p.locked from close_period p
    where (p.company_id, p.period) in (${MONTHS[event]}) order by p.id for share of p
  loop
    if held.state = 'hard_locked' or (held.locked ? 'stock'
      and coalesce((held.locked ->> 'stock')::numeric, 0) <= extract(epoch from clock_timestamp()) * 1000) then
      raise exception 'The month %-% is locked for stock, and its value with it.', held.period / 100,
        lpad((held.period % 100)::text, 2, '0') using errcode = 'BNLCK';
    end if;
  end loop;
  return null;
end $body$`,
  `create trigger locked_${event} after ${event} on inventory_month referencing ${TRANSITION[event]}
    for each statement execute function refuse_locked_inventory_month_${event}()`,
]);

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...STATEMENTS, ...GUARDS]) await sql.raw(statement).execute(db);
}
