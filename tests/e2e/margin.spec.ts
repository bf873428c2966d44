/** Figures that add up: waterfall, rows, lines; and companies whose data cannot give a figure say so. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { parse } from 'csv-parse/sync';
import { readXlsx } from 'hucre/xlsx';
import type { CompanyView, MarginErosion } from '#contract/queries.ts';
import { cells, cents, expect, type Host, rail, Stage, test, watch } from './stage.ts';

test.describe.configure({ mode: 'serial' });

const ORDERS = join(import.meta.dirname, '..', 'fixtures', 'orders', 'oddities.csv');

let stage: Stage;
let host: Host;

test.beforeAll(async () => {
  stage = await Stage.open();
  host = await stage.host('office', 'finance');
});
test.afterAll(async () => await stage.close());

type CsvRow = Readonly<Record<string, string>>;

/** The file of every column, whatever the grid shows: the last of the menu, or the first where other rows follow. */
async function exported(page: Page, button: string, file = 'CSV file', at = -1): Promise<Buffer> {
  await page.getByRole('button', { name: button, exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: file }).nth(at).click(),
  ]);
  return readFileSync(await download.path());
}
const csv = async (page: Page, button: string, at = -1): Promise<readonly CsvRow[]> =>
  parse<CsvRow>(await exported(page, button, 'CSV file', at), { columns: true });
const amount = (row: CsvRow, column: string) => cents(Number(row[column]).toFixed(2));
const sum = (rows: readonly CsvRow[], column: string) => rows.reduce((total, row) => total + amount(row, column), 0);
const bar = (page: Page, name: string) =>
  page.getByRole('region', { name: 'Waterfall' }).getByRole('button', { name: new RegExp(`^${name} `) });
/** Bars of the waterfall, the export's column of each, and what a bar does to it. */
const STEPS: ReadonlyMap<string, { readonly column: string; readonly sign: 1 | -1 }> = new Map([
  ['Gross sales', { column: 'Gross, EUR', sign: 1 }],
  ['Discounts', { column: 'Discounts, EUR', sign: 1 }],
  ['Returns, credits', { column: 'Returns, EUR', sign: 1 }],
  ['Net sales', { column: 'Net sales, EUR', sign: 1 }],
  ['Landed cost', { column: 'Landed cost, EUR', sign: -1 }],
  ['GM1', { column: 'GM1, EUR', sign: 1 }],
  ['Freight out', { column: 'Freight out, EUR', sign: -1 }],
  ['GM2', { column: 'GM2, EUR', sign: 1 }],
  ['Rebates', { column: 'Rebates, EUR', sign: -1 }],
  ['Channel fees', { column: 'Channel fees, EUR', sign: -1 }],
  ['Claims', { column: 'Claims, EUR', sign: -1 }],
  ['GM3', { column: 'GM3, EUR', sign: 1 }],
]);
async function barCents(page: Page, name: string): Promise<number> {
  return cents((await bar(page, name).getAttribute('aria-label')) ?? '');
}

test('the waterfall adds up to GM3 and is the sum of the rows, step by step, to the cent', async ({ page }) => {
  const problems = watch(page);
  await host.enter(page, '/margin');
  await expect(bar(page, 'GM3')).toBeVisible();
  const steps = new Map<string, number>();
  for (const name of STEPS.keys()) steps.set(name, await barCents(page, name));
  const step = (name: string) => steps.get(name) ?? Number.NaN;
  expect(step('Net sales')).toBe(step('Gross sales') + step('Discounts') + step('Returns, credits'));
  expect(step('GM1')).toBe(step('Net sales') + step('Landed cost'));
  expect(step('GM2')).toBe(step('GM1') + step('Freight out'));
  expect(step('GM3')).toBe(step('GM2') + step('Rebates') + step('Channel fees') + step('Claims'));

  const rows = await csv(page, 'Export');
  const channels = rows.slice(0, -1);
  expect(channels.length).toBeGreaterThan(3);
  for (const [name, { column, sign }] of STEPS) expect(sum(channels, column) * sign, name).toBe(step(name));
  expect(await cells(page, 'net').count()).toBe(channels.length);
  expect(problems).toEqual([]);
});

