/**
 * Wiring on a stand-in: the built main, preload, replica and renderer together, on Chromium and Node in place of
 * Electron. Not run on real Electron.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { cells, expect, itemPanel, noteOf, openFirstItem, rail, signIn, Stage, test, watch } from './stage.ts';
import { Desktop } from './standIn/desktop.ts';

test.skip(process.platform !== 'linux', 'the stand-in finds its processes in /proc');
test.describe.configure({ mode: 'serial' });

let stage: Stage;
let desktop: Desktop;
let page: Page;

test.beforeAll(async () => {
  stage = await Stage.open();
  desktop = await start();
});
test.afterAll(async () => {
  await desktop.end();
  await stage.close();
});

async function start(env: Readonly<Record<string, string>> = {}): Promise<Desktop> {
  const { world, url } = stage;
  const profile = world.path('profile');
  return await Desktop.start({ serverUrl: url, dataDir: world.path('data'), profile, env });
}

const note = (on: Page) => itemPanel(on).getByLabel('Note on this item');
const signInButton = (on: Page) => on.getByRole('button', { name: 'Sign in', exact: true });
/** As when the window is put into the background. What a port holds leaves the page in a task of its own here: after it. */
const handOverDrafts = (on: Page) =>
  on.evaluate(async () => {
    document.dispatchEvent(new Event('visibilitychange'));
    await new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener('message', resolve, { once: true });
      port1.start();
      port2.postMessage(null);
    });
  });

test('the window signs in over its port', async () => {
  page = await desktop.page();
  const problems = watch(page);
  await page.reload();
  await signIn(page, 'planner');
  await openItemOfStock(page);
  expect(problems, desktop.words).toEqual([]);
});

test('kill -9 of the data service loses nothing typed, asks for no password and loads no page anew', async () => {
  const problems = watch(page);
  await page.evaluate(() => document.body.setAttribute('data-same-page', ''));
  await note(page).fill('typed while the service ended');
  await desktop.killService();
  await expect(signInButton(page)).toBeHidden();
  await expect(note(page)).toHaveValue('typed while the service ended');
  await itemPanel(page).getByRole('button', { name: 'Add note' }).click();
  await expect(noteOf(page, 'typed while the service ended')).toHaveCount(1);
  await expect(note(page)).toHaveValue('');
  // asked while there is no service: answered by the next one, once
  await note(page).fill('sent into the gap');
  process.kill(desktop.servicePid(), 'SIGKILL');
  await itemPanel(page).getByRole('button', { name: 'Add note' }).click();
  await expect(noteOf(page, 'sent into the gap')).toHaveCount(1, { timeout: 30_000 });
  await expect(page.locator('body[data-same-page]')).toHaveCount(1);
  await expect(signInButton(page)).toBeHidden();
  expect(problems, desktop.words).toEqual([]);
});

test('a page that crashed comes back on the same screen with what was typed', async () => {
  const address = page.url();
  await note(page).fill('typed before the crash');
  await handOverDrafts(page);
  const dead = page;
  const session = await page.context().newCDPSession(page);
  session.send('Page.crash').catch(() => undefined);
  page = await desktop.page(dead);
  expect(page.url()).toBe(address);
  await expect(note(page)).toHaveValue('typed before the crash', { timeout: 30_000 });
  await expect(signInButton(page)).toBeHidden();
});

test('the whole program killed: the text is there after the next sign-in', async () => {
  await note(page).fill('typed before everything ended');
  await handOverDrafts(page);
  await expect.poll(async () => await draftOf(page), { timeout: 10_000 }).toBe('typed before everything ended');
  desktop.kill();
  desktop = await start();
  page = await desktop.page();
  await signIn(page, 'planner');
  await openItemOfStock(page);
  await expect(note(page)).toHaveValue('typed before everything ended');
});

test('keys are locked by the keychain and the password; the command line asks through the window', async () => {
  expect(readKeyFile()).toMatchObject({ keychain: true });
  expect(desktop.serviceCommandLine()).not.toMatch(/key|password|planner|http/i);
  const asked = await stage.query<{ user_name: string }>('data', 'planner', 'session', {});
  expect(asked.user_name).toBe('planner');
  const log = readFileSync(join(stage.world.path('data'), 'logs', 'binnacle.log'), 'utf8');
  expect(log).toContain('the data service ended with code');
  expect(log).toContain('the page ended: crashed');
  expect(log).not.toMatch(/[0-9a-f]{32}/);

  expect(await desktop.quit(), desktop.words).toBe(0);
  const alone = await stage.run(['query', 'session'], 'data', 'planner');
  expect(alone.code).not.toBe(0);
  expect(alone.stderr).toContain('only the Binnacle window can open');
  const dumped = await stage.run(['dump'], 'data', 'planner');
  expect(dumped.code).not.toBe(0);
  expect(dumped.stdout).not.toContain('"row"');
});

