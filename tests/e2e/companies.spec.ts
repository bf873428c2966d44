/** All companies together: one switch, every screen follows, what was converted says at which rate, offline too. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { convertMinor } from '#domain/currency/convert.ts';
import type { CompanyView, Exceptions, KpiValues, MarginPivot, StockByCompany, Today } from '#contract/queries.ts';
import { expectAccessible } from './accessible.ts';
import { cells, expect, grid, type Host, pill, rail, Stage, test, watch } from './stage.ts';

test.describe.configure({ mode: 'serial' });
test.use({ viewport: { width: 1440, height: 900 } });
let stage: Stage;
let host: Host;
let companies: readonly CompanyView[];
let both: { readonly company_ids: readonly number[]; readonly reporting_currency: string };

test.beforeAll(async () => {
  stage = await Stage.open();
  host = await stage.host('laptop', 'controller');
  companies = await ask<readonly CompanyView[]>('companies', {});
  both = { company_ids: companies.map(({ id }) => id), reporting_currency: 'EUR' };
});
test.afterAll(async () => await stage.close());

const ask = async <T>(name: string, args: object): Promise<T> =>
  await stage.query<T>('laptop', 'controller', name, args);
const switchTo = async (page: Page, name: string) => {
  await page
    .locator('header')
    .getByRole('button', { name: /Halvorsen|Pennine|All companies/ })
    .first()
    .click();
  await page.getByRole('menuitem', { name: new RegExp(`^${name}`) }).click();
};
const open = async (page: Page, name: string) =>
  await rail(page)
    .getByRole('link', { name: new RegExp(`^${name}`) })
    .click();

/** Nothing serious in light, no colour without contrast in dark, and a picture of each to look at. */
async function look(page: Page, name: string): Promise<void> {
  await expect(page.getByRole('status', { name: 'Reading' })).toHaveCount(0);
  const folder = join(import.meta.dirname, '../../test-results/companies');
  mkdirSync(folder, { recursive: true });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await expectAccessible(page, name, 'body', (colorScheme) =>
    page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`), animations: 'disabled' }),
  );
}

test('margin: the total is the sum of the converted companies, and the rates can be looked at', async ({ page }) => {
  const problems = watch(page);
  await host.enter(page, '/margin/show=net&over=all');
  await expect(cells(page, 'label').first()).toBeVisible();
  await switchTo(page, 'All companies in EUR');
  await expect(page.getByRole('button', { name: 'All companies · EUR' })).toBeVisible();
  await expect(cells(page, 'label').first()).toContainText(companies[0]?.name ?? '');
  await look(page, 'margin');

  const months = [...new Set(companies.flatMap((company) => company.months))].toSorted((a, b) => a - b);
  const to_month = months.at(-1) ?? 0;
  const from_month = months.at(-12) ?? 0;
  const asked = { from_month, to_month, rows: ['company'], measures: ['gross_sales', 'net_sales'] };
  const answer = await ask<MarginPivot>('marginPivot', { ...both, ...asked });
  let gross_minor = 0;
  for (const { id, currency } of companies) {
    const own = await ask<MarginPivot>('marginPivot', { company_ids: [id], ...asked });
    for (const [nth, { filter }] of own.columns.entries()) {
      const amount = BigInt(own.column_totals[nth]?.[0] ?? 0);
      const rate = answer.conversion?.rates.find((each) => each.company_id === id && each.month === filter.from_month);
      gross_minor += Number(
        currency === 'EUR'
          ? amount
          : convertMinor(amount, {
              from: currency,
              to: 'EUR',
              rate_micro: rate?.rate_micro ?? 0,
              per_units: rate?.per_units ?? 1,
            }),
      );
    }
  }
  expect(answer.total[0]).toBe(gross_minor);
  // the pinned total of the grid says it without decimals
  const totals = page.locator('.ag-row-pinned .ag-cell[col-id="net"]');
  const shown = Number((await totals.innerText()).replaceAll(/[^\d−-]/g, '').replace('−', '-'));
  expect(shown).toBe(Math.round((answer.total[1] ?? 0) / 100));
  await expect(page.getByRole('columnheader', { name: 'Net sales, EUR' })).toBeVisible();

  await page.getByRole('button', { name: 'Converted to EUR' }).click();
  const dialog = page.getByRole('dialog', { name: 'Converted to EUR' });
  await expect(dialog.getByRole('row')).toHaveCount((answer.conversion?.rates.length ?? 0) + 1);
  await expect(dialog).toContainText('each month’s average rate');
  await look(page, 'rates');
  await page.keyboard.press('Escape');

  // down to the lines: one company after the other, in its own currency
  await cells(page, 'net').first().click();
  await page.keyboard.press('Enter');
  await expect(cells(page, 'adds').first()).toBeVisible();
  await page.getByRole('button', { name: 'Back to the figures' }).click();
  await page
    .getByRole('region', { name: 'Waterfall' })
    .getByRole('button', { name: /^Net sales / })
    .click();
  const lines = page.getByRole('radiogroup', { name: 'Lines of' });
  await lines.getByRole('radio', { name: 'PEN · GBP' }).click();
  await expect(page.getByText(/^In GBP; converted €[\d,]+\.\d\d$/)).toBeVisible();
  await expect(cells(page, 'adds').first()).toBeVisible();
  await look(page, 'margin-lines');
  expect(problems).toEqual([]);
});

test('any months by keyboard: they stay in the address and after a reload', async ({ page }) => {
  await host.enter(page, '/margin/show=net&over=all');
  await cells(page, 'label').first().click();
  await page.keyboard.press('p');
  await page.getByRole('menuitem', { name: 'Other months…' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Months' });
  const offered = await dialog
    .getByLabel('From')
    .locator('option')
    .evaluateAll((all) => all.map((each) => each.getAttribute('value') ?? ''));
  const [from = '', to = ''] = [offered.at(-8), offered.at(-5)];
  await dialog.getByLabel('From').selectOption(to);
  await dialog.getByLabel('To').selectOption(from);
  await expect(dialog.getByText('The last month lies before the first.')).toBeVisible();
  await dialog.getByLabel('From').selectOption(from);
  await dialog.getByLabel('To').selectOption(to);
  await look(page, 'months');
  await dialog.getByLabel('To').press('Tab');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`range=${from}-${to}`));
  await expect(page.locator('.ag-header-cell[col-id^="m2"]')).toHaveCount(4);
  await page.reload();
  await expect(page.locator('.ag-header-cell[col-id^="m2"]')).toHaveCount(4);
  await page.goto(`${host.url}/#/fill-rate/range=${from}-${to}`);
  await expect(page.locator('.ag-header-cell[col-id^="m2"]')).toHaveCount(4);
});

