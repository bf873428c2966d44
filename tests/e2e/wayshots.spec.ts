import { World } from '../process/world.ts';
import { cells, expect, grid, type Host, rail, signIn, startCockpit, test } from './stage.ts';
test('shots', async ({ seeded, browser }) => {
  test.setTimeout(240_000);
  const world = new World();
  const host: Host = await startCockpit(world, seeded);
  const page = await browser.newPage({ viewport: { width: 1280, height: 760 } });
  try {
    await page.goto(host.printed);
    await signIn(page, 'admin', 'wrong');
    await page.waitForTimeout(1500);
    await signIn(page, 'admin');
    await expect(rail(page)).toBeVisible({ timeout: 60_000 });
    await page.goto(`${host.url}/#/admin/planner`);
    await page.getByRole('button', { name: 'Close the account' }).click();
    await page.waitForTimeout(500);
    await page.screenshot({ path: '/tmp/way-close.png' });
    await page.getByRole('button', { name: 'Close planner' }).click();
    await page.waitForTimeout(1500);
    await page.getByRole('button', { name: 'Open the account again' }).click();
    await page.screenshot({ path: '/tmp/way-open.png' });
    await page.goto(`${host.url}/#/admin/trail=`);
    await expect(cells(page, 'what').first()).toBeVisible();
    await cells(page, 'what').first().click();
    await page.keyboard.press('Enter');
    await page.waitForTimeout(700);
    await page.screenshot({ path: '/tmp/way-trail.png' });
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.waitForTimeout(300);
    await page.screenshot({ path: '/tmp/way-trail-dark.png' });
    await page.getByLabel('Who did it').fill('nobody');
    await page.waitForTimeout(1200);
    await page.screenshot({ path: '/tmp/way-trail-empty.png' });
    await page.getByLabel('Who did it').fill('');
    await page.setViewportSize({ width: 900, height: 600 });
    await page.waitForTimeout(1200);
    await page.screenshot({ path: '/tmp/way-trail-narrow.png' });
    await expect(grid(page, 'Audit trail')).toBeVisible();
  } finally {
    await page.close();
    await world.close();
  }
});
