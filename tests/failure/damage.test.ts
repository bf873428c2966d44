/**
 * Damaged files of a person, with a real server: the copy is set aside and loaded afresh, their own changes go on as far
 * as they can be read, the person is told, and nothing is ever deleted.
 */
import { randomUUID } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { GridView } from '#contract/queries/gridView.ts';
import { type Connection, openConnection } from '#db/connection.ts';
import { replicaPlace, serverIdAt } from '#db/keys/place.ts';
import { machineTimers, type Timers } from '#db/machine.ts';
import { ownKeys } from '#db/session/ownFiles.ts';
import type { ReplicaService } from '#db/service.ts';
import { freshFolder, testService } from '#db/testing/testService.ts';
import { SILENT_LOG } from '#server/log.ts';
import { type RunningServer, startServer } from '#server/server.ts';
import { createDistributor, type Distributor } from '#server/testing/distributor.ts';
import { PGLITE, type TestEngine } from '#server/testing/engines.ts';

const PAGE = 4096;
const VIEW: GridView = {
  columns: { order: [], widths: {}, shown: {}, pinned: [] },
  sort: [],
  filters: [],
  density: 'dense',
  settings: {},
};
let engine: TestEngine;
let server: RunningServer;
let data: Distributor;
let dataDir: string;
let service: ReplicaService;
let waiting: string[];

beforeAll(async () => {
  engine = await PGLITE.start();
  server = await startServer({
    ...(await engine.prepared()),
    port: 0,
    clock: Date.now,
    log: SILENT_LOG,
    prepare: async ({ db }) => {
      data = await createDistributor(db, Date.now);
    },
  });
});
afterAll(async () => {
  await server.close();
  await engine.stop();
});

const start = async (): Promise<void> => {
  service = testService({ serverUrl: server.url, fetch, dataDir });
  await service.signIn({ user_name: 'finance', password: 'demo' });
};
const note = async (text: string): Promise<void> => {
  waiting.push(text);
  await service.call('addItemNote', { item_id: data.items[0] ?? 0, body: text });
};

