/** A planner raises a line that waits, by keyboard; a controller allows an order beyond its rule. */
import { World } from '../process/world.ts';
import { expectAccessible } from './accessible.ts';
import { cells, expect, grid, type Host, rail, signIn, signOut, startCockpit, test, watch } from './stage.ts';

test.describe.configure({ mode: 'serial' });

let world: World;
let host: Host;
test.beforeAll(async () => {
  world = new World();
  host = await startCockpit(world, ['planner', 'controller']);
});
test.afterAll(async () => await world.close());

test('a line that waits is raised, and an order beyond its rule is allowed', async ({ page }) => {
  const problems = watch(page);
  await page.goto(host.printed);
  await signIn(page, 'planner');
  await expect(rail(page)).toBeVisible({ timeout: 60_000 });
  await rail(page).getByRole('link', { name: 'Fulfilment' }).click();
  await expect(grid(page, 'Fulfilment queue')).toBeVisible();
  const first = cells(page, 'name').first();
  // nothing is shared out before all of the first load is here
  await expect(cells(page, 'state').first()).toHaveText(/Late|Short/, { timeout: 60_000 });
  await first.click();
  await page.keyboard.press(' ');
  const panel = page.getByRole('complementary', { name: 'Line' });
  await expect(panel.getByRole('heading', { name: 'Who is served, in order' })).toBeVisible();
  await expect(panel.getByRole('table', { name: /Available to promise/ })).toBeVisible();
  await expectAccessible(page, 'fulfilment');
  await first.click();
  await page.keyboard.press('u');
  const dialog = page.getByRole('dialog', { name: /^Raise/ });
  // left by Esc, a dialog gives the focus back to the line it came from
  await expect(dialog.getByLabel('Reason')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(first).toBeFocused();
  await page.keyboard.press('u');
  await dialog.getByLabel('Reason').fill('their line stands still');
  await dialog.getByRole('button', { name: /^Raise until/ }).click();
  await expect(dialog).toBeHidden();
  await expect(panel.getByRole('heading', { name: 'Decisions' })).toBeVisible();
  await expect(panel.getByText('their line stands still')).toBeVisible();
  await expect(cells(page, 'name').filter({ hasText: 'raised' }).first()).toBeVisible();
  await signOut(page);

  await signIn(page, 'controller');
  await expect(rail(page)).toBeVisible({ timeout: 60_000 });
  await rail(page).getByRole('link', { name: 'Approvals' }).click();
  await page.getByRole('radio', { name: 'Discount' }).click();
  const waiting = page.getByRole('tab', { name: /^Waiting \d/ });
  await expect(cells(page, 'broken').first()).toHaveText(/% off, .+% allowed$/);
  const before = Number((await waiting.innerText()).replaceAll(/\D/g, ''));
  await cells(page, 'broken').first().click();
  await expectAccessible(page, 'approvals');
  await cells(page, 'broken').first().click();
  await page.keyboard.press('a');
  const verdict = page.getByRole('dialog', { name: /^Approve/ });
  await verdict.getByLabel('Reason').fill('frame contract');
  await verdict.getByRole('button', { name: /^Approve €/ }).click();
  await expect(verdict).toBeHidden();
  await expect(waiting).toHaveText(`Waiting ${before - 1}`);
  await signOut(page);
  expect(problems).toEqual([]);
});
