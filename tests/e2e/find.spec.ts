/** Finding by Ctrl+K: what opens where, by keyboard alone, in light and dark. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { Claims, CompanyView, Found, MarginLines } from '#contract/queries.ts';
import { expect, type Host, itemPanel, rail, Stage, test, watch } from './stage.ts';

test.describe.configure({ mode: 'serial' });

let stage: Stage;
let host: Host;
let page: Page;
let problems: readonly string[];
let companies: readonly CompanyView[];

test.beforeAll(async ({ browser }) => {
  stage = await Stage.open();
  await stage.pull('desk', 'planner');
  companies = await stage.query('desk', 'planner', 'companies', {});
  host = await stage.host('laptop', 'planner');
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  page = await context.newPage();
  problems = watch(page);
  await host.enter(page);
});
test.afterEach(() => expect(problems).toEqual([]));
test.afterAll(async () => await stage.close());

const dialog = () => page.getByRole('dialog', { name: 'Find' });
const field = () => dialog().getByRole('combobox', { name: 'Find' });
const options = () => dialog().getByRole('option');
const chosen = () => dialog().getByRole('option', { selected: true });
const group = (name: string) => dialog().getByRole('group', { name });

async function openFinder(): Promise<void> {
  await page.keyboard.press('Control+k');
  await expect(field()).toBeFocused();
}

/** What is there to be found, asked of the same machine by the command line's question on another copy. */
async function known(text: string, kinds: readonly string[], company_id?: number): Promise<Found> {
  return await stage.query<Found>('desk', 'planner', 'find', { text, kinds, ...(company_id ? { company_id } : {}) });
}

async function look(name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const axe = new AxeBuilder({ page }).include('[role="dialog"]').exclude('[data-base-ui-focus-guard]');
    const { violations } = await axe.analyze();
    expect
      .soft(
        violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`),
        `${name}, ${colorScheme}`,
      )
      .toEqual([]);
    const folder = process.env['FIND_PICTURES'];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png` });
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

test('an item by its code without the separator opens beside the stock', async () => {
  const found = await known('fa', ['item'], companies[0]?.id);
  const item = found.groups[0]?.hits[0];
  if (!item) throw new Error('the demo has no FA item');
  await openFinder();
  await expect(group('Commands')).toBeVisible();
  await look('find-empty');
  await page.keyboard.type(item.code.toLowerCase().replace('-', ''));
  await expect(chosen()).toContainText(item.code);
  await expect(chosen().locator('mark')).toHaveText(item.code);
  await page.keyboard.press('Enter');
  await expect(dialog()).toBeHidden();
  await expect(itemPanel(page).getByRole('heading', { level: 2 })).toContainText(item.code);
});

test('what was opened comes first the next time, and only numbers of it rest in the browser', async () => {
  await openFinder();
  await expect(group('Opened last').getByRole('option')).toHaveCount(1);
  const kept = await page.evaluate(() => JSON.stringify(localStorage));
  expect(kept).toContain('"item"'.replaceAll('"', '\\"'));
  expect(kept).not.toContain(String(await group('Opened last').locator('span').first().textContent()));
  await page.keyboard.press('Escape');
  await expect(dialog()).toBeHidden();
});

