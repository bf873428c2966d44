/** What the database says of access tokens, in one piece for as many as are asked about. */
import { type RawBuilder, sql } from 'kysely';
import type { UserGrant } from './grants.ts';

/** A token that was given out, the session it is of and whose that is; nobody has judged it yet. */
export interface Bearer {
  readonly hash: string;
  readonly expires_at_ms: number;
  readonly generation: number;
  readonly session_id: string;
  readonly session_generation: number;
  /** Whether the session says until when the token before this one is good. */
  readonly has_previous_until: boolean;
  readonly revoked: boolean;
  readonly id: number;
  readonly name: string;
  readonly display_name: string;
  readonly active: boolean;
  readonly grants: readonly UserGrant[];
}

/** A JSON array with those tokens that are known. */
export function bearersSql(hashes: readonly string[]): RawBuilder<readonly Bearer[]> {
  return sql<readonly Bearer[]>`(select coalesce(json_agg(json_build_object('hash', a.hash,
      'expires_at_ms', floor(extract(epoch from a.expires_at) * 1000)::bigint, 'generation', a.generation,
      'session_id', s.id, 'session_generation', s.generation, 'has_previous_until', s.previous_until is not null,
      'revoked', s.revoked_at is not null, 'id', u.id, 'name', u.name, 'display_name', u.display_name,
      'active', u.active, 'grants', coalesce(held.grants, '[]'::json))), '[]'::json)
    from auth_access_token a join auth_session s on s.id = a.session_id join app_user u on u.id = s.user_id
    left join lateral (
      select json_agg(json_build_object('id', g.id, 'role', g.role, 'company_id', g.company_id, 'company_code', c.code,
        'site_id', g.site_id, 'site_code', t.code, 'channel_id', g.channel_id, 'channel_code', h.code) order by g.id) as grants
      from access_grant g left join company c on c.id = g.company_id left join site t on t.id = g.site_id
        left join channel h on h.id = g.channel_id
      where g.user_id = u.id) held on true
    where a.hash = any(${[...new Set(hashes)]}::text[]))`;
}
