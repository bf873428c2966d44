/** What a supplier's container holds and how full it must be, and the volume of items. Frozen. */
import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `alter table item add volume_ml safe_integer check (volume_ml >= 0)`,
  `alter table supplier_terms add container_volume_litres safe_integer check (container_volume_litres > 0),
    add container_weight_kg safe_integer check (container_weight_kg > 0),
    add container_least_fill_bp int check (container_least_fill_bp between 0 and 10000),
    add check (container_least_fill_bp is null or container_volume_litres is not null or container_weight_kg is not null)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
