/** Figures that add up: waterfall, rows, lines; and companies whose data cannot give a figure say so. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { parse } from 'csv-parse/sync';
import { readXlsx } from 'hucre/xlsx';
import { cells, cents, expect, grid, type Host, rail, Stage, test, watch } from './stage.ts';

test.describe.configure({ mode: 'serial' });

const ORDERS = join(import.meta.dirname, '..', 'fixtures', 'orders', 'oddities.csv');

let stage: Stage;
let host: Host;

test.beforeAll(async ({ seeded }) => {
  test.setTimeout(180_000);
  stage = await Stage.open(seeded);
  host = await stage.host('office', 'finance');
});
test.afterAll(async () => await stage.close());

type CsvRow = Readonly<Record<string, string>>;

/** The file of every column, whatever the grid shows. */
async function exported(page: Page, button: string, file = 'CSV file'): Promise<Buffer> {
  await page.getByRole('button', { name: button, exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: file }).last().click(),
  ]);
  return readFileSync(await download.path());
}
const csv = async (page: Page, button: string): Promise<readonly CsvRow[]> =>
  parse<CsvRow>(await exported(page, button), { columns: true });
const amount = (row: CsvRow, column: string) => cents(Number(row[column]).toFixed(2));
const sum = (rows: readonly CsvRow[], column: string) => rows.reduce((total, row) => total + amount(row, column), 0);
const bar = (page: Page, name: string) =>
  page.getByRole('region', { name: 'Waterfall' }).getByRole('button', { name: new RegExp(`^${name} `) });
async function barCents(page: Page, name: string): Promise<number> {
  return cents((await bar(page, name).getAttribute('aria-label')) ?? '');
}

test('the waterfall is the sum of the rows, step by step, to the cent', async ({ page }) => {
  const problems = watch(page);
  await host.enter(page, '/margin');
  await expect(bar(page, 'GM1')).toBeVisible();
  const [gross, discounts, returns, net, cost, gm1] = await Promise.all(
    ['Gross sales', 'Discounts', 'Returns, credits', 'Net sales', 'Landed cost', 'GM1'].map((name) =>
      barCents(page, name),
    ),
  );
  expect(net).toBe((gross ?? 0) + (discounts ?? 0) + (returns ?? 0));
  expect(gm1).toBe((net ?? 0) + (cost ?? 0));

  const rows = await csv(page, 'Export');
  const channels = rows.slice(0, -1);
  expect(channels.length).toBeGreaterThan(3);
  expect(sum(channels, 'Gross, EUR')).toBe(gross);
  expect(sum(channels, 'Discounts, EUR')).toBe(discounts);
  expect(sum(channels, 'Returns, EUR')).toBe(returns);
  expect(sum(channels, 'Net sales, EUR')).toBe(net);
  expect(sum(channels, 'Landed cost, EUR')).toBe(-(cost ?? 0));
  expect(sum(channels, 'GM1, EUR')).toBe(gm1);
  expect(await cells(page, 'net').count()).toBe(channels.length);
  expect(problems).toEqual([]);
});

