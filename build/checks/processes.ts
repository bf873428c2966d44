/** Starts the tools of `npm test`, and finds what they left running. */
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Every process of one test run carries this variable; children inherit it. */
export const RUN_MARKER = 'BINNACLE_TEST_RUN';

export interface ToolRun {
  readonly code: number | null;
  /** What it printed, when it was captured. */
  readonly output: string;
}

export interface ToolOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Captured output is shown by the caller; otherwise it goes straight to the terminal. */
  readonly capture: boolean;
}

/** The script behind a command of an installed package, so that no shell or .cmd wrapper is needed. */
export function toolScript(root: string, packageName: string, command: string): string {
  const manifestPath = createRequire(join(root, 'package.json')).resolve(`${packageName}/package.json`);
  const manifest: unknown = JSON.parse(readFileSync(manifestPath, 'utf8'));
  const bin = isRecord(manifest) ? manifest['bin'] : undefined;
  const script = isRecord(bin) ? bin[command] : undefined;
  if (typeof script !== 'string') throw new Error(`${packageName} has no command ${command}`);
  return join(dirname(manifestPath), script);
}

/** Runs a script with this Node. It gets its own process group, which is ended with it. */
export async function runTool(script: string, args: readonly string[], options: ToolOptions): Promise<ToolRun> {
  const grouped = process.platform !== 'win32';
  const child = spawn(process.execPath, [script, ...args], {
    cwd: options.cwd,
    env: options.env,
    detached: grouped,
    stdio: ['ignore', options.capture ? 'pipe' : 'inherit', options.capture ? 'pipe' : 'inherit'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8');
    stream?.on('data', (text: string) => {
      output += text;
    });
  }
  const stop = (signal: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(grouped ? -child.pid : child.pid, signal);
    } catch {
      // already gone
    }
  };
  const interrupted = (): void => {
    stop('SIGTERM');
    process.exitCode = 130;
  };
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { code, output };
  } finally {
    process.off('SIGINT', interrupted);
    process.off('SIGTERM', interrupted);
    stop('SIGKILL');
  }
}

export interface Leftover {
  readonly pid: number;
  readonly command: string;
}

/** Processes of this run that still live, whatever session they moved to; Linux only, elsewhere none are known. */
export function findLeftovers(runId: string): Leftover[] {
  if (process.platform !== 'linux') return [];
  const found: Leftover[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      const environment = readFileSync(`/proc/${name}/environ`, 'utf8').split('\0');
      if (!environment.includes(`${RUN_MARKER}=${runId}`)) continue;
      found.push({ pid, command: readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() });
    } catch {
      // ended meanwhile, or another user's
    }
  }
  return found;
}

export function endLeftovers(leftovers: readonly Leftover[]): void {
  for (const { pid } of leftovers) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // ended meanwhile
    }
  }
}

/** Files git knows or would add, below the given folders. */
export function trackedFiles(root: string, folders: readonly string[]): string[] {
  const run = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...folders], {
    cwd: root,
    encoding: 'utf8',
  });
  return run.status === 0 ? run.stdout.split('\n').filter((line) => line !== '') : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
