/** Fill rate: five rates by month or week, a tree by keyboard, and lines that are what the figure says. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { parse } from 'csv-parse/sync';
import { cells, cents, expect, grid, type Host, Stage, test, watch } from './stage.ts';

test.describe.configure({ mode: 'serial' });

let stage: Stage;
let host: Host;

test.beforeAll(async () => {
  stage = await Stage.open();
  host = await stage.host('desk', 'planner');
});
test.afterAll(async () => await stage.close());

type CsvRow = Readonly<Record<string, string>>;

async function csv(page: Page, button: string): Promise<readonly CsvRow[]> {
  await page.getByRole('button', { name: button, exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'CSV file' }).last().click(),
  ]);
  return parse<CsvRow>(readFileSync(await download.path()), { columns: true });
}
const count = (text: string | null | undefined): number => Number((text ?? '').replaceAll(',', ''));
const totalLines = (page: Page) => page.getByText(/^[\d,]+ lines?$/);

test('a rate opens the lines that were short, as many as it says, and all that were due', async ({ page }) => {
  const problems = watch(page);
  await host.enter(page, '/fill-rate');
  await expect(grid(page, 'Fill rate by channel and month')).toBeVisible();
  await expect(cells(page, 'unit_fill').first()).toHaveText(/^\d+\.\d$/);
  const [row] = await csv(page, 'Export');
  const incomplete = count(await cells(page, 'lines').first().textContent());
  expect(incomplete).toBe(count(row?.['Incomplete lines']));

  await cells(page, 'unit_fill').first().click();
  await page.keyboard.press('Enter');
  await expect(totalLines(page)).toHaveText(new RegExp(`^${incomplete.toLocaleString('en')} lines?$`));
  await expect(cells(page, 'state').first()).toHaveText(/late|open|shipped/);
  expect(await csv(page, 'Export lines')).toHaveLength(incomplete);

  await page.getByRole('radio', { name: 'Lines due' }).click();
  await expect(totalLines(page)).toHaveText(`${count(row?.['Lines due']).toLocaleString('en')} lines`);
  const due = await csv(page, 'Export lines');
  const value = due.reduce((sum, line) => sum + cents(Number(line['Value due, EUR']).toFixed(2)), 0);
  expect(value).toBe(cents(Number(row?.['Value due, EUR']).toFixed(2)));
  expect(problems).toEqual([]);
});

test('weeks instead of months; one week opens the lines of its days', async ({ page }) => {
  await host.enter(page, '/fill-rate/range=quarter&show=line');
  await expect(cells(page, 'label').first()).toHaveText(/\w/);
  await cells(page, 'label').first().click();
  await page.keyboard.press('w');
  await expect(grid(page, 'Fill rate by channel and week')).toBeVisible();
  const week = page.locator('.ag-header-cell[col-id^="w"]').first();
  await expect(week).toHaveText(/^W\d\d$/);
  const column = (await week.getAttribute('col-id')) ?? '';
  await expect(cells(page, column).first()).toHaveText(/^\d+\.\d$/);
  const rate = Number(await cells(page, column).first().textContent());
  await cells(page, column).first().click();
  await page.keyboard.press('Enter');
  await expect(totalLines(page)).toBeVisible();
  const incomplete = count((await totalLines(page).textContent())?.split(' ')[0]);
  await page.getByRole('radio', { name: 'Lines due' }).click();
  await expect(page.getByRole('grid', { name: 'Lines due' })).toBeVisible();
  const due = await csv(page, 'Export lines');
  expect((100 * (due.length - incomplete)) / due.length).toBeCloseTo(rate, 0);
  const days = new Set(due.map((line) => line['Committed on']));
  expect(days.size).toBeLessThanOrEqual(7);
});

test('unfolds and folds by keyboard, and goes down a row and back up', async ({ page }) => {
  await host.enter(page, '/fill-rate');
  const labels = cells(page, 'label');
  await expect(labels.first()).toHaveText(/\w/);
  const folded = await labels.count();
  const name = (await labels.first().textContent())?.replace(/, (open|folded)$/, '') ?? '';
  await labels.first().click();
  await page.keyboard.press('ArrowRight');
  await expect(labels.first()).toContainText('open');
  await expect.poll(async () => await labels.count()).toBeGreaterThan(folded);
  await page.keyboard.press('ArrowLeft');
  await expect(labels).toHaveCount(folded);

  await page.keyboard.press('Enter');
  const way = page.getByRole('navigation', { name: 'Way down' });
  await expect(way).toContainText(name);
  await expect(way).toContainText('Fill rate by category');
  await page.keyboard.press('Backspace');
  await expect(way).toContainText('Fill rate by channel');
});

test('the working says every rate of the row, and what is not yet due is out', async ({ page }) => {
  await host.enter(page, '/fill-rate');
  await expect(page.getByText(/what is not yet due is out/)).toHaveCount(1);
  await expect(cells(page, 'unit_fill').first()).toHaveText(/\d/);
  const shown = await cells(page, 'unit_fill').first().textContent();
  await cells(page, 'unit_fill').first().click();
  await page.keyboard.press(' ');
  const working = page.getByRole('complementary', { name: 'Working' });
  await expect(working.getByText('First-pass', { exact: true })).toBeVisible();
  await expect(working.getByText(`${shown} %`).first()).toBeVisible();
});
