/**
 * An account kept with a sister company says with which; in a month whose ledger is locked it is no other's. What companies of a group
 * owe each other is compared on both sides, with causes of its own. Frozen.
 */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `alter table gl_account add partner_company_id safe_integer references company(id),
    add constraint gl_account_partner_of_intercompany
      check (partner_company_id is null or (role = 'intercompany' and partner_company_id <> company_id))`,
  // the first name given says whose it always was
  `create or replace function refuse_locked_gl_account_update() returns trigger language plpgsql as $body$
declare held record;
begin
  for held in
    select p.period, p.state, p.locked from close_period p where exists (select from old_rows o join new_rows n using (id)
      where (o.role is distinct from n.role or o.kind <> n.kind or o.currency is distinct from n.currency
          or (o.partner_company_id is not null and o.partner_company_id is distinct from n.partner_company_id))
        and o.company_id = p.company_id
        and exists (select from gl_line l where l.account_id = o.id and l.month <= p.period)) order by p.id for share of p
  loop
    if held.state = 'hard_locked' or (held.locked ? 'ledger'
      and coalesce((held.locked ->> 'ledger')::numeric, 0) <= extract(epoch from clock_timestamp()) * 1000) then
      raise exception 'The month %-% is locked for ledger and has lines on the account.', held.period / 100,
        lpad((held.period % 100)::text, 2, '0') using errcode = 'BNLCK';
    end if;
  end loop;
  return null;
end $body$`,
  `alter table rec_item drop constraint rec_item_cause_check`,
  `alter table rec_item add constraint rec_item_cause_check check (cause in ('posted_twice', 'posted_in_another_month',
    'posted_to_another_account', 'with_another_party', 'entry_by_hand', 'document_not_posted', 'accrual_missing',
    'accrued_at_old_rate', 'threshold_not_reached', 'rebate_owed_after_all', 'cost_not_allocated', 'revalued_at_another_rate',
    'not_revalued', 'no_counterpart', 'not_at_sister', 'later_at_sister', 'amount_differs', 'sister_unknown',
    'outstanding_payment', 'outstanding_receipt', 'charge_not_booked', 'payment_not_booked',
    'unknown_receipt', 'statement_missing', 'price_variance', 'no_subledger', 'facts_missing', 'not_found'))`,
  // rows look otherwise on the wire now: what was summed of them holds no more
  `delete from sync_bucket_sum`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
