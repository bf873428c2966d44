/** Sessions: a short-lived access token and a refresh token that changes at every use. Only their hashes are stored. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { LoginResponse } from '#contract/wire/protocol.ts';
import type { Clock } from '#server/clock.ts';
import { HttpError } from '#server/http/errors.ts';
import type { Database } from '#server/schema/database.ts';
import { grantsOf } from './grants.ts';
import { countAttempt, forgiveAttempts } from './lockout.ts';
import { hashPassword, verifyPassword } from './passwords.ts';

export interface SessionService {
  readonly signIn: (user_name: string, password: string) => Promise<LoginResponse>;
  /** Exchanges a one-time code for a password and signs in. */
  readonly claim: (user_name: string, code: string, new_password: string) => Promise<LoginResponse>;
  readonly refresh: (refresh_token: string) => Promise<LoginResponse>;
  readonly signOut: (session_id: string) => Promise<void>;
}

export interface SessionOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly server_id: string;
  readonly access_ttl_s: number;
  readonly refresh_ttl_s: number;
}

/** Long enough for an installation that is offline as long as a replica may be. */
export const REFRESH_TTL_S = 30 * 86_400;
export const ACCESS_TTL_S = 15 * 60;

const NOT_SIGNED_IN = (): HttpError => new HttpError(401, 'not_signed_in', 'Your session ended. Sign in again.');

export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
const newToken = (): string => randomBytes(32).toString('base64url');

export async function createSessionService(options: SessionOptions): Promise<SessionService> {
  const { db, clock } = options;
  // Checked when the name is unknown, so that an answer takes as long as with a known one.
  const nobody_hash = await hashPassword(newToken());

  const issue = async (tx: Database, session_id: string, user_id: number, refresh: string): Promise<LoginResponse> => {
    const access_token = newToken();
    const now_ms = clock();
    // The newest expired token stays, so that its holder learns that it expired and not that the session is unknown.
    await tx
      .deleteFrom('auth_access_token')
      .where('session_id', '=', session_id)
      .where('expires_at', '<', new Date(now_ms - 3_600_000))
      .execute();
    await tx
      .insertInto('auth_access_token')
      .values({
        hash: tokenHash(access_token),
        session_id,
        expires_at: new Date(now_ms + options.access_ttl_s * 1000),
      })
      .execute();
    const user = await tx
      .selectFrom('app_user')
      .select(['name', 'display_name'])
      .where('id', '=', user_id)
      .executeTakeFirstOrThrow();
    const grants = (await grantsOf(tx, [user_id])).get(user_id) ?? [];
    return {
      access_token,
      access_ttl_s: options.access_ttl_s,
      refresh_token: `${session_id}.${refresh}`,
      server_id: options.server_id,
      user: { ...user, grants },
    };
  };

  /** Counts the attempt, checks in equal time, and returns the user's id. */
  const authenticate = async (user_name: string, password: string, one_time: boolean): Promise<number> => {
    await countAttempt(db, user_name, clock);
    const user = await db
      .selectFrom('app_user')
      .select(['id', 'password_hash', 'active', 'one_time'])
      .where('name', '=', user_name)
      .executeTakeFirst();
    const right = await verifyPassword(password, user?.password_hash ?? nobody_hash);
    if (!user || !right || !user.active || (one_time && !user.one_time)) {
      throw new HttpError(401, 'wrong_password', 'The name or the password is wrong.');
    }
    if (user.one_time && !one_time) {
      throw new HttpError(403, 'password_change_needed', 'This code works once: exchange it for a password first.');
    }
    await forgiveAttempts(db, user_name);
    return user.id;
  };

  const beginSession = async (user_id: number): Promise<LoginResponse> => {
    const refresh = newToken();
    const session_id = randomUUID();
    const now = new Date(clock());
    return await db.transaction().execute(async (tx) => {
      await tx
        .deleteFrom('auth_session')
        .where('user_id', '=', user_id)
        .where('refresh_expires_at', '<', now)
        .execute();
      await tx
        .insertInto('auth_session')
        .values({
          id: session_id,
          user_id,
          refresh_hash: tokenHash(refresh),
          refresh_expires_at: new Date(now.getTime() + options.refresh_ttl_s * 1000),
          created_at: now,
          revoked_at: null,
        })
        .execute();
      await tx.updateTable('app_user').set({ last_sign_in_at: now }).where('id', '=', user_id).execute();
      return await issue(tx, session_id, user_id, refresh);
    });
  };

  return {
    signIn: async (user_name, password) => await beginSession(await authenticate(user_name, password, false)),

    claim: async (user_name, code, new_password) => {
      const user_id = await authenticate(user_name, code, true);
      const password_hash = await hashPassword(new_password);
      const claimed = await db
        .updateTable('app_user')
        .set({ password_hash, one_time: false })
        .where('id', '=', user_id)
        .where('one_time', '=', true)
        .returning('id')
        .executeTakeFirst();
      // Two claims at once: the code works once.
      if (!claimed) throw new HttpError(401, 'wrong_password', 'The name or the password is wrong.');
      return await beginSession(user_id);
    },

    refresh: async (refresh_token) => {
      const [session_id, secret] = splitRefresh(refresh_token);
      const now = new Date(clock());
      const answer = await db.transaction().execute(async (tx) => {
        const session = await tx
          .selectFrom('auth_session as s')
          .innerJoin('app_user as u', 'u.id', 's.user_id')
          .select(['s.user_id', 's.refresh_hash', 's.refresh_expires_at', 's.revoked_at', 'u.active'])
          .where('s.id', '=', session_id)
          .forUpdate()
          .executeTakeFirst();
        if (!session || session.revoked_at || !session.active || session.refresh_expires_at <= now) return null;
        if (session.refresh_hash !== tokenHash(secret)) {
          // A spent token came back: somebody else may hold a copy, so the whole session ends.
          await tx.updateTable('auth_session').set({ revoked_at: now }).where('id', '=', session_id).execute();
          return null;
        }
        const next = newToken();
        await tx
          .updateTable('auth_session')
          .set({
            refresh_hash: tokenHash(next),
            refresh_expires_at: new Date(now.getTime() + options.refresh_ttl_s * 1000),
          })
          .where('id', '=', session_id)
          .execute();
        return await issue(tx, session_id, session.user_id, next);
      });
      if (!answer) throw NOT_SIGNED_IN();
      return answer;
    },

    signOut: async (session_id) => {
      await db
        .updateTable('auth_session')
        .set({ revoked_at: new Date(clock()) })
        .where('id', '=', session_id)
        .where('revoked_at', 'is', null)
        .execute();
    },
  };
}

function splitRefresh(token: string): readonly [string, string] {
  const match = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([A-Za-z0-9_-]{43})$/.exec(token);
  if (!match?.[1] || !match[2]) throw NOT_SIGNED_IN();
  return [match[1], match[2]];
}
