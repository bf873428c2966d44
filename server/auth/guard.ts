/** Who is asking: every request is authorised on its own, from the database, so that a revocation counts at once. */
import type { FastifyRequest } from 'fastify';
import { type Grant, grantsPermit } from '#domain/access/grants.ts';
import type { Clock } from '#server/clock.ts';
import { HttpError } from '#server/http/errors.ts';
import type { Database } from '#server/schema/database.ts';
import { grantsOf, type UserGrant } from './grants.ts';
import { tokenHash } from './sessions.ts';

export interface SignedIn {
  readonly id: number;
  readonly name: string;
  readonly display_name: string;
  readonly session_id: string;
  readonly grants: readonly UserGrant[];
  /** When the access token ends, epoch milliseconds. */
  readonly expires_at_ms: number;
}

/** No access token is given out for longer: one that has more left was made while the clock was ahead. */
const LONGEST_LIFE_MS = 3_600_000;

export type RequireUser = (request: FastifyRequest) => Promise<SignedIn>;

/** Throws 401 `not_signed_in` (no or unknown token, ended session) or `token_expired` (refresh and try again). */
export function createGuard(db: Database, clock: Clock): RequireUser {
  return async (request) => {
    const match = /^Bearer ([A-Za-z0-9_-]{20,200})$/.exec(request.headers.authorization ?? '');
    if (!match?.[1]) throw new HttpError(401, 'not_signed_in', 'Sign in first.');
    return await signedInBy(db, clock, match[1]);
  };
}

async function signedInBy(db: Database, clock: Clock, access_token: string): Promise<SignedIn> {
  const row = await db
    .selectFrom('auth_access_token as a')
    .innerJoin('auth_session as s', 's.id', 'a.session_id')
    .innerJoin('app_user as u', 'u.id', 's.user_id')
    .select(['a.expires_at', 's.id as session_id', 's.revoked_at', 'u.id', 'u.name', 'u.display_name', 'u.active'])
    .where('a.hash', '=', tokenHash(access_token))
    .executeTakeFirst();
  if (!row || row.revoked_at || !row.active) {
    throw new HttpError(401, 'not_signed_in', 'Your session ended. Sign in again.');
  }
  const expires_at_ms = row.expires_at.getTime();
  const left_ms = expires_at_ms - clock();
  if (left_ms <= 0 || left_ms > LONGEST_LIFE_MS)
    throw new HttpError(401, 'token_expired', 'The access token expired.', true);
  const grants = (await grantsOf(db, [row.id])).get(row.id) ?? [];
  return {
    id: row.id,
    name: row.name,
    display_name: row.display_name,
    session_id: row.session_id,
    grants,
    expires_at_ms,
  };
}

/** Accounts reach over companies, so administering them needs the permission over all of them. Throws 403. */
export function requireAdministrator(user: SignedIn): void {
  const unrestricted: readonly Grant[] = user.grants.filter(
    (grant) => grant.company_id === null && grant.site_id === null && grant.channel_id === null,
  );
  if (!grantsPermit(unrestricted, 'administer', { company_id: 0 })) {
    throw new HttpError(403, 'not_permitted', 'Only an administrator of all companies may do this.');
  }
}
