/**
 * Guessing gets slow: from the fifth wrong password on, a name waits 15 s, 30 s, 60 s … up to 15 minutes, at the address
 * the guesses came from. Elsewhere the right password goes on working, or anybody could lock a colleague out for ever.
 * Guesses from many addresses are counted together too; an address where the name was signed in before is not held up by
 * them. An attempt is counted before the password is checked, so that parallel guesses cannot slip through together.
 */
import { sql } from 'kysely';
import type { Clock } from '#server/clock.ts';
import { HttpError } from '#server/http/errors.ts';
import type { Database } from '#server/schema/database.ts';

const FREE_ATTEMPTS = 5;
const FIRST_WAIT_MS = 15_000;
const LONGEST_WAIT_MS = 15 * 60_000;
/** After a day without attempts a name starts afresh. */
const FORGET_MS = 24 * 3_600_000;
/** From everywhere together: more than people mistype, and from then on one guess in so many seconds. */
const FREE_EVERYWHERE = 50;
const WAIT_EVERYWHERE_MS = 5_000;
const EVERYWHERE = '';

/** How long a name waits at an address after that many failures in a row. */
export function lockout_ms(failed: number): number {
  if (failed < FREE_ATTEMPTS) return 0;
  return Math.min(FIRST_WAIT_MS * 2 ** Math.min(failed - FREE_ATTEMPTS, 20), LONGEST_WAIT_MS);
}

/** The wait after the first, second … failure; the last one stands for all further ones. */
const WAITS_MS: readonly number[] = Array.from({ length: 20 }, (_, index) => lockout_ms(index + 1));
const WAITS_EVERYWHERE_MS: readonly number[] = Array.from({ length: FREE_EVERYWHERE }, (_, index) =>
  index + 1 < FREE_EVERYWHERE ? 0 : WAIT_EVERYWHERE_MS,
);

/**
 * Counts an attempt as failed until `forgiveAttempts`; throws 429 `locked_out` while the name waits. Returns how many
 * there were in a row at this address.
 */
export async function countAttempt(db: Database, user_name: string, address: string, clock: Clock): Promise<number> {
  const now_ms = clock();
  await db
    .deleteFrom('auth_lockout')
    .where((row) =>
      row.or([
        row('last_failed_at', '<', new Date(now_ms - FORGET_MS)),
        // counted while the clock was ahead: the name would wait until that day comes
        row('last_failed_at', '>', new Date(now_ms + LONGEST_WAIT_MS)),
      ]),
    )
    .execute();
  const failed = await count(db, user_name, address, WAITS_MS, now_ms);
  const known = await db
    .selectFrom('auth_session as s')
    .innerJoin('app_user as u', 'u.id', 's.user_id')
    .select('s.id')
    .where('u.name', '=', user_name)
    .where('s.address', '=', address)
    .limit(1)
    .executeTakeFirst();
  if (!known) await count(db, user_name, EVERYWHERE, WAITS_EVERYWHERE_MS, now_ms);
  return failed;
}

/** One statement counts and locks: between two, a parallel guess would slip in. No row = the name is waiting. */
async function count(
  db: Database,
  user_name: string,
  address: string,
  waits_ms: readonly number[],
  now_ms: number,
): Promise<number> {
  const { rows } = await sql<{ failed: number }>`
    insert into auth_lockout (user_name, address, failed, last_failed_at)
    values (${user_name}, ${address}, 1, ${new Date(now_ms)})
    on conflict (user_name, address) do update set failed = auth_lockout.failed + 1, last_failed_at = excluded.last_failed_at,
      locked_until = excluded.last_failed_at
        + nullif((${waits_ms}::int[])[least(auth_lockout.failed + 1, ${waits_ms.length}::int)], 0) * interval '1 millisecond'
      where auth_lockout.locked_until is null or auth_lockout.locked_until <= excluded.last_failed_at
    returning failed`.execute(db);
  if (rows[0]) return rows[0].failed;
  const waiting = await db
    .selectFrom('auth_lockout')
    .select('locked_until')
    .where('user_name', '=', user_name)
    .where('address', '=', address)
    .executeTakeFirst();
  const wait_s = Math.max(1, Math.ceil(((waiting?.locked_until?.getTime() ?? now_ms) - now_ms) / 1000));
  throw new HttpError(429, 'locked_out', `Too many wrong passwords. Try again in ${waitText(wait_s)}.`, true, wait_s);
}

/** The password was right: the address starts afresh, and what it counted is taken off the sum of all. */
export async function forgiveAttempts(db: Database, user_name: string, address: string): Promise<void> {
  const own = await db
    .deleteFrom('auth_lockout')
    .where('user_name', '=', user_name)
    .where('address', '=', address)
    .returning('failed')
    .executeTakeFirst();
  await db
    .updateTable('auth_lockout')
    .set((each) => ({ failed: sql<number>`greatest(0, ${each.ref('failed')} - ${own?.failed ?? 0})` }))
    .where('user_name', '=', user_name)
    .where('address', '=', EVERYWHERE)
    .execute();
}

function waitText(wait_s: number): string {
  if (wait_s <= 90) return `${wait_s} seconds`;
  return `${Math.ceil(wait_s / 60)} minutes`;
}
