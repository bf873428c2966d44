/**
 * A person's two files, open: one writing connection each. A replica that cannot be opened is set aside under another
 * name and begun anew; the outbox stays, and so does every work.db. Of copies, which can be loaded again, few are kept.
 */
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { BinnacleError } from '#contract/errors.ts';
import { type Connection, isDamage, isDiskFull, openConnection } from './connection.ts';
import { assertWhole, endOfLog, type EndOfLog, salvageWork, workWasLost } from './damage.ts';
import { type FileLock, takeLock } from './keys/fileLock.ts';
import type { RawKeys } from './keys/keyFile.ts';
import { makeFolder, type ReplicaPlace } from './keys/place.ts';
import { type CrashAt, machineRandom } from './machine.ts';
import { migrateWork } from './migrations/migrate.ts';
import { addNotice } from './notices.ts';
import { overlayViewsSql } from './schema/overlayViews.ts';
import { REPLICA_SCHEMA_VERSION, replicaDdl } from './schema/replicaDdl.ts';
import { openSecondRecord, putBackFromRecord, type RecordParts, type SecondRecord } from './secondRecord.ts';
import { openWordsRecord, putWordsBack, type WordsRecord } from './wordsRecord.ts';

/** A first load has a connection of its own with more; what comes later touches few pages at a time. */
const WRITER_CACHE_KIB = 16_384;

export interface OpenReplica {
  readonly place: ReplicaPlace;
  readonly keys: RawKeys;
  readonly replica: Connection;
  readonly work: Connection;
  /** What is decided is written there too before anybody is told that it is kept. */
  readonly record: SecondRecord;
  /** Told behind each change of drafts and saved views. */
  readonly words: WordsRecord;
  close(): void;
}

export interface ReplicaParts {
  readonly clock: () => number;
  readonly newUuid: () => string;
  readonly crashAt?: CrashAt | undefined;
  readonly randomBytes?: (count: number) => Uint8Array;
}

const OFFLINE_DAYS_UNTIL_TOLD = 30;

/**
 * Opens or creates both files. Throws `replica_in_use` when another process has them. The newest notices say what was
 * set aside.
 */
export function openReplica(place: ReplicaPlace, keys: RawKeys, parts: ReplicaParts): OpenReplica {
  makeFolder(place.folder);
  const lock = takeLock(place.lock_file);
  if (!lock) {
    throw new BinnacleError(
      'replica_in_use',
      'Another Binnacle on this machine has this replica open. Use that one, or close it and try again.',
      true,
    );
  }
  let work: Connection | undefined;
  let replica: Connection | undefined;
  try {
    const told: string[] = [];
    const second = {
      file: place.record_file,
      raw_hex: keys.work,
      randomBytes: parts.randomBytes ?? machineRandom().bytes,
    };
    work = openWork(place, keys, parts, second, told);
    replica = openCopy(place, keys, parts, told);
    for (const text of told) addNotice(work, parts.clock(), text);
    bringHome(work);
    const record = openSecondRecord(work, second);
    return handle({ place, keys, replica, work, record, words: openWordsRecord(work, wordsOf(second, place)) }, lock);
  } catch (error) {
    replica?.close();
    work?.close();
    lock.release();
    throw error;
  }
}

const wordsOf = (second: RecordParts, { words_file }: ReplicaPlace): RecordParts => ({ ...second, file: words_file });

/** What is in the log of work.db goes into the file, whose pages each prove themselves. */
function bringHome(work: Connection): void {
  // a process that reads beside this one is not waited for
  work.pragma('busy_timeout = 0');
  checkpoint(work, 'TRUNCATE');
  work.pragma('busy_timeout = 5000');
}

function handle(open: Omit<OpenReplica, 'close'>, lock: FileLock): OpenReplica {
  const { replica, work, record, words } = open;
  let closed = false;
  return {
    ...open,
    close: () => {
      if (replica.open) replica.close();
      if (work.open) work.close();
      if (!closed) {
        record.close();
        words.close();
      }
      closed = true;
      lock.release();
    },
  };
}

