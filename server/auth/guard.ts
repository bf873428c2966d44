/** Who is asking: every request is authorised on its own, from the database, so that a revocation counts at once. */
import type { FastifyRequest } from 'fastify';
import { permitsEverywhere } from '#domain/access/grants.ts';
import type { Clock } from '#server/clock.ts';
import { HttpError } from '#server/http/errors.ts';
import type { Database } from '#server/schema/database.ts';
import { grantsOf, type UserGrant } from './grants.ts';
import { createSessionMeter } from './sessionMeter.ts';
import { GRACE_S, tokenHash } from './sessions.ts';

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

export interface Guard {
  /**
   * Throws 401 `not_signed_in` (no or unknown token, ended session) or `token_expired` (refresh and try again), and 429
   * `rate_limited` for a session that asks without end. Asked again for the same request, it looks again and counts once.
   */
  readonly requireUser: RequireUser;
  /** For an answer that is still being sent: whose session ended gets no more, whose token merely expired does. */
  readonly stillSignedIn: RequireUser;
}

export function createGuard(db: Database, clock: Clock): Guard {
  const meter = createSessionMeter(clock);
  const counted = new WeakSet<FastifyRequest>();
  const look = async (request: FastifyRequest, may_be_expired: boolean): Promise<SignedIn> => {
    const match = /^Bearer ([A-Za-z0-9_-]{20,200})$/.exec(request.headers.authorization ?? '');
    if (!match?.[1]) throw new HttpError(401, 'not_signed_in', 'Sign in first.');
    return await signedInBy(db, clock, match[1], may_be_expired);
  };
  return {
    requireUser: async (request) => {
      const user = await look(request, false);
      if (!counted.has(request)) {
        counted.add(request);
        meter.count(user.session_id);
      }
      return user;
    },
    stillSignedIn: async (request) => await look(request, true),
  };
}

async function signedInBy(
  db: Database,
  clock: Clock,
  access_token: string,
  may_be_expired: boolean,
): Promise<SignedIn> {
  const row = await db
    .selectFrom('auth_access_token as a')
    .innerJoin('auth_session as s', 's.id', 'a.session_id')
    .innerJoin('app_user as u', 'u.id', 's.user_id')
    .select(['a.expires_at', 'a.generation', 's.id as session_id', 's.revoked_at', 's.previous_until'])
    .select('s.generation as session_generation')
    .select(['u.id', 'u.name', 'u.display_name', 'u.active'])
    .where('a.hash', '=', tokenHash(access_token))
    .executeTakeFirst();
  if (!row || row.revoked_at || !row.active) {
    throw new HttpError(401, 'not_signed_in', 'Your session ended. Sign in again.');
  }
  const expires_at_ms = row.expires_at.getTime();
  const left_ms = expires_at_ms - clock();
  if (!may_be_expired && (left_ms <= 0 || left_ms > LONGEST_LIFE_MS))
    throw new HttpError(401, 'token_expired', 'The access token expired.', true);
  // What the last refresh gave has arrived: the token before it is good for a short while only.
  if (row.generation > 0 && row.generation === row.session_generation && row.previous_until === null) {
    await db
      .updateTable('auth_session')
      .set({ previous_until: new Date(clock() + GRACE_S * 1000) })
      .where('id', '=', row.session_id)
      .where('generation', '=', row.generation)
      .where('previous_until', 'is', null)
      .execute();
  }
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
  if (!permitsEverywhere(user.grants, 'administer')) {
    throw new HttpError(403, 'not_permitted', 'Only an administrator of all companies may do this.');
  }
}

/** The audit trail tells of everybody. Throws 403. */
export function requireAuditReader(user: SignedIn): void {
  if (!permitsEverywhere(user.grants, 'read_audit')) {
    throw new HttpError(403, 'not_permitted', 'The audit trail is for auditors and administrators of all companies.');
  }
}
