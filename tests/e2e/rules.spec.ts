/** Rules: a change drafted on its row and from a file, seen before and after, withdrawn; an older day as it was. */
import type { Page } from '@playwright/test';
import { cells, expect, grid, Stage, test, watch } from './stage.ts';

test.describe.configure({ mode: 'serial' });

let stage: Stage;
let page: Page;
let problems: readonly string[];

test.beforeAll(async ({ browser }) => {
  stage = await Stage.open();
  const host = await stage.host('laptop', 'planner');
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  page = await context.newPage();
  problems = watch(page);
  await host.enter(page, '/rules/channel_rule');
});
test.afterEach(() => expect(problems).toEqual([]));
test.afterAll(async () => await stage.close());

const panel = (name: string) => page.getByRole('complementary', { name });
const tab = (name: RegExp) => page.getByRole('tab', { name });

test('a rule is changed by a draft that waits for somebody else', async () => {
  await expect(grid(page, 'Channel rules')).toBeVisible();
  await cells(page, 'channel').filter({ hasText: 'Inside sales' }).dblclick();
  await expect(panel('Rule').getByText('Since ever')).toBeVisible();
  await page.keyboard.press('e');
  const dialog = page.getByRole('dialog', { name: 'Change Inside sales' });
  await dialog.getByLabel('Discount allowed, %').fill('-1');
  await expect(dialog.getByText('is negative. Write 0 or more.')).toBeVisible();
  await dialog.getByLabel('Discount allowed, %').fill('12.5');
  await dialog.getByLabel('Why').fill('The season is short.');
  await dialog.getByRole('button', { name: /^Draft 1 change from/ }).click();
  await expect(dialog).toBeHidden();
  await tab(/^Changes/).click();
  await cells(page, 'title').filter({ hasText: 'Inside sales' }).dblclick();
  const change = panel('Change');
  await expect(change.getByRole('table').getByText('≠ 12.5 %')).toBeVisible();
  await expect(change.getByText('Your role may not decide about rules.')).toBeVisible();
  await change.getByRole('button', { name: 'Withdraw' }).click();
  await expect(change.getByText('Withdrawn').first()).toBeVisible();
});

test('a draft that came to nothing is drafted again, beside what holds now', async () => {
  await panel('Change').getByRole('button', { name: 'Draft again' }).click();
  const dialog = page.getByRole('dialog', { name: /^Draft again: / });
  await expect(dialog.getByRole('table', { name: 'What it would change now' }).getByText('≠ 12.5 %')).toBeVisible();
  await dialog.getByLabel('Why').fill('It is, after all.');
  await dialog.getByRole('button', { name: /^Draft 1 change from/ }).click();
  await expect(dialog).toBeHidden();
  const drafted = page.getByRole('row', { name: /^Inside sales Waits for approval .* It is, after all\.$/ });
  await drafted.getByRole('gridcell').first().dblclick();
  await expect(panel('Change').getByText('It is, after all.')).toBeVisible();
  await panel('Change').getByRole('button', { name: 'Withdraw' }).click();
  await expect(panel('Change').getByText('Withdrawn').first()).toBeVisible();
});

test('a new rule is drafted by keyboard: a customer found by code, figures refused with why', async () => {
  await tab(/^In force/).click();
  await page.getByRole('radio', { name: 'Discount rules' }).click();
  await expect(grid(page, 'Discount rules')).toBeVisible();
  // a rule may be of all customers: one that names one begins with the code
  const named = cells(page, 'customer')
    .filter({ hasText: /^[A-Z]-\d/ })
    .first();
  const code = (await named.innerText()).split(' ')[0] ?? '';
  await named.click();
  await page.keyboard.press('n');
  const dialog = page.getByRole('dialog', { name: 'New discount rule' });
  await expect(dialog.getByLabel('Customer')).toBeFocused();
  await page.keyboard.type(code.toLowerCase());
  await expect(dialog.getByText('holds on that day already')).toBeVisible();
  await dialog.getByLabel('Category').selectOption({ index: 1 });
  await expect(dialog.getByText('holds on that day already')).toBeHidden();
  await dialog.getByLabel('Discount allowed, %').fill('101');
  await expect(dialog.getByText('is larger than any rule can be')).toBeVisible();
  const send = dialog.getByRole('button', { name: /^Draft 1 change from/ });
  await dialog.getByLabel('Why').fill('A frame contract.');
  await expect(send).toBeDisabled();
  await dialog.getByLabel('Discount allowed, %').fill('17.5');
  await send.click();
  await expect(dialog).toBeHidden();
  await tab(/^Changes/).click();
  await cells(page, 'title').filter({ hasText: 'New discount rule' }).dblclick();
  await expect(panel('Change').getByRole('table').getByText('17.5 %')).toBeVisible();
  await panel('Change').getByRole('button', { name: 'Withdraw' }).click();
  await expect(panel('Change').getByText('Withdrawn').first()).toBeVisible();
  await tab(/^In force/).click();
  await page.getByRole('radio', { name: 'Channels' }).click();
});

