/** The planner's morning: what needs a decision is decided without a connection, and seen to have arrived. */
import type { Page } from '@playwright/test';
import type { CompanyView, Exceptions, Forecasts, Fulfilment, Replenishment } from '#contract/queries.ts';
import { inTheDark } from './scene.ts';
import { cells, expect, grid, type Host, pill } from './stage.ts';

export interface Morning {
  readonly page: Page;
  readonly host: Pick<Host, 'url'>;
  readonly company: CompanyView;
  /** Of the planner's copy. */
  readonly ask: <T>(query: string, args: object) => Promise<T>;
  readonly killServer: () => Promise<void>;
  readonly startServer: () => Promise<void>;
  readonly scene: (page: Page, name: string) => Promise<void>;
}

const rowOf = (page: Page, key: string) => page.locator(`.ag-row[row-id="${key}"]`).first();

export async function playMorning(morning: Morning): Promise<void> {
  const { page, host, company, ask, scene } = morning;
  const company_id = company.id;
  const go = async (screen: string): Promise<void> => void (await page.goto(`${host.url}/#${screen}`));
  const dialog = (name: RegExp) => page.getByRole('dialog', { name });

  // eight o'clock, no connection: everything is there
  await expect(grid(page, 'Decisions').getByRole('row').nth(3)).toBeVisible({ timeout: 60_000 });
  await morning.killServer();
  await expect(pill(page)).toContainText('Offline', { timeout: 30_000 });

  // all exceptions, the dearest first; one of them is a receipt that comes late
  const late = { company_ids: [company_id], group_by: 'none', kind: 'late_receipt', limit: 1 };
  const [receipt] = (await ask<Exceptions>('exceptions', late)).rows;
  if (receipt === undefined) throw new Error('the demo has no late receipt');
  await go('/exceptions');
  await page.getByRole('radio', { name: 'None' }).click();
  await expect(grid(page, 'Exceptions').getByRole('row').nth(5)).toBeVisible();
  await scene(page, 'morning-1-exceptions');
  await page
    .getByRole('group', { name: 'Kinds' })
    .getByRole('button', { name: /^Late receipt/ })
    .click();
  await expect(rowOf(page, receipt.key)).toBeVisible();
  await rowOf(page, receipt.key).locator('.ag-cell').first().click();
  await page.keyboard.press('Enter');
  await expect(dialog(/^Purchase order/)).toBeVisible();
  await expect(dialog(/^Purchase order/).getByRole('grid')).toBeVisible();
  await scene(page, 'morning-2-purchase-order');
  await page.keyboard.press('Escape');

  await replenish(morning, go);

  // a figure of one's own, with a reason and a last day
  const { rows } = await ask<Forecasts>('forecasts', {
    company_id,
    sort: [{ column: 'next', descending: true }],
    limit: 20,
  });
  const expected = rows.find(({ flags }) => !flags.includes('overridden'));
  if (expected === undefined) throw new Error('nothing is forecast');
  await go('/forecast');
  await grid(page, 'Forecasts')
    .getByRole('row')
    .filter({ hasText: expected.code })
    .filter({ hasText: expected.site })
    .first()
    .dblclick();
  await expect(page.getByRole('complementary', { name: 'Forecast' })).toContainText(expected.code);
  await grid(page, 'Forecasts').focus();
  await page.keyboard.press('e');
  const figure = page.getByRole('dialog');
  await figure.getByLabel('To', { exact: true }).selectOption({ index: 3 });
  await figure.getByLabel(/^Quantity a month/).fill(String(Math.round((expected.next_qty_milli[1] * 1.2) / 1000)));
  await figure.getByLabel('Reason').fill('A project of one customer until spring');
  await inTheDark(page, async () => await scene(page, 'morning-5-forecast'));
  await figure.getByRole('button', { name: /^Override [A-Z]/ }).click();
  await expect(figure).toBeHidden();

  // short before it is picked: one line goes first
  const short = { company_id, group_by: 'none', states: ['short'], limit: 1 };
  const [line] = (await ask<Fulfilment>('fulfilment', short)).rows;
  if (line?.number == null) throw new Error('the demo has no short line');
  await go('/fulfilment');
  await page.getByRole('searchbox', { name: 'Filter by order, item or customer' }).fill(line.number);
  const waiting = rowOf(page, line.key);
  await expect(waiting).toBeVisible();
  await waiting.locator('.ag-cell').first().click();
  await page.keyboard.press(' ');
  await expect(page.getByRole('complementary', { name: 'Line' })).toContainText('Who is served, in order');
  await waiting.locator('.ag-cell').first().click();
  await page.keyboard.press('u');
  await dialog(/^Raise/)
    .getByLabel('Reason')
    .fill('Their line stands still');
  await dialog(/^Raise/)
    .getByRole('button', { name: /^Raise until/ })
    .click();
  await expect(dialog(/^Raise/)).toBeHidden();
  await expect(page.getByRole('complementary', { name: 'Line' })).toContainText('Their line stands still');
  await scene(page, 'morning-6-fulfilment');

  // somebody else allows it; a planner sees what is asked and how the price came to be
  await go('/approvals');
  await page.getByRole('radio', { name: 'Discount' }).click();
  await cells(page, 'broken').first().click();
  await page.keyboard.press(' ');
  await expect(cells(page, 'broken').first()).toHaveText(/% off/);
  await inTheDark(page, async () => await scene(page, 'morning-7-approvals'));

  // what is in force; a change with a typing error in its owner, which only the server can know
  await go('/rules/channel_rule');
  await cells(page, 'channel').filter({ hasText: 'Counters' }).dblclick();
  await page.keyboard.press('e');
  await dialog(/^Change Counters/)
    .getByLabel('Grace, days')
    .fill('2');
  await dialog(/^Change Counters/)
    .getByLabel('Owner')
    .fill('planer');
  await dialog(/^Change Counters/)
    .getByLabel('Why')
    .fill('Saturdays count from January on');
  await dialog(/^Change Counters/)
    .getByRole('button', { name: /^Draft 1 change/ })
    .click();
  await expect(dialog(/^Change Counters/)).toBeHidden();
  await scene(page, 'morning-8-rules');

  // half past eight: the connection is back, everything is sent, one is refused and says why
  await morning.startServer();
  await go('/sync');
  // by itself it would try again within a minute
  await page.getByRole('button', { name: 'Sync now' }).click();
  await expect(pill(page)).toContainText(/Live|needs? you/, { timeout: 60_000 });
  const state = (word: string) => cells(page, 'state').filter({ hasText: word });
  await expect(state('Waiting').or(state('Sent'))).toHaveCount(0, { timeout: 60_000 });
  await expect(state('Refused')).toHaveCount(1);
  // one of several lines, three of a line, a figure, a raised line
  await expect(state('Accepted').nth(5)).toBeVisible();
  const refused = cells(page, 'title').filter({ hasText: 'Draft: Counters' });
  await refused.click();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toContainText('Nobody named planer works on this company');
  await scene(page, 'morning-9-sent');
}

