/** How every SQLite connection of the replica service is opened: encrypted, with nothing left to a default. */
import Database from 'better-sqlite3-multiple-ciphers';

export type Connection = Database.Database;

/** Rows as arrays, in the order of the columns: an object a row costs more than reading it. */
export type Scan = <R extends readonly unknown[]>(statement: string, parameters: readonly (number | string)[]) => R[];

export function scanner(connection: Connection): Scan {
  return <R extends readonly unknown[]>(statement: string, parameters: readonly (number | string)[]): R[] =>
    connection
      .prepare<(number | string)[], R>(statement)
      .raw()
      .all(...parameters);
}

export interface ConnectionOptions {
  readonly file: string;
  /** 64 hex digits: the raw ChaCha20-Poly1305 key. */
  readonly raw_hex: string;
  readonly readonly?: boolean;
  /** NORMAL for what the server can send again, FULL for what only this machine has. */
  readonly synchronous: 'NORMAL' | 'FULL';
  readonly cache_kib: number;
}

const RAW_KEY = /^[0-9a-f]{64}$/;

/** Opens the file and reads from it once. Throws SqliteError SQLITE_NOTADB when the key is not the file's. */
export function openConnection(options: ConnectionOptions): Connection {
  if (!RAW_KEY.test(options.raw_hex)) throw new Error('a raw key is 64 hex digits');
  const connection = new Database(options.file, { readonly: options.readonly ?? false, timeout: 5000 });
  try {
    connection.pragma("cipher = 'chacha20'");
    connection.pragma(`key = 'raw:${options.raw_hex}'`);
    // the first read proves the key; nothing before it touches the file
    connection.prepare('SELECT count(*) FROM sqlite_schema').get();
    // the driver does not encrypt temporary files
    connection.pragma('temp_store = MEMORY');
    connection.pragma('busy_timeout = 5000');
    connection.pragma('foreign_keys = ON');
    connection.pragma(`cache_size = -${options.cache_kib}`);
    connection.pragma('mmap_size = 0');
    if (options.readonly !== true) {
      connection.pragma('journal_mode = WAL');
      connection.pragma(`synchronous = ${options.synchronous}`);
      connection.pragma('secure_delete = ON');
      connection.pragma('wal_autocheckpoint = 2000');
    }
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

const DAMAGE = new Set(['SQLITE_NOTADB', 'SQLITE_CORRUPT', 'SQLITE_CORRUPT_VTAB', 'SQLITE_CORRUPT_INDEX']);

/** A disk without room, a quota that is used up, and what SQLite calls either when it happens in its log. */
const NO_ROOM = new Set(['SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_IOERR_SHMSIZE', 'ENOSPC', 'EDQUOT', 'EFBIG']);

/** True when the disk takes no more; nothing of the transaction or the file was kept. */
export function isDiskFull(error: unknown): boolean {
  return error !== null && typeof error === 'object' && 'code' in error && NO_ROOM.has(String(error.code));
}

/** The result code of an error of SQLite, also of one that crossed a thread. */
export function sqliteCode(error: unknown): string | undefined {
  if (error === null || typeof error !== 'object' || !('code' in error)) return undefined;
  return typeof error.code === 'string' && error.code.startsWith('SQLITE_') ? error.code : undefined;
}

/** An error of SQLite as it came from another thread or process; isDamage() and isDiskFull() read its code. */
export class DistantSqliteError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = 'DistantSqliteError';
    this.code = code;
  }
}

/** True when the file itself cannot be read any more, whoever asks. */
export function isDamage(error: unknown): boolean {
  const code = sqliteCode(error);
  return code !== undefined && DAMAGE.has(code);
}
