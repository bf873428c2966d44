/** Zero from the npm registry, in a folder of its own: its cache server, the answerer of its questions, its client. */
import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endFamilies, familyOf } from '../process/family.ts';
import { freePort } from '../process/world.ts';
import { nextOf } from './messages.ts';
import type { PlainTable } from './source.ts';

export const ZERO_VERSION = '1.9.0';

export interface ZeroRig {
  /** Milliseconds from the start of the cache server until its own copy of the tables was made. */
  readonly copied_ms: number;
  client(): ChildProcess;
  /** Of its server's processes together, at their highest. */
  peakMb(): number;
  /** Its copy of the tables, with its logs. */
  copyBytes(): number;
  stop(): Promise<void>;
}

/** Installs without running any package's scripts: the one native part comes prebuilt. */
export function installZero(folder: string): void {
  cpSync(join(import.meta.dirname, 'zero'), folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const done = spawnSync(
    'npm',
    ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', `@rocicorp/zero@${ZERO_VERSION}`],
    { cwd: folder, encoding: 'utf8' },
  );
  if (done.status !== 0) throw new Error(`npm could not install Zero: ${done.stderr}`);
}

export async function startZero(folder: string, database_url: string, tables: readonly PlainTable[]): Promise<ZeroRig> {
  writeFileSync(join(folder, 'tables.json'), JSON.stringify(tables));
  const [port, questions] = [await freePort(), await freePort()];
  const endpoint = fork(join(folder, 'endpoint.mjs'), [String(questions)]);
  await nextOf(endpoint);
  const copies = join(folder, 'copy');
  mkdirSync(copies);
  const started = performance.now();
  const cache = spawn(process.execPath, [join(folder, 'node_modules/@rocicorp/zero/out/zero/src/cli.js')], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'development',
      DO_NOT_TRACK: '1',
      ZERO_ENABLE_TELEMETRY: 'false',
      ZERO_UPSTREAM_DB: database_url,
      ZERO_REPLICA_FILE: join(copies, 'zero.db'),
      ZERO_PORT: String(port),
      ZERO_QUERY_URL: `http://127.0.0.1:${questions}/query`,
      ZERO_ADMIN_PASSWORD: 'rivals',
      ZERO_NUM_SYNC_WORKERS: '1',
      ZERO_LOG_LEVEL: 'info',
    },
  });
  let words = '';
  for (const stream of [cache.stdout, cache.stderr]) stream.on('data', (part: Buffer) => (words += part.toString()));
  const url = `http://127.0.0.1:${port}`;
  await answers(url, cache, () => words);
  const copied_ms = performance.now() - started;
  const roots = (): number[] => [cache.pid, endpoint.pid].flatMap((pid) => pid ?? []);
  return {
    copied_ms,
    client: () => fork(join(folder, 'client.mjs'), [url]),
    peakMb: () =>
      roots()
        .flatMap(familyOf)
        .reduce((sum, pid) => sum + highestMb(pid), 0),
    copyBytes: () => readdirSync(copies).reduce((sum, name) => sum + statSync(join(copies, name)).size, 0),
    stop: async () => await endFamilies(roots()),
  };
}

async function answers(url: string, cache: ChildProcess, words: () => string): Promise<void> {
  for (let tries = 0; ; tries++) {
    const said = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    );
    if (said) return;
    if (cache.exitCode !== null || tries > 3000) throw new Error(`zero-cache does not answer: ${words().slice(-4000)}`);
    await sleep(100);
  }
}

function highestMb(pid: number): number {
  const [, kib = '0'] = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1000;
}