function openWork(
  place: ReplicaPlace,
  keys: RawKeys,
  parts: ReplicaParts,
  second: RecordParts,
  told: string[],
): Connection {
  const open = (damaged: string | null) => {
    const log = endOfLog(place.work_file);
    const connection = openConnection({
      file: place.work_file,
      raw_hex: keys.work,
      synchronous: 'FULL',
      cache_kib: 4096,
    });
    try {
      assertWhole(connection, place.work_file);
      const cut = lostItsEnd(connection, log);
      migrateWork(connection, parts.crashAt);
      const read = damaged === null ? 0 : salvageWork(damaged, keys.work, connection);
      const back = { changes: putBackFromRecord(connection, second), words: 0 };
      back.words = putWordsBack(connection, wordsOf(second, place));
      connection
        .prepare('INSERT INTO work_meta (only_row, client_id, offline_days) VALUES (1, ?, ?) ON CONFLICT DO NOTHING')
        .run(parts.newUuid(), OFFLINE_DAYS_UNTIL_TOLD);
      return { connection, read, back, cut };
    } catch (error) {
      connection.close();
      throw error;
    }
  };
  const begin = (aside: string | null) => {
    const { connection, read, back } = open(aside);
    told.push(workLost(aside, read, back));
    return connection;
  };
  if (workWasLost(place))
    return begin(existsSync(place.work_file) ? setFileAside(place.work_file, parts.clock()) : null);
  try {
    const { connection, back, cut } = open(null);
    if (back.changes > 0 || back.words > 0 || cut) told.push(endLost(back));
    return connection;
  } catch (error) {
    if (!isDamage(error)) throw error;
    return begin(setFileAside(place.work_file, parts.clock()));
  }
}

/** The frames that check are fewer than those with a whole transaction behind them. */
function lostItsEnd(work: Connection, { transactions_end }: EndOfLog): boolean {
  const frames = checkpoint(work, 'PASSIVE');
  return frames !== null && frames < transactions_end;
}

/** Frames of the log that check; null where the disk has no room to bring them home. */
function checkpoint(work: Connection, how: 'PASSIVE' | 'TRUNCATE'): number | null {
  try {
    const [done] = work.pragma(`wal_checkpoint(${how})`) as readonly { readonly log: number }[];
    return done?.log ?? null;
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    return null;
  }
}

const changes = (count: number): string => (count === 1 ? 'one change' : `${count} changes`);

interface Back {
  readonly changes: number;
  readonly words: number;
}
/** What came back, in words; '' for nothing. */
function inWords(back: Back): string {
  const words = back.words === 1 ? 'one draft, view or scenario' : `${back.words} drafts, views and scenarios`;
  return [...(back.changes > 0 ? [changes(back.changes)] : []), ...(back.words > 0 ? [words] : [])].join(' and ');
}

function endLost(back: Back): string {
  const none = back.changes === 0 ? ['No decision was among it'] : [];
  const some = inWords(back) === '' ? [] : [`From its second record came ${inWords(back)} back`];
  return `The end of the file with your own changes could not be read, as after a loss of power. ${[...none, ...some].join('. ')}.`;
}

function workLost(aside: string | null, read: number, back: Back): string {
  const found = [
    ...(read > 0 ? [`${changes(read)} could be read from it`] : []),
    ...(inWords(back) === '' ? [] : [`${inWords(back)} came back from its second record`]),
  ].join(' and ');
  if (aside === null) {
    return `The file with your own changes, work.db, is not there any more, and a new one was begun. ${
      found === ''
        ? 'Changes that had not reached the server are lost unless you can bring the file back.'
        : `${found.slice(0, 1).toUpperCase()}${found.slice(1)} and go on from there.`
    }`;
  }
  return `The file with your own changes was damaged: ${
    found === '' ? 'nothing could be read from it' : `${found} and went on from there`
  }. It is kept as ${aside}; look through the outbox for what is missing and do it again.`;
}

function openCopy(place: ReplicaPlace, keys: RawKeys, parts: ReplicaParts, told: string[]): Connection {
  try {
    const connection = openCopyOnce(place, keys);
    if (connection) return connection;
    // whole and of no more use: every update would leave another copy of all the data behind
    removeDatabase(place.replica_file);
    told.push(
      'This Binnacle keeps its data in another form, so it is loaded afresh. Your waiting changes are where they were.',
    );
  } catch (error) {
    if (!isDamage(error)) throw error;
    const aside = setCopyAside(place.replica_file, parts.clock());
    told.push(
      `The data on this machine could not be opened. The file is kept as ${aside} and the data is loaded afresh; your waiting changes are safe.`,
    );
  }
  const fresh = openCopyOnce(place, keys);
  if (!fresh) throw new Error('a new replica has another layout than it was made with');
  return fresh;
}

