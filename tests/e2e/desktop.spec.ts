/**
 * Wiring on a stand-in: the built main, preload, replica and renderer together, on Chromium and Node in place of
 * Electron. Not run on real Electron.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, expect, type Page, test } from '@playwright/test';
import { ensureDesktop } from '../../build/ensureRenderer.ts';
import { findBrowser } from '../../build/findBrowser.ts';
import { freePort, World } from '../process/world.ts';

const STAND_IN = join(import.meta.dirname, 'standIn', 'register.ts');
const NODE = join(import.meta.dirname, '..', '..', 'node_modules', '.bin', 'node');

const world = new World();
let shell: ChildProcess | undefined;
let words = '';

test.afterAll(async () => {
  shell?.kill('SIGKILL');
  await world.close();
});

async function openShell(serverUrl: string): Promise<Page> {
  const dist = await ensureDesktop();
  const browser = await findBrowser();
  const port = await freePort();
  shell = spawn(
    NODE,
    [
      '--import',
      STAND_IN,
      join(dist, 'main', 'main.js'),
      `--server-url=${serverUrl}`,
      `--data-dir=${world.path('data')}`,
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        STAND_IN_PROFILE: world.path('profile'),
        STAND_IN_PORT: String(port),
        BINNACLE_BROWSER: browser.path ?? '',
      },
    },
  );
  for (const stream of [shell.stdout, shell.stderr]) stream?.on('data', (text: Buffer) => (words += text.toString()));
  let page: Page | undefined;
  await expect(async () => {
    const chromiumOfShell = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    page = chromiumOfShell
      .contexts()
      .flatMap((context) => context.pages())
      .find((each) => each.url().startsWith('http://binnacle.localhost/'));
    expect(page, words).toBeDefined();
  }).toPass({ timeout: 60_000 });
  if (page === undefined) throw new Error(words);
  return page;
}

/** The data service: the child of the shell that runs the replica bundle. */
function dataServicePid(): number {
  const parent = shell?.pid ?? 0;
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ');
  const found = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('utility.js'));
  if (found === undefined) throw new Error('the shell runs no data service');
  return Number(found);
}

async function signIn(page: Page): Promise<void> {
  await page.getByLabel('User name').fill('planner');
  await page.getByLabel('Password').fill('demo');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.locator('.ag-row .ag-cell').first()).toBeVisible({ timeout: 60_000 });
}

test('the window signs in over its port, survives the end of the data service, and closes cleanly', async () => {
  test.skip(process.platform !== 'linux', 'the stand-in finds its processes in /proc');
  const { url } = await world.server(['--data-dir', world.path('central')]);
  const page = await openShell(url);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await page.reload();

  await signIn(page);
  const lost = dataServicePid();
  process.kill(lost, 'SIGKILL');
  // The new service knows no one yet: its window asks who it is, without being reloaded.
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible({ timeout: 30_000 });
  expect(dataServicePid()).not.toBe(lost);
  await signIn(page);
  expect(problems, words).toEqual([]);

  const ended = new Promise((resolve) => shell?.once('exit', resolve));
  shell?.kill('SIGTERM');
  expect(await ended, words).toBe(0);
});
