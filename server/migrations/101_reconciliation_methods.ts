/** How a company is reconciled, from which month on; held in months whose ledger is locked, as what they are reckoned by (087). Frozen. */
import { type Kysely, sql } from 'kysely';

type Event = 'insert' | 'update' | 'delete';

const TRANSITION: Readonly<Record<Event, string>> = {
  insert: 'new table as new_rows',
  update: 'old table as old_rows new table as new_rows',
  delete: 'old table as old_rows',
};

/** What a company stated holds in its months; a method until the next of its code. */
const reaches = (rows: string): string => `exists (select from ${rows} r
  where r.company_id = p.company_id and r.from_month <= p.period
    and case when r.amount_minor is not null then p.period <= coalesce(r.to_month, r.from_month)
      else not exists (select from reconciliation_setting n where n.company_id = r.company_id and n.code = r.code
        and n.from_month > r.from_month and n.from_month <= p.period) end)`;

const SAID = 'company_id code from_month what valuation settlement settlement_day to_month amount_minor'.split(' ');
const changed = (side: 'o' | 'n'): string => `select ${side}.* from old_rows o join new_rows n using (id)
  where (${SAID.map((name) => `o.${name}`).join(', ')}) is distinct from (${SAID.map((name) => `n.${name}`).join(', ')})`;

function guard(event: Event, periods: string): string[] {
  return [
    `create function refuse_locked_reconciliation_setting_${event}() returns trigger language plpgsql as $body$
declare held record;
begin
  for held in
    select p.period, p.state, p.locked from close_period p where ${periods} order by p.id for share of p
  loop
    if held.state = 'hard_locked' or (held.locked ? 'ledger'
      and coalesce((held.locked ->> 'ledger')::numeric, 0) <= extract(epoch from clock_timestamp()) * 1000) then
      raise exception 'The month %-% is locked for ledger, and how it is reconciled with it.', held.period / 100,
        lpad((held.period % 100)::text, 2, '0') using errcode = 'BNLCK';
    end if;
  end loop;
  return null;
end $body$`,
    `create trigger locked_${event} after ${event} on reconciliation_setting referencing ${TRANSITION[event]}
      for each statement execute function refuse_locked_reconciliation_setting_${event}()`,
  ];
}

const STATEMENTS = [
  `alter table reconciliation_setting alter column valuation drop not null,
    drop constraint reconciliation_setting_company_id_code_key,
    add column from_month int not null default 190001 check (from_month between 190001 and 299912),
    add column what text not null default '' check (length(what) <= 100),
    add column settlement text check (settlement in ('as_booked', 'next_month', 'after_quarter')),
    add column settlement_day int check (settlement_day between 1 and 28),
    add column to_month int check (to_month between from_month and 299912),
    add column amount_minor safe_integer,
    add constraint reconciliation_setting_day check
      ((settlement_day is not null) = (settlement is not null and settlement <> 'as_booked')),
    add constraint reconciliation_setting_once unique (company_id, code, from_month, what)`,
  ...guard('insert', reaches('new_rows')),
  ...guard('delete', reaches('old_rows')),
  ...guard('update', reaches(`(${changed('o')} union all ${changed('n')})`)),
  `alter table rec_item drop constraint rec_item_cause_check`,
  `alter table rec_item add constraint rec_item_cause_check check (cause in ('posted_twice', 'posted_in_another_month',
    'posted_to_another_account', 'with_another_party', 'entry_by_hand', 'document_not_posted', 'accrual_missing',
    'accrued_at_old_rate', 'threshold_not_reached', 'rebate_owed_after_all', 'cost_not_allocated', 'revalued_at_another_rate',
    'not_revalued', 'no_counterpart', 'outstanding_payment', 'outstanding_receipt', 'charge_not_booked', 'payment_not_booked', 'unknown_receipt',
    'statement_missing', 'price_variance', 'no_subledger', 'not_found'))`,
  `delete from sync_bucket_sum`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
