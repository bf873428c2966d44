/** Exceptions by keyboard: unfold a kind, choose two, let them sleep together; then the place where one is solved. */
import type { Claims, CompanyView, Exceptions, Suppliers } from '#contract/queries.ts';
import { expectAccessible } from './accessible.ts';
import { cells, expect, grid, type Host, Stage, test, watch } from './stage.ts';

test.describe.configure({ mode: 'serial' });
let stage: Stage;
let host: Host;
let company_id: number;

test.beforeAll(async () => {
  stage = await Stage.open();
  host = await stage.host('laptop', 'planner');
  const companies = await stage.query<readonly CompanyView[]>('laptop', 'planner', 'companies', {});
  company_id = companies[0]?.id ?? 0;
});
test.afterAll(async () => await stage.close());

test('two chosen ones sleep together, and each is told with who and when', async ({ page }) => {
  const problems = watch(page);
  await host.enter(page, '/exceptions');
  const list = grid(page, 'Exceptions');
  await page.getByRole('radio', { name: 'None' }).click();
  const asked = async () =>
    await stage.query<Exceptions>('laptop', 'planner', 'exceptions', { company_ids: [company_id], group_by: 'none' });
  let answer = await asked();
  // forecasts are made behind the first load, and find more
  await expect(async () => {
    answer = await asked();
    expect(answer.kinds.some(({ kind }) => kind.startsWith('demand_'))).toBe(true);
    await expect(page.getByRole('tab', { name: /^Open/ })).toHaveText(`Open ${answer.counts.awake}`, { timeout: 2000 });
  }).toPass({ timeout: 60_000 });
  expect(answer.total).toBeGreaterThan(3);
  // narrowed by a column and whole again
  await page.getByRole('columnheader', { name: /^Kind/ }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Filter…' }).click();
  await page.getByLabel('Excess stock').check();
  await page.getByRole('button', { name: 'Filter rows' }).click();
  await expect(page.getByRole('group', { name: 'Filters in force' })).toContainText('Kind is Excess stock');
  const { kinds } = answer;
  const excess = kinds.find(({ kind }) => kind === 'excess_stock')?.count ?? 0;
  await expect(list).toHaveAttribute('aria-rowcount', String(excess + 1));
  await page.getByRole('button', { name: 'Remove filter Kind is Excess stock' }).click();
  await expect(list).toHaveAttribute('aria-rowcount', String(answer.total_rows + 1));
  const boxes = list.getByRole('checkbox');
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await page.getByRole('button', { name: 'Snooze 2' }).click();
  const dialog = page.getByRole('dialog', { name: 'Snooze 2 exceptions' });
  await dialog.getByRole('button', { name: 'In two weeks' }).click();
  await dialog.getByRole('button', { name: /^Snooze until/ }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('tab', { name: /^Snoozed/ })).toHaveText(`Snoozed ${answer.counts.snoozed + 2}`);
  await page.getByRole('tab', { name: /^Snoozed/ }).click();
  await expect(list).toContainText('Asleep until');
  // what was cleared is a list of its own: nothing above it filters, groups or exports other rows than these
  const foot = page.getByRole('main').locator('footer');
  await expect(foot).not.toContainText('group');
  await page.getByRole('tab', { name: /^Cleared/ }).click();
  await expect(page.getByRole('searchbox', { name: 'Filter by what it is about' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Export', exact: true })).toHaveCount(0);
  await expect(foot).not.toContainText('filter');
  expect(problems).toEqual([]);
});

test('a supplier opens with its lead times and the lines behind them', async ({ page }) => {
  const { rows } = await stage.query<Suppliers>('laptop', 'planner', 'suppliers', { company_id });
  const [most] = rows;
  const problems = watch(page);
  await host.enter(page, `/suppliers/${most?.supplier_id}`);
  const panel = page.getByRole('complementary', { name: 'Supplier' });
  await expect(panel).toContainText(most?.name ?? '');
  await expect(panel.getByRole('img', { name: /^Lead times from/ })).toBeVisible();
  await panel.getByRole('radio', { name: 'Slowest' }).click();
  await panel.getByRole('listitem').first().getByRole('button').click();
  await expect(page.getByRole('dialog', { name: /^Purchase order/ })).toBeVisible();
  expect(problems).toEqual([]);
});

test('a claim opens by its address with the focus on its row, however far down; its figures are those of the list', async ({
  page,
}) => {
  const asked = { company_id, view: 'all', limit: 500 };
  const { rows, totals, counts } = await stage.query<Claims>('laptop', 'planner', 'claims', asked);
  const last = rows.at(-1);
  const problems = watch(page);
  await host.enter(page, `/claims/${last?.claim_id}`);
  const list = grid(page, 'Claims');
  const panel = page.getByRole('complementary', { name: 'Claim' });
  await expect(panel.getByRole('heading', { name: `Claim ${last?.label}` })).toBeVisible();
  // it is resolved: among the open ones it is not found, so that all are shown
  expect(last?.state).toBe('resolved');
  await expect(page.getByRole('tab', { name: /^All/ })).toHaveAttribute('aria-selected', 'true');
  // the header and the sum below
  await expect(list).toHaveAttribute('aria-rowcount', String(totals.claims + 2));
  const row = cells(page, 'name').filter({ hasText: last?.label ?? '' });
  await expect(row).toBeFocused();
  await expect(panel).toContainText('decided in the system the claims come from');
  await expect(panel.getByRole('heading', { name: 'Order line' })).toBeVisible();
  await expectAccessible(page, 'claims');
  await row.click();
  await page.keyboard.press('o');
  await expect(page.getByRole('dialog', { name: `Order ${last?.order_number}` })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();
  // what is done in the panel is done to its claim, wherever the focus of the list is
  await page.getByRole('tab', { name: /^Open/ }).click();
  await expect(list).toHaveAttribute('aria-rowcount', String(counts.open + 2));
  await cells(page, 'name').first().dblclick();
  const done = page.getByRole('dialog', { name: 'Snooze' });
  await panel.getByRole('button', { name: 'Snooze' }).click();
  await done.getByRole('button', { name: 'In two weeks' }).click();
  await done.getByRole('button', { name: /^Snooze until/ }).click();
  await expect(panel.getByRole('button', { name: 'Wake' })).toBeVisible();
  await page.getByRole('radio', { name: 'Reason' }).click();
  await cells(page, 'name').first().click();
  await expect(cells(page, 'name').first()).toBeFocused();
  await panel.getByRole('button', { name: 'Wake' }).click();
  await expect(panel.getByRole('button', { name: 'Snooze' })).toBeVisible();
  await panel.getByRole('button', { name: /^Close panel/ }).click();
  await page.getByRole('tab', { name: /^Resolved/ }).click();
  await expect(page.getByRole('main').locator('footer')).toContainText(`${counts.resolved} claims`);
  expect(problems).toEqual([]);
});
