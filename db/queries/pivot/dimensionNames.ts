/** What the groups of a dimension are called. */
import type { LineDimension } from '#contract/queries.ts';
import type { QueryContext } from '../context.ts';
import { type GroupName, groupNames } from '../reference/names.ts';

export const DIMENSION_PLURAL: Readonly<Record<LineDimension, string>> = {
  company: 'companies',
  channel: 'channels',
  site: 'sites',
  country: 'countries',
  category: 'categories',
  supplier: 'suppliers',
  customer: 'customers',
  item: 'items',
};

export async function dimensionNames(
  context: QueryContext,
  company_ids: readonly number[],
  dimension: LineDimension,
  keys: readonly string[],
): Promise<ReadonlyMap<string, GroupName>> {
  if (dimension === 'company') {
    const rows = await context.db.selectFrom('company').select(['id', 'name']).where('id', 'in', company_ids).execute();
    return new Map(rows.map((row) => [String(row.id), { label: row.name, channel_kind: null }]));
  }
  if (dimension === 'channel') {
    const channels = await context.db.selectFrom('channel').select(['id', 'name', 'kind']).execute();
    const known = channels.map((row): [string, GroupName] => [
      String(row.id),
      { label: row.name, channel_kind: row.kind },
    ]);
    return new Map([...known, ['', { label: 'Unmapped', channel_kind: 'unmapped' }]]);
  }
  if (dimension === 'site') {
    const sites = await context.db.selectFrom('site').select(['id', 'name']).execute();
    const known = sites.map((row): [string, GroupName] => [String(row.id), { label: row.name, channel_kind: null }]);
    return new Map([...known, ['', { label: 'No site', channel_kind: null }]]);
  }
  if (dimension === 'supplier') {
    const named = await groupNames(context.db, company_ids[0] ?? 0, 'customer', keys);
    return named.set('', { label: 'No supplier', channel_kind: null });
  }
  return await groupNames(context.db, company_ids[0] ?? 0, dimension, keys);
}
