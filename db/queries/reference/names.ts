/** Names for ids a scan has grouped by: looked up afterwards, never joined inside the scan. */
import type { Kysely } from 'kysely';
import type { ReadSchema } from '#db/schema/tables.ts';

export interface ChannelFacts {
  readonly id: number;
  readonly name: string;
  readonly kind: string;
  readonly grace_days: number;
}

export async function channelsOf(db: Kysely<ReadSchema>, company_id: number): Promise<Map<number, ChannelFacts>> {
  const rows = await db
    .selectFrom('channel')
    .select(['id', 'name', 'kind', 'grace_days'])
    .where('company_id', '=', company_id)
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

export async function sitesOf(
  db: Kysely<ReadSchema>,
  company_id: number,
): Promise<Map<number, { readonly id: number; readonly code: string; readonly name: string }>> {
  const rows = await db
    .selectFrom('site')
    .select(['id', 'code', 'name'])
    .where('company_id', '=', company_id)
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** item id → category ('' = none). */
export async function categoriesOf(db: Kysely<ReadSchema>, company_id: number): Promise<Map<number, string>> {
  const rows = await db.selectFrom('item').select(['id', 'category']).where('company_id', '=', company_id).execute();
  return new Map(rows.map((row) => [row.id, row.category ?? '']));
}

const GROUPS = ['channel', 'country', 'category', 'item', 'customer', 'site'] as const;
export type FactGroup = (typeof GROUPS)[number];

export interface GroupName {
  readonly label: string;
  readonly channel_kind: string | null;
}

const NONE: Readonly<Record<FactGroup, string>> = {
  channel: 'Unmapped',
  country: 'No country',
  category: 'No category',
  item: 'No item',
  customer: 'No customer',
  site: 'No site',
};

/** Label of each key of a grouping; '' is what has none. An id whose row is not here keeps its number. */
export async function groupNames(
  db: Kysely<ReadSchema>,
  company_id: number,
  group_by: FactGroup,
  keys: readonly string[],
): Promise<Map<string, GroupName>> {
  const channels = group_by === 'channel' ? await channelsOf(db, company_id) : null;
  const labels = channels === null ? await labelsById(db, company_id, group_by, keys) : null;
  const names = new Map<string, GroupName>();
  for (const key of keys) {
    if (channels !== null) {
      const channel = channels.get(Number(key));
      names.set(key, {
        label: key === '' ? NONE.channel : (channel?.name ?? `Channel ${key}`),
        channel_kind: channel?.kind ?? 'unmapped',
      });
    } else {
      names.set(key, { label: key === '' ? NONE[group_by] : (labels?.get(key) ?? key), channel_kind: null });
    }
  }
  return names;
}

async function labelsById(
  db: Kysely<ReadSchema>,
  company_id: number,
  group_by: FactGroup,
  keys: readonly string[],
): Promise<Map<string, string>> {
  if (group_by === 'site') {
    return new Map([...(await sitesOf(db, company_id))].map(([id, site]) => [String(id), site.name]));
  }
  if (group_by !== 'item' && group_by !== 'customer') return new Map();
  const ids = keys.filter((key) => key !== '').map(Number);
  const labels = new Map<string, string>();
  // a query holds at most 32,766 parameters; keys are bounded by the caller's limit, the step is for safety
  for (let at = 0; at < ids.length; at += 1000) {
    const part = ids.slice(at, at + 1000);
    if (group_by === 'item') {
      for (const row of await db.selectFrom('item').select(['id', 'code', 'name']).where('id', 'in', part).execute()) {
        labels.set(String(row.id), `${row.code} ${row.name}`);
      }
    } else {
      for (const row of await db.selectFrom('party').select(['id', 'name']).where('id', 'in', part).execute()) {
        labels.set(String(row.id), row.name);
      }
    }
  }
  return labels;
}
