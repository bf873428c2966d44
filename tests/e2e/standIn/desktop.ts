/** The built shell running on the stand-in, as a test starts, kills and looks at it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, expect, type Page } from '@playwright/test';
import { ensureDesktop } from '../../../build/ensureRenderer.ts';
import { findBrowser } from '../../../build/findBrowser.ts';
import { endFamilies } from '../../process/family.ts';
import { freePort } from '../../process/world.ts';
import { slowDown } from '../slowly.ts';

const REGISTER = join(import.meta.dirname, 'register.ts');
const NODE = join(import.meta.dirname, '..', '..', '..', 'node_modules', '.bin', 'node');

export interface DesktopOptions {
  readonly serverUrl: string;
  readonly dataDir: string;
  /** The account of the operating system: its keychain and the window's profile. */
  readonly profile: string;
  readonly env?: Readonly<Record<string, string>>;
}

export class Desktop {
  readonly process: ChildProcess;
  private readonly browser: () => Promise<Browser>;
  private readonly ended: Promise<number | null>;
  /** What it wrote. */
  words = '';

  private constructor(child: ChildProcess, port: number) {
    this.process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text: Buffer) => (this.words += text.toString()));
    }
    this.ended = new Promise((resolve) => child.once('exit', resolve));
    this.browser = () => chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  }

  static async start(options: DesktopOptions): Promise<Desktop> {
    const dist = await ensureDesktop();
    const { path } = await findBrowser();
    const port = await freePort();
    const child = spawn(
      NODE,
      [
        '--import',
        REGISTER,
        join(dist, 'main', 'main.js'),
        `--server-url=${options.serverUrl}`,
        `--data-dir=${options.dataDir}`,
      ],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...process.env,
          ...options.env,
          STAND_IN_PROFILE: options.profile,
          STAND_IN_PORT: String(port),
          BINNACLE_BROWSER: path ?? '',
        },
      },
    );
    return new Desktop(child, port);
  }

  /** The window's page; after a crash, the one that took the place of `dead`. */
  async page(dead?: Page): Promise<Page> {
    let found: Page | undefined;
    await expect(async () => {
      const browser = await this.browser();
      slowDown(browser);
      const pages = browser.contexts().flatMap((context) => context.pages());
      const ours = pages.filter((page) => page.url().startsWith('http://binnacle.localhost/'));
      expect(ours, this.words).toHaveLength(1);
      if (dead) expect(await ours[0]?.evaluate(() => document.readyState)).toBe('complete');
      found = ours[0];
    }).toPass({ timeout: 60_000 });
    if (found === undefined) throw new Error(this.words);
    return found;
  }

  /** The data service: the child of the shell that runs the replica bundle. */
  servicePid(): number {
    return this.findService() ?? 0;
  }

  /** Its command line, as every user of the computer can read it. */
  serviceCommandLine(): string {
    return readFileSync(`/proc/${this.servicePid()}/cmdline`, 'utf8');
  }

  async killService(): Promise<void> {
    const lost = this.servicePid();
    process.kill(lost, 'SIGKILL');
    await expect.poll(() => this.servicePid(), { timeout: 30_000 }).not.toBe(lost);
    await expect.poll(() => this.servicePid(), { timeout: 30_000 }).toBeGreaterThan(0);
  }

  async quit(): Promise<number | null> {
    this.process.kill('SIGTERM');
    return await this.ended;
  }

  kill(): void {
    this.process.kill('SIGKILL');
  }

  /** Kills it with the service and the browser it began, and returns when none of them writes any more. */
  async end(): Promise<void> {
    await endFamilies([this.process.pid ?? 0]);
    await this.ended;
  }

  private findService(): number | undefined {
    const parent = this.process.pid ?? 0;
    const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ');
    const pid = children.find((each) => {
      try {
        return readFileSync(`/proc/${each}/cmdline`, 'utf8').includes('utility.js');
      } catch {
        return false;
      }
    });
    return pid === undefined ? undefined : Number(pid);
  }
}
