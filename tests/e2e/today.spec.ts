/** Today by keyboard: the list, its working, and decisions that hold without a connection and reach the others. */
import type { Page } from '@playwright/test';
import type { CompanyView, Today } from '#contract/queries.ts';
import { cents, downTo, expect, grid, type Host, pill, Stage, test, watch } from './stage.ts';

test.describe.configure({ mode: 'serial' });
let stage: Stage;
let host: Host;
let company_id: number;

test.beforeAll(async () => {
  stage = await Stage.open();
  host = await stage.host('laptop', 'controller');
  const companies = await stage.query<readonly CompanyView[]>('laptop', 'controller', 'companies', {});
  company_id = companies[0]?.id ?? 0;
});
test.afterAll(async () => await stage.close());

const asked = async (machine: string, user: string, more: object = {}): Promise<Today> =>
  await stage.query<Today>(machine, user, 'today', { company_ids: [company_id], ...more });
const selected = '[role="row"][aria-selected="true"]';
/** To the first row with money: what waits for an answer stands before it. Returns what is at stake there, in cents. */
async function toMoney(page: Page): Promise<number> {
  const row = (await asked('laptop', 'controller')).rows.find(({ stake_minor }) => stake_minor > 0);
  if (!row) throw new Error('no decision has money at stake');
  await downTo(page, row.key);
  return row.stake_minor;
}

test('the list is what the query says, the panel’s parts add up to it, and Enter leads to the place', async ({
  page,
}) => {
  const problems = watch(page);
  await host.enter(page, '/today');
  const list = grid(page, 'Decisions');
  await expect(list).toBeVisible({ timeout: 60_000 });
  let answer = await asked('laptop', 'controller');
  // forecasts that are made meanwhile change what there is to decide
  await expect(async () => {
    answer = await asked('laptop', 'controller');
    await expect(list).toHaveAttribute('aria-rowcount', String(answer.rows.length + 1), { timeout: 1000 });
  }).toPass({ timeout: 60_000 });
  expect(answer.rows.length).toBeGreaterThan(2);
  await expect(page.getByRole('tab', { name: /^All/ })).toHaveText(`All ${answer.awake}`);
  await list.focus();
  await page.keyboard.press('End');
  const panel = page.getByRole('complementary', { name: 'Working' });
  const stake = await toMoney(page);
  await expect(panel.getByRole('heading', { level: 2 })).toContainText('at stake');
  const total = panel.getByText('At stake', { exact: true }).locator('..');
  await expect(total).toBeVisible();
  expect(Math.round(cents(`${(await total.innerText()).replaceAll('\n', ' ')}.00`) / 100)).toBe(
    Math.round(stake / 100),
  );
  // no second focus ring, no trap: Escape closes the working, Space shows it again
  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();
  await list.focus();
  await page.keyboard.press('Space');
  await expect(panel).toBeVisible();

  // in the first days of a month nothing of its close is late yet
  const close = answer.rows.find((row) => row.group === 'close');
  if (close) {
    await downTo(page, close.key);
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/#\/close\/\d{6}\/\d+/);
  }

  // a change of rules that waits for this person comes before what money ranks, and opens itself
  const place = answer.rows.findIndex(({ facts }) => facts.kind === 'rules_asked');
  const waits = answer.rows[place];
  if (waits?.facts.kind !== 'rules_asked') throw new Error('no change of rules waits');
  expect(answer.rows.slice(0, place).filter(({ facts }) => !facts.kind.endsWith('_asked'))).toEqual([]);
  await page.goto(`${host.url}/#/today`);
  await downTo(page, waits.key);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('complementary', { name: 'Change' })).toContainText(waits.facts.title);
  await expect(page.getByRole('button', { name: /^Approve / })).toBeVisible();

  // what is solved by a rule leads to it, with the focus on its row
  const ruled = answer.rows.find(({ facts }) => facts.kind === 'discount_not_approved');
  const channel = ruled?.facts.kind === 'discount_not_approved' ? ruled.facts.channel : '';
  expect(channel).not.toBe('');
  await page.goto(`${host.url}/#/today`);
  await downTo(page, ruled?.key ?? '');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#\/rules\/channel_rule\/force\/\d+/);
  await expect(page.locator('.ag-cell[col-id="channel"]:focus')).toHaveText(channel);
  expect(problems).toEqual([]);
});

