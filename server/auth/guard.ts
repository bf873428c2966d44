/** Who is asking: every request is authorised on its own, from the database, so that a revocation counts at once. */
import type { FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { permitsEverywhere } from '#domain/access/grants.ts';
import type { Clock } from '#server/clock.ts';
import { HttpError } from '#server/http/errors.ts';
import type { Database } from '#server/schema/database.ts';
import { shareReadings } from '#server/sharedReading.ts';
import { type Bearer, bearersSql } from './bearers.ts';
import type { UserGrant } from './grants.ts';
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
  /** The same two by what was read of the request's token: `first` as requireUser, else as stillSignedIn. */
  readonly admit: (request: object, bearer: Bearer | undefined, first: boolean) => Promise<SignedIn>;
}

export function createGuard(db: Database, clock: Clock): Guard {
  const meter = createSessionMeter(clock);
  const counted = new WeakSet<object>();
  const read = shareReadings(async (hashes: readonly string[]) => {
    const { rows } = await sql<{ bearers: readonly Bearer[] }>`select ${bearersSql(hashes)} as bearers`.execute(db);
    return byHash(rows[0]?.bearers ?? []);
  });
  const admit = async (request: object, bearer: Bearer | undefined, first: boolean): Promise<SignedIn> => {
    const user = await judge(db, clock, bearer, !first);
    if (first && !counted.has(request)) {
      counted.add(request);
      meter.count(user.session_id);
    }
    return user;
  };
  const look = async (request: FastifyRequest, first: boolean): Promise<SignedIn> => {
    const hash = bearerHash(request);
    return await admit(request, (await read(hash)).get(hash), first);
  };
  return {
    requireUser: async (request) => await look(request, true),
    stillSignedIn: async (request) => await look(request, false),
    admit,
  };
}

/** Of the token a request came with. Throws 401 when it has none. */
export function bearerHash(request: FastifyRequest): string {
  const match = /^Bearer ([A-Za-z0-9_-]{20,200})$/.exec(request.headers.authorization ?? '');
  if (!match?.[1]) throw new HttpError(401, 'not_signed_in', 'Sign in first.');
  return tokenHash(match[1]);
}

export function byHash(bearers: readonly Bearer[]): ReadonlyMap<string, Bearer> {
  return new Map(bearers.map((bearer) => [bearer.hash, bearer]));
}

async function judge(
  db: Database,
  clock: Clock,
  bearer: Bearer | undefined,
  may_be_expired: boolean,
): Promise<SignedIn> {
  if (!bearer || bearer.revoked || !bearer.active) {
    throw new HttpError(401, 'not_signed_in', 'Your session ended. Sign in again.');
  }
  const { id, name, display_name, session_id, grants, expires_at_ms, generation } = bearer;
  const left_ms = expires_at_ms - clock();
  if (!may_be_expired && (left_ms <= 0 || left_ms > LONGEST_LIFE_MS))
    throw new HttpError(401, 'token_expired', 'The access token expired.', true);
  // What the last refresh gave has arrived: the token before it is good for a short while only.
  if (generation > 0 && generation === bearer.session_generation && !bearer.has_previous_until) {
    await db
      .updateTable('auth_session')
      .set({ previous_until: new Date(clock() + GRACE_S * 1000) })
      .where('id', '=', session_id)
      .where('generation', '=', generation)
      .where('previous_until', 'is', null)
      .execute();
  }
  return { id, name, display_name, session_id, grants, expires_at_ms };
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