test('rows by kind with counts, arrows through all of them, Tab through the kinds', async () => {
  await openFinder();
  await page.keyboard.type('bo');
  await expect(group('Items').getByRole('option').first()).toBeVisible();
  await look('find-kinds');
  const count = await options().count();
  await page.keyboard.press('ArrowUp');
  await expect(options().nth(count - 1)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowDown');
  await expect(options().first()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Tab');
  await expect(dialog().getByRole('button', { name: /^Items/ })).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(async () => await group('Items').getByRole('option').count()).toBeGreaterThan(6);
  await expect(field()).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(dialog().getByRole('button', { name: 'All' })).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Escape');
});

test('a mistyped name is forgiven; what is nowhere says what to try', async () => {
  const [customer] = (await known('a', ['customer'], companies[0]?.id)).groups[0]?.hits ?? [];
  const word = (customer?.title ?? '').split(' ').find((each) => /^[a-z]{6,}$/i.test(each));
  if (!customer || !word) throw new Error('the demo has no customer with a long word');
  const swapped = word.slice(0, 2) + word.slice(3, 4) + word.slice(2, 3) + word.slice(4);
  await openFinder();
  await page.keyboard.type(swapped);
  await expect(options().filter({ hasText: word }).first()).toContainText('alike');
  await look('find-alike');
  await field().fill('qwxzkj vv');
  await expect(dialog().getByRole('status').first()).toContainText('is called “qwxzkj vv”');
  await expect(options()).toHaveCount(0);
  await look('find-nothing');
  await page.keyboard.press('Escape');
});

test('an order number jumps to the order, a claim’s to the claim; a customer to its margin and fill rate', async () => {
  const first = companies[0];
  if (!first) throw new Error('no company');
  const [month] = first.months;
  const figures = { company_id: first.id, from_month: month, to_month: month, figure: 'gross', limit: 1 };
  const { lines } = await stage.query<MarginLines>('desk', 'planner', 'marginLines', figures);
  const number = lines[0]?.order_number ?? '';
  const digits = number.replace(/[^0-9]/g, '');
  expect(digits.length, `the digits of ${number}`).toBeGreaterThan(2);
  await openFinder();
  await page.keyboard.type(digits);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: `Order ${number}` })).toBeVisible();
  await page.keyboard.press('Escape');

  const resolved = await stage.query<Claims>('desk', 'planner', 'claims', {
    company_id: first.id,
    view: 'resolved',
    limit: 1,
  });
  const { claim_id, number: claimed } = resolved.rows[0] ?? {};
  const claim = (await known(claimed ?? '', ['claim'], first.id)).groups[0]?.hits.find(({ id }) => id === claim_id);
  if (!claim) throw new Error('the demo has no resolved claim');
  await openFinder();
  await page.keyboard.type(claim.code);
  await expect(chosen()).toContainText(claim.title ?? claim.code);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Claims/);
  await expect(page).toHaveURL(new RegExp(`/claims/${claim.id}$`));
  // it is resolved: the list shows it all the same
  await expect(page.getByRole('gridcell', { name: claim.code }).first()).toBeVisible();

  const customer = (await known('a', ['customer'], first.id)).groups[0]?.hits[0];
  await openFinder();
  await page.keyboard.type(customer?.code ?? '');
  await expect(chosen()).toContainText(customer?.title ?? '');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Fill rate/);
  await expect(page.getByText(customer?.title ?? '').first()).toBeVisible();
  await openFinder();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Margin/);
});

test('a row of another company takes the cockpit there', async () => {
  const other = companies[1];
  if (!other) throw new Error('the demo has one company only');
  const item = (await known('a', ['item'], other.id)).groups[0]?.hits.find((hit) => hit.company_id === other.id);
  if (!item) throw new Error('the other company has no item');
  await rail(page).getByRole('link', { name: 'Stock' }).click();
  await openFinder();
  await page.keyboard.type(`${item.code} ${item.title ?? ''}`);
  await options().filter({ hasText: other.name }).first().click();
  await expect(page.getByRole('button', { name: other.name })).toBeVisible();
  await expect(itemPanel(page).getByRole('heading', { level: 2 })).toContainText(item.code);
});

test('commands: another company, a screen, verifying here', async () => {
  await openFinder();
  await page.keyboard.type(`switch ${companies[0]?.name ?? ''}`);
  await expect(chosen()).toContainText('Switch company to');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: companies[0]?.name ?? '' })).toBeVisible();
  await openFinder();
  await page.keyboard.type('verify now');
  await expect(chosen()).toContainText('Verify now');
  await page.keyboard.press('Enter');
  await expect(dialog().getByText(/^Equal with the server: [\d,]+ parts read row by row/)).toBeVisible({
    timeout: 60_000,
  });
  await look('find-verified');
  await field().fill('go to sync');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sync');
});
