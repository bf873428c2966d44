/** One person's day: signing in, looking, writing, with the server there, gone and back. */
import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import type { ItemDetail } from '#contract/queries.ts';
import { World } from '../process/world.ts';
import {
  cells,
  expect,
  grid,
  type Host,
  itemPanel,
  noteOf,
  openFirstItem,
  pill,
  rail,
  signIn,
  signOut,
  Stage,
  startCockpit,
  test,
  watch,
  writeNote,
} from './stage.ts';

test.describe('signing in', () => {
  // Made here and not above: Playwright also reads this file to list its tests.
  let world: World;
  test.beforeAll(() => {
    world = new World();
  });
  test.afterAll(async () => await world.close());

  test('a wrong password is refused with the reason, a demo account opens today', async ({ page }) => {
    const host = await startCockpit(world);
    const problems = watch(page);
    await page.goto(host.printed);
    await signIn(page, 'planner', 'not it');
    const password = page.getByLabel('Password');
    await expect(password).toHaveAccessibleDescription(/password/i);
    await expect(password).toBeFocused();
    await expect(rail(page)).toBeHidden();

    await page.getByRole('region', { name: 'Demo accounts' }).getByRole('button', { name: 'planner' }).click();
    await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible({ timeout: 60_000 });
    await expect(pill(page)).toContainText('Live', { timeout: 60_000 });
    expect(problems).toEqual([]);
  });
});

test.describe('with and without the server', () => {
  test.describe.configure({ mode: 'serial' });
  let stage: Stage;
  let host: Host;

  test.beforeAll(async () => {
    stage = await Stage.open();
    host = await stage.host('laptop', 'planner');
  });
  test.afterAll(async () => await stage.close());

  /** How often the note is in the copy of somebody else. */
  async function copiesElsewhere(item_id: number, body: string): Promise<number> {
    await stage.pull('desk', 'warehouse');
    const detail = await stage.query<ItemDetail>('desk', 'warehouse', 'itemDetail', { item_id });
    return detail.notes.filter((each) => each.body === body).length;
  }

  test('categories unfold by keyboard and an item opens beside the grid', async ({ page }) => {
    const problems = watch(page);
    await host.enter(page);
    await openFirstItem(page);
    await expect(itemPanel(page).getByRole('heading', { level: 2 })).toHaveText(await rowText(page, 1));
    // The next row's item follows the focus, Escape closes the panel, Left folds the category again.
    await page.keyboard.press('ArrowDown');
    await expect(itemPanel(page).getByRole('heading', { level: 2 })).toHaveText(await rowText(page, 2));
    await page.keyboard.press('Escape');
    await expect(itemPanel(page)).toBeHidden();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await expect(cells(page, 'name').first()).toContainText('folded');
    expect(problems).toEqual([]);
  });

  test('a note written without the server waits, is sent when it is back, and exists once', async ({ page }) => {
    await host.enter(page);
    await openFirstItem(page);
    const item_id = itemOf(page);
    const online = `With the server, ${randomUUID()}`;
    await writeNote(page, online);
    await expect(noteOf(page, online)).toContainText('Accepted');

    await stage.killServer();
    await expect(pill(page)).toContainText(/Offline since \d\d:\d\d/);
    const offline = `Without the server, ${randomUUID()}`;
    await writeNote(page, offline);
    await expect(noteOf(page, offline)).toContainText('Waiting');
    await expect(pill(page)).toContainText('1 change waiting');

    // Every screen answers from this machine.
    await page.getByRole('radio', { name: 'Supplier' }).click();
    await expect(cells(page, 'name').first()).toContainText(/\d+ items?/);
    await rail(page).getByRole('link', { name: 'Margin' }).click();
    await expect(cells(page, 'net').first()).toHaveText(/\d/);
    await rail(page).getByRole('link', { name: 'Sync' }).click();
    await expect(grid(page, 'Your changes').getByText(offline)).toBeVisible();
    await page.goto(`${host.url}/#/stock/${item_id}`);

    await stage.startServer();
    await expect(noteOf(page, offline)).toContainText('Accepted', { timeout: 60_000 });
    await expect(pill(page)).toContainText('Live');
    expect(await copiesElsewhere(item_id, online)).toBe(1);
    expect(await copiesElsewhere(item_id, offline)).toBe(1);
  });

  test('a connection that comes and goes moves no caret, no text and no row', async ({ page }) => {
    await host.enter(page);
    await openFirstItem(page);
    const note = itemPanel(page).getByLabel('Note on this item');
    await note.click();
    await page.keyboard.type('Half a sentence');
    for (let n = 0; n < 8; n++) await page.keyboard.press('ArrowLeft');
    const place = await note.boundingBox();
    const flicker = await watchFlicker(page);
    const typesOn = async (letter: string, text: string) => {
      await expect(note).toBeFocused();
      await page.keyboard.type(letter);
      await expect(note).toHaveValue(text);
      expect(await note.boundingBox()).toEqual(place);
    };
    for (const [gone, back] of [
      ['Half a 1sentence', 'Half a 12sentence'],
      ['Half a 123sentence', 'Half a 1234sentence'],
    ] as const) {
      await stage.killServer();
      await expect(pill(page)).toContainText('Offline', { timeout: 60_000 });
      await typesOn(gone.replace(/\D/g, '').slice(-1), gone);
      await stage.startServer();
      await expect(pill(page)).toContainText('Live', { timeout: 60_000 });
      await typesOn(back.replace(/\D/g, '').slice(-1), back);
    }
    expect(await flicker()).toEqual([]);
    // and it does see what goes
    const closing = await watchFlicker(page);
    await itemPanel(page).getByRole('button', { name: 'Close' }).click();
    await expect(itemPanel(page)).toBeHidden();
    expect(await closing()).not.toEqual([]);
    // where the line about the connection stands, nothing moves when it changes
    await rail(page).getByRole('link', { name: 'Sync' }).click();
    await expect(page.getByText('Connected to the server.')).toBeVisible();
    const changes = await grid(page, 'Your changes').boundingBox();
    await stage.killServer();
    await expect(page.getByText(/No connection to the server/)).toBeVisible({ timeout: 60_000 });
    expect(await grid(page, 'Your changes').boundingBox()).toEqual(changes);
    await stage.startServer();
    await expect(page.getByText('Connected to the server.')).toBeVisible({ timeout: 60_000 });
  });

  test('another person at the same machine sees and sends nothing of the first', async ({ page }) => {
    await host.enter(page);
    await openFirstItem(page);
    const item_id = itemOf(page);
    await stage.killServer();
    await expect(pill(page)).toContainText('Offline', { timeout: 60_000 });
    const body = `Mine alone, ${randomUUID()}`;
    await writeNote(page, body);
    await expect(pill(page)).toContainText('1 change waiting');
    await itemPanel(page).getByLabel('Note on this item').fill('Not even begun');
    await signOut(page);
    await stage.startServer();

    await signIn(page, 'warehouse');
    await expect(pill(page)).toContainText('Live', { timeout: 60_000 });
    await expect(pill(page)).not.toContainText('change');
    await page.goto(`${host.url}/#/sync`);
    await expect(page.getByText('Nothing waits and nothing needs you')).toBeVisible();
    await expect(page.getByText(body)).toBeHidden();
    await page.goto(`${host.url}/#/stock/${item_id}`);
    await expect(itemPanel(page).getByLabel('Note on this item')).toHaveValue('');
    await expect(noteOf(page, body)).toBeHidden();
    expect(await copiesElsewhere(item_id, body)).toBe(0);

    await signOut(page);
    await signIn(page, 'planner');
    await expect(noteOf(page, body)).toContainText('Accepted', { timeout: 60_000 });
    await expect(itemPanel(page).getByLabel('Note on this item')).toHaveValue('Not even begun');
    expect(await copiesElsewhere(item_id, body)).toBe(1);
  });

  test('a waiting note outlives the kill of its host and is delivered once', async ({ page }) => {
    await host.enter(page);
    await openFirstItem(page);
    const item_id = itemOf(page);
    await stage.killServer();
    await expect(pill(page)).toContainText('Offline');
    const body = `Before the kill, ${randomUUID()}`;
    await writeNote(page, body);
    await expect(noteOf(page, body)).toContainText('Waiting');
    await host.process.stop('SIGKILL');

    host = await stage.host('laptop', 'planner');
    await host.enter(page, `/stock/${item_id}`);
    await expect(noteOf(page, body)).toContainText('Waiting');
    await expect(pill(page)).toContainText('1 change waiting');
    await stage.startServer();
    await expect(noteOf(page, body)).toContainText('Accepted', { timeout: 60_000 });
    expect(await copiesElsewhere(item_id, body)).toBe(1);
  });
});

