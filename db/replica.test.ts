import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { randomBytes, randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { openConnection, sqliteCode } from './connection.ts';
import { freshKeys, type RawKeys } from './keys/keyFile.ts';
import { makeFolder, type ReplicaPlace, replicaPlace } from './keys/place.ts';
import { recentNotices } from './notices.ts';
import {
  inReadTransaction,
  openReader,
  openReplica,
  readAtOnce,
  readerFiles,
  setCopyAside,
  setFileAside,
} from './replica.ts';
import { freshFolder } from './testing/testService.ts';

let place: ReplicaPlace;
let keys: RawKeys;
const parts = { clock: () => Date.UTC(2026, 10, 5), newUuid: () => randomUUID() };
const open = () => openReplica(place, keys, parts);
const aside = () => readdirSync(place.folder).filter((name) => name.includes('.aside-') && name.endsWith('Z'));

beforeEach(() => {
  place = replicaPlace(freshFolder(), 'central', 'planner');
  keys = freshKeys((count) => randomBytes(count));
});

/** A replica with rows and a change waiting in the outbox, closed again. */
function filled(): void {
  const opened = open();
  const insert = opened.replica.prepare(
    "INSERT INTO party (id, ver, bucket, company_id, code, name, kind) VALUES (?, 1, 1, 1, ?, ?, 'customer')",
  );
  opened.replica.transaction(() => {
    for (let n = 1; n <= 20_000; n++) insert.run(n, `C${n}`, `PLAINTEXT customer number ${n}`);
  })();
  opened.work
    .prepare(
      `INSERT INTO outbox (id, command, args_json, body_hash, lane, title, state, effects_json, made_at_ms)
       VALUES ('m1', 'addItemNote', '{}', ?, 'item:1', 'Note', 'pending', '[]', 1)`,
    )
    .run('0'.repeat(64));
  opened.close();
}

const waiting = (opened: ReturnType<typeof open>) => opened.work.prepare('SELECT id FROM outbox').pluck().all();

describe('the two files', () => {
  test('open again with what they had; explicit settings on both', () => {
    filled();
    const opened = open();
    expect(opened.replica.prepare('SELECT count(*) FROM party').pluck().get()).toBe(20_000);
    expect(waiting(opened)).toEqual(['m1']);
    const setting = (connection: typeof opened.work, name: string) => connection.pragma(name, { simple: true });
    expect(setting(opened.replica, 'synchronous')).toBe(1);
    expect(setting(opened.work, 'synchronous')).toBe(2);
    for (const connection of [opened.replica, opened.work]) {
      expect(setting(connection, 'journal_mode')).toBe('wal');
      expect(setting(connection, 'temp_store')).toBe(2);
      expect(setting(connection, 'secure_delete')).toBe(1);
      expect(setting(connection, 'foreign_keys')).toBe(1);
    }
    opened.close();
  });

  test('a wrong key opens nothing', () => {
    filled();
    try {
      openConnection({ file: place.replica_file, raw_hex: 'ab'.repeat(32), synchronous: 'NORMAL', cache_kib: 1000 });
      expect.unreachable();
    } catch (error) {
      expect(sqliteCode(error)).toBe('SQLITE_NOTADB');
    }
  });

  test('only one process at a time has them', () => {
    const opened = open();
    expect(() => open()).toThrow('Another Binnacle');
    opened.close();
    open().close();
  });

  test('a reader sees both and can write neither', () => {
    filled();
    const opened = open();
    const reader = openReader(readerFiles(opened));
    expect(reader.prepare('SELECT count(*) FROM work.outbox').pluck().get()).toBe(1);
    for (const sql of [
      'DELETE FROM main.party',
      'DELETE FROM work.outbox',
      'CREATE TABLE main.x (a)',
      'CREATE TEMP TABLE x (a)',
      'PRAGMA query_only = 0; DELETE FROM main.party',
    ]) {
      expect(() => reader.exec(sql), sql).toThrow();
    }
    expect(opened.replica.prepare('SELECT count(*) FROM party').pluck().get()).toBe(20_000);
    reader.close();
    opened.close();
  });

  test('a question that cannot begin leaves the reader free for the next one', async () => {
    filled();
    const opened = open();
    const reader = openReader(readerFiles(opened));
    const count = () => reader.prepare('SELECT count(*) FROM main.party').pluck().get();
    opened.work.exec('ALTER TABLE outbox RENAME TO elsewhere');
    expect(() => readAtOnce(reader, count)).toThrow('no such table');
    await expect(inReadTransaction(reader, async () => await Promise.resolve(count()))).rejects.toThrow(
      'no such table',
    );
    opened.work.exec('ALTER TABLE elsewhere RENAME TO outbox');
    expect(readAtOnce(reader, count)).toBe(20_000);
    reader.close();
    opened.close();
  });

  test('a large sort leaves no plain text in a temporary file', () => {
    filled();
    const opened = open();
    const reader = openReader(readerFiles(opened), 256);
    const rows = reader.prepare('SELECT name FROM main.party a ORDER BY substr(name, 5) DESC, id').iterate();
    rows.next();
    // SQLite deletes its temporary files on opening: they live on as open descriptors only
    if (existsSync('/proc/self/fd')) {
      const others = readdirSync('/proc/self/fd').flatMap((fd) => {
        try {
          return [readlinkSync(`/proc/self/fd/${fd}`)];
        } catch {
          return [];
        }
      });
      expect(
        others.filter((name) => name.includes('etilqs') || (name.includes('(deleted)') && name.includes('sqlite'))),
      ).toEqual([]);
      for (const name of others.filter((each) => each.startsWith(place.folder) && existsSync(each))) {
        expect(readFileSync(name).includes('PLAINTEXT'), name).toBe(false);
      }
    }
    rows.return?.();
    reader.close();
    opened.close();
  });
});

describe('a replica that cannot be opened', () => {
  test.each([
    ['is no database', () => writeFileSync(place.replica_file, 'this is no database at all, '.repeat(500))],
    ['has lost its key', () => void (keys = { ...keys, replica: 'cd'.repeat(32) })],
    [
      'is torn at its start',
      () => {
        const file = openSync(place.replica_file, 'r+');
        writeSync(file, Buffer.alloc(4096, 7), 0, 4096, 0);
        closeSync(file);
      },
    ],
  ])('because it %s: set aside, never deleted, the outbox kept, the user told', (_why, spoil) => {
    filled();
    spoil();
    const before = statSync(place.replica_file).size;
    const opened = open();
    expect(opened.replica.prepare('SELECT count(*) FROM party').pluck().get()).toBe(0);
    expect(waiting(opened)).toEqual(['m1']);
    const [name] = aside();
    expect(name).toMatch(/^replica\.db\.aside-2026-11-05T/);
    expect(statSync(`${place.folder}/${name}`).size).toBe(before);
    const [notice] = recentNotices(opened.work);
    expect(notice?.text).toContain('could not be opened');
    expect(notice?.text).toContain(String(name));
    opened.close();
    // the new one is good: nothing is set aside again
    open().close();
    expect(aside()).toHaveLength(1);
  });

  test('of another layout: loaded afresh, the old one not kept, the outbox kept', () => {
    filled();
    const opened = open();
    opened.replica.exec('UPDATE replica_meta SET schema_version = 1');
    opened.close();
    const again = open();
    expect(again.replica.prepare('SELECT count(*) FROM party').pluck().get()).toBe(0);
    expect(waiting(again)).toEqual(['m1']);
    // nothing was wrong with it: a copy of all data for each update would fill the disk
    expect(aside()).toEqual([]);
    expect(recentNotices(again.work)[0]?.text).toContain('loaded afresh');
    again.close();
  });

  test('a work file that cannot be opened is kept too', () => {
    filled();
    writeFileSync(place.work_file, 'x'.repeat(9000));
    const opened = open();
    expect(aside().some((name) => name.startsWith('work.db.aside-'))).toBe(true);
    expect(recentNotices(opened.work)[0]?.text).toContain('your own changes was damaged');
    opened.close();
  });

  test('a work file of a newer Binnacle is left alone', () => {
    filled();
    const opened = open();
    opened.work.pragma('user_version = 99');
    opened.close();
    expect(() => open()).toThrow('newer version');
    expect(aside()).toEqual([]);
  });
});

test('of copies that could not be opened the newest three stay, of own work every one', () => {
  makeFolder(place.folder);
  for (let day = 1; day <= 6; day++) {
    for (const file of [place.replica_file, place.work_file]) writeFileSync(file, `damaged on day ${day}`);
    writeFileSync(`${place.replica_file}-wal`, 'its log');
    setCopyAside(place.replica_file, Date.UTC(2026, 10, day));
    setFileAside(place.work_file, Date.UTC(2026, 10, day));
  }
  const copies = readdirSync(place.folder).filter((name) => name.startsWith('replica.db.aside-'));
  expect(
    copies
      .map((name) => name.slice('replica.db.aside-'.length, -'T00-00-00-000Z'.length))
      .filter((day) => day.length === 10),
  ).toEqual(['2026-11-04', '2026-11-05', '2026-11-06']);
  expect(copies).toHaveLength(6);
  expect(aside().filter((name) => name.startsWith('work.db.aside-'))).toHaveLength(6);
});