/** Accepted together for one supplier, one changed with a reason, one rejected, one moved from another site. */
async function replenish({ page, company, ask, scene }: Morning, go: (screen: string) => Promise<void>): Promise<void> {
  const { rows } = await ask<Replenishment>('replenishment', { company_id: company.id, states: ['new'], limit: 400 });
  const [supplier] = rows;
  const lines = rows.filter((row) => row.kind !== 'group');
  const others = lines.filter((row) => row.kind === 'buy' && `p:${row.supplier_id}` !== supplier?.key);
  const [changed, rejected] = others;
  const moved = lines.find((row) => row.kind === 'transfer');
  if (supplier?.kind !== 'group' || !changed || !rejected || !moved) throw new Error('the demo has too few proposals');
  const row = (key: string) => rowOf(page, key);
  const state = (key: string) => page.locator(`.ag-row[row-id="${key}"] .ag-cell[col-id="state"]`);
  let shown = lines.find((line) => line.kind === 'buy' && `p:${line.supplier_id}` === supplier.key);
  const find = async (line: (typeof lines)[number]): Promise<void> => {
    await page.getByRole('searchbox', { name: 'Filter by item code or name' }).fill(line.code);
    // a key waits for the list that was asked for: what stood there before is gone
    if (shown && shown.code !== line.code) await expect(row(shown.key)).toHaveCount(0);
    shown = line;
    await row(line.key).locator('.ag-cell').first().click();
  };

  await go('/replenishment');
  await row(supplier.key).locator('.ag-cell').first().click();
  await page.keyboard.press(' ');
  await expect(page.getByRole('button', { name: new RegExp(`^Accept ${supplier.lines} ticked`) })).toBeVisible();
  await page.keyboard.press('Shift+Enter');
  const first = lines.find((line) => line.kind === 'buy' && `p:${line.supplier_id}` === supplier.key);
  await expect(state(first?.key ?? '')).toContainText('≈', { timeout: 20_000 });
  await scene(page, 'morning-3-supplier');

  await find(changed);
  await page.keyboard.press('e');
  const change = page.getByRole('dialog', { name: /^Change the order of/ });
  await change.getByLabel(/^Quantity/).fill(String((changed.qty_milli / 1000) * 2));
  await change.getByLabel('Why').fill('Trade fair in January');
  await change.getByRole('button', { name: /^Order / }).click();
  await expect(change).toBeHidden();
  await expect(state(changed.key)).toContainText('≈');

  await find(rejected);
  await page.keyboard.press('r');
  const reject = page.getByRole('dialog', { name: /^Reject / });
  await reject.getByLabel('Why').fill('The successor comes');
  await page.keyboard.press('Enter');
  await expect(state(rejected.key)).toContainText('Rejected');

  await find(moved);
  await page.keyboard.press('w');
  await expect(page.getByRole('complementary', { name: 'Working' })).toBeVisible();
  await row(moved.key).locator('.ag-cell').first().click();
  await page.keyboard.press('Enter');
  await expect(state(moved.key)).toContainText('≈');
  await scene(page, 'morning-4-transfer');
}
