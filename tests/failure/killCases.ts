/** Where a process is killed, and what was going on: one row a case. `usual` ones run with `npm test`. */
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { Migrator } from 'kysely/migration';
import { openDatabase } from '#server/database.ts';
import { MIGRATIONS } from '#server/migrations/all.ts';
import type { Finished, Process } from '#tests/process/world.ts';
import type { KillWorld } from './killWorld.ts';

export interface KillCase {
  readonly during: string;
  readonly dies: 'host' | 'server' | 'both' | 'server command';
  readonly at: string;
  readonly usual: boolean;
  /** Returns when the victim is dead. */
  readonly kill: (world: KillWorld, at: string) => Promise<void>;
}

const crash = (at: string) => ({ BINNACLE_CRASH_AT: at });
const DAY_S = 86_400;

function expectKilled(finished: Finished): void {
  expect({ signal: finished.signal, stderr: finished.stderr }).toMatchObject({ signal: 'SIGKILL' });
}

/** The host, with its threads, dies there while it loads a whole copy; a note waits in its outbox. */
async function hostLoads(world: KillWorld, at: string): Promise<void> {
  await world.queued();
  world.forgetCopy();
  expectKilled(await world.host(crash(at)).finished);
}

/** The command line dies there while it loads a whole copy. */
async function pullLoads(world: KillWorld, at: string): Promise<void> {
  await world.queued();
  world.forgetCopy();
  expectKilled(await world.pull(crash(at)));
}

async function hostReceives(world: KillWorld, at: string): Promise<void> {
  await world.elsewhere();
  await world.queued();
  expectKilled(await world.pull(crash(at)));
}

async function hostSends(world: KillWorld, at: string): Promise<void> {
  const { args } = world.note();
  expectKilled(await world.world.run([...args, '--server', world.url], crash(at)));
}

/** The server dies there; whoever talked to it is told that what it did is kept. */
async function serverDies(world: KillWorld, at: string, talk: () => Promise<Finished>): Promise<void> {
  const server = await world.restartServer(crash(at));
  const talked = await talk();
  expectKilled(await server.finished);
  expect(talked.stderr).toContain('The server does not answer');
}

async function serverDecides(world: KillWorld, at: string): Promise<void> {
  const { args } = world.note();
  await serverDies(world, at, () => world.world.run([...args, '--server', world.url]));
}

async function serverServesLoad(world: KillWorld, at: string): Promise<void> {
  await world.queued();
  world.forgetCopy();
  await serverDies(world, at, () => world.pull());
}

/** Both at one moment, some hundreds of milliseconds into what `start` begins. */
async function bothDie(world: KillWorld, after_ms: number, start: () => Process): Promise<void> {
  const victim = start();
  await sleep(after_ms);
  world.server?.child.kill('SIGKILL');
  victim.child.kill('SIGKILL');
  await Promise.all([victim.finished, world.server?.finished]);
}

/** The host makes the columns of order lines when a load is through. */
async function hostMakesColumns(world: KillWorld, at: string): Promise<void> {
  world.forgetCopy();
  expectKilled(await world.host(crash(at)).finished);
  const replica = await world.openFile('replica');
  const blocks = Number(replica.prepare('SELECT count(*) FROM fact_segment').pluck().get());
  replica.close();
  expect(blocks).toBe(at.endsWith('.committed') ? 1 : 0);
  const host = world.host();
  await host.waitFor('listening');
  await columnsAre(world, 1);
  const figures = await world.margin();
  await host.stop('SIGKILL');
  expect(figures).toEqual(await world.plainSums());
}

/** The host puts what changed into the columns of an earlier run. */
async function hostMergesColumns(world: KillWorld, at: string): Promise<void> {
  const first = world.host();
  await first.waitFor('listening');
  await columnsAre(world, 1);
  await first.stop();
  const replica = await world.openFile('replica');
  // so many that they are not put off; a noted order is read from the tables until it is in a block again
  replica
    .prepare('INSERT OR IGNORE INTO fact_dirty SELECT DISTINCT order_id, generation FROM order_line, fact_meta')
    .run();
  // what a host killed before left unmerged was noted already
  const noted = Number(replica.prepare('SELECT count(*) FROM fact_dirty').pluck().get());
  expect(noted).toBeGreaterThan(2000);
  const blocks = replica.prepare('SELECT id FROM fact_segment').pluck();
  const before = blocks.all();
  replica.close();
  expectKilled(await world.host(crash(at)).finished);
  const left = await world.openFile('replica');
  const dirty = Number(left.prepare('SELECT count(*) FROM fact_dirty').pluck().get());
  expect(left.prepare('SELECT id FROM fact_segment').pluck().all()).toEqual(
    at.endsWith('.committed') ? [expect.any(Number)] : before,
  );
  left.close();
  expect(dirty).toBe(at.endsWith('.committed') ? 0 : noted);
  const host = world.host();
  await host.waitFor('listening');
  const figures = await world.margin();
  await host.stop('SIGKILL');
  expect(figures).toEqual(await world.plainSums());
}