/** undefined when the file is of another layout. */
function openCopyOnce(place: ReplicaPlace, keys: RawKeys): Connection | undefined {
  const connection = openConnection({
    file: place.replica_file,
    raw_hex: keys.replica,
    synchronous: 'NORMAL',
    cache_kib: WRITER_CACHE_KIB,
  });
  try {
    const tables = connection.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
    if (tables === 0) {
      connection.transaction(() => {
        for (const statement of replicaDdl()) connection.exec(statement);
      })();
    }
    const known = connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'replica_meta'").get();
    const version = known
      ? connection.prepare('SELECT schema_version FROM replica_meta WHERE only_row = 1').pluck().get()
      : undefined;
    if (version === REPLICA_SCHEMA_VERSION) return connection;
    connection.close();
    return undefined;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function removeDatabase(file: string): void {
  for (const suffix of ['-wal', '-shm', '']) rmSync(`${file}${suffix}`, { force: true });
}

/** Renames a database and what belongs to it; returns the new name. Never overwrites an older one. */
export function setFileAside(file: string, now_ms: number): string {
  const stamp = new Date(now_ms).toISOString().replaceAll(/[:.]/g, '-');
  let target = `${file}.aside-${stamp}`;
  for (let n = 2; existsSync(target); n++) target = `${file}.aside-${stamp}-${n}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(`${file}${suffix}`)) renameSync(`${file}${suffix}`, `${target}${suffix}`);
  }
  return target;
}

/** Copies of the server that are kept when they cannot be opened: enough to look at, and no more than the disk can bear. */
const COPIES_ASIDE = 3;

/** As setFileAside, for what can be loaded again: the oldest beyond a few go. */
export function setCopyAside(file: string, now_ms: number): string {
  const target = setFileAside(file, now_ms);
  const start = `${basename(file)}.aside-`;
  const copies = readdirSync(dirname(file)).filter((name) => name.startsWith(start) && !/-(?:wal|shm)$/.test(name));
  for (const name of copies.toSorted().slice(0, -COPIES_ASIDE)) removeDatabase(join(dirname(file), name));
  return target;
}

/** What a reading connection is made from; crosses to worker threads and child processes as it is. */
export interface ReaderFiles {
  readonly replica_file: string;
  readonly work_file: string;
  readonly keys: RawKeys;
}

export function readerFiles(open: OpenReplica): ReaderFiles {
  return { replica_file: open.place.replica_file, work_file: open.place.work_file, keys: open.keys };
}

/** First questions read most of their pages once: 32 MB a reader made none of them quicker. */
const READER_CACHE_KIB = 8192;

/** A read-only connection with work.db attached and the views of predicted rows; it can write nothing and attach no more. */
export function openReader(files: ReaderFiles, cache_kib = READER_CACHE_KIB): Connection {
  const reader = openConnection({
    file: files.replica_file,
    raw_hex: files.keys.replica,
    readonly: true,
    synchronous: 'NORMAL',
    cache_kib,
  });
  try {
    reader.prepare(`ATTACH ? AS work KEY 'raw:${files.keys.work}'`).run(files.work_file);
    for (const statement of overlayViewsSql()) reader.exec(statement);
    reader.pragma('query_only = 1');
    return reader;
  } catch (error) {
    reader.close();
    throw error;
  }
}

/**
 * Runs `read` in one read transaction that sees work.db no later than replica.db: a note whose outcome is already in
 * the replica may still have its overlay (the view hides it), never the other way round.
 */
export async function inReadTransaction<T>(reader: Connection, read: () => Promise<T>): Promise<T> {
  begin(reader);
  try {
    return await read();
  } finally {
    if (reader.inTransaction) reader.exec('COMMIT');
  }
}

/** The same without a moment in which another question could come between. */
export function readAtOnce<T>(reader: Connection, read: () => T): T {
  begin(reader);
  try {
    return read();
  } finally {
    if (reader.inTransaction) reader.exec('COMMIT');
  }
}

function begin(reader: Connection): void {
  if (reader.inTransaction) throw new Error('a reader answers one question at a time');
  reader.exec('BEGIN');
  try {
    // each file's snapshot starts at its first read, so the order of these two lines is the rule
    reader.prepare('SELECT 1 FROM work.outbox LIMIT 1').get();
    reader.prepare('SELECT 1 FROM main.replica_meta').get();
  } catch (error) {
    // a question that could not begin leaves none of it behind: the next one would find the reader busy for ever
    if (reader.inTransaction) reader.exec('ROLLBACK');
    throw error;
  }
}
