/** Every screen in light and dark: no serious violation, no error in the console; and the way through by keyboard. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { World } from '../process/world.ts';
import { cells, expect, type Host, rail, signIn, startCockpit, test, watch } from './stage.ts';

test.describe.configure({ mode: 'serial' });

const world = new World();
let host: Host;
let page: Page;
let problems: readonly string[];

test.beforeAll(async ({ seeded, browser }) => {
  test.setTimeout(180_000);
  host = await startCockpit(world, seeded);
  page = await browser.newPage({ reducedMotion: 'reduce' });
  problems = watch(page);
  await page.goto(host.printed);
});
test.afterEach(() => expect(problems).toEqual([]));
test.afterAll(async () => {
  await page.close();
  await world.close();
});

/** What axe calls serious or critical, in light and in dark. */
async function expectAccessible(name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    const words = grave.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
    expect.soft(words, `${name}, ${colorScheme}`).toEqual([]);
  }
}

const SCREENS: readonly { readonly path: string; readonly ready: () => Promise<void> }[] = [
  { path: '/stock', ready: async () => await expect(cells(page, 'name').first()).toBeVisible() },
  { path: '/fill-rate', ready: async () => await expect(cells(page, 'label').first()).toBeVisible() },
  { path: '/margin', ready: async () => await expect(cells(page, 'label').first()).toBeVisible() },
  { path: '/margin/lines=net%7C202610%7C202610', ready: async () => await expect(cells(page, 'adds').first()).toBeVisible() },
  { path: '/close', ready: async () => await expect(cells(page, 'ref').first()).toBeVisible() },
  { path: '/sync', ready: async () => await expect(page.getByRole('heading', { name: 'Check' })).toBeVisible() },
  { path: '/admin', ready: async () => await expect(cells(page, 'name').first()).toBeVisible() },
  { path: '/settings', ready: async () => await expect(page.getByRole('radiogroup', { name: 'Colours' })).toBeVisible() },
];

test('signing in', async () => {
  await expect(page.getByRole('region', { name: 'Demo accounts' })).toBeVisible();
  await expectAccessible('sign-in');
  await signIn(page, 'admin', 'wrong');
  await expect(page.getByLabel('Password')).toHaveAccessibleDescription(/password/i);
  await expectAccessible('a refused sign-in');
  await signIn(page, 'admin');
  await expect(cells(page, 'name').first()).toBeVisible({ timeout: 60_000 });
});

for (const { path, ready } of SCREENS) {
  test(`the screen ${path}`, async () => {
    await page.goto(`${host.url}/#${path}`);
    await ready();
    await expectAccessible(path);
  });
}

test('panel, dialogs and menus over a screen', async () => {
  await page.goto(`${host.url}/#/stock`);
  await cells(page, 'name').first().click();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press(' ');
  await expect(page.getByRole('complementary', { name: 'Item' }).getByText('Free to promise')).toBeVisible();
  await expectAccessible('item panel');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog', { name: 'Find' })).toBeVisible();
  await expectAccessible('find');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /user menu$/ }).click();
  await expect(page.getByRole('menu')).toBeVisible();
  await expectAccessible('user menu');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toBeHidden();
});

/** Presses Tab (or another key) until the focus is where it should be; every stop on the way must be visible. */
async function tabTo(what: string, arrived: (element: Element) => boolean, key = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press(key);
    const stop = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return { seen: true, name: 'body' };
      const style = getComputedStyle(element);
      const seen =
        (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) ||
        style.boxShadow !== 'none' ||
        element.classList.contains('ag-tab-guard') ||
        getComputedStyle(element, '::after').borderStyle !== 'none';
      return { seen, name: element.outerHTML.slice(0, 160) };
    });
    expect.soft(stop.seen, `the focus on ${stop.name} can be seen`).toBe(true);
    if (await page.evaluate(arrived as never, await page.evaluateHandle(() => document.activeElement))) return;
  }
  throw new Error(`${key} never came to ${what}`);
}

test('by keyboard alone: rail, grid, panel, and back', async () => {
  await page.goto(`${host.url}/#/settings`);
  await page.reload();
  await expect(rail(page)).toBeVisible();
  await tabTo('the rail', (element) => element.closest('nav') !== null && element.textContent === 'Stock');
  await page.keyboard.press('Enter');
  await expect(cells(page, 'name').first()).toBeVisible();
  await tabTo('the grid', (element) => element.closest('[role="grid"]') !== null);
  await page.keyboard.press('ArrowDown');
  await expect(cells(page, 'name').first()).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(cells(page, 'name').first()).toContainText('open');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press(' ');
  const panel = page.getByRole('complementary', { name: 'Item' });
  await expect(panel).toBeVisible();
  await tabTo('the panel', (element) => element.closest('aside') !== null);
  await tabTo('the note', (element) => element.tagName === 'TEXTAREA');
  await tabTo('the grid', (element) => element.closest('[role="grid"]') !== null, 'Shift+Tab');
  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();
});