/** Code and name of the item in that row. */
async function rowText(page: Page, index: number): Promise<string> {
  const cell = page.locator(`.ag-row[row-index="${index}"]:not(.ag-row-pinned) .ag-cell[col-id="name"]`);
  return (await cell.locator('span').allTextContents())
    .filter((part) => part !== '' && !part.startsWith(','))
    .join(' ');
}

function itemOf(page: Page): number {
  const found = /#\/stock\/(\d+)/.exec(page.url());
  if (!found) throw new Error(`no item is open at ${page.url()}`);
  return Number(found[1]);
}

/**
 * What a person would see blink from here on: rows, cells and sections that are taken out of the page, even if they are put
 * back in the same frame, and anything that says it is loading. Asking ends it.
 */
async function watchFlicker(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.evaluate(() => {
    const seen: string[] = [];
    const said = (node: Node, how: string): void => {
      if (!(node instanceof Element)) return;
      const what = node.closest('[role]')?.getAttribute('role') ?? node.tagName;
      seen.push(`${how} ${what}: ${(node.textContent ?? '').slice(0, 60)}`);
    };
    const parts = '[role], main, section, aside, form, table, tr, td, li, button, input, textarea';
    const observer = new MutationObserver((changes) => {
      for (const change of changes) {
        for (const node of change.removedNodes) {
          if (node instanceof Element && node.matches(parts)) said(node, 'removed');
        }
        if (change.type === 'attributes' && change.target instanceof Element) {
          if (change.target.getAttribute('aria-busy') === 'true') said(change.target, 'busy');
        }
        for (const node of change.addedNodes) {
          if (node instanceof Element && node.matches('[aria-busy="true"], [role="progressbar"], [role="dialog"]')) {
            said(node, 'shown');
          }
        }
      }
    });
    observer.observe(document.body, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ['aria-busy'],
    });
    Object.assign(window, { flicker: () => [observer.disconnect(), seen][1] });
  });
  return async () => await page.evaluate(() => (window as unknown as { flicker: () => string[] }).flicker());
}
