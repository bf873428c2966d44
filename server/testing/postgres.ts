/** A throw-away PostgreSQL cluster for tests: in a temporary directory, on a socket, gone afterwards. */
import { type SpawnSyncOptions, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { busyFolder } from '#build/checks/runFolder.ts';

export interface TestCluster {
  /** Creates an empty database, or a copy of one of its own that nobody is connected to, and returns its URL. */
  readonly createDatabase: (as?: { readonly name?: string; readonly copyOf?: string }) => Promise<string>;
  /** Its files stay in that folder when it stops, for others to begin with; without it they are gone. */
  readonly stop: (keptIn?: string) => Promise<void>;
}

/** Directory of the PostgreSQL server programs (15 or newer), or null with the reason to show when there are none. */
export function findPostgres(): { readonly bin: string } | { readonly bin: null; readonly why: string } {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root)
    ? readdirSync(root)
        .map(Number)
        .filter((version) => version >= 15)
    : [];
  for (const version of versions.toSorted((a, b) => a - b)) {
    const bin = join(root, String(version), 'bin');
    if (existsSync(join(bin, 'initdb'))) return { bin };
  }
  const found = spawnSync('sh', ['-c', 'command -v postgres'], { encoding: 'utf8' }).stdout.trim();
  if (found !== '' && existsSync(join(found, '..', 'initdb'))) return { bin: join(found, '..') };
  return { bin: null, why: 'no PostgreSQL 15 server programs on this machine (Debian: apt-get install postgresql-15)' };
}

const DATA = 'data';

export interface ClusterOptions {
  /** Keeps what it has committed, as a real one does, for measuring: tests have no use for what outlives a crash. */
  readonly durable?: boolean;
  /** Listens on 127.0.0.1 too, for programs that cannot use a socket. */
  readonly tcp_port?: number;
  /** 'name=value', after the usual ones. */
  readonly settings?: readonly string[];
  /** A folder that `stop` kept one in: it begins as a copy of that. */
  readonly copyOf?: string;
}

export async function startCluster(bin: string, options: ClusterOptions = {}): Promise<TestCluster> {
  const dir = mkdtempSync(join(options.durable ? tmpdir() : busyFolder(), 'binnacle-pg-'));
  const owner = unprivilegedUser();
  if (owner) {
    chownSync(dir, owner.uid, owner.gid);
    chmodSync(dir, 0o700);
  }
  const as: SpawnSyncOptions = {
    ...owner,
    cwd: dir,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
  };
  const data = join(dir, DATA);
  if (options.copyOf !== undefined) copy(join(options.copyOf, DATA), data);
  else {
    // half of what is copied would be the log's own files
    const log = options.durable ? [] : ['--wal-segsize=1'];
    const made = spawnSync(
      join(bin, 'initdb'),
      ['-D', data, '-A', 'trust', '-U', 'binnacle', '-E', 'UTF8', '--locale=C', '--no-sync', ...log],
      as,
    );
    if (made.status !== 0) throw new Error(`a cluster could not be made: ${String(made.stderr)}`);
  }
  const settings = [
    ...(options.durable ? [] : ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off', 'max_wal_size=128MB']),
    'max_connections=60',
    'shared_buffers=64MB',
    ...(options.tcp_port === undefined
      ? ['listen_addresses=']
      : ['listen_addresses=127.0.0.1', `port=${options.tcp_port}`]),
    ...(options.settings ?? []),
  ];
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, '-k', dir, ...settings.flatMap((setting) => ['-c', setting])],
    { ...owner, cwd: dir, stdio: 'ignore', env: { PATH: process.env['PATH'], LC_ALL: 'C' } },
  );
  const at = options.tcp_port === undefined ? 'localhost' : `127.0.0.1:${options.tcp_port}`;
  const socket = options.tcp_port === undefined ? `?host=${encodeURIComponent(dir)}` : '';
  const url = (database: string): string => `postgres://binnacle@${at}/${database}${socket}`;
  // A test process that dies takes its cluster along.
  const kill = (): void => void server.kill('SIGQUIT');
  process.once('exit', kill);
  await untilReady(url('postgres'));
  let count = 0;
  return {
    createDatabase: async ({ name, copyOf } = {}) => {
      count += 1;
      const database = name ?? `test_${count}`;
      const client = new pg.Client({ connectionString: url('postgres') });
      await client.connect();
      await client.query(`create database ${database}${copyOf === undefined ? '' : ` template ${copyOf}`}`);
      await client.end();
      return url(database);
    },
    stop: async (keptIn) => {
      process.off('exit', kill);
      const gone = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGINT');
      await gone;
      if (keptIn !== undefined) copy(data, join(keptIn, DATA));
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** With owners and rights, also from a disk into memory. */
function copy(from: string, to: string): void {
  const copied = spawnSync('cp', ['-a', from, to], { encoding: 'utf8' });
  if (copied.status !== 0) throw new Error(`a cluster could not be copied: ${copied.stderr}`);
}

async function untilReady(url: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (attempt >= 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** PostgreSQL refuses to run as root: then somebody harmless runs it. */
function unprivilegedUser(): { readonly uid: number; readonly gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const found = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  if (!found) throw new Error('no unprivileged user to run PostgreSQL as');
  return { uid: Number(found[2]), gid: Number(found[3]) };
}
