/**
 * Real orders of a year, imported by the real commands, and their first months once more. The file is not part of the project: its
 * place comes from BINNACLE_REAL_ORDERS. Two months of it alone, which have a line of a tenth of a cent; with
 * BINNACLE_REAL_ORDERS_WHOLE=1 all of it, which takes minutes.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const FILE = process.env['BINNACLE_REAL_ORDERS'] ?? '';
const present = FILE !== '' && existsSync(FILE);
if (!present) console.warn('The import of real orders is not run: BINNACLE_REAL_ORDERS names no file.');

const BINNACLE = fileURLToPath(new URL('../binnacle.ts', import.meta.url));
const MINUTES = 60_000;
/** What other software adds up for so many lines of the file, from quantity times price. */
const SPRING = {
  lines: 60_000,
  source_total: '1036136.911',
  imported_total: '1036136.91',
  rounding: '0.001',
} as const;
/** So many lines of the file come before them. */
const SPRING_AFTER = 120_000;
const WHOLE = { lines: 541_909, source_total: '9747747.934', imported_total: '9747747.93', rounding: '0.004' } as const;
const TAKEN = process.env['BINNACLE_REAL_ORDERS_WHOLE'] === '1' ? WHOLE : SPRING;
/** So many of its lines come a second time. */
const AGAIN = 10_000;

function binnacle(...args: string[]): ChildProcess {
  return spawn(process.execPath, [BINNACLE, '--json', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** The address of the server once it listens. */
function listening(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    server.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const address = /"event":"listening","url":"([^"]+)"/.exec(text)?.[1];
      if (address !== undefined) resolve(address);
    });
    server.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${text}`)));
  });
}

describe.skipIf(!present)('a real year of orders', () => {
  let dir: string;
  let passwordFile: string;
  let server: ChildProcess;
  let url: string;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'binnacle-real-orders-'));
    passwordFile = join(dir, 'password');
    writeFileSync(passwordFile, 'a long password\n', { mode: 0o600 });
    server = binnacle(
      'server',
      '--empty',
      '--data-dir',
      join(dir, 'data'),
      '--port',
      '0',
      '--admin-password-file',
      passwordFile,
    );
    url = await listening(server);
  });
  afterAll(async () => {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await ended;
    rmSync(dir, { recursive: true, force: true });
  });

  /** The heading and some lines of the file, as a file of its own. */
  const part = (after: number, lines: number): string => {
    const file = join(dir, 'part.csv');
    const text = gunzipSync(readFileSync(FILE)).toString().split('\n');
    writeFileSync(file, [text[0], ...text.slice(after + 1, after + 1 + lines), ''].join('\n'));
    return file;
  };

  const importOnce = async (file: string): Promise<{ done: unknown; seconds: number }> => {
    const started_ms = performance.now();
    const events = await new Promise<string>((resolve, reject) => {
      const connection = ['--server', url, '--user', 'admin', '--password-file', passwordFile];
      const child = binnacle('import', 'orders', '--file', file, ...connection);
      let text = '';
      child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
      child.on('close', (code) => (code === 0 ? resolve(text) : reject(new Error(`the import ended with ${code}`))));
    });
    const last = events.trim().split('\n').at(-1) ?? '';
    return { done: JSON.parse(last), seconds: (performance.now() - started_ms) / 1000 };
  };

  /** Megabytes at most resident since the last call; null where the system does not tell. */
  const peakMemory = (): number | null => {
    const status = `/proc/${server.pid}/status`;
    if (!existsSync(status)) return null;
    const peak_kib = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1]);
    writeFileSync(`/proc/${server.pid}/clear_refs`, '5');
    return Math.round(peak_kib / 1024);
  };

  it('ties to the last digit, needs no quarantine, and changes nothing when it comes again', {
    timeout: 20 * MINUTES,
  }, async () => {
    peakMemory();
    const expected = {
      event: 'done',
      ...TAKEN,
      imported: TAKEN.lines,
      quarantined: 0,
      created: TAKEN.lines,
      quarantined_total: '0',
    };
    const first = await importOnce(TAKEN === WHOLE ? FILE : part(SPRING_AFTER, SPRING.lines));
    const memory_mb = peakMemory();
    expect(first.done).toEqual(expected);
    const again = await importOnce(part(TAKEN === WHOLE ? 0 : SPRING_AFTER, AGAIN));
    expect(again.done).toMatchObject({ lines: AGAIN, imported: AGAIN, created: 0, quarantined: 0 });
    console.info(
      `real orders: ${first.seconds.toFixed(0)} s, ${AGAIN} lines again ${again.seconds.toFixed(0)} s, server at most ${memory_mb ?? '?'} MB`,
    );
    if (memory_mb !== null) expect(memory_mb).toBeLessThan(1000);
  });
});
