/** Who this copy belongs to and what is kept between two starts: in work.db, so it survives a rebuilt replica. */
import type { SignedInUser } from '#contract/wire/protocol.ts';
import { type Connection, isDiskFull } from '#db/connection.ts';
import { UserAnswer } from '#db/sync/answers.ts';

export interface WorkMeta {
  readonly client_id: string;
  readonly user: SignedInUser | null;
  readonly refresh_token: string | null;
  readonly server_id: string | null;
  readonly last_contact_ms: number | null;
  readonly offline_days: number;
}

export function readWorkMeta(work: Connection): WorkMeta {
  const row = work
    .prepare<
      unknown[],
      {
        client_id: string;
        user_json: string | null;
        refresh_token: string | null;
        server_id: string | null;
        last_contact_ms: number | null;
        offline_days: number;
      }
    >('SELECT client_id, user_json, refresh_token, server_id, last_contact_ms, offline_days FROM work_meta')
    .get();
  if (!row) throw new Error('work.db belongs to nobody');
  const { user_json, ...rest } = row;
  return { ...rest, user: user_json === null ? null : UserAnswer.parse(JSON.parse(user_json)) };
}

/** A rotated refresh token is on the disk before the access token beside it is used. */
export function keepSession(
  work: Connection,
  kept: { readonly user: SignedInUser; readonly refresh_token: string; readonly server_id: string },
): void {
  work
    .prepare('UPDATE work_meta SET user_json = ?, refresh_token = ?, server_id = ?')
    .run(JSON.stringify(kept.user), kept.refresh_token, kept.server_id);
}

export function forgetRefreshToken(work: Connection): void {
  work.prepare('UPDATE work_meta SET refresh_token = NULL').run();
}

/** Contacts and absence are written down this far apart: each is a write that waits for the disk, and absence counts in days. */
const WRITTEN_EVERY_MS = 60_000;
const DAY_MS = 86_400_000;

/** The server answered: the absence is over. */
export function keepContact(work: Connection, at_ms: number, offline_days: number): void {
  work
    .prepare(
      `UPDATE work_meta SET last_contact_ms = @at_ms, seen_at_ms = @at_ms, away_ms = 0, offline_days = @offline_days
       WHERE last_contact_ms IS NULL OR abs(@at_ms - last_contact_ms) >= ${WRITTEN_EVERY_MS} OR away_ms >= ${WRITTEN_EVERY_MS}
         OR abs(@at_ms - seen_at_ms) >= ${WRITTEN_EVERY_MS} OR offline_days <> @offline_days`,
    )
    .run({ at_ms, offline_days });
}

/**
 * Counts the time since it was last asked, and says whether the copy has been without the server for longer than the
 * server allows. Time that passed stays counted: a clock that is set back adds nothing and takes nothing away.
 */
export function lockedByAbsence(work: Connection, now_ms: number): boolean {
  const meta = work
    .prepare<unknown[], { seen_at_ms: number | null; away_ms: number; offline_days: number }>(
      'SELECT seen_at_ms, away_ms, offline_days FROM work_meta WHERE last_contact_ms IS NOT NULL',
    )
    .get();
  if (!meta) return false;
  const seen_at_ms = meta.seen_at_ms ?? now_ms;
  const away_ms = meta.away_ms + Math.max(0, now_ms - seen_at_ms);
  if (Math.abs(now_ms - seen_at_ms) >= WRITTEN_EVERY_MS) keepAbsence(work, away_ms, now_ms);
  return away_ms > meta.offline_days * DAY_MS;
}

function keepAbsence(work: Connection, away_ms: number, now_ms: number): void {
  try {
    work.prepare('UPDATE work_meta SET away_ms = ?, seen_at_ms = ?').run(away_ms, now_ms);
  } catch (error) {
    // counted again, from the same moment on, when the disk takes something
    if (!isDiskFull(error)) throw error;
  }
}