/** Waits until the file holds so many blocks of columns; read as an auditor would, beside the host. */
export async function columnsAre(world: KillWorld, wanted: number): Promise<void> {
  const reader = await world.openFile('replica');
  try {
    const count = reader.prepare('SELECT count(*) FROM fact_segment').pluck();
    for (let tries = 0; Number(count.get()) < wanted; tries++) {
      if (tries > 600) throw new Error('the columns were not made');
      await sleep(50);
    }
  } finally {
    reader.close();
  }
}

/** The host dies while its child writes an export; neither the child nor the file outlives the next start. */
async function hostExports(world: KillWorld): Promise<void> {
  const host = world.host();
  await host.waitFor('listening');
  const exported = world.exportLines().catch((error: unknown) => error);
  for (let tries = 0; world.leftovers().length === 0; tries++) {
    if (tries > 6000) throw new Error('no export was begun');
    await sleep(10);
  }
  expectKilled(await host.stop('SIGKILL'));
  expect(await exported).toMatchObject({ code: 'offline' });
  expect(world.leftovers()).toHaveLength(1);
  expect(await world.pull()).toMatchObject({ code: 0 });
  await sleep(500);
  expect(world.leftovers()).toEqual([]);
}

/** work.db of the version before, with a full outbox, on its way to the newest layout. */
async function workMigrates(world: KillWorld, at: string): Promise<void> {
  await world.queued();
  const work = await world.openFile('work');
  work.exec('ALTER TABLE work_meta DROP COLUMN away_ms; ALTER TABLE work_meta DROP COLUMN seen_at_ms');
  work.exec('DROP TABLE seen_seal; DROP TABLE viewed; DROP TABLE scenario; DROP TABLE export_note');
  work.exec('DROP INDEX saved_view_name; DROP INDEX saved_view_default; ALTER TABLE saved_view DROP COLUMN is_default');
  work.pragma('user_version = 1');
  work.close();
  expectKilled(await world.pull(crash(at)));
  const after = await world.openFile('work');
  expect(after.pragma('user_version', { simple: true })).toBe(1);
  after.close();
}

/** A server of the version before the newest is brought up to date. */
async function serverMigrates(world: KillWorld, at: string): Promise<void> {
  const name = `older-${Math.random()}`;
  const dataDir = `${world.world.path(name)}/server`;
  mkdirSync(dataDir, { recursive: true });
  const old = Object.fromEntries(Object.entries(MIGRATIONS).slice(0, -1));
  const database = await openDatabase({ dataDir });
  const migrator = new Migrator({ db: database.db, provider: { getMigrations: async () => old } });
  expect((await migrator.migrateToLatest()).error).toBeUndefined();
  await database.close();
  const args = ['server', '--empty', '--data-dir', world.world.path(name), '--json'];
  expectKilled(await world.world.start(args, crash(at)).finished);
  const again = world.world.start(args);
  await again.waitFor('listening');
  expect((await again.stop()).code).toBe(0);
}

/** A first start dies while the demo is filled in, and the next fills it. */
async function serverSeeds(world: KillWorld, at: string): Promise<void> {
  const args = ['server', '--size', 'small', '--data-dir', world.world.path(`seeded-${Math.random()}`), '--json'];
  expectKilled(await world.world.start(args, crash(at)).finished);
  const again = world.world.start(args);
  const listening = await again.waitFor('listening');
  const fresh = ['--user', 'auditor', '--password-file', world.world.passwordFile('auditor')];
  const copy = [
    '--server',
    String(listening['url']),
    '--data-dir',
    world.world.path(`copy-${Math.random()}`),
    ...fresh,
  ];
  const pulled = await world.world.run(['pull', ...copy]);
  expect(Number(pulled.events[0]?.['rows'])).toBeGreaterThan(80_000);
  expect((await world.world.run(['verify', ...copy])).events).toMatchObject([{ equal: true }]);
  await again.stop();
}

/** Forty days later the old change log goes; the laptop, back at last, is told to load afresh. */
async function serverPrunes(world: KillWorld, at: string): Promise<void> {
  const later = { BINNACLE_CLOCK_OFFSET_S: String(40 * DAY_S) };
  await world.queued();
  const server = await world.restartServer({ ...later, ...crash(at) }, ['--prune-after', '0.1']);
  expectKilled(await server.finished);
}

