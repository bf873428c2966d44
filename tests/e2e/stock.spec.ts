/** A planner at the stock: an item's promise by week, its movements to the last unit, and the purchase order behind it. */
import { World } from '../process/world.ts';
import { expectAccessible } from './accessible.ts';
import { cells, expect, type Host, itemPanel, openFirstItem, rail, startCockpit, test, watch } from './stage.ts';

test.describe.configure({ mode: 'serial' });

let world: World;
let host: Host;
test.beforeAll(async () => {
  world = new World();
  host = await startCockpit(world);
});
test.afterAll(async () => await world.close());

test('an item says what may be promised, what moved it, and opens its purchase order by keyboard', async ({ page }) => {
  const problems = watch(page);
  await page.goto(host.printed);
  await page.getByRole('region', { name: 'Demo accounts' }).getByRole('button', { name: 'planner' }).click();
  await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible({ timeout: 60_000 });
  await rail(page).getByRole('link', { name: 'Stock' }).click();
  await openFirstItem(page);
  const panel = itemPanel(page);
  const promise = panel.getByRole('table', { name: /Available to promise/ });
  await expect(promise.getByRole('row')).toHaveCount(13);

  const moves = panel.getByRole('table', { name: /Movements/ });
  const latest = moves.getByRole('row').nth(1);
  await expect(latest).toBeVisible();
  // the newest movement left what is on hand now
  const on_hand = await panel.getByText('On hand', { exact: true }).locator('xpath=../*[last()]').innerText();
  await expect(latest.getByRole('cell').last()).toHaveText(on_hand);
  await panel.getByRole('button', { name: /^Show \d+ more$/ }).click();
  await expect.poll(async () => await moves.getByRole('row').count()).toBeGreaterThan(9);
  // when could so many be had: said below the field, and what is no number is said at it
  const many = panel.getByLabel(/^How many/);
  await many.fill('5');
  await many.press('Enter');
  await expect(panel.getByText(/^(Today|\w{3}\s\d+\s\w{3}.*) at [A-Z]/).first()).toBeVisible();
  await expectAccessible(page, 'item with a promise', 'aside[aria-label="Item"]');
  await many.fill('many');
  await many.press('Enter');
  await expect(many).toHaveAccessibleDescription(/A number above 0/);
  await expectAccessible(page, 'item', 'aside[aria-label="Item"]');

  const purchase = moves
    .getByRole('button')
    .and(panel.getByRole('row', { name: /Receipt/ }).getByRole('button'))
    .first();
  await purchase.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: /^Purchase order / });
  await expect(dialog.getByRole('grid', { name: /^Lines of purchase order/ })).toBeVisible();
  await expect(dialog.getByText('Supplier', { exact: true })).toBeVisible();
  await expectAccessible(page, 'dialog', '[role="dialog"]');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(purchase).toBeFocused();

  // every site of the item, and of one of them the whole working
  const site = panel
    .getByRole('list')
    .filter({ hasText: /order today|nothing before|nothing is asked for|no / })
    .first();
  await site.getByRole('button').first().click();
  await expect(panel.getByText(/^Lead time [\d.]+ days/)).toBeVisible();
  await expect(panel.getByText('To order', { exact: true })).toBeVisible();
  await expectAccessible(page, 'item', 'aside[aria-label="Item"]');

  // a key is meant for the cell it was typed on, also before the grid has told that it is the focused one
  await page.locator('.ag-row[row-index="1"] .ag-cell[col-id="name"]').click();
  await expect(page.locator('.ag-row[row-index="1"] .ag-cell[col-id="name"]')).toBeFocused();
  await page.evaluate(() => {
    for (const key of ['ArrowUp', 'ArrowLeft']) {
      document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    }
  });
  await expect(cells(page, 'name').first()).toContainText('folded');
  expect(problems).toEqual([]);
});

test('one supplier’s items are picked by name, and the chip lifts the filter', async ({ page }) => {
  const problems = watch(page);
  await host.enter(page, '/stock');
  await page.getByRole('radio', { name: 'Supplier' }).click();
  await expect.poll(async () => await cells(page, 'name').count()).toBeGreaterThan(3);
  const groups = await cells(page, 'name').allInnerTexts();
  const all = await page.locator('footer').innerText();
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  const offered = page.getByRole('menu', { name: 'Add a filter' }).getByRole('menuitem');
  await expect.poll(async () => await offered.count()).toBeGreaterThan(9);
  const last = offered.last();
  const name = (await last.innerText()).trim();
  await last.click();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: `Remove filter Supplier ${name}` })).toBeVisible();
  await expect(cells(page, 'name')).toHaveCount(1);
  await expect(cells(page, 'name')).toContainText(name);
  await expectAccessible(page, 'stock', 'main');
  await page.getByRole('button', { name: `Remove filter Supplier ${name}` }).click();
  await expect.poll(async () => await cells(page, 'name').allInnerTexts()).toEqual(groups);
  expect((await page.locator('footer').innerText()).replace(/ · \d+ ms/, '')).toBe(all.replace(/ · \d+ ms/, ''));
  expect(problems).toEqual([]);
});

test('a panel that is closed while the focus moves on stays closed, and a screen that was left stays left', async ({
  page,
}) => {
  const problems = watch(page);
  await host.enter(page, '/stock');
  await openFirstItem(page);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Escape');
  await expect(itemPanel(page)).toBeHidden();
  // longer than the focus has to rest before the panel follows it
  await page.waitForTimeout(400);
  await expect(itemPanel(page)).toBeHidden();
  await page.keyboard.press(' ');
  await expect(itemPanel(page)).toBeVisible();
  await page.keyboard.press('ArrowDown');
  // longer than the focus has to rest passes before the next screen is there
  await page.evaluate(() => {
    window.location.hash = '#/help';
    const until = performance.now() + 300;
    while (performance.now() < until);
  });
  await expect(page.getByRole('heading', { name: 'Help', exact: true })).toBeVisible();
  await page.waitForTimeout(400);
  expect(new URL(page.url()).hash).toBe('#/help');
  expect(problems).toEqual([]);
});
