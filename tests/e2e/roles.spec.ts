/** What each role sees and may do, one after the other on one machine. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { World } from '../process/world.ts';
import { cells, expect, grid, type Host, rail, signIn, signOut, startCockpit, test, watch } from './stage.ts';

test.describe.configure({ mode: 'serial' });

let world: World;
let host: Host;
let page: Page;
let problems: readonly string[];

test.beforeAll(async ({ browser }) => {
  world = new World();
  host = await startCockpit(world);
  page = await browser.newPage();
  problems = watch(page);
  await page.goto(host.printed);
});
test.afterEach(async () => {
  expect(problems).toEqual([]);
  await signOut(page);
});
test.afterAll(async () => {
  await page.close();
  await world.close();
});

const title = (name: string) => page.getByRole('heading', { level: 1, name });
const header = (column: string) => page.locator(`.ag-header-cell[col-id="${column}"]`);

async function enterAs(user: string, password = 'demo'): Promise<void> {
  await signIn(page, user, password);
  await expect(rail(page)).toBeVisible({ timeout: 60_000 });
  await go('Stock');
  await expect(cells(page, 'name').first()).toBeVisible();
}
async function go(screen: string): Promise<void> {
  await rail(page).getByRole('link', { name: screen }).click();
}
async function closeIsLocked(): Promise<void> {
  await go('Close');
  await expect(page.getByRole('status', { name: 'Close is not part of your role' })).toBeVisible();
  await expect(page.getByText('No ledger line ever reaches this machine')).toBeVisible();
}

test('a planner sees what stock is worth, and no close', async () => {
  await enterAs('planner');
  await expect(header('value')).toHaveText('Value, €');
  await expect(cells(page, 'value').first()).toHaveText(/^[\d,]+$/);
  await closeIsLocked();
  await expect(rail(page).getByRole('link', { name: 'Administration' })).toHaveCount(0);
});

test('sales sees no cost, and is told whose it is', async () => {
  await enterAs('sales');
  await expect(header('value')).toContainText('for Finance');
  await expect(cells(page, 'on_hand').first()).toHaveText(/\d/);
  for (const value of await cells(page, 'value').allTextContents()) expect(value).toBe('–');
  await go('Margin');
  await expect(page.getByRole('status', { name: 'Margin is not part of your role' })).toBeVisible();
  await expect(page.getByText('Margin is for those who see cost. No cost ever reaches this machine')).toBeVisible();
  await expect(page.locator('.ag-row')).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'Waterfall' })).toHaveCount(0);
  await closeIsLocked();
});

test('finance sees the margin with its cost, and the close', async () => {
  await enterAs('finance');
  await go('Margin');
  const bars = page.getByRole('region', { name: 'Waterfall' });
  await expect(bars.getByRole('button', { name: /^Landed cost −€[\d,]+\.\d\d/ })).toBeVisible();
  await expect(bars.getByRole('button', { name: /^GM3 €[\d,]+\.\d\d/ })).toBeVisible();
  // on the first of a month a channel may have sold nothing yet
  await expect(cells(page, 'gm3_amount').filter({ hasText: /\d/ }).first()).toBeVisible();
  await go('Close');
  await expect(title('Close, ')).toBeVisible();
  await expect(page.getByRole('button', { name: /^Sign / })).toBeEnabled();
});

test('an auditor reads the close and cannot sign', async () => {
  await enterAs('auditor');
  await go('Close');
  await expect(title('Close, ')).toBeVisible();
  await page
    .getByRole('button', { name: /, To prepare, / })
    .first()
    .click();
  await expect(page.getByText('Your role may not sign as preparer.')).toBeVisible();
  await expect(page.getByRole('button', { name: /^Sign / })).toBeDisabled();
});

test('an administrator adds a user, who then signs in', async () => {
  await enterAs('admin');
  await go('Administration');
  await expect(grid(page, 'Accounts').getByText('Tom Aerts')).toBeVisible();
  await page.getByRole('button', { name: 'Add a user' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a user' });
  await dialog.getByLabel('User name').fill('dora');
  await dialog.getByLabel('Name', { exact: true }).fill('Dora Klein');
  await dialog.getByLabel('First password').fill('short');
  await dialog.getByRole('button', { name: 'Add dora' }).click();
  await expect(dialog.getByLabel('First password')).toHaveAccessibleDescription(/at least 8 characters/i);
  await dialog.getByLabel('First password').fill('long enough 1');
  await dialog.getByLabel('Role').selectOption('warehouse');
  await dialog.getByRole('button', { name: 'Add dora' }).click();
  await expect(dialog).toBeHidden();
  await expect(grid(page, 'Accounts').getByText('Dora Klein')).toBeVisible();
  await signOut(page);

  await enterAs('dora', 'long enough 1');
  await expect(header('value')).toContainText('for Finance');
  await expect(page.getByRole('button', { name: 'DK, Dora Klein, user menu' })).toBeVisible();
});

test('an administrator closes an account and opens it again', async () => {
  await enterAs('admin');
  await go('Administration');
  await grid(page, 'Accounts').getByText('Dora Klein').dblclick();
  const panel = page.getByRole('complementary', { name: 'User' });
  await panel.getByRole('button', { name: 'Close the account' }).click();
  await expect(panel.getByText('signed out everywhere at once')).toBeVisible();
  await panel.getByRole('button', { name: 'Leave as it is' }).click();
  await expect(panel.getByText('active')).toBeVisible();
  await panel.getByRole('button', { name: 'Close the account' }).click();
  await panel.getByRole('button', { name: 'Close dora' }).click();
  await expect(panel.getByText('closed', { exact: true })).toBeVisible();
  await panel.getByRole('button', { name: 'What was done to this account' }).click();
  const trail = grid(page, 'Audit trail');
  await expect(trail.getByText('Account closed')).toBeVisible();
  await expect(page.getByLabel('Whom or what it was done to')).toHaveValue('dora');

  await page.getByRole('tab', { name: 'Accounts' }).click();
  await grid(page, 'Accounts').getByText('Dora Klein').dblclick();
  await panel.getByRole('button', { name: 'Open the account again' }).click();
  await panel.getByRole('button', { name: 'Open dora' }).click();
  await expect(panel.getByText('active', { exact: true })).toBeVisible();
});

test('an auditor reads the audit trail, narrows it, takes it along, and changes nothing there', async () => {
  await enterAs('auditor');
  await go('Administration');
  const trail = grid(page, 'Audit trail');
  await expect(trail.getByText('Account closed')).toBeVisible();
  await expect(page.getByRole('tab')).toHaveCount(0);
  // checked on this machine, and the same at the server
  await expect(page.getByText(/Chain checked here: \d+ entries, unbroken to seal [0-9a-f]{12}…, as of/)).toBeVisible();
  await page.getByRole('button', { name: 'Compare with the server' }).click();
  await expect(page.getByText(/the same at the server/)).toBeVisible();
  // who saw the close: this auditor did, a while ago
  await page.getByLabel('What happened').selectOption('Looked at');
  await page.getByLabel('Who did it').fill('auditor');
  await expect(
    cells(page, 'about')
      .filter({ hasText: /^[A-Z]+ \d{4}-\d\d close$/ })
      .first(),
  ).toBeVisible();
  await page.getByLabel('Who did it').fill('');
  await page.getByLabel('What happened').selectOption('Grant given');
  await page.getByLabel('Whom or what it was done to').fill('dora');
  await expect(cells(page, 'what')).toHaveText(['Grant given']);
  await expect(cells(page, 'detail')).toHaveText(['role warehouse, company all']);
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as CSV' }).click(),
  ]);
  const lines = readFileSync(await file.path(), 'utf8').split('\r\n');
  expect(lines).toHaveLength(3);
  expect(lines[1]).toContain(',Grant given,admin,dora,"role warehouse, company all",127.0.0.1,');
  await page.getByLabel('Who did it').fill('nobody');
  await expect(page.getByRole('status', { name: 'No entry matches these 3 filters' })).toBeVisible();
  await page.getByRole('button', { name: 'Clear all' }).click();
  await expect(trail.getByText('Account closed')).toBeVisible();
});