/** A whole copy, and changes that wait: enough of them for more than one page. */
beforeEach(async () => {
  dataDir = freshFolder();
  waiting = [];
  await start();
  await service.syncOnce();
  for (let n = 0; n < 24; n++) await note(`Waits ${n} ${randomUUID()} ${'because'.repeat(60)}`);
  await service.close();
});
afterEach(async () => {
  await service.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const place = () => replicaPlace(dataDir, serverIdAt(dataDir, server.url) ?? '', 'finance');
const asides = () => readdirSync(dirname(place().work_file)).filter((name) => /\.aside-.*Z$/.test(name));
const notices = () => service.status().notices.map(({ text }) => text);

/** How many of the waiting notes the server holds, each at most once. */
async function arrived(): Promise<number> {
  const { rows } = await sql<{ body: string; times: number }>`
    select body, count(*)::int as times from item_note where body = any(${waiting}) group by body`.execute(
    server.database.db,
  );
  expect(rows.filter(({ times }) => times !== 1)).toEqual([]);
  return rows.length;
}

/** What a person sees who goes on: at most a sentence, and the second time it works. */
async function goesOn(): Promise<string[]> {
  const said: string[] = [];
  const verify = async () => (await service.call('verifyNow', {})) as { equal: boolean };
  for (let tries = 0; ; tries++) {
    try {
      if (tries > 0) await service.signIn({ user_name: 'finance', password: 'demo' });
      await service.call('syncNow', {});
      expect(await verify()).toMatchObject({ equal: true });
      return said;
    } catch (error) {
      if (tries > 1) throw error;
      said.push(error instanceof Error ? error.message : String(error));
    }
  }
}

const flip = (file: string, at: number): void => {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 255;
  writeFileSync(file, bytes);
};
/** One number from one of the files, beside the service that uses it: whoever could write would tidy its log up. */
async function reading(which: 'replica' | 'work', statement: string): Promise<number> {
  const connection = await openOwn(which, true);
  try {
    return Number(connection.prepare(statement).pluck().get());
  } finally {
    connection.close();
  }
}
async function openOwn(which: 'replica' | 'work', readonly = false): Promise<Connection> {
  const who = { dataDir, server_url: server.url, user_name: 'finance', password: 'demo' };
  const found = (await ownKeys(who)).find(({ file }) => file === place()[`${which}_file`]);
  if (!found) throw new Error('no such file');
  return openConnection({ ...found, readonly, synchronous: 'NORMAL', cache_kib: 1000 });
}
/** Page numbers of a table or index, from its own key: whatever holds its rows. */
async function pageOf(which: 'replica' | 'work', name: string, nth: number): Promise<number> {
  const connection = await openOwn(which);
  const leaves = connection
    .prepare<[string], number>("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno")
    .pluck();
  const pages = leaves.all(name);
  connection.close();
  const page = pages[Math.min(nth, pages.length - 1)];
  if (page === undefined) throw new Error(`no page of ${name}`);
  return page;
}

describe('replica.db', () => {
  test.each<[string, () => Promise<void> | void]>([
    [
      'has a flipped byte in the middle of a table',
      async () => flip(place().replica_file, (await pageOf('replica', 'order_line', 0)) * PAGE - 500),
    ],
    ['has a flipped byte in its header', () => flip(place().replica_file, 40)],
    ['is half a file', () => truncateSync(place().replica_file, Math.floor(statSync(place().replica_file).size / 2))],
    [
      'belongs to another key',
      () => {
        const stranger = `${place().replica_file}.stranger`;
        const other = openConnection({
          file: stranger,
          raw_hex: 'cd'.repeat(32),
          synchronous: 'NORMAL',
          cache_kib: 100,
        });
        other.exec('CREATE TABLE somebody (name TEXT)');
        other.close();
        copyFileSync(stranger, place().replica_file);
      },
    ],
  ])('%s: set aside and loaded afresh, the changes arrive, the person is told', async (_how, spoil) => {
    await spoil();
    await start();
    const said = await goesOn();
    for (const sentence of said) expect(sentence).toContain('set aside and loaded afresh');
    expect(asides()).toHaveLength(1);
    expect(asides()[0]).toMatch(/^replica\.db\./);
    expect(notices().join()).toContain(asides()[0]);
    expect(await arrived()).toBe(waiting.length);
  });

  test('has a flipped byte in a block of columns: set aside and loaded afresh, columns and all', async () => {
    // what waits for a minute of quiet is done soon, which is also how long a silent server is waited for
    const timers = machineTimers();
    const soon: Timers = { after: (delay_ms, run) => timers.after(delay_ms === 60_000 ? 3000 : delay_ms, run) };
    const follow = async (): Promise<void> => {
      service = testService({ serverUrl: server.url, fetch, dataDir, background: true, timers: soon });
      await service.signIn({ user_name: 'finance', password: 'demo' });
      await expect.poll(blocks, { timeout: 20_000 }).toBeGreaterThan(0);
    };
    const blocks = (): Promise<number> => reading('replica', 'SELECT count(*) FROM fact_segment');
    await follow();
    await service.close();
    flip(place().replica_file, (await pageOf('replica', 'fact_segment', 0)) * PAGE - 500);
    service = testService({ serverUrl: server.url, fetch, dataDir, background: true, timers: soon });
    await service.signIn({ user_name: 'finance', password: 'demo' });
    await expect.poll(asides, { timeout: 20_000 }).toEqual([expect.stringMatching(/^replica\.db\./)]);
    await expect.poll(() => service.signedIn()?.user_name, { timeout: 20_000 }).toBe('finance');
    await expect.poll(blocks, { timeout: 20_000 }).toBeGreaterThan(0);
    await goesOn();
    expect(notices().join()).toContain(asides()[0]);
    expect(await arrived()).toBe(waiting.length);
  });

  test.each<[string, () => void]>([
    ['empty', () => truncateSync(place().replica_file, 0)],
    ['not there', () => rmSync(place().replica_file)],
  ])('%s: loaded afresh', async (_how, spoil) => {
    spoil();
    await start();
    expect(await goesOn()).toEqual([]);
    expect(await arrived()).toBe(waiting.length);
  });
});

describe('work.db', () => {
  test('with a flipped byte among the changes: kept, and the others come back from their second record', async () => {
    flip(place().work_file, (await pageOf('work', 'outbox', 3)) * PAGE - 500);
    await start();
    await goesOn();
    expect(await arrived()).toBe(waiting.length);
    expect(asides()).toEqual([expect.stringMatching(/^work\.db\./)]);
    expect(notices().join()).toContain(asides()[0]);
    expect(notices().join()).toMatch(/\d+ changes could be read from it and (one change|\d+ changes) came back/);
  });

  test('with the second record gone too: every change on a whole page goes on', async () => {
    rmSync(place().record_file);
    flip(place().work_file, (await pageOf('work', 'outbox', 3)) * PAGE - 500);
    await start();
    await goesOn();
    const there = await arrived();
    expect(there).toBeGreaterThan(waiting.length / 2);
    expect(there).toBeLessThan(waiting.length);
    expect(notices().join()).toContain(`${there} changes could be read from it and went on`);
  });

  test('whole, and its second record damaged: nothing is missing, and the record is whole again', async () => {
    flip(place().record_file, 1000);
    await start();
    await service.close();
    rmSync(place().work_file);
    await start();
    await goesOn();
    expect(await arrived()).toBe(waiting.length);
  });

  test('gone, and something was taken back before: it stays taken back', async () => {
    await start();
    await note(`Taken back ${randomUUID()}`);
    const taken = waiting.pop();
    const { rows } = await service.call('outbox', { offset: 0, limit: 1 });
    expect(rows[0]?.args).toMatchObject({ body: taken });
    await service.call('discardMutation', { id: rows[0]?.id ?? '' });
    await service.close();
    rmSync(place().work_file);
    await start();
    await goesOn();
    expect(await arrived()).toBe(waiting.length);
    const { rows: all } = await service.call('outbox', { offset: 0, limit: 500 });
    expect(all.map(({ args }) => args['body'])).not.toContain(taken);
  });

  test('damaged while it is open: the copy is not blamed, and the person stays signed in', async () => {
    const page = await pageOf('work', 'overlay', 1);
    await start();
    flip(place().work_file, page * PAGE - 500);
    await expect(service.call('itemDetail', { item_id: data.items[0] ?? 0 })).rejects.toThrow('set aside');
    await goesOn();
    expect(asides()).toEqual([expect.stringMatching(/^work\.db\./)]);
    expect(await arrived()).toBe(waiting.length);
  });

  test.each<[string, () => void]>([
    ['with a flipped byte in its header', () => flip(place().work_file, 40)],
    ['half a file', () => truncateSync(place().work_file, Math.floor(statSync(place().work_file).size / 2))],
    ['empty', () => truncateSync(place().work_file, 0)],
  ])('%s: kept, told, and work goes on', async (_how, spoil) => {
    spoil();
    const left = readFileSync(place().work_file);
    await start();
    await goesOn();
    const [aside] = asides();
    expect(aside).toMatch(/^work\.db\./);
    expect(readFileSync(`${dirname(place().work_file)}/${aside}`).equals(left)).toBe(true);
    expect(notices().join()).toContain(aside);
    await note(`After the damage ${randomUUID()}`);
    await service.syncOnce();
    expect(await arrived()).toBe(waiting.length);
  });

  test('not there beside a copy: said, and work goes on', async () => {
    rmSync(place().work_file);
    await start();
    await goesOn();
    expect(notices().join()).toContain('is not there any more');
    expect(existsSync(place().work_file)).toBe(true);
    expect(await arrived()).toBe(waiting.length);
  });
});

describe('drafts and saved views', () => {
  /** Enough of them for more than one page. */
  const DRAFTS = Array.from({ length: 12 }, (_, n) => ({
    about: `note-item-${n}`,
    text: `${n} ${'Ünsaid '.repeat(70)}`,
  }));
  const left = async () => {
    const views = (await service.call('savedViews', { screen: 'stock' })).map(({ name, is_default }) => [
      name,
      is_default,
    ]);
    const drafts = await Promise.all(
      DRAFTS.map(async ({ about }) => (await service.call('readDraft', { about })).text),
    );
    return { drafts, views };
  };

  test.each<[string, () => Promise<void>]>([
    ['a flipped page of drafts', async () => flip(place().work_file, (await pageOf('work', 'draft', 1)) * PAGE - 500)],
    [
      'a flipped page of views',
      async () => flip(place().work_file, (await pageOf('work', 'saved_view', 0)) * PAGE - 500),
    ],
    ['no file at all', async () => rmSync(place().work_file)],
  ])('%s: all are back as they were left, and what was given up is not', async (_how, spoil) => {
    await start();
    for (const { about, text } of DRAFTS) await service.call('saveDraft', { user_name: 'finance', about, text });
    for (const name of ['Mine', 'Short', 'Given up']) {
      const { id } = await service.call('saveView', { screen: 'stock', name, view: VIEW });
      if (name === 'Short') await service.call('setDefaultView', { screen: 'stock', id });
      if (name === 'Mine') await service.call('renameView', { id, name: 'Of mine' });
      if (name === 'Given up') await service.call('deleteView', { id });
    }
    for (const [about, text] of [
      ['note-item-3', ''],
      ['note-item-4', 'said anew'],
    ] as const)
      await service.call('saveDraft', { user_name: 'finance', about, text });
    const expected = await left();
    expect(expected.views).toEqual([
      ['Of mine', false],
      ['Short', true],
    ]);
    expect(expected.drafts.slice(3, 5)).toEqual(['', 'said anew']);
    await service.close();
    await spoil();
    await start();
    expect(await left()).toEqual(expected);
    expect(notices().join()).toMatch(/came back from its second record/);
  });
});

/** The files as a killed process leaves them, with their logs; the service goes on elsewhere. */
async function killed(): Promise<void> {
  const left = freshFolder();
  cpSync(dataDir, left, { recursive: true, filter: (file) => !file.endsWith('-shm') });
  await service.close();
  rmSync(dataDir, { recursive: true });
  dataDir = left;
}

const FRAME = 24 + PAGE;
const frames = (file: string): number => Math.floor((statSync(`${file}-wal`).size - 32) / FRAME);
/** A byte within the page of a frame of the log, from 0. */
const flipFrame = (file: string, frame: number): void => flip(`${file}-wal`, 32 + frame * FRAME + 24 + 1000);

describe('the log a killed process left beside', () => {
  beforeEach(async () => {
    await start();
    for (let n = 0; n < 6; n++) await note(`In the log ${n} ${randomUUID()} ${'because'.repeat(60)}`);
  });

  test.each([
    ['its first frame', 0],
    ['a frame in the middle', 0.5],
    ['its last frame', 1],
  ])('work.db, flipped in %s: no decision is missing, none is done twice, and it is told', async (_how, where) => {
    await killed();
    flipFrame(place().work_file, Math.round(where * (frames(place().work_file) - 1)));
    await start();
    expect(notices().join()).toMatch(/could not be read, as after a loss of power\. From its second record came/);
    await goesOn();
    expect(asides()).toEqual([]);
    expect(await arrived()).toBe(waiting.length);
  });

  test('work.db, flipped behind what is decided: the draft that lay there is back, and it is told', async () => {
    await service.call('saveDraft', { user_name: 'finance', about: 'note-item-1', text: 'a thought' });
    await killed();
    flipFrame(place().work_file, frames(place().work_file) - 1);
    await start();
    expect(notices().join()).toContain(
      'No decision was among it. From its second record came one draft, view or scenario back.',
    );
    expect(await service.call('readDraft', { about: 'note-item-1' })).toEqual({ text: 'a thought' });
    await goesOn();
    expect(await arrived()).toBe(waiting.length);
  });

  test('nothing flipped: nothing told', async () => {
    await killed();
    await start();
    expect(notices()).toEqual([]);
    await service.close();
    await start();
    expect(notices()).toEqual([]);
  });

  test.each([0, 0.5, 1])('replica.db, flipped at %d of it: it goes on from the transaction before', async (where) => {
    await service.syncOnce();
    await killed();
    flipFrame(place().replica_file, Math.round(where * (frames(place().replica_file) - 1)));
    await start();
    const said = await goesOn();
    for (const sentence of said) expect(sentence).toContain('set aside and loaded afresh');
    expect(await arrived()).toBe(waiting.length);
  });
});
