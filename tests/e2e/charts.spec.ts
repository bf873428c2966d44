/** Charts: loaded when first shown without moving anything, told in words and tables, and drawn as their figures say. */
import type { Page } from '@playwright/test';
import { cents, expect, type Host, Stage, test, watch } from './stage.ts';

test.describe.configure({ mode: 'serial' });
let stage: Stage;
let host: Host;

test.beforeAll(async () => {
  stage = await Stage.open();
  host = await stage.host('office', 'finance');
});
test.afterAll(async () => await stage.close());

const waterfall = (page: Page) => page.getByRole('region', { name: 'Waterfall' });
const lines = (page: Page) => page.getByRole('region', { name: /^Fill rate by / });
const steps = (page: Page) => waterfall(page).getByRole('button', { name: /: open the lines$/ });
const bars = (page: Page) => waterfall(page).locator('.recharts-bar-rectangle');
const words = (text: string) => text.replaceAll(/\s+/g, ' ').trim();

test('the drawing comes in its own chunk, and its place holds its height meanwhile', async ({ page }) => {
  const problems = watch(page);
  const asked: string[] = [];
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(/\/plots-[^/]+\.js$/, async (route) => {
    asked.push(route.request().url());
    await held;
    await route.continue();
  });
  await host.enter(page, '/today');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(asked).toEqual([]);

  await page.goto(`${host.url}/#/margin`);
  await expect(steps(page).first()).toBeVisible();
  await expect.poll(() => asked.length).toBe(1);
  await expect(bars(page)).toHaveCount(0);
  const before = await waterfall(page).boundingBox();
  release();
  await expect(bars(page)).toHaveCount(await steps(page).count());
  expect((await waterfall(page).boundingBox())?.height).toBe(before?.height);
  // Neither the drawing nor its styles may meet the content security policy.
  expect(problems).toEqual([]);
});

test('each bar is drawn where its button is, as high as its amount', async ({ page }) => {
  await host.enter(page, '/margin');
  await expect(steps(page).first()).toBeVisible();
  await expect(bars(page).first()).toBeVisible();
  // measured in one frame: while a panel beside it opens the chart gets narrower
  await expect(async () => {
    const drawn = await waterfall(page).evaluate((region) => {
      const placed = (selector: string) =>
        [...region.querySelectorAll(selector)].map((element) => {
          const { x, width, height } = element.getBoundingClientRect();
          return { middle: x + width / 2, height, said: element.getAttribute('aria-label') ?? '' };
        });
      return {
        bars: placed('.recharts-bar-rectangle rect'),
        buttons: placed('button[aria-label$=": open the lines"]'),
      };
    });
    expect(drawn.bars).toHaveLength(drawn.buttons.length);
    const amounts = drawn.buttons.map(({ said }) => Math.abs(cents(said)));
    const cents_per_px = (amounts[0] ?? 0) / (drawn.bars[0]?.height ?? 1);
    for (const [index, bar] of drawn.bars.entries()) {
      expect(Math.abs(bar.middle - (drawn.buttons[index]?.middle ?? 0))).toBeLessThan(1.5);
      expect(Math.abs(bar.height - Math.max(1, (amounts[index] ?? 0) / cents_per_px))).toBeLessThan(1.5);
    }
  }).toPass({ timeout: 30_000 });
});

test('the table of the waterfall has the amounts of its bars', async ({ page }) => {
  await host.enter(page, '/margin');
  await expect(steps(page).first()).toBeVisible();
  const amounts = await steps(page).evaluateAll((buttons) =>
    buttons.map((button) => button.getAttribute('aria-label') ?? ''),
  );
  await waterfall(page).getByRole('button', { name: 'Table', exact: true }).click();
  const table = waterfall(page).getByRole('table');
  await expect(table.getByRole('rowheader')).toHaveCount(amounts.length);
  const rows = await table.getByRole('row').allInnerTexts();
  expect(rows.slice(1).map((row) => cents(row))).toEqual(amounts.map((text) => cents(text)));
  await waterfall(page).getByRole('button', { name: 'Chart', exact: true }).click();
  await expect(steps(page)).toHaveCount(amounts.length);
});

test('on paper a chart has its figures and titles, and nothing that could be pressed', async ({ page }) => {
  for (const [place, chart] of [
    ['/margin', waterfall],
    ['/fill-rate', lines],
  ] as const) {
    await host.enter(page, place);
    await expect(chart(page).getByRole('button', { name: 'Table', exact: true })).toBeVisible();
    if (place === '/margin') await expect(bars(page).first()).toBeVisible();
    await page.evaluate(() => Object.assign(window, { print: () => document.body.setAttribute('data-printed', '') }));
    await page.keyboard.press('Control+p');
    await expect(page.locator('body[data-printed]')).toHaveCount(1);
    await page.emulateMedia({ media: 'print' });
    const sheet = page.locator('[data-print-sheet]');
    await expect(sheet.locator('section').first().getByRole('heading', { level: 2 })).toBeVisible();
    // over each bar lies a button that is not seen, on the screen as on paper
    const seen = sheet.getByRole('button').filter({ visible: true });
    const over_bars = sheet.getByRole('button', { name: /: open the lines$/ });
    await expect(seen).toHaveCount(await over_bars.count());
    await expect(sheet.getByRole('radio').filter({ visible: true })).toHaveCount(0);
    await page.pdf({ preferCSSPageSize: true, path: test.info().outputPath(`print${place.replace('/', '-')}.pdf`) });
    await page.emulateMedia({ media: 'screen' });
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    await expect(sheet).toHaveCount(0);
  }
});

test('arrow keys read a position of the lines, the figures its table has', async ({ page }) => {
  const problems = watch(page);
  await host.enter(page, '/fill-rate');
  const plot = lines(page).getByRole('application');
  await expect(plot).toHaveAttribute('aria-label', /arrow keys/);
  await plot.focus();
  const said = lines(page).getByRole('status');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(said).toBeVisible();
  const position = await said.locator('b').innerText();
  const pairs = (await said.locator('dl > div').allInnerTexts()).map(words);
  expect(pairs.length).toBeGreaterThan(2);

  await lines(page).getByRole('button', { name: 'Table', exact: true }).click();
  const table = lines(page).getByRole('table');
  const columns = await table.getByRole('columnheader').allInnerTexts();
  const at = columns.indexOf(position) - 1;
  expect(at).toBeGreaterThanOrEqual(0);
  const rows = table.locator('tbody tr');
  for (const [index, pair] of pairs.entries()) {
    const name = await rows.nth(index).getByRole('rowheader').innerText();
    expect(pair).toBe(words(`${name} ${await rows.nth(index).locator('td').nth(at).innerText()}`));
  }
  expect(problems).toEqual([]);
});

test('a position without data is a gap in its line, never a line through it', async ({ page }) => {
  await host.enter(page, '/fill-rate');
  await expect(lines(page).getByRole('application')).toBeVisible();
  const curves = await lines(page)
    .locator('.recharts-line-curve')
    .evaluateAll((paths) => paths.map((path) => path.getAttribute('d') ?? ''));
  await lines(page).getByRole('button', { name: 'Table', exact: true }).click();
  const rows = await lines(page)
    .getByRole('table')
    .locator('tbody tr')
    .evaluateAll((all) => all.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.innerText.trim())));
  const runs = rows
    .slice(0, curves.length)
    .map((cells) => cells.filter((cell, at) => cell !== '–' && (at === 0 || cells[at - 1] === '–')).length);
  expect(curves.map((d) => d.split('M').length - 1)).toEqual(runs);
  expect(Math.max(...runs)).toBeGreaterThan(1);
});
