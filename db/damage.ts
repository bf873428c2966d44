/** Files that cannot be read any more: which of the two it is, and what of a person's own work can still be had. */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { type Connection, isDamage, openConnection } from './connection.ts';
import type { ReplicaPlace } from './keys/place.ts';

/** A file that opens and is damaged further in, or is empty where it must not be; isDamage() reads the code. */
export class FileDamage extends Error {
  readonly code = 'SQLITE_CORRUPT';
  constructor(file: string) {
    super(`${file} is damaged`);
    this.name = 'FileDamage';
  }
}

/** Reads every page. Throws FileDamage, or what SQLite throws. For small files: work.db has a few megabytes. */
export function assertWhole(connection: Connection, file: string): void {
  if (connection.pragma('quick_check(1)', { simple: true }) !== 'ok') throw new FileDamage(file);
}

/** work.db is made before replica.db: one that is missing or empty beside a copy was lost. */
export function workWasLost({ work_file, replica_file }: ReplicaPlace): boolean {
  const size = (file: string): number => (existsSync(file) ? statSync(file).size : 0);
  return size(work_file) === 0 && size(replica_file) > 0;
}

/** Is it work.db that cannot be read? Call it while nobody has the files open. */
export function workIsDamaged(place: ReplicaPlace, raw_hex: string): boolean {
  if (workWasLost(place)) return true;
  let work: Connection | undefined;
  try {
    work = openConnection({ file: place.work_file, raw_hex, synchronous: 'FULL', cache_kib: 4096 });
    assertWhole(work, place.work_file);
    return false;
  } catch (error) {
    if (isDamage(error)) return true;
    throw error;
  } finally {
    work?.close();
  }
}

export interface EndOfLog {
  /** Frames of the log up to the end of the last transaction that was written whole, whether or not they check. */
  readonly transactions_end: number;
}

const WAL_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/**
 * How far the log beside a file reaches by the salts of its frames, read before SQLite opens it: SQLite stops at the
 * first frame that does not check and takes what lies behind for what a crash left. As everything is synced before it is
 * acknowledged, a whole transaction behind that frame was damaged, or lost with the power before it was acknowledged.
 */
export function endOfLog(file: string): EndOfLog {
  const log = `${file}-wal`;
  const size = existsSync(log) ? statSync(log).size : 0;
  if (size < WAL_HEADER_BYTES) return { transactions_end: 0 };
  const fd = openSync(log, 'r');
  try {
    const header = Buffer.alloc(WAL_HEADER_BYTES);
    readSync(fd, header, 0, WAL_HEADER_BYTES, 0);
    const frame_bytes = FRAME_HEADER_BYTES + header.readUInt32BE(8);
    const salts = header.subarray(16, 24);
    const frame = Buffer.alloc(FRAME_HEADER_BYTES);
    let transactions_end = 0;
    for (let number = 1; WAL_HEADER_BYTES + number * frame_bytes <= size; number++) {
      readSync(fd, frame, 0, FRAME_HEADER_BYTES, WAL_HEADER_BYTES + (number - 1) * frame_bytes);
      // a frame with the pages of the whole file in its head ends a transaction; the salts of an older log are others
      if (frame.subarray(8, 16).equals(salts) && frame.readUInt32BE(4) > 0) transactions_end = number;
    }
    return { transactions_end };
  } finally {
    closeSync(fd);
  }
}

/** What only this person has, with the order its rows are read in. */
export const OWN_TABLES = {
  work_meta: 'only_row',
  outbox: 'seq',
  overlay: 'mutation_id',
  draft: 'id',
  saved_view: 'id',
  notice: 'id',
  export_note: 'made_at_ms',
  scenario: 'id',
  seen_seal: 'rowid',
  viewed: 'rowid',
} as const;

/**
 * Takes over what can still be read of a damaged work.db: from both ends, up to where it breaks off. Rows keep their ids,
 * so that what the server knows already is done once. Returns how many changes of the outbox were taken over.
 */
export function salvageWork(damaged_file: string, raw_hex: string, into: Connection): number {
  let damaged: Connection | undefined;
  try {
    damaged = openConnection({
      file: damaged_file,
      raw_hex,
      readonly: true,
      synchronous: 'NORMAL',
      cache_kib: 4096,
    });
    for (const [table, key] of Object.entries(OWN_TABLES)) salvageTable(damaged, into, table, key);
  } catch (error) {
    if (!isDamage(error)) throw error;
  } finally {
    damaged?.close();
  }
  return Number(into.prepare('SELECT count(*) FROM outbox WHERE discarded_at_ms IS NULL').pluck().get());
}

function salvageTable(damaged: Connection, into: Connection, table: string, key: string): void {
  for (const direction of ['ASC', 'DESC']) {
    try {
      const columnsOf = (connection: Connection) =>
        connection.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table);
      const there = new Set(columnsOf(damaged));
      const columns = columnsOf(into).filter((name) => there.has(name));
      if (columns.length === 0) return;
      const names = columns.join(', ');
      const places = columns.map(() => '?').join(', ');
      const insert = into.prepare(`INSERT OR IGNORE INTO ${table} (${names}) VALUES (${places})`);
      const rows = damaged.prepare<[], unknown[]>(`SELECT ${names} FROM ${table} ORDER BY ${key} ${direction}`).raw();
      for (const row of rows.iterate()) insert.run(...row);
    } catch (error) {
      if (!isDamage(error)) throw error;
    }
  }
}