test('the bridge leads from one margin to the other, as its rows do, and an effect opens its lines', async ({
  page,
}) => {
  const problems = watch(page);
  await host.enter(page, '/margin');
  await expect(bar(page, 'GM3')).toBeVisible();
  await cells(page, 'label').first().click();
  await page.keyboard.press('b');
  const step = (name: string) =>
    page.getByRole('region', { name: 'Bridge' }).getByRole('button', { name: new RegExp(`^${name} `) });
  await expect(step('Change')).toBeVisible();
  const said = async (name: string) => cents((await step(name).getAttribute('aria-label')) ?? '');
  const rows = await csv(page, 'Export');
  const [total] = rows.slice(-1);
  const titles = Object.keys(rows[0] ?? {}).filter((title) => title.endsWith(', EUR'));
  const effects = titles.filter((title) => !/^(Before|Now|Change)/.test(title));
  expect(effects.length).toBe(12);
  for (const title of titles) expect(sum(rows.slice(0, -1), title), title).toBe(total ? amount(total, title) : null);
  for (const row of rows) {
    const told = effects.reduce((all, title) => all + amount(row, title), 0);
    expect(told, row['Row']).toBe(amount(row, 'Change, EUR'));
    expect(amount(row, 'Now, EUR') - amount(row, 'Before, EUR'), row['Row']).toBe(told);
  }
  const price = await said('Price');
  expect(price).toBe(total ? amount(total, 'Price, EUR') : null);
  expect(await said('Change')).toBe(total ? amount(total, 'Change, EUR') : null);
  await step('Price').click();
  const statement = page.getByText(/ in [\d,]+ lines?$/);
  await expect(statement).toBeVisible();
  expect(cents((await statement.textContent()) ?? '')).toBe(price);
  await page.keyboard.press('Backspace');
  await expect(step('Price')).toBeVisible();
  expect(problems).toEqual([]);
});

test('a figure opens its lines, and they add up to it, credit notes among them', async ({ page }) => {
  await host.enter(page, '/margin/show=net');
  await expect(cells(page, 'net').first()).toHaveText(/\d/);
  const label = (await cells(page, 'label').first().textContent()) ?? '';
  const row = (await csv(page, 'Export')).find((each) => label.includes(each['Row'] ?? '-'));
  const month = Object.keys(row ?? {}).findLast((title) => /^Net sales, \d{4}-\d\d$/.test(title));
  if (!row || !month) throw new Error(`the export has no month of ${label}`);
  const figure = amount(row, month);
  expect(figure, 'the month of the top bar is the last').toBe(amount(row, 'Net sales, EUR'));
  const cell = cells(page, `m${month.replaceAll(/\D/g, '')}`).first();
  await expect(cell).toHaveText(Math.round(figure / 100).toLocaleString('en'));

  await cell.click();
  await page.keyboard.press('Enter');
  const statement = page.getByText(/ in [\d,]+ lines?$/);
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
  // the way down is written, and leads back up
  await expect(page.getByRole('navigation', { name: 'Way down' })).toContainText(row['Row'] ?? '-');

  // The waterfall's own bars open lines too.
  await page.keyboard.press('Backspace');
  await expect(bar(page, 'Discounts')).toBeVisible();
  const discounts = await barCents(page, 'Discounts');
  await bar(page, 'Discounts').click();
  await expect(statement).toBeVisible();
  expect(cents((await statement.textContent()) ?? '')).toBe(discounts);
});

test('a margin opens its lines with every part of it on each, and they add up part by part', async ({ page }) => {
  await host.enter(page, '/margin');
  await expect(bar(page, 'GM3')).toBeVisible();
  const parts = ['Net sales', 'Landed cost', 'GM1', 'Freight out', 'GM2', 'Rebates', 'Channel fees', 'Claims', 'GM3'];
  const steps = new Map<string, number>();
  for (const name of parts) steps.set(name, await barCents(page, name));
  await bar(page, 'GM3').click();
  const statement = page.getByText(/ in [\d,]+ lines?$/);
  await expect(statement).toBeVisible();
  expect(cents((await statement.textContent()) ?? '')).toBe(steps.get('GM3'));
  // the pinned sums are those of the waterfall
  const pinned = page.locator('.ag-row-pinned .ag-cell[col-id="freight"]');
  expect(cents((await pinned.textContent()) ?? '')).toBe(steps.get('Freight out'));
  const lines = await csv(page, 'Export lines');
  for (const name of parts) {
    const { sign } = STEPS.get(name) ?? { sign: 1 };
    expect(sum(lines, `${name === 'Net sales' ? 'Net' : name}, EUR`) * sign, name).toBe(steps.get(name));
  }
  await page.getByRole('button', { name: 'Working', exact: true }).click();
  const panel = page.getByRole('complementary', { name: 'How the lines make the figure' });
  await expect(panel.getByText('Channel fees', { exact: true })).toBeVisible();

  // claims are documents of their own
  await page.keyboard.press('Escape');
  await page.keyboard.press('Backspace');
  await bar(page, 'Claims').click();
  const claimed = page.getByText(/ in [\d,]+ lines?$/);
  await expect(claimed).toBeVisible();
  expect(-cents((await claimed.textContent()) ?? '')).toBe(steps.get('Claims'));
});

