/**
 * One process at a time, by a lock that the operating system drops when the process dies: no stale lock survives a
 * crash and no process number is trusted. SQLite's own exclusive lock is the one that works on all three systems.
 */
import Database from 'better-sqlite3-multiple-ciphers';
import { sqliteCode } from '#db/connection.ts';

export interface FileLock {
  release(): void;
}

/** null when somebody else holds it. */
export function takeLock(file: string): FileLock | null {
  const holder = new Database(file, { timeout: 0 });
  try {
    holder.pragma('journal_mode = MEMORY');
    holder.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    holder.close();
    if (sqliteCode(error)?.startsWith('SQLITE_BUSY') || sqliteCode(error)?.startsWith('SQLITE_LOCKED')) return null;
    throw error;
  }
  return {
    release: () => {
      if (!holder.open) return;
      holder.exec('ROLLBACK');
      holder.close();
    },
  };
}
