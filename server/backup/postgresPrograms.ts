/** PostgreSQL's own pg_dump and pg_restore, found on this machine and run on one database. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BinnacleError } from '#contract/errors.ts';

export type PostgresProgram = 'pg_dump' | 'pg_restore';

/** Where Debian puts them, newest first; elsewhere they are on the PATH. */
const DEBIAN = '/usr/lib/postgresql';
const MESSAGE_CHARACTERS = 2000;

/**
 * Runs one of them to its end. The address goes by the environment, never by an argument that other people of the machine
 * can read in the list of processes.
 */
export async function runPostgresProgram(
  program: PostgresProgram,
  url: string,
  args: readonly string[],
): Promise<void> {
  const child = spawn(findProgram(program), args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...environmentOf(url) },
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-MESSAGE_CHARACTERS);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new BinnacleError('server_error', `${program} did not succeed: ${said.trim()}`);
}

function findProgram(program: PostgresProgram): string {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).map(Number).filter(Number.isFinite) : [];
  for (const version of versions.toSorted((a, b) => b - a)) {
    const file = join(DEBIAN, String(version), 'bin', program);
    if (existsSync(file)) return file;
  }
  if (spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0) return program;
  throw new BinnacleError(
    'not_found',
    `${program} is not on this machine. Install PostgreSQL’s client programs (Debian: apt-get install postgresql-client).`,
  );
}

/** The parts of the address in the variables that PostgreSQL's programs read. */
function environmentOf(url: string): Record<string, string> {
  const parsed = new URL(url);
  const host = parsed.searchParams.get('host') ?? parsed.hostname;
  const values: Readonly<Record<string, string>> = {
    PGHOST: host,
    PGPORT: parsed.port,
    PGUSER: decodeURIComponent(parsed.username),
    PGPASSWORD: decodeURIComponent(parsed.password),
    PGDATABASE: decodeURIComponent(parsed.pathname.slice(1)),
    PGSSLMODE: parsed.searchParams.get('sslmode') ?? '',
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}
