/** The habits of a spreadsheet in the grids: orders, filters, columns, ranges, saved views. */
import type { Page } from '@playwright/test';
import { expectAccessible } from './accessible.ts';
import { cells, expect, grid, type Host, rail, Stage, test, watch } from './stage.ts';

test.describe.configure({ mode: 'serial' });

let stage: Stage;
let host: Host;
let page: Page;
let problems: readonly string[];

test.beforeAll(async ({ browser }) => {
  stage = await Stage.open();
  await stage.pull('desk', 'finance');
  host = await stage.host('desk', 'finance');
  const context = await browser.newContext({ reducedMotion: 'reduce', permissions: ['clipboard-read'] });
  page = await context.newPage();
  problems = watch(page);
  await host.enter(page, '/stock');
  await expect(grid(page, 'Stock positions')).toBeVisible();
});
test.afterEach(() => expect(problems).toEqual([]));
test.afterAll(async () => {
  await page.context().close();
  await stage.close();
});

const header = (column: string) => page.locator(`.ag-header-cell[col-id="${column}"]`);
const columnIds = () =>
  page
    .locator('.ag-header-cell')
    .evaluateAll((all) =>
      all
        .toSorted((a, b) => a.getBoundingClientRect().left - b.getBoundingClientRect().left)
        .map((each) => each.getAttribute('col-id')),
    );
const shown = async (column: string) => await cells(page, column).allInnerTexts();
/** Rows lie in the page in the order they were drawn: their index says where they stand. */
const firstNames = async () =>
  await Promise.all(
    [0, 1, 2, 3, 4].map((row) => page.locator(`.ag-row[row-index="${row}"] .ag-cell[col-id="name"]`).innerText()),
  );
const number = (text: string) => Number(text.replaceAll(/[^\d.−-]/g, '').replace('−', '-'));

test('a click orders, Shift and a click orders below it, and the header says so', async () => {
  await page.getByRole('radio', { name: 'None' }).click();
  await header('status').click();
  await expect(header('status')).toHaveAttribute('aria-sort', 'ascending');
  await header('value').click({ modifiers: ['Shift'] });
  await expect(header('value')).toHaveAttribute('aria-sort', 'descending');
  await expect(header('status')).toHaveAttribute('aria-sort', 'ascending');
  await expect(header('value')).toContainText('2. order');
  await expect.poll(async () => (await shown('status'))[0]).toMatch(/Negative|Short/);
  const statuses = await shown('status');
  const values = (await shown('value')).map(number);
  const same = statuses.filter((status) => status === statuses[0]).length;
  expect(values.slice(0, same)).toEqual(values.slice(0, same).toSorted((a, b) => b - a));
});

test('a range over a column narrows the rows, the totals with them', async () => {
  const all = await page
    .getByRole('row', { name: /All items/ })
    .first()
    .innerText();
  await header('on_hand').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Filter…' }).click();
  await page.getByLabel('On hand, from').fill('1,000');
  await page.getByRole('button', { name: 'Filter rows' }).click();
  await expect(page.getByRole('group', { name: 'Filters in force' })).toContainText('On hand ≥ 1,000');
  await expect.poll(async () => Math.min(...(await shown('on_hand')).map(number))).toBeGreaterThanOrEqual(1000);
  expect(
    await page
      .getByRole('row', { name: /All items/ })
      .first()
      .innerText(),
  ).not.toBe(all);
});

test('columns are moved, pinned and hidden by keyboard', async () => {
  const before = await columnIds();
  await header('on_hand').focus();
  await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(columnIds).not.toEqual(before);
  expect((await columnIds()).indexOf('reserved')).toBeLessThan((await columnIds()).indexOf('on_hand'));
  await header('value').focus();
  await page.keyboard.press('Alt+ArrowDown');
  await page.getByRole('menuitemcheckbox', { name: 'Pin to the left' }).click();
  await page.keyboard.press('Escape');
  await expect.poll(async () => (await columnIds()).indexOf('value')).toBe(1);
  await header('weeks').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Hide' }).click();
  await expect(header('weeks')).toHaveCount(0);
});

test('a double click fits the width, and it is kept', async () => {
  const width = async () => (await header('status').boundingBox())?.width ?? 0;
  const before = await width();
  await header('status').locator('.ag-header-cell-resize').dblclick();
  await expect.poll(width).not.toBe(before);
});