test('fill rate, today and stock follow; close and imports ask for one company', async ({ page }) => {
  const problems = watch(page);
  await host.enter(page, '/fill-rate');
  await expect(cells(page, 'label').first()).toBeVisible();
  await switchTo(page, 'All companies in EUR');
  await expect(cells(page, 'label').first()).toContainText(/Halvorsen|Pennine/);
  await expect(page.getByRole('button', { name: 'Converted to EUR' })).toBeVisible();
  await look(page, 'fill-rate');

  await open(page, 'Today');
  const list = grid(page, 'Decisions');
  const today = await ask<Today>('today', both);
  await expect(list).toHaveAttribute('aria-rowcount', String(today.rows.length + 1));
  const foreign = today.rows.find((row) => row.currency === 'GBP');
  expect(foreign?.shown_minor).not.toBe(foreign?.stake_minor);
  await expect(list).toContainText(/Pennine Engineering Supplies Ltd, GBP [\d,]+\./);
  const month = companies[0]?.months.at(-1) ?? 0;
  const kpis = await ask<KpiValues>('kpiValues', {
    ...both,
    from_month: month,
    to_month: month,
    kpis: ['backorder_value'],
  });
  await expect(page.getByRole('button', { name: /^Backorders/ })).toContainText(
    `€${Math.round((kpis.total[0]?.value ?? 0) / 100).toLocaleString('en-US')}`,
  );
  await look(page, 'today');
  await page.getByRole('button', { name: /^Backorders/ }).click();
  const panel = page.getByRole('complementary', { name: 'Working' });
  await panel.getByRole('radio', { name: 'PEN' }).click();
  await expect(panel).toContainText('£');
  await look(page, 'today-kpi');

  await open(page, 'Stock');
  const stock = await ask<StockByCompany>('stockByCompany', both);
  await expect(cells(page, 'label').first()).toContainText(stock.companies[0]?.label ?? '?');
  await expect(page.getByRole('main')).toContainText(
    `€${Math.round((stock.total_minor ?? 0) / 100).toLocaleString('en-US')} at cost`,
  );
  await look(page, 'stock');

  for (const screen of ['Close']) {
    await open(page, screen);
    await expect(page.getByText(`${screen} shows one company at a time`)).toBeVisible();
    await look(page, screen.toLowerCase());
  }
  await page.getByRole('button', { name: /^Open Close of Halvorsen/ }).click();
  await expect(page.getByRole('button', { name: 'Halvorsen Industrial BV' })).toBeVisible();
  await expect(cells(page, 'ref').first()).toBeVisible();
  expect(problems).toEqual([]);
});

test('a site that was filtered by goes with its company', async ({ page }) => {
  const [first, second] = companies;
  const there = await ask<Exceptions>('exceptions', { company_ids: [second?.id ?? 0], group_by: 'none' });
  expect(there.total).toBeGreaterThan(0);
  const problems = watch(page);
  await host.enter(page, '/exceptions');
  await switchTo(page, first?.name ?? '');
  await expect(cells(page, 'subject').first()).toBeVisible();
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByRole('menuitem').first().click();
  await expect(page.getByRole('button', { name: /^Remove filter Site / })).toBeVisible();
  await switchTo(page, second?.name ?? '');
  await expect(page.getByRole('main')).toContainText(`${there.total} exceptions`);
  await expect(cells(page, 'subject').first()).toBeVisible();
  await expect(page.getByRole('button', { name: /^Remove filter Site / })).toHaveCount(0);
  expect(problems).toEqual([]);
});

test('without a connection too, and after a reload: the choice is the person’s', async ({ page }) => {
  await host.enter(page, '/margin');
  await expect(cells(page, 'label').first()).toBeVisible();
  await switchTo(page, 'All companies in GBP');
  await stage.killServer();
  await expect(pill(page)).toContainText(/offline/i, { timeout: 30_000 });
  await page.reload();
  await expect(page.getByRole('button', { name: 'All companies · GBP' })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('button', { name: 'Converted to GBP' })).toBeVisible();
  await open(page, 'Stock');
  await expect(page.getByRole('main')).toContainText(/£[\d,]+ at cost/);
  await open(page, 'Today');
  await expect(grid(page, 'Decisions')).toContainText(/Halvorsen Industrial BV, EUR [\d,]+\./);
  await stage.startServer();
});

test('whoever sees one company has no switch for more', async ({ page }) => {
  const sales = await stage.host('counter', 'sales');
  await sales.enter(page, '/fill-rate');
  await expect(cells(page, 'label').first()).toBeVisible({ timeout: 60_000 });
  await page
    .locator('header')
    .getByRole('button', { name: /Halvorsen/ })
    .first()
    .click();
  await expect(page.getByRole('menuitem')).toHaveCount(1);
});
