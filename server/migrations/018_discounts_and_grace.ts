/** Discount rules with an owner, apart from list prices; a channel's grace as part of its rule. Frozen. */
import { type Kysely, sql } from 'kysely';

const ABOUT = 'company_id, channel_id, party_id, item_id, category, valid_from';
const KEY = `${ABOUT}, valid_to`;

const STATEMENTS = [
  `alter table price_rule add owner text`,
  // a list price and a discount of one row become a row each, so that one can end without the other
  `alter table price_rule drop constraint price_rule_company_id_channel_id_party_id_item_id_category__key`,
  `create unique index price_rule_one on price_rule (${ABOUT}, (max_discount_bp is null)) nulls not distinct`,
  `insert into price_rule (${KEY}, max_discount_bp)
    select ${KEY}, max_discount_bp from price_rule where list_price_micro is not null and max_discount_bp is not null`,
  `update price_rule set max_discount_bp = null where list_price_micro is not null and max_discount_bp is not null`,
  `alter table price_rule add check (max_discount_bp is null or list_price_micro is null)`,
  `alter table channel_rule add grace_days int check (grace_days between 0 and 3650)`,
  `update channel_rule r set grace_days = c.grace_days from channel c where c.id = r.channel_id`,
  `alter table rule_change drop constraint rule_change_subject_check,
    add check (subject in ('policy', 'channel_rule', 'kpi_target', 'price_rule'))`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
