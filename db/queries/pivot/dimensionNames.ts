/** What the groups of a dimension are called. */
import { sql } from 'kysely';
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
  salesperson: 'salespeople',
  item: 'items',
};

export async function dimensionNames(
  context: QueryContext,
  company_ids: readonly number[],
  dimension: LineDimension,
  keys: readonly string[],
): Promise<ReadonlyMap<string, GroupName>> {
  const names = await namesOf(context, company_ids, dimension, keys);
  const table = OF_A_COMPANY[dimension];
  if (company_ids.length === 1 || table === undefined) return names;
  const codes = await companyCodes(context, table, keys);
  // two companies may have an inside sales each
  return new Map(
    [...names].map(([key, name]) => {
      const code = codes.get(key);
      return [key, code === undefined ? name : { ...name, label: `${name.label} · ${code}` }];
    }),
  );
}

/** Whose rows belong to one company. */
const OF_A_COMPANY: Readonly<Partial<Record<LineDimension, 'channel' | 'site' | 'party' | 'item'>>> = {
  channel: 'channel',
  site: 'site',
  supplier: 'party',
  customer: 'party',
  item: 'item',
};

async function companyCodes(
  { db }: QueryContext,
  table: 'channel' | 'site' | 'party' | 'item',
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const ids = keys.filter((key) => key !== '').map(Number);
  const codes = new Map<string, string>();
  // a query holds at most 32,766 parameters
  for (let at = 0; at < ids.length; at += 1000) {
    const { rows } = await sql<{ readonly id: number; readonly code: string }>`
      SELECT t.id, c.code FROM ${sql.table(table)} t JOIN company c ON c.id = t.company_id
      WHERE t.id IN (${sql.join(ids.slice(at, at + 1000))})`.execute(db);
    for (const row of rows) codes.set(String(row.id), row.code);
  }
  return codes;
}

async function namesOf(
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
  if (dimension === 'salesperson') {
    return new Map(keys.map((key) => [key, { label: key === '' ? 'No salesperson' : key, channel_kind: null }]));
  }
  return await groupNames(context.db, company_ids[0] ?? 0, dimension, keys);
}
