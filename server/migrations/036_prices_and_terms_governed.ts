/** List prices, rebate agreements and channel fees are rules with an owner, one of a kind a day. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `alter table rebate_agreement add owner text`,
  `alter table channel_fee add owner text`,
  `create unique index rebate_agreement_one on rebate_agreement (company_id, party_id, channel_id, valid_from) nulls not distinct`,
  `create unique index channel_fee_one on channel_fee (channel_id, name, valid_from)`,
  `alter table rule_change drop constraint rule_change_subject_check,
    add check (subject in ('policy', 'channel_rule', 'kpi_target', 'list_price', 'price_rule', 'buying_calendar'))`,
  `alter table rule_change_cost drop constraint rule_change_cost_subject_check,
    add check (subject in ('price_floor', 'rebate_agreement', 'channel_fee'))`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
