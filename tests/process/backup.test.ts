/** The recovery drill with real processes: back up, go on working, lose the server, restore, and nothing accepted is missing. */
import { randomUUID } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CompanyView, ItemDetail, StockPositions } from '#contract/queries.ts';
import { freePort, type Process, World } from './world.ts';

const world = new World();
const LONG = 300_000;
let port = 0;
let url = '';
let server: Process;

const start = async (folder: string) => {
  const started = await world.server(['--data-dir', world.path(folder), '--port', String(port)]);
  server = started.process;
  url = started.url;
};
const machine = [
  '--data-dir',
  world.path('laptop'),
  '--user',
  'planner',
  '--password-file',
  world.passwordFile('planner'),
];
const sync = () => world.run(['pull', '--server', url, ...machine]);
const ask = async <T>(name: string, args: object): Promise<T> => {
  const done = await world.run(['query', name, '--args', JSON.stringify(args), ...machine]);
  expect(done.stderr).toBe('');
  return JSON.parse(done.stdout) as T;
};
const note = async (item_id: number): Promise<string> => {
  const body = `Checked ${randomUUID()}`;
  await world.run(['command', 'addItemNote', '--args', JSON.stringify({ item_id, body }), ...machine]);
  await sync();
  return body;
};

beforeAll(async () => {
  port = await freePort();
  await world.copyDemo('central');
  await start('central');
}, LONG);
afterAll(() => world.close());

describe('a server that is lost', () => {
  test('comes back from its backup, and what was accepted after it is offered again, once', {
    timeout: LONG,
  }, async () => {
    expect((await sync()).code).toBe(0);
    const [company] = await ask<readonly CompanyView[]>('companies', {});
    const stock = await ask<StockPositions>('stockPositions', { company_id: company?.id, group_by: 'none', limit: 1 });
    const item_id = stock.rows[0]?.item_id ?? 0;
    const before = await note(item_id);

    const admin = ['--server', url, '--user', 'admin', '--password-file', world.passwordFile('admin')];
    const made = await world.run(['backup', ...admin]);
    expect(made.stderr).toBe('');
    const file = String(made.events[0]?.['file']);
    expect(file.startsWith(world.path('central'))).toBe(true);

    const after = await note(item_id);
    await server.stop('SIGKILL');
    rmSync(world.path('central/server'), { recursive: true });
    const restored = await world.run(['restore', '--file', file, '--data-dir', world.path('again')]);
    expect(restored.stderr).toBe('');
    expect(restored.events).toMatchObject([{ event: 'restored', engine: 'pglite' }]);
    await start('again');

    expect((await sync()).code).toBe(0);
    const status = await world.run(['status', ...machine]);
    expect(status.stdout).toContain('2 of your accepted changes are offered again');
    await sync();
    const { notes } = await ask<ItemDetail>('itemDetail', { item_id });
    expect(notes.filter(({ body }) => body === before)).toMatchObject([{ state: 'accepted' }]);
    expect(notes.filter(({ body }) => body === after)).toMatchObject([{ state: 'accepted' }]);
    const verified = await world.run(['verify', '--server', url, ...machine]);
    expect(verified.events).toMatchObject([{ equal: true }]);
  });

  test('a stopped server is backed up from its folder; what is wrong is said and nothing replaced', {
    timeout: LONG,
  }, async () => {
    const file = world.path('cold.tar.zst');
    const folder = ['--data-dir', world.path('again')];
    const running = await world.run(['backup', ...folder, '--out', file]);
    expect(running.stderr).toContain('Another Binnacle server uses');
    await server.stop();
    expect((await world.run(['backup', ...folder, '--out', file])).code).toBe(0);
    expect((await world.run(['backup', ...folder, '--out', file])).stderr).toContain('is there already');
    expect((await world.run(['restore', '--file', file, ...folder])).stderr).toContain('is in use');
    expect((await world.run(['restore', '--file', file, '--check'])).events).toMatchObject([{ event: 'checked' }]);

    const bytes = readFileSync(file);
    const half = world.path('half.tar.zst');
    writeFileSync(half, bytes.subarray(0, bytes.length / 2));
    const flipped = world.path('flipped.tar.zst');
    cpSync(file, flipped);
    const at = Math.floor(bytes.length / 2);
    writeFileSync(
      flipped,
      Buffer.concat([bytes.subarray(0, at), Buffer.from([(bytes[at] ?? 0) ^ 1]), bytes.subarray(at + 1)]),
    );
    for (const bad of [half, flipped]) {
      const refused = await world.run(['restore', '--file', bad, '--data-dir', world.path('nowhere')]);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain('This backup cannot be used');
    }
  });
});
