/** A planner's and a controller's first ten minutes, and the planner's morning: online, offline, back online. */
import type { Page } from '@playwright/test';
import type { CloseBoard, ClosePeriodView, CompanyView, Today } from '#contract/queries.ts';
import { playMorning } from './morning.ts';
import { scene } from './scene.ts';
import { cells, downTo, expect, grid, type Host, itemPanel, pill, Stage, test, watch, writeNote } from './stage.ts';

test.describe.configure({ mode: 'serial' });
test.use({ viewport: { width: 1440, height: 900 } });

let stage: Stage;
let laptop: Host;
let office: Host;
let company: CompanyView;

test.beforeAll(async () => {
  test.setTimeout(300_000);
  stage = await Stage.open();
  [laptop, office] = await Promise.all([stage.host('laptop', 'planner'), stage.host('office', 'controller')]);
  const companies = await stage.query<readonly CompanyView[]>('laptop', 'planner', 'companies', {});
  const [first] = companies;
  if (!first) throw new Error('no company');
  company = first;
});
test.afterAll(async () => await stage.close());

const selected = (page: Page) => page.locator('[role="row"][aria-selected="true"]');

test('a planner’s first ten minutes', async ({ page }) => {
  const problems = watch(page);

  await laptop.enter(page, '/today');
  const list = grid(page, 'Decisions');
  await expect(list.getByRole('row').nth(3)).toBeVisible();
  // on the first of a month no line is due yet, and the tile says so
  await expect(page.getByRole('button', { name: /^Fill rate, unit/ })).toContainText(/%|No data/, { timeout: 30_000 });
  await scene(page, 'planner-1-today');

  // what runs out, and how its money is made
  await page.getByRole('tab', { name: /^Stock/ }).click();
  const answer = await stage.query<Today>('laptop', 'planner', 'today', {
    company_ids: [company.id],
    group: 'stock',
  });
  const worst = answer.rows.find((row) => row.facts.kind === 'runs_out' || row.facts.kind === 'oversold');
  if (!worst || !('item_name' in worst.facts)) throw new Error('the demo has nothing that runs out');
  await downTo(page, worst.key);
  await expect(selected(page)).toContainText(worst.facts.item_name ?? '');
  const working = page.getByRole('complementary', { name: 'Working' });
  await expect(working.getByText('The rows behind it')).toBeVisible();
  await scene(page, 'planner-2-working');

  // the place where it is solved
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#\/stock\/\d+\/\d+/);
  await expect(itemPanel(page)).toContainText('Projected balance');
  await scene(page, 'planner-3-item');

  // a name with a typing error
  await page.keyboard.press('Control+k');
  const finder = page.getByRole('dialog', { name: 'Find' });
  await page.keyboard.type('bearnig');
  await expect(finder.getByRole('option').first()).toContainText(/bearing/i, { timeout: 15_000 });
  await scene(page, 'planner-4-find');
  await page.keyboard.press('Escape');

  // the connection goes; the work does not
  await stage.killServer();
  await expect(pill(page)).toContainText('Offline', { timeout: 30_000 });
  await writeNote(page, 'Asked the supplier for a date; transfer from Antwerp if there is none by noon.');
  await page.goto(`${laptop.url}/#/today`);
  await list.focus();
  await expect(list).toHaveAttribute('aria-busy', 'false', { timeout: 30_000 });
  await page.keyboard.press('s');
  await page
    .getByRole('dialog', { name: 'Snooze' })
    .getByRole('button', { name: /^Snooze until/ })
    .click();
  await expect(pill(page)).toContainText('2 changes waiting');
  await page.goto(`${laptop.url}/#/sync`);
  await expect(cells(page, 'title').first()).toBeVisible();
  await scene(page, 'planner-5-offline');

  await stage.startServer();
  await expect(pill(page)).toHaveText(/^Live/, { timeout: 90_000 });
  await expect(cells(page, 'state').filter({ hasText: 'Accepted' })).toHaveCount(2, { timeout: 30_000 });
  await scene(page, 'planner-6-back-online');
  expect(problems.filter((problem) => !/Failed to load resource|WebSocket/.test(problem))).toEqual([]);
});

test('the planner’s morning, decided without a connection', async ({ page }) => {
  test.setTimeout(360_000);
  await laptop.enter(page, '/today');
  await playMorning({
    page,
    host: laptop,
    company,
    ask: async (query, args) => await stage.query('laptop', 'planner', query, args),
    killServer: async () => await stage.killServer(),
    startServer: async () => await stage.startServer(),
    scene,
  });
});

test('a controller’s first ten minutes', async ({ page }) => {
  const companies = { company_id: company.id };
  const periods = await stage.query<readonly ClosePeriodView[]>('office', 'controller', 'closePeriods', companies);
  const period = periods.find((each) => each.state === 'open')?.period ?? 0;
  const board = await stage.query<CloseBoard>('office', 'controller', 'closeBoard', { ...companies, period });
  const task = board.tasks.find(
    (each) => each.state === 'open' && each.next.role === 'preparer' && each.next.why_not === null,
  );
  if (!task) throw new Error('no task waits for a preparer');

  await office.enter(page, '/today');
  await expect(grid(page, 'Decisions').getByRole('row').nth(3)).toBeVisible();
  await page.getByRole('button', { name: /^Margin GM3/ }).click();
  await expect(page.getByRole('complementary', { name: 'Working' })).toContainText('By month');
  await scene(page, 'controller-1-figure');

  await page.goto(`${office.url}/#/margin`);
  await expect(page.getByRole('heading', { name: /^Margin/ })).toBeVisible();
  await expect(page.locator('.ag-row .ag-cell').first()).toBeVisible({ timeout: 30_000 });
  await expect(page.locator('.recharts-bar-rectangle').first()).toBeVisible();
  await scene(page, 'controller-2-margin');

  await page.goto(`${office.url}/#/fill-rate`);
  await expect(page.getByRole('heading', { name: /^Fill rate/ })).toBeVisible();
  await expect(page.locator('.ag-row .ag-cell').first()).toBeVisible({ timeout: 30_000 });
  await expect(page.locator('.recharts-line-curve').first()).toBeVisible();
  await scene(page, 'controller-3-fill-rate');

  // on the train: signed without a connection, bound to what was seen
  await page.goto(`${office.url}/#/close/${period}/${task.id}`);
  const sign = page.getByRole('button', { name: /^Sign ([−\d]|as done)/ });
  await expect(sign).toBeEnabled();
  await stage.killServer();
  await expect(pill(page)).toContainText('Offline', { timeout: 30_000 });
  await sign.click();
  // the plan names finance
  if (task.next.stands_in_for !== null) await page.getByRole('button', { name: /^Sign for / }).click();
  await expect(page.getByText('Waits to be sent')).toBeVisible();
  await scene(page, 'controller-4-signed-offline');

  await stage.startServer();
  await expect(pill(page)).toHaveText(/^Live/, { timeout: 90_000 });
  const pane = page.getByRole('region', { name: task.title, exact: true });
  await expect(pane).toContainText('In review', { timeout: 60_000 });
  await expect(page.getByText('Prepared by controller')).toBeVisible();
  await scene(page, 'controller-5-back-online');
});
