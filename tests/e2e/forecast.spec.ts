/** Forecast by keyboard: an item's working and chart, its ledger down to the lines, and an override that the server accepts. */
import type { CompanyView, Forecasts, ItemForecast } from '#contract/queries.ts';
import { expect, grid, type Host, Stage, test, watch } from './stage.ts';

test.describe.configure({ mode: 'serial' });
let stage: Stage;
let host: Host;
let company_id: number;

test.beforeAll(async () => {
  stage = await Stage.open();
  host = await stage.host('desk', 'planner');
  const companies = await stage.query<readonly CompanyView[]>('desk', 'planner', 'companies', {});
  company_id = companies[0]?.id ?? 0;
});
test.afterAll(async () => await stage.close());

test('the list leads to chart, working, ledger and lines, and a figure of one’s own stands in the forecast’s place', async ({
  page,
}) => {
  const asked = { company_id, sort: [{ column: 'next', descending: true }], limit: 5 };
  const answer = await stage.query<Forecasts>('desk', 'planner', 'forecasts', asked);
  const row = answer.rows.find((each) => !each.flags.includes('overridden'));
  if (row === undefined) throw new Error('nothing is forecast');
  const problems = watch(page);
  await host.enter(page, '/forecast');
  const list = grid(page, 'Forecasts');
  await expect(list).toHaveAttribute('aria-rowcount', String(answer.total_rows + 1));
  const foot = page.getByRole('main').locator('footer');
  await expect(foot).not.toContainText('chart or ledger');
  await list.getByRole('row').filter({ hasText: row.code }).filter({ hasText: row.site }).first().dblclick();
  const panel = page.getByRole('complementary', { name: 'Forecast' });
  await expect(panel.getByRole('heading', { level: 2 })).toHaveText(`${row.code} · ${row.site}`);
  await expect(foot).toContainText('chart or ledger');
  const place = { item_id: row.item_id, site_id: row.site_id };
  const before = await stage.query<ItemForecast>('desk', 'planner', 'itemForecast', place);
  await expect(panel.getByText(before.accuracy?.beats_naive === false ? /naive is used/ : /It beats/)).toBeVisible();

  const below = page.getByRole('region', { name: `Demand for ${row.code} at ${row.site}` });
  await below.getByRole('button', { name: 'Table' }).click();
  await expect(below.getByRole('columnheader', { name: 'Within 90 %, from' })).toBeVisible();
  await expect(below.getByRole('columnheader', { name: 'What happened' })).toBeVisible();
  await below.getByRole('radio', { name: 'Months' }).click();
  const ledger = grid(page, 'Demand ledger');
  await expect(ledger.getByRole('row').nth(1)).toBeVisible();
  await ledger.getByRole('gridcell').nth(1).dblclick();
  await expect(grid(page, 'Order lines of the period')).toBeVisible();
  await below.getByRole('button', { name: 'Back to the periods' }).click();
  await expect(ledger).toBeVisible();
  await below.getByRole('radio', { name: 'Chart' }).click();

  await list.focus();
  await page.keyboard.press('e');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/^Quantity a month/).fill('123456');
  await dialog.getByLabel('Reason').fill('A project of one customer');
  await dialog.getByRole('button', { name: /^Override [A-Z]/ }).click();
  await expect(dialog).toBeHidden();
  await expect(panel.getByText('A project of one customer')).toBeVisible();
  await expect(panel.getByRole('button', { name: 'Withdraw' })).toBeVisible();
  // accepted by the server, not only predicted here
  await expect
    .poll(async () => {
      const seen = await stage.query<ItemForecast>('desk', 'planner', 'itemForecast', place);
      return seen.overrides.map((each) => `${each.state} ${each.qty_milli} ${each.waiting}`);
    })
    .toEqual(['in_force 123456000 false']);
  await panel.getByRole('button', { name: 'Withdraw' }).click();
  await expect(panel.getByText('withdrawn')).toBeVisible();
  expect(problems).toEqual([]);
});
