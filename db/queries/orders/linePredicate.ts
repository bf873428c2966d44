/**
 * Which order lines a figure is made of. Aggregates and drill-downs are built from this one predicate, so that a figure
 * and its lines cannot disagree. All values travel as parameters.
 */
import { type RawBuilder, type SqlBool, sql } from 'kysely';

/** Filters shared by the margin and the fill rate; 0 and '' mean "has none". */
export interface LineFilter {
  readonly company_id: number;
  readonly channel_id?: number | undefined;
  readonly country?: string | undefined;
  readonly category?: string | undefined;
  readonly item_id?: number | undefined;
  readonly party_id?: number | undefined;
  readonly site_id?: number | undefined;
}

/** Conditions on `order_line l`: the company and every given filter (months apart). */
export function linePredicate(filter: LineFilter): RawBuilder<SqlBool> {
  const conditions: RawBuilder<SqlBool>[] = [sql<SqlBool>`l.company_id = ${filter.company_id}`];
  const byId: readonly (readonly [string, number | undefined])[] = [
    ['l.channel_id', filter.channel_id],
    ['l.item_id', filter.item_id],
    ['l.party_id', filter.party_id],
    ['l.site_id', filter.site_id],
  ];
  for (const [column, id] of byId) {
    if (id === undefined) continue;
    conditions.push(id === 0 ? sql<SqlBool>`${sql.ref(column)} IS NULL` : sql<SqlBool>`${sql.ref(column)} = ${id}`);
  }
  if (filter.country !== undefined) conditions.push(sql<SqlBool>`coalesce(l.country, '') = ${filter.country}`);
  if (filter.category === '') {
    conditions.push(
      sql<SqlBool>`NOT EXISTS (SELECT 1 FROM item i WHERE i.id = l.item_id AND coalesce(i.category, '') <> '')`,
    );
  } else if (filter.category !== undefined) {
    conditions.push(
      sql<SqlBool>`l.item_id IN (SELECT i.id FROM item i WHERE i.company_id = ${filter.company_id} AND i.category = ${filter.category})`,
    );
  }
  return sql<SqlBool>`(${sql.join(conditions, sql` AND `)})`;
}
