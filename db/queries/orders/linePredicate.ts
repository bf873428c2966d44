/**
 * Which order lines a figure is made of. Aggregates and drill-downs are built from this one predicate, so that a figure
 * and its lines cannot disagree. All values travel as parameters.
 */
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { dayNumber } from '#domain/calendar.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { LineDimension } from '#contract/queries.ts';

/** Filters shared by the margin and the fill rate; 0 and '' mean "has none". */
export interface LineFilter {
  readonly company_id: number;
  /** ISO dates of the day column the figure goes by. */
  readonly from_on?: string | undefined;
  readonly to_on?: string | undefined;
  readonly channel_id?: number | undefined;
  readonly country?: string | undefined;
  readonly category?: string | undefined;
  readonly supplier_id?: number | undefined;
  readonly item_id?: number | undefined;
  readonly party_id?: number | undefined;
  readonly salesperson?: string | undefined;
  readonly site_id?: number | undefined;
  readonly others?: readonly { readonly dimension: LineDimension; readonly keys: readonly string[] }[] | undefined;
}

/** The filter's fields by name, whatever else the caller's arguments hold. */
export function lineFilterOf(args: LineFilter): LineFilter {
  const { company_id, from_on, to_on, channel_id, country, category, supplier_id } = args;
  const { item_id, party_id, salesperson, site_id, others } = args;
  return {
    company_id,
    from_on,
    to_on,
    channel_id,
    country,
    category,
    supplier_id,
    item_id,
    party_id,
    salesperson,
    site_id,
    others,
  };
}

/** What a filter asks of each dimension; undefined = anything. */
export function wantedKeys(
  filter: Partial<LineFilter>,
): readonly (readonly [LineDimension, number | string | undefined])[] {
  return [
    ['company', filter.company_id],
    ['channel', filter.channel_id],
    ['site', filter.site_id],
    ['country', filter.country],
    ['category', filter.category],
    ['supplier', filter.supplier_id],
    ['customer', filter.party_id],
    ['salesperson', filter.salesperson],
    ['item', filter.item_id],
  ];
}

/** Dimensions a filter narrows by. */
export function narrowedBy(filter: Partial<LineFilter>): readonly LineDimension[] {
  return [
    ...wantedKeys(filter)
      .filter(([, key]) => key !== undefined)
      .map(([dimension]) => dimension),
    ...(filter.others ?? []).map(({ dimension }) => dimension),
  ];
}

export type DayColumn = 'ordered_on' | 'committed_on';

/** What a line's group of a dimension is called, as SQL over `order_line l`; the key of a line without one is ''. */
const KEY: Readonly<Record<LineDimension, RawBuilder<string>>> = {
  company: sql<string>`CAST(l.company_id AS TEXT)`,
  channel: sql<string>`coalesce(CAST(l.channel_id AS TEXT), '')`,
  site: sql<string>`coalesce(CAST(l.site_id AS TEXT), '')`,
  country: sql<string>`coalesce(l.country, '')`,
  category: sql<string>`coalesce((SELECT i.category FROM item i WHERE i.id = l.item_id), '')`,
  supplier: sql<string>`coalesce((SELECT CAST(i.supplier_id AS TEXT) FROM item i WHERE i.id = l.item_id), '')`,
  customer: sql<string>`coalesce(CAST(l.party_id AS TEXT), '')`,
  salesperson: sql<string>`coalesce((SELECT p.salesperson FROM party p WHERE p.id = l.party_id), '')`,
  item: sql<string>`coalesce(CAST(l.item_id AS TEXT), '')`,
};

/** Conditions on `order_line l`: the company and every given filter (months apart). */
export function linePredicate(filter: LineFilter, days: DayColumn = 'ordered_on'): RawBuilder<SqlBool> {
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
  if (filter.supplier_id === 0) {
    conditions.push(
      sql<SqlBool>`NOT EXISTS (SELECT 1 FROM item i WHERE i.id = l.item_id AND i.supplier_id IS NOT NULL)`,
    );
  } else if (filter.supplier_id !== undefined) {
    conditions.push(
      sql<SqlBool>`l.item_id IN (SELECT i.id FROM item i WHERE i.company_id = ${filter.company_id} AND i.supplier_id = ${filter.supplier_id})`,
    );
  }
  if (filter.salesperson !== undefined) {
    conditions.push(sql<SqlBool>`${KEY.salesperson} = ${filter.salesperson}`);
  }
  const day = sql.ref(`l.${days}`);
  if (filter.from_on !== undefined) conditions.push(sql<SqlBool>`${day} >= ${dayOf(filter.from_on)}`);
  if (filter.to_on !== undefined) conditions.push(sql<SqlBool>`${day} <= ${dayOf(filter.to_on)}`);
  for (const { dimension, keys } of filter.others ?? []) {
    conditions.push(sql<SqlBool>`${KEY[dimension]} NOT IN (SELECT value FROM json_each(${JSON.stringify(keys)}))`);
  }
  return sql<SqlBool>`(${sql.join(conditions, sql` AND `)})`;
}

/** The day number of a filter's date. Throws `bad_arguments` when there is no such day. */
export function dayOf(iso: string): number {
  const day = dayNumber(iso);
  if (day === null) throw new BinnacleError('bad_arguments', `There is no day ${iso}.`);
  return day;
}
