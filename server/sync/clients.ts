/** An installation belongs to the user that first used it; its private bucket is never shared. */
import type { SignedIn } from '#server/auth/guard.ts';
import type { Clock } from '#server/clock.ts';
import { HttpError } from '#server/http/errors.ts';
import type { Database } from '#server/schema/database.ts';

const SEEN_EVERY_MS = 60_000;

/** Registers the client at first contact; one that was retired is back. Throws 403 `not_permitted` when another user owns it. */
export async function claimClient(db: Database, user: SignedIn, client_id: string, clock: Clock): Promise<void> {
  const now = new Date(clock());
  let client = await db
    .selectFrom('sync_client')
    .select(['user_id', 'last_seen_at'])
    .where('client_id', '=', client_id)
    .executeTakeFirst();
  if (!client) {
    await db
      .insertInto('sync_client')
      .values({ client_id, user_id: user.id, first_seen_at: now, last_seen_at: now })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    client = await db
      .selectFrom('sync_client')
      .select(['user_id', 'last_seen_at'])
      .where('client_id', '=', client_id)
      .executeTakeFirstOrThrow();
  }
  if (client.user_id !== user.id) {
    throw new HttpError(403, 'not_permitted', 'This installation belongs to another user.');
  }
  if (now.getTime() - client.last_seen_at.getTime() > SEEN_EVERY_MS) {
    await db
      .updateTable('sync_client')
      .set({ last_seen_at: now, retired_at: null })
      .where('client_id', '=', client_id)
      .execute();
  }
}