async function backupDies(world: KillWorld, at: string): Promise<void> {
  await world.server?.stop();
  const out = world.world.path(`backup-${Math.random()}.tar.zst`);
  const args = ['backup', '--data-dir', world.world.path('central'), '--out', out];
  expectKilled(await world.world.run(args, crash(at)));
  expect(existsSync(out)).toBe(false);
  const again = await world.world.run(args);
  expect({ code: again.code, stderr: again.stderr }).toEqual({ code: 0, stderr: '' });
  expect(statSync(out).size).toBeGreaterThan(0);
  expect(hidden(world)).toEqual([]);
}

async function restoreDies(world: KillWorld, at: string): Promise<void> {
  await world.server?.stop();
  const file = world.world.path(`restored-${Math.random()}.tar.zst`);
  const central = ['--data-dir', world.world.path('central')];
  expect(await world.world.run(['backup', ...central, '--out', file])).toMatchObject({ code: 0 });
  const place = world.world.path(`restored-${Math.random()}`);
  const args = ['restore', '--file', file, '--data-dir', place];
  expectKilled(await world.world.run(args, crash(at)));
  expect(existsSync(`${place}/server`)).toBe(false);
  const again = await world.world.run(args);
  expect({ code: again.code, stderr: again.stderr }).toEqual({ code: 0, stderr: '' });
  expect(readdirSync(place)).toEqual(['server']);
}

function hidden(world: KillWorld): string[] {
  return readdirSync(world.world.dir).filter((name) => name.startsWith('.'));
}

const row = (during: string, dies: KillCase['dies'], at: string, usual: boolean, kill: KillCase['kill']): KillCase => ({
  during,
  dies,
  at,
  usual,
  kill,
});

export const KILL_CASES: readonly KillCase[] = [
  row('first load', 'host', 'host.begin.committed', false, pullLoads),
  row('first load', 'host', 'host.scope.committed', false, pullLoads),
  row('first load', 'host', 'host.load.staged:3', false, pullLoads),
  row('first load', 'host', 'host.apply.before_commit:2', true, hostLoads),
  row('first load', 'host', 'host.apply.committed:1', false, hostLoads),
  row('first load', 'host', 'host.index.made:2', false, hostLoads),
  row('first load', 'server', 'server.snapshot.piece:20', true, serverServesLoad),
  row('first load', 'both', 'after 1,500 ms', false, (world) =>
    bothDie(world, 1500, () => (world.forgetCopy(), world.host())),
  ),
  row('delta', 'host', 'host.apply.before_commit', true, hostReceives),
  row('delta', 'host', 'host.apply.committed', false, hostReceives),
  row('delta', 'server', 'server.drain.before_commit', false, serverDecides),
  row('a decision', 'host', 'host.queue.before_commit', false, hostSends),
  row('a decision', 'host', 'host.queue.committed', false, hostSends),
  row('push', 'host', 'host.push.before_send', false, hostSends),
  row('push', 'host', 'host.push.sent', true, hostSends),
  row('push', 'host', 'host.outcomes.before_commit', true, hostSends),
  row('push', 'server', 'server.push.before_commit', false, serverDecides),
  row('push', 'server', 'server.push.committed', false, serverDecides),
  row('push', 'both', 'after 900 ms', false, (world) =>
    bothDie(world, 900, () => world.world.start([...world.note().args, '--server', world.url, '--json'])),
  ),
  row('migration of work.db', 'host', 'host.work.migrate.before_commit', true, workMigrates),
  row('migration of the server', 'server', 'server.migrate.before_commit', false, serverMigrates),
  row('the first filling', 'server', 'server.seed.rows:9', false, serverSeeds),
  row('columns being made', 'host', 'host.columns.before_commit', true, hostMakesColumns),
  row('columns being made', 'host', 'host.columns.committed', false, hostMakesColumns),
  row('columns being merged', 'host', 'host.columns.before_commit', false, hostMergesColumns),
  row('columns being merged', 'host', 'host.columns.committed', false, hostMergesColumns),
  row('an export', 'host', 'the first bytes of the file', false, hostExports),
  row('a backup', 'server command', 'server.backup.before_rename', false, backupDies),
  row('a restore', 'server command', 'server.restore.unpacked', false, restoreDies),
  row('a restore', 'server command', 'server.restore.before_rename', false, restoreDies),
  row('removal of the old log', 'server', 'server.prune.before_commit', true, serverPrunes),
];
