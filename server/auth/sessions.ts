/**
 * Sessions: a short-lived access token and a refresh token that changes at every use. Only their hashes are stored.
 * An answer can be lost on its way: the spent token gives the same successor again until somebody has used what it gave,
 * and a short while longer for requests that were sent twice. After that a spent token means a copy in other hands.
 */
import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { LoginResponse } from '#contract/wire/protocol.ts';
import { type Actor, writeAudit } from '#server/audit/trail.ts';
import type { Clock } from '#server/clock.ts';
import { HttpError } from '#server/http/errors.ts';
import type { Database } from '#server/schema/database.ts';
import { grantsOf } from './grants.ts';
import { countAttempt, forgiveAttempts } from './lockout.ts';
import { hashPassword, verifyPassword } from './passwords.ts';

export interface SessionService {
  readonly signIn: (user_name: string, password: string, address: string) => Promise<LoginResponse>;
  /** Exchanges a one-time code for a password and signs in. */
  readonly claim: (user_name: string, code: string, new_password: string, address: string) => Promise<LoginResponse>;
  readonly refresh: (refresh_token: string, address: string) => Promise<LoginResponse>;
  readonly signOut: (session_id: string) => Promise<void>;
}

export interface SessionOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly server_id: string;
  readonly access_ttl_s: number;
  readonly refresh_ttl_s: number;
  /** Sessions ended: live streams look again. */
  readonly accessChanged: () => void;
}

/** Long enough for an installation that is offline as long as a replica may be. */
export const REFRESH_TTL_S = 30 * 86_400;
export const ACCESS_TTL_S = 15 * 60;
/** How long a spent refresh token still works once its successor was used. */
export const GRACE_S = 60;

const NOT_SIGNED_IN = (): HttpError => new HttpError(401, 'not_signed_in', 'Your session ended. Sign in again.');

export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
const newToken = (): string => randomBytes(32).toString('base64url');
/** The same again from the same token and salt; whoever has only one of the two learns nothing. */
const successor = (token: string, salt: string): string => createHmac('sha256', salt).update(token).digest('base64url');

export async function createSessionService(options: SessionOptions): Promise<SessionService> {
  const { db, clock } = options;
  // Checked when the name is unknown, so that an answer takes as long as with a known one.
  const nobody_hash = await hashPassword(newToken());

  const issue = async (
    tx: Database,
    session_id: string,
    user_id: number,
    refresh: string,
    generation: number,
  ): Promise<LoginResponse> => {
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
        generation,
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
  const authenticate = async (user_name: string, password: string, by: Caller, one_time: boolean): Promise<number> => {
    const attempt = await countAttempt(db, user_name, by.address, clock);
    const user = await db
      .selectFrom('app_user')
      .select(['id', 'password_hash', 'active', 'one_time'])
      .where('name', '=', user_name)
      .executeTakeFirst();
    const right = await verifyPassword(password, user?.password_hash ?? nobody_hash);
    if (!user || !right || !user.active || (one_time && !user.one_time)) {
      await writeAudit(db, clock(), { kind: 'sign_in_refused', by, detail: { attempt } });
      throw new HttpError(401, 'wrong_password', 'The name or the password is wrong.');
    }
    if (user.one_time && !one_time) {
      throw new HttpError(403, 'password_change_needed', 'This code works once: exchange it for a password first.');
    }
    await forgiveAttempts(db, user_name, by.address);
    return user.id;
  };

  const beginSession = async (user_id: number, by: Caller): Promise<LoginResponse> => {
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
          address: by.address,
          previous_hash: null,
          previous_until: null,
          rotation_salt: null,
        })
        .execute();
      await tx.updateTable('app_user').set({ last_sign_in_at: now }).where('id', '=', user_id).execute();
      await writeAudit(tx, now.getTime(), { kind: 'signed_in', by });
      return await issue(tx, session_id, user_id, refresh, 0);
    });
  };

  const rotate = async (
    tx: Database,
    session_id: string,
    spent: string,
    generation: number,
    now: Date,
  ): Promise<string> => {
    const rotation_salt = newToken();
    const next = successor(spent, rotation_salt);
    await tx
      .updateTable('auth_session')
      .set({
        refresh_hash: tokenHash(next),
        refresh_expires_at: new Date(now.getTime() + options.refresh_ttl_s * 1000),
        previous_hash: tokenHash(spent),
        previous_until: null,
        rotation_salt,
        generation,
      })
      .where('id', '=', session_id)
      .execute();
    return next;
  };

  return {
    signIn: async (user_name, password, address) => {
      const by = { name: user_name, address };
      return await beginSession(await authenticate(user_name, password, by, false), by);
    },

    claim: async (user_name, code, new_password, address) => {
      const by = { name: user_name, address };
      const user_id = await authenticate(user_name, code, by, true);
      const password_hash = await hashPassword(new_password);
      await db.transaction().execute(async (tx) => {
        const claimed = await tx
          .updateTable('app_user')
          .set({ password_hash, one_time: false })
          .where('id', '=', user_id)
          .where('one_time', '=', true)
          .returning('id')
          .executeTakeFirst();
        // Two claims at once: the code works once.
        if (!claimed) throw new HttpError(401, 'wrong_password', 'The name or the password is wrong.');
        await writeAudit(tx, clock(), { kind: 'password_set', by, about: user_name });
      });
      return await beginSession(user_id, by);
    },

    refresh: async (refresh_token, address) => {
      const [session_id, secret] = splitRefresh(refresh_token);
      const now = new Date(clock());
      let revoked = false;
      const answer = await db.transaction().execute(async (tx) => {
        const session = await tx
          .selectFrom('auth_session as s')
          .innerJoin('app_user as u', 'u.id', 's.user_id')
          .selectAll('s')
          .select(['u.active', 'u.name'])
          .where('s.id', '=', session_id)
          .forUpdate()
          .executeTakeFirst();
        if (!session || session.revoked_at || !session.active || session.refresh_expires_at <= now) return null;
        const { user_id, generation, previous_until, rotation_salt } = session;
        const presented = tokenHash(secret);
        if (presented === session.refresh_hash) {
          const next = await rotate(tx, session_id, secret, generation + 1, now);
          return await issue(tx, session_id, user_id, next, generation + 1);
        }
        const lately = previous_until === null || now <= previous_until;
        if (presented === session.previous_hash && rotation_salt !== null && lately) {
          return await issue(tx, session_id, user_id, successor(secret, rotation_salt), generation);
        }
        // A spent token came back: somebody else may hold a copy, so the whole session ends.
        await tx.updateTable('auth_session').set({ revoked_at: now }).where('id', '=', session_id).execute();
        await writeAudit(tx, now.getTime(), {
          kind: 'session_ended',
          by: { name: session.name, address },
          about: session.name,
          detail: { reason: 'a spent refresh token was used again' },
        });
        revoked = true;
        return null;
      });
      if (revoked) options.accessChanged();
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
      options.accessChanged();
    },
  };
}

/** A name as it was typed, and where. */
interface Caller extends Actor {
  readonly name: string;
  readonly address: string;
}

function splitRefresh(token: string): readonly [string, string] {
  const match = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([A-Za-z0-9_-]{43})$/.exec(token);
  if (!match?.[1] || !match[2]) throw NOT_SIGNED_IN();
  return [match[1], match[2]];
}