test('a range grows by keys, says what it adds up to, and is copied with its headers', async () => {
  await cells(page, 'on_hand').first().click();
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  const three = (await shown('on_hand')).slice(0, 3).map(number);
  await expect(page.locator('footer')).toContainText('Selected 3');
  await page.keyboard.press('Control+Shift+C');
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied.split('\r\n')[0]).toBe('On hand');
  expect(copied.split('\r\n').slice(1).map(Number)).toEqual(three);
  await page.keyboard.press('Control+c');
  expect((await page.evaluate(() => navigator.clipboard.readText())).split('\r\n').map(Number)).toEqual(three);
  await page.keyboard.press('Control+a');
  await expect(page.locator('footer')).toContainText(/Selected \d[\d,]{2,}/);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+g');
  await page.getByLabel(/^Row, 1 to/).fill('30');
  await page.keyboard.press('Enter');
  await expect(page.locator('.ag-row[row-index="29"] .ag-cell:focus')).toHaveCount(1);
});

test('a saved view brings all of it back, after a restart too', async () => {
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Save as a new view…' }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Big ones');
  await page.getByRole('button', { name: 'Save view' }).click();
  await page.getByRole('button', { name: 'Big ones' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Open Stock with it' }).click();
  await page.keyboard.press('Escape');
  await cells(page, 'name').first().click();
  await page.keyboard.press('Control+Home');
  const saved = { columns: await columnIds(), rows: await firstNames() };

  await page.getByRole('button', { name: 'Big ones' }).click();
  await page.getByRole('menuitem', { name: 'Stock as it was made' }).click();
  await expect(page.getByRole('group', { name: 'Filters in force' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Views' })).toBeVisible();
  await expect(header('weeks')).toHaveCount(1);

  await page.goto('about:blank');
  await host.process.stop();
  host = await stage.host('desk', 'finance');
  // another address: nothing that the browser kept of the old one is there
  await host.enter(page, '/stock');
  await expect(page.getByRole('button', { name: 'Big ones' })).toBeVisible();
  await expect(page.getByRole('group', { name: 'Filters in force' })).toContainText('On hand ≥ 1,000');
  await expect.poll(columnIds).toEqual(saved.columns);
  await expect.poll(firstNames).toEqual(saved.rows);
  await expect(header('value')).toContainText('2. order');
});

test('a changed view says so, goes back, and is deleted', async () => {
  await page.getByRole('button', { name: 'Remove filter On hand ≥ 1,000' }).click();
  await page.getByRole('button', { name: 'Big ones, changed' }).click();
  await page.getByRole('menuitem', { name: 'Go back to “Big ones” as saved' }).click();
  await expect(page.getByRole('group', { name: 'Filters in force' })).toContainText('On hand ≥ 1,000');
  await page.getByRole('button', { name: 'Big ones' }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  await page.getByRole('button', { name: 'Delete view' }).click();
  await expect(page.getByRole('button', { name: 'Views' })).toBeVisible();
});

test('a view of Transfers opens in a browser that has seen nothing: its order and its columns', async ({ browser }) => {
  await host.enter(page, '/approvals/transfers');
  await expect(cells(page, 'number').first()).toBeVisible();
  await header('number').click();
  await header('number').click();
  await expect(header('number')).toHaveAttribute('aria-sort', 'descending');
  await header('by').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Hide' }).click();
  await expect(header('by')).toHaveCount(0);
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Save as a new view…' }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Newest first');
  await page.getByRole('button', { name: 'Save view' }).click();
  await page.getByRole('button', { name: 'Newest first' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Open Transfers with it' }).click();
  await page.keyboard.press('Escape');
  const numbers = await shown('number');

  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const other = await context.newPage();
  const wrong = watch(other);
  await host.enter(other, '/approvals/transfers');
  await expect(other.getByRole('button', { name: 'Newest first' })).toBeVisible();
  await expect(other.locator('.ag-header-cell[col-id="number"]')).toHaveAttribute('aria-sort', 'descending');
  await expect(other.locator('.ag-header-cell[col-id="by"]')).toHaveCount(0);
  await expect.poll(async () => await cells(other, 'number').allInnerTexts()).toEqual(numbers);
  expect(wrong).toEqual([]);
  await context.close();
  await host.enter(page, '/stock');
  await expect(cells(page, 'name').first()).toBeVisible();
});

test('Ctrl P prints the screen on A4 landscape, with the rows below the edge of the screen', async () => {
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Stock as it was made' }).click();
  await page.getByRole('radio', { name: 'None' }).click();
  await expect(page.getByRole('group', { name: 'Filters in force' })).toHaveCount(0);
  await expect.poll(async () => await cells(page, 'name').count()).toBeGreaterThan(20);
  await page.evaluate(() => {
    // the printer's dialog stays shut; what it would print is what is looked at
    Object.assign(window, { print: () => document.body.setAttribute('data-printed', '') });
  });
  await cells(page, 'name').first().click();
  await page.keyboard.press('Control+p');
  await expect(page.locator('body[data-printed]')).toHaveCount(1);
  const sheet = page.locator('[data-print-sheet]');
  await page.emulateMedia({ media: 'print' });
  await expect(sheet.getByRole('heading', { name: 'Stock' })).toBeVisible();
  await expect(sheet).toContainText('Halvorsen Industrial BV');
  await expect(sheet).toContainText('As of');
  expect(await sheet.locator('tbody tr').count()).toBeGreaterThan(300);
  await expect(rail(page)).toBeHidden();
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  expect(pdf).toMatch(/MediaBox \[0 0 841\.\d+ 59[45]/);
  expect(pdf.match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0).toBeGreaterThan(5);
  await page.emulateMedia({ media: 'screen' });
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  await expect(sheet).toHaveCount(0);
});

test('a print that the browser began finds the same page, of the rows that are here', async () => {
  // another order is read afresh: of the rows that Ctrl P read, only the first blocks are here
  const before = await firstNames();
  await header('on_hand').click();
  await expect(header('on_hand')).toHaveAttribute('aria-sort', 'descending');
  // the row with the focus stays in sight, wherever it stands now: it may be scrolled to after the hand went up
  await expect(async () => {
    await page
      .locator('.ag-body-vertical-scroll-viewport, .ag-body-viewport')
      .first()
      .evaluate((body) => body.scrollTo(0, 0));
    await expect(page.locator('.ag-row[row-index="0"] .ag-cell[col-id="name"]')).toBeVisible({ timeout: 1000 });
    expect(await firstNames()).not.toEqual(before);
  }).toPass({ timeout: 30_000 });
  await page.evaluate(() => {
    window.addEventListener('beforeprint', () => {
      const found = document.querySelector('[data-print-sheet]');
      document.body.setAttribute('data-begun', found?.textContent ?? 'nothing');
    });
  });
  const pdf = (await page.pdf({ preferCSSPageSize: true, path: test.info().outputPath('begun.pdf') })).toString(
    'latin1',
  );
  expect(pdf).toMatch(/MediaBox \[0 0 841\.\d+ 59[45]/);
  const begun = (await page.locator('body').getAttribute('data-begun')) ?? '';
  expect(begun.includes('Halvorsen Industrial BV')).toBe(true);
  const code = page.locator('.ag-row[row-index="0"] .ag-cell[col-id="name"] span').first();
  expect(begun.includes((await code.textContent()) ?? 'no code')).toBe(true);
  // all of them where an earlier print read them, else as many as are here
  expect(/[\d,]+ rows(\. Ctrl P on the screen prints up to 2,000|$)/.test(begun)).toBe(true);
  await expect(page.locator('[data-print-sheet]')).toHaveCount(0);
});

test('menus, the filter and the dialogs of a grid, in light and dark', async () => {
  await header('status').click({ button: 'right' });
  await expect(page.getByRole('menu', { name: 'Column Status' })).toBeVisible();
  await expectAccessible(page, 'menu', '[role="menu"]');
  await page.getByRole('menuitem', { name: 'Filter…' }).click();
  await page.getByLabel('Short').check();
  await expectAccessible(page, 'dialog', '[role="dialog"]');
  await page.getByRole('button', { name: 'Filter rows' }).click();
  await expect(page.getByRole('group', { name: 'Filters in force' })).toContainText('Status is Short');
  await expectAccessible(page, 'filtered grid', 'main');
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Save as a new view…' }).click();
  await expectAccessible(page, 'dialog', '[role="dialog"]');
  await page.keyboard.press('Escape');
});
