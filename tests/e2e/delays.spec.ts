/** Delay risk: open lines by the money at risk, why one is likely late, its order, how good it is, and the file. */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { cells, expect, grid, type Host, Stage, test, watch } from './stage.ts';

let stage: Stage;
let host: Host;

test.beforeAll(async () => {
  stage = await Stage.open();
  host = await stage.host('desk', 'planner');
});
test.afterAll(async () => await stage.close());

test('a line is ranked, explained, opened and taken away; how good it is stands beside', async ({ page }) => {
  const problems = watch(page);
  await host.enter(page, '/delays');
  await expect(grid(page, 'Open lines by risk of delay')).toBeVisible();
  const first = cells(page, 'probability').first();
  await expect(first).toHaveText(/^\d+\.\d$/);
  const said = (await first.textContent()) ?? '';

  await first.click();
  await page.keyboard.press('Space');
  const why = page.getByRole('complementary', { name: 'Why' });
  await expect(why.getByText(`${said} %`).first()).toBeVisible();
  await expect(why.getByText('Time left')).toBeVisible();
  await expect(why.getByText('The usual line')).toBeVisible();

  const order = (await cells(page, 'order').first().textContent()) ?? '';
  await first.click();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: `Order ${order}` })).toBeVisible();
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'CSV file' }).first().click(),
  ]);
  const rows = parse<Readonly<Record<string, string>>>(readFileSync(await download.path()), { columns: true });
  expect(rows[0]?.['Order']).toBe(order);
  expect(Number(rows[0]?.['Probability, %']).toFixed(1)).toBe(said);

  await first.click();
  await page.keyboard.press('g');
  const good = page.getByRole('region', { name: 'How good it is' });
  await expect(good.getByRole('row', { name: /Rate of site and channel/ })).toBeVisible();
  await expect(good.getByText(/lines it held most at risk, \d+ were late/)).toBeVisible();
  // the foot shows the keys that act here, and the same key leads back
  const foot = page.getByRole('main').locator('footer');
  await expect(foot).not.toContainText('open the order');
  await page.keyboard.press('g');
  await expect(first).toBeVisible();
  await expect(foot).toContainText('open the order');
  await first.click();
  await page.keyboard.press('g');
  await good.getByRole('button', { name: 'Table' }).click();
  await expect(good.getByRole('row', { name: /^Was late/ })).toBeVisible();
  expect(problems).toEqual([]);
});