test('a calendar asks a supplier and a site each for its own days', async () => {
  await page.getByRole('radio', { name: 'Calendars' }).click();
  await page.getByRole('button', { name: /^New calendar/ }).click();
  const dialog = page.getByRole('dialog', { name: 'New calendar' });
  await expect(dialog.getByText(/^With neither it is the company’s own/)).toBeVisible();
  await expect(dialog.getByLabel('Orders on')).toBeHidden();
  await dialog.getByLabel('Site').selectOption({ index: 1 });
  await expect(dialog.getByLabel('Supplier')).toBeHidden();
  await expect(dialog.getByLabel('Orders on')).toBeHidden();
  await dialog.getByLabel('Receives on').fill('Thursday, mon');
  await dialog.getByLabel('Closed on').fill('2026-12-25; 2026-12-24');
  await dialog.getByLabel('Why').fill('The gate is open twice a week.');
  await dialog.getByRole('button', { name: /^Draft 1 change from/ }).click();
  await expect(dialog).toBeHidden();
  await tab(/^Changes/).click();
  await cells(page, 'title').filter({ hasText: 'New calendar' }).dblclick();
  const change = panel('Change').getByRole('table');
  await expect(change.getByText('Mon, Thu')).toBeVisible();
  await expect(change.getByText(/24\sDec\s2026, 25\sDec\s2026/)).toBeVisible();
  await panel('Change').getByRole('button', { name: 'Withdraw' }).click();
  await expect(panel('Change').getByText('Withdrawn').first()).toBeVisible();
  await tab(/^In force/).click();
  await page.getByRole('radio', { name: 'Channels' }).click();
});

test('a file is seen beside what holds before anything is drafted', async () => {
  await tab(/^From a file/).click();
  const file = 'channel;priority;owner\nKey accounts;1;planner\nInside sales;7;planner\nNowhere;2;planner\n';
  await page
    .getByLabel('File of rules')
    .setInputFiles({ name: 'channels.csv', mimeType: 'text/csv', buffer: Buffer.from(file) });
  await expect(page.getByText('There is no channel Nowhere.')).toBeVisible();
  await expect(page.getByRole('table', { name: 'What the file would change' }).getByText('≠ 7')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Draft 1 change', exact: true })).toBeEnabled();
});

test('a long change is read to its last line before it is drafted', async () => {
  await page.getByRole('button', { name: 'Another file' }).click();
  await page.getByRole('radio', { name: 'Fees' }).click();
  const fees = Array.from({ length: 120 }, (_, each) => `Inside sales;Fee ${each + 1};1.5;planner`);
  const file = ['channel;fee;share of sales, %;owner', ...fees].join('\n');
  await page
    .getByLabel('File of rules')
    .setInputFiles({ name: 'fees.csv', mimeType: 'text/csv', buffer: Buffer.from(file) });
  const rows = page.getByRole('table', { name: 'What the file would change' }).getByRole('row');
  await expect(rows).toHaveCount(101);
  await page.getByRole('button', { name: 'Show all 120' }).click();
  await expect(rows).toHaveCount(121);
  await expect(rows.last()).toContainText('Fee 120');
  await page.getByRole('button', { name: 'Another file' }).click();
  await page.getByRole('radio', { name: 'Channels' }).click();
});

test('an earlier day shows the rules it had', async () => {
  await tab(/^In force/).click();
  const priority = cells(page, 'priority').nth(3);
  const now = await priority.textContent();
  await page.getByLabel('In force on').fill('2025-06-02');
  await expect(page.getByText('as they held on Mon 2 Jun 2025')).toBeVisible();
  await expect(priority).not.toHaveText(now ?? '');
});