test('figures stand against the month before, the year before and the plan, chosen by key and kept in the address', async ({
  page,
}) => {
  const header = (id: string) => page.locator(`.ag-header-cell[col-id="${id}"]`);
  await host.enter(page, '/margin');
  await expect(bar(page, 'GM3')).toBeVisible();
  await expect(header('change')).toHaveCount(0);
  await cells(page, 'label').first().click();
  await page.keyboard.press('c');
  await expect(page).toHaveURL(/against=previous/);
  await expect(header('change')).toHaveText(/^vs \w{3}\s\d{4}, €$/);
  await page.reload();
  await expect(header('change_rate')).toHaveText(/^vs \w{3}\s\d{4}, pp$/);
  await expect(bar(page, 'GM3')).toHaveAttribute('aria-label', /, [+−]?€[\d,.]+ against \w{3}\s\d{4}: open/);
  const rows = await csv(page, 'Export');
  const [channels, total] = [rows.slice(0, -1), rows.at(-1) ?? {}];
  for (const column of ['GM3 before, EUR', 'GM3 change, EUR'])
    expect(sum(channels, column)).toBe(amount(total, column));
  expect(amount(total, 'GM3 before, EUR') + amount(total, 'GM3 change, EUR')).toBe(amount(total, 'GM3, EUR'));

  await page.getByRole('button', { name: /^Against / }).click();
  await page.getByRole('menuitem', { name: /^Plan/ }).click();
  await expect(header('change')).toHaveText('vs plan, €');
  await expect(cells(page, 'change').first()).toHaveText(/^[+−]?[\d,]+$/);
  await expect(page.getByText('Unmapped').first()).toBeVisible();
  await expect(cells(page, 'change').last()).toHaveText('no plan');
  // by customer there is none, and it says so
  await page.goto(page.url().replace('against=plan', 'against=plan&then=customer'));
  await cells(page, 'label').first().click();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByText(/there is none of customers/)).toBeVisible();
  await expect(page.locator('.ag-row[row-index="1"] .ag-cell[col-id="change"]')).toHaveText('no plan');
});

test('groups unfold and fold by keyboard; what a group is made of adds up to it, Other included', async ({ page }) => {
  await host.enter(page, '/margin/show=net&then=customer');
  const labels = cells(page, 'label');
  await expect(cells(page, 'net').first()).toHaveText(/\d/);
  const folded = await labels.count();
  await labels.first().click();
  await page.keyboard.press('ArrowRight');
  await expect(labels.filter({ hasText: /^Other \d+ customers/ })).toHaveCount(1);
  const rows = await csv(page, 'Export');
  const [group] = rows;
  const children = rows.filter((row) => row['Within'] === group?.['Row']);
  expect(children).toHaveLength((await labels.count()) - folded);
  expect(sum(children, 'Net sales, EUR')).toBe(amount(group ?? {}, 'Net sales, EUR'));
  const others = children.at(-1);
  expect(others?.['Row']).toMatch(/^Other \d+ customers$/);

  // Other opens its lines as any row does
  const row = labels.filter({ hasText: /^Other/ }).locator('xpath=ancestor::*[@row-index][1]');
  const index = await row.getAttribute('row-index');
  await page.locator(`.ag-row[row-index="${index}"] .ag-cell[col-id="net"]`).click();
  await page.keyboard.press('Enter');
  const statement = page.getByText(/ in [\d,]+ lines?$/);
  await expect(statement).toBeVisible();
  expect(cents((await statement.textContent()) ?? '')).toBe(amount(others ?? {}, 'Net sales, EUR'));

  // back it is as it was, and folds from a child as well
  await page.keyboard.press('Backspace');
  await expect(labels).toHaveCount(folded + children.length);
  await page.locator('.ag-row[row-index="1"] .ag-cell[col-id="label"]').click();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect(labels).toHaveCount(folded);
});

test('leakage follows the way down; a cause opens its lines, and they leave as a file', async ({ page }) => {
  await host.enter(page, '/margin/over=all');
  const causes = page.getByRole('table', { name: 'Causes of leakage' });
  const first = causes.getByRole('row').nth(1);
  await expect(first).toBeVisible();
  const panel = page.getByRole('complementary', { name: 'Leakage' });
  const whole = await csv(page, 'Export leakage', 0);
  await cells(page, 'label').first().click();
  await page.keyboard.press('Enter');
  await expect(panel.getByText(/^Of .+\.$/)).toBeVisible();
  const channel = ((await panel.getByText(/^Of .+\.$/).textContent()) ?? '').slice(3, -1);
  await expect(panel.getByText(/Cost rise not passed on is left out: /)).toBeVisible();
  const own = await csv(page, 'Export leakage', 0);
  const expected = whole.filter((row) => row['Channel'] === channel);
  expect(own.length).toBeGreaterThan(0);
  expect(own.length).toBe(expected.length);
  expect(sum(own, 'Lost, EUR')).toBe(sum(expected, 'Lost, EUR'));

  const money = (await first.getByRole('cell').nth(1).textContent()) ?? '';
  const count = (await first.getByRole('cell').first().textContent()) ?? '';
  await first.getByRole('cell').first().getByRole('button').click();
  const statement = page.getByText(/ in [\d,]+ (lines?|items?)$/);
  await expect(statement).toContainText(`in ${count} `);
  const said = cents((await statement.textContent()) ?? '');
  expect(Math.round(said / 100).toLocaleString('en')).toBe(money);
  await expect(page.getByRole('navigation', { name: 'Way down' })).toContainText(channel);
  const lines = await csv(page, 'Export lines');
  expect(lines.length.toLocaleString('en')).toBe(count);
  expect(sum(lines, 'Lost, EUR')).toBe(said);
  await page.keyboard.press('Backspace');
  await expect(causes).toBeVisible();
});

