/** Every screen in light and dark: no serious violation, no error in the console; and the way through by keyboard. */
import type { Locator, Page } from '@playwright/test';
import { addMonths, monthOfDay } from '#domain/calendar.ts';
import { World } from '../process/world.ts';
import { expectAccessible } from './accessible.ts';
import {
  cells,
  expect,
  grid,
  type Host,
  itemPanel,
  openFirstItem,
  rail,
  signIn,
  startCockpit,
  test,
  watch,
} from './stage.ts';

test.describe.configure({ mode: 'serial' });

let world: World;
let host: Host;
let page: Page;
let problems: readonly string[];

test.beforeAll(async ({ browser }) => {
  world = new World();
  host = await startCockpit(world);
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  page = await context.newPage();
  problems = watch(page);
  await page.goto(host.printed);
});
test.afterEach(() => expect(problems).toEqual([]));
test.afterAll(async () => {
  await page.context().close();
  await world.close();
});

/** Whole in the demo of any day. */
const LAST_MONTH = addMonths(monthOfDay(Math.floor(Date.now() / 86_400_000)), -1);

const SCREENS: readonly { readonly path: string; readonly ready: () => Promise<void> }[] = [
  { path: '/today', ready: async () => await expect(page.getByRole('grid', { name: 'Decisions' })).toBeVisible() },
  { path: '/exceptions', ready: async () => await expect(cells(page, 'subject').first()).toBeVisible() },
  { path: '/approvals/transfers', ready: async () => await expect(cells(page, 'state').first()).toBeVisible() },
  { path: '/suppliers', ready: async () => await expect(cells(page, 'name').first()).toBeVisible() },
  { path: '/stock', ready: async () => await expect(cells(page, 'name').first()).toBeVisible() },
  { path: '/fill-rate', ready: async () => await expect(cells(page, 'label').first()).toBeVisible() },
  { path: '/delays', ready: async () => await expect(cells(page, 'probability').first()).toBeVisible() },
  { path: '/margin', ready: async () => await expect(cells(page, 'label').first()).toBeVisible() },
  {
    path: `/margin/lines=net%7C${LAST_MONTH}%7C${LAST_MONTH}`,
    ready: async () => await expect(cells(page, 'adds').first()).toBeVisible(),
  },
  { path: '/close', ready: async () => await expect(cells(page, 'ref').first()).toBeVisible() },
  { path: '/credit', ready: async () => await expect(cells(page, 'open').first()).toBeVisible() },
  { path: '/ledger', ready: async () => await expect(cells(page, 'balance').first()).toBeVisible() },
  { path: '/sync', ready: async () => await expect(page.getByRole('heading', { name: 'Check' })).toBeVisible() },
  { path: '/admin', ready: async () => await expect(cells(page, 'name').first()).toBeVisible() },
  { path: '/admin/trail=', ready: async () => await expect(cells(page, 'what').first()).toBeVisible() },
  {
    path: '/settings',
    ready: async () => await expect(page.getByRole('radiogroup', { name: 'Colours' })).toBeVisible(),
  },
  { path: '/help', ready: async () => await expect(page.getByText('First-pass').first()).toBeVisible() },
];

test('signing in', async () => {
  await expect(page.getByRole('region', { name: 'Demo accounts' })).toBeVisible();
  await expectAccessible(page, 'sign-in');
  await signIn(page, 'admin', 'wrong');
  await expect(page.getByLabel('Password')).toHaveAccessibleDescription(/password/i);
  await expectAccessible(page, 'a refused sign-in');
  await signIn(page, 'admin');
  await expect(page.getByRole('grid', { name: 'Decisions' })).toBeVisible({ timeout: 60_000 });
});

for (const { path, ready } of SCREENS) {
  test(`the screen ${path}`, async () => {
    await page.goto(`${host.url}/#${path}`);
    await ready();
    await expectAccessible(page, path);
  });
}

test('panel, dialogs and menus over a screen', async () => {
  await page.goto(`${host.url}/#/stock`);
  await openFirstItem(page);
  await expectAccessible(page, 'item panel', 'aside');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog', { name: 'Find' })).toBeVisible();
  await expectAccessible(page, 'find', '[role="dialog"]');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /user menu$/ }).click();
  await expect(page.getByRole('menu')).toBeVisible();
  await expectAccessible(page, 'user menu', '[role="menu"]');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toBeHidden();
});

/** Presses Tab (or Shift+Tab) until the focus is in `place` and says how often; every stop must be seen. */
async function tabTo(place: Locator, key = 'Tab'): Promise<number> {
  const stops: string[] = [];
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press(key);
    const stop = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return { seen: true, name: 'the page' };
      const marks = [element, ...element.querySelectorAll(':scope > *')].map((each) => getComputedStyle(each));
      const seen = marks.some(
        (style) => (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none',
      );
      return { seen, name: element.outerHTML.slice(0, 120) };
    });
    stops.push(stop.name);
    expect.soft(stop.seen, `the focus can be seen on ${stop.name}`).toBe(true);
    if (await place.evaluate((element) => element.contains(document.activeElement))) return presses + 1;
  }
  throw new Error(`${key} did not come to ${String(place)}, but to ${stops.join('\n')}`);
}

test('by keyboard alone: rail, grid, panel, and back', async () => {
  await page.goto(`${host.url}/#/settings`);
  await page.reload();
  const stock = rail(page).getByRole('link', { name: 'Stock' });
  await expect(stock).toBeVisible();
  await tabTo(stock);
  await page.keyboard.press('Enter');
  const positions = grid(page, 'Stock positions');
  const first = cells(page, 'name').first();
  await expect(first).toBeVisible();
  await tabTo(positions);
  await page.keyboard.press('ArrowDown');
  await expect(first).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(first).toContainText('open');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press(' ');
  const panel = itemPanel(page);
  await expect(panel.getByLabel('Note on this item')).toBeVisible();
  // However many cells a grid has, Tab leaves it at once.
  expect(await tabTo(panel)).toBeLessThan(4);
  await tabTo(panel.getByLabel('Note on this item'));
  await tabTo(positions, 'Shift+Tab');
  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();
  await tabTo(rail(page), 'Shift+Tab');
});
