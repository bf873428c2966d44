/** Real processes for tests: the `binnacle` command as a user runs it, its JSON events, and ways to kill it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { builtCommandLine } from '#build/checks/builtCommands.ts';
import { onceARun } from '#server/testing/onceARun.ts';
import { endFamilies } from './family.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const NODE = join(ROOT, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');

export interface Event {
  readonly event: string;
  readonly [key: string]: unknown;
}

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly events: readonly Event[];
  readonly stdout: string;
  readonly stderr: string;
}

export class Process {
  readonly events: Event[] = [];
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  stdout = '';
  stderr = '';
  ended = false;
  private readonly waiters = new Set<() => void>();

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}, fromSource = false) {
    const program = (fromSource ? null : builtCommandLine()) ?? join(ROOT, 'cli', 'binnacle.ts');
    this.child = spawn(NODE, [program, ...args], {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { stdout, stderr } = this.child;
    if (!stdout || !stderr) throw new Error('pipes are missing');
    createInterface({ input: stdout }).on('line', (line) => {
      this.stdout += `${line}\n`;
      if (line.startsWith('{"event"')) this.events.push(JSON.parse(line) as Event);
      for (const waiter of this.waiters) waiter();
    });
    stderr.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    this.finished = new Promise((resolve) => {
      this.child.once('close', (code, signal) => {
        this.ended = true;
        for (const waiter of this.waiters) waiter();
        resolve({ code, signal, events: this.events, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }

  /** Somebody waits for an event of it. */
  get waitedFor(): boolean {
    return this.waiters.size > 0;
  }

  /**
   * The first event of that name, past or to come; rejects when the process ends without it. A test has a shorter limit of its
   * own: what it waited for in vain is told when its world closes.
   */
  async waitFor(name: string, timeoutMs = 600_000): Promise<Event> {
    const found = () => this.events.find((event) => event.event === name);
    const first = found();
    if (first) return first;
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => finish(new Error(`no "${name}" within ${timeoutMs} ms; stderr: ${this.stderr}`)),
        timeoutMs,
      );
      const finish = (result: Event | Error) => {
        clearTimeout(timer);
        this.waiters.delete(check);
        if (result instanceof Error) reject(result);
        else resolve(result);
      };
      const check = () => {
        const event = found();
        if (event) finish(event);
        else if (this.ended) finish(new Error(`ended without "${name}": ${this.stderr}${this.stdout}`));
      };
      this.waiters.add(check);
      check();
    });
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Finished> {
    if (!this.ended) this.child.kill(signal);
    return await this.finished;
  }
}

/** One folder, its processes and its password files; `close` kills and removes everything. */
export class World {
  readonly dir = mkdtempSync(join(tmpdir(), 'binnacle-world-'));
  private readonly running: Process[] = [];
  private readonly begun: 'from source' | 'built';

  /** From source everything begins as a user's does; built it begins in half the time, where this run of tests has built it. */
  constructor(begun: 'from source' | 'built' = 'built') {
    this.begun = begun;
  }

  passwordFile(name: string, password = 'demo'): string {
    const file = join(this.dir, `${name}.password`);
    writeFileSync(file, `${password}\n`, { mode: 0o600 });
    return file;
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  start(args: readonly string[], env?: Readonly<Record<string, string>>): Process {
    const started = new Process(args, env, this.begun === 'from source');
    this.running.push(started);
    return started;
  }

  /** A folder of that name with the small demo in it, for a server of its own. */
  async copyDemo(name: string): Promise<void> {
    await this.copyOf('central', name);
  }

  /** A machine of that name that person has loaded before; once for each server, because it is one installation. */
  async copyMachine(name: string, user: Person): Promise<void> {
    await this.copyOf(user, name);
  }

  private async copyOf(part: string, name: string): Promise<void> {
    const source = join(await filledDemo(), part);
    await cp(source, this.path(name), { recursive: true, mode: constants.COPYFILE_FICLONE });
  }

  /** Runs a command to its end with --json. */
  async run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Finished> {
    return await this.start([...args, '--json'], env).finished;
  }

  /** Starts a server and resolves when it listens. */
  async server(
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Promise<{ url: string; process: Process }> {
    // a test that wants a demo of a certain size says so
    const size = args.includes('--empty') || args.includes('--size') ? [] : ['--size', 'small'];
    const started = this.start(['server', ...size, ...args, '--json'], env);
    const listening = await started.waitFor('listening');
    return { url: String(listening['url']), process: started };
  }

  async close(): Promise<void> {
    for (const { waitedFor, child, stdout, stderr } of this.running) {
      if (waitedFor) console.error(`waited in vain for ${child.spawnargs.slice(2).join(' ')}\n${stderr}${stdout}`);
    }
    await endFamilies(this.running.flatMap((each) => (each.ended ? [] : (each.child.pid ?? []))));
    await Promise.all(this.running.map((each) => each.finished));
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** People of whom a loaded machine is kept beside the demo. */
export const PEOPLE = ['planner', 'finance', 'controller'] as const;
export type Person = (typeof PEOPLE)[number];

/** The folders of a stopped server with the small demo and of machines that loaded it, made once a run and copied. */
export async function filledDemo(): Promise<string> {
  return await onceARun('demo-small', async (folder) => {
    const world = new World();
    try {
      const { url, process } = await world.server(['--data-dir', join(folder, 'central')]);
      for (const user of PEOPLE) {
        const place = ['--data-dir', join(folder, user), '--user', user, '--password-file', world.passwordFile(user)];
        const pulled = await world.run(['pull', '--server', url, ...place]);
        if (pulled.code !== 0) throw new Error(`${user} could not load the demo: ${pulled.stderr}`);
      }
      const { code, signal } = await process.stop();
      if (code !== 0) throw new Error(`the server of the demo ended with ${code ?? signal}`);
    } finally {
      await world.close();
    }
  });
}

/** A port that was free a moment ago, for servers that must come back on the same address. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
