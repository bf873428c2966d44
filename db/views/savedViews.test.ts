import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { GridView } from '#contract/queries/gridView.ts';
import { type Connection, openConnection } from '#db/connection.ts';
import { migration001Work } from '#db/migrations/001_work.ts';
import { migrateWork, WORK_MIGRATIONS } from '#db/migrations/migrate.ts';
import { scriptedServer, smallDistributor } from '#db/testing/scriptedServer.ts';
import { freshFolder, testService } from '#db/testing/testService.ts';
import { deleteView, renameView, savedViewsOf, saveView, setDefaultView } from './savedViews.ts';

const VIEW: GridView = {
  columns: { order: ['name', 'value', 'free'], widths: { value: 120 }, shown: { weeks: false }, pinned: ['status'] },
  sort: [
    { column: 'status', descending: false },
    { column: 'value', descending: true },
  ],
  filters: [{ column: 'value', op: 'between', value: { from: 100_000, to: null } }],
  density: 'roomy',
  settings: { group_by: 'site', view: 'balance', site_id: 3, status: ['short'] },
};

let work: Connection;
let ids: number;
let now_ms: number;
const parts = () => ({ now_ms, newId: () => `id-${++ids}` });
const save = (name: string, screen = 'stock', view = VIEW) => saveView(work, { screen, name, view }, parts());
const names = (screen = 'stock') => savedViewsOf(work, screen).map((each) => each.name);

describe('in work.db', () => {
  beforeEach(() => {
    ids = 0;
    now_ms = 1000;
    work = openConnection({
      file: path.join(freshFolder(), 'work.db'),
      raw_hex: 'ab'.repeat(32),
      synchronous: 'FULL',
      cache_kib: 1024,
    });
    migrateWork(work);
  });
  afterEach(() => work.close());

  test('a view comes back as it was saved, under its screen alone', () => {
    const saved = save('My A-items');
    expect(saved).toEqual({
      id: 'id-1',
      screen: 'stock',
      name: 'My A-items',
      is_default: false,
      saved_at_ms: 1000,
      view: VIEW,
    });
    expect(savedViewsOf(work, 'stock')).toEqual([saved]);
    expect(savedViewsOf(work, 'margin')).toEqual([]);
  });

  test('a name names one view of a screen, whatever its case', () => {
    const first = save('Shorts');
    expect(() => save('SHORTS')).toThrow('there already');
    expect(save('Shorts', 'margin').screen).toBe('margin');
    const other = save('Excess');
    expect(() => renameView(work, other.id, 'shorts')).toThrow('there already');
    expect(renameView(work, first.id, 'SHORTS').name).toBe('SHORTS');
    expect(names()).toEqual(['Excess', 'SHORTS']);
  });

  test('saving with its id replaces it and keeps that the screen opens with it', () => {
    const { id } = save('Mine');
    setDefaultView(work, 'stock', id);
    now_ms = 2000;
    const again = saveView(work, { id, screen: 'stock', name: 'Mine too', view: { ...VIEW, sort: [] } }, parts());
    expect(again).toMatchObject({ id, name: 'Mine too', saved_at_ms: 2000, is_default: true, view: { sort: [] } });
    expect(() => saveView(work, { id: 'gone', screen: 'stock', name: 'x', view: VIEW }, parts())).toThrow('deleted');
  });

  test('a screen opens with one view at most', () => {
    const [a, b] = [save('a'), save('b')];
    setDefaultView(work, 'stock', a.id);
    setDefaultView(work, 'stock', b.id);
    expect(savedViewsOf(work, 'stock').map((each) => each.is_default)).toEqual([false, true]);
    expect(() => setDefaultView(work, 'stock', 'gone')).toThrow('deleted');
    expect(savedViewsOf(work, 'stock').map((each) => each.is_default)).toEqual([false, true]);
    setDefaultView(work, 'stock', null);
    expect(savedViewsOf(work, 'stock').some((each) => each.is_default)).toBe(false);
    deleteView(work, a.id);
    expect(() => deleteView(work, a.id)).toThrow('deleted');
    expect(names()).toEqual(['b']);
  });

  test('a view of a newer Binnacle is left out and stays', () => {
    save('old');
    work
      .prepare("INSERT INTO saved_view (id, screen, name, view_json, saved_at_ms) VALUES ('n', 'stock', 'new', ?, 1)")
      .run(JSON.stringify({ ...VIEW, hologram: true }));
    expect(names()).toEqual(['old']);
    expect(work.prepare('SELECT count(*) FROM saved_view').pluck().get()).toBe(2);
  });
});

test('a file of the first layout is brought forward with what it holds', () => {
  const file = path.join(freshFolder(), 'work.db');
  const open = () => openConnection({ file, raw_hex: 'cd'.repeat(32), synchronous: 'FULL', cache_kib: 1024 });
  const old = open();
  for (const statement of migration001Work) old.exec(statement);
  old.pragma('user_version = 1');
  old
    .prepare("INSERT INTO saved_view (id, screen, name, view_json, saved_at_ms) VALUES ('v', 'stock', 'Mine', ?, 7)")
    .run(JSON.stringify(VIEW));
  old.close();
  const now = open();
  migrateWork(now);
  expect(now.pragma('user_version', { simple: true })).toBe(WORK_MIGRATIONS.length);
  expect(savedViewsOf(now, 'stock')).toMatchObject([{ id: 'v', is_default: false, view: VIEW }]);
  now.close();
});

test('views survive a restart and a replica that is loaded afresh', async () => {
  const server = scriptedServer();
  smallDistributor(server);
  const dataDir = freshFolder();
  const start = () =>
    testService({ dataDir, serverUrl: server.url, fetch: (input, init) => server.fetch(input, init) });
  const planner = { user_name: 'planner', password: 'right' };
  const first = start();
  const told: string[] = [];
  first.onEvent(({ event }) => told.push(event));
  await first.signIn(planner);
  const saved = await first.call('saveView', { screen: 'stock', name: 'Mine', view: VIEW });
  await first.call('setDefaultView', { screen: 'stock', id: saved.id });
  expect(told.filter((event) => event === 'views')).toHaveLength(2);
  await first.close();
  const replica = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).find((name) =>
    name.endsWith('replica.db'),
  );
  writeFileSync(path.join(dataDir, replica ?? ''), 'no database any more');
  const second = start();
  await second.signIn(planner);
  expect(second.status().notices[0]?.text).toContain('could not be opened');
  expect(await second.call('savedViews', { screen: 'stock' })).toEqual([{ ...saved, is_default: true }]);
  await second.close();
});
