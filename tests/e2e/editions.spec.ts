/** Newer rows under a hand: they wait, say so, and come with one key while everything stays where it is. */
import { writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { cells, cents, expect, grid, type Host, itemPanel, Stage, test, watch, writeNote } from './stage.ts';

test.describe.configure({ mode: 'serial' });

let stage: Stage;
let host: Host;
let page: Page;
let problems: readonly string[];

test.beforeAll(async ({ browser }) => {
  stage = await Stage.open();
  await stage.pull('desk', 'planner');
  host = await stage.host('desk', 'planner');
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  page = await context.newPage();
  problems = watch(page);
  await host.enter(page, '/stock');
  await expect(grid(page, 'Stock positions')).toBeVisible();
  await page.getByRole('radio', { name: 'None' }).click();
  await page.locator('.ag-header-cell[col-id="on_hand"]').click();
  await expect(page.locator('.ag-header-cell[col-id="on_hand"]')).toHaveAttribute('aria-sort', 'descending');
});
test.afterAll(async () => {
  await page.context().close();
  await stage.close();
});

const newer = () => page.getByRole('button', { name: /^Newer data/ });
const rowOf = (index: number) => page.locator(`.ag-row[row-index="${index}"]:not(.ag-row-pinned)`);
const nameAt = (index: number) => rowOf(index).locator('.ag-cell[col-id="name"]');
const onHandAt = (index: number) => rowOf(index).locator('.ag-cell[col-id="on_hand"]');
const focused = () => page.locator('.ag-row .ag-cell:focus');
const focusedRow = async () =>
  Number(await focused().evaluate((cell) => cell.closest('.ag-row')?.getAttribute('row-index')));

/** What stands in view, row by row. */
async function inView(): Promise<readonly string[]> {
  const rows = await page
    .locator('.ag-center-cols-container .ag-row')
    .evaluateAll((all) =>
      all
        .map((row) => ({ at: Number(row.getAttribute('row-index')), text: row.textContent ?? '' }))
        .toSorted((a, b) => a.at - b.at),
    );
  return rows.map(({ at, text }) => `${at} ${text}`);
}

/** No row that is still drawn says anything else, or stands elsewhere: the line about newer rows takes one from below. */
async function stands(before: readonly string[]): Promise<void> {
  const now = await inView();
  expect(now.length).toBeGreaterThan(before.length - 4);
  expect(before).toEqual(expect.arrayContaining([...now]));
}

/** The stock of one position is counted anew at the server: so many pieces. */
async function count(position: string, pieces: number): Promise<void> {
  const [item, site] = position.split(' ');
  const file = stage.world.path('count.csv');
  writeFileSync(file, `site,item,on_hand\n${site},${item},${pieces}\n`);
  const who = ['--user', 'admin', '--password-file', stage.world.passwordFile('admin')];
  const where = ['--file', file, '--company', 'HAL', '--server', stage.url];
  const done = await stage.world.run(['import', 'stock', ...where, ...who]);
  expect(done.code, done.stderr).toBe(0);
}

/** 'FA-0912 LEEDS' of a row of the flat list: its code first, its site last. */
async function positionAt(index: number): Promise<string> {
  const parts = await nameAt(index).locator('span').allInnerTexts();
  return `${parts[0]} ${parts.at(-1)}`;
}

async function goTo(row: number): Promise<void> {
  await page.keyboard.press('Control+g');
  await page.getByLabel(/^Row, 1 to/).fill(String(row + 1));
  await page.keyboard.press('Enter');
  await expect(rowOf(row).locator('.ag-cell:focus')).toHaveCount(1);
}

/** A hand that does not rest while something comes in: the newer rows must wait. */
async function busyUntilNewer(comes: Promise<unknown>): Promise<void> {
  const waits = expect(async () => {
    await page.keyboard.press('Shift');
    await expect(newer()).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 60_000 });
  await Promise.all([comes, waits]);
}

test('a change waits while a person reads on, and N moves to it on the same row', async () => {
  await cells(page, 'name').first().click();
  await goTo(160);
  const low = await positionAt(165);
  const here = await positionAt(160);
  const as_of = await page.locator('main header').innerText();
  const before = await inView();
  await busyUntilNewer(count(low, 98_765_000));
  await stands(before);
  await expect(page.locator('footer')).toContainText('newer data');

  // blocks that were not read yet are of the same rows: no row comes twice, the order holds
  await goTo(360);
  await expect(nameAt(360)).not.toBeEmpty();
  await goTo(160);
  expect(await positionAt(160)).toBe(here);
  expect(await positionAt(165)).toBe(low);
  await expect(onHandAt(165)).not.toHaveText(/98,765,000/);
  expect((await page.locator('main header').innerText()).slice(0, 40)).toBe(as_of.slice(0, 40));

  const y = (await focused().boundingBox())?.y ?? 0;
  await page.keyboard.press('n');
  await expect(newer()).toHaveCount(0);
  await expect.poll(focusedRow).toBe(161);
  expect(await positionAt(161)).toBe(here);
  await expect.poll(async () => Math.round(((await focused().boundingBox())?.y ?? 0) - y)).toBe(0);
  await page.keyboard.press('Control+Home');
  await expect(onHandAt(0)).toHaveText(/98,765,000/);
  expect(await positionAt(0)).toBe(low);
  expect(problems).toEqual([]);
});

test('a click on the mark does the same', async () => {
  await goTo(120);
  const here = await positionAt(120);
  await busyUntilNewer(count(await positionAt(125), 98_766_000));
  await newer().click();
  await expect(newer()).toHaveCount(0);
  await expect.poll(async () => await positionAt(121)).toBe(here);
  await expect(page.locator('.ag-row[row-index="121"] .ag-cell').first()).toBeVisible();
  expect(problems).toEqual([]);
});

test('where nobody scrolls or selects, the newer rows come by themselves', async () => {
  await goTo(0);
  const last = await positionAt(9);
  await count(last, 98_767_000);
  // no key, no wheel: after a rest the first row is the new one
  await expect(onHandAt(0)).toHaveText(/98,767,000/, { timeout: 40_000 });
  await expect(newer()).toHaveCount(0);
  expect(problems).toEqual([]);
});

test('lines behind a margin stay and add up while an order comes in, and N moves to it on the same line', async () => {
  await page.goto(`${host.url}/#/margin/show=net`);
  await page.getByRole('button', { name: /^Net sales/ }).click();
  const statement = page.getByText(/ in [\d,]+ lines?$/);
  await expect(statement).toBeVisible();
  const [, year, month] = /(\d{4})(\d\d)/.exec(page.url()) ?? [];
  const unsorted = await cells(page, 'document').first().innerText();
  await page.locator('.ag-header-cell[col-id="adds"]').click();
  await expect(cells(page, 'document').first()).not.toHaveText(unsorted);
  await cells(page, 'document').first().click();
  await goTo(60);
  const lineAt = async (index: number) =>
    (await rowOf(index).locator('.ag-cell[col-id="document"]').innerText()).trim();
  const here = await lineAt(60);
  const said = await statement.innerText();
  const before = await inView();
  const file = stage.world.path('order.csv');
  writeFileSync(
    file,
    'Order No,Order Date,Customer Name,Country,Channel,Site,Item Code,Description,Quantity,Unit Price\n' +
      `BIG-1,${year}-${month}-01,Northgate,United Kingdom,IS,RTM,FA-0840,Hex bolt,100000,12.50\n`,
  );
  const who = ['--user', 'admin', '--password-file', stage.world.passwordFile('admin')];
  const imported = stage.world.run([
    'import',
    'orders',
    '--file',
    file,
    '--company',
    'HAL',
    '--server',
    stage.url,
    ...who,
  ]);
  await busyUntilNewer(imported);
  const done = await imported;
  expect(done.code, done.stderr).toBe(0);
  await stands(before);
  // a block that was not read yet goes on where the first ended
  await goTo(101);
  await expect(rowOf(101).locator('.ag-cell[col-id="document"]')).not.toBeEmpty();
  const edge = await Promise.all([99, 100, 101].map(lineAt));
  expect(new Set(edge).size).toBe(3);
  expect(await statement.innerText()).toBe(said);
  await goTo(60);
  await page.keyboard.press('n');
  await expect(newer()).toHaveCount(0);
  await expect.poll(focusedRow).toBe(61);
  expect(await lineAt(61)).toBe(here);
  expect(cents(await statement.innerText()) - cents(said)).toBe(125_000_000);
  await goTo(100);
  expect(await Promise.all([100, 101, 102].map(lineAt))).toEqual(edge);
  await page.goto(`${host.url}/#/stock`);
  await page.getByRole('radio', { name: 'None' }).click();
  await cells(page, 'name').first().click();
  expect(problems).toEqual([]);
});

test('an own note that waits is said on its row at once, and moves none', async () => {
  await goTo(3);
  await page.keyboard.press(' ');
  await expect(itemPanel(page).getByText('Free to promise')).toBeVisible();
  const before = await inView();
  await stage.killServer();
  await writeNote(page, 'seen while nobody listens');
  await expect(nameAt(3)).toContainText('1 waiting');
  const after = await inView();
  const names = (rows: readonly string[]) => rows.map((row) => row.replace(/1 waiting/, ''));
  expect(names(after)).toEqual(names(before));
});