test('snoozed without a connection: gone here at once, gone for the others when it is back', async ({ page }) => {
  await stage.pull('desk', 'finance');
  const before = await asked('desk', 'finance');
  await host.enter(page, '/today');
  const list = grid(page, 'Decisions');
  await expect(list).toBeVisible();
  await stage.killServer();
  await expect(pill(page)).toContainText(/offline/i, { timeout: 30_000 });
  await toMoney(page);
  const title = await page.locator(selected).locator('p').first().innerText();
  await page.keyboard.press('s');
  const dialog = page.getByRole('dialog', { name: 'Snooze' });
  await expect(dialog).toContainText(title);
  await expect(dialog).toContainText('sent when the connection is back');
  await dialog.getByRole('button', { name: 'In two weeks' }).click();
  await dialog.getByRole('button', { name: /^Snooze until/ }).click();
  await expect(dialog).toBeHidden();
  await expect(list).not.toContainText(title);
  await page.getByRole('tab', { name: /^Snoozed 1/ }).click();
  await expect(list).toContainText(title);
  await expect(page.locator(selected)).toContainText(/waiting/i);

  await stage.startServer();
  await expect(page.locator(selected)).not.toContainText(/waiting/i, { timeout: 60_000 });
  await stage.pull('desk', 'finance');
  const after = await asked('desk', 'finance');
  expect(after.awake).toBe(before.awake - 1);
  expect(after.snoozed).toBe(before.snoozed + 1);

  // and awake again, for both
  await list.focus();
  await expect(list).toHaveAttribute('aria-busy', 'false', { timeout: 30_000 });
  await page.keyboard.press('s');
  await expect(page.getByText('Nothing is snoozed')).toBeVisible();
});

test('a dialog stays with its exception when that one leaves the list meanwhile', async ({ page, context }) => {
  await host.enter(page, '/today');
  await expect(grid(page, 'Decisions').getByRole('row').nth(3)).toBeVisible();
  await toMoney(page);
  const key = await page.locator(selected).getAttribute('id');
  await page.keyboard.press('s');
  const about = page.getByRole('dialog', { name: 'Snooze' }).locator('[data-key]');
  await expect(about).toBeVisible();
  expect(`today-${await about.getAttribute('data-key')}`).toBe(key);
  // the same in another window
  const other = await context.newPage();
  await other.goto(`${host.url}/#/today`);
  await expect(grid(other, 'Decisions').getByRole('row').nth(3)).toBeVisible();
  await toMoney(other);
  await expect(other.locator(selected)).toHaveAttribute('id', key ?? '');
  await other.keyboard.press('s');
  await other.getByRole('button', { name: /^Snooze until/ }).click();
  await expect(page.locator(`[id="${key}"]`)).toHaveCount(0);
  expect(`today-${await about.getAttribute('data-key')}`).toBe(key);
  await other.close();
});

test('assigned: it stands among the other’s own; an unknown name is refused with the reason and kept', async ({
  page,
}) => {
  await host.enter(page, '/today');
  const list = grid(page, 'Decisions');
  await expect(list.getByRole('row').nth(2)).toBeVisible();
  await toMoney(page);
  const title = await page.locator(selected).locator('p').first().innerText();
  await page.keyboard.press('a');
  const dialog = page.getByRole('dialog', { name: 'Assign' });
  await dialog.getByLabel('User name').fill('finance');
  await dialog.getByRole('button', { name: 'Assign to finance' }).click();
  await expect(dialog).toBeHidden();
  await expect(pill(page)).toContainText('Live', { timeout: 30_000 });
  await expect(async () => {
    await stage.pull('desk', 'finance');
    const mine = await asked('desk', 'finance', { whose: 'mine' });
    expect(mine.rows.some((row) => row.assigned_to === 'finance')).toBe(true);
  }).toPass({ timeout: 60_000 });
  await expect(list).toContainText(title);

  await list.focus();
  await page.keyboard.press('End');
  await page.keyboard.press('a');
  await dialog.getByLabel('User name').fill('nobody.here');
  await dialog.getByRole('button', { name: 'Assign to nobody.here' }).click();
  await expect(pill(page)).toContainText(/needs you/, { timeout: 60_000 });
  await page.goto(`${host.url}/#/sync`);
  await expect(page.getByText(/Nobody named nobody\.here works on this company/).first()).toBeVisible();
});
