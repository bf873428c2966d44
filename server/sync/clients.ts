/** An installation belongs to the user that first used it; its private bucket is never shared. */
import type { SignedIn } from '#server/auth/guard.ts';
import type { Clock } from '#server/clock.ts';
import { HttpError } from '#server/http/errors.ts';
import type { Database } from '#server/schema/database.ts';

const SEEN_EVERY_MS = 60_000;

export interface Owner {
  readonly user_id: number;
  readonly last_seen_at_ms: number;
}

/** Registers the client at first contact; one that was retired is back. Throws 403 `not_permitted` when another user owns it. */
export async function claimClient(db: Database, user: SignedIn, client_id: string, clock: Clock): Promise<void> {
  await claimKnownClient(db, user, client_id, clock, await readOwner(db, client_id));
}

/** As claimClient, when its owner has been read: undefined before the first contact. True when something was written. */
export async function claimKnownClient(
  db: Database,
  user: SignedIn,
  client_id: string,
  clock: Clock,
  known: Owner | undefined,
): Promise<boolean> {
  const now = new Date(clock());
  let owner = known;
  if (!owner) {
    await db
      .insertInto('sync_client')
      .values({ client_id, user_id: user.id, first_seen_at: now, last_seen_at: now })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    owner = await readOwner(db, client_id);
  }
  if (owner?.user_id !== user.id) {
    throw new HttpError(403, 'not_permitted', 'This installation belongs to another user.');
  }
  const stale = now.getTime() - owner.last_seen_at_ms > SEEN_EVERY_MS;
  if (stale) {
    await db
      .updateTable('sync_client')
      .set({ last_seen_at: now, retired_at: null })
      .where('client_id', '=', client_id)
      .execute();
  }
  return stale || !known;
}

async function readOwner(db: Database, client_id: string): Promise<Owner | undefined> {
  const row = await db
    .selectFrom('sync_client')
    .select(['user_id', 'last_seen_at'])
    .where('client_id', '=', client_id)
    .executeTakeFirst();
  return row && { user_id: row.user_id, last_seen_at_ms: row.last_seen_at.getTime() };
}
