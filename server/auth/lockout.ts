/**
 * Guessing gets slow: from the fifth wrong password on, a name waits 15 s, 30 s, 60 s … up to 15 minutes.
 * An attempt is counted before the password is checked, so that parallel guesses cannot slip through together.
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

/** How long a name waits after that many failures in a row. */
export function lockout_ms(failed: number): number {
  if (failed < FREE_ATTEMPTS) return 0;
  return Math.min(FIRST_WAIT_MS * 2 ** Math.min(failed - FREE_ATTEMPTS, 20), LONGEST_WAIT_MS);
}

/** The wait after the first, second … failure; the last one stands for all further ones. */
const WAITS_MS: readonly number[] = Array.from({ length: 20 }, (_, index) => lockout_ms(index + 1));

/** Counts an attempt as failed until `forgiveAttempts`; throws 429 `locked_out` while the name waits. */
export async function countAttempt(db: Database, user_name: string, clock: Clock): Promise<void> {
  const now_ms = clock();
  const now = new Date(now_ms);
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
  // One statement counts and locks: between two, a parallel guess would slip in. No row = the name is waiting.
  const { rows } = await sql<{ failed: number }>`
    insert into auth_lockout (user_name, failed, last_failed_at) values (${user_name}, 1, ${now})
    on conflict (user_name) do update set failed = auth_lockout.failed + 1, last_failed_at = excluded.last_failed_at,
      locked_until = excluded.last_failed_at
        + nullif((${WAITS_MS}::int[])[least(auth_lockout.failed + 1, ${WAITS_MS.length}::int)], 0) * interval '1 millisecond'
      where auth_lockout.locked_until is null or auth_lockout.locked_until <= excluded.last_failed_at
    returning failed`.execute(db);
  if (rows.length > 0) return;
  const waiting = await db
    .selectFrom('auth_lockout')
    .select('locked_until')
    .where('user_name', '=', user_name)
    .executeTakeFirst();
  const wait_s = Math.max(1, Math.ceil(((waiting?.locked_until?.getTime() ?? now_ms) - now_ms) / 1000));
  throw new HttpError(429, 'locked_out', `Too many wrong passwords. Try again in ${waitText(wait_s)}.`, true, wait_s);
}

export async function forgiveAttempts(db: Database, user_name: string): Promise<void> {
  await db.deleteFrom('auth_lockout').where('user_name', '=', user_name).execute();
}

function waitText(wait_s: number): string {
  if (wait_s <= 90) return `${wait_s} seconds`;
  return `${Math.ceil(wait_s / 60)} minutes`;
}