test('a figure opens its lines, and they add up to it', async ({ page }) => {
  await host.enter(page, '/margin');
  await expect(cells(page, 'net').first()).toBeVisible();
  const label = (await cells(page, 'label').first().textContent()) ?? '';
  const row = (await csv(page, 'Export')).find((each) => label.includes(each['Row'] ?? '-'));
  const month = Object.keys(row ?? {}).findLast((title) => /^Net sales, \d{4}-\d\d$/.test(title));
  if (!row || !month) throw new Error(`the export has no month of ${label}`);
  const figure = amount(row, month);
  const cell = cells(page, `m${month.replaceAll(/\D/g, '')}`).first();
  await expect(cell).toHaveText(Math.round(figure / 100).toLocaleString('en'));

  await cell.click();
  await page.keyboard.press('Enter');
  const statement = page.getByText(/ in [\d,]+ lines$/);
  await expect(statement).toBeVisible();
  const said = (await statement.textContent()) ?? '';
  expect(cents(said)).toBe(figure);
  const lines = await csv(page, 'Export lines');
  expect(said).toContain(`in ${lines.length.toLocaleString('en')} lines`);
  expect(sum(lines, 'Net, EUR')).toBe(figure);
  const { sheets } = await readXlsx(await exported(page, 'Export lines', 'Excel file'));
  const at = sheets[0]?.rows[0]?.indexOf('Net, EUR') ?? -1;
  const amounts = sheets[0]?.rows.slice(1).map((cells) => Math.round(Number(cells[at]) * 100)) ?? [];
  expect(amounts).toHaveLength(lines.length);
  expect(amounts.reduce((total, each) => total + each, 0)).toBe(figure);
  expect(sheets[1]?.name).toBe('About these rows');
  await expect(cells(page, 'adds').first()).toHaveText(/\d/);

  // The waterfall's own bars open lines too.
  await page.keyboard.press('Backspace');
  await expect(bar(page, 'Discounts')).toBeVisible();
  const discounts = await barCents(page, 'Discounts');
  await bar(page, 'Discounts').click();
  await expect(statement).toBeVisible();
  expect(cents((await statement.textContent()) ?? '')).toBe(discounts);
});

test('the fill rate has figures, and lines behind them', async ({ page }) => {
  await host.enter(page, '/fill-rate');
  const rates = grid(page, /^Fill rate by channel/);
  await expect(rates).toBeVisible();
  const total = page.locator('.ag-row-pinned');
  await expect(total).toContainText(/\d\d\.\d/);
  await expect(cells(page, 'label').first()).toHaveText(/\w/);
  await cells(page, 'rate').first().click();
  await page.keyboard.press('Enter');
  await expect(page.getByText(/^[\d,]+ lines$/)).toBeVisible();
  await expect(cells(page, 'state').first()).toBeVisible();
});

test('imported orders show what they can show, and say what they lack', async ({ page }) => {
  const where = ['--server', stage.url, '--user', 'admin', '--password-file', stage.world.passwordFile('admin')];
  const money = ['--currency', 'GBP', '--time-zone', 'Europe/London'];
  const imported = await stage.world.run(['import', 'orders', '--file', ORDERS, ...money, ...where]);
  const done = imported.events.find((event) => event.event === 'done');
  expect(done, imported.stderr).toBeDefined();
  expect(Number(done?.['imported'])).toBeGreaterThan(10);

  await host.enter(page, '/margin');
  await page.getByRole('banner').getByRole('button', { name: 'Halvorsen Industrial BV' }).click();
  await page.getByRole('menuitem').filter({ hasText: 'ORDERS · GBP' }).click();
  await expect(page.getByText('No cost data for this company, so the waterfall ends at net sales.')).toBeVisible();
  await expect(bar(page, 'Net sales')).toBeVisible();
  await expect(bar(page, 'GM1')).toHaveCount(0);
  await expect(bar(page, 'Landed cost')).toHaveCount(0);
  await expect(page.locator('.ag-header-cell[col-id="gm1_amount"]')).toHaveCount(0);
  await expect(page.getByRole('definition').last()).toHaveText('–');
  await expect(cells(page, 'net').first()).toHaveText(/\d/);
  // Everything that was imported is on the screen.
  const all = page.getByRole('definition').nth(2);
  expect(cents((await all.textContent()) ?? '')).toBe(cents(Number(done?.['imported_total']).toFixed(2)));

  await rail(page).getByRole('link', { name: 'Fill rate' }).click();
  await expect(page.getByText(/^Fill rate cannot be computed for /)).toBeVisible();
  await expect(page.getByText('No shipments recorded')).toBeVisible();
  await expect(page.locator('.ag-row')).toHaveCount(0);
});
