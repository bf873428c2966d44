import type { Grant } from '#domain/access/grants.ts';
import type { GrantView } from '#contract/wire/protocol.ts';
import type { Database } from '#server/schema/database.ts';

/** A grant as the domain judges it and as the wire shows it. */
export type UserGrant = Grant & GrantView;

export async function grantsOf(db: Database, user_ids: readonly number[]): Promise<ReadonlyMap<number, UserGrant[]>> {
  const byUser = new Map<number, UserGrant[]>(user_ids.map((id) => [id, []]));
  if (user_ids.length === 0) return byUser;
  const rows = await db
    .selectFrom('access_grant as g')
    .leftJoin('company as c', 'c.id', 'g.company_id')
    .leftJoin('site as s', 's.id', 'g.site_id')
    .leftJoin('channel as h', 'h.id', 'g.channel_id')
    .select([
      'g.id',
      'g.user_id',
      'g.role',
      'g.company_id',
      'c.code as company_code',
      'g.site_id',
      's.code as site_code',
      'g.channel_id',
      'h.code as channel_code',
    ])
    .where('g.user_id', 'in', user_ids)
    .orderBy('g.id')
    .execute();
  for (const { user_id, ...grant } of rows) byUser.get(user_id)?.push(grant);
  return byUser;
}
