/** Who this copy belongs to and what is kept between two starts: in work.db, so it survives a rebuilt replica. */
import type { SignedInUser } from '#contract/wire/protocol.ts';
import type { Connection } from '#db/connection.ts';
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

/** Contacts are written down this far apart: each is a write that waits for the disk, and absence counts in days. */
const CONTACT_EVERY_MS = 60_000;

/** Time since the last contact counts from the latest moment ever seen: a clock set back buys nothing. */
export function keepContact(work: Connection, at_ms: number, offline_days: number): void {
  work
    .prepare(
      `UPDATE work_meta SET last_contact_ms = max(coalesce(last_contact_ms, 0), ?), offline_days = ?
       WHERE coalesce(last_contact_ms, 0) <= ? OR offline_days <> ?`,
    )
    .run(at_ms, offline_days, at_ms - CONTACT_EVERY_MS, offline_days);
}

const DAY_MS = 86_400_000;

/** True when the copy has been without the server for longer than the server allows. */
export function lockedByAbsence(meta: WorkMeta, now_ms: number): boolean {
  if (meta.last_contact_ms === null) return false;
  return now_ms - meta.last_contact_ms > meta.offline_days * DAY_MS;
}
