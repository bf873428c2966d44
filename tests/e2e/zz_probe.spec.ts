import { expect, grid, Stage, test, watch, cells } from './stage.ts';
test('probe', async ({ seeded, page }) => {
  const t = Date.now();
  const lap = (w: string) => console.log(w, Date.now() - t);
  const problems = watch(page);
  const stage = await Stage.open(seeded);
  lap('server');
  const host = await stage.host('a', 'finance');
  lap('host');
  await host.enter(page);
  await expect(cells(page, 'name').first()).toBeVisible();
  lap('stock');
  await page.screenshot({ path: '/tmp/e2e-probe/stock.png' });
  await cells(page, 'name').first().click();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press(' ');
  await page.getByRole('complementary', { name: 'Item' }).waitFor();
  console.log(await page.locator('[role=grid],[role=treegrid]').first().evaluate((e) => e.outerHTML.slice(0, 400)));
  console.log(await page.locator('.ag-row').nth(1).evaluate((e) => e.outerHTML.slice(0, 1200)));
  await page.screenshot({ path: '/tmp/e2e-probe/panel.png' });
  for (const s of ['fill-rate', 'margin', 'close', 'sync', 'settings', 'admin']) {
    await page.goto(`${host.url}/#/${s}`);
    await page.waitForTimeout(1500);
    await page.screenshot({ path: `/tmp/e2e-probe/${s}.png` });
  }
  lap('screens');
  console.log(problems);
  await stage.close();
});
