/** What stays behind when people sign in, import and make backups. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { isUnfinishedBackup } from '#server/backup/backup.ts';
import { FORGET_AFTER_MS } from '#server/imports/files/stageFile.ts';
import { DAY_MS, HOUR_MS, type Job } from './job.ts';
import { removeInPages } from './pages.ts';

/** An ended session still says at which addresses a person signed in. */
const SESSIONS_KEPT_MS = 30 * DAY_MS;
/** Refused lines that were corrected or dismissed: longer than a year's books are open. */
const SETTLED_KEPT_MS = 400 * DAY_MS;
const BACKUPS_KEPT = 14;
const BACKUP = /^binnacle-[0-9TZ-]+\.tar\.zst$/;

export const END_SESSIONS: Job = {
  name: 'ended sessions',
  every_ms: DAY_MS,
  run: async ({ database: { db }, clock }, pause) => {
    const before = new Date(clock() - SESSIONS_KEPT_MS);
    const old = sql`refresh_expires_at < ${before} or revoked_at < ${before}`;
    const expired = sql`expires_at < ${new Date(clock() - DAY_MS)}`;
    return (
      (await removeInPages(db, 'auth_session', 'id', old, pause)) +
      (await removeInPages(db, 'auth_access_token', 'hash', expired, pause))
    );
  },
};

/** Staged lines nobody applied, and refused lines that were settled long ago. Open ones stay until somebody settles them. */
export const CLEAR_IMPORTS: Job = {
  name: 'staged imports',
  every_ms: 6 * HOUR_MS,
  run: async ({ database: { db }, clock }, pause) => {
    const forgotten = new Date(clock() - FORGET_AFTER_MS);
    const staged = sql`(import_id, line_number) in (select l.import_id, l.line_number from import_file_line l
      join import_file f on f.id = l.import_id where f.applied_at is null and f.opened_at < ${forgotten} limit 1000)`;
    const settled = new Date(clock() - SETTLED_KEPT_MS);
    let removed = 0;
    for (let rows = 1; rows > 0; removed += rows) {
      await pause();
      rows = Number((await sql`delete from import_file_line where ${staged}`.execute(db)).numAffectedRows ?? 0);
    }
    const files = sql`applied_at is null and opened_at < ${forgotten}
      and not exists (select 1 from import_refused r where r.import_id = import_file.id)`;
    return (
      removed +
      (await removeInPages(db, 'import_file', 'id', files, pause)) +
      (await removeInPages(
        db,
        'import_refused',
        'id',
        sql`state <> 'open' and written_at < ${settled}
          and not exists (select 1 from import_file_line l where l.refused_id = import_refused.id)`,
        pause,
      )) +
      (await removeInPages(db, 'quarantine_line', 'id', sql`state = 'corrected' and written_at < ${settled}`, pause))
    );
  },
};

/** Parts that were begun, and whole files nobody attached: an upload comes just before the change that names it. */
const UNNAMED_KEPT_MS = 7 * DAY_MS;

export const CLEAR_EVIDENCE: Job = {
  name: 'files attached to nothing',
  every_ms: DAY_MS,
  run: async ({ database: { db }, clock }, pause) => {
    const forgotten = sql`named_at is null and begun_at < ${new Date(clock() - UNNAMED_KEPT_MS)}`;
    let removed = 0;
    for (let rows = 1; rows > 0; removed += rows) {
      await pause();
      // asked again of the row itself: it may have been named while this waited for it
      const page = sql`delete from evidence_file where ${forgotten}
        and id in (select id from evidence_file where ${forgotten} limit 20)`;
      rows = Number((await page.execute(db)).numAffectedRows ?? 0);
    }
    return removed;
  },
};

/** The newest backups beside an embedded database stay. Those made elsewhere are their owner's. */
export const KEEP_BACKUPS: Job = {
  name: 'old backups',
  every_ms: DAY_MS,
  run: async ({ backups, clock }, pause) => {
    if (backups === null) return 0;
    const names = await readdir(backups).catch(() => []);
    const gone = names
      .filter((name) => BACKUP.test(name))
      .toSorted()
      .slice(0, -BACKUPS_KEPT);
    // one that is a day old was left by a crash
    for (const name of names.filter(isUnfinishedBackup)) {
      const { mtimeMs } = await stat(join(backups, name));
      if (mtimeMs < clock() - DAY_MS) gone.push(name);
    }
    for (const name of gone) {
      await pause();
      await rm(join(backups, name), { recursive: true, force: true });
    }
    return gone.length;
  },
};