test('an unusual fall is told with its cause, and its lines come to it', async ({ page }) => {
  const companies = await stage.query<readonly CompanyView[]>('office', 'finance', 'companies', {});
  const company = companies.find(({ code }) => code === 'HAL');
  const company_id = company?.id ?? 0;
  // the last whole month of the demo, whenever that was made
  const month = company?.months.at(-2) ?? 0;
  const asked = { company_id, month };
  const { rows, total_minor } = await stage.query<MarginErosion>('office', 'finance', 'marginErosion', asked);
  const [worst] = rows;
  if (worst === undefined) throw new Error('nothing fell in the last whole month of the demo');

  await host.enter(page, `/margin/range=${month}-${month}&over=all&panel=unusual`);
  const panel = page.getByRole('complementary', { name: 'Unusual falls' });
  const falls = panel.getByRole('table', { name: 'Unusual falls' });
  await expect(falls.getByRole('row')).toHaveCount(rows.length + 1);
  await expect(panel.getByText(`${worst.words}.`)).toBeVisible();
  const files = await csv(page, 'Export unusual falls', 0);
  expect(sum(files, 'Short of usual, EUR')).toBe(total_minor);

  await panel.getByRole('button', { name: /^Open [\d,]+ lines?$/ }).click();
  const statement = page.getByText(/ in [\d,]+ lines?$/);
  await expect(statement).toBeVisible();
  expect(cents((await statement.textContent()) ?? '')).toBe(worst.fall_minor);
  await expect(page.getByRole('navigation', { name: 'Way down' })).toContainText('Unusual fall');
  const lines = await csv(page, 'Export lines');
  expect(lines.length).toBe(Math.min(500, worst.lines));
  // every line is rounded by itself
  if (worst.lines <= 500) {
    expect(Math.abs(sum(lines, 'Short of usual, EUR') - worst.fall_minor)).toBeLessThanOrEqual(worst.lines);
  }
  await page.keyboard.press('Backspace');
  await page.keyboard.press('u');
  await expect(falls).toBeVisible();
});

test('imported orders show what they can show, and say what they lack', async ({ page }) => {
  const where = ['--server', stage.url, '--user', 'admin', '--password-file', stage.world.passwordFile('admin')];
  const money = ['--currency', 'GBP', '--time-zone', 'Europe/London'];
  const imported = await stage.world.run(['import', 'orders', '--file', ORDERS, ...money, ...where]);
  const done = imported.events.find((event) => event.event === 'done');
  expect(done, imported.stderr).toBeDefined();
  expect(Number(done?.['imported'])).toBeGreaterThan(10);

  await host.enter(page, '/margin/range=all&over=all');
  await page.getByRole('banner').getByRole('button', { name: 'Halvorsen Industrial BV' }).click();
  await page.getByRole('menuitem').filter({ hasText: 'ORDERS · GBP' }).click();
  await expect(page.getByText('No cost data for this company, so the waterfall ends at net sales.')).toBeVisible();
  await expect(bar(page, 'Net sales')).toBeVisible();
  await expect(bar(page, 'GM1')).toHaveCount(0);
  await expect(bar(page, 'Landed cost')).toHaveCount(0);
  await expect(page.locator('.ag-header-cell[col-id="gm1_amount"]')).toHaveCount(0);
  await expect(cells(page, 'net').first()).toHaveText(/\d/);
  // Everything that was imported is on the screen.
  await page.getByRole('button', { name: 'Working', exact: true }).click();
  const all = page
    .getByRole('complementary', { name: 'Working' })
    .getByText(/^All lines/)
    .locator('..');
  expect(cents((await all.textContent()) ?? '')).toBe(cents(Number(done?.['imported_total']).toFixed(2)));

  await rail(page).getByRole('link', { name: 'Fill rate' }).click();
  await expect(page.getByText(/^Fill rate cannot be computed for /)).toBeVisible();
  await expect(page.getByText('No shipments recorded')).toBeVisible();
  await expect(page.locator('.ag-row')).toHaveCount(0);
});