test('without the server both open the data, and neither alone', async () => {
  await stage.killServer();
  desktop = await start();
  page = await desktop.page();
  await signInOffline(page, 'not it');
  await expect(page.getByLabel('Password')).toHaveAccessibleDescription(/does not open/);
  await signInOffline(page, 'demo');
  await openItemOfStock(page);
  await expect(noteOf(page, 'sent into the gap')).toHaveCount(1);
  expect(await desktop.quit(), desktop.words).toBe(0);

  // another account of the operating system, with the right password
  rmSync(join(stage.world.path('profile'), 'keychain'));
  desktop = await start();
  page = await desktop.page();
  await signInOffline(page, 'demo');
  await expect(page.getByText('The keychain of this computer account does not open this data')).toBeVisible();
  await expect(rail(page)).toBeHidden();
  // with the server, that account may begin anew; nothing is deleted
  await stage.startServer();
  await page.reload();
  await signIn(page, 'planner');
  await setAside(page);
  await expect(rail(page)).toBeVisible({ timeout: 60_000 });
  const kept = readdirSync(stage.world.path('data/replicas'), { recursive: true, encoding: 'utf8' });
  for (const file of ['work.db', 'keys.json']) {
    expect(
      kept.some((path) => path.includes(`${file}.aside-`)),
      file,
    ).toBe(true);
  }
  expect(await desktop.quit(), desktop.words).toBe(0);
});

test('a data service that hangs is started again when asked to, and what was typed meanwhile stays', async () => {
  desktop = await start({ STAND_IN_PRESS: 'Restart the data service' });
  page = await desktop.page();
  await signIn(page, 'planner');
  await openItemOfStock(page);
  const hung = desktop.servicePid();
  process.kill(hung, 'SIGSTOP');
  await note(page).fill('typed while nothing answered');
  await expect.poll(() => desktop.words, { timeout: 60_000 }).toContain('The data service does not answer.');
  await expect.poll(() => desktop.servicePid(), { timeout: 30_000 }).not.toBe(hung);
  await itemPanel(page).getByRole('button', { name: 'Add note' }).click();
  await expect(noteOf(page, 'typed while nothing answered')).toHaveCount(1, { timeout: 30_000 });
  await expect(signInButton(page)).toBeHidden();
  expect(await desktop.quit(), desktop.words).toBe(0);
});

test('after a password change the previous one opens the data once; without it, it is set aside on request', async () => {
  const changed = async (password: string): Promise<void> => {
    const file = stage.world.passwordFile('changed', password);
    const admin = ['--server', stage.url, '--user', 'admin', '--password-file', stage.world.passwordFile('admin')];
    const done = await stage.world.run(['user', 'reset', 'planner', '--new-password-file', file, ...admin]);
    expect(done.code, done.stderr).toBe(0);
  };
  const enter = async (password: string): Promise<void> => {
    desktop = await start();
    page = await desktop.page();
    await page.getByLabel('User name').fill('planner');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await signInButton(page).click();
  };
  await changed('long enough 2');
  await enter('long enough 2');
  await expect(page.getByText('still locked with your previous one')).toBeVisible();
  await expect(page.getByLabel('Previous password')).toBeFocused();
  await page.screenshot({ path: test.info().outputPath('previous-password.png') });
  await page.getByLabel('Previous password').fill('demo');
  await signInButton(page).click();
  await openItemOfStock(page);
  await expect(noteOf(page, 'typed while nothing answered')).toHaveCount(1);
  expect(await desktop.quit(), desktop.words).toBe(0);

  await changed('long enough 3');
  await enter('long enough 3');
  await page.getByRole('button', { name: 'Set this data aside and load it afresh' }).click();
  await page.screenshot({ path: test.info().outputPath('set-aside.png') });
  await page.getByRole('button', { name: 'Keep it and go back' }).click();
  await expect(page.getByLabel('Previous password')).toBeVisible();
  await setAside(page);
  await expect(rail(page)).toBeVisible({ timeout: 60_000 });
  expect(await desktop.quit(), desktop.words).toBe(0);
});

test('a computer without a keychain says so once', async () => {
  rmSync(stage.world.path('data'), { recursive: true });
  desktop = await start({ STAND_IN_KEYCHAIN: 'basic_text' });
  page = await desktop.page();
  await signIn(page, 'planner', 'long enough 3');
  await expect(rail(page)).toBeVisible({ timeout: 60_000 });
  expect(readKeyFile()).toMatchObject({ keychain: false });
  await rail(page).getByRole('link', { name: 'Sync' }).click();
  await expect(page.getByText('This computer has no keychain that Binnacle can use')).toHaveCount(1);
  expect(await desktop.quit(), desktop.words).toBe(0);
});

async function setAside(on: Page): Promise<void> {
  await on.getByRole('button', { name: 'Set this data aside and load it afresh' }).click();
  await on.getByRole('button', { name: 'Set aside and load afresh' }).click();
}

async function openItemOfStock(on: Page): Promise<void> {
  await rail(on).getByRole('link', { name: 'Stock' }).click({ timeout: 60_000 });
  await expect(cells(on, 'name').first()).toBeVisible({ timeout: 60_000 });
  await openFirstItem(on);
}

async function signInOffline(on: Page, password: string): Promise<void> {
  await on.getByLabel('User name').fill('planner');
  await on.getByLabel('Password').fill(password);
  await on.getByRole('button', { name: 'Sign in offline' }).click();
}

/** What the page's editor holds and the encrypted file keeps, by loading the page again. */
async function draftOf(on: Page): Promise<string> {
  await on.reload();
  await expect(note(on)).toBeEditable();
  return await note(on).inputValue();
}

function readKeyFile(): unknown {
  const replicas = stage.world.path('data/replicas');
  const [found, ...more] = readdirSync(replicas, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('keys.json'),
  );
  expect(more).toEqual([]);
  return JSON.parse(readFileSync(join(replicas, found ?? ''), 'utf8'));
}
