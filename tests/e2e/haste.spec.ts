/** A fast person on a busy machine: keys come before timers and frames, and are for what is seen and not for what was before. */
import type { Page } from '@playwright/test';
import type { CompanyView, Forecasts, Replenishment } from '#contract/queries.ts';
import { expect, grid, type Host, Stage, test } from './stage.ts';
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

const cell = (page: Page, key: string, column: string) =>
  page.locator(`.ag-row[row-id="${key}"] .ag-cell[col-id="${column}"]`);
const press = (element: HTMLElement, key: string): boolean => {
  element.focus();
  return element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
};

/** Timers that are due at once wait until they are let go, as where a frame takes long: keys go before them. */
async function holdTimers(page: Page): Promise<() => Promise<void>> {
  const held = await page.evaluateHandle(() => {
    const real = window.setTimeout;
    const waiting: (() => void)[] = [];
    Object.assign(window, {
      setTimeout: (run: (...args: unknown[]) => void, after_ms?: number, ...args: unknown[]): number => {
        if (after_ms) return real(run, after_ms, ...args);
        waiting.push(() => run(...args));
        return 0;
      },
    });
    return { real, waiting };
  });
  return async () =>
    await held.evaluate(({ real, waiting }) => {
      Object.assign(window, { setTimeout: real });
      for (const run of waiting) run();
    });
}

test('newer rows that are known and not yet drawn are not what a key is for', async ({ page }) => {
  const { rows } = await stage.query<Replenishment>('laptop', 'planner', 'replenishment', {
    company_id,
    states: ['new'],
    limit: 200,
  });
  const lines = rows.filter((row) => row.kind !== 'group');
  const [seen] = lines;
  const other = lines.find((line) => line.code !== seen?.code && line.supplier !== seen?.supplier);
  if (!seen || !other) throw new Error('the demo has too few proposals');
  await host.enter(page, '/replenishment');
  await expect(page.getByText(/forecasts of/)).toBeVisible({ timeout: 60_000 });
  await expect(cell(page, seen.key, 'qty')).toBeVisible();
  const facts = page.getByText(/ in view · /);
  await expect(facts).toBeVisible();
  const before = await facts.innerText();
  const letGo = await holdTimers(page);
  await page.getByRole('searchbox', { name: 'Filter by item code or name' }).fill(other.code);
  await expect(facts).not.toHaveText(before);
  await expect(cell(page, seen.key, 'qty')).toBeVisible();
  await cell(page, seen.key, 'qty').evaluate(press, 'r');
  await expect(page.getByRole('dialog', { name: /^Reject / })).toContainText(seen.code);
  await page.keyboard.press('Escape');
  await letGo();
  await expect(cell(page, other.key, 'qty')).toBeVisible();
  await expect(cell(page, seen.key, 'qty')).toHaveCount(0);
});

test('a double click is done before the key that follows it', async ({ page }) => {
  await host.enter(page, '/forecast');
  const row = page.locator('.ag-row[row-index="1"] .ag-cell').first();
  await expect(row).not.toHaveText('');
  const letGo = await holdTimers(page);
  await row.dblclick();
  await expect(page).toHaveURL(/#\/forecast\/\d+\/\d+$/);
  await letGo();
});

test('the focus is in a dialog as it opens: no key goes past it', async ({ page }) => {
  await host.enter(page, '/exceptions');
  await page.getByRole('radio', { name: 'None' }).click();
  const row = page.locator('.ag-row[row-index="1"] .ag-cell').nth(2);
  await expect(row).not.toHaveText('');
  const isInside = await row.evaluate(async (element: HTMLElement) => {
    element.focus();
    element.dispatchEvent(new KeyboardEvent('keydown', { key: 's', bubbles: true, cancelable: true }));
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    return document.activeElement?.closest('[role="dialog"]') != null;
  });
  await expect(page.getByRole('dialog', { name: 'Snooze' })).toBeVisible();
  expect(isInside).toBe(true);
});

test('an override is of the row with the focus, and stays with it', async ({ page }) => {
  const asked = { company_id, sort: [{ column: 'next', descending: true }], limit: 5 };
  const { rows } = await stage.query<Forecasts>('laptop', 'planner', 'forecasts', asked);
  const [first, second] = rows;
  if (!first || !second) throw new Error('nothing is forecast');
  await host.enter(page, '/forecast');
  await expect(grid(page, 'Forecasts')).toHaveAttribute('aria-rowcount', /\d{2,}/);
  const panel = page.getByRole('complementary', { name: 'Forecast' });
  const at = (key: string) => page.locator(`.ag-row[row-id="${key}"] .ag-cell`).first();
  await at(first.key).dblclick();
  await expect(panel).toContainText(`${first.code} · ${first.site}`);
  // before the panel has followed
  const asksOf = await at(second.key).evaluate(async (element: HTMLElement) => {
    element.focus();
    element.dispatchEvent(new KeyboardEvent('keydown', { key: 'e', bubbles: true, cancelable: true }));
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    return document.querySelector('[role="dialog"]')?.textContent ?? '';
  });
  expect(asksOf).not.toContain(`${first.code} at ${first.site}`);
  const dialog = page.getByRole('dialog', { name: `Override ${second.code} at ${second.site}` });
  await dialog.getByLabel('Reason').fill('typed into it');
  await expect(dialog.getByLabel('Reason')).toHaveValue('typed into it');
});
